"""New names and codes of securities → the posts that were stored before them.

A post is recognised with the names that are known when it is stored. `seek` looks for those that
came later, and for those that went: by the index, or in all posts if they are many.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from django.db.models import F, Q, TextField, Value

from .. import changes, locks
from ..database import write_connection
from ..models import Post, SoughtName
from ..search.index import TABLE, UNPUBLISHED, has_index
from ..search.text.tokens import covering_tokens
from .forms import sought_forms
from .storing import recognise_in_entries

FEW: Final = 200  # names and codes: to look up each takes less time than to read all posts
POSTS_AT_ONCE: Final = 500  # in a transaction
KNOWN: Final = """(
    SELECT id, text
    FROM (
        SELECT id, code AS text FROM articles_security
        UNION SELECT id, unnest(array_append(names, name)) FROM articles_security
        UNION SELECT id, english_name FROM articles_security
        UNION SELECT security_id, name FROM articles_formername
    ) known
    WHERE text <> ''
)"""
SOUGHT: Final = "(SELECT security_id, text FROM articles_soughtname)"


def seek(look: Callable[[], object] = lambda: None, most: int | None = None) -> int:
    """Recognise again the stored posts that may contain a name or code added or taken away since.
    Returns how many. With `most`, returns 0 and leaves the work to a later call if more posts, or
    over `FEW` texts, are concerned. `look` runs before each batch; if it raises, the next call
    starts over."""
    new, gone = unsought()
    if not (new or gone):
        return 0
    texts = {text for _, text in new + gone}
    total = 0
    batches: Iterable[list[int]] = posts_with(texts)
    if most is not None:
        batches = list(islice(batches, 1 + most // POSTS_AT_ONCE))
        if len(texts) > FEW or sum(map(len, batches)) > most:
            return 0
    for post_ids in batches:
        look()
        recognise_again(post_ids)
        total += len(post_ids)
    with write_connection().cursor() as cursor:
        for statement, names in (
            ("INSERT INTO articles_soughtname (security_id, text) {} ON CONFLICT DO NOTHING", new),
            ("DELETE FROM articles_soughtname WHERE (security_id, text) IN ({})", gone),
        ):
            columns = [[one[place] for one in names] for place in (0, 1)]
            both = "SELECT * FROM unnest(%s::bigint[], %s::text[])"
            cursor.execute(statement.format(both), columns)
    return total


def unsought() -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The names and codes that came and those that went since posts were last looked through, each
    with the key of its security."""
    with write_connection().cursor() as cursor:
        cursor.execute(f"{KNOWN} EXCEPT {SOUGHT}")
        new = cursor.fetchall()
        cursor.execute(f"{SOUGHT} EXCEPT {KNOWN}")
        return new, cursor.fetchall()


def recognise_again(post_ids: Sequence[int]) -> None:
    with locks.writing():
        if changed := recognise_in_entries(post_ids):
            changes.mentions_changed(sorted(changed))


def forget(texts: Collection[str]) -> None:
    """Look for these names again: what they mean has changed."""
    SoughtName.objects.filter(text__in=texts).delete()


def forget_around(text: str) -> None:
    """Look again for the names that contain this text, or that it contains."""
    around = Q(text__contains=text) | Q(whole__contains=F("text"))
    SoughtName.objects.annotate(whole=Value(text, TextField())).filter(around).delete()


def posts_with(names: Collection[str]) -> Iterator[list[int]]:
    """Batches of ids of the posts that contain one of these texts; of all posts if there are more
    than `FEW`, or no index yet."""
    if len(names) > FEW or not has_index(write_connection()):
        last = 0
        posts = Post.objects.using(write_connection().alias).order_by("pk")
        while batch := list(posts.filter(pk__gt=last).values_list("pk", flat=True)[:POSTS_AT_ONCE]):
            yield batch
            last = batch[-1]
        return
    found: set[int] = set()
    with write_connection().cursor() as cursor:
        for name in sorted(set().union(*map(sought_forms, names))):
            found |= posts_with_name(cursor, name)
    in_order = sorted(found)
    for start in range(0, len(in_order), POSTS_AT_ONCE):
        yield in_order[start : start + POSTS_AT_ONCE]


def posts_with_name(cursor: Any, name: str) -> set[int]:
    tokens = list(map(int, covering_tokens(name)))
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT post_id FROM {table} WHERE tokens @> %(tokens)s::int4[] "
            "AND strpos(text, %(name)s) > 0"
            for table in (TABLE, UNPUBLISHED)
        ),
        {"tokens": tokens, "name": name},
    )
    return {post_id for (post_id,) in cursor}
