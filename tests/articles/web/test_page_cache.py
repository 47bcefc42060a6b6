"""Pages are made once for each version of the archive, and hold nothing of who asks for them."""

import datetime as dt
import gzip
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

from articles import changes
from articles.models import EmptySearch, Post
from articles.web import page_cache
from articles.web.page_cache import OVERHEAD, MemoryStore, kept_or_made, new_store
from articles.web.shared_store import SharedStore
from tests.waiting import wait_until


@pytest.fixture
def addresses(indexed):
    post = indexed(categories=["emnews"], tags=["要闻"], securities=[("1.600519", "贵州茅台")])
    return [
        "/", "/posts/", "/posts/?q=快讯", "/posts/?q=快讯&sort=relevance", post.get_absolute_url(),
        "/category/emnews/", "/category/emnews/feed.xml", "/sources/", "/tags/", "/securities/",
        post.source.get_absolute_url(), "/security/1.600519/", "/archive/", "/archive/2022/",
        "/archive/2022/03/", "/archive/2022/03/04/", "/feed.xml", "/posts/feed.xml?q=快讯",
        "/sitemap.xml", "/sitemap-2022-03.xml", "/opensearch.xml", "/search-help/",
        "/suggest/?q=快", "/news/?after=1-1", "/posts/no-such-post/", "/nowhere/",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_page_that_is_asked_for_again_is_not_made_again(
    client, addresses, django_assert_num_queries
):
    for address in addresses:
        first = client.get(address)
        with django_assert_num_queries(1):  # the archive's version
            again = client.get(address)
        assert (again.status_code, again.content) == (first.status_code, first.content), address
        assert again.headers.pop("X-Request-ID") != first.headers.pop("X-Request-ID"), address
        assert again.headers == first.headers, address


@pytest.mark.django_db
def test_a_kept_page_holds_nothing_of_who_asked_first(
    addresses, client, admin_client, settings, monkeypatch
):
    settings.ALLOWED_HOSTS = ["testserver", "news.example"]
    usual = {"accept-language": "zh-CN", "accept-encoding": "gzip", "host": "testserver"}
    others = {"accept-language": "en", "accept-encoding": "identity", "host": "news.example"}
    each = [usual, *(usual | {name: other} for name, other in others.items())]
    askers = [(asker, headers) for asker in (admin_client, client) for headers in each]
    without_sessions = [pages(client, addresses, headers) for _, headers in askers]
    monkeypatch.setattr(page_cache, "store", MemoryStore(2**20))
    for (asker, headers), expected in zip(askers, without_sessions, strict=True):  # editors first
        assert pages(asker, addresses, headers) == expected


def pages(client, addresses, headers):
    found = {}
    for address in addresses:
        response = client.get(address, headers=headers)
        found[address] = (response.status_code, content(response))
    return found


def content(response):
    """The text of a page, compressed or not."""
    if response.get("Content-Encoding") == "gzip":
        return gzip.decompress(response.content)
    return response.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/posts/", "/posts/feed/", "/news/", "/posts/feed.xml"])
def test_parameters_in_another_order_or_spelling_are_the_same_page(
    client, indexed, django_assert_num_queries, monkeypatch, path
):
    indexed(title="茅台上涨", categories=["news"])
    client.get(f"{path}?q=茅台&sort=relevance&facet=tag")
    with django_assert_num_queries(1):
        kept = client.get(f"{path}?sort=relevance&q=%e8%8c%85%e5%8f%b0&facet=tag")
    monkeypatch.setattr(page_cache, "store", MemoryStore(0))
    made = client.get(f"{path}?sort=relevance&facet=tag&q=%E8%8C%85%e5%8f%b0")
    assert kept.text == made.text


@pytest.mark.django_db
def test_the_next_request_after_a_change_shows_it(client, indexed):
    post = indexed(title="旧标题")
    assert "旧标题" in client.get("/").text
    Post.objects.filter(pk=post.pk).update(title="新标题")
    changes.posts_changed([post.pk])
    assert "新标题" in client.get("/").text


@pytest.mark.django_db
def test_the_next_request_after_a_hiding_says_that_the_post_is_gone(client, indexed):
    post = indexed()
    assert client.get(post.get_absolute_url()).status_code == 200
    Post.objects.filter(pk=post.pk).update(status="hidden")
    changes.posts_changed([post.pk])
    assert client.get(post.get_absolute_url()).status_code == 410


@pytest.mark.django_db
def test_the_next_request_after_the_time_of_a_scheduled_post_shows_it(client, indexed, monkeypatch):
    indexed(title="已发")
    soon = timezone.localtime() + dt.timedelta(hours=1)
    indexed(f"{soon:%Y-%m-%d %H:%M}", title="待发稿")
    assert "待发稿" not in client.get("/posts/").text
    monkeypatch.setattr(timezone, "now", lambda: soon + dt.timedelta(minutes=1))
    assert "待发稿" in client.get("/posts/").text


@pytest.mark.django_db
def test_every_reader_whose_search_finds_nothing_is_counted(client, indexed):
    indexed()
    for network in ("192.0.2.1", "198.51.100.1", "203.0.113.1"):
        client.get("/posts/?q=绝无", headers={"sec-fetch-dest": "document"}, REMOTE_ADDR=network)
    assert EmptySearch.objects.get().times == 3


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("a page", headers={"Set-Cookie": "name=value"}),
        HttpResponse("a page", headers={"Cache-Control": "no-store"}),
        HttpResponse("elsewhere", status=302),
        HttpResponse("too long", status=503),
        StreamingHttpResponse(["part by part"]),
    ],
)
def test_what_is_not_for_everybody_is_not_kept(response):
    response.cookies.load(response.get("Set-Cookie", ""))
    for _ in range(2):
        made = []
        kept_or_made(("key",), lambda: made.append(1) or response)  # noqa: B023
        assert made


def test_others_wait_for_a_page_that_somebody_makes():
    begun, end = Event(), Event()
    made = []

    def make():
        made.append(1)
        begun.set()
        end.wait()
        return HttpResponse("slow")

    with ThreadPoolExecutor() as threads:
        first = threads.submit(kept_or_made, ("key",), make)
        begun.wait()
        others = [threads.submit(kept_or_made, ("key",), make) for _ in range(3)]
        wait_until(lambda: all(other.running() for other in others))
        end.set()
        assert {page.result().content for page in (first, *others)} == {b"slow"}
    assert len(made) == 1


def test_a_page_that_cannot_be_made_keeps_nobody_waiting():
    def fail():
        raise ValueError("not today")

    with pytest.raises(ValueError, match="not today"):
        kept_or_made(("key",), fail)
    assert kept_or_made(("key",), lambda: HttpResponse("made")).content == b"made"


@pytest.mark.parametrize(
    "damage",
    [
        lambda page: b"x",
        lambda page: page[:-1],
        lambda page: page[:10],
        lambda page: b"[200, {}]\nhello",
        lambda page: page.replace(b"made", b"mabe"),
    ],
)
def test_a_page_that_is_damaged_is_made_anew(monkeypatch, damage):
    monkeypatch.setattr(page_cache, "store", store := MemoryStore(2**20))
    kept_or_made(("key",), lambda: HttpResponse("made"))
    [(key, page)] = store.pages.items()
    store.set(key, damage(page))
    for _ in range(2):
        again = kept_or_made(("key",), lambda: HttpResponse("anew"))
        assert (again.status_code, again.content) == (200, b"anew")


def test_memory_drops_the_pages_that_nobody_asked_for_longest():
    store = MemoryStore(3 * (OVERHEAD + 100))
    for key in "abc":
        store.set(key, b"x" * 100)
    store.get("a")
    store.set("d", b"x" * 100)
    assert [key for key in "abcd" if store.get(key)] == ["a", "c", "d"]


def test_memory_does_without_a_page_that_is_larger_than_all_of_it():
    store = MemoryStore(1000)
    store.set("small", b"x")
    store.set("large", b"x" * 1001)
    assert store.get("small")
    assert store.get("large") is None


def test_processes_share_the_pages_of_a_server(server):
    url, _ = server
    SharedStore(url).set("key", b"page")
    assert SharedStore(url).get("key") == b"page"


def test_pages_are_made_while_the_server_is_gone(server, monkeypatch, caplog):
    url, process = server
    monkeypatch.setattr(page_cache, "store", SharedStore(url))
    process.terminate()
    process.wait()
    for _ in range(2):
        assert kept_or_made(("key",), lambda: HttpResponse("made")).content == b"made"
    assert caplog.text.count("CACHE_URL does not answer") == 1


def test_the_settings_choose_the_store(settings):
    settings.CACHE_URL = ""
    assert isinstance(new_store(), MemoryStore)
    settings.CACHE_URL = "redis://127.0.0.1:6379/0"
    assert isinstance(new_store(), SharedStore)
