"""Processes that work on foreign text, so that a text which costs too much costs only itself.

Each call has an allowance of processor time and memory, which the kernel enforces (setrlimit(2)),
and of time on the clock. A call that exceeds it ends its process. The caller learns why, and
another process goes on with the next call.

The processes are forked from a server that has loaded what they need (`preloaded`) and nothing
else. That takes milliseconds, and they inherit neither our threads nor our connections. They talk
through pipes, so they work without shared memory. No Django, no database.
"""

import atexit
import gc
import logging
import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from threading import Lock
from types import ModuleType
from typing import Any, Final

import psutil

from ..collector import YOUNG_OBJECTS
from ..messages import Message, reason_of
from .signals import ENDING

MEMORY: Final = 2**30  # bytes of data that a process may hold; 100 MiB are its own
LARGE: Final = 2**28  # bytes: a process that holds more after a call does no other
PATIENCE: Final = 300  # seconds on the clock: others use the machine too, and disks may hang

FORKSERVER: Final = multiprocessing.get_context("forkserver")
FORKSERVER.set_forkserver_preload(["articles.importing.preloaded"])
STARTING: Final = Lock()

logger = logging.getLogger(__name__)

Function = Callable[..., Any]
# Arguments, and the seconds of processor time that the call may take.
Call = tuple[tuple[Any, ...], float]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call has no result."""

    reason: Message


OUT_OF_MEMORY: Final = Failure(Message("too-much-memory"))


class StoppedError(Exception):
    """The workers were stopped before they had done the calls."""


class WorkerEndedError(Exception):
    """A process ended in the middle of a call: it is raised with the `Message` that says why."""


class Workers:
    """Up to `count` processes, each started when it is first needed.

    If the system lets us start none, this process does the calls, and a warning says so.
    """

    def __init__(self, count: int) -> None:
        self.threads = ThreadPoolExecutor(count, thread_name_prefix="worker")
        self.lock = Lock()
        self.alive: set[Worker] = set()
        self.idle: list[Worker] = []
        self.is_stopped = False
        self.has_warned = False
        atexit.register(self.stop)  # or Python would wait for the processes

    def submit(self, function: Function, calls: Sequence[Call]) -> Future[list[Any]]:
        """The results of the calls of `function`, in order, a `Failure` for each without one. The
        future raises `StoppedError` after `stop`. Where the system starts no thread, for want of
        memory, this returns when they are there."""
        try:
            return self.threads.submit(lambda: list(self.results(function, calls)))
        except RuntimeError:
            if self.is_stopped:
                raise
            done: Future[list[Any]] = Future()
            try:
                done.set_result(list(self.results(function, calls)))
            except (StoppedError, MemoryError) as error:
                done.set_exception(error)
            return done

    def call(self, function: Function, *arguments: Any, seconds: float) -> Any:
        """The result of a single call, or a `Failure`."""
        [result] = self.submit(function, [(arguments, seconds)]).result()
        return result

    def results(self, function: Function, calls: Sequence[Call]) -> Iterator[Any]:
        """The result of each call.

        A call that lacked memory is tried again in a new process, alone: what a process holds of
        other calls must not decide.
        """
        done = 0
        is_alone = False
        while done < len(calls):
            worker = self.take(is_new=is_alone)
            if worker is None:
                yield attempt_here(function, calls[done][0])
                done += 1
                continue
            rest = calls[done : done + 1] if is_alone else calls[done:]
            try:
                for result in worker.results(function, rest):
                    yield result
                    done += 1
                if worker.is_spent:
                    self.alive.discard(worker)
                    worker.close()
                else:
                    self.idle.append(worker)
                is_alone = False
            except WorkerEndedError as end:
                self.alive.discard(worker)
                if self.is_stopped:
                    raise StoppedError from end
                failure = Failure(reason_of(end))
                is_alone = failure == OUT_OF_MEMORY and not is_alone
                if not is_alone:
                    yield failure
                    done += 1

    def take(self, *, is_new: bool) -> "Worker | None":
        """A process that waits for calls, or a new one; None if the system starts none."""
        with self.lock:
            if self.is_stopped:
                raise StoppedError
            try:
                worker = self.idle.pop() if self.idle and not is_new else Worker()
            except (OSError, EOFError) as error:
                if not self.has_warned:
                    logger.warning("Reading in this process, without limits: %s", error)
                    self.has_warned = True
                return None
            self.alive.add(worker)
            return worker

    def stop(self) -> None:
        """End the processes at once, whatever they are doing."""
        with self.lock:
            self.is_stopped = True
            for worker in list(self.alive):
                worker.process.kill()
        self.threads.shutdown(cancel_futures=True)
        for worker in self.alive:
            worker.close()
        self.alive.clear()
        atexit.unregister(self.stop)


class Worker:
    """A process and the pipe to it. `is_spent`: it has grown large, and does no more calls. Raises
    `OSError` if it cannot be started."""

    def __init__(self) -> None:
        self.is_spent = False
        self.connection, theirs = FORKSERVER.Pipe()
        with theirs:
            self.process = FORKSERVER.Process(target=serve, args=(theirs,), daemon=True)
            with undisturbed():
                self.process.start()
        try:
            self.connection.recv()
        except EOFError as error:
            why = why_it_ended(self.close())
            raise OSError(Message("new-process-ended", why=why)) from error

    def results(self, function: Function, calls: Sequence[Call]) -> Iterator[Any]:
        """The result of each call, until the process `is_spent`. Raises `WorkerEndedError` when a
        call ends the process."""
        try:
            self.connection.send((function, calls))
            for _ in calls:
                if not self.connection.poll(PATIENCE):
                    self.close()
                    raise WorkerEndedError(Message("longer-than", seconds=f"{PATIENCE:g}"))
                result, self.is_spent = self.connection.recv()
                yield result
                if self.is_spent:
                    return
        except (EOFError, ConnectionError) as error:
            status = self.close()
            raise WorkerEndedError(why_it_ended(status)) from error

    def close(self) -> int:
        """End the process, if it has not ended, and return its status."""
        self.process.kill()
        self.process.join()
        self.connection.close()
        return self.process.exitcode or 0


@contextmanager
def undisturbed() -> Iterator[None]:
    """While inside, a process that starts neither runs our script nor gets our signals.

    It needs nothing of the script, and not every script can be run twice. The signals by which
    people end a whole group of processes do not reach it, not even while it starts, because a
    signal mask is inherited.
    """
    with STARTING:
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        resource_tracker.ensure_running()  # it ignores all except SIGHUP, and lifts the mask
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def why_it_ended(status: int) -> Message:
    """Why a process ended, by its status: a negative one is the signal that ended it."""
    if status == -signal.SIGXCPU:
        return Message("too-much-time")
    if status in (-signal.SIGKILL, -signal.SIGABRT):
        return OUT_OF_MEMORY.reason
    cause = signal.Signals(-status).name if status < 0 else Message("status", number=status)
    return Message("process-ended", why=cause)


def serve(connection: Connection) -> None:
    """Do calls, in a process of its own, until the other end of the pipe is closed."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    silence_libraries()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit(resource.RLIMIT_DATA, MEMORY)
    # A parsed text is thousands of objects in cycles: look for them once in many texts.
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
    this = psutil.Process()
    with suppress(EOFError, ConnectionError), connection:
        connection.send("ready")
        try:
            while True:
                function, calls = connection.recv()
                for arguments, seconds in calls:
                    limit(resource.RLIMIT_CPU, int(processor_time() + seconds) + 1)
                    result = attempt(function, arguments)
                    # The system rarely gets back the memory that a large text took, and its result
                    # needs as much elsewhere. So free what can be freed, then leave the rest to a
                    # new process.
                    if is_spent := this.memory_info().rss > LARGE:
                        gc.collect()
                    connection.send((result, is_spent))
                    if is_spent:
                        return
        except MemoryError:
            os.abort()  # as libraries in C and Rust do


def silence_libraries() -> None:
    """Discard what libraries in C and Rust print before they abort. `logging` goes on to print."""
    with suppress(OSError):  # the standard error may be closed
        sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, errors="backslashreplace")
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        os.close(nothing)


def end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def processor_time() -> float:
    """Seconds that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def attempt_here(function: Function, arguments: tuple[Any, ...]) -> Any:
    try:
        return attempt(function, arguments)
    except MemoryError:
        return OUT_OF_MEMORY


def attempt(function: Function, arguments: tuple[Any, ...]) -> Any:
    """The result, or why there is none. A fault of ours must not end the work on other texts.
    Raises `MemoryError`."""
    try:
        return function(*arguments)
    except MemoryError:
        raise
    except RecursionError:
        return Failure(Message("too-deep"))
    except Exception as error:
        logger.exception("%s failed", function.__name__)
        return Failure(Message("fault-of-ours", why=f"{type(error).__name__}: {error}"))


def processors() -> int:
    """How many processors this process may use, as far as the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
