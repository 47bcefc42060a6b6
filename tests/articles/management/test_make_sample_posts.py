import pytest
from django.core.management import CommandError, call_command

from articles.samples import sample_posts


def test_it_writes_the_posts_of_a_seed(tmp_path, capsys):
    call_command("make_sample_posts", tmp_path / "new" / "posts", count=20, seed=3)
    written = {path.name: path.read_bytes() for path in (tmp_path / "new" / "posts").iterdir()}
    assert written == {name: text.encode() for name, text in sample_posts(20, 3)}
    assert capsys.readouterr().out.startswith(f"Wrote 20 posts in {len(written)} files")


def test_it_does_not_mix_them_into_a_folder_that_holds_others(tmp_path):
    (tmp_path / "mine.md").touch()
    with pytest.raises(CommandError, match="not empty"):
        call_command("make_sample_posts", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.md"]
