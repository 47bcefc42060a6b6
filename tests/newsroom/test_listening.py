import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from newsroom.environment import Environment
from newsroom.listening import unprotected, unusable


def test_a_free_port_can_be_served(free_tcp_port):
    assert unusable("127.0.0.1", free_tcp_port) == ""
    assert unusable("localhost", free_tcp_port) == ""


def test_a_host_that_is_not_here_is_said(free_tcp_port):
    assert "cannot be served" in unusable("no-such-host.invalid", free_tcp_port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]", "192.0.2.1", "news.example.com"])
def test_others_are_served_only_through_a_proxy_that_is_named(host):
    assert "name its address in TRUSTED_PROXIES" in unprotected(Environment({"HOST": host}))
    assert unprotected(Environment({"HOST": host, "TRUSTED_PROXIES": "10.0.0.0/8"})) == ""


@pytest.mark.parametrize("host", ["", "127.0.0.1", "localhost", "::1", "[::1]"])
def test_at_home_none_is_needed(host):
    assert unprotected(Environment({"HOST": host})) == ""


def test_gunicorn_asks_too(monkeypatch):
    monkeypatch.setenv("HOST", "0.0.0.0")
    gunicorn = Path(sys.executable).with_name("gunicorn")
    done = subprocess.run(
        [gunicorn, "-c", "newsroom/gunicorn.py", "--check-config"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    assert "TRUSTED_PROXIES" in done.stderr


def test_no_header_moves_the_site(monkeypatch, tmp_path, free_tcp_port):
    (tmp_path / "echo.py").write_text(
        "def app(environ, start):\n"
        "    start('200 OK', [])\n"
        "    return [(environ['SCRIPT_NAME'] + '|' + environ['PATH_INFO']).encode()]\n"
    )
    monkeypatch.setenv("PORT", str(free_tcp_port))
    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    gunicorn = Path(sys.executable).with_name("gunicorn")
    command = [gunicorn, "-c", "newsroom/gunicorn.py", "--pythonpath", tmp_path, "echo:app"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert any("Listening at" in line for line in server.stderr)
            headers = {"SCRIPT_NAME": "/posts", "PATH_INFO": "/elsewhere"}
            asked = Request(f"http://127.0.0.1:{free_tcp_port}/posts/x", headers=headers)
            with urlopen(asked) as answer:  # noqa: S310, to ourselves
                assert answer.read() == b"|/posts/x"
        finally:
            server.terminate()
