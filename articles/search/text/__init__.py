"""Text → what is compared, indexed and shown of it. Pure: no Django, no database, no HTTP."""
