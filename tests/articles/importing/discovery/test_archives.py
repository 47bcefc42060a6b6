import os
import random
import tarfile
import zipfile

import pytest
import zstandard

from articles.importing import discovery
from articles.importing.discovery import count, find
from articles.messages import dumps
from tests.articles.importing.discovery.inputs import (
    PACKERS,
    POST,
    found,
    tar_bytes,
    why_not,
    write_zip,
)


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar.zst"])
def test_archives_are_read_as_streams(tmp_path, ending):
    modes = {".tar.gz": "w:gz", ".tgz": "w:gz", ".tar.xz": "w:xz", ".tar.bz2": "w:bz2"}
    content = tar_bytes({"_posts/1.md": POST, "a.jpg": b"x"}, modes.get(ending, "w"))
    if ending == ".tar.zst":
        content = zstandard.ZstdCompressor().compress(content)
    path = tmp_path / f"site{ending}"
    path.write_bytes(content)
    assert found(path) == {"_posts/1.md": POST}


def test_hostile_members_are_refused_each_with_its_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(discovery.found, "LARGEST", 1000)
    path = tmp_path / "site.tar"
    path.write_bytes(
        tar_bytes(
            {
                "../../etc/cron.d/1.md": POST,
                "/etc/2.md": POST,
                "link.md": (tarfile.SYMTYPE, "/etc/passwd"),
                "hard.md": (tarfile.LNKTYPE, "good.md"),
                "device.md": (tarfile.CHRTYPE, ""),
                "large.md": b"x" * 1001,
                "good.md": POST,
            }
        )
    )
    assert found(path) == {
        "../../etc/cron.d/1.md": "its name leads out of the archive",
        "etc/2.md": "its name leads out of the archive",
        "link.md": "a link",
        "hard.md": "a link",
        "device.md": "a device",
        "large.md": "too large: 1,001 bytes, where 1,000 are read",
        "good.md": POST,
    }


def test_bombs_are_refused_before_they_go_off(tmp_path, monkeypatch):
    monkeypatch.setattr(discovery.archives, "BOMB_SIZE", 10_000)
    monkeypatch.setattr(discovery.archives, "BOMB_RATIO", 20)
    bomb = {"a.md": POST, "b.bin": bytes(10**6)}
    tar = tmp_path / "bomb.tar.gz"
    tar.write_bytes(tar_bytes(bomb, "w:gz"))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in bomb.items():
            archive.writestr(name, content)
    for path in (tar, tmp_path / "bomb.zip"):
        (*_, last) = find([str(path)])
        assert last.path == str(path)
        assert "a bomb" in str(last.refusal)


def test_an_archive_that_breaks_off_gives_what_it_has_and_says_so(tmp_path):
    path = tmp_path / "site.tar"
    content = tar_bytes({f"{n}.md": POST * 50 for n in range(20)})
    path.write_bytes(content[: len(content) // 4])
    files = list(find([str(path)]))
    assert files[0].content == POST * 50
    assert str(files[-1].refusal).startswith("cannot be read to its end")
    assert not files[-1].is_whole


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz", "x.tar.zst", "x.tar"])
def test_what_is_no_archive_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"not an archive" * 100)
    (file,) = find([str(tmp_path / name)])
    kind = name.split(".")[1]
    assert str(file.refusal).startswith(f"cannot be read to its end: it is no {kind}")


@pytest.mark.parametrize("name", ["x.tar", "x.zip"])
def test_a_pipe_that_is_named_as_an_archive_is_refused(tmp_path, name):
    os.mkfifo(tmp_path / name)
    assert count([str(tmp_path / name)]) is None
    (file,) = find([str(tmp_path / name)])
    assert str(file.refusal) == "not a regular file"


@pytest.mark.parametrize("content", [b"", b"PK\5\6" + bytes(18), bytes(10240)])
def test_an_empty_archive_holds_nothing_and_one_of_no_bytes_is_none(tmp_path, content):
    path = tmp_path / ("x.zip" if content.startswith(b"PK") else "x.tar")
    path.write_bytes(content)
    nothing = {str(path): "cannot be read to its end: it is empty: 0 bytes"}
    assert found(path) == ({} if content else nothing)


def test_a_name_of_ten_thousand_folders_is_refused(tmp_path):
    write_zip(tmp_path / "x.zip", {"_posts/" * 9000 + "2022-01-01-a.md": POST})
    ((_, refusal),) = found(tmp_path / "x.zip").items()
    assert refusal == "its name is too long"


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz", "tar.zst"])
def test_whatever_is_damaged_in_an_archive_is_told_without_the_words_of_libraries(tmp_path, kind):
    path = tmp_path / f"x.{kind}"
    members = {f"2022-01-0{n}-中.md": POST * 20 for n in range(1, 4)}
    if kind == "zip":
        write_zip(path, members)
    else:
        path.write_bytes(PACKERS[kind[4:] or "plain"](tar_bytes(members)))
    whole = path.read_bytes()
    dice = random.Random(1)
    for _ in range(500 if kind in ("zip", "tar") else 200):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            damaged[dice.randrange(len(whole))] = dice.choice(
                [0, 1, 0x80, 0xFF, dice.randrange(256)]
            )
        path.write_bytes(damaged)
        for file in find([str(path)]):
            assert file.content in (None, POST * 20) or kind != "zip"
            assert not file.refusal or '"text"' not in dumps(file.refusal)


NAMES = ["x/_posts/2022-01-01-a.md", "x/y/_posts/2022-01-02-b.md", "a.md"]


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("x/_config.yml", {"x/_config.yml": "its site is not read", "a.md": True}),
        ("a.txt", dict.fromkeys(NAMES, True)),
    ],
)
def test_a_site_whose_configuration_may_be_lost_is_not_read(tmp_path, kind, lost, said):
    members = {"x/_config.yml": b"", **dict.fromkeys(NAMES, POST)}
    members.pop(lost, None)
    members[lost] = b""
    path = tmp_path / f"x.{kind}"
    if kind == "zip":
        write_zip(path, members)
        content = path.read_bytes()
        listed = content[content.index(b"PK\1\2") : content.rindex(b"PK\1\2")]
        size = len(listed).to_bytes(4, "little")
        start = content[: content.index(b"PK\1\2")]
        path.write_bytes(start + listed + content[-22:-10] + size + content[-6:])
    else:
        content = tar_bytes(members)
        content = content[: content.rindex(lost.encode()) + 100]
        path.write_bytes(PACKERS[kind[4:] or "plain"](content))
    files = found(path)
    assert files.pop(str(path)).startswith("cannot be read to its end")
    assert {name: isinstance(why, bytes) or why[:20] for name, why in files.items()} == said


ARCHIVE_CASES = {
    "backslash.zip": {f"_posts/2022-03-0{n}-bs{n}.md": None for n in (1, 2, 3)},
    "big5names.zip": {"2022-03-04-台積電法說會.md": None},
    "colon.zip": {"1:30 会议.md": None, "posts/a:b.md": None, "..foo": "a hidden folder",
                  "posts/2022-03-10-end..md": None},
    "dupnames.zip": {"_posts/2022-03-05-d.md": None, "old/2022-03-05-d.md": None},
    "empty.tar": {},
    "empty.zip": {},
    "enc.zip": {"2022-03-01-m9.md": "encrypted", "2022-03-02-ok.md": None},
    "gbk.tar": {"文章/2022-03-01-gbktar.md": None, "文章/2022-03-02-中文名.md": None},
    "gbk.zip": {"文章/2022-03-01-中文标题.md": None, "文章/2022-03-02-第二篇.md": None,
                "备份/2022-03-01-中文标题.md": None},
    "gbkdup.tar": {"好/2022-03-02-other.md": None, "文章/2022-03-01-same.md": None,
                   "备份/2022-03-01-same.md": None},
    "hidden.zip": {"site/.trash": "a hidden folder", "site/.github": "a hidden folder",
                   "site/_posts/2022-03-06-kept.md": None},
    "hiddenfolder": {"site/.trash": "a hidden folder", "site/_posts/2022-03-06-kept.md": None},
    "links.tar": {"a/2022-03-08-one.md": None, "b/2022-03-08-two.md": "a link",
                  "a/2022-03-08-two.md": "a link"},
    "mac.zip": {"_posts/2022-03-05-U\u0308ber-か\u3099き\u3099.md": None,
                "__MACOSX": "a folder of what only Macs read"},
    "method9.zip": {"2022-03-01-m9.md": "cannot be read: compression method 9",
                    "2022-03-02-ok.md": None},
    "nested.zip": {"inner.zip": "an archive in an archive: unpack it first",
                   "2022-03-10-n.md": None},
    "twice.zip": {"2022-03-07-t.md": None},
    "upath.zip": {"2022-03-03-中文名.md": None},
    "zero.tar": {"": "cannot be read to its end: it is empty: 0 bytes"},
    "zero.tar.gz": {"": "cannot be read to its end: it is empty: 0 bytes"},
    "zero.zip": {"": "cannot be read to its end: it is empty: 0 bytes"},
    "zip64.zip": {"2022-03-09-z64.md": None},
}  # fmt: skip


@pytest.mark.parametrize("name", ARCHIVE_CASES)
def test_archives_of_every_kind_give_what_is_right(cases, name):
    path = f"{cases}/arch/{name}"
    files = find([path])
    said = {f.path.removeprefix(path)[1:]: why_not(f) or None for f in files}
    assert said == ARCHIVE_CASES[name]
