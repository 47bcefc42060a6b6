from django.contrib import admin
from django.urls import include, path, re_path, register_converter
from django.urls.converters import PathConverter

from articles import feeds, legacy
from articles.views import home, posts, search


class NameConverter(PathConverter):
    """Anything that PostgreSQL can compare a name with."""

    regex = r"[^\0]+"


register_converter(NameConverter, "name")

urlpatterns = [
    path("", home.home, name="home"),
    path("posts/", posts.post_list, name="posts"),
    path("posts/feed.xml", feeds.PostFeed(), name="posts-feed"),
    path("posts/<slug>/", posts.post_detail, name="post"),
    path("category/<name:slug>.html", legacy.category),
    path("category/<name:slug>/", posts.category_detail, name="category"),
    path("security/<symbol>/", posts.security_detail, name="security"),
    path("suggest/", search.suggestions, name="suggest"),
    path("search-help/", search.search_help, name="search-help"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("emnews/", legacy.flashes),
    re_path(
        r"^(?P<category>.+)/(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2})/(?P<stem>[^/\0]+)\.html$",
        legacy.post,
    ),
]
