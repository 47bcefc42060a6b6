import pytest

from articles.editing import runs
from articles.messages import Message
from articles.models import Document, ImportProblem, ImportRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(db):
    return ImportRun.objects.create()


def test_a_run_that_goes_on_is_asked_to_stop(run):
    runs.stop(run, by="wang")
    run.refresh_from_db()
    assert run.stopped_by == "wang"


def test_a_run_that_has_ended_is_left_alone(run):
    ImportRun.objects.update(finished_at=run.started_at)
    runs.stop(run, by="wang")
    run.refresh_from_db()
    assert run.stopped_by == ""


def test_files_come_with_their_documents_and_problems(run, make_post):
    document = Document.objects.create(
        file_name="a.md", content=b"x", sha256=b"x", post=make_post()
    )
    problem = ImportProblem.objects.create(run=run, path="posts/b.md", reason=Message("file-empty"))
    run.files.create(path="posts/a.md", status="created")
    run.files.create(path="posts/b.md", status="refused")
    [created] = runs.files_of(run, "created").files
    assert (created.folder, created.name) == ("posts/", "a.md")
    assert (created.document, created.problem_id) == (document, None)
    [refused] = runs.files_of(run, "refused").files
    assert (refused.document, refused.problem_id) == (None, problem.pk)


def test_a_file_that_is_known_by_its_folder_comes_with_its_document(run, make_post):
    document = Document.objects.create(
        file_name="a.md", content=b"x", sha256=b"x", post=make_post()
    )
    run.files.create(path="posts/a/index.md", status="created")
    [created] = runs.files_of(run, "created").files
    assert (created.folder, created.name) == ("posts/a/", "index.md")
    assert created.document == document


def test_files_are_paged_by_key(run, monkeypatch):
    monkeypatch.setattr(runs, "FILES_ON_A_PAGE", 2)
    for name in ("a.md", "b.md", "c.md"):
        run.files.create(path=name, status="created")
    first = runs.files_of(run, "created")
    assert [listed.name for listed in first.files] == ["a.md", "b.md"]
    assert first.has_more
    second = runs.files_of(run, "created", after=first.files[-1].file.pk)
    assert [listed.name for listed in second.files] == ["c.md"]
    assert not second.has_more
