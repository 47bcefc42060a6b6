"""Atom feeds (RFC 4287), each of what a page lists, with the posts whole."""

from django.contrib.syndication.views import Feed
from django.http import HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from .filters import PostFilter
from .models import Post
from .search import engine
from .search.conditions import plan
from .search.query import parse

SIZE = 40
RETRY_AFTER = 30  # seconds


class WholePostFeed(Atom1Feed):
    """Atom with each post's HTML as its content; addresses in that are relative to the site."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        base = {"type": "html", "xml:base": item["link"], "xml:lang": "zh-Hans"}
        handler.addQuickElement("content", item["content"], base)


class PostFeed(Feed):
    """The newest posts that a search or filters find: `/posts/feed.xml` with the query of
    `/posts/`."""

    feed_type = WholePostFeed

    def __call__(self, request, *args, **kwargs):
        try:
            return super().__call__(request, *args, **kwargs)
        except engine.SearchTimeoutError:
            headers = {"Retry-After": str(RETRY_AFTER)}
            return HttpResponse(status=503, headers=headers)

    def get_object(self, request):
        return request

    def title(self, request):
        query = parse(request.GET.get("q", "").strip()).text
        return f"{query} · {_('Newsroom')}" if query else _("Newsroom")

    def link(self, request):
        query = request.GET.urlencode()
        return reverse("posts") + (f"?{query}" if query else "")

    def feed_url(self, request):
        return request.get_full_path()

    def items(self, request):
        posts = Post.objects.published().select_related("source").prefetch_related("categories")
        filters = PostFilter(request.GET, queryset=posts)
        query = parse(request.GET.get("q", "").strip())
        if not query.clauses:
            return filters.qs.newest_first()[:SIZE]
        if not filters.is_valid():
            return []
        with engine.searching() as search:
            keys = search.keys(plan(query, filters.scope()), SIZE)
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
