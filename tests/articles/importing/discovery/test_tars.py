import tarfile

from tests.articles.importing.discovery.inputs import POST, found, tar_bytes


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
