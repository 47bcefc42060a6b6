import io
import json
import os
import resource
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles.models import ImportRun, Post

pytestmark = pytest.mark.django_db

GOOD = '---\ntitle: "开站"\ndate: 2021-12-01 13:33:50\n---\n欢迎'
BAD = "没有题头"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "2021-12-01-good.md").write_text(GOOD)
    return tmp_path


def test_it_ends_with_a_summary(folder, capsys):
    call_command("import_posts", folder)
    assert capsys.readouterr().out.splitlines()[-1] == (
        "1 created, 0 updated, 0 unchanged, 0 repaired, 0 refused, 0 skipped"
    )


def test_a_refusal_names_file_line_and_reason_and_the_status_is_1(folder, capsys):
    bad = folder / "2021-12-02-bad.md"
    bad.write_text(BAD)
    with pytest.raises(SystemExit) as error:
        call_command("import_posts", folder)
    assert error.value.code == 1
    out, err = capsys.readouterr()
    assert f"refused   {bad}:1: no front matter: the first line is not ---" in err
    assert out.splitlines()[-1].startswith("1 created")
    assert "1 refused" in out


def test_what_is_passed_over_is_named_on_request(folder, capsys):
    (folder / "_drafts").mkdir()
    call_command("import_posts", folder)
    assert capsys.readouterr().out.splitlines() == [
        "1 created, 0 updated, 0 unchanged, 0 repaired, 0 refused, 1 skipped",
        "1 passed over; --show-skipped names them.",
    ]
    call_command("import_posts", folder, show_skipped=True)
    assert capsys.readouterr().out.splitlines() == [
        f"skipped   {folder}/_drafts: a folder of the site without posts",
        "0 created, 0 updated, 1 unchanged, 0 repaired, 0 refused, 1 skipped",
    ]


def test_an_archive_that_cannot_be_read_is_named_without_being_asked_for(folder, capsys):
    (folder / "old.rar").write_bytes(b"Rar!")
    call_command("import_posts", folder)
    why = "an archive that cannot be read: pack its files as .zip or .tar.gz"
    assert f"skipped   {folder}/old.rar: {why}" in capsys.readouterr().out
    with pytest.raises(SystemExit) as error:
        call_command("import_posts", folder / "old.rar")
    assert error.value.code == 1
    assert f"refused   {folder}/old.rar: {why}" in capsys.readouterr().err


def test_quiet_says_nothing(folder, capsys):
    (folder / "2021-12-02-bad.md").write_text(BAD)
    with pytest.raises(SystemExit):
        call_command("import_posts", folder, quiet=True)
    assert capsys.readouterr() == ("", "")


def test_a_missing_path_is_status_2(tmp_path):
    with pytest.raises(CommandError, match="no such file or folder") as error:
        call_command("import_posts", tmp_path / "missing")
    assert error.value.returncode == 2


@pytest.mark.parametrize("path", ["missing", "2021-12-01-good.md"])
def test_only_a_folder_that_is_there_can_be_watched(folder, path):
    with pytest.raises(CommandError, match="--watch is for folders") as error:
        call_command("import_posts", folder / path, watch=True)
    assert error.value.returncode == 2


@pytest.mark.parametrize("options", [{"since": "2022-01-01"}, {"category": "x"}])
def test_what_is_not_imported_whole_is_not_pruned(folder, options):
    with pytest.raises(CommandError, match="imported whole") as error:
        call_command("import_posts", folder, prune=True, **options)
    assert error.value.returncode == 2


def test_only_what_lies_in_folders_is_pruned(folder):
    with pytest.raises(CommandError, match="--prune is for folders, and none is named"):
        call_command("import_posts", folder / "2021-12-01-good.md", prune=True)


def test_the_report_names_every_file_that_was_not_unchanged(folder, tmp_path_factory):
    (folder / "2021-12-02-bad.md").write_text(BAD)
    report = tmp_path_factory.mktemp("report") / "report.json"
    with pytest.raises(SystemExit):
        call_command("import_posts", folder, report=report)
    assert json.loads(report.read_text()) == {
        "files": [
            {
                "path": f"{folder}/2021-12-02-bad.md",
                "status": "refused",
                "notes": ["no front matter: the first line is not ---"],
                "line": 1,
            },
            {"path": f"{folder}/2021-12-01-good.md", "status": "created", "notes": []},
        ],
        "counts": {
            "created": 1,
            "updated": 0,
            "unchanged": 0,
            "repaired": 0,
            "refused": 1,
            "skipped": 0,
        },
    }


def test_a_dry_run_names_what_it_would_do(folder, capsys):
    call_command("import_posts", folder, dry_run=True)
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"created   {folder}/2021-12-01-good.md"
    assert out[-1].startswith("Would be: 1 created")
    assert not Post.objects.exists()


def test_what_was_imported_is_told_though_nothing_could_be_pruned(folder, tmp_path_factory, capsys):
    call_command("import_posts", folder, quiet=True)
    (folder / "2021-12-01-good.md").unlink()
    (folder / "2021-12-02-new.md").write_text(GOOD)
    path = tmp_path_factory.mktemp("report") / "report.json"
    with pytest.raises(CommandError, match="nothing was pruned") as error:
        call_command("import_posts", folder, prune=True, report=path)
    assert error.value.returncode == 2
    assert "1 created" in capsys.readouterr().out
    report = json.loads(path.read_text())
    assert [file["path"] for file in report["files"]] == [f"{folder}/2021-12-02-new.md"]
    assert report["counts"]["created"] == 1
    assert report["error"] == str(error.value)


def test_a_report_that_would_take_the_place_of_a_folder_is_refused_before_anything_is_done(
    folder, tmp_path_factory
):
    reports = tmp_path_factory.mktemp("reports")
    with pytest.raises(CommandError) as error:
        call_command("import_posts", folder, report=reports)
    assert str(error.value) == f"{reports}: Is a directory"
    assert error.value.returncode == 2
    assert not ImportRun.objects.exists()
    assert not reports.with_name(f"{reports.name}.part").exists()


def test_a_report_takes_the_place_of_no_post(folder):
    post = folder / "2021-12-01-good.md"
    for path, why in [
        (post, "would take the place of"),
        (folder / "no/r.json", "there is no folder"),
    ]:
        with pytest.raises(CommandError, match=why) as error:
            call_command("import_posts", folder, report=path)
        assert error.value.returncode == 2
    assert post.read_text() == GOOD
    assert not ImportRun.objects.exists()


def test_a_report_to_standard_output_stands_there_alone(folder, capfd):
    call_command("import_posts", folder, report=Path("-"))
    out, err = capfd.readouterr()
    assert json.loads(out)["counts"]["created"] == 1
    assert err.startswith("1 created")


def test_where_an_import_stops_at_a_refused_file_it_says_that_nothing_is_pruned(folder, capsys):
    (folder / "2021-12-02-bad.md").write_text(BAD)
    with pytest.raises(SystemExit) as ended:
        call_command("import_posts", folder, prune=True, fail_fast=True)
    assert ended.value.code == 1
    assert "Stopped at a refused file, so nothing was pruned.\n" in capsys.readouterr().err


@pytest.fixture
def full_disk():
    """No file can grow beyond a few bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_where_the_report_cannot_be_written_the_import_goes_on_and_says_so(
    folder, tmp_path_factory, capsys, full_disk
):
    report = tmp_path_factory.mktemp("reports") / "report.json"
    with pytest.raises(CommandError) as error:
        call_command("import_posts", folder, report=report)
    assert str(error.value) == f"{report}: File too large, so there is no report."
    assert error.value.returncode == 2
    assert capsys.readouterr().out.startswith("1 created")
    assert Post.objects.count() == 1
    assert list(report.parent.iterdir()) == []


def test_a_report_to_a_device_leaves_the_device(folder, capfd):
    call_command("import_posts", folder, report=Path("/dev/null"))
    assert Path("/dev/null").is_char_device()
    with pytest.raises(CommandError, match="/dev/full: No space left on device"):
        call_command("import_posts", folder, report=Path("/dev/full"))
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize("buffering", [1, -1])  # it fails at once, or at the end
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_where_nothing_can_be_said_everything_is_imported(tmp_path, stream, buffering):
    (tmp_path / "2022-03-04-a.md").write_text("---\ntitle: x\n---\n文")
    (tmp_path / "2022-03-04-b.md").write_text("nothing")
    said = io.StringIO()
    other = "stderr" if stream == "stdout" else "stdout"
    with Path("/dev/full").open("w", buffering) as full, pytest.raises(SystemExit) as ended:
        call_command("import_posts", tmp_path, **{stream: full, other: said})
    assert ended.value.code == 2
    assert Post.objects.count() == 1
    if stream == "stdout":
        assert said.getvalue().endswith(
            "Output: No space left on device, so not everything was said.\n"
        )


def test_a_name_that_the_output_cannot_show_is_escaped(tmp_path, monkeypatch):
    (tmp_path / "2022-03-04-📈.md").write_text("---\ntitle: x\n---\n文")
    said = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(said, encoding="gbk"))
    call_command("import_posts", tmp_path)
    assert b"2022-03-04-\\U0001f4c8.md: no date" in said.getvalue()


@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        *(("--since", date, "is not a date such as") for date in ("2022-13-01", "yesterday")),
        ("--git", "", "names no revision"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_plain_words(folder, option, value, why):
    with pytest.raises(CommandError, match=f"{option}: {value} ?{why}"):
        call_command("import_posts", str(folder), option, value)


def test_a_run_says_who_started_it_though_the_account_has_no_name(folder, monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_123)
    call_command("import_posts", folder)
    assert str(ImportRun.objects.get().started_by).startswith("uid 4000123@")
