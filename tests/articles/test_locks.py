import pytest
from django.db import connection, transaction

from articles import locks


@pytest.fixture
def impatient(db):
    """A connection that waits for no lock longer than a moment, as those of web processes."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout TO '10s'")
        yield cursor
        cursor.execute("RESET lock_timeout")


def patience(cursor):
    cursor.execute("SELECT current_setting('lock_timeout')")
    return cursor.fetchone()[0]


def test_who_takes_a_turn_waits_as_long_as_it_takes(impatient):
    with transaction.atomic():
        locks.take_turn()
        assert patience(impatient) == "0"
