"""Folders, archives and repositories to look through, and what is found in them."""

import bz2
import gzip
import io
import lzma
import subprocess
import tarfile
import warnings
import zipfile
from functools import partial

import zstandard

from articles.importing.discovery import find

POST = b"---\ntitle: x\n---\n"

#: What packs a tar.
PACKERS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": partial(lzma.compress, preset=0),
    "zst": zstandard.ZstdCompressor().compress,
    "plain": bytes,
}

#: Files of a Jekyll site: posts, pages, and what it has besides.
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


def git(folder, *arguments):
    """Run git in a folder, as somebody, and return what it says."""
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    command = ["git", "-C", folder, *identity, *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()


def commit(folder):
    """Commit all that is in a folder, which becomes a repository if it is none."""
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
