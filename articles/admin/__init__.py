"""The editors' desk."""

from . import documents, imports, nouns, posts

__all__ = ["documents", "imports", "nouns", "posts"]
