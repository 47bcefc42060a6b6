"""What happens when the supervisor, or the server under it, is killed."""

import os
import signal

from tests.waiting import wait_until


def test_the_next_connection_takes_over_from_a_killed_supervisor(home):
    client = home.client()
    started = client.query("SELECT pg_postmaster_start_time()")
    os.kill(home.supervisor, signal.SIGKILL)
    wait_until(lambda: home.is_free("supervisor.lock"))
    assert client.query("SELECT pg_postmaster_start_time()") == started
    assert not home.is_free("supervisor.lock")
    client.end()
    home.wait_until_stopped()


def test_a_server_left_alone_by_all_is_taken_over(home):
    client = home.client()
    os.kill(home.supervisor, signal.SIGKILL)
    client.kill()
    wait_until(lambda: home.is_free("supervisor.lock"))
    assert home.runs()
    home.client().end()
    home.wait_until_stopped()


def test_the_next_connection_restarts_a_killed_server(home):
    client = home.client()
    client.query("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(home.postmaster, signal.SIGKILL)
    wait_until(lambda: home.is_free("supervisor.lock"))
    assert client.query("SELECT answer FROM kept") == "42"
    client.end()
    home.wait_until_stopped()


def test_a_terminated_supervisor_stops_the_server_in_order(home):
    home.client()
    os.kill(home.supervisor, signal.SIGTERM)
    home.wait_until_stopped()
