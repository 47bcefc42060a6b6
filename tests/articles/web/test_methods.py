import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/", "/posts/", "/api/", "/feeds/", "/feeds.opml", "/feed.xml", "/feed.json", "/llms.txt",
     "/robots.txt", "/embed/", "/embed/trends/", "/language/", "/posts"],
)  # fmt: skip
def test_what_readers_and_programs_ask_for_is_only_read(address):
    client = Client(enforce_csrf_checks=True)
    for method in ("post", "put", "patch", "delete", "trace"):
        response = getattr(client, method)(address)
        assert response.status_code == 405
        assert response["Allow"] == ("GET, HEAD, OPTIONS" if address == "/api/" else "GET, HEAD")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/", "/healthz", "/api/v1/export", "/posts"])
def test_head_has_the_headers_of_get_and_no_body(address, rf):
    """Asked as a server asks: the client of the tests leaves bodies out itself."""
    application = get_wsgi_application()
    shown = application(rf.get(address).environ, lambda *_: None)
    for _ in range(2):  # made, and kept
        response = application(rf.head(address).environ, lambda *_: None)
        assert b"".join(response) == b""
        assert response.get("Content-Length") == shown.get("Content-Length")
        response.close()
    shown.close()
