"""Conditions → the posts that meet them, and how many those are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, NamedTuple, Self

from django.db import transaction
from django.db.models.expressions import RawSQL

from ..database import read_connection
from ..models import ChangePlace, Facet, Page, PageKey, Post
from ..stored_posts import stored_entries
from .budget import Budget, OutOfTimeError
from .by_story import each_once, first_told_among
from .conditions import Condition, Conditions, Scope, conditions_of, group_of
from .index import ARCHIVE_VERSION, COUNTS, has_index
from .kept_names import AllNames
from .last_changed import last_changed, walk_changes
from .matching import ALL, Contents, is_late, matching
from .named_terms import NamedTerms
from .query import Clause, Criterion, Query
from .relevance import Words, by_relevance
from .sql import joined, sql
from .text.vocabulary import FINGERPRINT

COUNT_LIMIT: Final = 10_000  # matches, above which a count is given as "10,000+"
RANKED: Final = 1_000  # newest matches, which are put in the order of relevance
MAX_ADVICE: Final = 6  # clauses
PATIENCE: Final = 300  # milliseconds of reading texts for what is beside results

#: Leave PostgreSQL one plan: bitmap scans of the index on tokens, bucket by bucket.
SETTINGS: Final = {
    "enable_seqscan": "off",
    "enable_indexscan": "off",
    "enable_indexonlyscan": "off",
    "enable_memoize": "off",  # few entries have the same facets
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}


class SearchTimeoutError(Exception):
    """A search took longer than `TIMEOUT`. `lacks_index` tells whether that is because there is no
    index yet, as during an archive's first import."""

    def __init__(self, *, lacks_index: bool) -> None:
        super().__init__("no index yet" if lacks_index else "too long")
        self.lacks_index = lacks_index


class Count(NamedTuple):
    """How many posts match; if it `is_capped`, there are more."""

    posts: int
    is_capped: bool = False

    @classmethod
    def of(cls, found: int, is_late: bool) -> Self:
        """The count of which so many were found: up to `COUNT_LIMIT`, and if the time was over, a
        round number of them."""
        if found > COUNT_LIMIT:
            return cls(COUNT_LIMIT, True)
        if not is_late or not found:
            return cls(found)
        unit = 10 ** (len(str(found - 1)) - 1)
        return cls((found - 1) // unit * unit, True)


@dataclass(frozen=True, slots=True)
class Advice:
    """For a query without results: whether this clause alone also has none, and how many posts
    match without it, up to `COUNT_LIMIT`; `is_capped` tells whether there are more."""

    clause: Clause
    finds_nothing: bool
    posts_without: int
    is_capped: bool = False


@contextmanager
def in_time() -> Iterator[Budget]:
    """A transaction whose statements have the time of a search together. Raises
    `SearchTimeoutError`."""
    connection = read_connection()
    try:
        with (
            transaction.atomic(using=connection.alias),
            connection.execute_wrapper(budget := Budget(connection)),
        ):
            yield budget
    except OutOfTimeError as error:
        raise SearchTimeoutError(lacks_index=not has_index(connection)) from error


@contextmanager
def searching(known: AllNames | None = None) -> Iterator["Search"]:
    """Open a search, in a transaction of its own. `known` are the names of all terms, if they have
    been read already. Raises `SearchTimeoutError`."""
    with in_time() as budget, read_connection().cursor() as cursor:
        yield Search(cursor, NamedTerms(known), budget)


@dataclass
class Search:
    """What can be asked in the transaction of `searching`. `terms` tells what the fields of queries
    name. `tables` has, for each table that is searched, what `matching` is to know of it."""

    unprepared: Any  # the cursor, before the settings of searches are in force
    terms: NamedTerms
    budget: Budget
    tables: Sequence[Mapping[str, Any]] = ({},)

    @property
    def cursor(self) -> Any:
        """With the settings of searches in force."""
        _ = self.contents
        return self.unprepared

    @cached_property
    def contents(self) -> Contents:
        """What the index has. This is the first question of a search, so a listing that needs no
        search asks nothing."""
        settings = {**SETTINGS, "statement_timeout": self.budget.next_limit()}
        # One statement, because each round trip is a good part of what a page costs.
        self.unprepared.execute(
            f"""
            WITH setting AS MATERIALIZED (
                SELECT set_config(name, value, true)
                FROM unnest(%s::text[], %s::text[]) AS setting (name, value)
            )
            SELECT NULL, (SELECT max(vocabulary) FROM {ARCHIVE_VERSION})
            WHERE (SELECT count(*) FROM setting) > 0
            UNION ALL
            SELECT key, posts FROM {COUNTS} WHERE facet = {Facet.MONTH:d} AND posts > 0
            """,
            [list(settings), list(settings.values())],
        )
        found = dict(self.unprepared)
        has_words = found.pop(None, None) == FINGERPRINT
        return Contents(found, has_words)

    def conditions(self, query: Query, scope: Scope) -> Conditions:
        return conditions_of(query, scope, self.terms)

    def group(self, criteria: Iterable[Criterion]) -> tuple[Condition, ...]:
        """The conditions of criteria of which any will do."""
        return group_of(criteria, [], self.terms)

    def newest(
        self,
        conditions: Conditions,
        *,
        size: int,
        before: PageKey | None = None,
        after: PageKey | None = None,
        by_story: bool = False,
    ) -> Page:
        """The `size` matches next older than `before`, or next newer than `after`, or else the
        newest; if `by_story`, each story once."""
        keys = self.keys(conditions, size + 1, by_story, before=before, after=after)
        more = len(keys) > size
        keys = keys[:size][::-1] if after else keys[:size]
        return Page(
            self.read([key.id for key in keys], with_story=by_story),
            newer=keys[0] if keys and (more if after else before is not None) else None,
            older=keys[-1] if keys and (more or after is not None) else None,
        )

    def keys(
        self, conditions: Conditions, limit: int, by_story: bool = False, **page: Any
    ) -> list[PageKey]:
        columns = "post_id, published_at"
        self.cursor.execute(
            *matching(
                conditions,
                self.contents,
                columns,
                limit,
                only=each_once(conditions, by_story),
                **page,
            )
        )
        return [PageKey(published_at, pk) for pk, published_at in self.cursor]

    def newest_titles(self, most: int) -> list[str]:
        """The normalised titles of the newest posts."""
        self.cursor.execute(*matching(Conditions(), self.contents, "title", most))
        return [title for (title,) in self.cursor]

    def ranked(
        self,
        conditions: Conditions,
        words: Words,
        *,
        size: int,
        number: int,
        by_story: bool = False,
    ) -> Page:
        """Page `number`, from 1, of the newest `RANKED` matches by relevance; if `by_story`, each
        story of these once. Of equals, the newer comes first. The keys of the page only say whether
        there are pages beside it."""
        columns = "post_id, published_at, title, text"
        matched = matching(conditions, self.contents, columns, RANKED)
        ranked = by_relevance(first_told_among(matched) if by_story else matched, words)
        limits = f"LIMIT {size + 1:d} OFFSET {(number - 1) * size:d}"
        self.cursor.execute(*sql(f"%(ranked)s {limits}", ranked=ranked))
        ids = [pk for (pk,) in self.cursor]
        posts = self.read(ids[:size], with_story=by_story)
        return Page(
            posts,
            newer=PageKey.of(posts[0]) if posts and number > 1 else None,
            older=PageKey.of(posts[-1]) if posts and len(ids) > size else None,
        )

    def read(self, ids: Sequence[int], *, with_story: bool = False) -> list[Post]:
        """These posts, in this order, with what results show."""
        these = RawSQL("SELECT unnest(%s::bigint[])", [[*ids]])
        found = stored_entries(these, with_story=with_story, whole_text=True)
        posts = {post.pk: post for post in found}
        return [posts[pk] for pk in ids if pk in posts]

    def with_posts(self, candidates: Sequence[Conditions], most: int | None = None) -> set[int]:
        """The numbers of the candidates that a post meets: of the first `most`, or of all. Only of
        those that are tried within `PATIENCE`."""
        found = [
            (number, matching(conditions, **{**known, **table}))
            for known in [
                {"contents": self.contents, "columns": "post_id", "limit": 1, "within": PATIENCE}
            ]
            for number, conditions in enumerate(candidates)
            for table in self.tables
        ]
        if not found:
            return set()
        numbers = (sql(f"(SELECT {number} FROM (%(one)s) found)", one=one) for number, one in found)
        union = joined(" UNION ALL ", numbers)
        self.cursor.execute(*sql("%(union)s LIMIT %(most)s", union=union, most=most))
        return {number for (number,) in self.cursor}

    def met_by_none(self, clauses: Sequence[Clause]) -> list[Clause]:
        """Those of these clauses that no post meets."""
        met = self.with_posts([self.conditions(Query("", (one,)), Scope()) for one in clauses])
        return [clause for number, clause in enumerate(clauses) if number not in met]

    def changed(
        self,
        conditions: Conditions,
        most: int,
        before: ChangePlace | None,
        by_story: bool = False,
    ) -> Sequence[tuple[ChangePlace, int]]:
        """The last changes of all matches, as `last_changed` has them."""
        if self.count(conditions) > COUNT_LIMIT:
            found = walk_changes(self.cursor, conditions, most, before, by_story)
            if len(found) == most:
                return found
        matched = matching(conditions, self.contents, "post_id", ALL)
        posts = Post.objects.published().filter(pk__in=RawSQL(*matched))  # noqa: S611, its values are parameters
        return last_changed(posts, most, before, conditions if by_story else None)

    def count(self, conditions: Conditions) -> int:
        """How many posts match, up to `COUNT_LIMIT` + 1."""
        matched = matching(conditions, self.contents, "post_id", COUNT_LIMIT + 1)
        self.cursor.execute(*sql("SELECT count(*) FROM (%(matched)s) matched", matched=matched))
        return int(self.cursor.fetchone()[0])

    def counts(self, candidates: Sequence[Conditions]) -> list[Count]:
        """How many posts meet each of the candidates, as far as it is counted within `PATIENCE`.
        One statement."""
        if not candidates:
            return []
        counted = f"(SELECT count(*), {is_late(PATIENCE)} FROM (%(matched)s) matched)"
        found = (
            matching(one, self.contents, "post_id", COUNT_LIMIT + 1, within=PATIENCE)
            for one in candidates
        )
        self.cursor.execute(*joined(" UNION ALL ", (sql(counted, matched=one) for one in found)))
        return [Count.of(*row) for row in self.cursor]

    def advice(self, query: Query, scope: Scope) -> list[Advice]:
        """What each of the first `MAX_ADVICE` clauses of a query does to it. Two statements."""
        clauses = query.clauses[:MAX_ADVICE]
        wrong = self.met_by_none([one for one in clauses if not one.is_excluded])
        rests = [
            replace(query, clauses=tuple(other for other in query.clauses if other is not clause))
            for clause in clauses
        ]
        counts = [Count(0)] * len(clauses)
        if len(query.clauses) > 1:
            counts = self.counts([self.conditions(rest, scope) for rest in rests])
        return [
            Advice(clause, clause in wrong, count.posts, count.is_capped)
            for clause, count in zip(clauses, counts, strict=True)
        ]
