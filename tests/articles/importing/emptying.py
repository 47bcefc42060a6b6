"""An archive that has to be empty again in the middle of a test."""

from django.db import connection

from articles.models import (
    Category,
    Document,
    FacetCount,
    ImportRun,
    Post,
    Security,
    Source,
    Tag,
)


def empty_archive():
    """Take out what imports have brought, at once: `delete` goes row by row, and records each."""
    models = (Document, Post, Source, Category, Tag, Security, ImportRun, FacetCount)
    tables = ", ".join(model._meta.db_table for model in models)
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE;"  # for nothing may be left to check in what goes
            f"TRUNCATE {tables} CASCADE;"
            "SET CONSTRAINTS ALL DEFERRED"
        )
