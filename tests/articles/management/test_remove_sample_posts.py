"""The first import of real posts offers to remove the samples."""

import os
import pty
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.core.management import call_command

from articles.models import Document, Post

REAL = "---\ntitle: 开站\ndate: 2021-12-02 13:33:50\n---\n欢迎"
LINE = "The archive still holds 20 sample posts: manage.py remove_sample_posts removes them."
QUESTION = "The archive still holds 20 sample posts. Remove them first? [Y/n] "


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


@pytest.fixture
def at_a_terminal(monkeypatch):
    """A function that imports a folder at a terminal, where this is typed, and returns what the
    terminal shows."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    master, terminal = pty.openpty()

    def imported(folder, typed, *options):
        os.write(master, typed)  # the terminal keeps it until somebody reads
        with ThreadPoolExecutor() as threads, monkeypatch.context() as patch:
            shown = threads.submit(everything_from, master)
            with os.fdopen(terminal, "w") as output, os.fdopen(os.dup(terminal)) as typing:
                for name, stream in {"stdin": typing, "stdout": output, "stderr": output}.items():
                    patch.setattr(sys, name, stream)
                call_command("import_posts", folder, *options)
            return shown.result().decode()

    yield imported
    os.close(master)


def everything_from(master):
    shown = b""
    with suppress(OSError):  # which Linux says at the end of a terminal
        while part := os.read(master, 4096):
            shown += part
    return shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "left"), [(b"\n", 0), (b"Yes\n", 0), (b"what?\n", 20), (b"\x04", 20)]
)
def test_on_a_terminal_it_asks_first(at_a_terminal, samples, real, answer, left):
    shown = at_a_terminal(real, answer)
    assert shown.count(QUESTION) == 1
    assert Post.objects.samples().count() == left
    assert Document.objects.filter(file_name="2021-12-02-real.md").exists()
    assert ("20 sample posts removed" in shown) == (not left)
    assert (LINE in shown) == bool(left)


@pytest.mark.django_db
@pytest.mark.parametrize("option", ["--quiet", "--dry-run"])
def test_it_does_not_ask_where_nobody_wants_to_be_asked(at_a_terminal, samples, real, option):
    assert "[Y/n]" not in at_a_terminal(real, b"", option)
    assert Post.objects.samples().count() == 20


@pytest.mark.django_db
def test_samples_are_imported_on_a_terminal_without_a_question(at_a_terminal, samples):
    assert "sample posts" not in at_a_terminal(samples, b"")
