"""What a server that collects errors is told."""

import gzip
import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

FAILING_REQUEST = """
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.test import Client, RequestFactory
from articles.web import conditional
conditional.reading = None
client = Client(raise_request_exception=False)
client.cookies["sessionid"] = "sesame"
response = client.get("/posts/?q=moutai", REMOTE_ADDR="203.0.113.7", HTTP_REFERER="/?q=wuliangye")
print(response.status_code, response["X-Request-ID"])
client.get("/robots.txt", headers={"host": "elsewhere.example"})
from types import SimpleNamespace
from django.db import OperationalError
from articles.outages import KnownOutageError
from articles.replicas import asking, primary
errors = [OperationalError("the connection is closed"), KnownOutageError("The database is away.")]
def refuse(*_):
    with asking(primary):
        raise errors.pop()
    raise KnownOutageError("The primary went away.")
conditional.reading = SimpleNamespace(read=refuse)
client.get("/posts/")
client.get("/posts/")
conditional.replicas = None
list(get_wsgi_application()(RequestFactory().get("/preview/sesame/?q=fenjiu").environ, print))
"""


@pytest.fixture
def collector():
    """A server, and what was sent to it."""
    sent = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_packed = self.headers.get("Content-Encoding") == "gzip"
            sent.append((gzip.decompress(body) if is_packed else body).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://key@127.0.0.1:{server.server_port}/1", sent
        server.shutdown()


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "newsroom.settings", **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_an_error_is_reported_without_who_asked_for_what(collector):
    dsn, sent = collector
    away = "postgres://127.0.0.1:1/nowhere"
    status, request, *_ = run(FAILING_REQUEST, ERROR_DSN=dsn, DATABASE_URL=away).split()
    assert status == "500"
    report, outage, preview = sent
    assert "does not answer: the connection is closed" in outage
    assert "/preview/…/" in json.loads(preview.splitlines()[-1])["request"]["url"]
    assert '"type":"AttributeError"' in report
    assert "conditional.py" in report
    assert request in report
    for private in ("moutai", "wuliangye", "fenjiu", "203.0.113.7", "sesame"):
        assert private not in report + preview


def test_without_a_server_none_of_it_is_loaded():
    code = "import sys, django; django.setup(); print('sentry_sdk' in sys.modules)"
    assert run(code, ERROR_DSN="").strip() == "False"
