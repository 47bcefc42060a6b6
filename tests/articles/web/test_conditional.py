"""Pages are made again when what they show has changed, and only then."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from articles import changes
from articles.models import Post
from articles.web.conditional import release

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses(indexed):
    post = indexed(categories=["emnews"], tags=["要闻"], securities=[("1.600519", "贵州茅台")])
    return [
        "/", "/posts/", "/posts/?q=快讯", post.get_absolute_url(), "/category/emnews/", "/sources/",
        post.source.get_absolute_url(), "/security/1.600519/", "/archive/", "/archive/2022/03/04/",
        "/watch/?q=快讯", "/watch/feed.xml?q=快讯", "/watch/feed/?q=快讯", "/compare/?s=1.600519",
        "/trends/?q=快讯", "/hot/", "/hot/?on=2022-03-04",
        "/offline/", "/worker.js", "/manifest.webmanifest",
        "/flash/", "/feeds/", "/posts/feed/", "/feed.xml", "/posts/feed.xml?q=快讯",
        "/sitemap.xml", "/sitemap-2022-03.xml",
        "/opensearch.xml", "/search-help/", "/suggest/?q=快", "/news/?after=1-1",
        "/llms.txt", "/api/", "/api/v1/posts", "/api/v1/posts?q=快讯", "/api/v1/sources",
        "/api/v1/changes", "/api/v1/status", "/posts/feed.json",
    ]  # fmt: skip


def etag(client, address, **headers):
    return client.get(address, headers=headers)["ETag"]


def test_a_page_that_has_not_changed_is_not_sent_again(client, addresses):
    for address in addresses:
        tag = etag(client, address)
        again = client.get(address, headers={"if-none-match": tag})
        assert again.status_code == 304, address
        assert not again.content
        assert again["ETag"] == tag
        assert "Accept-Language" in again["Vary"]


@pytest.mark.parametrize("condition", ["if-none-match", "if-match"])
@pytest.mark.parametrize("named", ["of another page", "*", '"x"'])
def test_a_condition_hides_no_error(client, indexed, condition, named):
    gone = indexed(status="hidden").slug
    tag = etag(client, "/api/v1/posts") if named == "of another page" else named
    for address, status in {
        "/api/v1/posts?published_bfore=2022": 400,
        "/api/v1/posts?limit=999": 400,
        "/api/v1/posts/nope": 404,
        f"/api/v1/posts/{gone}": 410,
        "/none/": 404,
        f"/posts/{gone}/": 410,
    }.items():
        assert client.get(address, headers={condition: tag}).status_code == status, address


def test_any_page_is_one_that_the_client_has(client, addresses):
    for address in addresses:
        again = client.get(address, headers={"if-none-match": "*"})
        assert (again.status_code, again.content) == (304, b""), address


def test_every_page_may_be_kept_but_is_asked_about(client, addresses):
    for address in addresses:
        assert "Cache-Control" in client.get(address), address
    assert client.get("/")["Cache-Control"] == "no-cache"


def test_an_edit_makes_every_page_anew(client, addresses, indexed):
    tags = {address: etag(client, address) for address in addresses}
    post = Post.objects.first()
    Post.objects.filter(pk=post.pk).update(title="改过的")
    changes.posts_changed([post.pk])
    for address, tag in tags.items():
        again = client.get(address, headers={"if-none-match": tag})
        assert again.status_code == 200, address


def test_a_scheduled_post_makes_them_anew_when_its_time_comes(client, indexed, monkeypatch):
    indexed()
    soon = timezone.localtime() + dt.timedelta(hours=1)
    indexed(f"{soon:%Y-%m-%d %H:%M}")
    tag = etag(client, "/")
    monkeypatch.setattr(timezone, "now", lambda: soon + dt.timedelta(minutes=1))
    assert etag(client, "/") != tag


def test_so_does_a_month_that_begins_for_pages_tell_of_this_month(client, indexed, monkeypatch):
    indexed(securities=[("1.600519", "贵州茅台")])
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2022, 3, 31, 15, 59, tzinfo=dt.UTC))
    tag = etag(client, "/posts/?q=贵州茅台")
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2022, 3, 31, 16, 0, tzinfo=dt.UTC))
    assert etag(client, "/posts/?q=贵州茅台") != tag


def test_a_name_changed_in_admin_makes_them_anew(admin_client, indexed):
    source = indexed().source
    tag = etag(admin_client, "/sources/")
    no_aliases = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    admin_client.post(
        f"/admin/articles/source/{source.pk}/change/",
        {"name": "财联社2", "slug": source.slug, **no_aliases},
    )
    assert etag(admin_client, "/sources/") != tag
    assert "财联社2" in admin_client.get("/sources/").content.decode()


def test_languages_are_told_apart(client, indexed):
    assert etag(client, "/") != etag(client, "/", **{"accept-language": "en"})


def test_what_is_not_found_or_private_has_no_tag(client, admin_client):
    for address in ("/none/", "/admin/", "/language/"):
        assert "ETag" not in admin_client.get(address), address


def test_other_settings_are_another_release(settings):
    before = release()
    found = {before}
    for name in settings.DECIDE_ABOUT_PAGES:
        kept = getattr(settings, name)
        setattr(settings, name, "another")
        found.add(release())
        setattr(settings, name, kept)
    assert len(found) == 1 + len(settings.DECIDE_ABOUT_PAGES)
    assert release() == before


@pytest.mark.parametrize(
    "name",
    [
        "templates/pages/crawlers/llms.txt", "templates/pages/sitemap.xml", "static/icon.png",
        "articles/locale/en/django.mo", "articles/search/text/words", "newsroom/urls.py",
        "requirements.txt",
    ],
)  # fmt: skip
def test_another_file_of_what_makes_pages_is_another_release(tmp_path, name):
    file = tmp_path / name
    (tmp_path / "requirements.txt").touch()
    file.parent.mkdir(parents=True, exist_ok=True)
    found = set()
    for text in ("one", "two"):
        file.write_text(text)
        found.add(release(tmp_path))
    (file.parent / "__pycache__").mkdir()
    (file.parent / "__pycache__" / "x.pyc").touch()
    assert len(found) == 2
    assert release(tmp_path) in found


#: Read where pages are made, and they decide about none.
ABOUT_NO_PAGE = {
    *(
        "CACHE_URL",
        "PAGE_CACHE_MIB",
        "METRICS_NETWORKS",
        "METRICS_TOKEN",
        "PORT",
        "TRUSTED_PROXIES",
    ),
}


def test_every_setting_that_pages_read_is_known_to_decide_about_them_or_not(settings):
    """Except for those that the code alone sets: the code is hashed."""
    folders = ("articles/web", "articles/api", "articles/listings", "articles/data", "newsroom")
    files = [path for folder in folders for path in (settings.BASE_DIR / folder).glob("*.py")]
    read = {
        name for path in files for name in re.findall(r"\bsettings\.([A-Z_]+)", path.read_text())
    }
    code = (settings.BASE_DIR / "newsroom" / "settings.py").read_text()
    of_operators = set(re.findall(r"^ *([A-Z_]+) = .*environment", code, re.MULTILINE))
    assert read & of_operators - ABOUT_NO_PAGE <= {*settings.DECIDE_ABOUT_PAGES}
