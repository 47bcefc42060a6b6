"""Work on all posts, which administrators start and a worker does."""

import pytest
from django.db import connection

from articles import locks, reindexing, task_queue
from articles.editing import maintenance, runs
from articles.importing import reparse
from articles.importing.outcomes import BusyError, PausedError
from articles.importing.pipeline import import_posts
from articles.models import Document, MaintenanceRun, Post, SearchEntry

pytestmark = pytest.mark.django_db

Kind = MaintenanceRun.Kind


def state(run):
    return runs.with_state(MaintenanceRun).get(pk=run.pk).state


@pytest.mark.django_db(transaction=True)  # building an index cannot share one with the rows
def test_search_entries_that_are_wrong_are_replaced(indexed):
    indexed()
    SearchEntry.objects.all().delete()
    run = maintenance.start(Kind.REBUILD, by="root")
    assert (state(run), run.total, run.done) == ("waiting", 1, 0)
    maintenance.perform(run)
    run.refresh_from_db()
    assert (state(run), run.done, str(run.started_by)) == ("finished", 1, "root")
    assert list(reindexing.check()) == []


@pytest.mark.django_db(transaction=True)
def test_posts_are_derived_again_and_what_cannot_be_read_is_named(tmp_path):
    for name in ("a.md", "b.md"):
        text = f'---\ntitle: "{name}"\ndate: 2022-03-04 09:30:00\n---\n<p>锂价走弱。</p>'
        (tmp_path / f"2022-03-04-{name}").write_text(text)
    import_posts([tmp_path])
    Post.objects.update(title="旧")
    Document.objects.filter(file_name="2022-03-04-b.md").update(content=b"# no fields")
    run = maintenance.start(Kind.REPARSE, by="root")
    maintenance.perform(run)
    run.refresh_from_db()
    assert {*Post.objects.values_list("title", flat=True)} == {"a.md", "旧"}
    assert (state(run), run.done) == ("finished", 2)
    [unreadable] = run.unreadable
    assert "b.md" in str(unreadable)


def test_one_of_a_kind_at_a_time():
    first = maintenance.start(Kind.REBUILD, by="root")
    assert maintenance.start(Kind.REBUILD, by="anna") == first
    assert maintenance.start(Kind.REPARSE, by="anna") != first
    assert task_queue.backlog().length == 2


@pytest.fixture
def batches_of_one(monkeypatch, indexed):
    monkeypatch.setattr(reindexing, "POSTS_AT_ONCE", 1)
    for _ in range(3):
        indexed()


@pytest.mark.django_db(transaction=True)
def test_it_stops_after_a_batch(batches_of_one):
    run = maintenance.start(Kind.REBUILD, by="root")
    MaintenanceRun.objects.update(stopped_by="anna")
    maintenance.perform(run)
    run.refresh_from_db()
    assert (state(run), run.done, str(run.error)) == ("stopped", 1, "Stopped by anna.")


def test_one_that_nobody_has_begun_is_stopped_at_once():
    run = maintenance.start(Kind.REBUILD, by="root")
    runs.stop(run, by="anna")
    assert state(run) == "stopped"
    assert task_queue.backlog().length == 0


@pytest.mark.django_db(transaction=True)
def test_when_the_worker_ends_it_waits_and_begins_anew(batches_of_one):
    def end():
        raise PausedError

    run = maintenance.start(Kind.REBUILD, by="root")
    with pytest.raises(PausedError):
        maintenance.perform(run, end)
    assert state(run) == "waiting"
    maintenance.perform(MaintenanceRun.objects.get())
    run.refresh_from_db()
    assert (state(run), run.done) == ("finished", 3)


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_said_in_its_row(batches_of_one, monkeypatch):
    def fail(*_):
        raise ValueError("odd")

    monkeypatch.setattr(reindexing, "rebuild_batch", fail)
    run = maintenance.start(Kind.REBUILD, by="root")
    with pytest.raises(ValueError, match="odd"):
        maintenance.perform(run)
    run.refresh_from_db()
    assert (state(run), str(run.error)) == ("stopped", "odd")


def test_nobody_does_what_somebody_else_is_at():
    run = maintenance.start(Kind.REBUILD, by="root")
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [locks.MAINTENANCE, run.pk])
        assert state(run) == "running"
        with pytest.raises(BusyError):
            maintenance.perform(run)
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()


def test_one_that_has_ended_is_left_alone(monkeypatch):
    run = maintenance.start(Kind.REPARSE, by="root")
    maintenance.perform(run)
    monkeypatch.setattr(reparse, "derive_again", pytest.fail)
    maintenance.perform(MaintenanceRun.objects.get())
