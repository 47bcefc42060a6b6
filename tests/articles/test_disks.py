from pathlib import Path

import pytest

from articles import disks

WITHOUT_ROOM = Path("/proc")


def test_the_disk_of_the_embedded_server_counts(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES, "default", {"DATA_DIR": WITHOUT_ROOM / "no" / "such"})
    assert disks.free() == 0


@pytest.mark.parametrize(
    ("host", "counts"),
    [("", True), ("/run/postgresql", True), ("localhost", True), ("db.example.com", False)],
)
def test_that_of_another_server_counts_if_it_is_here(settings, monkeypatch, host, counts):
    monkeypatch.setitem(settings.DATABASES, "default", {"HOST": host})
    monkeypatch.setattr(disks, "SERVER_FOLDERS", (Path("/no/such"), WITHOUT_ROOM))
    assert (disks.free() == 0) == counts


def test_the_disk_of_a_version_or_a_cluster_counts(settings, monkeypatch, tmp_path):
    monkeypatch.setitem(settings.DATABASES, "default", {"HOST": ""})
    monkeypatch.setattr(disks, "SERVER_FOLDERS", (tmp_path,))
    assert disks.free() > 0
    (tmp_path / "15").mkdir()
    (tmp_path / "15" / "main").symlink_to(WITHOUT_ROOM)
    assert disks.free() == 0
