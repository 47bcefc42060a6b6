"""The databases that search reads and writes, as Django's routers choose them.

Whatever in search opens a cursor or a transaction asks here. So a replica for readers takes a
router in `DATABASE_ROUTERS` and nothing else.
"""

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from ..models import SearchEntry


def read_connection() -> BaseDatabaseWrapper:
    """Where readers' questions are answered. It may lag behind what was written."""
    return connections[router.db_for_read(SearchEntry)]


def write_connection() -> BaseDatabaseWrapper:
    """Where entries are written, and read by whoever writes them."""
    return connections[router.db_for_write(SearchEntry)]
