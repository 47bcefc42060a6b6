import bz2
import gzip
import io
import lzma
import os
import random
import subprocess
import sys
import tarfile
import warnings
import zipfile
import zlib
from functools import cache, partial
from types import SimpleNamespace

import pytest
import zstandard

from articles.importing import discovery
from articles.importing.discovery import (
    UnusableInputError,
    check,
    content_of,
    count,
    find,
    regular_file,
)

POST = b"---\ntitle: x\n---\n"


def found(*paths, **options):
    """Each file found, relative to its input: its content, or why it is refused or passed over."""
    return {
        file.path.removeprefix(f"{paths[0]}/"): why_not(file) or file.content
        for file in find(map(str, paths), **options)
    }


def why_not(file):
    """Why a file is refused or passed over, in words; "" if it is read."""
    return str(file.refusal or file.passed_over or "")


def passed_over(folder, **options):
    """The paths below a folder that are passed over, and those that are not."""
    files = list(find([str(folder)], **options))
    return tuple(
        [
            file.path.removeprefix(f"{folder}/")
            for file in files
            if bool(file.passed_over) is is_over
        ]
        for is_over in (True, False)
    )


def write(folder, names, content=POST):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def tar_bytes(members, mode="w"):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            if isinstance(content, bytes):
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
            else:
                info.type, info.linkname = content
                archive.addfile(info)
    return file.getvalue()


class RawInfo(zipfile.ZipInfo):
    """A member whose name is written as bytes that say nothing of their encoding."""

    raw: bytes | None = None

    def _encodeFilenameFlags(self):  # noqa: N802 - it is zipfile's
        return (self.raw, self.flag_bits & ~0x800) if self.raw else super()._encodeFilenameFlags()


def write_zip(path, members):
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, content in members.items() if isinstance(members, dict) else members:
            info = RawInfo("x" if isinstance(name, bytes) else name)
            info.raw = name if isinstance(name, bytes) else None
            archive.writestr(info, content)


def test_folders_are_searched_below_in_a_stable_order_posts_first(tmp_path):
    write(tmp_path, ["Z/2022-01-01-2.md", "_posts/1.markdown", "_posts/x.HTML", "c.txt",
                     "Z/picture.jpg", ".git/3.md", "Z/.2.md.swp"])  # fmt: skip
    assert passed_over(tmp_path) == (
        [".git", "c.txt"],
        ["_posts/1.markdown", "_posts/x.HTML", "Z/2022-01-01-2.md"],
    )


def test_a_file_named_outright_is_found_whatever_its_ending(tmp_path):
    path = tmp_path / "post.jekyll"
    path.write_bytes(POST)
    (file,) = find([str(path)])
    assert (file.path, file.size, file.mtime_ns) == (str(path), len(POST), path.stat().st_mtime_ns)


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "dangling.md").symlink_to("nowhere")
    assert found(tmp_path) == {
        "dangling.md": "No such file or directory",
        "pipe.md": "not a regular file",
    }


def test_links_to_folders_are_not_followed(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    assert found(tmp_path) == {"loop": "a link to a folder"}


def test_a_path_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UnusableInputError, match="no such file or folder"):
        check([str(tmp_path / "missing")])


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
    assert str(file.refusal).startswith("cannot be read to its end")


# --- links -------------------------------------------------------------------------------------


def test_links_are_followed_inside_the_folder_and_not_out_of_it(tmp_path):
    write(tmp_path, ["secret.md", "site/_posts/2022-01-01-a.md"])
    site = tmp_path / "site"
    (site / "_posts/2022-01-02-b.md").symlink_to("2022-01-01-a.md")
    (site / "_posts/2022-01-03-out.md").symlink_to(tmp_path / "secret.md")
    (site / "_posts/2022-01-04-up.md").symlink_to("../../secret.md")
    (site / "_posts/2022-01-05-loop.md").symlink_to("2022-01-05-loop.md")
    files = {file.name: file for file in find([str(site)])}
    assert {name: why_not(file) for name, file in files.items()} == {
        "2022-01-01-a.md": "",
        "2022-01-02-b.md": "",
        "2022-01-03-out.md": "a link that leads out of the folder",
        "2022-01-04-up.md": "a link that leads out of the folder",
        "2022-01-05-loop.md": "Too many levels of symbolic links",
    }
    assert content_of(files["2022-01-02-b.md"]) == POST


def test_a_link_that_was_named_is_followed(tmp_path):
    write(tmp_path, ["elsewhere/x.md"])
    (tmp_path / "latest.md").symlink_to("elsewhere/x.md")
    (file,) = find([str(tmp_path / "latest.md")])
    assert content_of(file) == POST


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look everywhere")
def test_a_link_into_a_locked_folder_is_refused_and_the_rest_is_found(tmp_path):
    write(tmp_path, ["locked/2022-01-01-a.md", "2022-01-02-b.md"])
    (tmp_path / "2022-01-03-c.md").symlink_to("locked/2022-01-01-a.md")
    (tmp_path / "locked").chmod(0)
    try:
        files = found(tmp_path)
    finally:
        (tmp_path / "locked").chmod(0o700)
    assert files["2022-01-03-c.md"] == "Permission denied"
    assert files["locked"] == "cannot be listed: Permission denied"
    assert "2022-01-02-b.md" in files


@pytest.mark.parametrize("swapped", ["_posts/2022-01-01-a.md", "_posts"])
def test_what_becomes_a_link_after_it_was_found_is_not_followed(tmp_path, swapped):
    write(tmp_path, ["site/_posts/2022-01-01-a.md"])
    write(tmp_path, ["outside/2022-01-01-a.md"], b"secret")
    (file,) = find([str(tmp_path / "site")])
    (tmp_path / "site" / swapped).rename(tmp_path / "moved")
    target = "outside/2022-01-01-a.md" if swapped.endswith(".md") else "outside"
    (tmp_path / "site" / swapped).symlink_to(tmp_path / target)
    with pytest.raises(OSError, match="a link that leads out of the folder"):
        content_of(file)


def test_what_becomes_a_pipe_after_it_was_found_is_not_waited_for(tmp_path):
    write(tmp_path, ["2022-01-01-a.md"])
    (file,) = find([str(tmp_path)])
    (tmp_path / "2022-01-01-a.md").unlink()
    os.mkfifo(tmp_path / "2022-01-01-a.md")
    with pytest.raises(OSError, match="not a regular file"):
        content_of(file)


def test_a_file_that_one_folder_must_hold_is_not_read_through_a_link(tmp_path):
    write(tmp_path, ["secret.md", "site/a.md"])
    (tmp_path / "site/out.md").symlink_to(tmp_path / "secret.md")
    root = str(tmp_path / "site")
    assert content_of(regular_file(f"{root}/a.md", root=root)) == POST
    assert "leads out" in why_not(regular_file(f"{root}/out.md", root=root))


def test_folders_are_searched_however_deep_they_are(tmp_path):
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1500):  # deeper than Python calls itself
        os.mkdir("d", dir_fd=here)
        above, here = here, os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(above)
    os.close(here)
    write(tmp_path, ["e/2022-01-01-a.md"])
    try:
        assert "e/2022-01-01-a.md" in found(tmp_path)
    finally:
        subprocess.run(["rm", "-r", tmp_path / "d"], check=True)  # for which pytest calls itself


# --- names -------------------------------------------------------------------------------------

NAMES = {
    "gb18030": ["2022-03-01-中国人民银行公告.md", "2022-03-02-快讯.md", "2022-03-03-財經.md"],
    "cp950": ["2022-03-01-台積電法說會.md", "2022-03-02-財經新聞.md", "2022-03-03-許功蓋.md"],
    "utf-8": ["2022-03-01-Über.md", "2022-03-02-快讯.md"],
}


@pytest.mark.parametrize("encoding", NAMES)
@pytest.mark.parametrize("kind", ["folder", "zip", "tar", "stream"])
def test_names_are_read_in_the_encoding_that_all_of_them_are_likely_in(
    tmp_path, encoding, kind, send
):
    names = NAMES[encoding]
    raw = [name.encode(encoding) for name in names]
    path = tmp_path / kind
    if kind == "folder":
        write(path, map(os.fsdecode, raw))
    elif kind == "zip":
        path = tmp_path / "x.zip"
        write_zip(path, dict.fromkeys(raw, POST))
    else:
        path = tmp_path / "x.tar"
        tar = tar_bytes({os.fsdecode(name): POST for name in raw})
        path.write_bytes(tar)
    if kind == "stream":
        path = "-"
        send(tar)
    files = list(find([str(path)]))
    assert sorted(file.name for file in files) == sorted(names)
    assert all((file.content or content_of(file)) == POST for file in files)


def test_an_encoding_is_chosen_for_an_archive_and_not_for_each_name(tmp_path):
    names = ["一.md", *NAMES["cp950"]]  # alone the first would be taken for GB18030
    (tmp_path / "x.tar").write_bytes(
        tar_bytes({os.fsdecode(name.encode("cp950")): POST for name in names})
    )
    assert [file.name for file in find([str(tmp_path / "x.tar")])] == names


def test_bytes_that_are_text_in_no_encoding_are_shown_as_they_are(tmp_path):
    write(tmp_path, ["2022-03-01-\udcff.md", "2022-03-02-\x1b[31m.md"])
    files = {file.name: content_of(file) for file in find([str(tmp_path)])}
    assert files == {"2022-03-01-\\udcff.md": POST, "2022-03-02-\\x1b[31m.md": POST}


def test_a_file_that_is_named_has_the_path_that_its_folder_gives_it(tmp_path):
    folder = tmp_path / os.fsdecode("文章".encode("gb18030"))
    write(folder, [os.fsdecode(name.encode("gb18030")) for name in NAMES["gb18030"]])
    whole = {file.path: file.place for file in find([str(tmp_path)])}
    assert all("/文章/2022" in path for path in whole)
    for path, place in whole.items():
        (file,) = find([place])
        assert (file.path, content_of(file)) == (path, POST)


# --- sites -------------------------------------------------------------------------------------

SITE_POSTS = [
    "_posts/2022-01-01-a.md",
    "_posts/deep/b.md",
    "category/_posts/2022-01-02-c.md",
    "old_post/2022-01-03-NW202201030000000001.md",
    "old_post/202201040000000001.md",
    "old_post/2022-01-05.md",
]
PAGES = ["404.md", "index.html", "category/news.md", "about.md", "feed.html"]
OUTSIDE = [
    "_drafts/2022-01-05-d.md",
    "_site/2022-01-01-a.html",
    "_layouts/post.html",
    "_data/x.md",
    "vendor/x/2022-01-09-v.md",
    "_includes/head.html",
    ".github/bug.md",
    "#x/2022-01-06-e.md",
    "~x/y.md",
]


@pytest.fixture(params=["folder", "zip", "tar", "git"])
def site(request, tmp_path):
    """A function that returns where a site of these files is, as a folder or packed."""

    def made(names):
        root = tmp_path / "site"
        write(root, names)
        if request.param == "folder":
            return root, {}
        if request.param == "git":
            commit(root)
            return root, {"git": "HEAD"}
        path = tmp_path / f"site.{request.param}"
        members = dict.fromkeys(sorted(names), POST)
        if request.param == "zip":
            write_zip(path, members)
        else:
            path.write_bytes(tar_bytes(members))
        return path, {}

    return made


def commit(folder):
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", "-C", folder, *identity, *arguments], check=True)


@pytest.mark.parametrize("mark", ["_config.yml", "_config.toml", "_posts/2022-01-01-a.md"])
def test_a_site_is_read_as_jekyll_reads_it(site, mark):
    path, options = site([mark, *SITE_POSTS, *PAGES, *OUTSIDE])
    over, read = passed_over(path, **options)
    assert sorted(read) == sorted(SITE_POSTS)
    tops = {name.partition("/")[0] for name in OUTSIDE}
    assert sorted(over) == sorted([*PAGES, *tops])


def test_files_whose_names_jekyll_leaves_out_are_passed_over(site):
    names = ["_posts/_2022-01-01-x.md", "_posts/#2022-01-01-y.md", "_posts/~2022-01-01-z.md"]
    path, options = site([*names, "_posts/2022-01-01-a.md"])
    over, read = passed_over(path, **options)
    assert (sorted(over), read) == (sorted(names), ["_posts/2022-01-01-a.md"])


def test_below_a_folder_that_is_no_site_may_lie_one(site):
    path, options = site(["plain.md", "x/_config.yml", "x/page.md", "x/_drafts/d.md", "_old/o.md"])
    assert passed_over(path, **options) == (
        ["x/page.md", "x/_drafts"],
        ["plain.md", "_old/o.md"],
    ) or (sorted(passed_over(path, **options)[1]) == ["_old/o.md", "plain.md"])


def test_what_is_not_named_as_a_post_among_posts_needs_a_date(site):
    path, options = site(["名字 带空格.md", "2022-01-01-a.md", "202201040000000001.md"])
    files = {file.name: file.needs_date for file in find([str(path)], **options)}
    assert files == {
        "名字 带空格.md": True,
        "2022-01-01-a.md": False,
        "202201040000000001.md": False,
    }


@pytest.mark.parametrize("named", ["_posts", "_drafts", "_posts/deep"])
def test_a_folder_of_a_site_that_was_named_is_read(tmp_path, named):
    write(tmp_path, [f"{named}/b.md", "_config.yml"])
    assert passed_over(tmp_path / named) == ([], ["b.md"])


@pytest.mark.parametrize("names", [[*SITE_POSTS, *PAGES, *OUTSIDE], ["a.md", "x.zip", "y.rar"]])
def test_files_are_counted_as_they_are_found(site, names):
    path, options = site(names)
    counted = None if options else count([str(path)])
    assert counted in (None, len(list(find([str(path)], **options))))


# --- archives ----------------------------------------------------------------------------------


def test_archives_in_folders_are_passed_over_and_said(tmp_path):
    write(tmp_path, ["posts/backup.zip", "posts/x.tar.gz", "posts/old.rar", "posts/old.7z"])
    files = {file.name: (why_not(file), file.is_surprising) for file in find([str(tmp_path)])}
    named = ("an archive in a folder: name it to have it read", False)
    cannot = ("an archive that cannot be read: pack its files as .zip or .tar.gz", True)
    assert files == {"backup.zip": named, "x.tar.gz": named, "old.rar": cannot, "old.7z": cannot}


MARKUPS = ["2022-01-01-a.textile", "2022-01-02-b.org", "2022-01-03-c.rst", "2022-01-04-d.AsciiDoc"]
OTHERS = ["README.rst", "notes.org", ".2022-01-01-a.org", "2022-01-01-a.png"]


@pytest.mark.parametrize(
    ("names", "named"), [([*MARKUPS, *OTHERS], MARKUPS), (["_posts/a.adoc"], ["a.adoc"])]
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_posts_in_a_markup_that_is_not_read_are_named(tmp_path, names, named, is_packed):
    write(tmp_path, [f"in/{name}" for name in names])
    path = tmp_path / "in"
    if is_packed:
        path = tmp_path / "in.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(f"in/{name}", POST)
    files = list(find([str(path)]))
    assert sorted(file.name for file in files) == sorted(named)
    reason = "a post in a markup that is not read"
    assert {(why_not(file), file.is_surprising) for file in files} == {(reason, True)}


def test_htm_is_html(tmp_path):
    write(tmp_path, ["2022-01-01-a.htm", "2022-01-02-b.HTM"])
    assert [file.is_to_read for file in find([str(tmp_path)])] == [True, True]


@pytest.mark.parametrize("name", ["x.rar", "x.7z", "x.RAR"])
def test_archives_that_cannot_be_read_say_what_to_do(tmp_path, name):
    write(tmp_path, [name], b"Rar!")
    (file,) = find([str(tmp_path / name)])
    assert str(file.refusal) == "an archive that cannot be read: pack its files as .zip or .tar.gz"


PACKERS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": partial(lzma.compress, preset=0),
    "zst": zstandard.ZstdCompressor().compress,
    "plain": bytes,
}
ENDS = [b"", bytes(512), bytes(10240)]


@cache
def parts_of_a_tar(packer):
    """A tar in ways that tools leave it: split where no member ends, or as several tars."""
    pack = PACKERS[packer]
    one, two = (tar_bytes({f"{n}/2022-01-0{n}-a.md": POST * 90}) for n in (1, 2))
    whole = one + two
    cut = len(one) // 2 + 7
    return {
        "split": pack(whole[:cut]) + pack(whole[cut:]),
        "tars in parts": pack(one) + pack(two),
        "tars in one": pack(whole),
        "padded": pack(one) + bytes(1024) + pack(two),
        "thousands": b"".join(pack(whole[n : n + 16]) for n in range(0, len(whole), 16)),
    }


@pytest.mark.parametrize("end", ENDS, ids=len)
@pytest.mark.parametrize("packer", PACKERS)
def test_archives_of_several_parts_are_read_whole(tmp_path, send, packer, end):
    for way, content in parts_of_a_tar(packer).items():
        path = tmp_path / "x.tar.gz"
        path.write_bytes(content + end)
        expected = {f"{n}/2022-01-0{n}-a.md": POST * 90 for n in (1, 2)}
        assert found(path) == expected, way
        send(content + end)
        assert found("-") == expected, way


@pytest.mark.parametrize(
    "end", [b"garbage", bytes(1000) + b"garbage" * 1000, b"\x1f", b"BZx91AY&SY" * 100], ids=len
)
@pytest.mark.parametrize("packer", ["gz", "plain"])
def test_what_follows_an_archive_and_is_none_is_said(tmp_path, send, packer, end):
    path = tmp_path / "x.tar.gz"
    path.write_bytes(PACKERS[packer](tar_bytes({"2022-01-01-a.md": POST})) + end)
    send(path.read_bytes())
    for named in (path, "-"):
        whole, broken = find([str(named)])
        assert whole.content == POST
        assert str(broken.refusal).startswith("cannot be read to its end: ")
        assert not broken.is_whole


@pytest.mark.parametrize("name", ["x.gz", "2022-01-01-a.md.gz", "x.tar.gzip", "x.tlz", "x.cpio"])
def test_what_is_packed_in_a_way_that_is_not_read_is_refused_where_it_is_named(tmp_path, name):
    write(tmp_path, [name])
    (file,) = find([str(tmp_path / name)])
    assert str(file.refusal) == "an archive that cannot be read: pack its files as .zip or .tar.gz"


def test_a_post_that_is_packed_alone_is_named_and_anything_else_is_not(tmp_path):
    write(tmp_path, ["posts/2022-01-01-a.md.gz", "posts/sitemap.xml.gz", "posts/x.css.gz"])
    assert [file.name for file in find([str(tmp_path)]) if file.is_surprising] == [
        "2022-01-01-a.md.gz"
    ]


class StopError(Exception):
    pass


def stopping_at(number):
    """A look that asks to stop when it is called for so many times."""
    looks = iter(range(number))

    def look():
        if next(looks, None) is None:
            raise StopError

    return look


def test_a_long_way_between_two_posts_can_be_stopped(tmp_path):
    members = {"s/a/film.mp4": os.urandom(2**20), "s/_posts/2022-01-01-a.md": POST}
    (tmp_path / "x.tar.gz").write_bytes(gzip.compress(tar_bytes(members), 1))
    with pytest.raises(StopError):
        list(find([str(tmp_path / "x.tar.gz")], look=stopping_at(5)))


def test_so_can_waiting_for_standard_input(monkeypatch):
    theirs, ours = os.pipe()
    with os.fdopen(theirs, "rb") as silent, os.fdopen(ours, "wb"):
        monkeypatch.setattr(sys, "stdin", silent)
        with pytest.raises(StopError):
            list(find(["-"], look=stopping_at(3)))


@pytest.mark.parametrize("name", ["x.tar", "x.zip"])
def test_a_pipe_that_is_named_as_an_archive_is_refused(tmp_path, name):
    os.mkfifo(tmp_path / name)
    assert count([str(tmp_path / name)]) is None
    (file,) = find([str(tmp_path / name)])
    assert str(file.refusal) == "not a regular file"


def test_parts_may_be_packed_in_different_ways(tmp_path):
    path = tmp_path / "x.tar.gz"
    path.write_bytes(
        b"".join(
            PACKERS[packer](tar_bytes({f"2022-01-01-{packer}.md": POST}))
            for packer in ("gz", "bz2", "xz", "zst")
        )
    )
    assert len(found(path)) == 4


@pytest.mark.parametrize("packer", PACKERS)
def test_an_archive_that_really_ends_early_says_so(tmp_path, packer):
    path = tmp_path / "x.tar"
    members = {f"2022-01-{n:02}-a.md": os.urandom(700) for n in range(1, 29)}
    packed = PACKERS[packer](tar_bytes(members))
    whole = 28 * 1536 if packer == "plain" else len(packed)
    for size in range(1, whole - 8, 997):
        path.write_bytes(packed[:size])
        *files, last = find([str(path)])
        assert str(last.refusal).startswith("cannot be read to its end: "), size
        assert not last.is_whole
        assert [file.content for file in files] == [*members.values()][: len(files)]


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


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_whatever_is_damaged_in_an_archive_raises_nothing(tmp_path, kind):
    path = tmp_path / f"x.{kind}"
    members = {f"2022-01-0{n}-中.md": POST * 20 for n in range(1, 4)}
    if kind == "zip":
        write_zip(path, members)
    else:
        path.write_bytes(tar_bytes(members))
    whole = path.read_bytes()
    dice = random.Random(1)
    for _ in range(1500):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            damaged[dice.randrange(len(whole))] = dice.choice(
                [0, 1, 0x80, 0xFF, dice.randrange(256)]
            )
        path.write_bytes(damaged)
        for file in find([str(path)]):
            assert file.content in (None, POST * 20) or kind == "tar"


def test_a_zip_whose_names_are_not_what_it_says_is_refused_in_a_line(tmp_path):
    path = tmp_path / "x.zip"
    write_zip(path, {"2022-01-01-中.md": POST})
    path.write_bytes(path.read_bytes().replace("中".encode(), b"\xff\xff\xff"))
    ((_, refusal),) = found(path).items()
    assert refusal.startswith("cannot be read to its end: ")


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
MANY = {
    "concat.tar": 300,
    "multi.tar.bz2": 300,
    "multi.tar.gz": 300,
    "multib.tar.gz": 300,
    "plain.tar.gz": 3,
}


@pytest.mark.parametrize("name", ARCHIVE_CASES)
def test_archives_of_every_kind_give_what_is_right(cases, name):
    path = f"{cases}/arch/{name}"
    files = find([path])
    said = {f.path.removeprefix(path)[1:]: why_not(f) or None for f in files}
    assert said == ARCHIVE_CASES[name]


@pytest.mark.parametrize(("name", "number"), MANY.items())
def test_archives_of_many_parts_give_all_their_members(cases, name, number):
    files = list(find([f"{cases}/arch/{name}"]))
    assert len({file.name for file in files if file.content}) == len(files) == number


# --- repositories ------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path):
    def git(*arguments):
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
        subprocess.run(["git", "-C", tmp_path / "site", *identity, *arguments], check=True)

    (tmp_path / "site/_posts").mkdir(parents=True)
    git("init", "-q", "-b", "main")
    for number in range(300):
        (tmp_path / f"site/_posts/{number:03}.md").write_bytes(POST + b"%d" % number)
    (tmp_path / "site/快讯.md").write_bytes(POST)
    for name in ("link.md", "2022-01-01-link.md"):
        (tmp_path / "site" / name).symlink_to("快讯.md")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    (tmp_path / "site/_posts/000.md").write_bytes(b"uncommitted")
    git("clone", "-q", "--bare", ".", "../bare.git")
    return tmp_path


@pytest.mark.parametrize("name", ["site", "bare.git"])
def test_a_revision_of_a_repository_is_read_bare_or_not(repository, name):
    files = found(repository / name, git="main")
    assert files.pop("link.md") == "a page of the site, not a post"
    assert files.pop("快讯.md") == "a page of the site, not a post"
    assert files.pop("2022-01-01-link.md") == "a link"
    assert files == {f"_posts/{n:03}.md": POST + b"%d" % n for n in range(300)}


@pytest.mark.parametrize("revision", ["nowhere", "--upload-pack=x"])
def test_a_revision_that_is_not_there_is_an_error(repository, revision):
    with pytest.raises(UnusableInputError, match=r"bare\.git"):
        check([str(repository / "bare.git")], revision)


def test_of_a_folder_in_a_repository_only_that_is_read(repository):
    write(repository / "site", ["sub/old_post/2022-01-01-a.md", "sub/2022-01-02-b.md"])
    commit(repository / "site")
    files = found(repository / "site/sub", git="HEAD")
    assert files == {"2022-01-02-b.md": POST, "old_post/2022-01-01-a.md": POST}
    with pytest.raises(UnusableInputError, match="sub: it is not in HEAD~1"):
        check([str(repository / "site/sub")], "HEAD~1")


def object_file(site, name):
    at = subprocess.run(
        ["git", "-C", site, "rev-parse", name], capture_output=True, check=True, text=True
    ).stdout.strip()
    return site / ".git/objects" / at[:2] / at[2:], at


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_objects_that_a_repository_lacks_are_refused_one_by_one(repository, damage):
    site = repository / "site"
    write(site, ["sub/2022-01-02-b.md"], b"other")
    commit(site)
    for name in ("HEAD:_posts/007.md", "HEAD:_posts/008.md", "HEAD:sub"):
        path, _ = object_file(site, name)
        path.chmod(0o600)
        path.unlink() if damage == "missing" else path.write_bytes(b"x" * 9)
    files = list(find([str(site)], git="HEAD"))
    refused = {file.path.removeprefix(f"{site}/"): file for file in files if file.refusal}
    assert set(refused) == {"_posts/007.md", "_posts/008.md", "sub", "2022-01-01-link.md"}
    assert "git " in why_not(refused["_posts/007.md"])
    assert not refused["sub"].is_whole
    assert sum(file.content is not None for file in files) == 298


@pytest.mark.parametrize("lacking", ["blob:none", "tree:0"])
def test_a_partial_clone_fetches_nothing_and_says_what_it_lacks(repository, lacking):
    site = repository / "site"
    subprocess.run(["git", "-C", site, "config", "uploadpack.allowFilter", "true"], check=True)
    clone = ["git", "clone", "-q", "--bare", f"--filter={lacking}", f"file://{site}", "part.git"]
    subprocess.run(clone, cwd=repository, check=True)
    if lacking == "tree:0":
        with pytest.raises(UnusableInputError, match=r"part\.git: .*could not fetch") as error:
            check([str(repository / "part.git")], "main")
        assert "\n" not in str(error.value)
        return
    files = [f for f in find([str(repository / "part.git")], git="main") if not f.passed_over]
    assert len(files) == 301
    reasons = {why_not(file).rpartition(" ")[0] for file in files}
    assert reasons == {"git has no object", "a"}  # link


def test_a_submodule_is_passed_over_whatever_its_name(repository):
    site = repository / "site"
    _, head = object_file(site, "HEAD")
    entry = ["update-index", "--add", "--cacheinfo", f"160000,{head},_posts/x.md"]
    subprocess.run(["git", "-C", site, *entry], check=True)
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    subprocess.run(["git", "-C", site, *identity, "commit", "-q", "-m", "x"], check=True)
    assert found(site, git="HEAD")["_posts/x.md"] == "a submodule"


def test_what_git_complains_of_is_one_line(repository, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(UnusableInputError, match="dubious ownership") as error:
        check([str(repository / "site")], "HEAD")
    assert "\n" not in str(error.value)
    assert "safe.directory" in str(error.value)


def test_a_repository_is_read_though_a_hook_of_another_runs_the_import(repository, monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert found(repository / "site", git="main")


def test_without_git_it_is_said_that_it_is_not_installed(repository, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UnusableInputError, match="git is not installed"):
        check([str(repository / "site")], "HEAD")


def test_standard_input_is_a_document_or_a_tar(send):
    send(POST)
    assert found("-") == {"-": POST}
    for mode in ("w", "w:gz"):
        send(tar_bytes({"a/1.md": POST}, mode))
        assert found("-") == {"a/1.md": POST}


def test_a_zip_on_standard_input_is_refused_in_a_line(send):
    send(b"PK\3\4" + bytes(1000))
    assert found("-") == {"-": "a zip archive: from standard input only tars are read"}


def test_standard_input_that_is_closed_or_a_terminal_is_an_error(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UnusableInputError, match="standard input is closed"):
        check(["-"])
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    with pytest.raises(UnusableInputError, match="standard input is a terminal"):
        check(["-"])
