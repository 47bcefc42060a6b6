"""The archive compared with itself: what is stored twice, and what follows from something else.

    documents    their contents against their hashes
    references   rows against the rows that they belong to
    posts        posts against the documents that they are derived from
    terms        what follows from the names of terms and from their posts
    days         what is kept of what each day told

The search entries and counts are compared by `reindexing`; stories are left to
`rebuild_stories --check`.
"""

from collections.abc import Callable, Iterator

from .. import reindexing
from . import days, documents, posts, references, terms
from .difference import Difference

Tell = Callable[[int], None]


def differences(
    *, sample: int | None = None, repair: bool = False, on_batch: Tell = lambda count: None
) -> Iterator[Difference]:
    """Every difference. With `repair`, what can be repaired is, by the code that should have
    written it; the rest say what helps. With `sample`, only so many posts, chosen at random, are
    compared with their documents. `on_batch` is told how many posts were.

    What is repaired is committed batch by batch, so this may be interrupted, and run again."""
    yield from documents.differences(repair=repair)
    yield from references.differences(repair=repair)
    yield from terms.differences(repair=repair)
    yield from posts.differences(sample=sample, repair=repair, on_batch=on_batch)
    yield from search(repair=repair)
    yield from days.differences(repair=repair)


def search(*, repair: bool) -> Iterator[Difference]:
    found = list(reindexing.check())
    if found and repair:
        reindexing.rebuild()
    for said in found:
        yield Difference(said, repaired=repair)
