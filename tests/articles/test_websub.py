"""The hub is told of the feeds of all posts after a change, until it answers."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest

from articles import changes, tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(settings):
    """A hub with its `address`, the `topics` that it was told of, and the `status` it answers."""

    class Hub(BaseHTTPRequestHandler):
        status = 204
        topics: list[str] = []

        def do_POST(self):
            said = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            assert said["hub.mode"] == ["publish"]
            self.topics.extend(said["hub.url"])
            self.send_response(self.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    settings.ALLOWED_HOSTS = ["news.example.com"]
    settings.SECURE_SSL_REDIRECT = True
    with HTTPServer(("127.0.0.1", 0), Hub) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.WEBSUB_HUB = f"http://127.0.0.1:{server.server_port}/"
        yield Hub
        server.shutdown()


def test_the_hub_is_told_of_each_change_until_it_answers(hub, indexed):
    indexed()
    tasks.tell_hub(0)
    assert hub.topics == [
        "https://news.example.com/feed.xml",
        "https://news.example.com/feed.json",
        "https://news.example.com/posts/feed.xml",
        "https://news.example.com/posts/feed.json",
    ]
    tasks.tell_hub(0)
    assert len(hub.topics) == 4  # nothing has changed
    changes.advance_version()
    hub.status = 503
    tasks.tell_hub(0)
    hub.status = 204
    tasks.tell_hub(0)
    assert len(hub.topics) == 4 + 1 + 4


def test_a_hub_that_is_away_stops_nothing(hub, indexed, settings):
    indexed()
    settings.WEBSUB_HUB = "http://127.0.0.1:9/"
    tasks.tell_hub(0)
    assert hub.topics == []


def test_without_a_hub_none_is_told(hub, indexed, settings):
    settings.WEBSUB_HUB = ""
    tasks.tell_hub(0)
    assert hub.topics == []
