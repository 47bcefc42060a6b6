"""Databases beside that of the tests, for archives that take long to make."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection


@contextmanager
def copied_database(suffix: str) -> Iterator[str]:
    """A copy of the database that tests are connected to; it is there while inside. Yields its
    name."""
    connection.creation.clone_test_db(suffix, verbosity=0, autoclobber=True)
    yield connection.creation.get_test_db_clone_settings(suffix)["NAME"]
    connection.creation.destroy_test_db(suffix=suffix, verbosity=0)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """While inside, tests and what they start are connected to the database of that name."""
    former = connection.settings_dict["NAME"]
    connect_to(name)
    try:
        yield
    finally:
        connect_to(former)


@contextmanager
def archive_of_samples(suffix: str, folder: Path, *, count: int, seed: int) -> Iterator[str]:
    """A copy of the database with so many sample posts alone, which are written to the folder and
    imported; it is there while inside. Yields its name."""
    with copied_database(suffix) as name:
        with connected_to(name):
            call_command("flush", interactive=False, verbosity=0)  # of what other tests deleted
            call_command("make_sample_posts", folder, count=count, seed=seed, verbosity=0)
            call_command("import_posts", folder, jobs=1, verbosity=0)
        yield name


def connect_to(name: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name
