"""What gunicorn itself answers, by a process of its own."""

import socket
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.waiting import PATIENCE

ECHO = """
import os
from collections import defaultdict
from threading import Event

from newsroom.logs import request_id

asked_for_health = defaultdict(Event)  # by query


def app(environ, start):
    if environ["PATH_INFO"] == "/healthz":
        environ["wsgi.input"].read()
        asked_for_health[environ["QUERY_STRING"]].set()
    if environ["PATH_INFO"] == "/wait":
        asked_for_health[environ["QUERY_STRING"]].wait()
    if environ["PATH_INFO"] == "/identified":
        request_id.set("5f0c")
    if environ["PATH_INFO"] == "/PGOPTIONS":
        options = os.environ["PGOPTIONS"].encode()
        start("200 OK", [("Content-Length", str(len(options)))])
        return [options]
    asked = (environ["PATH_INFO"] + "|" + environ["QUERY_STRING"]).encode("latin-1")
    start("200 OK", [("Content-Length", str(len(asked)))])
    return [asked]
"""


@pytest.fixture(scope="module")
def port(free_tcp_port_factory):
    return free_tcp_port_factory()


@pytest.fixture(scope="module")
def server(tmp_path_factory, port):
    folder = tmp_path_factory.mktemp("echo")
    (folder / "echo.py").write_text(ECHO)
    gunicorn = Path(sys.executable).with_name("gunicorn")
    command = [gunicorn, "-c", "newsroom/gunicorn.py", "--pythonpath", folder, "echo:app"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "1"]

    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert any("Listening at" in line for line in server.stderr)
            yield server
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def ask(server, port):
    """Send bytes, and read what comes until the server closes."""

    def ask(line: bytes, beside: bytes = b"", body: bytes = b"") -> str:
        """Beside eight clients who send another line, if there is one."""
        with ExitStack() as crowd:
            end = b"\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            for each in [beside + end] * 8 * bool(beside) + [line + end + body]:
                connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
                crowd.enter_context(connection)
                connection.sendall(each)
            return b"".join(iter(lambda: connection.recv(2**16), b"")).decode()

    return ask


def test_characters_need_not_be_encoded(ask):
    answer = ask("GET /source/财联社/?q=茅台&from=%32 HTTP/1.1".encode())
    assert answer.startswith("HTTP/1.1 200 ")
    assert answer.endswith("/source/财联社/|q=%E8%8C%85%E5%8F%B0&from=%32")
    assert ask(b"GET /?q=\xff HTTP/1.1").endswith("/|q=%FF")


def test_filters_of_all_kinds_fit_into_an_address(ask):
    assert ask(b"GET /?q=" + b"%E8" * 2700 + b" HTTP/1.1").startswith("HTTP/1.1 200 ")


@pytest.mark.parametrize("length", [9_000, 500_000])
def test_an_address_that_is_too_long_is_said_in_both_languages(ask, length):
    answer = ask(b"GET /?q=" + b"x" * length + b" HTTP/1.1")
    assert answer.startswith("HTTP/1.1 414 ")
    assert "网址太长" in answer
    assert "longer than the server reads" in answer


@pytest.mark.parametrize("line", [b"GET /a b HTTP/1.1", b"GET /a\x01 HTTP/1.1", b"GET  HTTP/1.1"])
def test_what_is_no_address_is_said_in_both_languages(ask, line):
    answer = ask(line)
    assert answer.startswith("HTTP/1.1 400 ")
    assert "无法理解的请求" in answer
    assert "makes no sense" in answer


@pytest.mark.parametrize("line", [b"GET / HTTP/9", b"GET / HTTP/1.1\r\nContent-Length: abc"])
def test_what_is_refused_is_logged_without_the_id_of_another_request(ask, server, line):
    for _ in range(8):  # by every thread
        ask(b"GET /identified HTTP/1.1")
    ask(line)
    told = next(told for told in server.stderr if "WARNING" in told)
    assert "request=" not in told


@pytest.mark.parametrize(
    "beside",
    [
        b"GET /wait HTTP/1.1",
        b"GET /healthz HTTP/1.1\r\nContent-Length: 300",
        b"GET /healthz HTTP/1.1\r\nX: y\r\ntransfer-encoding: chunked",
    ],
)
def test_a_process_is_alive_while_all_of_its_threads_wait(ask, beside):
    assert ask(b"GET /healthz HTTP/1.1", beside).startswith("HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 0",
        b"content-length:3\r\nX-Request-ID: 1",
        b"\r\n".join(b"X-%d: %s" % (number, b"x" * 7000) for number in range(4)),
    ],
)
def test_whatever_a_probe_sends_it_is_answered_while_all_threads_wait(ask, headers):
    body = b"abc" if b":3" in headers else b""
    query = b"%d" % len(headers)
    line = b"GET /healthz?" + query + b" HTTP/1.1\r\n" + headers
    wait = b"GET /wait?" + query + b" HTTP/1.1"
    assert ask(line, wait, body).startswith("HTTP/1.1 200 ")


def test_connections_to_the_database_wait_ten_seconds_for_a_lock(ask, db):
    options = ask(b"GET /PGOPTIONS HTTP/1.1").splitlines()[-1]
    at = connection.settings_dict
    server = {"dbname": at["NAME"], "user": at["USER"], "host": at["HOST"], "port": at["PORT"]}
    with psycopg.connect(**server, password=at["PASSWORD"], options=options) as impatient:
        assert impatient.execute("SHOW lock_timeout").fetchone() == ("10s",)


BUSY = """
import os
import time


def app(environ, start):
    end = time.thread_time() + 0.01
    while time.thread_time() < end:
        pass
    answer = str(os.getpid()).encode()
    start("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]
"""


def test_connections_are_shared_by_processes_that_are_busy(tmp_path, free_tcp_port):
    (tmp_path / "busy.py").write_text(BUSY)
    gunicorn = Path(sys.executable).with_name("gunicorn")
    command = [gunicorn, "-c", "newsroom/gunicorn.py", "--pythonpath", tmp_path, "busy:app"]
    command += ["--bind", f"127.0.0.1:{free_tcp_port}", "--workers", "2"]

    def ask(_: int) -> bytes:
        """Ten times, over one connection, which one process has."""
        client = HTTPConnection("127.0.0.1", free_tcp_port, timeout=PATIENCE)
        with closing(client):
            for _ in range(10):
                client.request("GET", "/")
                process = client.getresponse().read()
        return process

    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert sum("Booting worker" in line for line in islice(server.stderr, 5)) == 2
            with ThreadPoolExecutor(40) as clients:
                shares = Counter(clients.map(ask, range(40)))
        finally:
            server.terminate()
    assert min(shares.values()) >= 8
    assert len(shares) == 2
