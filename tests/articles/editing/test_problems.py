import pytest

from articles.editing import problems
from articles.importing.pipeline import import_posts
from articles.models import Document, ImportProblem

pytestmark = pytest.mark.django_db


def test_a_link_out_of_its_folder_is_not_followed_when_it_is_tried_again(tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: 机密\ndate: 2022-03-05\n---\n文")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "2022-03-05-out.md").symlink_to(secret)
    import_posts([tmp_path / "site"])
    problem = ImportProblem.objects.get()
    outcome = problems.try_again(problem, "anna")
    assert outcome.status == "refused"
    assert [str(note) for note in outcome.notes] == ["a link that leads out of the folder"]
    assert not Document.objects.exists()


def test_a_file_that_was_mended_is_imported_when_it_is_tried_again(tmp_path):
    path = tmp_path / "2022-03-05-a.md"
    path.write_text("没有题头")
    import_posts([tmp_path])
    path.write_text("---\ntitle: 有\ndate: 2022-03-05\n---\n文")
    assert problems.try_again(ImportProblem.objects.get(), "anna").status == "created"


@pytest.mark.parametrize(
    ("at_fault", "first", "last"), [(None, 1, 201), (1, 1, 201), (150, 50, 250), (300, 200, 300)]
)
def test_the_lines_around_the_one_at_fault_are_shown(at_fault, first, last):
    text = "\n".join(f"line {number}" for number in range(1, 301))
    lines = problems.lines_around(text, at_fault)
    assert (lines[0][0], lines[-1][0]) == (first, last)
    assert [number for number, _, is_at_fault in lines if is_at_fault] == (
        [at_fault] if at_fault else []
    )
