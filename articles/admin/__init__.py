"""The editors' desk. Django finds the model admins by these imports."""

from . import (
    bulk,
    documents,
    erasing,
    import_problems,
    import_runs,
    keys,
    maintenance_runs,
    naming,
    posts,
    site,
    terms,
    users,
)

__all__ = [
    "bulk",
    "documents",
    "erasing",
    "import_problems",
    "import_runs",
    "keys",
    "maintenance_runs",
    "naming",
    "posts",
    "site",
    "terms",
    "users",
]
