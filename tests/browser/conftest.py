"""A real Chromium on a real server. Debian has it as `chromium-headless-shell`, which is the engine
without the windows around it and takes 0.6 of the time, and as `chromium`."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import Client
from pytest_django.live_server_helper import LiveServer

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
EXECUTABLE = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = [
    "--no-sandbox",  # which containers do not allow, and which our own pages do not need
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Pictures are on other hosts, which tests do not ask. To route requests would keep the browser
    # from keeping files.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]


LONG = ("test_every_page.py", "test_untrusted_html.py")


def pytest_collection_modifyitems(items):
    """The long tests are the first in the browser, or one worker would be left with them."""
    here = Path(__file__).parent
    places = [place for place, item in enumerate(items) if item.path.parent == here]
    ours = sorted((items[place] for place in places), key=lambda i: i.path.name not in LONG)
    for place, item in zip(places, ours, strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def browser():
    if EXECUTABLE is None:
        reason = "Chromium is not installed: apt-get install chromium-headless-shell"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # as long as Playwright waits for all else
    # Playwright keeps an event loop in this thread, which Django takes for an async context.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        yield browser
        browser.close()


class Server(ThreadedWSGIServer):
    """Closes only after it has answered all that it was asked."""

    daemon_threads = False  # so that `server_close` waits for them

    def __init__(self, *args, **options):
        self.connections = set()
        super().__init__(*args, **options)

    def serve_forever(self, poll_interval=0.01):  # seconds until it notices that it shall stop
        super().serve_forever(poll_interval)

    def process_request(self, request, client_address):
        self.connections.add(request)
        super().process_request(request, client_address)

    def close_request(self, request):
        super().close_request(request)
        self.connections.discard(request)

    def server_close(self):
        # What has arrived on a connection can still be read, and then it ends: a browser that
        # keeps it open for more does not hold us up.
        for connection in tuple(self.connections):
            with suppress(OSError):  # closed meanwhile
                connection.shutdown(socket.SHUT_RD)
        super().server_close()


class KeptFiles(StaticFilesHandler):
    """Static files as the site serves them: a browser asks for each once."""

    def serve(self, request):
        response = super().serve(request)
        response["Cache-Control"] = "max-age=3600"
        return response


@pytest.fixture
def live_server(children) -> Iterator[LiveServer]:
    """A server for this test alone. It has answered every request, and what it started has ended,
    before the tables are emptied and the settings restored."""
    server = LiveServer("localhost", start=False)
    server.thread.server_class = Server
    server.thread.static_handler = KeptFiles
    server.start()
    yield server
    server.stop()


@pytest.fixture
def open_page(browser, live_server) -> Iterator:
    """Open a page of the live server, in a browser of its own: `open_page("/posts/", width=390,
    scheme="dark")`. It goes on from there: `page.goto("/archive/")`.

    What the page complained of, scripts and styles that its policy forbids among it, and whom else
    it asked, is in its `complaints` and `foreign`.
    """

    def open_page(path, *, width=1280, height=900, scheme="light", locale="zh-CN", **options):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale=locale,
            **{"service_workers": "block", **options},  # which routes would not see
        )
        page = context.new_page()
        page.complaints, page.foreign = [], []
        context.on(
            "request",
            lambda request: request.url.startswith(live_server.url) or page.foreign.append(request),
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                message.type in ("error", "warning")
                and "net::ERR_NAME_NOT_RESOLVED" not in message.text
                and "net::ERR_FAILED" not in message.text
                and "blocked by Playwright" not in message.text
                and "status of 404" not in message.text  # which pages that are not found are
                and page.complaints.append(message.text)
            ),
        )
        page.goto(path)
        return page

    yield open_page
    for context in browser.contexts:
        context.close()


@pytest.fixture
def desk(open_page, live_server, django_user_model) -> Callable:
    """Open a page of the admin as an administrator who is logged in: `desk("/admin/", width=390)`;
    as another one with `name`."""

    def desk(path, name="anna", **options):
        client = Client()
        user, _ = django_user_model.objects.get_or_create(
            username=name, defaults={"is_staff": True, "is_superuser": True}
        )
        client.force_login(user)
        page = open_page("/robots.txt", **options)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        page.context.add_cookies([cookie | {"url": live_server.url}])
        page.goto(live_server.url + path)
        return page

    return desk
