"""The 404 page, which finds what its address seems to mean."""

import datetime as dt
import re
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from django.db.models import Q, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ..days import date_of
from ..importing.reading.permalinks import is_ours, key
from ..listings.answering import answer
from ..listings.request import Detail, ListingRequest
from ..models import FacetCount, Post, Security, address, any_of, with_symbol
from ..search.engine import SearchTimeoutError
from ..search.query import parse
from ..terms import SECURITY, TERMS
from . import legacy
from .addresses import claimant, with_same_query

MOST_OFFERED = 5  # of each: posts, securities, days, words, terms
CANDIDATES = 100  # posts with a word of the address; the closest matches are shown

POST = re.compile(r"(?<!\d)\d{18}(?!\d)")
# The code of a post begins with its day, too.
DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/]?(\d\d)[-/]?(\d\d)")
CODE = re.compile(r"(?<![0-9A-Za-z])(?:sh|sz|bj|hk)?(\d{5,6}|BK\d{4})(?!\d)", re.IGNORECASE)
WITHOUT_MARKET = re.compile(rf"/{SECURITY.name}/(\w+(?:\.[A-Z]+)?)/?", re.ASCII | re.IGNORECASE)
WORD_OF_ADDRESS = re.compile(r"[^\W_]+")
PARTS_OF_ADDRESSES = {
    *"archive feed html htm index news nw page php posts sitemap www xml".split(),
    *(name for kind in TERMS for name in (kind.name, kind.directory)),
}

NO_OFFERS: Final = {"reason": "", **dict.fromkeys(("posts", "securities", "days", "terms"), ())}


class ExplainedError(Http404):
    """There is no such page, for a reason that readers are told."""


class Meaning(NamedTuple):
    """What an address has in it: codes of posts and of securities, days, and words."""

    posts: list[str]
    securities: list[str]
    days: list[dt.date]
    words: list[str]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with what the address seems to mean; or a redirect if a post was at this address before
    it came here, or if only the market of a security is missing."""
    if isinstance(exception, ExplainedError):
        context = {**NO_OFFERS, "reason": str(exception), "words": ""}
        return render(request, "404.html", context, status=404)
    if page := page_of_former(request):
        return redirect(with_same_query(page, request), permanent=True)
    if page := page_without_market(request.path):
        # Temporary: another market may have the code some day.
        return redirect(with_same_query(page, request))
    meant = meaning(request.path)
    has_codes = meant.posts or meant.securities or meant.days
    found = by_codes(meant) if has_codes else by_words(meant.words)
    context = {**NO_OFFERS, **found, "words": " ".join(meant.words)}
    return render(request, "404.html", context, status=404)


def page_of_former(request: HttpRequest) -> str:
    """The address of the post that was at this one before it came here; "" if there is none."""
    address = key(request.path)
    if request.method not in ("GET", "HEAD") or is_ours(address) or "\0" in address:
        return ""
    if post := claimant(address):
        return post.get_absolute_url()
    if request.resolver_match and request.resolver_match.url_name != "post":
        return ""  # at the address of another page of ours
    slug = legacy.slug_at(address)
    return reverse("post", args=[slug]) if slug else ""


def page_without_market(path: str) -> str:
    """The page of the only security that the path of one means without Eastmoney's market:
    /security/600519/ or /security/sh600519/. Empty if there is none, or several."""
    match = WITHOUT_MARKET.fullmatch(path)
    if match is None:
        return ""
    securities = Security.objects.known().filter(with_symbol(match[1]))[:2]
    return securities[0].get_absolute_url() if len(securities) == 1 else ""


def meaning(path: str) -> Meaning:
    """What the path of an address, with or without `%`, may mean.

    >>> meaning("/stock/sh600519.html").securities
    ['600519']
    """
    text = unquote(path).replace("\0", " ")
    days = [date_of(*match.groups()) for match in DAY.finditer(text)]
    rest = DAY.sub(" ", POST.sub(" ", text))
    codes = [match[1].upper() for match in CODE.finditer(rest)]
    words = WORD_OF_ADDRESS.findall(CODE.sub(" ", rest))
    return Meaning(
        POST.findall(text)[:MOST_OFFERED],
        codes[:MOST_OFFERED],
        list(dict.fromkeys(filter(None, days)))[:MOST_OFFERED],
        [w for w in dict.fromkeys(words) if w.lower() not in PARTS_OF_ADDRESSES][:MOST_OFFERED],
    )


def by_codes(meant: Meaning) -> dict[str, Any]:
    """The posts, securities and days that are in the archive."""
    posts = Post.objects.published().for_headline().filter(slug__in=meant.posts)
    securities = Security.objects.known().filter(code__in=meant.securities).most_used_first()
    days = FacetCount.objects.days(min(meant.days), max(meant.days)) if meant.days else {}
    return {
        "posts": list(posts) if meant.posts else [],
        "securities": list(securities[:MOST_OFFERED]) if meant.securities else [],
        "days": [day for day in meant.days if day in days],
    }


def by_words(words: list[str]) -> dict[str, Any]:
    """The terms with one of these words as a name, and, among the newest posts with any of the
    words, those with the most of them in the title."""
    if not words:
        return {}
    asked = ListingRequest(parse(" | ".join(words)), detail=Detail.HEADLINE, size=CANDIDATES)
    try:
        posts = answer(asked).posts
    except SearchTimeoutError:
        posts = []
    closest = sorted(posts, key=lambda post: -sum(word in post.title for word in words))
    return {"terms": terms_called(words), "posts": closest[:MOST_OFFERED]}


def terms_called(words: list[str]) -> list[tuple[str, str]]:
    """The address, which may be empty, and the name of each category, source and tag that has one
    of these words as its name or in its address, in any case. One query."""
    same = any_of(Q(name__iexact=word) | Q(slug__iexact=word) for word in words)
    kinds = [
        kind.objects.published()
        .filter(same)
        .annotate(page=Value(kind.name))
        .values_list("page", "slug", "name")
        for kind in TERMS
        if kind is not SECURITY  # securities are found by their codes
    ]
    found = kinds[0].union(*kinds[1:])[:MOST_OFFERED]
    return [(address(page, slug), name) for page, slug, name in found]
