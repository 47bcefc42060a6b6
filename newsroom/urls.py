from django.contrib import admin
from django.urls import path, re_path
from django.views.generic import RedirectView

from articles.admin import site as desk
from articles.terms import CATEGORY, SECURITY, SOURCE, TAG
from articles.web import (
    archive,
    crawlers,
    directories,
    errors,
    feeds,
    home,
    language,
    legacy,
    listings,
    posts,
    previews,
    search,
)

from . import converters  # noqa: F401, which registers them

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns = [
    path("", home.home, name="home"),
    path("news/", home.news, name="news"),
    path("feed.xml", feeds.PostFeed(), name="feed"),
    path("posts/", listings.post_list, name="posts"),
    path("posts/feed.xml", feeds.PostFeed(), name="posts-feed"),
    path("posts/<stem:slug>/", posts.post_detail, name="post"),
    path("preview/<str:token>/", previews.preview, name="preview"),
    path("category/<name:slug>.html", legacy.category),
    path("category/<name:slug>/feed.xml", feeds.TermFeed(CATEGORY)),
    path("category/<name:slug>/", listings.category_detail, name="category"),
    path("source/<name:slug>/feed.xml", feeds.TermFeed(SOURCE)),
    path("source/<name:slug>/", listings.source_detail, name="source"),
    path("tag/<name:slug>/feed.xml", feeds.TermFeed(TAG)),
    path("tag/<name:slug>/", listings.tag_detail, name="tag"),
    path("security/<market:market>.<code:code>/feed.xml", feeds.TermFeed(SECURITY)),
    path("security/<market:market>.<code:code>/", listings.security_detail, name="security"),
    path("sources/", directories.source_index, name="sources"),
    path("categories/", directories.category_index, name="categories"),
    path("tags/", directories.tag_index, name="tags"),
    path("securities/", directories.security_index, name="securities"),
    path("archive/", archive.archive, name="archive"),
    path("archive/<year:year>/", archive.archive_year, name="archive-year"),
    path("archive/<year:year>/<two:month>/", archive.archive_month, name="archive-month"),
    path("archive/<year:year>/<two:month>/<two:day>/", listings.day_detail, name="day"),
    path("archive/<year:year>/<two:month>/<two:day>/feed.xml", feeds.DayFeed()),
    path("suggest/", search.suggestions, name="suggest"),
    path("search-help/", search.search_help, name="search-help"),
    path("language/", language.set_language, name="set-language"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("opensearch.xml", crawlers.opensearch, name="opensearch"),
    path("sitemap.xml", crawlers.sitemap_index, name="sitemap"),
    path("sitemap-<year:year>-<two:month>.xml", crawlers.sitemap_month, name="sitemap-month"),
    path(
        "sitemap-<year:year>-<two:month>-<int:part>.xml",
        crawlers.sitemap_month,
        name="sitemap-month",
    ),
    path("admin/", desk.index),
    path("admin/guide/", desk.guide, name="guide"),
    # All that an app's own index would show stands on the front page.
    path("admin/articles/", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/auth/", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("emnews/", legacy.flashes),
    re_path(
        r"^(?P<category>.+)/(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2})/(?P<stem>[^/\0]+)\.html$",
        legacy.post,
    ),
]
