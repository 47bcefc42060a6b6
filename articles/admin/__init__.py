"""The editors' desk."""

from . import imports, nouns, posts

__all__ = ["imports", "nouns", "posts"]
