import pytest
from django.core.management import CommandError, call_command

#: A command asks a connection that is open, as that of a test before, for a session.
pytestmark = pytest.mark.django_db


def test_it_writes_posts_and_says_how_many(tmp_path, capsys):
    folder = tmp_path / "posts"
    call_command("make_sample_posts", folder, count=20, seed=3)
    written = len(list(folder.iterdir()))
    assert capsys.readouterr().out.startswith(f"Wrote 20 posts in {written} files")


def test_it_does_not_mix_them_into_a_folder_that_holds_others(tmp_path):
    (tmp_path / "mine.md").touch()
    with pytest.raises(CommandError, match="not empty"):
        call_command("make_sample_posts", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.md"]
