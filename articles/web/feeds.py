"""Atom feeds (RFC 4287), each of what a page lists, with the posts whole."""

import datetime as dt

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpResponse
from django.utils.encoding import iri_to_uri
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from ..listings.filters import PostFilter
from ..models import (
    Category,
    Post,
    Security,
    Source,
    Tag,
)
from ..search import engine
from ..search.conditions import plan
from ..search.query import parse
from . import addresses

SIZE = 40


class WholePostFeed(Atom1Feed):
    """Atom with each post's HTML as its content; addresses in that are relative to the site."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        base = {"type": "html", "xml:base": item["link"], "xml:lang": "zh-Hans"}
        handler.addQuickElement("content", item["content"], base)


class PostFeed(Feed):
    """The newest posts there are, or that a search or filters find, at the address of their page
    with `feed.xml` behind it."""

    feed_type = WholePostFeed
    language = "zh-Hans"
    author_name = "Newsroom"  # of entries that have no source: RFC 4287, 4.1.1

    def __call__(self, request, *args, **kwargs):
        try:
            return super().__call__(request, *args, **kwargs)
        except engine.SearchTimeoutError:
            return HttpResponse(status=503, headers={"Retry-After": str(engine.RETRY_AFTER)})

    def get_object(self, request, **address):
        """The request, and the filter that the feed itself is."""
        return request, self.fixed(**address)

    def fixed(self, **address):
        return {}

    def title(self, feed):
        request, fixed = feed
        query = parse(request.GET.get("q", "").strip()).text
        parts = [query, *(str(value) for value in fixed.values()), _("Newsroom")]
        return " · ".join(dict.fromkeys(filter(None, parts)))

    def link(self, feed):
        return with_query(feed, feed[0].path.removesuffix("feed.xml"))

    def feed_url(self, feed):
        return with_query(feed, feed[0].path)

    def items(self, feed):
        request, fixed = feed
        posts = Post.objects.published().select_related("source").prefetch_related("categories")
        filters = PostFilter(request.GET, queryset=posts)
        if not filters.is_valid():
            return []
        asked = plan(parse(request.GET.get("q", "").strip()), filters.scope(**fixed))
        with engine.searching() as search:
            keys = search.keys(asked, SIZE)
        found = posts.in_bulk([key.id for key in keys])
        return [found[key.id] for key in keys if key.id in found]

    def item_title(self, post):
        return post.title

    def item_description(self, post):
        return post.digest or None

    def item_pubdate(self, post):
        return post.published_at

    def item_updateddate(self, post):
        return max(post.published_at, post.modified_at)

    def item_author_name(self, post):
        return post.source.name if post.source else None

    def item_categories(self, post):
        return [category.name for category in post.categories.all()]

    def item_extra_kwargs(self, post):
        return {"content": post.body_html}


def with_query(feed, path):
    query = feed[0].GET.urlencode()
    return f"{iri_to_uri(path)}?{query}" if query else iri_to_uri(path)


class CategoryFeed(PostFeed):
    def fixed(self, *, slug):
        return {"category": addresses.at(Category.objects, slug)}


class SourceFeed(PostFeed):
    def fixed(self, *, slug):
        return {"source": addresses.at(Source.objects, slug)}


class TagFeed(PostFeed):
    def fixed(self, *, slug):
        return {"tag": addresses.at(Tag.objects, slug)}


class SecurityFeed(PostFeed):
    def fixed(self, *, market, code):
        return {"security": addresses.at(Security.objects, f"{market}.{code}")}


class DayFeed(PostFeed):
    def fixed(self, *, year, month, day):
        try:
            date = dt.date(year, month, day)
        except ValueError as error:
            raise Http404(f"no such day: {error}") from error
        return {"from": date, "to": date}
