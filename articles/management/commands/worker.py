import asyncio
import logging
import signal
import sys
import threading
from contextlib import suppress
from typing import Any, LiteralString

import psycopg
from django.core.management.base import CommandParser
from django.db import DatabaseError
from procrastinate import PsycopgConnector, utils, worker
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from articles import task_queue
from articles.management.command import ArchiveCommand
from articles.outages import in_a_line, is_gone, told
from articles.tasks import take_up_stalled

logger = logging.getLogger(__name__)

PAUSE = 2.0  # seconds until it looks again for a database that went away
PATIENCE = 10.0  # seconds to wait for a connection
#: What is raised when the database goes away, is not there yet, or answers too late.
AWAY = (ConnectorException, DatabaseError, psycopg.Error)


class Command(ArchiveCommand):
    has_threads = True
    requires_migrations_checks = False  # it waits until they are there
    help = "Do what waits in the queue of tasks, until SIGINT or SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--until-eof",
            action="store_true",
            help="also end when standard input does: whoever holds its other end has gone",
        )

    def handle(self, *, until_eof: bool, **options: Any) -> None:
        for noisy in (worker.logger, worker.logger.getChild("worker"), utils.logger):
            noisy.addFilter(Outages())
        asyncio.run(work(until_eof=until_eof))


class Connector(PsycopgConnector):
    """Tells when a statement failed. The worker itself notices that, except where it tells the
    database how a task ended: it would count as being at that task for ever."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.failed = asyncio.Event()

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        try:
            await super().execute_query_async(query, **arguments)
        except ConnectorException:
            self.failed.set()
            raise


class Outages(logging.Filter):
    """Of what procrastinate says while the database is away: that the listener lost its connection
    is an error without a traceback, that a task did is a warning, and nothing is told twice."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info and record.exc_info[1]
        if not error or not (isinstance(error, ConnectorException) or is_gone(error)):
            return True
        said = "The worker lost its connection"
        if record.name == worker.logger.name:  # of a task
            said = record.getMessage()
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args = "%s: %s", (said, in_a_line(cause_of(error)))
        record.exc_info = None
        return record.name != utils.logger.name


def cause_of(error: BaseException) -> BaseException:
    return error.__cause__ or error


async def work(*, until_eof: bool) -> None:
    """Do tasks until somebody asks it to end, whether or not the database is there meanwhile.
    Whoever asks again does not want to wait."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()

    def ask() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
        end.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask)
    if until_eof:
        threading.Thread(target=wait_for_eof, args=(loop, end), daemon=True).start()
    while not end.is_set():
        try:
            await do_tasks(end)
        except AWAY as error:
            logger.warning("%s", told(cause_of(error)))
        with suppress(TimeoutError):
            await asyncio.wait_for(end.wait(), PAUSE)


def wait_for_eof(loop: asyncio.AbstractEventLoop, end: asyncio.Event) -> None:
    while sys.stdin.buffer.read(1):
        pass
    loop.call_soon_threadsafe(end.set)


async def do_tasks(end: asyncio.Event) -> None:
    """Do tasks until `end`, or until the database goes away: some of `AWAY` is raised, or it is
    logged."""
    # Asking for the parameters starts the embedded server, which may take a while.
    parameters = await asyncio.to_thread(task_queue.parameters_of_session)
    connector = Connector(kwargs=parameters, min_size=1, max_size=2, timeout=PATIENCE)
    with app.replace_connector(connector) as ours:
        try:
            await ours.open_async()
            await take_up_stalled(ours)
            working = asyncio.create_task(ours.run_worker_async())
            reasons = [asyncio.create_task(event.wait()) for event in (end, connector.failed)]
            await asyncio.wait([working, *reasons], return_when=asyncio.FIRST_COMPLETED)
            for reason in reasons:
                reason.cancel()
            working.cancel()  # which lets it end in order
            with suppress(asyncio.CancelledError):
                await working
        finally:
            await ours.close_async()
