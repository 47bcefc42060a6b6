"""A request → the listing that answers it."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import LEAD, Page, Post, PostQuerySet
from ..search import desk, engine, facets, misspelt, securities
from ..search.conditions import Conditions, Scope, conditions_of
from ..search.cutting import CutQuery, cut
from ..search.query import Clause, Field, Note, Query, Remark
from ..search.text.normalise import in_simplified
from ..search.text.snippets import Piece, best_passage, mark
from ..terms import TERMS
from .listing import Chip, Cut, Entry, Hint, Listing
from .request import Detail, ListingRequest, Order

FIELDS: Final[dict[Field, str | Promise]] = {
    Field.TEXT: "",
    Field.TITLE: _("Title"),
    **{kind.query_field: kind.label for kind in TERMS},
    Field.CODE: _("Code"),  # as the field is called, which is that of securities
    Field.DATE: _("Date"),
}
REMARKS: Final = {
    Remark.TOO_LONG: _("The query was cut at 256 characters."),
    Remark.TOO_COMPLEX: _("The parentheses say too much at once, so they were left out."),
    Remark.NOT_CLOSED: _("The quotation mark in %s is not closed: the phrase goes to the end."),
    Remark.OPEN_PARENTHESIS: _("The parenthesis in %s is not closed: it goes to the end."),
    Remark.NOT_OPENED: _("%s closes no parenthesis, so it was left out."),
    Remark.NO_WORD: _("%s has no letter or digit to look for, so it was left out."),
    Remark.NO_VALUE: _("%s has nothing after it to look for, so it was left out."),
    Remark.NO_DATE: _("%s is no date, so it was looked for as text."),
    Remark.NO_FIELD: _("%s has a field of other sites, so its value was looked for as text."),
    Remark.NO_ALTERNATIVE: _("%s has no word on one of its sides, so it was left out."),
    Remark.NO_OPERATOR: _("%s was looked for as text: a minus before a word leaves it out."),
    Remark.READ_AS_DATE: _("%s was read as a period: in quotation marks it is text."),
    Remark.UNKNOWN: _("Nothing is named %s, so it was looked for as text."),
}


def answer(request: ListingRequest) -> Listing:
    """The listing that answers a request, empty if a filter makes no sense. Raises
    `engine.SearchTimeoutError`."""
    scope = request.scope
    if scope is None:
        return Listing(request)
    if request.query.is_senseless:
        return Listing(request, notes=sentences(request.query.notes))
    if request.detail is Detail.PAGE:
        return page(request, scope)
    return Listing(
        request, entries=[entry(post, request.detail) for post in newest(request, scope)]
    )


class FoundByEditors(NamedTuple):
    """The ids of posts, newest first, and sentences on how the query was understood, or cut to find
    them."""

    ids: list[int]
    notes: tuple[str, ...]


def found_by_editors(request: ListingRequest) -> FoundByEditors:
    """The newest posts that a request finds, of every status or of the one that it wants. Raises
    `engine.SearchTimeoutError`."""
    notes = sentences(request.query.notes)
    if request.scope is None or request.query.is_senseless:
        return FoundByEditors([], notes)
    meant = securities.meant_by(request.query)
    query = securities.under_all_names(request.query, meant)
    found = desk.find(query, request.scope, limit=request.size, status=request.status)
    if meant.in_pinyin and (found.as_cut or not found.ids):
        query = securities.posts_of(request.query, meant)
        notes += (in_place_of_pinyin(request.query, meant),)
        found = desk.find(query, request.scope, limit=request.size, status=request.status)
    if found.as_cut:
        notes += tuple(said_of_cut(request, found.as_cut))
    return FoundByEditors(found.ids, notes)


def page(request: ListingRequest, scope: Scope) -> Listing:
    """A page of a listing: entries, and the count, facets, chips, notes and advice beside them."""
    filters = request.filters
    meant = securities.meant_by(request.query)
    query = securities.under_all_names(request.query, meant)
    is_ranked = request.order is Order.RELEVANCE
    place: Any = {"size": request.size, "before": request.before, "after": request.after}
    found, as_cut = None, None
    notes: tuple[str, ...] = ()
    if not query.clauses:
        found = scope.filter(Post.objects.published()).for_listing().page(**place)
    with engine.searching() as search:
        conditions, summary = counted(search, request, query, scope)
        if not summary.count and meant.in_pinyin:
            query = securities.posts_of(request.query, meant)
            notes = (in_place_of_pinyin(request.query, meant),)
            conditions, summary = counted(search, request, query, scope)
        elif query.clauses and not summary.count and (as_cut := cut(search, query, scope)):
            query = as_cut.query
            conditions, summary = counted(search, request, query, scope)
        words = query.words  # which normalises each
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
    is_first = request.before is None and request.after is None
    return Listing(
        request,
        entries=[
            marked(post, words) if query.clauses else entry(post, request.detail)
            for post in found.posts
        ],
        newer=found.newer,
        older=found.older,
        summary=summary,
        facets=tuple(filters.facets(summary)),
        chips=tuple(chip(request, query, clause) for clause in query.clauses),
        filter_chips=tuple(filters.chips()),
        notes=sentences(conditions.notes) + notes,
        simplified=in_simplified(query.text),
        cut=(
            Cut(said_of_cut(request, as_cut), filters.query(q=as_cut.insisting)) if as_cut else None
        ),
        cards=meant.securities if is_first else (),
        advice=tuple(
            Hint(
                chip(request, query, one.clause),
                one.finds_nothing,
                one.posts_without,
                one.is_capped,
            )
            for one in advice
        ),
        near=tuple(
            misspelt.offers(
                query,
                [
                    (one.clause, criterion)
                    for one in advice
                    if one.finds_nothing
                    for criterion in one.clause.criteria
                    if not criterion.is_negated
                ],
            )
        ),
    )


def counted(
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


def newest(request: ListingRequest, scope: Scope) -> Iterable[Post]:
    """The newest posts that a request asks for, with the detail that it wants."""
    posts = with_detail(Post.objects.published(), request.detail)
    if not request.query.clauses:
        return scope.filter(posts).newest_first()[: request.size]
    meant = securities.meant_by(request.query)
    query = securities.under_all_names(request.query, meant)
    with engine.searching() as search:
        keys = search.keys(conditions_of(query, scope), request.size)
        if not keys and meant.in_pinyin:
            query = securities.posts_of(request.query, meant)
            keys = search.keys(conditions_of(query, scope), request.size)
        elif not keys and (as_cut := cut(search, query, scope)):
            keys = search.keys(as_cut.conditions, request.size)
    found = posts.in_bulk([key.id for key in keys])
    return [found[key.id] for key in keys if key.id in found]


def with_detail(posts: PostQuerySet, detail: Detail) -> PostQuerySet:
    match detail:
        case Detail.HEADLINE:
            return posts.for_headline()
        case Detail.WHOLE:
            return posts.for_feed()
    return posts.for_listing()


def entry(post: Post, detail: Detail) -> Entry:
    title = [Piece(post.title, False)]
    match detail:
        case Detail.HEADLINE:
            return Entry(post, title)
        case Detail.WHOLE:
            return Entry(post, title, lead=post.body_text[:LEAD], categories=post.channels)
    return Entry(post, title, lead=post.lead, categories=post.channels)


def marked(post: Post, words: Sequence[str]) -> Entry:
    """A post that a search found, with the matches of its words marked."""
    return Entry(
        post,
        mark(post.title, words),
        best_passage(post.body_text, words) or best_passage(post.digest, words),
        post.body_text[:LEAD],
        post.channels,
    )


def said_of_cut(request: ListingRequest, as_cut: CutQuery) -> list[str]:
    """A sentence on each text of a query that was cut."""
    message = _("No post has %(text)s as it stands; these have %(first)s and %(last)s.")
    if request.scope != Scope() or len(request.query.clauses) > 1:
        message = _(
            "Of the posts that meet the rest, none has %(text)s as it stands; these have %(first)s"
            " and %(last)s."
        )
    sentences = []
    for criterion, pieces in as_cut.pieces.items():
        *first, last = [quoted(piece.value) for piece in pieces]
        listed = {"first": gettext(", ").join(first), "last": last}
        sentences.append(str(message) % {"text": quoted(criterion.value), **listed})
    return sentences


def chip(request: ListingRequest, query: Query, clause: Clause) -> Chip:
    return Chip(
        [(FIELDS[one.field], one.value, one.is_negated) for one in clause.criteria],
        clause.is_excluded,
        request.filters.query(q=query.without(clause) or None),
    )


def in_place_of_pinyin(query: Query, meant: securities.Meant) -> str:
    names = "、".join(map(str, meant.securities))
    return _("No post has “%(word)s”: these are about %(names)s.") % {
        "word": query.text,
        "names": names,
    }


def sentences(notes: Iterable[Note]) -> tuple[str, ...]:
    """What was assumed, left out or not understood of a query, in the language of the page."""
    return tuple(map(sentence, notes))


def sentence(note: Note) -> str:
    message = str(REMARKS[note.remark])
    return message % quoted(note.text) if "%s" in message else message


def quoted(text: str) -> str:
    return f"“{text}”"
