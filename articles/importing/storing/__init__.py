"""Parsed posts → tables: COPY into staging tables, then one statement a table."""
