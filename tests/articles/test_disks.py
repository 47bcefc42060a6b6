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
