"""The whole archive as files."""

import csv
import json
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command
from pyarrow import parquet

from articles import changes
from articles.data import dump as dumping
from articles.data.changes import changes_after
from articles.data.dump import DumpError, dump
from articles.models import Post
from tests.articles.data.mirror import Mirror, archive

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "archive"


@pytest.fixture
def three(indexed):
    return [
        indexed("2022-03-04 09:30", slug="a", title="甲"),
        indexed("2022-03-05 09:30", slug="b", title="乙", source="新华社"),
        indexed("2022-05-01 00:00", slug="c", title="丙"),
    ]


def quiet(_name, _count):
    pass


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_month_is_a_file_and_the_manifest_has_its_hash(folder, three):
    told = []
    dump(folder, "jsonl", lambda *file: told.append(file))
    assert told == [("2022-03.jsonl", 2), ("2022-05.jsonl", 1)]
    assert [post["slug"] for post in lines(folder / "2022-03.jsonl")] == ["a", "b"]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["is_whole"]
    assert manifest["version"] == "3"
    content = (folder / "2022-03.jsonl").read_bytes()
    noted = manifest["files"]["2022-03.jsonl"]
    assert noted == {"rows": 2, "sha256": sha256(content).hexdigest()}


@pytest.mark.parametrize(
    ("left", "remaining"),
    [
        (["2022-03.jsonl.part", "manifest.json"], [("2022-03.jsonl", 2), ("2022-05.jsonl", 1)]),
        (["2022-03.jsonl", "manifest.json"], [("2022-05.jsonl", 1)]),
    ],
    ids=["within the first month", "after it"],
)
def test_an_interrupted_dump_goes_on(folder, three, monkeypatch, left, remaining):
    class StoppedError(Exception):
        pass

    def interrupt(*_):
        raise StoppedError

    folder.mkdir()
    (folder / "manifest.json.part").write_text("{")  # of one interrupted at once
    with monkeypatch.context() as patch:
        if remaining[1:]:
            patch.setattr(dumping, "digest_of", interrupt)
        with pytest.raises(StoppedError):
            dump(folder, "jsonl", interrupt)
    assert [path.name for path in sorted(folder.iterdir())] == left
    told = []
    assert dump(folder, "jsonl", lambda *file: told.append(file))["is_whole"]
    assert told == remaining


def test_a_whole_dump_and_what_changed_since_are_the_archive(folder, three):
    mirror = Mirror()
    dump(folder, "jsonl", quiet)
    first, second, _ = three
    Post.objects.filter(pk=first.pk).update(title="改过")
    Post.objects.filter(pk=second.pk).update(status="hidden")
    changes.posts_changed([first.pk, second.pk])
    dump(folder, "jsonl", quiet)
    dump(folder, "jsonl", quiet)  # nothing has changed: no file
    assert sorted(path.name for path in folder.glob("changes*")) == ["changes-3.jsonl"]
    assert copied(folder) == archive()
    assert changes_after(mirror.place, 9, ["slug"]).found


def test_what_changes_before_a_dump_goes_on_is_told_at_its_end(folder, three):
    def interrupt(name, _count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dump(folder, "jsonl", interrupt)
    Post.objects.filter(pk=three[0].pk).update(published_at="2022-05-02T09:30+08:00")
    changes.posts_changed([three[0].pk])
    dump(folder, "jsonl", quiet)
    assert copied(folder) == archive()


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
@pytest.mark.parametrize("lost", ["2022-03.{}", "changes-3.jsonl", "changes-4.jsonl"])
@pytest.mark.parametrize("is_missing", [True, False])
def test_a_file_that_is_damaged_is_written_again(folder, three, capsys, kind, lost, is_missing):
    for number in range(3):
        call_command("export_archive", folder, kind=kind)
        Post.objects.filter(pk=three[number].pk).update(title=f"改过{number}")
        changes.posts_changed([three[number].pk])
    path = folder / lost.format(kind)
    if is_missing:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9])
    call_command("export_archive", folder, kind=kind)
    assert f"{path.name} was missing or damaged" in capsys.readouterr().err
    files = json.loads((folder / "manifest.json").read_text())["files"]
    assert all(
        noted["sha256"] == sha256((folder / name).read_bytes()).hexdigest()
        for name, noted in files.items()
    )
    assert {*files, "manifest.json"} == {one.name for one in folder.iterdir()}
    if kind == "jsonl":
        assert copied(folder) == archive()


def copied(folder):
    """What whoever takes the files of a folder in the order of the manifest has."""
    mirror = Mirror()
    for name in json.loads((folder / "manifest.json").read_text())["files"]:
        for line in lines(folder / name):
            if name.startswith("changes"):
                mirror.apply(line)
            else:
                mirror.posts[line["slug"]] = mirror.by_address(line)
    return mirror.contents


def test_a_dump_is_a_table_too(folder, three):
    dump(folder, "csv", quiet)
    with (folder / "2022-03.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["source"] for row in rows] == ["财联社", "新华社"]


def test_a_dump_as_parquet_has_the_same(folder, three):
    dump(folder, "parquet", quiet)
    found = parquet.read_table(folder / "2022-03.parquet").to_pylist()
    times = [{name: one[name].isoformat() for name in dumping.TIMES} for one in found]
    dump(folder.with_name("lines"), "jsonl", quiet)
    assert [one | told for one, told in zip(found, times, strict=True)] == lines(
        folder.with_name("lines") / "2022-03.jsonl"
    )


def test_it_is_not_mixed_with_other_files(folder, three):
    folder.mkdir()
    (folder / "mine.txt").touch()
    with pytest.raises(DumpError, match="other files"):
        dump(folder, "jsonl", quiet)


def test_two_dumps_are_not_written_into_one_folder(folder, three):
    dump(folder, "jsonl", quiet)
    Post.objects.filter(pk=three[0].pk).update(title="改过")
    changes.posts_changed([three[0].pk])

    def meanwhile(_name, _count):
        with pytest.raises(DumpError, match="Another dump"):
            dump(folder, "jsonl", quiet)

    dump(folder, "jsonl", meanwhile)


@pytest.mark.parametrize("content", ['{"format": "js', "{}", "[]", "5"])
def test_a_damaged_manifest_is_named(folder, three, content):
    dump(folder, "jsonl", quiet)
    (folder / "manifest.json").write_text(content)
    with pytest.raises(DumpError, match="is damaged"):
        dump(folder, "jsonl", quiet)


def test_it_is_not_mixed_with_another_format(folder, three):
    dump(folder, "jsonl", quiet)
    with pytest.raises(CommandError, match="as jsonl"):
        call_command("export_archive", folder, kind="csv")


def test_parquet_says_what_it_needs(folder, three, monkeypatch):
    monkeypatch.setattr(dumping, "find_spec", lambda name: None)
    with pytest.raises(DumpError, match="pip install pyarrow"):
        dump(folder, "parquet", quiet)


def test_the_command_says_what_it_wrote(folder, three, capsys):
    call_command("export_archive", folder, site="https://news.example.com/")
    out = capsys.readouterr().out
    assert "2022-03.jsonl: 2" in out
    assert "version 3" in out
    [post, _] = lines(folder / "2022-03.jsonl")
    assert post["url"] == "https://news.example.com/posts/a/"
