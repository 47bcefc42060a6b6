from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from articles.management.command import ArchiveCommand, number

PATH = "/mcp"
HOST = "127.0.0.1"  # for a proxy on this machine, since it limits nobody itself


class Command(ArchiveCommand):
    has_threads = True
    help = (
        "Answer language models that speak the Model Context Protocol, on standard input and "
        "output or over HTTP. They may search and read, and change nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port",
            type=partial(number, most=2**16 - 1),
            help=f"answer at http://{HOST}:PORT{PATH}, for ALLOWED_HOSTS, until Ctrl-C or SIGTERM",
        )

    def handle(self, *args: Any, port: int | None, **options: Any) -> None:
        # They take a second to import, which other commands need not wait for.
        from mcp.server.transport_security import TransportSecuritySettings

        from articles.api.tools import server

        if port is None:
            server.run()
            return
        # Otherwise a page of another site could ask through its reader's browser.
        hosts = [host for name in settings.ALLOWED_HOSTS for host in (name, f"{name}:*")]
        origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts]
        server.run(
            "streamable-http",
            host=HOST,
            port=port,
            streamable_http_path=PATH,
            stateless_http=True,  # each question stands alone, so any process may answer it
            json_response=True,
            transport_security=TransportSecuritySettings(
                allowed_hosts=hosts, allowed_origins=origins
            ),
        )
