"""The stories of posts that have changed, in the database.

A post is compared with those that share a key with it, and linked with the earliest of those that
tell the same story. Stories are made of the links by `grouping`, among all posts that are linked
with the changed ones, directly or by others.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from threading import Lock
from typing import Any, Final, NamedTuple

import numpy as np

from ..database import write_connection
from ..models import TIMELINE, Market, Post, Security
from ..search.days_told import forget_days_of
from ..search.index import EntryRow
from ..search.text.normalise import normalise
from .candidates import KEY, Pairs, binary_rows, sharing
from .evidence import COMPARED, Evidence
from .grouping import beyond, first_tellings, united
from .keys import MOST_KEYS, keys_of, may_be_same
from .similarity import WINDOW, Link, differ_in_figures, link_of

#: Posts with one key, the earliest of those within the window, that a post is compared with. More
#: have one title or one subject in a few days only where something writes posts by the thousand.
MOST: Final = 1000
#: Likewise of posts with one text: of copies, no more are linked. Texts in one template and those
#: that begin with the same notice may come by the thousand.
MOST_OF_TEXT: Final = 50
#: Earlier posts with which a post is linked: the earliest of those that tell the same. An alert in
#: a thousand copies would have a million links if each had one with every other.
LINKED: Final = 30

MICROSECOND: Final = dt.timedelta(microseconds=1)
POSTGRESQL_EPOCH: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # from which it counts time

NO_EVIDENCE: Final[Mapping[int, Evidence]] = {}
NO_SUBJECT: Final[tuple[tuple[str, ...], str, bool]] = ((), "", False)


class Told(NamedTuple):
    """A post, and what editors say of its story, as in `Post`. It `is_published` if it has a search
    entry: one that is about to be deleted has none."""

    id: int
    slug: str
    story: str
    tells_first: bool
    is_published: bool


class Row(NamedTuple):
    """The search entry of a post: the transaction that wrote it, where PostgreSQL has it, and the
    securities that the post names, as `subjects_of` finds them. On another `TIMELINE` another
    transaction may have the number."""

    post: int
    timeline: int | None
    transaction: str
    place: str
    securities: tuple[str, ...]
    name: str
    are_in_title: bool

    @property
    def subject(self) -> tuple[tuple[str, ...], str, bool]:
        return self.securities, normal_name(self.name), self.are_in_title


#: The evidence of the posts of a few days, with which those of the next batch are compared: what
#: was found last.
remembered: Final[dict[Row, Evidence]] = {}
REMEMBERED: Final = 4000  # posts
remembering: Final = Lock()


class Story(NamedTuple):
    """What is stored of a post whose story others tell too."""

    first: int
    place: int
    is_copy: bool


def regroup(
    post_ids: Sequence[int],
    entries: Sequence[EntryRow] | None = None,
    evidence: Mapping[int, Evidence] = NO_EVIDENCE,
) -> None:
    """Bring stories up to date after these posts have changed, in the transaction that changed
    them. `entries` are their search entries, and `evidence` is what their texts say, by post, as
    far as the caller has them."""
    with write_connection().cursor() as cursor:
        beside = linked_with(cursor, post_ids)
        full = linked_to_the_full(cursor, beside.difference(post_ids))
        beside |= unlink(cursor, [*post_ids, *full]) | told_with(cursor, post_ids)
        if entries is None:
            found = stored_evidence(cursor, [*post_ids, *full])
        else:
            found = evidence_of_entries(cursor, entries, evidence)
            found |= stored_evidence(cursor, full)
        write_keys(cursor, found)
        links = compare(cursor, found)
        write_links(cursor, links)
        beside.update(other for pair in links for other in pair)
        group(cursor, beside.union(post_ids, full))


def array(numbers: Iterable[int]) -> str:
    """Numbers as PostgreSQL reads an array of them, which psycopg takes ten times as long for."""
    return f"{{{','.join(map(str, numbers))}}}"


def linked_with(cursor: Any, post_ids: Sequence[int]) -> set[int]:
    """The posts that are linked with these."""
    cursor.execute(
        "SELECT DISTINCT other_id FROM articles_storylink WHERE post_id = ANY(%s)",
        [array(post_ids)],
    )
    return {pk for (pk,) in cursor}


def linked_to_the_full(cursor: Any, post_ids: Collection[int]) -> list[int]:
    """Those of these posts that may have as many links with earlier ones as a post has. If one with
    which they are linked changes, each may have to be linked with others instead."""
    if not post_ids:  # as of posts that are new
        return []
    cursor.execute(
        "SELECT post_id FROM articles_storylink WHERE post_id = ANY(%s) "
        "GROUP BY post_id HAVING count(*) >= %s",
        [array(post_ids), LINKED],
    )
    return [pk for (pk,) in cursor]


def unlink(cursor: Any, post_ids: Sequence[int]) -> set[int]:
    """Delete keys and links of these posts. Return the posts that they were linked with."""
    ids = array(post_ids)
    cursor.execute("DELETE FROM articles_storykey WHERE post_id = ANY(%s)", [ids])
    cursor.execute(
        """
        WITH found AS (DELETE FROM articles_storylink WHERE post_id = ANY(%s) RETURNING *),
             turned AS (
                 DELETE FROM articles_storylink link USING found
                 WHERE link.post_id = found.other_id AND link.other_id = found.post_id
             )
        SELECT other_id FROM found
        """,
        [ids],
    )
    return {other for (other,) in cursor}


def told_with(cursor: Any, post_ids: Sequence[int]) -> set[int]:
    """The posts of the stories that these posts had so far: an editor may have united them, and
    said otherwise since."""
    cursor.execute(
        """
        SELECT other.post_id FROM articles_storypost this
        JOIN articles_storypost other USING (first_id) WHERE this.post_id = ANY(%s)
        """,
        [array(post_ids)],
    )
    return {pk for (pk,) in cursor}


def evidence_of_entries(
    cursor: Any, entries: Iterable[EntryRow], ready: Mapping[int, Evidence]
) -> dict[int, Evidence]:
    """The evidence of posts, by post. Of those that are `ready` it lacks only what they are
    about."""
    texts = {entry.post_id: entry for entry in entries if entry.is_published}
    found = {}
    rows = rows_of(cursor, [*texts])
    for pk, row in rows.items():
        entry = texts[pk]
        title, text = entry.indexed.title, entry.indexed.text
        what = ready.get(pk) or Evidence.of(entry.published_at, title, text)
        found[pk] = what.naming(title, *row.subject)
    remember(found, rows)
    return found


def stored_evidence(cursor: Any, post_ids: Sequence[int]) -> dict[int, Evidence]:
    """The evidence of published posts, from their search entries, by post."""
    rows = rows_of(cursor, post_ids)
    with remembering:
        found = {pk: remembered[row] for pk, row in rows.items() if row in remembered}
    new = {}
    cursor.execute(
        "SELECT post_id, published_at, title, left(text, %s) FROM articles_searchentry "
        "WHERE post_id = ANY(%s)",
        [COMPARED, array(pk for pk in rows if pk not in found)],
    )
    for pk, published_at, title, text in cursor.fetchall():
        new[pk] = Evidence.of(published_at, title, text, *rows[pk].subject)
    remember(new, rows)
    return found | new


def remember(evidence: Mapping[int, Evidence], rows: Mapping[int, Row]) -> None:
    with remembering:
        for pk, what in evidence.items():
            remembered[rows[pk]] = what
        for row in [*islice(remembered, max(0, len(remembered) - REMEMBERED))]:
            del remembered[row]


def rows_of(cursor: Any, post_ids: Sequence[int]) -> dict[int, Row]:
    """The search entries of published posts, by post."""
    subjects = subjects_of(cursor, post_ids)
    cursor.execute(
        """
        SELECT post_id, (SELECT number / %s FROM articles_edition), xmin::text, ctid::text
        FROM articles_searchentry WHERE post_id = ANY(%s)
        """,
        [TIMELINE, array(post_ids)],
    )
    return {
        pk: Row(pk, timeline, transaction, place, *subjects.get(pk, NO_SUBJECT))
        for pk, timeline, transaction, place in cursor.fetchall()
    }


normal_name: Final = lru_cache(1000)(normalise)


def subjects_of(
    cursor: Any, post_ids: Sequence[int]
) -> dict[int, tuple[tuple[str, ...], str, bool]]:
    """The securities of each post, that first which the title names, with its name, and whether it
    does; or else the stock that the text names first. Boards are no subjects, and indices are only
    in titles."""
    cursor.execute(
        """
        SELECT post_id, array_agg(security_id::text ORDER BY in_title DESC, is_other, position),
               (array_agg(name ORDER BY in_title DESC, is_other, position))[1], bool_or(in_title)
        FROM articles_mention JOIN articles_security security ON security.id = security_id,
             LATERAL (SELECT NOT in_title AND kind <> %s) beside (is_other)
        WHERE post_id = ANY(%s) AND security.market <> %s
        GROUP BY post_id HAVING NOT bool_and(is_other)
        """,
        [Security.Kind.STOCK, array(post_ids), Market.BOARD],
    )
    return {
        pk: (tuple(named), name, are_in_title)
        for pk, named, name, are_in_title in cursor.fetchall()
    }


def write_keys(cursor: Any, found: Mapping[int, Evidence]) -> None:
    if not found:
        return
    keys: list[int] = []
    at: list[int] = []
    posts: list[int] = []
    for pk, what in found.items():
        of_post = keys_of(what)
        keys += of_post
        at += [(what.published_at - POSTGRESQL_EPOCH) // MICROSECOND] * len(of_post)
        posts += [pk] * len(of_post)
    columns = "(key, published_at, post_id)"
    with cursor.copy(f"COPY articles_storykey {columns} FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(binary_rows(keys, at, posts))


def compare(cursor: Any, found: Mapping[int, Evidence]) -> dict[tuple[int, int], Link]:
    """Those pairs of a changed post and another one that tell the same story, each once, the later
    post first; of each later post those with the earliest others, `LINKED` at most."""
    pairs = candidates(cursor, list(found))
    others = {*pairs.one.tolist(), *pairs.other.tolist()} - found.keys()
    known = {**found, **stored_evidence(cursor, sorted(others))}
    posts = in_order(cursor, known)  # without those that are gone, but whose keys are there
    compared = [known[pk] for pk in posts]
    pairs = pairs.by_place(posts)
    pairs = pairs.where(~differ_in_figures(compared, pairs.one, pairs.other))
    links: dict[tuple[int, int], Link] = {}
    count = [0] * len(posts)
    for later, earlier, have_word in zip(*(some.tolist() for some in pairs), strict=True):
        if count[later] == LINKED:
            continue
        one, other = compared[later], compared[earlier]
        if (have_word or may_be_same(one, other)) and (link := link_of(one, other)):
            links[posts[later], posts[earlier]] = link
            count[later] += 1
    return links


def in_order(cursor: Any, post_ids: Iterable[int]) -> list[int]:
    """These posts in the order of their appearance."""
    cursor.execute(
        "SELECT id FROM articles_post WHERE id = ANY(%s) ORDER BY published_at, slug",
        [array(post_ids)],
    )
    return [pk for (pk,) in cursor.fetchall()]


def candidates(cursor: Any, post_ids: Sequence[int]) -> Pairs:
    """The pairs of posts of which one is one of these, as `sharing` finds them."""
    # The limit holds for any posts. Without it PostgreSQL expects a hundred spans of each key; and
    # without MATERIALIZED and OFFSET it reads the keys of the whole archive.
    cursor.execute(
        """
        WITH mine AS MATERIALIZED (
            SELECT key, published_at FROM articles_storykey WHERE post_id = ANY(%(ids)s)
        )
        SELECT string_agg(
            int4send(near.key) || timestamptz_send(near.published_at) || int8send(near.post_id), ''
        )
        FROM (
            SELECT key, unnest(range_agg(
                tstzrange(published_at - %(window)s, published_at + %(window)s, '[]')
            )) AS span
            FROM mine GROUP BY key LIMIT %(spans)s
        ) spans
        CROSS JOIN LATERAL (
            SELECT key, published_at, post_id FROM articles_storykey
            WHERE key = spans.key AND published_at BETWEEN lower(span) AND upper(span) OFFSET 0
        ) near
        """,
        {"window": WINDOW, "ids": array(post_ids), "spans": MOST_KEYS * len(post_ids)},
    )
    [rows] = cursor.fetchone()
    near = np.frombuffer(rows or b"", KEY)
    return sharing(near, post_ids, WINDOW // MICROSECOND, MOST, MOST_OF_TEXT)


def write_links(cursor: Any, links: Mapping[tuple[int, int], Link]) -> None:
    if not links:
        return
    columns = "(post_id, other_id, score, is_copy)"
    with cursor.copy(f"COPY articles_storylink {columns} FROM STDIN") as copy:
        for (one, other), (sure, is_copy) in links.items():
            link = f"{sure!r}\t{is_copy}\n"
            copy.write(f"{one}\t{other}\t{link}{other}\t{one}\t{link}")


def group(cursor: Any, post_ids: Iterable[int]) -> None:
    """Make stories of all posts that are linked with these, directly or by others."""
    posts = linked(cursor, post_ids)
    ids = [post.id for post in posts]
    links = stored_links(cursor, ids)
    delete_links(cursor, beyond(ids, links, LINKED), links)
    write_stories(cursor, ids, stories_of(posts, links))


def delete_links(
    cursor: Any, pairs: Sequence[tuple[int, int]], links: Mapping[int, dict[int, Link]]
) -> None:
    """Delete the links of these pairs, as stored and of `links`."""
    if not pairs:
        return
    cursor.execute(
        """
        DELETE FROM articles_storylink link
        USING unnest(%s::int8[], %s::int8[]) pair (post_id, other_id)
        WHERE (link.post_id, link.other_id) IN (
            (pair.post_id, pair.other_id), (pair.other_id, pair.post_id)
        )
        """,
        [*map(array, zip(*pairs, strict=True))],
    )
    for one, other in pairs:
        del links[one][other], links[other][one]


def linked(cursor: Any, post_ids: Iterable[int]) -> list[Told]:
    """These posts and all that are linked with them, or united by an editor, directly or by others,
    the earliest first."""
    cursor.execute(
        """
        WITH RECURSIVE near (id) AS (
            SELECT unnest(%(ids)s::int8[])
            UNION
            SELECT other.id FROM near CROSS JOIN LATERAL (
                SELECT other_id AS id FROM articles_storylink WHERE post_id = near.id
                UNION ALL
                SELECT other.id FROM articles_post this
                JOIN articles_post other ON other.slug = this.story
                WHERE this.id = near.id AND this.story <> ''
                UNION ALL
                SELECT other.id FROM articles_post this
                JOIN articles_post other ON other.story <> ''
                    AND other.story = ANY(ARRAY[this.slug, nullif(this.story, %(alone)s)])
                WHERE this.id = near.id
            ) other
        )
        SELECT id, slug, story, tells_first, EXISTS (
            SELECT FROM articles_searchentry WHERE post_id = id
        )
        FROM articles_post WHERE id = ANY(ARRAY(SELECT id FROM near))
        ORDER BY published_at, slug
        """,
        {"ids": array(post_ids), "alone": Post.STANDS_ALONE},
    )
    return [Told(*row) for row in cursor.fetchall()]


def stored_links(cursor: Any, post_ids: Sequence[int]) -> dict[int, dict[int, Link]]:
    """The links of these posts: for each, the others with which it is linked."""
    cursor.execute(
        "SELECT post_id, other_id, score, is_copy FROM articles_storylink WHERE post_id = ANY(%s)",
        [array(post_ids)],
    )
    links: dict[int, dict[int, Link]] = defaultdict(dict)
    for pk, other, sure, copied in cursor.fetchall():
        links[pk][other] = (sure, copied)
    return links


def stored_stories(cursor: Any, post_ids: Sequence[int]) -> dict[int, Story]:
    cursor.execute(
        "SELECT post_id, first_id, place, is_copy FROM articles_storypost WHERE post_id = ANY(%s)",
        [array(post_ids)],
    )
    return {pk: Story(*story) for pk, *story in cursor.fetchall()}


def stories_of(posts: Sequence[Told], links: Mapping[int, Mapping[int, Link]]) -> dict[int, Story]:
    """The stories of those of `posts` whose story others tell too. Of each, `posts` has all, in the
    order of their appearance."""
    posts = [post for post in posts if post.is_published]
    appeared = {post.id: number for number, post in enumerate(posts)}
    scores = {pk: {other: link[0] for other, link in all_.items()} for pk, all_ in links.items()}
    alone = {post.id for post in posts if post.story == Post.STANDS_ALONE}
    together = united(pairs_of(posts))
    told_first = first_tellings([post.id for post in posts], scores, together, alone)
    tellings: dict[int, list[int]] = defaultdict(list)
    for post in sorted(posts, key=lambda post: not post.tells_first):
        tellings[told_first[post.id]].append(post.id)
    found: dict[int, Story] = {}
    for told in tellings.values():
        for place, pk in enumerate(told if len(told) > 1 else ()):
            copied = (other for other, (_, is_copy) in links.get(pk, {}).items() if is_copy)
            is_copy = any(
                told_first.get(other) == told_first[pk] and appeared[other] < appeared[pk]
                for other in copied
            )
            found[pk] = Story(told[0], place, is_copy)
    return found


def pairs_of(posts: Iterable[Told]) -> Iterator[tuple[int, int]]:
    """The pairs that editors' words make of these posts: a post belongs to the one that it
    names, and to all that name the same."""
    named: dict[str, list[int]] = defaultdict(list)
    for post in posts:
        named[post.slug].append(post.id)
        if post.story not in ("", post.slug, Post.STANDS_ALONE):
            named[post.story].append(post.id)
    for those in named.values():
        yield from pairwise(those)


def write_stories(cursor: Any, posts: Sequence[int], stories: Mapping[int, Story]) -> None:
    """Store the stories of these posts, where they differ from what is stored."""
    stored = stored_stories(cursor, posts)
    gone = [pk for pk in stored if stories.get(pk) != stored[pk]]
    if gone:
        cursor.execute("DELETE FROM articles_storypost WHERE post_id = ANY(%s)", [array(gone)])
    new = [(pk, *story) for pk, story in stories.items() if stored.get(pk) != story]
    if new:
        columns = "(post_id, first_id, place, is_copy)"
        with cursor.copy(f"COPY articles_storypost {columns} FROM STDIN") as copy:
            for row in new:
                copy.write_row(row)
    if gone or new:
        forget_days_of(cursor, [*gone, *(pk for pk, *_ in new)])


def differences(post_ids: Sequence[int]) -> dict[int, str]:
    """What is wrong with the stored keys, links and stories of these posts, in words, by post.
    Writes nothing."""
    with write_connection().cursor() as cursor:
        found = stored_evidence(cursor, post_ids)
        wrong = dict.fromkeys(wrong_keys(cursor, post_ids, found), "keys")
        wanted: dict[int, dict[int, Link]] = defaultdict(dict)
        for (pk, other), link in compare(cursor, found).items():
            wanted[pk][other] = link
        posts = linked(cursor, post_ids)
        place = {post.id: number for number, post in enumerate(posts)}
        links = stored_links(cursor, [*place])
        for pk in place.keys() & post_ids:
            # Each pair is told of the later post. One that is gone has no place.
            earlier = [other for other in links.get(pk, {}) if place.get(other, -1) < place[pk]]
            one_way = {other: links[pk][other] for other in earlier}
            other_way = {other: links.get(other, {}).get(pk) for other in earlier}
            if not one_way == other_way == wanted[pk]:
                wrong.setdefault(pk, "links")
        stories = stories_of(posts, links)
        stored = stored_stories(cursor, post_ids)
        for pk in post_ids:
            if stored.get(pk) != stories.get(pk):
                wrong.setdefault(pk, "story")
    return {pk: f"post {pk}: {what} out of date" for pk, what in wrong.items()}


def wrong_keys(
    cursor: Any, post_ids: Sequence[int], found: Mapping[int, Evidence]
) -> Iterator[int]:
    """Those of these posts that have not the keys that follow from their evidence."""
    cursor.execute(
        "SELECT post_id, published_at, array_agg(key) FROM articles_storykey "
        "WHERE post_id = ANY(%s) GROUP BY post_id, published_at",
        [array(post_ids)],
    )
    stored = {(pk, published_at): set(keys) for pk, published_at, keys in cursor}
    wanted = {(pk, what.published_at): set(keys_of(what)) for pk, what in found.items()}
    for pk, published_at in stored.keys() | {both for both, keys in wanted.items() if keys}:
        if stored.get((pk, published_at)) != wanted.get((pk, published_at)):
            yield pk


def delete_half_links() -> None:
    """Delete links that are stored one way round only. What both posts tell makes them anew."""
    with write_connection().cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM articles_storylink link WHERE NOT EXISTS (
                SELECT FROM articles_storylink turned
                WHERE turned.post_id = link.other_id AND turned.other_id = link.post_id
            )
            """
        )


def orphans() -> list[int]:
    """The posts that are gone, but have keys, links or a story."""
    with write_connection().cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT post_id FROM (
                SELECT post_id FROM articles_storykey
                UNION ALL SELECT unnest(ARRAY[post_id, other_id]) FROM articles_storylink
                UNION ALL SELECT post_id FROM articles_storypost
            ) stored
            WHERE NOT EXISTS (SELECT FROM articles_post WHERE id = post_id) ORDER BY post_id
            """
        )
        return [pk for (pk,) in cursor]


def delete_orphans() -> None:
    """Delete keys, links and stories of posts that are gone."""
    if gone := orphans():
        regroup(gone, [])
        with write_connection().cursor() as cursor:
            cursor.execute("DELETE FROM articles_storypost WHERE post_id = ANY(%s)", [array(gone)])
