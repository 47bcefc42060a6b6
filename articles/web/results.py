"""What a listing shows for the address that was asked for: posts, count, facets and chips."""

from itertools import groupby
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import LEAD, Page
from ..search import engine, suggest
from ..search.conditions import plan
from ..search.query import Field, Remark, parse
from ..search.text.normalise import is_traditional, normalise
from ..search.text.snippets import best_passage, mark

FIELDS = {
    Field.TEXT: "",
    Field.TITLE: _("Title"),
    Field.SOURCE: _("Source"),
    Field.CATEGORY: _("Category"),
    Field.TAG: _("Tag"),
    Field.CODE: _("Code"),
    Field.DATE: _("Date"),
}
REMARKS = {
    Remark.TOO_LONG: _("The query was cut at 256 characters."),
    Remark.NOT_CLOSED: _("The quotation mark in %s is not closed: the phrase goes to the end."),
    Remark.NO_WORD: _("%s has no letter or digit to look for, so it was left out."),
    Remark.NO_VALUE: _("%s has nothing behind it to look for, so it was left out."),
    Remark.NO_DATE: _("%s is no date, so it was looked for as text."),
    Remark.NO_ALTERNATIVE: _("%s has no word on one of its sides, so it was left out."),
    Remark.UNKNOWN: _("Nothing is named %s, so it was looked for as text."),
}


class Chip(NamedTuple):
    """A clause as it was understood: the criteria, each with its field's name; and the address's
    query without it."""

    criteria: list[Any]
    is_excluded: bool
    rest: str


def results(get, filters, fixed, *, size, before=None, after=None):
    """The context of a listing's template. `get` are the parameters of its address, `fixed` the
    filter that the listing itself is. Raises `engine.SearchTimeoutError`."""
    query = parse(get.get("q", "").strip())
    if not filters.is_valid():
        nothing = engine.Summary(0, False, ())
        return {"query": query, "page": Page([], None, None), "summary": nothing}
    scope = filters.scope(**fixed)
    is_ranked = get.get("sort") == "relevance" and bool(query.words)
    number = page_number(get.get("page"), size)
    place = {"size": size, "before": before, "after": after}
    page = None if query.clauses else filters.qs.for_listing().page(**place)
    with engine.searching() as search:
        asked = plan(query, scope)
        summary = search.summary(asked)
        if is_ranked:
            page = Page(search.ranked(asked, query.words, size=size, number=number), None, None)
        elif page is None:
            page = search.newest(asked, **place)
        is_empty = bool(query.clauses) and not summary.count
        advice = search.advice(query, scope) if is_empty else []
    if query.clauses:
        mark_matches(page.posts, query.words)
    return {
        "query": query,
        "page": page,
        "summary": summary,
        "facets": list(filters.facets(summary.values)),
        "chips": [chip(clause, query, filters) for clause in query.clauses],
        "notes": [note(remark) for remark in asked.notes],
        "simplified": normalise(query.text) if is_traditional(query.text) else "",
        "cards": suggest.securities_of(query) if before is None and after is None else [],
        "advice": [(chip(item.clause, query, filters), item) for item in advice],
        "near": [
            suggestion
            for item in advice
            if item.finds_nothing
            for criterion in item.clause.criteria
            for suggestion in suggest.near(criterion.normalised)
        ],
        "is_ranked": is_ranked,
        "ranked_pages": ranked_pages(filters, summary.count, number, size) if is_ranked else None,
    }


def by_day(posts):
    """Posts, newest first, under the days on which they appeared."""
    days = groupby(posts, lambda post: timezone.localtime(post.published_at).date())
    return [(day, list(group)) for day, group in days]


def by_hour(posts):
    """Posts of a day, newest first, under the hours in which they appeared."""
    hours = groupby(
        posts,
        lambda post: timezone.localtime(post.published_at).replace(
            minute=0, second=0, microsecond=0
        ),
    )
    return [(hour, list(group)) for hour, group in hours]


def mark_matches(posts, words):
    """Give posts their titles and their best passages in pieces, matches marked."""
    for post in posts:
        post.title_pieces = mark(post.title, words)
        post.passage = best_passage(post.body_text, words) or best_passage(post.digest, words)
        post.lead = post.body_text[:LEAD]


def chip(clause, query, filters):
    criteria = [(FIELDS[criterion.field], criterion.value) for criterion in clause.criteria]
    return Chip(criteria, clause.is_excluded, filters.query(q=query.without(clause) or None))


def note(note):
    message = REMARKS[note.remark]
    return message % f"“{note.text}”" if "%s" in str(message) else message


def page_number(text, size):
    """The page of a ranked listing, which ends where ranking does."""
    number = int(text) if text and text.isascii() and text.isdecimal() and len(text) < 4 else 1
    return min(max(number, 1), engine.RANKED // size)


def ranked_pages(filters, count, number, size):
    """The queries of the pages before and behind page `number`; None where there is none."""
    last = -(-min(count, engine.RANKED) // size)
    return (
        filters.query(page=number - 1) if number > 1 else None,
        filters.query(page=number + 1) if number < last else None,
    )
