import pytest
from django.db import connection
from django.utils import timezone

from articles import locks
from articles.importing.discovery import Found
from articles.importing.outcomes import BusyError, PausedError
from articles.importing.session import Session, open_session, running_ids
from articles.messages import verbatim
from articles.models import Document, ImportRun, Post

pytestmark = pytest.mark.django_db


def found(path):
    return Found(path, size=2, mtime_ns=7)


def has_seen_files():
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", ["seen_file"])
        return cursor.fetchone()[0]


def test_a_session_takes_what_it_made_with_it():
    with open_session(None):
        assert has_seen_files()
    assert not has_seen_files()


def test_each_session_sees_files_anew():
    for _ in range(2):
        with open_session(None) as session:
            [first] = session.look_up([found("/a/x.md")])
            [second] = session.look_up([found("/b/x.md")])
        assert first.same_name == ""
        assert second.same_name == "/a/x.md"


def test_a_file_is_known_by_its_name_and_fresh_by_its_path_size_and_time():
    post = Post.objects.create(slug="x", published_at=timezone.now())
    Document.objects.create(
        file_name="x.md", content=b"ab", sha256=b"1", post=post, path="/a/x.md", size=2, mtime_ns=7
    )
    with open_session(None) as session:
        known = session.look_up([found("/a/x.md"), found("/a/y.md")])
    assert [(each.sha256, each.fresh) for each in known] == [(b"1", True), (b"", False)]
    with open_session(None) as session:
        [moved] = session.look_up([found("/b/x.md")])
    assert (moved.sha256, moved.fresh) == (b"1", False)


def test_a_document_from_below_a_folder_is_unseen_until_a_file_of_its_name_is_found():
    post = Post.objects.create(slug="x", published_at=timezone.now())
    for path in ("/a/x.md", "/a/y.md", "/ab/z.md"):
        Document.objects.create(
            file_name=path[-4:], content=b"", sha256=path.encode(), post=post, path=path
        )
    ids = dict(Document.objects.values_list("file_name", "pk"))
    with open_session(None) as session:
        session.look_up([found("/a/x.md")])
        assert session.unseen(["/a/"]) == [ids["y.md"]]
        assert {*session.unseen(["/"])} == {ids["y.md"], ids["z.md"]}


def test_a_run_is_named_while_its_session_lasts():
    run = ImportRun(started_by=verbatim("anna"))
    with open_session(run):
        assert running_ids() == [run.pk]
    assert running_ids() == []
    assert run.finished_at


def test_an_error_ends_the_run_with_its_reason_and_the_session():
    run = ImportRun()
    with pytest.raises(ValueError, match="odd"), open_session(run):
        raise ValueError("odd")
    assert str(ImportRun.objects.get().error) == "odd"
    assert not has_seen_files()


def test_a_pause_does_not_end_the_run():
    run = ImportRun()
    with pytest.raises(PausedError), open_session(run):
        raise PausedError
    assert ImportRun.objects.get().finished_at is None
    assert running_ids() == []


def test_one_session_at_a_time():
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [locks.IMPORT])
        with pytest.raises(BusyError, match=r"Another import is running: a dry run\."):
            Session().begin()
        cursor.execute("SELECT pg_advisory_unlock_all()")  # closing only returns it to its pool
    other.close()
