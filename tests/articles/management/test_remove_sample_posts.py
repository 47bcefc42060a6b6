"""The first import of real posts offers to remove the samples."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from articles.models import Document, Post

ROOT = Path(__file__).resolve().parents[3]
REAL = "---\ntitle: 开站\ndate: 2021-12-02 13:33:50\n---\n欢迎"
LINE = "The archive still holds 20 sample posts: manage.py remove_sample_posts removes them."
QUESTION = b"The archive still holds 20 sample posts. Remove them first? [Y/n] "


@pytest.fixture
def samples(tmp_path):
    """An archive of 20 sample posts, and the folder that they came from."""
    folder = tmp_path / "samples"
    call_command("make_sample_posts", folder, count=20, verbosity=0)
    call_command("import_posts", folder, verbosity=0)
    return folder


@pytest.fixture
def real(tmp_path):
    folder = tmp_path / "real"
    folder.mkdir()
    (folder / "README.md").write_text("what the folder is for")
    (folder / "2021-12-02-real.md").write_text(REAL)
    return folder


@pytest.mark.django_db
def test_an_import_of_real_posts_names_the_samples_in_its_last_line(samples, real, capsys):
    for _ in range(2):  # also when nothing is new
        call_command("import_posts", real)
        assert capsys.readouterr().out.splitlines()[-1] == LINE
    call_command("import_posts", real, quiet=True)
    assert capsys.readouterr().out == ""


@pytest.mark.django_db
def test_an_import_of_samples_does_not(samples, capsys):
    call_command("import_posts", samples)
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 created, 0 updated, ")


@pytest.mark.django_db
def test_an_archive_without_samples_does_not_speak_of_them(real, capsys):
    call_command("import_posts", real)
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 created, 0 updated, ")


def at_a_terminal(folder, answer, *options):
    """What a terminal shows of an import whose questions are answered so, and its status."""
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_posts", str(folder), *options],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "200"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    shown = b""
    try:
        while part := os.read(master, 4096):
            shown += part
            if answer and QUESTION in shown:
                os.write(master, answer)
                answer = b""
    except OSError:  # which Linux says at the end of a terminal
        pass
    os.close(master)
    return shown.decode(), process.wait()


@pytest.mark.parametrize(
    ("answer", "left"), [(b"\n", 0), (b"Yes\n", 0), (b"what?\n", 20), (b"\x04", 20)]
)
def test_on_a_terminal_it_asks_first(children, samples, real, answer, left):
    shown, status = at_a_terminal(real, answer)
    assert shown.count(QUESTION.decode()) == 1
    assert status == 0
    assert Post.objects.samples().count() == left
    assert Document.objects.filter(file_name="2021-12-02-real.md").exists()
    assert ("20 sample posts removed" in shown) == (not left)
    assert (LINE in shown) == bool(left)


@pytest.mark.parametrize("option", ["--quiet", "--dry-run"])
def test_it_does_not_ask_where_nobody_wants_to_be_asked(children, samples, real, option):
    shown, status = at_a_terminal(real, b"", option)
    assert "[Y/n]" not in shown
    assert status == 0
    assert Post.objects.samples().count() == 20


def test_samples_are_imported_on_a_terminal_without_a_question(children, samples):
    shown, status = at_a_terminal(samples, b"")
    assert "sample posts" not in shown
    assert status == 0
