"""The editors' desk."""

from . import (
    bulk,
    documents,
    imports,
    posts,
    site,
    terms,
    users,
)

__all__ = ["bulk", "documents", "imports", "posts", "site", "terms", "users"]
