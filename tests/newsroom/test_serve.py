import socket
import subprocess
import sys

import pytest
from django.core.management import call_command

from articles import task_queue
from newsroom.serve import archive_is_new
from tests.waiting import wait_until


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


def test_a_database_that_does_not_answer_is_said_in_a_line(monkeypatch, free_tcp_port):
    monkeypatch.setenv("PORT", str(free_tcp_port))
    monkeypatch.setenv("DATABASE_URL", "postgres://127.0.0.1:1/nowhere")
    done = subprocess.run(
        [sys.executable, "-m", "newsroom.serve"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("The database does not answer: ")
    assert "Traceback" not in done.stderr


@pytest.mark.django_db(transaction=True)
def test_its_worker_ends_after_it(children):
    program = "import os; from newsroom import serve; serve.start_worker(); os.execlp('cat', 'cat')"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE) as served:
        wait_until(task_queue.has_worker)
        served.kill()
    wait_until(lambda: not task_queue.has_worker())


@pytest.mark.django_db
def test_samples_that_were_removed_do_not_come_back(tmp_path):
    assert archive_is_new()
    call_command("make_sample_posts", tmp_path / "posts", count=3, verbosity=0)
    call_command("import_posts", tmp_path / "posts", verbosity=0)
    assert not archive_is_new()
    call_command("remove_sample_posts", verbosity=0)
    assert not archive_is_new()
