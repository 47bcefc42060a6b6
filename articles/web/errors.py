"""What is said where there is no page, and when we cannot answer."""

import datetime as dt
import re
import sys
from typing import NamedTuple
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.db.models import Q, Value
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import defaults

from ..listings.answering import answer
from ..listings.request import Detail, ListingRequest
from ..models import (
    Category,
    FacetCount,
    Post,
    Security,
    Source,
    Tag,
    address,
    any_of,
)
from ..search import engine
from ..search.query import parse
from .addresses import claimant

MOST = 5  # of each kind
AMONG = 100  # posts is looked for those that are likest

POST = re.compile(r"(?<!\d)\d{18}(?!\d)")
# A post's code begins with its day, too.
DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/]?(\d\d)[-/]?(\d\d)")
SECURITY = re.compile(r"(?<![0-9A-Za-z])(?:sh|sz|bj|hk)?(\d{5,6}|BK\d{4})(?!\d)", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+")
OF_ADDRESSES = set(
    "archive categories category feed html htm index news nw page php posts securities security"
    " sitemap source sources tag tags www xml".split()
)


class Meaning(NamedTuple):
    """What stands in an address: codes of posts and of securities, days, and words."""

    posts: list[str]
    securities: list[str]
    days: list[dt.date]
    words: list[str]


def meaning(path):
    """What the path of an address, with or without `%`, may mean.

    >>> meaning("/stock/sh600519.html").securities
    ['600519']
    """
    text = unquote(path).replace("\0", " ")
    found = [date(*match.groups()) for match in DAY.finditer(text)]
    left = DAY.sub(" ", POST.sub(" ", text))
    codes = [match[1].upper() for match in SECURITY.finditer(left)]
    words = WORD.findall(SECURITY.sub(" ", left))
    return Meaning(
        POST.findall(text)[:MOST],
        codes[:MOST],
        list(dict.fromkeys(filter(None, found)))[:MOST],
        [word for word in dict.fromkeys(words) if word.lower() not in OF_ADDRESSES][:MOST],
    )


def date(year, month, day):
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def not_found(request, exception):
    """404, with what the address seems to have meant, unless a post was here before."""
    if post := claimant(request):
        return redirect(post, permanent=True)
    meant = meaning(request.path)
    has_codes = meant.posts or meant.securities or meant.days
    found = by_codes(meant) if has_codes else by_words(meant.words)
    words = " ".join(meant.words)
    return render(request, "404.html", {**found, "words": words}, status=404)


def by_codes(meant):
    posts = Post.objects.published().for_headline().filter(slug__in=meant.posts)
    securities = Security.objects.published().filter(code__in=meant.securities).most_used_first()
    days = FacetCount.objects.days(min(meant.days), max(meant.days)) if meant.days else {}
    return {
        "posts": list(posts) if meant.posts else [],
        "securities": list(securities[:MOST]) if meant.securities else [],
        "days": [day for day in meant.days if day in days],
    }


def by_words(words):
    """What is named so, and of the newest posts that have any of the words those that have the
    most in their titles."""
    if not words:
        return {}
    asked = ListingRequest(parse(" | ".join(words)), detail=Detail.HEADLINE, size=AMONG)
    try:
        posts = answer(asked).posts
    except engine.SearchTimeoutError:
        posts = []
    likest = sorted(posts, key=lambda post: -sum(word in post.title for word in words))
    return {"terms": named(words), "posts": likest[:MOST]}


def named(words):
    """Categories, sources and tags with one of these as their name or in their address, in
    capitals or not: addresses, which may be empty, and names. One query."""
    same = any_of(Q(name__iexact=word) | Q(slug__iexact=word) for word in words)
    kinds = [
        model.objects.published()
        .filter(same)
        .annotate(page=Value(page))
        .values_list("page", "slug", "name")
        for model, page in ((Category, "category"), (Source, "source"), (Tag, "tag"))
    ]
    return [(address(page, slug), name) for page, slug, name in kinds[0].union(*kinds[1:])[:MOST]]


def bad_request(request, exception):
    """413 for more than a form may send; else 400, without a word that the request could bend."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
        return render(request, "413.html", {"most": most}, status=413)
    return defaults.bad_request(request, exception)


def forbidden(request, exception):
    """403, at the desk too."""
    return render(request, "403.html", status=403)


def csrf_failure(request, reason=""):
    """403 for a form whose page is older than the newest login, or that another site sent. It
    leads back to that page, if it is one of ours."""
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    )
    return render(request, "403_csrf.html", {"page": page if is_ours else "/"}, status=403)


def server_error(request):
    """503 when the database is away, for that passes; else 500. Neither page needs anything that
    could be broken: no context, no database."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return HttpResponse(
            get_template("503.html").render(),
            status=503,
            headers={"Retry-After": engine.RETRY_AFTER},
        )
    return HttpResponse(get_template("500.html").render(), status=500)
