"""A site with one database server, while that is away (`reading.of_only_server`)."""

import pytest
from django.db import OperationalError
from psycopg_pool import PoolTimeout

from articles.outages import KnownOutageError
from articles.replicas import Server
from articles.web import reading
from tests.waiting import wait_until


@pytest.fixture
def server(monkeypatch):
    server = Server("default")
    monkeypatch.setattr(reading, "primary", server)
    return server


def test_nobody_waits_for_it_while_it_is_away(server, rf):
    server.is_away = True
    for ask in reading.read, reading.write:
        with pytest.raises(OperationalError, match="The database is away"):
            ask(rf.get("/"), lambda *_: pytest.fail("it was asked"))


@pytest.mark.django_db(transaction=True)
def test_it_is_left_out_after_somebody_waited_in_vain_until_it_answers(server, rf, caplog):
    def wait_in_vain():
        raise OperationalError from PoolTimeout()

    with pytest.raises(KnownOutageError):
        reading.write(rf.get("/"), wait_in_vain)
    wait_until(lambda: "answers again" in caplog.text)
    assert not server.is_away
    assert [record.levelname for record in caplog.records].count("ERROR") == 1
