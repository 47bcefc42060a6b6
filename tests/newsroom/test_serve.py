import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from newsroom.serve import archive_is_new, unprotected, unusable


def test_a_free_port_can_be_served(free_tcp_port):
    assert unusable("127.0.0.1", str(free_tcp_port)) == ""
    assert unusable("localhost", str(free_tcp_port)) == ""


def test_a_port_that_is_taken_is_said_in_a_line_before_anything_is_done(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        monkeypatch.setenv("PORT", port)
        monkeypatch.setenv("DATABASE_URL", "postgres://127.0.0.1:1/nowhere")
        done = subprocess.run(
            [sys.executable, "-m", "newsroom.serve"], capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"http://127.0.0.1:{port} cannot be served: Address already in use; another port may be "
        "free: make run PORT=8001\n"
    )


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1", "８０００"])
def test_what_is_no_port_is_said(port):
    assert "is not a port" in unusable("127.0.0.1", port)


def test_a_host_that_is_not_here_is_said(free_tcp_port):
    assert "cannot be served" in unusable("no-such-host.invalid", str(free_tcp_port))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]", "192.0.2.1", "news.example.com", ""])
def test_others_are_served_only_through_a_proxy_that_is_named(monkeypatch, host):
    monkeypatch.delenv("TRUSTED_PROXIES", raising=False)
    assert "name its address in TRUSTED_PROXIES" in unprotected(host)
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8")
    assert unprotected(host) == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]"])
def test_at_home_none_is_needed(monkeypatch, host):
    monkeypatch.delenv("TRUSTED_PROXIES", raising=False)
    assert unprotected(host) == ""


def test_gunicorn_asks_too(monkeypatch):
    monkeypatch.setenv("HOST", "0.0.0.0")
    gunicorn = Path(sys.executable).with_name("gunicorn")
    done = subprocess.run(
        [gunicorn, "-c", "newsroom/gunicorn.py", "--check-config"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode
    assert "TRUSTED_PROXIES" in done.stderr


def test_a_database_that_does_not_answer_is_said_in_a_line(monkeypatch, free_tcp_port):
    monkeypatch.setenv("PORT", str(free_tcp_port))
    monkeypatch.setenv("DATABASE_URL", "postgres://127.0.0.1:1/nowhere")
    done = subprocess.run(
        [sys.executable, "-m", "newsroom.serve"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("The database does not answer: ")
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_samples_that_were_removed_do_not_come_back(tmp_path):
    assert archive_is_new()
    call_command("make_sample_posts", tmp_path / "posts", count=3, verbosity=0)
    call_command("import_posts", tmp_path / "posts", verbosity=0)
    assert not archive_is_new()
    call_command("remove_sample_posts", verbosity=0)
    assert not archive_is_new()
