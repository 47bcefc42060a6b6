import os
import random
import tarfile
import zipfile
import zlib

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


def test_zips_are_read_with_their_names_in_whatever_encoding(tmp_path):
    path = tmp_path / "site.zip"
    write_zip(
        path,
        {
            "_posts/1.md": POST,
            "中文.md": POST,
            "快讯.md".encode("gb18030"): POST,
            "Über.md".encode(): POST,
        },
    )
    assert set(found(path)) == {"_posts/1.md", "中文.md", "快讯.md", "Über.md"}


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


def test_a_zip_that_lies_about_a_size_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.setattr(discovery.found, "LARGEST", 1000)
    path = tmp_path / "site.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", b"x" * 100_000)
    size = (100_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (500).to_bytes(4, "little")))
    ((_, refusal),) = found(path).items()
    assert isinstance(refusal, str)


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


def test_members_after_a_damaged_header_are_found_and_the_damage_is_said(tmp_path):
    content = bytearray(tar_bytes({f"2022-01-0{n}-a.md": POST for n in range(1, 4)}))
    content[1024:1034] = b"\xff" * 10  # in the second header
    (tmp_path / "x.tar").write_bytes(content)
    files = found(tmp_path / "x.tar")
    assert list(files)[:2] == ["2022-01-01-a.md", "2022-01-03-a.md"]
    assert "no header at byte 1,024" in files[str(tmp_path / "x.tar")]


def test_a_header_that_asks_for_all_memory_is_refused(tmp_path):
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 2**33
    (tmp_path / "x.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(10240))
    ((_, refusal),) = found(tmp_path / "x.tar").items()
    assert "8,589,934,592 bytes at once" in refusal


@pytest.mark.parametrize("content", [b"", b"PK\5\6" + bytes(18), bytes(10240)])
def test_an_empty_archive_holds_nothing_and_one_of_no_bytes_is_none(tmp_path, content):
    path = tmp_path / ("x.zip" if content.startswith(b"PK") else "x.tar")
    path.write_bytes(content)
    nothing = {str(path): "cannot be read to its end: it is empty: 0 bytes"}
    assert found(path) == ({} if content else nothing)


def test_a_zip_that_lost_its_end_is_said_to_be_cut_off(tmp_path):
    path = tmp_path / "site.zip"
    write_zip(path, {"1.md": POST})
    path.write_bytes(path.read_bytes()[:-30])
    assert found(path) == {str(path): "cannot be read to its end: it is cut off"}


def test_a_zip_that_is_one_of_several_files_is_refused(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\6\7" + b"\1" * 16 + b"PK\5\6" + bytes(18))
    assert found(path) == {str(path): LIST_DAMAGED}


def test_a_zip_that_stands_before_another_is_not_passed_over_in_silence(tmp_path):
    for name in ("1", "2"):
        write_zip(tmp_path / name, {f"2022-01-0{name}-a.md": POST})
    path = tmp_path / "x.zip"
    path.write_bytes((tmp_path / "1").read_bytes() + (tmp_path / "2").read_bytes())
    files = found(path)
    assert "are another zip, which is not read" in files.pop(str(path))
    assert files == {"2022-01-02-a.md": POST}


def test_in_names_of_zips_backslashes_are_folders_and_colons_are_not(tmp_path):
    write_zip(
        tmp_path / "x.zip",
        {
            "_posts\\2022-01-01-a.md": POST,
            "1:30 会议.md": POST,
            "p/a:b.md": POST,
            "p/2022-01-01-end..md": POST,
            "C:\\x\\2022-01-01-b.md": POST,
            "c:/2022-01-01-c.md": POST,
            "p\\..\\..\\2022-01-01-d.md": POST,
        },
    )
    out = "its name leads out of the archive"
    assert found(tmp_path / "x.zip") == {
        "_posts/2022-01-01-a.md": POST,
        "1:30 会议.md": "a page of the site, not a post",
        "p/a:b.md": "a page of the site, not a post",
        "p/2022-01-01-end..md": POST,
        "C:/x/2022-01-01-b.md": out,
        "c:/2022-01-01-c.md": out,
        "p/../../2022-01-01-d.md": out,
    }


def test_the_unicode_path_of_a_zip_is_its_name_unless_it_was_renamed_since(tmp_path):
    def with_path(name, crc_of):
        info = zipfile.ZipInfo(name)
        unicode = f"2022-03-0{name[0]}-中文.md".encode()
        field = b"\1" + zlib.crc32(crc_of).to_bytes(4, "little") + unicode
        info.extra = (0x7075).to_bytes(2, "little") + len(field).to_bytes(2, "little") + field
        return info

    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(with_path("1____.md", b"1____.md"), POST)
        archive.writestr(with_path("2____.md", b"other.md"), POST)
    assert [*found(tmp_path / "x.zip")] == ["2022-03-01-中文.md", "2____.md"]


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


LIST_DAMAGED = "cannot be read to its end: the list of its members is damaged"
SIZES = len(POST).to_bytes(4, "little") * 2  # packed and unpacked, in a list


@pytest.mark.parametrize(
    ("mark", "spoiled", "said"),
    [
        ("中".encode(), b"\xd6\xd0\xff", [LIST_DAMAGED, "cannot be read: it is damaged"]),
        (b"\x11\0\x08\0", b"\x0e\0\x08\0", [LIST_DAMAGED]),  # the name is cut before .md
        (b"PK\1\2\x14\3\x14", b"PK\1\2\x14\3\xc8", [POST]),  # version 20 of the format
        (b"\1\0\4\0", b"\1\0\4\1", [POST]),  # an extra field that is longer than all of them
        (SIZES, SIZES[:4] + b"\xff" * 4, ["cannot be read: it is damaged"]),  # it has no large size
        (b"PK\1\2", b"PK\1\3", [LIST_DAMAGED]),
    ],
)
def test_a_member_that_a_zip_lists_oddly_costs_no_other(tmp_path, mark, spoiled, said):
    path = tmp_path / "x.zip"
    odd = zipfile.ZipInfo("2022-01-01-中.md")
    odd.extra = b"\1\0\4\0abcd"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(odd, POST)
        archive.writestr("2022-01-02-b.md", POST)
    content = path.read_bytes()
    listed = content.index(b"PK\1\2")
    path.write_bytes(content[:listed] + content[listed:].replace(mark, spoiled, 1))
    assert list(found(path).values()) == [*said, POST]


@pytest.mark.parametrize("lost", [*range(5, 61, 8), "swallowed"])
def test_a_zip_whose_list_lacks_members_gives_the_others_and_says_so(tmp_path, lost):
    path = tmp_path / "x.zip"
    write_zip(path, {f"2022-01-0{n}-a.md": POST for n in (1, 2)})
    content = path.read_bytes()
    listed, end = bytearray(content[content.index(b"PK\1\2") : -22]), bytearray(content[-22:])
    if lost == "swallowed":
        listed[32] = len(listed) // 2  # the comment of the first covers the second
    else:
        listed = listed[:-lost]
        end[12:16] = len(listed).to_bytes(4, "little")
    path.write_bytes(content[: content.index(b"PK\1\2")] + listed + end)
    assert list(found(path).values()) == [LIST_DAMAGED, POST]


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
