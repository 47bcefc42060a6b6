"""Calls that cost too much end their process, and nothing else."""

import logging
import os
import resource
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
from django.conf import settings

from articles.importing import workers
from articles.importing.workers import Failure, StoppedError, Workers
from articles.messages import Message
from articles.search.text import normalise
from tests.waiting import PATIENCE, wait_until

PLENTY = 60.0  # seconds of processor time


@pytest.fixture
def pool():
    pool = Workers(2)
    yield pool
    pool.stop()


@pytest.fixture
def no_more_threads(pool):
    """The system has no memory for the stack of another thread."""
    pool.call(len, "", seconds=PLENTY)  # or the server of new processes would begin with the limit
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    size = threading.stack_size(2**28)
    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + 2**24, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    threading.stack_size(size)


def test_where_no_thread_can_be_started_the_calls_are_done_all_the_same(no_more_threads):
    pool = Workers(1)
    try:
        assert pool.submit(len, [(("abc",), PLENTY)]).result() == [3]
    finally:
        pool.stop()


def use_processor_time():
    while True:
        pass


def use_memory(size):
    return len(bytearray(size))


def nest():
    return nest()


def tables():
    """How many tables this process has of what characters become."""
    return normalise.normal_units.cache_info().currsize


def end_by(number):
    os.kill(os.getpid(), number)


def process_id():
    return os.getpid()


def sleep(seconds):
    time.sleep(seconds)
    return seconds


def signal_group():
    """What `kill -TERM -PGID` and Ctrl-C at a terminal do to those who read."""
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(os.getpid(), number)
    return "still here"


def test_results_come_in_the_order_of_the_calls(pool):
    calls = [(("a" * length,), PLENTY) for length in range(100)]
    assert pool.submit(len, calls).result() == list(range(100))


@pytest.mark.parametrize(
    ("function", "arguments", "reason"),
    [
        (use_processor_time, (), "it takes too much processor time"),
        (use_memory, (2 * workers.MEMORY,), "it takes too much memory"),
        (nest, (), "it is nested too deep"),
        (end_by, (signal.SIGSEGV,), "its process ended: SIGSEGV"),
        (end_by, (signal.SIGABRT,), "it takes too much memory"),  # which Rust says so
        (int, ("no number",), "a fault of ours: ValueError: invalid literal"),
    ],
)
def test_a_call_that_fails_says_why_and_the_calls_around_it_are_done(
    pool, function, arguments, reason
):
    assert pool.call(len, "before", seconds=PLENTY) == 6
    failure = pool.call(function, *arguments, seconds=0.1)
    assert isinstance(failure, Failure)
    assert str(failure.reason).startswith(reason)
    assert pool.call(len, "and after", seconds=PLENTY) == 9


def test_only_the_call_that_fails_has_no_result(pool):
    results = pool.submit(
        end_by, [((number,), PLENTY) for number in (0, signal.SIGKILL, 0)]
    ).result()
    assert results == [None, Failure(Message("too-much-memory")), None]


def hold_memory(size):
    """Use as much and keep it, as a process keeps garbage."""
    HELD.append(bytearray(size))
    return len(HELD)


HELD = []


def test_no_call_lacks_the_memory_that_another_took(pool):
    some, most = int(0.12 * workers.MEMORY), int(0.8 * workers.MEMORY)
    calls = [((size,), PLENTY) for size in (some, most, 2 * workers.MEMORY, 1)]
    assert pool.submit(hold_memory, calls).result() == [1, 1, workers.OUT_OF_MEMORY, 1]


def test_a_process_that_has_grown_large_gives_its_memory_back(pool):
    large = pool.call(process_id, seconds=PLENTY)
    assert pool.call(hold_memory, workers.LARGE, seconds=PLENTY) == 1
    wait_until(lambda: not psutil.pid_exists(large))


def test_the_calls_after_one_that_made_a_process_large_are_done_by_another(pool):
    calls = [((size,), PLENTY) for size in (0, workers.LARGE, 0, 0)]
    assert pool.submit(hold_memory, calls).result() == [1, 2, 1, 2]


def test_a_call_that_only_waits_is_not_waited_for_for_ever(pool, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 0.1)
    assert pool.call(sleep, 3600, seconds=PLENTY) == Failure(Message("longer-than", seconds="0.1"))


def test_a_limit_is_of_one_call_and_not_of_all(pool):
    calls = [((0.3,), 1.0)] * 5
    assert pool.submit(spend, calls).result() == [0.3] * 5


def spend(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return seconds


def test_a_process_begins_with_the_tables_that_reading_needs(pool):
    assert pool.call(tables, seconds=PLENTY) == 1


def test_signals_to_the_whole_process_group_are_the_parents_to_answer(pool):
    assert pool.call(signal_group, seconds=PLENTY) == "still here"


def test_a_signal_to_the_process_group_while_a_process_starts_is_the_parents_too(tmp_path):
    """The server from which processes are forked takes half a second to start."""
    script = (
        "import os, signal, sys, threading, time\n"
        "from articles.importing.workers import Workers\n"
        "from articles.importing.signals import ENDING\n"
        "for number in ENDING: signal.signal(number, lambda *_: None)\n"
        "future = Workers(2).submit(len, [(('four',), 60.0)])\n"
        "while not future.done():\n"
        "    for number in ENDING: os.killpg(0, number)\n"
        "    time.sleep(0.01)\n"
        "print(future.result())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        start_new_session=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("[4]\n", "")


def test_processes_end_with_the_one_that_started_them(tmp_path):
    script = (
        "import os, time\n"
        "from articles.importing.workers import Workers\n"
        "pool = Workers(1)\n"
        "print(pool.call(os.getpid, seconds=60), flush=True)\n"
        "pool.call(time.sleep, 600, seconds=60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True
    )
    reader = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    reader.wait(PATIENCE)


def test_stopping_ends_calls_at_once(pool):
    started = threading.Event()
    pool.call(len, "", seconds=PLENTY)
    future = pool.threads.submit(
        lambda: (started.set(), list(pool.results(sleep, [((3600,), PLENTY)])))
    )
    started.wait()
    pool.stop()
    with pytest.raises(StoppedError):
        future.result()
    with pytest.raises(RuntimeError):
        pool.submit(len, [])


def test_no_process_outlives_the_workers():
    pool = Workers(1)
    pid = pool.call(process_id, seconds=PLENTY)
    pool.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_where_no_process_can_be_started_this_one_does_the_work_and_says_so(
    pool, monkeypatch, caplog
):
    def refuse(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(workers.FORKSERVER, "Process", refuse)
    with caplog.at_level(logging.WARNING):
        assert pool.submit(process_id, [((), PLENTY)] * 3).result() == [os.getpid()] * 3
    [message] = caplog.messages
    assert "Operation not permitted" in message


def test_where_every_process_ends_at_once_this_one_does_the_work(pool, monkeypatch, caplog):
    monkeypatch.setattr(workers, "serve", end_at_once)
    assert pool.submit(process_id, [((), PLENTY)] * 3).result() == [os.getpid()] * 3
    [message] = caplog.messages
    assert message.endswith("a new process ended at once: its process ended: status 3")


def end_at_once(connection):
    os._exit(3)


def test_a_script_that_uses_workers_is_not_run_again_and_sees_no_words_of_libraries(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import os\n"
        "from articles.importing.workers import Workers\n"
        "print('run', flush=True)\n"
        "print(Workers(1).call(os.write, 2, b'noise', seconds=60))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(settings.BASE_DIR)}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("run\n5\n", "")
