import os
from functools import cache

import pytest
import zstandard

from articles.importing.discovery import find
from tests.articles.importing.discovery.inputs import PACKERS, POST, found, tar_bytes

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


def test_parts_may_be_packed_in_different_ways(tmp_path):
    path = tmp_path / "x.tar.gz"
    path.write_bytes(
        b"".join(
            PACKERS[packer](tar_bytes({f"2022-01-01-{packer}.md": POST}))
            for packer in ("gz", "bz2", "xz", "zst")
        )
    )
    assert len(found(path)) == 4


def test_what_looks_back_too_far_is_not_called_damaged(tmp_path):
    wide = zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=True)
    packing = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    path = tmp_path / "x.tar.zst"
    path.write_bytes(packing.compress(tar_bytes({"2022-01-01-a.md": POST})) + packing.flush())
    why = "it takes too much memory: pack it without --long or --ultra"
    assert found(path) == {str(path): f"cannot be read to its end: {why}"}


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


MANY = {
    "concat.tar": 300,
    "multi.tar.bz2": 300,
    "multi.tar.gz": 300,
    "multib.tar.gz": 300,
    "plain.tar.gz": 3,
}


@pytest.mark.parametrize(("name", "number"), MANY.items())
def test_archives_of_many_parts_give_all_their_members(cases, name, number):
    files = list(find([f"{cases}/arch/{name}"]))
    assert len({file.name for file in files if file.content}) == len(files) == number
