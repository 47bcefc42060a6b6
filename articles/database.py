"""The databases that the archive is read from and written to, as Django's routers choose them.

Search and whatever writes posts open their cursors and transactions here. What writes reads from
where it writes. So a replica for readers takes a router in `DATABASE_ROUTERS` and nothing else.
"""

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from .models import Post


def read_connection() -> BaseDatabaseWrapper:
    """Where readers' questions are answered. It may lag behind what was written."""
    return connections[router.db_for_read(Post)]


def write_connection() -> BaseDatabaseWrapper:
    """Where posts are written, and read by whoever writes them."""
    return connections[router.db_for_write(Post)]
