"""The editors' desk."""

from . import documents, imports, nouns, posts, site, users

__all__ = ["documents", "imports", "nouns", "posts", "site", "users"]
