"""Folders as accidents leave them: repaired where that is safe, else explained."""

import os
import shutil
import subprocess

import pytest

from newsroom.embedded import cluster
from newsroom.embedded.cluster import SOCKET


@pytest.fixture
def bystander(home):
    """A process of the server's own user, which is not a server."""
    owner = home.data.stat()
    user = {"user": owner.st_uid} if os.geteuid() == 0 else {}
    process = subprocess.Popen(["sleep", "600"], **user)
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("name", ["postmaster.pid", f"{SOCKET}.lock"])
def test_a_pid_file_whose_pid_went_to_another_process_is_stale(home, bystander, name):
    path = home.data / name
    path.write_text(f"{bystander.pid}\n{home.data}\n0\n5432\n.\n\n0 0\nready\n")
    os.chown(path, home.data.stat().st_uid, home.data.stat().st_gid)
    assert home.client().query("SELECT 1") == "1"
    assert bystander.poll() is None


def test_an_empty_pid_file_is_stale(home):
    (home.data / "postmaster.pid").touch()
    assert home.client().query("SELECT 1") == "1"


def test_a_cluster_that_was_never_finished_is_made_anew(empty_home):
    leftover = empty_home.folder / "data.new.abcdefgh"
    (leftover / "base").mkdir(parents=True)
    (leftover / "PG_VERSION").write_text("18\n")
    assert empty_home.client().query("SELECT 1") == "1"
    assert not leftover.exists()


def test_an_empty_data_folder_is_filled(empty_home):
    empty_home.data.mkdir(parents=True)
    assert empty_home.client().query("SELECT 1") == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_an_account_that_is_nobodys_is_told_what_to_do(empty_home):
    empty_home.data.mkdir(parents=True)
    os.chown(empty_home.data, 54321, 54321)
    error = empty_home.start_client().error()
    assert "without an entry in /etc/passwd, as user ID 54321. Add one" in error
    assert "set DATABASE_URL" in error


def test_a_folder_of_other_things_is_explained_and_kept(empty_home):
    empty_home.data.mkdir(parents=True)
    letter = empty_home.data / "letter.txt"
    letter.write_text("Dear reader")
    assert f"{empty_home.data} is not empty" in empty_home.start_client().error()
    assert letter.read_text() == "Dear reader"


def test_a_cluster_without_its_control_file_is_explained_and_kept(home):
    (home.data / "global" / "pg_control").unlink()
    assert "lacks PG_VERSION or global/pg_control" in home.start_client().error()
    assert (home.data / "base").is_dir()


def test_a_cluster_of_another_version_is_explained(home):
    (home.data / "PG_VERSION").write_text("16\n")
    error = home.start_client().error()
    assert "was made by PostgreSQL 16" in error
    assert "pg_dump of PostgreSQL 16" in error


def test_a_server_that_will_not_start_is_explained_by_its_log(home):
    with (home.data / "postgresql.conf").open("a") as configuration:
        configuration.write("shared_buffers = a lot\n")
    error = home.start_client().error()
    assert "pg_ctl failed: configuration file" in error.splitlines()[0]
    assert "syntax error in file" in error
    assert str(home.folder / "server.log") in error


def test_the_cause_is_in_the_first_line(tmp_path):
    log = tmp_path / "server.log"
    log.write_text(
        'UTC [7] PANIC:  could not write to file "pg_wal/xlogtemp.7": No space left on device\n'
        "UTC [9] FATAL:  the database system is in recovery mode\n"
        "pg_ctl: could not start server\n"
    )
    said = cluster.explained("pg_ctl failed", log)
    assert said.splitlines() == [
        'pg_ctl failed: could not write to file "pg_wal/xlogtemp.7": No space left on device '
        f"({log})",
        *log.read_text().splitlines(),
    ]
    log.write_text("initdb: could not look up effective user ID 7: user does not exist\n")
    assert cluster.explained("initdb failed", log).startswith(
        "initdb failed: could not look up effective user ID 7: user does not exist ("
    )
    log.write_text("")
    assert cluster.explained("pg_ctl failed", log) == f"pg_ctl failed ({log})\n"


def test_a_failed_start_leaves_nothing_locked(home):
    (home.data / "PG_VERSION").write_text("16\n")
    home.start_client().error()
    (home.data / "PG_VERSION").write_text("18\n")
    assert home.client().query("SELECT 1") == "1"


def test_a_copied_home_runs_beside_the_first(home):
    first = home.client()
    folder = home.folder
    first.end()
    home.wait_until_stopped()
    home.folder = folder.with_name("copy")
    subprocess.run(["cp", "-Rp", str(folder), str(home.folder)], check=True)
    assert home.client().query("SHOW data_directory") == str(home.data)
    home.clients[-1].end()
    home.wait_until_stopped()
    shutil.rmtree(home.folder)


def test_text_sorts_the_same_on_every_machine(home):
    sql = "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['b', 'A', 'a', 'B', '中']) AS x"
    assert home.client().query(sql) == "ABab中"


@pytest.fixture(
    params=[
        "-o mode=000 none /dev/shm",
        "-o ro none /dev/shm",
        "-o size=16k none /dev/shm; head -c 1M /dev/zero > /dev/shm/full",
    ],
    ids=["closed", "read-only", "full"],
)
def without_shm(request):
    """A command that runs another one where /dev/shm cannot be used."""
    inside = ["unshare", "--mount", "sh", "-c"]
    if os.geteuid() != 0 or subprocess.run([*inside, "mount -t tmpfs none /dev/shm"]).returncode:
        pytest.skip("nothing can be mounted here")
    return [*inside, f'mount -t tmpfs {request.param} 2> /dev/null; exec "$@"', "sh"]


def test_a_cluster_is_made_where_shm_cannot_be_used(empty_home, without_shm):
    assert empty_home.client(inside=without_shm).query("SHOW max_connections") == "100"


def test_a_cluster_runs_where_shm_can_no_longer_be_used(home, without_shm):
    with (home.data / "postgresql.conf").open("a") as settings:
        settings.write("dynamic_shared_memory_type = posix\n")  # as initdb writes where it can
    assert home.client(inside=without_shm).query("SELECT 1") == "1"
