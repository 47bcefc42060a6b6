import zipfile
import zlib

import pytest

from articles.importing import discovery
from tests.articles.importing.discovery.inputs import POST, found, write_zip

LIST_DAMAGED = "cannot be read to its end: the list of its members is damaged"
SIZES = len(POST).to_bytes(4, "little") * 2  # packed and unpacked, in a list


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


FOLDER, FILE = "新闻", "2022-03-01-贵州茅台.md"
GBK = f"{FOLDER}/{FILE}".encode("gb18030")


def write_marked(path, name, *, in_list, at_member):
    """A zip of a post whose name has these bytes, marked as UTF-8 or not in the list and where the
    post stands."""
    write_zip(path, {name: POST})
    data = bytearray(path.read_bytes())
    for mark, offset, is_marked in (b"PK\1\2", 8, in_list), (b"PK\3\4", 6, at_member):
        at = data.index(mark) + offset
        data[at : at + 2] = (0x800 * is_marked).to_bytes(2, "little")
    path.write_bytes(data)


@pytest.mark.parametrize("in_list", [True, False])
@pytest.mark.parametrize("at_member", [True, False])
@pytest.mark.parametrize(
    "name",
    [GBK, f"{FOLDER}/{FILE}".encode(), FOLDER.encode() + b"/" + FILE.encode("gb18030")],
    ids=["GBK", "UTF-8", "both"],
)
def test_names_are_read_whatever_a_zip_says_of_their_encoding(tmp_path, name, in_list, at_member):
    write_marked(tmp_path / "x.zip", name, in_list=in_list, at_member=at_member)
    assert paths(tmp_path / "x.zip") == {f"{tmp_path}/x.zip/{FOLDER}/{FILE}": POST}


def test_bytes_of_a_name_that_are_text_in_no_encoding_are_no_folders(tmp_path):
    write_zip(tmp_path / "x.zip", {b"2022-03-01-\xff\xfe.md": POST})
    assert found(tmp_path / "x.zip") == {"2022-03-01-\\udcff\\udcfe.md": POST}


def paths(path):
    return {file.path: file.content for file in discovery.find([str(path)])}


def test_a_zip_that_lies_about_a_size_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.setattr(discovery.found, "LARGEST", 1000)
    path = tmp_path / "site.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", b"x" * 100_000)
    size = (100_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (500).to_bytes(4, "little")))
    ((_, refusal),) = found(path).items()
    assert isinstance(refusal, str)


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
