"""A file → a parsed document → a post. Pure: no Django, no database, no HTTP."""
