"""A page of a listing, with what stands beside its posts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import Facet, Page, Post, Security
from ..search import engine, facets, securities
from ..search.conditions import Conditions, Scope
from ..search.kept_names import AllNames, all_names
from ..search.query import Clause, Field, Query
from ..search.renamings import Renaming, renamings
from ..search.romanised import names_to_search
from ..search.shown import kept_or_made
from ..search.text.normalise import in_simplified
from ..terms import TERMS
from .comparisons import names_to_compare
from .entries import entry, highlighted
from .interpretations import Interpretation, first_that_finds, other_readings
from .listing import Chip, Entry, Hint, Listing
from .media import Medium, media_named
from .notes import cut_of, notes_on
from .plain import place_of, plain_page
from .request import ListingRequest, Order
from .subjects import TermSubject
from .ways_out import WaysOut, misspelt_in_cut

FIELDS: Final[dict[Field, str | Promise]] = {
    Field.TEXT: "",
    Field.TITLE: _("Title"),
    **{kind.query_field: kind.label for kind in TERMS},
    Field.CODE: _("Code"),  # as the field is called, which is that of securities
    Field.DATE: _("Date"),
}


class Found(NamedTuple):
    """What search found for a page, and what there was time for beside it."""

    reading: Interpretation
    conditions: Conditions
    page: Page | None
    summary: facets.Summary
    ways_out: WaysOut
    renamings: Mapping[int, Sequence[Renaming]]
    other_readings: Sequence[str]
    media: Sequence[Medium]
    is_complete: bool

    @property
    def posts(self) -> Sequence[Post]:
        """The posts of the page."""
        return self.page.posts if self.page else ()


def page(request: ListingRequest, scope: Scope) -> Listing:
    """A page of a listing: entries, and the count, facets, chips, notes and advice beside them."""
    known = names_to_search() if request.is_search else all_names()
    repeated = known.repeated  # not within the search, which must not use that index
    meant = securities.meant_by(request.query, known)
    cards = meant.securities if is_first(request) and not request.named else ()
    found = look_up(request, scope, known, cards)
    reading, ways_out = found.reading, found.ways_out
    posts = found.posts
    summary = found.summary
    if summary.is_capped and summary.count < len(posts):
        summary = replace(summary, count=len(posts))
    is_read_otherwise = posts and reading.text != request.query.text
    listing = Listing(request, read_as=reading.text if is_read_otherwise else "")
    return replace(
        listing,
        entries=entries_of(request, scope, found, repeated),
        newer=found.page.newer if found.page else None,
        older=found.page.older if found.page else None,
        summary=summary,
        facets=tuple(listing.answering.facets(summary, repeated)),
        chips=tuple(chip(request, reading, clause) for clause in reading.query.clauses),
        repeated=repeated,
        filter_chips=tuple(listing.answering.chips()),
        notes=notes_on(request, reading, found.conditions.notes, known),
        other_readings=found.other_readings,
        simplified=in_simplified(reading.query.text) if posts else "",
        cut=cut_of(request, reading) if posts else None,
        cards=cards,
        media=found.media,
        renamings=found.renamings,
        advice=tuple(
            Hint(
                chip(request, reading, one.clause),
                one.finds_nothing,
                one.posts_without,
                one.is_capped,
            )
            for one in ways_out.advice
        ),
        near=ways_out.near,
        nearest=ways_out.nearest,
        in_whole_text=ways_out.in_whole_text,
        in_capitals=ways_out.in_capitals,
        to_compare=names_to_compare(request.query.text) if is_first(request) else (),
        directories=ways_out.directories,
        is_complete=found.is_complete,
    )


def look_up(
    request: ListingRequest, scope: Scope, known: AllNames, cards: Sequence[Security]
) -> Found:
    """The posts of a page; then, as long as there is time, what stands beside them, the most
    important first."""
    plain = None if request.is_search else plain_page(request, scope)
    renamed: Mapping[int, Sequence[Renaming]] = {}
    others: list[str] = []
    media: list[Medium] = []
    with engine.searching(known) as search:

        def look(query: Query) -> tuple[Conditions, Page | None]:
            conditions = search.conditions(query, scope)
            return conditions, plain or found_page(search, request, query, conditions)

        reading, conditions, found = first_that_finds(search, request.query, scope, look)
        ways_out = WaysOut(search, request, scope)
        ids, summary = None, None
        if request.is_search and (found is None or is_whole(request, found)):
            ids = [post.pk for post in found.posts] if found else []
            summary = facets.Summary(len(ids), False, ())
        with search.budget.extras():
            if found is None:
                ways_out.find(reading)
            elif wrong := misspelt_in_cut(reading, known):
                ways_out.find_offers(reading, wrong, may_lack_words=False)
            summary = summarised(search, request, reading.query, scope, ids)
            if not (reading.query.clauses or summary.count or summary.is_capped):
                ways_out.find_nearest(reading)
            if is_first(request):
                renamed = renamings(search, [*cards, *securities_of(request)])
                if reading.query.clauses:
                    others = other_readings(search, request.query, reading, scope)
                    media = media_named(search, request, reading, scope)
        if summary is None:
            summary = facets.uncounted(search, conditions)
    is_complete = not search.budget.is_spent
    return Found(reading, conditions, found, summary, ways_out, renamed, others, media, is_complete)


def entries_of(
    request: ListingRequest, scope: Scope, found: Found, repeated: Collection[Facet]
) -> list[Entry]:
    """An entry for each post that was found, without categories if they are `repeated`."""
    if request.is_search:
        # Each of the words is normalised here, once for all posts.
        words = (*found.reading.query.words, *scope.words, *found.conditions.words)
        entries = [highlighted(post, words) for post in found.posts]
    else:
        entries = [entry(post, request.detail) for post in found.posts]
    if Facet.CATEGORY in repeated:
        return [replace(one, categories=()) for one in entries]
    return entries


def found_page(
    search: engine.Search, request: ListingRequest, query: Query, conditions: Conditions
) -> Page | None:
    """The page of what a query finds; None if that is nothing."""
    if not is_first(request) and not search.keys(conditions, 1):
        return None
    if request.order is Order.RELEVANCE:
        words, number = query.alternatives, request.number
        found = search.ranked(
            conditions, words, size=request.size, number=number, by_story=request.by_story
        )
    else:
        found = search.newest(conditions, **place_of(request), by_story=request.by_story)
    return found if found.posts or not is_first(request) else None


def is_first(request: ListingRequest) -> bool:
    return request.before is None and request.after is None and request.number == 1


def is_whole(request: ListingRequest, found: Page) -> bool:
    """Whether a page has all that was found, and no story of which it may leave something out."""
    if not is_first(request) or found.older is not None or len(found.posts) >= request.size:
        return False
    return not request.by_story or not any(post.also_told for post in found.posts)


def securities_of(request: ListingRequest) -> list[Security]:
    """The security that a listing is of, if it is of one."""
    subject = request.subject
    if isinstance(subject, TermSubject) and isinstance(subject.term, Security):
        return [subject.term]
    return []


def summarised(
    search: engine.Search,
    request: ListingRequest,
    query: Query,
    scope: Scope,
    found: Sequence[int] | None,
) -> facets.Summary:
    """The summary of what a query finds: `found`, if that is known."""
    filters = request.filters
    scopes = tuple(filters.scopes_apart(scope))

    def made() -> facets.Summary:
        asked = search.conditions(query, Scope())
        apart = {
            facet: facets.Apart(asked.within(rest), scope.keys_of(facet)) for facet, rest in scopes
        }
        if found is not None and not (found or apart):
            return facets.Summary(0, False, ())
        longest = filters.longest
        return facets.summary(search, asked.within(scope), apart, longest=longest, found=found)

    if request.is_search:  # of which few go on to another page
        return made()
    return kept_or_made((summarised, scope, scopes, filters.longest), made)


def chip(request: ListingRequest, reading: Interpretation, clause: Clause) -> Chip:
    names = reading.names
    return Chip(
        [(FIELDS[one.field], names.get(one, one.value), one.is_negated) for one in clause.criteria],
        clause.is_excluded,
        request.filters.query(q=reading.without(clause) or None),
    )
