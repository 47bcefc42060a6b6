import gzip
import os
import resource
import sys
from types import SimpleNamespace

import pytest

from articles.importing.discovery import UnusableInputError, check, count, find
from tests.articles.importing.discovery.inputs import (
    OUTSIDE,
    PAGES,
    POST,
    SITE_POSTS,
    found,
    tar_bytes,
    write,
)


def test_a_file_named_outright_is_found_whatever_its_ending(tmp_path):
    path = tmp_path / "post.jekyll"
    path.write_bytes(POST)
    (file,) = find([str(path)])
    assert (file.path, file.size, file.mtime_ns) == (str(path), len(POST), path.stat().st_mtime_ns)


def test_a_path_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UnusableInputError, match="no such file or folder"):
        check([str(tmp_path / "missing")])


@pytest.mark.parametrize("names", [[*SITE_POSTS, *PAGES, *OUTSIDE], ["a.md", "x.zip", "y.rar"]])
def test_files_are_counted_as_they_are_found(site, names):
    path, options = site(names)
    counted = None if options else count([str(path)])
    assert counted in (None, len(list(find([str(path)], **options))))


@pytest.mark.parametrize("name", ["x.rar", "x.7z", "x.RAR", "x.cbr", "x.7z.001", "x.zip.001"])
def test_archives_that_cannot_be_read_say_what_to_do(tmp_path, name):
    write(tmp_path, [name], b"Rar!")
    (file,) = find([str(tmp_path / name)])
    assert str(file.refusal) == "an archive that cannot be read: pack its files as .zip or .tar.gz"


@pytest.mark.parametrize(
    "name",
    [
        "x.gz",
        "2022-01-01-a.md.gz",
        "x.tar.gzip",
        "x.tlz",
        "x.cpio",
        "x.tar.lzma",
        "x.tar.br",
        "x.iso",
    ],
)
def test_what_is_packed_in_a_way_that_is_not_read_is_refused_where_it_is_named(tmp_path, name):
    write(tmp_path, [name])
    (file,) = find([str(tmp_path / name)])
    assert str(file.refusal) == "an archive that cannot be read: pack its files as .zip or .tar.gz"


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


def test_standard_input_is_a_document_or_a_tar(send):
    send(POST)
    assert found("-") == {"-": POST}
    for mode in ("w", "w:gz"):
        send(tar_bytes({"a/1.md": POST}, mode))
        assert found("-") == {"a/1.md": POST}
    send(as_version_7(tar_bytes({"a/1.md": POST})))
    assert found("-") == {"a/1.md": POST}


def test_a_tar_that_has_no_room_while_it_is_read_is_refused(send):
    send(tar_bytes({"a/1.md": os.urandom(2**20)}))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, limits[1]))
    try:
        files = found("-")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert files == {"-": "cannot be kept in TMPDIR while it is read: File too large"}


def as_version_7(tar):
    """A tar of one member, as it was before POSIX: without a mark, which counts in its checksum."""
    header = bytearray(tar[:512])
    header[257:] = bytes(255)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + tar[512:]


def test_what_a_site_excludes_may_stand_after_its_posts_on_standard_input(send):
    members = {"s/2022-01-01-a.md": POST, "s/_posts/2022-01-02-b.md": POST}
    send(tar_bytes({**members, "s/_config.yml": b"exclude: [2022]"}))
    assert found("-")["s/2022-01-01-a.md"] == "a file that Jekyll leaves out, by its name"


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


def test_standard_input_that_is_named_twice_is_an_error(send):
    send(POST)
    with pytest.raises(UnusableInputError, match=r"^-: standard input can be read only once$"):
        check(["-", "x.md", "-"])
