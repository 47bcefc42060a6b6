"""What is recorded of a request: an id, and a line in the log."""

import logging
import re

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, get_resolver

from articles.web.traffic import record_traffic, route_at, size_of
from newsroom.environment import Environment

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog):
    """The lines about requests."""
    caplog.set_level(logging.INFO, "articles.web.traffic")
    return lambda: [
        one.getMessage() for one in caplog.records if one.name == "articles.web.traffic"
    ]


def asked(rf, **headers):
    """The id that goes back."""
    request = rf.get("/", headers=headers)
    return record_traffic(lambda request: HttpResponse())(request)["X-Request-ID"]


def test_a_request_has_the_id_that_a_proxy_gave_it(rf):
    assert asked(rf, x_request_id="5f0c-2f7b.11") == "5f0c-2f7b.11"


def test_or_one_of_ours(rf, settings):
    assert re.fullmatch("[0-9a-f]{16}", asked(rf))
    assert asked(rf) != asked(rf)
    for forged in ("two words", "a\nb", "x" * 65, "名"):
        assert re.fullmatch("[0-9a-f]{16}", asked(rf, x_request_id=forged))
    settings.TRUSTED_PROXIES = Environment({"TRUSTED_PROXIES": "10.0.0.1"}).trusted_proxies
    assert re.fullmatch("[0-9a-f]{16}", asked(rf, x_request_id="of-the-client"))


def test_a_line_names_the_page_and_not_what_was_searched(client, lines):
    response = client.get("/posts/?q=茅台", headers={"x-forwarded-for": "1.2.3.4"})
    [line] = lines()
    length = len(response.content)
    assert re.fullmatch(rf"GET posts: 200, \d+\.\d ms, {length} bytes", line)


def test_a_page_that_is_kept_has_the_same_name(client, lines):
    for _ in range(2):
        client.get("/tags/")
    etag = client.get("/tags/")["ETag"]
    client.get("/tags/", headers={"if-none-match": etag})
    assert [line.partition(",")[0] for line in lines()] == [*["GET tags: 200"] * 3, "GET tags: 304"]


def test_an_address_is_named_by_its_page_or_by_none(client, lines):
    client.get("/emnews/")
    client.get("/nowhere/茅台")
    client.get("/admin/articles/post/")
    assert [line.partition(",")[0] for line in lines()] == [
        "GET old-flashes: 404",
        "GET none: 404",
        "GET admin:articles_post_changelist: 302",
    ]
    assert route_at("/static/site.css") == "static"


def test_every_address_of_ours_has_a_name():
    addresses = [one for one in get_resolver().url_patterns if isinstance(one, URLPattern)]
    assert [str(one.pattern) for one in addresses if not one.name] == []


def test_what_the_desk_does_not_name_is_named_by_the_desk():
    assert route_at("/admin/nowhere/") == "admin"


def test_nothing_is_logged_of_requests_by_default(client, caplog):
    client.get("/")
    assert not caplog.records


def test_a_404_is_logged_with_the_id_of_its_request(client, caplog, monkeypatch):
    response = client.get("/nowhere")
    [line] = caplog.records
    handler = logging.getLogger().handlers[0]
    assert f"Not Found: /nowhere request={response['X-Request-ID']}" in handler.format(line)


def test_the_length_is_that_of_the_body():
    assert size_of(HttpResponse("茅台")) == 6
    assert size_of(StreamingHttpResponse(iter("ab"))) is None
    assert size_of(StreamingHttpResponse(iter("ab"), headers={"Content-Length": "2"})) == 2
