"""`make run`: make the database ready, fill an empty archive with sample posts, and serve.

Run as `python -m newsroom.serve`. It ends by becoming gunicorn, so that Ctrl-C reaches it.
"""

import argparse
import os
import socket
import sys
import tempfile
from ipaddress import ip_address
from pathlib import Path

import django
from django.core.management import call_command
from django.db import OperationalError
from django.db.models import Q

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

NEXT_STEPS = """
  Newsroom is at  http://{host}:{port}/

  Import your own posts   make import PATHS="folder file.md …"
  Create an editor        .venv/bin/python manage.py make_editor NAME
  then log in at          http://{host}:{port}/admin/
  Stop                    Ctrl-C
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="newsroom.serve", description=__doc__)
    parser.add_argument("--samples", type=int, default=500, metavar="N")
    samples = parser.parse_args().samples
    if samples < 0:
        parser.error("SAMPLES cannot be negative.")
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if why := unusable(host, port) or unprotected(host):
        sys.exit(why)

    django.setup()
    try:
        call_command("migrate", verbosity=0)
    except OperationalError as error:
        sys.exit(f"The database does not answer: {error}".rstrip())
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("clearsessions")
    if search_is_empty():
        print("Making the search table.", flush=True)
        call_command("rebuild_search")
    if archive_is_new() and samples:
        print(f"The archive is empty: importing {samples} sample posts.", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            posts = Path(folder, "posts")
            call_command("make_sample_posts", posts, count=samples, verbosity=0)
            call_command("import_posts", posts, verbosity=0)
    print(NEXT_STEPS.format(host=host, port=port), flush=True)
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    os.execv(gunicorn, [gunicorn, "--config", "newsroom/gunicorn.py"])


def unusable(host: str, port: str) -> str:
    """Why nothing can be served there; empty if it can. gunicorn asks for it five times, and only
    after all that comes before."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
        return f"PORT={port} is not a port: name a number from 1 to 65535."
    try:
        family, kind, *_, address = socket.getaddrinfo(
            host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        hint = "another port may be free: make run PORT=8001"
        return f"http://{host}:{port} cannot be served: {error.strerror}; {hint}"
    return ""


def unprotected(host: str) -> str:
    """Why nothing should be served there; empty if it may. A thread of gunicorn waits for what a
    client is slow to send, so a few dozen clients stop a server that has no proxy before it."""
    if os.environ.get("TRUSTED_PROXIES") or host == "localhost":
        return ""
    try:
        is_at_home = ip_address(host.strip("[]")).is_loopback
    except ValueError:  # a name, or all addresses that there are
        is_at_home = False
    if is_at_home:
        return ""
    return (
        f"HOST={host} would serve others without a proxy, which a few slow clients could stop. Put "
        "a proxy such as nginx or Caddy before it, and name its address in TRUSTED_PROXIES."
    )


def archive_is_new() -> bool:
    """Whether nothing was ever imported: samples that were removed are not brought back."""
    from articles.models import Document, ImportRun

    brought = ImportRun.objects.filter(Q(created__gt=0) | Q(repaired__gt=0), is_dry=False)
    return not (Document.objects.exists() or brought.exists())


def search_is_empty() -> bool:
    """Whether there are posts, but none of them in the search table, as after an upgrade."""
    from articles.models import Post, SearchEntry

    return Post.objects.published().exists() and not SearchEntry.objects.exists()


if __name__ == "__main__":
    main()
