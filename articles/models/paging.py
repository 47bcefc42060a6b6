"""The pages of a listing of posts, the keys by which addresses tell them apart, and places in the
order of changes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django.db.models import Q

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class PageKey:
    """Where a page begins or ends: the place of one post among all, the newest first."""

    published_at: dt.datetime
    id: int

    @classmethod
    def of(cls, post: Any) -> Self:
        return cls(post.published_at, post.pk)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what `str()` wrote; None for anything else."""
        microseconds, separator, pk = text.rpartition("-")  # before 1970 there is another
        try:
            moment = EPOCH + dt.timedelta(microseconds=int(microseconds))
            key = cls(moment, int(pk))
        except (ValueError, OverflowError):
            return None
        return key if separator and 0 <= key.id < 2**63 else None

    def __str__(self) -> str:
        return f"{(self.published_at - EPOCH) // dt.timedelta(microseconds=1)}-{self.id}"


class ChangePlace(NamedTuple):
    """A place in the order of changes: after the change of a version that has this id, or after all
    changes of that version and of those before it."""

    version: int
    id: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what `str()` wrote; None for anything else."""
        parts = text.split("-")
        if len(parts) > 2 or not all(part.isascii() and part.isdecimal() for part in parts):
            return None
        numbers = [int(part) for part in parts]
        return cls(*numbers) if max(numbers) < 2**63 else None

    def __str__(self) -> str:
        return str(self.version) if self.id is None else f"{self.version}-{self.id}"

    @property
    def later(self) -> Q:
        """Selects the changes after it."""
        if self.id is None:
            return Q(version__gt=self.version)
        return Q(version__gte=self.version) & (Q(version__gt=self.version) | Q(id__gt=self.id))


class Page(NamedTuple):
    """One page of a listing: posts, newest first, and the keys of the pages before and after."""

    posts: list[Any]
    newer: PageKey | None
    older: PageKey | None

    @classmethod
    def of(
        cls, found: Sequence[Any], size: int, before: PageKey | None, after: PageKey | None
    ) -> Self:
        """The page of the posts that were `found` from its place on, one more than its `size` if
        there are so many; with `after`, the oldest first."""
        posts, is_more = list(found[:size]), len(found) > size
        if after:
            posts.reverse()
        more_newer = is_more if after else before is not None
        return cls(
            posts,
            newer=PageKey.of(posts[0]) if posts and more_newer else None,
            older=PageKey.of(posts[-1]) if posts and (is_more or after is not None) else None,
        )


def older_than(key: PageKey) -> Q:
    # The second condition implies the first, but PostgreSQL uses the index only for the first.
    return Q(published_at__lte=key.published_at) & (
        Q(published_at__lt=key.published_at) | Q(id__lt=key.id)
    )


def newer_than(key: PageKey) -> Q:
    return Q(published_at__gte=key.published_at) & (
        Q(published_at__gt=key.published_at) | Q(id__gt=key.id)
    )
