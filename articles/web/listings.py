"""Lists of posts: all of them, those of a category, a source, a tag, a security or a day."""

import datetime as dt
import logging
from functools import wraps
from urllib.parse import quote

from django.db import DatabaseError
from django.http import Http404
from django.shortcuts import render
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from newsroom import clients

from ..listings.filters import PostFilter
from ..models import (
    Category,
    EmptySearch,
    Facet,
    FacetCount,
    PageKey,
    Post,
    Security,
    Source,
    Tag,
)
from ..search import engine
from . import addresses
from .charts import chart_of_months
from .results import by_day, by_hour, results

logger = logging.getLogger(__name__)

PAGE_SIZE = 40
KINDS = {
    "category": _("Category"), "source": _("Source"), "tag": _("Tag"), "security": _("Security"),
}  # fmt: skip
KEPT = ["sort", *PostFilter.base_filters]  # parameters that another search keeps
LONGEST_SEARCH = 40  # characters of a search that editors are told of


def ended_in_time(view):
    """A view that says so when a search takes too long (503), with when to try again."""

    @wraps(view)
    def ended(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except engine.SearchTimeoutError as error:
            context = {"retry_after": engine.RETRY_AFTER, "lacks_index": error.lacks_index}
            response = render(request, "search/too_long.html", context, status=503)
            response["Retry-After"] = engine.RETRY_AFTER
            return response

    return ended


@ended_in_time
def post_list(request):
    """Every post, or what a search finds, newest first, filtered and a page at a time."""
    context = listing(request, Post.objects.all(), gettext("All posts"))
    if is_empty_search(request, context):
        count_empty_search(" ".join(context["query"].text.split()), clients.network(request) or "")
    return render(request, "posts/list.html", context)


def is_empty_search(request, context):
    """Whether a reader, rather than a script while he types, searched the whole archive in vain:
    https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header"""
    return (
        request.headers.get("Sec-Fetch-Dest") == "document"
        and context["query"].clauses
        and not context["summary"].count
        and request.GET.keys() == {"q"}
    )


def count_empty_search(text, address):
    """Tell the editors of a search; not who searched, and never at the reader's expense. What is
    long is a message to them and no search."""
    if len(text) > LONGEST_SEARCH:
        return
    try:
        EmptySearch.objects.count_one(text, address)
    except DatabaseError:
        logger.warning("A search that found nothing was not counted.", exc_info=True)


@ended_in_time
def category_detail(request, slug):
    category = addresses.at(Category.objects, slug)
    posts = Post.objects.in_category(category)
    return render(request, "posts/list.html", listing(request, posts, category, category=category))


@ended_in_time
def source_detail(request, slug):
    source = addresses.at(Source.objects, slug)
    posts = Post.objects.from_source(source)
    return render(request, "posts/list.html", listing(request, posts, source, source=source))


@ended_in_time
def tag_detail(request, slug):
    tag = addresses.at(Tag.objects, slug)
    return render(
        request, "posts/list.html", listing(request, Post.objects.tagged(tag), tag, tag=tag)
    )


@ended_in_time
def security_detail(request, market, code):
    """The posts that name a security, how many there were over time, and what is named beside."""
    security = addresses.at(Security.objects, f"{market}.{code}")
    posts = Post.objects.mentioning(security)
    context = listing(request, posts, security, security=security)
    context |= {
        "other_names": [name for name in security.names if name != security.name],
        "chart": chart_of_months(engine.posts_by_month(Facet.SECURITY, security.pk)),
        "together": [
            value
            for value in context["summary"].values
            if value.facet == Facet.SECURITY and value.slug != security.symbol
        ],
    }
    return render(request, "posts/security.html", context)


@ended_in_time
def day_detail(request, year, month, day):
    """The posts of a day, by the hour, with the days before and behind that have posts."""
    try:
        date = dt.date(year, month, day)
    except ValueError as error:
        raise Http404(f"no such day: {error}") from error
    posts = Post.objects.published_from(date).published_until(date)
    heading = f"{date:%Y-%m-%d} {format_date(date, 'l')}"
    context = listing(request, posts, heading, **{"from": date, "to": date})
    previous, behind = FacetCount.objects.days_beside(date, date)
    context |= {
        "day": date,
        "hours": by_hour(context["page"].posts),
        "previous": previous,
        "next": behind,
    }
    return render(request, "posts/day.html", context)


def listing(request, posts, heading, **fixed):
    """The context of the page of `posts` that the address asks for.

    `fixed` are the filters that the listing itself is, which its form leaves out. Raises
    `engine.SearchTimeoutError`.
    """
    filters = PostFilter(request.GET, queryset=posts.published())
    for name in fixed:
        del filters.form.fields[name]
    found = results(
        request.GET,
        filters,
        fixed,
        size=PAGE_SIZE,
        before=read_key(request.GET.get("before")),
        after=read_key(request.GET.get("after")),
    )
    return {
        **found,
        "heading": heading,
        "kind": KINDS.get(next(iter(fixed), "")),
        "days": by_day(found["page"].posts),
        "listed": next(iter(fixed.values()), None),
        "filters": filters,
        "feed": with_query(f"{quote(request.path)}feed.xml", filters.query(sort=None)),
        "kept": [(name, request.GET[name]) for name in KEPT if request.GET.get(name)],
    }


def with_query(path, query):
    return f"{path}?{query}" if query else path


def read_key(text):
    if not text:
        return None
    key = PageKey.parse(text)
    if key is None:
        raise Http404(f"not the key of a page: {text}")
    return key
