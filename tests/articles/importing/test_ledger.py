import os

import pytest

from articles.importing import ledger
from articles.importing.ledger import Ledger, account, this_process
from articles.importing.outcomes import Outcome
from articles.messages import verbatim
from articles.models import ImportRun


@pytest.fixture
def run(db):
    return ImportRun.objects.create()


def test_a_ledger_counts_all_files_and_names_those_that_something_became_of(run):
    entries = Ledger(run)
    entries.add(Outcome("/a.md", "unchanged"))
    entries.add(Outcome("/b.md", "repaired", (verbatim("no title"),), line=2))
    entries.save()
    run.refresh_from_db()
    assert (run.unchanged, run.repaired) == (1, 1)
    files = run.files.values_list("path", "status", "line", "notes")
    [(path, status, line, notes)] = files
    assert (path, status, line) == ("/b.md", "repaired", 2)
    assert [str(note) for note in notes] == ["no title"]


def test_what_is_recorded_is_not_recorded_again(run):
    entries = Ledger(run)
    for path in ("/a.md", "/b.md"):
        entries.add(Outcome(path, "created"))
        entries.save()
        entries.save()
    assert run.files.count() == 2


def test_whoever_goes_on_with_a_run_tells_nothing_twice(run):
    outcomes = [
        Outcome("/a.md", "unchanged"),
        Outcome("/a.zip/b.md", "created"),
        Outcome("/a.zip/b.md", "refused"),  # members of an archive may share a name
        Outcome("/c.txt", "skipped"),
    ]
    first = Ledger(run)
    for outcome in outcomes[:2]:
        first.add(outcome)
    first.save()
    second = Ledger(ImportRun.objects.get())
    for outcome in [outcomes[0], Outcome("/a.zip/b.md", "unchanged"), *outcomes[2:]]:
        second.add(outcome)
    second.save()
    run.refresh_from_db()
    assert (run.unchanged, run.created, run.refused, run.skipped) == (1, 1, 1, 1)
    assert run.files.count() == 3


def test_a_ledger_without_a_run_only_counts():
    entries = Ledger(None)
    entries.add(Outcome("/a.md", "created"))
    entries.save()
    entries.stop(verbatim("Interrupted."))
    assert entries.asked_to_stop() == ""
    assert entries.counts == {"created": 1}


def test_who_stops_a_run_is_asked_now_and_then(run, monkeypatch):
    entries = Ledger(run)
    ImportRun.objects.update(stopped_by="anna")
    monkeypatch.setattr(ledger, "ASK_AGAIN", 1000)
    assert entries.asked_to_stop() == ""
    monkeypatch.setattr(ledger, "ASK_AGAIN", -1)
    assert entries.asked_to_stop() == "anna"


def test_an_account_without_a_name_is_told_by_its_number(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_123)
    assert account() == "uid 4000123"
    assert str(this_process()).startswith("uid 4000123@")
