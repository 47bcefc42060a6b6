"""The page of a post."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ..listings.post_page import page_of
from ..models import Erasure, Post, Security
from ..stored_posts import stored_post
from .addresses import with_same_query


def post_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One post. `NW<digits>` is the old name of `<digits>`."""
    if slug.startswith("NW") and slug[2:].isdecimal():
        address = reverse("post", args=[slug[2:]])
        return redirect(with_same_query(address, request), permanent=True)
    found = stored_post(slug)
    if found is None and not Erasure.objects.filter(slug=slug).exists():
        raise Http404(f"no post {slug}")
    if found is None or found.post.status == Post.Status.HIDDEN:
        return render(request, "410.html", status=410)
    post = found.post
    page = page_of(post, found.terms, has_story=found.has_story)
    url = request.build_absolute_uri(post.get_absolute_url())
    home = request.build_absolute_uri("/")
    context = {
        "page": page,
        "json_ld": json_ld(post, page.securities, url, home),
        "has_picture": bool(settings.PICTURE_FONT),
    }
    return render(request, "posts/detail.html", context)


def json_ld(post: Post, securities: Iterable[Security], url: str, home: str) -> dict[str, Any]:
    """The post at `url` as https://schema.org/NewsArticle, as JSON can hold it. The medium wrote
    it, and the site, at `home`, publishes it."""
    article: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": post.title,
        "url": url,
        "inLanguage": "zh-Hans",
        "datePublished": post.published_at.isoformat(),
        "dateModified": post.updated_at.isoformat(),
        "about": [about(security) for security in securities],
        "publisher": {"@type": "Organization", "name": _("Newsroom"), "url": home},
        "mainEntityOfPage": url,
    }
    if post.original_url:
        article["isBasedOn"] = post.original_url
    if post.digest:
        article["description"] = post.digest
    if post.source:
        article["author"] = {"@type": "Organization", "name": post.source.name}
    return article


def about(security: Security) -> dict[str, str]:
    """A company by its ticker symbol; what else is traded, by its name and code."""
    if security.kind == Security.Kind.STOCK:
        return {"@type": "Corporation", "name": str(security), "tickerSymbol": security.code}
    return {"@type": "Thing", "name": str(security), "identifier": security.symbol}
