import io
import os
import subprocess
import sys
import tarfile
import zipfile
from types import SimpleNamespace

import pytest
import zstandard

from articles.importing import discovery
from articles.importing.discovery import UnusableInputError, check, find

POST = b"---\ntitle: x\n---\n"


def found(*paths, **options):
    """Each file found, relative to its input: its content, or why it is refused."""
    return {
        file.path.removeprefix(f"{paths[0]}/"): file.refusal or file.content
        for file in find(map(str, paths), **options)
    }


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


def test_folders_are_searched_below_in_a_stable_order_posts_first(tmp_path):
    for name in ("Z/2.md", "_posts/1.markdown", "_posts/x.HTML", "c.txt", "Z/picture.jpg",
                 ".git/3.md", "Z/.2.md.swp"):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(POST)
    assert list(found(tmp_path)) == ["c.txt", "_posts/1.markdown", "_posts/x.HTML", "Z/2.md"]


def test_a_file_named_outright_is_found_whatever_its_ending(tmp_path):
    path = tmp_path / "post.jekyll"
    path.write_bytes(POST)
    (file,) = find([str(path)])
    assert (file.path, file.size, file.mtime_ns) == (
        str(path), len(POST), path.stat().st_mtime_ns
    )  # fmt: skip


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "dangling.md").symlink_to("nowhere")
    assert found(tmp_path) == {
        "dangling.md": "No such file or directory",
        "pipe.md": "not a regular file",
    }


def test_links_to_folders_are_not_followed(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    assert found(tmp_path) == {}


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
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_posts/1.md", POST)
        archive.writestr("中文.md", POST)
        info = zipfile.ZipInfo("x.md")
        info.filename = "快讯.md".encode("gb18030").decode("cp437")
        archive.writestr(info, POST)
    content = path.read_bytes()
    # As programs for Chinese Windows write it: GB18030, and no flag that says UTF-8.
    utf8 = "快讯.md".encode("gb18030").decode("cp437").encode()
    assert utf8 in content
    assert set(found(path)) >= {"_posts/1.md", "中文.md"}


def test_hostile_members_are_refused_each_with_its_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(discovery, "LARGEST", 1000)
    path = tmp_path / "site.tar"
    path.write_bytes(
        tar_bytes({
            "../../etc/cron.d/1.md": POST,
            "/etc/2.md": POST,
            "link.md": (tarfile.SYMTYPE, "/etc/passwd"),
            "hard.md": (tarfile.LNKTYPE, "good.md"),
            "device.md": (tarfile.CHRTYPE, ""),
            "large.md": b"x" * 1001,
            "good.md": POST,
        })
    )  # fmt: skip
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
    monkeypatch.setattr(discovery, "BOMB_SIZE", 10_000)
    monkeypatch.setattr(discovery, "BOMB_RATIO", 20)
    bomb = {"a.md": POST, "b.bin": bytes(10**6)}
    tar = tmp_path / "bomb.tar.gz"
    tar.write_bytes(tar_bytes(bomb, "w:gz"))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in bomb.items():
            archive.writestr(name, content)
    for path in (tar, tmp_path / "bomb.zip"):
        (*_, last) = find([str(path)])
        assert last.path == str(path)
        assert "a bomb" in last.refusal


def test_a_zip_that_lies_about_a_size_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.setattr(discovery, "LARGEST", 1000)
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
    assert files[-1].refusal.startswith("cannot be read to its end")


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz", "x.tar.zst", "x.tar"])
def test_what_is_no_archive_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"not an archive" * 100)
    (file,) = find([str(tmp_path / name)])
    assert file.refusal.startswith("cannot be read to its end")


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
    (tmp_path / "site/link.md").symlink_to("快讯.md")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    (tmp_path / "site/_posts/000.md").write_bytes(b"uncommitted")
    git("clone", "-q", "--bare", ".", "../bare.git")
    return tmp_path


@pytest.mark.parametrize("name", ["site", "bare.git"])
def test_a_revision_of_a_repository_is_read_bare_or_not(repository, name):
    files = found(repository / name, git="main")
    assert files.pop("link.md") == "a link"
    assert files.pop("快讯.md") == POST
    assert files == {f"_posts/{n:03}.md": POST + b"%d" % n for n in range(300)}


@pytest.mark.parametrize("revision", ["nowhere", "--upload-pack=x"])
def test_a_revision_that_is_not_there_is_an_error(repository, revision):
    with pytest.raises(UnusableInputError, match=r"bare\.git"):
        check([str(repository / "bare.git")], revision)


def test_standard_input_is_a_document_or_a_tar(monkeypatch):
    def standing_in(content):
        stdin = SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(content)))
        monkeypatch.setattr(sys, "stdin", stdin)

    standing_in(POST)
    assert found("-") == {"-": POST}
    for mode in ("w", "w:gz"):
        standing_in(tar_bytes({"a/1.md": POST}, mode))
        assert found("-") == {"a/1.md": POST}
