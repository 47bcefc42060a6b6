"""The editors' desk."""

from . import bulk, documents, imports, nouns, posts, site, users

__all__ = ["bulk", "documents", "imports", "nouns", "posts", "site", "users"]
