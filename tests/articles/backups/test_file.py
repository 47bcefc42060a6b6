import json
import os
import stat
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path

import pytest

from articles.backups.file import opened, whole_file, write
from articles.backups.manifest import FORMAT, BackupError, Manifest, TableContents

MANIFEST = Manifest(
    release="1.0",
    made_at="2022-03-04T09:30:00+00:00",
    server="18.4",
    migrations=("articles.0001_initial",),
    tables={"articles_post": TableContents(2, "-7")},
    left_out=("django_session",),
    sha256="",
)
SCRIPT = b"SELECT 1;\n" * 10


@pytest.fixture
def content():
    file = BytesIO()
    write(file, [SCRIPT[:7], SCRIPT[7:]], MANIFEST)
    return file.getvalue()


def test_what_was_written_is_read(content):
    with opened(BytesIO(content)) as (manifest, script):
        assert script.read() == SCRIPT
    assert replace(manifest, sha256="") == MANIFEST


def test_a_file_that_was_cut_off_is_refused_wherever_that_was(content):
    for length in range(len(content)):
        with pytest.raises(BackupError), opened(BytesIO(content[:length])):
            pass


def test_a_damaged_file_is_refused_or_what_was_damaged_makes_no_difference(content):
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 0x55
        try:
            with opened(BytesIO(damaged)) as (manifest, script):
                assert script.read() == SCRIPT
                assert replace(manifest, sha256="") == MANIFEST
        except BackupError:
            pass


@pytest.mark.parametrize("of_file", [FORMAT + 1, 0, -1])
def test_a_file_of_another_format_is_refused(monkeypatch, of_file):
    monkeypatch.setattr("articles.backups.manifest.FORMAT", of_file)
    file = BytesIO()
    write(file, [SCRIPT], MANIFEST)
    monkeypatch.undo()
    with (
        pytest.raises(BackupError, match=f"format {of_file}, and this release reads 1"),
        opened(file),
    ):
        pass


@pytest.mark.parametrize(
    "changed",
    [
        *({name: None} for name in ("format", *asdict(MANIFEST))),
        *({name: [None]} for name in ("migrations", "left_out")),
        *({name: "articles_post"} for name in ("format", "migrations", "tables", "left_out")),
        *({"tables": {"articles_post": found}} for found in (None, {}, {"rows": 2})),
        {"tables": {"articles_post": {"rows": None, "checksum": "-7"}}},
        {"tables": {"articles_post": {"rows": 2, "checksum": 7}}},
    ],
    ids=json.dumps,
)
def test_a_manifest_with_a_field_that_makes_no_sense_is_refused(changed):
    Manifest.from_json(MANIFEST.as_json())
    with pytest.raises(BackupError, match="makes no sense"):
        Manifest.from_json(json.dumps(json.loads(MANIFEST.as_json()) | changed))


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "[" * 100_000, b"\xff"])
def test_so_is_what_is_no_manifest(text):
    with pytest.raises(BackupError, match="makes no sense"):
        Manifest.from_json(text)


class TestWholeFile:
    def test_it_is_for_our_eyes_and_has_its_name_when_it_is_complete(self, tmp_path):
        path = tmp_path / "backup"
        path.write_bytes(b"of yesterday")
        with whole_file(path) as file:
            file.write(b"of today")
            assert path.read_bytes() == b"of yesterday"
        assert path.read_bytes() == b"of today"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [*tmp_path.iterdir()] == [path]

    @pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
    def test_nothing_is_left_of_one_that_fails(self, tmp_path, error):
        path = tmp_path / "backup"
        path.write_bytes(b"of yesterday")
        with pytest.raises(error), whole_file(path):
            raise error
        assert path.read_bytes() == b"of yesterday"
        assert [*tmp_path.iterdir()] == [path]

    def test_what_a_killed_one_left_goes_and_what_another_writes_stays(self, tmp_path):
        path = tmp_path / "backup"
        left = tmp_path / "backup.abcd1234.part"
        left.touch()
        with whole_file(path), whole_file(path):
            assert not left.exists()
        assert [*tmp_path.iterdir()] == [path]

    @pytest.mark.parametrize("is_there", [True, False])
    def test_it_is_written_where_a_link_leads(self, tmp_path, is_there):
        disk, link = tmp_path / "disk", tmp_path / "latest.backup"
        disk.mkdir()
        link.symlink_to("disk/newsroom.backup")
        path = disk / "newsroom.backup"
        if is_there:
            path.write_bytes(b"of yesterday")
        with whole_file(link) as file:
            file.write(b"of today")
            [part] = disk.glob("*.part")
            assert path.exists() is is_there
        assert link.is_symlink()
        assert link.read_bytes() == path.read_bytes() == b"of today"
        assert not part.exists()

    def test_a_link_to_a_folder_that_is_not_there_is_said(self, tmp_path):
        link = tmp_path / "latest.backup"
        link.symlink_to("disk/newsroom.backup")
        with pytest.raises(FileNotFoundError) as told, whole_file(link):
            pass
        assert told.value.filename == str(link)

    def test_a_pipe_that_the_process_has_is_written_to(self):
        ours, theirs = os.pipe()
        with whole_file(Path(f"/dev/fd/{theirs}")) as file:
            file.write(b"of today")
        os.close(theirs)
        assert os.read(ours, 100) == b"of today"
        os.close(ours)

    def test_a_link_to_itself_is_replaced(self, tmp_path):
        link = tmp_path / "latest.backup"
        link.symlink_to(link)
        with whole_file(link) as file:
            file.write(b"of today")
        assert link.read_bytes() == b"of today"
