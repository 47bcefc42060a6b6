from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property


class CappedPaginator(Paginator):
    """Counts no further than `CAP`, however long the list: what is behind is found by search."""

    CAP = 10_000

    @cached_property
    def found(self):
        rows: Any = self.object_list
        return rows.order_by()[: self.CAP + 1].count()  # in any order, or all would be sorted

    @property
    def count(self):
        return min(self.found, self.CAP)

    @property
    def is_capped(self):
        return self.found > self.CAP
