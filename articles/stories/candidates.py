"""Which posts are compared: those that have keys in common, within a few days.

Many posts have the same keys. So the rows of each key are read once for all posts that are compared
at a time, and paired in arrays: to join them in PostgreSQL takes ten times as long.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from .keys import KINDS, SECURITY, TEXT

#: A key of a post as PostgreSQL sends it: the key, the time of the post in microseconds, its id.
KEY: Final = np.dtype([("key", ">i4"), ("at", ">i8"), ("post", ">i8")])
#: The same in the binary form of COPY: the number of the columns, and before each its size.
COPIED: Final = np.dtype(
    [
        *(("columns", ">i2"), ("of_key", ">i4"), ("key", ">i4")),
        *(("of_at", ">i4"), ("at", ">i8"), ("of_post", ">i4"), ("post", ">i8")),
    ]
)
COPY_BEGINS: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_ENDS: Final = b"\xff\xff"
#: Posts that are paired at a time: a post may have ten thousand rows, each of 100 bytes meanwhile.
AT_ONCE: Final = 125

Rows = np.ndarray[tuple[int], np.dtype[Any]]
Posts = np.ndarray[tuple[int], np.dtype[np.int64]]
Marks = np.ndarray[tuple[int], np.dtype[np.bool_]]


class Pairs(NamedTuple):
    """Pairs of posts, and whether they share more than a security."""

    one: Posts
    other: Posts
    have_word: Marks

    def where(self, are_so: Marks) -> "Pairs":
        """Those of these pairs."""
        return Pairs(self.one[are_so], self.other[are_so], self.have_word[are_so])

    def by_place(self, posts: Sequence[int]) -> "Pairs":
        """Those of which both are among `posts`, by their places there instead of their ids, the
        later one of each first; sorted by it, and then by the earlier one."""
        ids = np.array(posts, np.int64)
        order = np.argsort(ids)
        ids = ids[order]
        one, other = (ids.searchsorted(some) for some in (self.one, self.other))
        are_there = (ids.take(one, mode="clip") == self.one) & (
            ids.take(other, mode="clip") == self.other
        )
        one, other, have_word = Pairs(one, other, self.have_word).where(are_there)
        one, other = order[one], order[other]
        later, earlier = np.maximum(one, other), np.minimum(one, other)
        sorted_ = np.lexsort((earlier, later))
        return Pairs(later[sorted_], earlier[sorted_], have_word[sorted_])


def binary_rows(keys: Sequence[int], at: Sequence[int], posts: Sequence[int]) -> bytes:
    """These keys with times and posts, as in `KEY`, as COPY reads them."""
    rows = np.empty(len(keys), COPIED)
    rows["columns"] = 3
    rows["of_key"], rows["of_at"], rows["of_post"] = 4, 8, 8
    rows["key"], rows["at"], rows["post"] = keys, at, posts
    return COPY_BEGINS + rows.tobytes() + COPY_ENDS


def sharing(rows: Rows, posts: Sequence[int], window: int, most: int, most_of_text: int) -> Pairs:
    """The pairs of posts that share a security, two words or a text, one of which is one of
    `posts`: by their ids, the lower one first.

    `rows` (`KEY`) are all that have a key of `posts` within `window`, in microseconds, of the post.
    Where more than `most` have, it is paired with the earliest of them; and of a text, where more
    than `most_of_text` have.
    """
    rows = rows[np.lexsort((rows["post"], rows["at"], rows["key"]))]
    known, post_of = np.unique(rows["post"].astype(np.int64), return_inverse=True)
    keys, key_of = np.unique(rows["key"], return_inverse=True)
    times, time_of = np.unique(rows["at"].astype(np.int64), return_inverse=True)
    kinds = keys & KINDS
    most_of = np.where(kinds == TEXT, most_of_text, most)
    places = key_of * len(times) + time_of  # sorted, as the rows are
    found = [np.zeros(0, np.int64)]
    for start in range(0, len(posts), AT_ONCE):
        mine = np.flatnonzero(np.isin(known, posts[start : start + AT_ONCE])[post_of])
        key, at = key_of[mine], times[time_of[mine]]
        first = places.searchsorted(key * len(times) + times.searchsorted(at - window))
        last = places.searchsorted(key * len(times) + times.searchsorted(at + window, "right"))
        count = np.minimum(last - first, most_of[key])
        skipped = first - np.cumsum(count) + count
        one = np.repeat(post_of[mine], count)
        other = post_of[np.arange(len(one)) + np.repeat(skipped, count)]
        # Of a pair, an odd number for a security in common, an even one for each word, and two
        # even ones for a text.
        are_two = one != other
        kind = np.repeat(kinds[key], count)[are_two]
        shared = (one * len(known) + other)[are_two] * 2 + (kind == SECURITY)
        shared = np.sort(np.concatenate((shared, shared[kind == TEXT])))
        are_enough = shared & 1 == 1
        are_enough[1:] |= shared[1:] == shared[:-1]
        one_other = shared[are_enough] >> 1
        have_word = shared[shared.searchsorted(one_other * 2)] == one_other * 2
        one, other = np.divmod(one_other, len(known))
        low, high = np.minimum(one, other), np.maximum(one, other)
        found.append((low * len(known) + high) * 2 + have_word)
    pairs, have_word = np.divmod(np.unique(np.concatenate(found)), 2)
    one, other = np.divmod(pairs, max(1, len(known)))
    return Pairs(known[one], known[other], have_word > 0)
