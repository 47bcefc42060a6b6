from django.contrib import admin
from django.urls import include, path, re_path

from articles import legacy
from articles.views import home, posts

urlpatterns = [
    path("", home.home, name="home"),
    path("posts/", posts.post_list, name="posts"),
    path("posts/<slug>/", posts.post_detail, name="post"),
    path("category/<path:slug>.html", legacy.category),
    path("category/<path:slug>/", posts.category_detail, name="category"),
    path("security/<symbol>/", posts.security_detail, name="security"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("emnews/", legacy.flashes),
    re_path(
        r"^(?P<category>.+)/(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2})/(?P<stem>[^/]+)\.html$",
        legacy.post,
    ),
]
