"""As root: PostgreSQL runs as somebody else, who reaches what it needs."""

import os
import pwd
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from newsroom.embedded.account import Account, server_account


def test_an_ordinary_user_runs_it_as_oneself(tmp_path, monkeypatch):
    if os.geteuid() == 0:
        monkeypatch.setattr(os, "geteuid", lambda: 1234)
        monkeypatch.setattr(os, "getegid", lambda: 1234)
    assert server_account(tmp_path) == Account(os.geteuid(), os.getegid())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_for_root_it_runs_as_nobody_even_where_nobody_may_not_enter(home):
    home.folder.parent.chmod(0o700)
    client = home.client()
    assert psutil.Process(home.postmaster).uids().real == pwd.getpwnam("nobody").pw_uid
    assert client.query("SELECT 1") == "1"
    assert home.folder.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_for_root_it_runs_as_the_owner_of_the_cluster(home):
    owner = pwd.getpwnam("daemon")
    for path in [home.data, *home.data.rglob("*")]:
        os.chown(path, owner.pw_uid, owner.pw_gid)
    assert home.client().query("SELECT 1") == "1"
    assert psutil.Process(home.postmaster).uids().real == owner.pw_uid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives capabilities")
def test_it_gets_no_more_than_it_needs():
    # Not below a folder of pytest's own, which every run closes to others as it begins.
    with TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        assert server_account(folder).capability is None
        folder.chmod(0o700)
        assert server_account(folder).capability == "dac_read_search"
