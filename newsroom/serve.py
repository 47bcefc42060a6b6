"""`make run`: prepare the database, fill an empty archive with sample posts, and serve, with a
worker.

Run as `python -m newsroom.serve`. It ends by becoming gunicorn, so that Ctrl-C reaches it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import OperationalError

from newsroom.environment import read_or_exit
from newsroom.listening import unprotected, unusable
from newsroom.web import become_gunicorn

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
    environment = read_or_exit()
    host, port = environment.host, environment.port
    if why := unusable(host, port) or unprotected(environment):
        sys.exit(why)

    django.setup()
    try:
        call_command("migrate", verbosity=0)
    except OperationalError as error:
        from articles.outages import told

        sys.exit(told(error))
    except CommandError as error:
        sys.exit(str(error))
    call_command("collectstatic", interactive=False, verbosity=0)
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
    start_worker()
    become_gunicorn(environment)


def start_worker() -> None:
    """Start a worker, which ends after this process: nobody holds the other end of its standard
    input then."""
    theirs, ours = os.pipe()
    os.set_inheritable(ours, True)  # by gunicorn, which this process becomes
    subprocess.Popen([sys.executable, "manage.py", "worker", "--until-eof"], stdin=theirs)
    os.close(theirs)


def archive_is_new() -> bool:
    """Whether nothing was ever imported: samples that were removed are not brought back."""
    return not (stored("Document").exists() or stored("ImportRun").that_brought_posts().exists())


def search_is_empty() -> bool:
    """Whether there are posts but no search entries, as after an upgrade."""
    return stored("Post").published().exists() and not stored("SearchEntry").exists()


def stored(model: str) -> Any:
    """The rows of a model. Models cannot be imported before `django.setup`."""
    return apps.get_model("articles", model)._default_manager.all()


if __name__ == "__main__":
    main()
