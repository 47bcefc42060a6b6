import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db

GOOD = '---\ntitle: "开站"\ndate: 2021-12-01 13:33:50\n---\n欢迎'
BAD = "---\ntitle: 开站"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "2021-12-01-good.md").write_text(GOOD)
    return tmp_path


def test_it_ends_with_a_summary(folder, capsys):
    call_command("import_posts", folder)
    assert capsys.readouterr().out.splitlines()[-1] == (
        "1 created, 0 updated, 0 unchanged, 0 skipped, 0 failed"
    )


def test_a_failure_names_file_line_and_reason_and_the_status_is_1(folder, capsys):
    bad = folder / "2021-12-02-bad.md"
    bad.write_text(BAD)
    with pytest.raises(CommandError) as error:
        call_command("import_posts", folder)
    assert error.value.returncode == 1
    out, err = capsys.readouterr()
    assert f"{bad}:1: the front matter has no closing ---" in err
    assert out.splitlines()[-1] == "1 created, 0 updated, 0 unchanged, 0 skipped, 1 failed"


def test_a_missing_path_is_status_2(tmp_path):
    with pytest.raises(CommandError, match="no such file or folder") as error:
        call_command("import_posts", tmp_path / "missing")
    assert error.value.returncode == 2
