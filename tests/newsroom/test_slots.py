"""Figures of several workers, by a real gunicorn."""

import fcntl
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.request import urlopen

import psutil
import pytest

from newsroom import slots
from tests.waiting import wait_until

APP = """
import os
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from newsroom import slots

ASKED = Counter("asked", "Requests.", ["kind"])
NOW = Gauge("now", "Workers that answered.", ["kind"], multiprocess_mode="livesum")

def app(environ, start):
    if environ["PATH_INFO"] == "/metrics":
        registry = CollectorRegistry()
        MultiProcessCollector(registry, slots.folder)
        answer = generate_latest(registry)
    else:
        ASKED.labels("any").inc()
        NOW.labels("any").set(1)
        answer = f"{os.getpid()} {slots.folder}".encode()
    start("200 OK", [("Content-Length", str(len(answer))), ("Connection", "close")])
    return [answer]
"""


@pytest.fixture
def ask(tmp_path, free_tcp_port):
    (tmp_path / "counting.py").write_text(APP)
    gunicorn = Path(sys.executable).with_name("gunicorn")
    command = [gunicorn, "-c", "newsroom/gunicorn.py", "--pythonpath", tmp_path, "counting:app"]
    command += ["--bind", f"127.0.0.1:{free_tcp_port}", "--workers", "2"]

    def ask(path="/"):
        with urlopen(f"http://127.0.0.1:{free_tcp_port}{path}") as answer:
            return answer.read().decode()

    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert any("Listening at" in line for line in server.stderr)
            ask.server = psutil.Process(server.pid)
            yield ask
        finally:
            server.terminate()


def figure(text, name):
    found = re.search(rf'^{name}{{kind="any"}} (\S+)$', text, re.MULTILINE)
    return float(found[1]) if found else 0


def test_the_figures_of_all_workers_go_on_when_one_is_killed(ask):
    asked = set()

    def both_were_asked():
        asked.add(ask().split()[0])
        return len(asked) == 2

    wait_until(both_were_asked)
    folder = Path(ask().split()[1])
    if slots.MEMORY:  # where no full disk can stop them
        assert folder.parent == Path(slots.MEMORY)
    files = {path.name for path in folder.glob("counter_*")}
    assert files == {"counter_0.db", "counter_1.db"}
    before = figure(ask("/metrics"), "asked_total")
    assert figure(ask("/metrics"), "now") == 2

    killed = int(asked.pop())
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: killed not in {child.pid for child in ask.server.children()})
    wait_until(lambda: len(ask.server.children()) == 2)
    assert figure(ask("/metrics"), "now") == 1
    newcomers = set()

    def the_new_one_was_asked():
        newcomers.add(ask().split()[0])
        return newcomers - asked - {str(killed)}

    wait_until(the_new_one_was_asked)
    assert figure(ask("/metrics"), "asked_total") > before
    assert {path.name for path in folder.glob("counter_*")} == files
    ask.server.terminate()
    ask.server.wait()
    assert not folder.exists()


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="Only Linux has files to seal.")
@pytest.mark.parametrize("size", [0, slots.SMALLEST])
def test_figures_of_a_process_whose_file_cannot_grow_are_in_memory(size, caplog, monkeypatch):
    monkeypatch.setattr(slots, "has_told", False)
    with os.fdopen(os.memfd_create("full", os.MFD_ALLOW_SEALING), "r+b") as full:
        full.truncate(size)
        fcntl.fcntl(full, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW)
        figures = slots.Figures(f"/proc/self/fd/{full.fileno()}")
        for number in range(5000):
            figures.write_value(f"name {number}", number, 0)
        assert os.fstat(full.fileno()).st_size == size
    assert [value for _, value, _ in figures.read_all_values()] == [*range(5000)]
    figures.close()
    [told] = caplog.messages
    assert "lacks figures" in told


def test_the_blocks_of_a_file_are_there_before_it_is_written_to(tmp_path):
    figures = slots.Figures(str(tmp_path / "counter_0.db"))
    for number in range(5000):
        figures.write_value(f"name {number}", number, 0)
        there = (tmp_path / "counter_0.db").stat()
        assert there.st_blocks * 512 >= there.st_size
    figures.close()


def test_a_worker_takes_the_lowest_slot_that_none_has():
    others = {7: SimpleNamespace(slot="0"), 9: SimpleNamespace(slot="2")}
    worker = SimpleNamespace()
    slots.assign(SimpleNamespace(WORKERS=others), worker)
    assert worker.slot == "1"
