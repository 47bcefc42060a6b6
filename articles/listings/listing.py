"""What answers a request: a value that pages, feeds and the desk show."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext

from ..days import local
from ..models import LEAD, Category, ChangePlace, Facet, PageKey, Post, Security
from ..search.conditions import Conditions
from ..search.facets import Summary
from ..search.misspelt import Offer
from ..search.query import Query
from ..search.renamings import Renaming
from ..search.text.normalise import normalise
from ..search.text.snippets import Piece
from ..terms import TermKind
from .filters import FacetGroup, FilterChip, PostFilter
from .leads import lead_of
from .media import Medium
from .request import ListingRequest, Order
from .subjects import Subject, TermSubject
from .watchlist import query_of

NO_MATCHES: Final = Summary(0, False, ())
OF_A_DAY: Final = 3  # entries: a day with so many becomes their heading

#: What the names of securities have room for in the line of a tape, how wide the gap after each is,
#: and a number such as +12 with its gap: in Chinese characters.
LINE: Final = 19
GAP: Final = 1.25
NUMBER: Final = 3.25
LATIN: Final = 0.65  # a letter or a digit


class AlsoTold(NamedTuple):
    """Another post that tells the same; `source` is the name of its medium, or empty."""

    slug: str
    title: str
    published_at: dt.datetime
    source: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A post of a listing.

    `title` and `passage`, the part of the text with the most matches, are in pieces, so that what
    a search found can be marked. `lead` has the first `LEAD` characters of the body, and
    `categories` are in the order of the post. A flash of a tape has the `securities` that it names
    instead. `also_told` are the other posts of its story, if the listing is by story.
    """

    post: Post
    title: Sequence[Piece]
    passage: Sequence[Piece] = ()
    lead: str = ""
    categories: Sequence[Category] = ()
    securities: Sequence[Security] = ()
    also_told: Sequence[AlsoTold] = ()

    @property
    def other_media(self) -> int:
        """How many other media tell the same."""
        own = self.post.source.name if self.post.source else ""
        return len({one.source for one in self.also_told} - {own, ""})

    @property
    def is_flash(self) -> bool:
        """Whether the body is so short that it says little more than the title."""
        return len(self.lead) < LEAD

    @property
    def is_line(self) -> bool:
        """Whether the title alone is shown: of a flash, unless only its text has some of what was
        searched for."""
        if not (self.is_flash and self.passage):
            return self.is_flash
        title = normalise(self.post.title)
        return all(normalise(one.text) in title for one in self.passage if one.is_match)

    @property
    def named_in_line(self) -> int:
        """How many of the securities fit beside the others' number in the line of a tape."""
        ends = list(accumulate(_width(str(one)) + GAP for one in self.securities))
        if not ends or ends[-1] <= LINE:
            return len(ends)
        return max(1, sum(end <= LINE - NUMBER for end in ends))

    @property
    def beginning(self) -> str:
        """What stands below the title where there is no passage; empty if it would say no more."""
        return lead_of(self.post.title, self.post.digest or self.lead)


@dataclass(frozen=True, slots=True)
class Chip:
    """A clause of the query as it was understood: its criteria, each with the name of its field,
    which is empty for text, and whether it is negated; and `rest`, the query of the address without
    the clause."""

    criteria: Sequence[tuple[str | Promise, str, bool]]
    is_excluded: bool
    rest: str


@dataclass(frozen=True, slots=True)
class CutNote:
    """That a query finds nothing as it stands and was cut into words: sentences that say so, and
    `insisting`, the query string that searches the text uncut."""

    notes: Sequence[str]
    insisting: str


@dataclass(frozen=True, slots=True)
class Hint:
    """For a clause of a query without results: whether the clause alone also has none, and how many
    posts match without it; if `is_capped`, there are more."""

    chip: Chip
    finds_nothing: bool
    posts_without: int
    is_capped: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The posts that answer a request, and what a page shows beside them.

    `newer` and `older` are the keys of the pages next to this one; None if there is none, and in
    the order of relevance. In the order of changes the next page begins after `last_change`.

    - `notes` are sentences about parts of the query that were not understood as written;
    - `read_as` is the text of the query that was answered, if that is another: what links to other
      pages ask for;
    - `cut` tells how the query was cut, if it finds nothing as it stands: then everything except
      `query` is of the query as cut.

    Pages lack `conditions`, which are those that the posts meet. Only pages have the rest:

    - `summary` is the count and the facets of all that the request finds;
    - `other_readings` are queries that find something where what is read as a period is text, or
      the other way round, and one of a period without posts, for the days beside it;
    - `simplified` is a query with traditional characters as it was looked for;
    - `cards` are the securities that the query means by name, code, pinyin or a part of a name;
    - `media` are those that words of the query name;
    - `to_compare` are the names of securities, if the query has several and nothing else;
    - `renamings` has the former names of these, or of the one that the listing is of, by their ids;
    - `advice` says for each clause of a query that finds nothing how many posts match without it,
      and `near` has names that resemble its words, each with the query that it makes;
    - `nearest` has the last day before a period without results and the first day after it that
      have some, each with the query of the address that shows it;
    - `in_whole_text` is a query for titles that finds nothing, as it finds something in the rest;
      `in_capitals` is one with operators in small letters, as it finds something in capitals;
    - `repeated` are the kinds of term that tell readers the same as others;
    - `is_complete`: whether there was time for all of this.
    """

    request: ListingRequest
    entries: Sequence[Entry] = ()
    newer: PageKey | None = None
    older: PageKey | None = None
    last_change: ChangePlace | None = None
    conditions: Conditions | None = None
    summary: Summary = NO_MATCHES
    facets: Sequence[FacetGroup] = ()
    chips: Sequence[Chip] = ()
    filter_chips: Sequence[FilterChip] = ()
    notes: Sequence[str] = ()
    read_as: str = ""
    other_readings: Sequence[str] = ()
    simplified: str = ""
    cut: CutNote | None = None
    cards: Sequence[Security] = ()
    media: Sequence[Medium] = ()
    renamings: Mapping[int, Sequence[Renaming]] = field(default_factory=dict)
    advice: Sequence[Hint] = ()
    near: Sequence[Offer] = ()
    nearest: Sequence[tuple[dt.date, str]] = ()
    in_whole_text: str = ""
    in_capitals: str = ""
    to_compare: Sequence[str] = ()
    directories: Sequence[TermKind] = ()
    repeated: Collection[Facet] = ()
    is_complete: bool = True

    @property
    def query(self) -> Query:
        return self.request.query

    @property
    def answered(self) -> Query:
        """The query with the text that finds what this one was read as, which is for links to
        pages that read queries as they are written."""
        return replace(self.query, text=self.read_as or self.query.text)

    @property
    def selecting(self) -> str | None:
        """The query of an address that selects the posts elsewhere, as `ListingRequest.selecting`
        has it."""
        return replace(self.request, query=self.answered).selecting

    @property
    def answering(self) -> PostFilter:
        """The filters beside the query that was answered, for links from what this one found to
        more or fewer of the same."""
        return self.filters.asking(self.read_as) if self.read_as else self.filters

    @property
    def trend(self) -> str:
        """The query of the address of its trend, within the same filters."""
        return self.answering.query(sort=None, stories=None, facet=None)

    @property
    def filters(self) -> PostFilter:
        return self.request.filters

    @property
    def subject(self) -> Subject | None:
        return self.request.subject

    @property
    def is_narrowed(self) -> bool:
        """Whether it is of anything other than the whole archive."""
        return bool(self.query.clauses or self.filters.selected or self.subject)

    @property
    def heading(self) -> str:
        return self.subject.heading if self.subject else gettext("All posts")

    @property
    def to_follow(self) -> str:
        """The query of the address of a watchlist of this alone: a term or a query. Empty for what
        cannot be followed: a day, the whole archive, what filters narrow."""
        query, subject = self.query, self.subject
        if self.filters.selected or (query.clauses and subject):
            return ""
        if isinstance(subject, TermSubject):
            return query_of([subject.term], ())
        return query_of((), [self.answered]) if query.clauses else ""

    @property
    def posts(self) -> list[Post]:
        return [entry.post for entry in self.entries]

    @property
    def days(self) -> list[tuple[dt.date | None, list[Entry]]]:
        """The entries by the days on which they appeared, newest first, as `by_day` has them."""
        return by_day(self.entries)

    @property
    def is_one_word(self) -> bool:
        """Whether one word is all that is searched for, which the heading says already."""
        criterion = self.query.only_criterion
        is_text = criterion is not None and not (criterion.field or criterion.is_phrase)
        is_read_so = len(self.chips) == 1 and len(self.chips[0].criteria) == 1
        return is_text and is_read_so

    @property
    def finds_nothing(self) -> bool:
        """Whether there is a query that finds nothing as it stands."""
        return bool(self.query.clauses) and (self.cut is not None or not self.summary.count)

    @property
    def has_stories(self) -> bool:
        """Whether it would show other posts if it were by story, or if it were not."""
        if not self.request.by_story:
            return True
        is_shorter = self.summary.stories not in (None, self.summary.count)
        return is_shorter or any(one.also_told for one in self.entries)

    @property
    def is_ranked(self) -> bool:
        return self.request.order is Order.RELEVANCE

    @property
    def previous(self) -> str | None:
        """The query of the address of the page before this one; None if there is none."""
        if self.is_ranked:
            number = self.request.number - 1
            return self.filters.query(page=number) if number > 0 else None
        return self.filters.query(after=self.newer) if self.newer else None

    @property
    def next(self) -> str | None:
        """The query of the address of the page after this one; None if there is none."""
        if self.is_ranked:
            return self.filters.query(page=self.request.number + 1) if self.older else None
        return self.filters.query(before=self.older) if self.older else None

    @property
    def first(self) -> str:
        """The query of the address of the first page."""
        return self.filters.query()


def by_day(entries: Iterable[Entry]) -> list[tuple[dt.date | None, list[Entry]]]:
    """The entries of each day that has `OF_A_DAY` or more, with the day. Entries of other days are
    grouped under None and show their own dates."""
    days = [
        (day, list(group))
        for day, group in groupby(entries, lambda entry: local(entry.post.published_at).date())
    ]
    runs = groupby(days, lambda one: one[0] if len(one[1]) >= OF_A_DAY else None)
    return [(day, [entry for _, found in run for entry in found]) for day, run in runs]


def _width(text: str) -> float:
    return sum(LATIN if character.isascii() else 1 for character in text)
