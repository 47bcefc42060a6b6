"""The whole database in a file, and back.

file         the file: a zip of the dump and the manifest, complete or not there at all
manifest     what the manifest says
contents     counts and checksums of tables, by which database and file are compared
programs     pg_dump and pg_restore
making       database → file
restoring    file → database
"""
