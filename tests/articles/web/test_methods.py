import pytest
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
        assert response["Allow"] == "GET, HEAD"
