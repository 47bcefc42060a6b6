"""A site with one database server, while that is away (`reading.write`)."""

import pytest
from django.db import OperationalError
from psycopg_pool import PoolTimeout

from articles import replicas
from articles.outages import KnownOutageError
from articles.replicas import Server
from articles.web import reading
from newsroom import silence
from tests.waiting import wait_until


@pytest.fixture
def server(monkeypatch):
    server = Server("default")
    for module in reading, replicas:
        monkeypatch.setattr(module, "primary", server)
    return server


def test_nobody_waits_for_it_while_it_is_away(server, rf):
    server.is_away = True
    for ask in reading.read, reading.write:
        with pytest.raises(OperationalError, match="The primary is away"):
            ask(rf.get("/"), lambda *_: pytest.fail("it was asked"))


@pytest.mark.parametrize("cause", [PoolTimeout, silence.SilenceError])
def test_who_waits_in_vain_for_it_leaves_it_out(server, cause, monkeypatch):
    monkeypatch.setattr(server, "wait_until_back", lambda: None)
    in_vain = OperationalError()
    in_vain.__cause__ = cause()
    with replicas.asking(server):
        replicas.note(in_vain)
    assert server.is_away


def test_one_that_hangs_is_noticed(settings):
    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]
    assert pool["connection_class"] is silence.Connection


@pytest.mark.django_db(transaction=True)
def test_an_outage_is_told_once_and_a_restart_leaves_it_in(server, caplog):
    for error in OperationalError("the connection is closed"), OperationalError("again"):
        with replicas.asking(server):
            replicas.note(error)
        assert not server.is_away
    with replicas.asking(server):
        replicas.note(KnownOutageError())
    wait_until(lambda: not server.is_told)
    assert [record.levelname for record in caplog.records].count("ERROR") == 1


@pytest.mark.django_db(transaction=True)
def test_who_has_waited_since_before_it_was_back_takes_it_for_there(server, caplog):
    in_vain = OperationalError()
    in_vain.__cause__ = PoolTimeout()
    with replicas.asking(server) as question:
        question.note(in_vain)
        wait_until(lambda: not server.is_told)
        question.note(in_vain)
    assert not server.is_away
    assert [record.levelname for record in caplog.records].count("ERROR") == 1
