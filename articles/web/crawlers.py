"""What programs read: robots.txt, the sitemap (sitemaps.org), the OpenSearch description."""

import datetime as dt
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.http import RFC3986_SUBDELIMS
from django.utils.safestring import mark_safe
from django.views.decorators.cache import cache_control

from newsroom.addresses import root_of, url

from ..days import last_of_month
from ..models import UPDATED, FacetCount, Post
from ..terms import TERMS

PAGES = [
    "home",
    "posts",
    "flashes",
    "archive",
    *(kind.directory for kind in TERMS),
    "search-help",
    "feeds",
]
HOUR = 3600  # seconds
MOST_IN_SITEMAP = 50_000  # addresses, by the protocol
UNQUOTED = f"{RFC3986_SUBDELIMS}/~:@"  # in a path, as `reverse` leaves it


@cache_control(max_age=HOUR)
def robots(request: HttpRequest) -> HttpResponse:
    """Made without the database."""
    sitemap = request.build_absolute_uri(url("sitemap"))
    return render(request, "crawlers/robots.txt", {"sitemap": sitemap}, "text/plain")


def llms(request: HttpRequest) -> HttpResponse:
    """What a language model finds here: https://llmstxt.org"""
    context = {"root": root_of(request)}
    return render(request, "crawlers/llms.txt", context, "text/markdown; charset=utf-8")


def icon(request: HttpRequest) -> HttpResponse:
    """To the picture of the site, which pages name themselves."""
    return redirect(static("icon.png"))


def opensearch(request: HttpRequest) -> HttpResponse:
    """https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md"""
    root = root_of(request)
    return render(
        request,
        "crawlers/opensearch.xml",
        {"root": root},
        "application/opensearchdescription+xml",
    )


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The sitemaps of the months that have posts, at most `MOST_IN_SITEMAP` posts in each, with the
    time at which a post of the month was last updated."""
    sitemaps = [
        (month, part if part > 1 else None, changed)
        for month, posts, changed in FacetCount.objects.months_with_changes()
        for part in range(1, -(-posts // MOST_IN_SITEMAP) + 1)
    ]
    context = {"root": root_of(request), "sitemaps": sitemaps}
    return render(request, "crawlers/sitemap_index.xml", context, "application/xml")


def sitemap_month(request: HttpRequest, year: int, month: int, part: int = 1) -> HttpResponse:
    """The posts of a month, or a part of them, oldest first, so that each stays in its part. The
    first part of the newest month also has the pages that always change."""
    try:
        first = dt.date(year, month, 1)
    except ValueError as error:
        raise Http404(f"no such month: {error}") from error
    months = FacetCount.objects.months()
    if not 0 < part <= -(-months.get(first, 0) // MOST_IN_SITEMAP):
        raise Http404(f"no part {part} of {first:%Y-%m}")
    posts = Post.objects.published().published_between(first, last_of_month(first))
    changes = posts.order_by("published_at", "id").values_list("slug", UPDATED)
    root = root_of(request)
    before, after = escape(root + url("post", "SLUG")).split("SLUG")
    urls = "".join(  # a template would take four times as long for fifty thousand
        f"<url><loc>{before}{escape(quote(slug, safe=UNQUOTED))}{after}</loc>"
        f"<lastmod>{changed.isoformat()}</lastmod></url>\n"
        for slug, changed in changes[(part - 1) * MOST_IN_SITEMAP : part * MOST_IN_SITEMAP]
    )
    context = {
        "root": root,
        "pages": PAGES if first == max(months) and part == 1 else [],
        "urls": mark_safe(urls),  # noqa: S308, addresses and times
    }
    return render(request, "crawlers/sitemap.xml", context, "application/xml")
