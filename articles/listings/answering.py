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

from ..models import LEAD, Category, ChangePlace, Facet, Page, Post, PostQuerySet, Security
from ..search import busiest, desk, engine, facets, misspelt, securities
from ..search.by_story import first_told
from ..search.conditions import Conditions, Scope
from ..search.kept_names import all_names
from ..search.last_changed import last_changed
from ..search.query import Clause, Criterion, Field, Query, parse, with_periods
from ..search.renamings import Renaming, renamings
from ..search.text.normalise import in_simplified
from ..search.text.snippets import Piece, best_passage, highlight
from ..terms import CATEGORY, TERMS
from .interpretations import Interpretation, first_that_finds, keys_found, other_readings
from .listing import NO_MATCHES, AlsoTold, Chip, Cut, Entry, Hint, Listing
from .notes import all_notes, notes_on, on_codes, on_missing, said_of_cut, sentences
from .request import Detail, ListingRequest, Order
from .subjects import TermSubject
from .ways_out import WaysOut, words_left_out

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
    missing: tuple[str, ...] = ()
    with desk.searching(request.status) as search:

        def look(query: Query) -> tuple[Conditions, list[int]]:
            conditions = search.conditions(query, scope)
            return conditions, desk.newest(search, conditions, request.size)

        reading, conditions, ids = first_that_finds(search, query, scope, look)
        near: list[misspelt.Offer] = []
        if query.clauses and not ids:
            with search.budget.extras():
                missing = missing_of(search, reading)
                for text in filter(None, (query.in_capitals, query.in_whole_text)):
                    asked = parse(text, timezone.localdate())
                    if first_that_finds(search, asked, scope, look)[2]:
                        near.append(misspelt.Offer(text, text))
                offered = desk.offers(search, with_periods(query, timezone.localdate()), scope)
                near += misspelt.other_than(offered, query)
    return FoundByEditors(ids, (*all_notes(request, reading, conditions.notes), *missing), near)


def missing_of(search: engine.Search, reading: Interpretation) -> tuple[str, ...]:
    """Which words of a query of several, which finds nothing, no post has."""
    words = [clause for clause in reading.query.clauses if not clause.is_excluded]
    return on_missing(search.met_by_none(words)) if len(words) > 1 else ()


def page(request: ListingRequest, scope: Scope) -> Listing:
    """A page of a listing: entries, and the count, facets, chips, notes and advice beside them."""
    filters = request.filters
    known = all_names()
    repeated = known.repeated  # not within the search, which must not use that index
    meant = securities.meant_by(request.query, known)
    cards = meant.securities if is_first(request) else ()
    renamed: Mapping[int, Sequence[Renaming]] = {}
    others: list[str] = []
    plain = None if request.is_search else plain_page(request, scope)
    with engine.searching(known) as search:

        def look(query: Query) -> tuple[Conditions, Page | None]:
            conditions = search.conditions(query, scope)
            return conditions, plain or found_page(search, request, query, conditions)

        reading, conditions, found = first_that_finds(search, request.query, scope, look)
        query = reading.query
        ways_out = WaysOut(search, request, scope)
        ids, summary = None, facets.uncounted(search, conditions)
        if request.is_search and (found is None or is_whole(request, found)):
            ids = [post.pk for post in found.posts] if found else []
            summary = facets.Summary(len(ids), False, ())
        with search.budget.extras():
            if found is None:
                ways_out.find(reading)
            elif reading.as_cut and (wrong := words_left_out(reading)):
                ways_out.find_offers(reading, wrong, may_lack_words=False)
            summary = summarised(search, request, query, scope, ids)
            if not (query.clauses or summary.count or summary.is_capped):
                ways_out.find_nearest(query)
            if is_first(request):
                renamed = renamings(search, [*cards, *securities_of(request)])
                if query.clauses:
                    others = other_readings(search, request.query, reading, scope)
    posts = found.posts if found else []
    if summary.is_capped and summary.count < len(posts):
        summary = replace(summary, count=len(posts))
    words = (*query.words, *scope.words, *conditions.words)  # which normalises each word
    entries = [
        highlighted(post, words) if request.is_search else entry(post, request.detail)
        for post in posts
    ]
    if Facet.CATEGORY in repeated:
        entries = [replace(one, categories=()) for one in entries]
    return Listing(
        request,
        entries=entries,
        newer=found.newer if found else None,
        older=found.older if found else None,
        summary=summary,
        facets=tuple(filters.facets(summary, repeated)),
        chips=tuple(chip(request, query, clause, reading.names) for clause in query.clauses),
        filter_chips=tuple(filters.chips()),
        notes=(
            *notes_on(request, reading, conditions.notes),
            *on_codes(one.clause for one in ways_out.advice if one.finds_nothing),
        ),
        read_as=read_as(request, reading) if posts else "",
        other_readings=others,
        simplified=in_simplified(query.text) if posts else "",
        cut=cut_of(request, reading),
        cards=cards,
        renamings=renamed,
        advice=tuple(
            Hint(
                chip(request, query, one.clause, reading.names),
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
        directories=ways_out.directories,
        is_complete=not search.budget.is_spent,
    )


def place_of(request: ListingRequest) -> dict[str, Any]:
    return {"size": request.size, "before": request.before, "after": request.after}


def plain_page(request: ListingRequest, scope: Scope) -> Page:
    """The page of a request that is no search."""
    listed = scope.filter(Post.objects.published())
    place = place_of(request)
    if not request.by_story:
        return with_detail(listed, request.detail).page(**place)
    beside = (request.before, request.after)
    first = first_told(listed.from_place(*beside), scope, request.size + 1)
    posts = with_detail(Post.objects.filter(pk__in=first), request.detail).with_story()
    return Page.of(list(posts.from_place(*beside)), request.size, *beside)


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
    asked = search.conditions(query, Scope())
    apart = {
        facet: facets.Apart(asked.within(rest), scope.keys_of(facet))
        for facet, rest in filters.scopes_apart(scope)
    }
    if found is not None and not (found or apart):
        return facets.Summary(0, False, ())
    return facets.summary(search, asked.within(scope), apart, longest=filters.longest, found=found)


def newest(request: ListingRequest, scope: Scope) -> Listing:
    """The posts of a request for anything but a page, with the detail that it wants."""
    is_by_change = request.order is Order.CHANGED
    if not request.is_search:
        conditions = Conditions().within(scope)
        summary = NO_MATCHES
        if request.is_counted:
            with engine.searching() as search:
                summary = counted(search, conditions)
        if is_by_change:
            return by_change(request, plain_changes(request, scope), summary)
        return listing_of(request, plain_page(request, scope), summary, conditions=conditions)
    # The index does not tell which posts are flashes.
    most = MATCHES if request.detail is Detail.FLASH else request.size + 1
    posts = with_detail(Post.objects.published(), request.detail)
    if request.by_story:
        posts = posts.with_story()
    is_ranked = request.order is Order.RELEVANCE
    with engine.searching() as search:
        first = 1 if is_ranked or is_by_change or request.before else most
        by_story = request.by_story
        reading, conditions, keys = keys_found(search, request.query, scope, first, by_story)
        found = Page([], None, None)
        changed: Sequence[tuple[ChangePlace, int]] = ()
        if is_by_change:
            size, place = request.size + 1, request.changed_before
            changed = search.changed(conditions, size, place, by_story)
        elif is_ranked:
            words = reading.query.alternatives
            found = search.ranked(
                conditions, words, size=request.size, number=request.number, by_story=by_story
            )
        else:
            if request.before:
                keys = search.keys(conditions, most, by_story, before=request.before)
            found = posts.filter(pk__in=[key.id for key in keys]).page(
                size=request.size, before=request.before
            )
        summary = counted(search, conditions) if request.is_counted else NO_MATCHES
        missing: tuple[str, ...] = ()
        if not keys and request.query.clauses:
            with search.budget.extras():
                missing = missing_of(search, reading)
    said: Any = {
        "notes": (*notes_on(request, reading, conditions.notes), *missing),
        "cut": cut_of(request, reading),
        "conditions": conditions,
    }
    if is_by_change:
        return by_change(request, changed, summary, **said)
    return listing_of(request, found, summary, **said)


def plain_changes(request: ListingRequest, scope: Scope) -> Sequence[tuple[ChangePlace, int]]:
    """The last changes of the posts of a request that is no search: one more than its size."""
    within = Conditions().within(scope) if request.by_story else None
    with engine.in_time():
        posts = scope.filter(Post.objects.published())
        return last_changed(posts, request.size + 1, request.changed_before, within)


def by_change(
    request: ListingRequest,
    changed: Sequence[tuple[ChangePlace, int]],
    summary: facets.Summary,
    **said: Any,
) -> Listing:
    """The listing of posts that `changed`: one more than its size, if there are so many."""
    shown = changed[: request.size]
    posts = with_detail(Post.objects.published(), request.detail).in_bulk([pk for _, pk in shown])
    return Listing(
        request,
        entries=[entry(posts[pk], request.detail) for _, pk in shown if pk in posts],
        last_change=shown[-1][0] if len(changed) > len(shown) else None,
        summary=summary,
        **said,
    )


def counted(search: engine.Search, conditions: Conditions) -> facets.Summary:
    """The count of all matches, without facets."""
    count = search.count(conditions)
    return facets.Summary(min(count, engine.COUNT_LIMIT), count > engine.COUNT_LIMIT, ())


def listing_of(
    request: ListingRequest, found: Page, summary: facets.Summary, **said: Any
) -> Listing:
    entries = [entry(post, request.detail) for post in found.posts]
    return Listing(request, entries, newer=found.newer, older=found.older, summary=summary, **said)


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


def read_as(request: ListingRequest, reading: Interpretation) -> str:
    """The text of the query that was answered; empty if that is the one that was asked."""
    return reading.text if reading.text != request.query.text else ""


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
            return Entry(post, title, categories=channels(post), also_told=also_told(post))
    return Entry(post, title, lead=post.lead, categories=channels(post), also_told=also_told(post))


def also_told(post: Post) -> list[AlsoTold]:
    """The other posts of its story, if it was read with them."""
    return [
        AlsoTold(slug, title, dt.datetime.fromisoformat(at), source)
        for slug, title, at, source in getattr(post, "also_told", ())
    ]


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
        also_told=also_told(post),
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
