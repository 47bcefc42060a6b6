"""Pagination that does not count a whole table."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # takes none at run time
    """Counts up to `CAP` rows, however long the list: editors find the rest by search."""

    CAP = 10_000

    @cached_property
    def counted(self) -> int:
        rows: Any = self.object_list
        unordered = rows.order_by()  # a count of ordered rows would sort them all
        return int(unordered[: self.CAP + 1].count())

    @property
    def count(self) -> int:
        return min(self.counted, self.CAP)

    @property
    def is_capped(self) -> bool:
        return self.counted > self.CAP
