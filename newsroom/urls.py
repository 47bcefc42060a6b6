from django.contrib import admin
from django.urls import URLPattern, path
from django.views.generic import RedirectView

from articles.admin import site as desk
from articles.api import documentation
from articles.api.v1 import api
from articles.terms import TERMS, TermKind
from articles.web import (
    addresses,
    archive,
    compare,
    crawlers,
    directories,
    embed,
    errors,
    feed_pages,
    feeds,
    flashes,
    home,
    hot,
    language,
    legacy,
    listings,
    not_found,
    offline,
    pictures,
    posts,
    previews,
    search,
    search_help,
    trends,
    watch,
)

from . import converters  # noqa: F401, registers them

admin.autodiscover()

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = not_found.not_found
handler500 = errors.server_error


def feed_patterns(page: str, feed: feeds.PostFeed, name: str) -> list[URLPattern]:
    """A feed of the list at `page`, and what there is to say of it."""
    about = feed_pages.page_of(feed)
    return [
        path(f"{page}{addresses.ATOM}", feed, name=name),
        path(f"{page}{addresses.JSON}", feed.as_json, name=f"{name}-json"),
        path(f"{page}{addresses.FEED_PAGE}", about, name=f"{name}-page"),
    ]


def term_patterns(kind: TermKind) -> list[URLPattern]:
    """The pages of a kind of term: of each with its feed, and of all of them."""
    page = f"{kind.name}/<{kind.converter}:key>/"
    return [
        *feed_patterns(page, feeds.TermFeed(kind), f"{kind.name}-feed"),
        path(page, listings.term_detail, {"kind": kind}, name=kind.name),
        path(f"{kind.directory}/", directories.term_index, {"kind": kind}, name=kind.directory),
    ]


urlpatterns = [
    path("", home.home, name="home"),
    path("news/", home.news, name="news"),
    path(addresses.ATOM, feeds.PostFeed(), name="feed"),
    path(addresses.JSON, feeds.PostFeed().as_json, name="feed-json"),
    path("feeds/", feed_pages.all_feeds, name="feeds"),
    path("feeds.opml", feed_pages.opml, name="feeds-opml"),
    path("flash/", flashes.newest_flashes, name="flashes"),
    path("flash/<year:year>/<two:month>/<two:day>/", flashes.flashes_of_day, name="flashes-of-day"),
    path("posts/", listings.post_list, name="posts"),
    *feed_patterns("posts/", feeds.PostFeed(), "posts-feed"),
    path("posts/<stem:slug>/", posts.post_detail, name="post"),
    path("posts/<stem:slug>/picture.png", pictures.post_picture, name="post-picture"),
    path("preview/<str:token>/", previews.preview, name="preview"),
    path("category/<name:slug>.html", legacy.category, name="old-category"),
    *(pattern for kind in TERMS for pattern in term_patterns(kind)),
    path("archive/", archive.archive, name="archive"),
    path("archive/<year:year>/", archive.archive_year, name="archive-year"),
    path("archive/<year:year>/<two:month>/", archive.archive_month, name="archive-month"),
    path("archive/<year:year>/<two:month>/<two:day>/", listings.day_detail, name="day"),
    *feed_patterns("archive/<year:year>/<two:month>/<two:day>/", feeds.DayFeed(), "day-feed"),
    path("compare/", compare.compare, name="compare"),
    path("compare/figures.csv", compare.figures, name="figures"),
    path("hot/", hot.hot_page, name="hot"),
    path("embed/", embed.embed, name="embed"),
    path("embed/trends/", trends.embedded, name="embed-trends"),
    path("trends/", trends.trends_page, name="trends"),
    path("trends/figures.csv", trends.figures, name="trends-figures"),
    path("watch/", watch.watch, name="watch"),
    *feed_patterns("watch/", feeds.WatchFeed(), "watch-feed"),
    path("suggest/", search.suggestions, name="suggest"),
    path("search-help/", search_help.search_help, name="search-help"),
    path("api/", documentation.documentation, name="api"),
    path("api/v1/", api.urls),
    path("language/", language.set_language, name="set-language"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("worker.js", offline.worker, name="worker"),
    path("offline/", offline.offline, name="offline"),
    # What browsers ask for unasked, at addresses of their own choice.
    path("favicon.ico", crawlers.icon, name="icon"),
    path("apple-touch-icon.png", crawlers.icon, name="icon"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("llms.txt", crawlers.llms, name="llms"),
    path("opensearch.xml", crawlers.opensearch, name="opensearch"),
    path("sitemap.xml", crawlers.sitemap_index, name="sitemap"),
    path("sitemap-<year:year>-<two:month>.xml", crawlers.sitemap_month, name="sitemap-month"),
    path(
        "sitemap-<year:year>-<two:month>-<int:part>.xml",
        crawlers.sitemap_month,
        name="sitemap-month",
    ),
    path("admin/", desk.index, name="desk"),
    path("admin/guide/", desk.guide, name="guide"),
    # The front page of the desk shows all that the index of an app would.
    path("admin/articles/", RedirectView.as_view(pattern_name="admin:index"), name="desk"),
    path("admin/auth/", RedirectView.as_view(pattern_name="admin:index"), name="desk"),
    path("admin/", admin.site.urls),
    path("emnews/", legacy.flashes, name="old-flashes"),
]
