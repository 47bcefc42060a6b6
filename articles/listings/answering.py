"""A request → the listing that answers it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from prometheus_client import Counter

from ..models import LEAD, Category, Facet, Page, PageKey, Post, PostQuerySet, Security
from ..search import busiest, desk, engine, facets, misspelt, securities
from ..search.conditions import Conditions, Scope, conditions_of
from ..search.cutting import cut
from ..search.fewer_words import in_fewer_words
from ..search.kept_names import AllNames, all_names
from ..search.query import MAX_LENGTH, Clause, Criterion, Field, Query, parse
from ..search.renamings import renamings
from ..search.text.normalise import in_simplified
from ..search.text.segmentation import JOINING
from ..search.text.snippets import Piece, best_passage, highlight
from ..terms import CATEGORY, TERMS
from .interpretations import Interpretation, first_that_finds, interpretations, with_periods
from .listing import Chip, Cut, Entry, Hint, Listing
from .nearest import dates_of, nearest_days
from .notes import how_to_insist, notes_on, said_of_cut, sentences
from .request import Detail, ListingRequest, Order
from .subjects import TermSubject

MATCHES: Final = 5_000  # of a query, among which flashes are looked for: more than a day has
NONE: Final[Mapping[Any, str]] = MappingProxyType({})
FIELDS: Final[dict[Field, str | Promise]] = {
    Field.TEXT: "",
    Field.TITLE: _("Title"),
    **{kind.query_field: kind.label for kind in TERMS},
    Field.CODE: _("Code"),  # as the field is called, which is that of securities
    Field.DATE: _("Date"),
}
SEARCHES: Final = Counter(
    "newsroom_searches",
    "Searches for readers, by the order of a page or the detail of a feed or tape, and by outcome.",
    ["kind", "outcome"],
)


def answer(request: ListingRequest) -> Listing:
    """The listing that answers a request, empty if a filter makes no sense. Raises
    `engine.SearchTimeoutError`."""
    scope = request.scope
    if scope is None:
        return Listing(request)
    if request.query.is_senseless:
        return Listing(request, notes=sentences(request.query.notes))
    read = page if request.detail is Detail.PAGE else newest
    if not request.is_search:
        return read(request, scope)
    kind = request.order if request.detail is Detail.PAGE else request.detail
    try:
        listing = read(request, scope)
    except engine.SearchTimeoutError:
        SEARCHES.labels(kind.value, "timeout").inc()
        raise
    SEARCHES.labels(kind.value, "found" if listing.entries else "nothing").inc()
    return listing


class FoundByEditors(NamedTuple):
    """The ids of posts, newest first, and sentences on how the query was understood. If there are
    none, `near` has what may have been meant, or what finds some in whole texts or with operators
    in capitals."""

    ids: list[int]
    notes: tuple[str, ...]
    near: Sequence[misspelt.Offer] = ()


def found_by_editors(request: ListingRequest) -> FoundByEditors:
    """The newest posts that a request finds, of every status or of the one that it wants. Raises
    `engine.SearchTimeoutError`."""
    query, scope = request.query, request.scope
    if scope is None or query.is_senseless:
        return FoundByEditors([], sentences(query.notes))
    known = all_names()
    with desk.searching(request.status) as search:

        def look(query: Query) -> tuple[Conditions, list[int]]:
            conditions = conditions_of(query, scope, for_editors=True)
            return conditions, search.newest(conditions, request.size)

        def found(query: Query) -> tuple[Interpretation, Conditions, list[int]]:
            ways = interpretations(query, known, lambda one: search.cut(one, scope))
            return first_that_finds(ways, look)

        reading, conditions, ids = found(query)
        near: list[misspelt.Offer] = []
        if query.clauses and not ids:
            near = misspelt.other_than(search.offers(with_periods(query), scope), query)
            for text in filter(None, (query.in_whole_text, query.in_capitals)):
                if found(parse(text, timezone.localdate()))[2]:
                    near.append(misspelt.Offer(text, text))
    said = (*said_of_cut(request, reading.as_cut), how_to_insist()) if reading.as_cut else ()
    return FoundByEditors(ids, (*notes_on(request, reading, conditions.notes), *said), near)


def page(request: ListingRequest, scope: Scope) -> Listing:
    """A page of a listing: entries, and the count, facets, chips, notes and advice beside them."""
    filters = request.filters
    known = all_names()
    repeated = known.repeated  # not within the search, which must not use that index
    meant = securities.meant_by(request.query, known)
    is_ranked = request.order is Order.RELEVANCE
    place: Any = {"size": request.size, "before": request.before, "after": request.after}
    found = None
    if not request.is_search:
        found = scope.filter(Post.objects.published()).for_listing().page(**place)
    with engine.searching() as search:
        reading, conditions, summary = first_that_finds(
            interpretations(request.query, known, lambda one: cut(search, one, scope)),
            lambda query: summarised(search, request, query, scope),
        )
        query = reading.query
        words = (*query.words, *scope.words, *conditions.words)  # which normalises each word
        if is_ranked:
            number = request.number
            ranked = search.ranked(conditions, query.alternatives, size=request.size, number=number)
            found = Page(ranked, None, None)
        elif found is None:
            # A rare word that has only frequent pairs is looked for in many texts, but only once.
            in_months = search if summary.months is None else search.within(summary.months)
            found = in_months.newest(conditions, **place)
        is_empty = bool(query.clauses) and not summary.count
        advice = search.advice(query, scope) if is_empty else []
        wrong = [one.clause for one in advice if one.finds_nothing] or words_left_out(reading)
        near = misspelt.offers(search, request.query, wrong, scope) if wrong else []
        if not near and (is_empty or wrong):
            near = in_fewer_words(search, with_periods(request.query), scope)
        near = misspelt.other_than(near, request.query, query)
        advice, near = without_repeats(query, advice, near, is_any_wrong=bool(wrong))
        nearest = [] if summary.count else nearest_days(search, query, scope)
        in_whole_text = in_capitals = ""
        if is_empty:
            in_whole_text = if_it_finds(search, request.query.in_whole_text, known, scope)
            in_capitals = if_it_finds(search, request.query.in_capitals, known, scope)
        is_first = request.before is None and request.after is None
        cards = meant.securities if is_first else ()
        renamed = renamings(search, [*cards, *securities_of(request)] if is_first else ())
    entries = [
        highlighted(post, words) if request.is_search else entry(post, request.detail)
        for post in found.posts
    ]
    if Facet.CATEGORY in repeated:
        entries = [replace(one, categories=()) for one in entries]
    return Listing(
        request,
        entries=entries,
        newer=found.newer,
        older=found.older,
        summary=summary,
        facets=tuple(filters.facets(summary, repeated)),
        chips=tuple(chip(request, query, clause, reading.names) for clause in query.clauses),
        filter_chips=tuple(filters.chips()),
        notes=notes_on(request, reading, conditions.notes),
        simplified=in_simplified(query.text),
        cut=cut_of(request, reading),
        cards=cards,
        renamings=renamed,
        advice=tuple(
            Hint(
                chip(request, query, one.clause),
                one.finds_nothing,
                one.posts_without,
                one.is_capped,
            )
            for one in advice
        ),
        near=near,
        nearest=[(day, on_day(request, query, day)) for day in nearest],
        in_whole_text=in_whole_text,
        in_capitals=in_capitals,
    )


def without_repeats(
    query: Query,
    advice: Sequence[engine.Advice],
    near: Sequence[misspelt.Offer],
    *,
    is_any_wrong: bool,
) -> tuple[list[engine.Advice], list[misspelt.Offer]]:
    """Advice and offers, of those that lead to the same only one: the advice, if it names a clause
    that finds nothing; otherwise the offer, which editors get, too."""
    today = timezone.localdate()
    rests = [parse(query.without(one.clause), today) for one in advice]
    if is_any_wrong:
        return [*advice], misspelt.other_than(near, *rests)
    offered = {parse(one.query, today).meaning for one in near}
    kept = [a for a, rest in zip(advice, rests, strict=True) if rest.meaning not in offered]
    return kept, [*near]


def on_day(request: ListingRequest, query: Query, day: dt.date) -> str:
    """The query of the address that asks for the same on another day."""
    changed = {"q": query.without(*dates_of(query)) or None} if query.clauses else {}
    return request.filters.query(**changed, **{"from": day, "to": day})


def if_it_finds(search: engine.Search, text: str, known: AllNames, scope: Scope) -> str:
    """The text of a query, if that finds a post; otherwise empty."""
    if not text:
        return ""
    query = parse(text, timezone.localdate())
    _, _, keys = keys_found(search, query, known, scope, 1)
    return text if keys else ""


def keys_found(
    search: engine.Search, query: Query, known: AllNames, scope: Scope, most: int
) -> tuple[Interpretation, Conditions, list[PageKey]]:
    """The interpretation of a query that finds posts, its conditions, and the newest `most` of
    those posts. If none does, the last one."""

    def look(query: Query) -> tuple[Conditions, list[PageKey]]:
        conditions = conditions_of(query, scope)
        return conditions, search.keys(conditions, most)

    return first_that_finds(
        interpretations(query, known, lambda one: cut(search, one, scope)), look
    )


def securities_of(request: ListingRequest) -> list[Security]:
    """The security that a listing is of, if it is of one."""
    subject = request.subject
    if isinstance(subject, TermSubject) and isinstance(subject.term, Security):
        return [subject.term]
    return []


def words_left_out(reading: Interpretation) -> list[Clause]:
    """The clauses of which a cut left out more than signs and what joins words: one misspelt word
    may be in them."""
    if reading.as_cut is None:
        return []
    return [
        Clause((criterion,), False, ((0, MAX_LENGTH),))
        for criterion, cut in reading.as_cut.cuts.items()
        if any(letter.isalnum() and letter not in JOINING for letter in "".join(cut.left_out))
    ]


def summarised(
    search: engine.Search, request: ListingRequest, query: Query, scope: Scope
) -> tuple[Conditions, facets.Summary]:
    """The conditions of a query, and the summary of what meets them."""
    filters = request.filters
    asked = conditions_of(query, Scope())
    conditions = asked.within(scope)
    apart = {
        facet: facets.Apart(asked.within(rest), scope.keys_of(facet))
        for facet, rest in filters.scopes_apart(scope)
    }
    return conditions, facets.summary(search, conditions, apart, longest=filters.longest)


def newest(request: ListingRequest, scope: Scope) -> Listing:
    """The newest posts that a request asks for, with the detail that it wants."""
    posts = with_detail(Post.objects.published(), request.detail)
    if not request.is_search:
        found = scope.filter(posts).newest_first()[: request.size]
        return Listing(request, entries=[entry(post, request.detail) for post in found])
    # The index does not tell which posts are flashes.
    most = MATCHES if request.detail is Detail.FLASH else request.size
    known = all_names()
    with engine.searching() as search:
        reading, conditions, keys = keys_found(search, request.query, known, scope, most)
    found = posts.filter(pk__in=[key.id for key in keys]).newest_first()[: request.size]
    return Listing(
        request,
        entries=[entry(post, request.detail) for post in found],
        notes=notes_on(request, reading, conditions.notes),
        cut=cut_of(request, reading),
    )


def newest_of_busiest(categories: int, size: int) -> list[Listing]:
    """The headlines of the newest posts of each of the busiest categories, by one query."""
    request = ListingRequest(detail=Detail.HEADLINE, size=size)
    return [
        Listing(
            replace(request, scope=Scope((category,)), subject=TermSubject(CATEGORY, category)),
            entries=[entry(post, request.detail) for post in posts],
        )
        for category, posts in busiest.newest_of_busiest(categories, size)
    ]


def cut_of(request: ListingRequest, reading: Interpretation) -> Cut | None:
    if reading.as_cut is None:
        return None
    insisting = request.filters.query(q=reading.as_cut.insisting)
    return Cut(said_of_cut(request, reading.as_cut), insisting)


def with_detail(posts: PostQuerySet, detail: Detail) -> PostQuerySet:
    match detail:
        case Detail.HEADLINE:
            return posts.for_headline()
        case Detail.FLASH:
            return posts.flashes().for_tape()
        case Detail.WHOLE:
            return posts.for_feed()
    return posts.for_listing()


def entry(post: Post, detail: Detail) -> Entry:
    title = [Piece(post.title, False)]
    match detail:
        case Detail.HEADLINE:
            return Entry(post, title)
        case Detail.FLASH:
            return Entry(post, title, lead=post.lead, securities=post.named)
        case Detail.WHOLE:
            return Entry(post, title, categories=channels(post))
    return Entry(post, title, lead=post.lead, categories=channels(post))


def channels(post: Post) -> list[Category]:
    return [Category(slug=slug, name=name) for slug, name in post.channels]


def highlighted(post: Post, words: Sequence[str]) -> Entry:
    """A post that a search found, with the matches of its words highlighted."""
    return Entry(
        post,
        highlight(post.title, words),
        best_passage(post.body_text, words) or best_passage(post.digest, words),
        post.body_text[:LEAD],
        channels(post),
    )


def chip(
    request: ListingRequest, query: Query, clause: Clause, names: Mapping[Criterion, str] = NONE
) -> Chip:
    """`names` has what some criteria are called, if not by their value."""
    return Chip(
        [(FIELDS[one.field], names.get(one, one.value), one.is_negated) for one in clause.criteria],
        clause.is_excluded,
        request.filters.query(q=query.without(clause) or None),
    )
