"""The life of the server: from the first client to the last, however they end."""

import os
import signal

from newsroom.embedded.cluster import SOCKET
from newsroom.embedded.server import SOCKET_PATH_LIMIT, socket_folder
from tests.waiting import wait_until


def test_the_first_client_makes_the_cluster_and_the_database(empty_home):
    client = empty_home.client()
    assert client.query("SELECT current_database()") == "archive"
    assert (empty_home.data / "PG_VERSION").read_text() == "18\n"


def test_clients_that_start_at_once_share_one_server(empty_home):
    clients = [empty_home.start_client() for _ in range(4)]
    started = {c.ready().query("SELECT pg_postmaster_start_time()") for c in clients}
    assert len(started) == 1


def test_it_stops_when_the_last_client_ends(home):
    first, last = home.client(), home.client()
    first.end()
    assert last.query("SELECT 1") == "1"
    last.end()
    home.wait_until_stopped()


def test_it_stops_after_its_only_client_was_killed(home):
    home.client().kill()
    home.wait_until_stopped()


def test_a_killed_client_does_not_keep_it(home):
    killed, last = home.client(), home.client()
    killed.kill()
    assert last.query("SELECT 1") == "1"
    last.end()
    home.wait_until_stopped()


def test_killing_the_client_that_started_it_leaves_it_to_the_others(home):
    starter = home.client()
    other = home.client()
    starter.kill()
    home.client().end()
    assert other.query("SELECT 1") == "1"


def test_it_starts_again_for_a_client_that_comes_while_it_stops(home):
    first = home.client()
    first.query("CREATE TABLE kept AS SELECT 42 AS answer")
    first.process.stdin.close()
    assert home.client().query("SELECT answer FROM kept") == "42"


def test_a_forked_child_keeps_it_after_its_parent_ended(home):
    child = home.client("fork")
    child.process.wait()
    assert home.runs()
    assert child.query("SELECT 1") == "1"
    child.end()
    home.wait_until_stopped()


def test_ctrl_c_reaches_the_client_and_not_the_server(home):
    client, other = home.client(), home.client()
    os.killpg(client.process.pid, signal.SIGINT)
    client.process.wait()
    assert other.query("SELECT 1") == "1"


def test_a_pool_finds_the_server_again_after_it_was_killed(home):
    client = home.client("pool")
    os.kill(home.postmaster, signal.SIGKILL)
    wait_until(lambda: home.is_free("supervisor.lock"))
    assert client.query("SELECT 1") == "1"
    client.end()
    home.wait_until_stopped()


def test_a_deep_folder_is_reached_by_a_link(home):
    deep = home.folder.parent / ("deep" * 20) / "postgres"
    deep.parent.mkdir()
    home.folder = home.folder.rename(deep)
    assert len(os.fsencode(home.data / SOCKET)) > SOCKET_PATH_LIMIT
    assert home.client().query("SELECT current_database()") == "archive"
    link = socket_folder(deep)
    assert link.readlink() == home.data
    link.unlink()


def test_a_link_that_leads_elsewhere_is_not_followed(home, tmp_path):
    deep = home.folder.parent / ("deep" * 20) / "postgres"
    deep.parent.mkdir()
    home.folder = home.folder.rename(deep)
    link = socket_folder(deep)
    link.symlink_to(tmp_path)
    try:
        assert str(link) in home.start_client().error()
    finally:
        link.unlink()


def test_a_folder_that_cannot_be_made_is_named(empty_home):
    empty_home.folder.write_text("a file, not a folder")
    try:
        error = empty_home.start_client().error()
    finally:
        empty_home.folder.unlink()
    assert f"No embedded PostgreSQL in {empty_home.folder}" in error
    assert "File exists" in error
