"""Parsed posts → tables: COPY into temporary tables, then a few statements for each batch."""
