"""What machines read: robots.txt, the sitemap (sitemaps.org), the OpenSearch description."""

import calendar
import datetime as dt

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from ..models import FacetCount, Post

PAGES = ["home", "posts", "archive", "sources", "categories", "tags", "securities", "search-help"]
MOST_IN_SITEMAP = 50_000  # by the protocol


def robots(request):
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    return render(request, "machines/robots.txt", {"sitemap": sitemap}, "text/plain")


def opensearch(request):
    """https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md"""
    root = request.build_absolute_uri("/")[:-1]
    return render(
        request,
        "machines/opensearch.xml",
        {"root": root},
        "application/opensearchdescription+xml",
    )


def sitemap_index(request):
    """A sitemap for each month that has posts."""
    root = request.build_absolute_uri("/")[:-1]
    months = sorted(FacetCount.objects.months(), reverse=True)
    return render(
        request, "machines/sitemap_index.xml", {"root": root, "months": months}, "application/xml"
    )


def sitemap_month(request, year, month):
    """The posts of a month, each with when it was last changed; with the newest month the pages
    that change always."""
    try:
        first = dt.date(year, month, 1)
    except ValueError as error:
        raise Http404(f"no such month: {error}") from error
    last = first.replace(day=calendar.monthrange(year, month)[1])
    posts = Post.objects.published().published_from(first).published_until(last).newest_first()
    context = {
        "root": request.build_absolute_uri("/")[:-1],
        "posts": posts.values_list("slug", "modified_at")[:MOST_IN_SITEMAP],
        "pages": PAGES if first == max(FacetCount.objects.months(), default=None) else [],
    }
    return render(request, "machines/sitemap.xml", context, "application/xml")
