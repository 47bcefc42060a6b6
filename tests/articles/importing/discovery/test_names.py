import os

import pytest

from articles.importing.discovery import content_of, find
from articles.importing.discovery.names import Names
from tests.articles.importing.discovery.inputs import POST, tar_bytes, write, write_zip

NAMES = {
    "gb18030": ["2022-03-01-中国人民银行公告.md", "2022-03-02-快讯.md", "2022-03-03-財經.md"],
    "cp950": ["2022-03-01-台積電法說會.md", "2022-03-02-財經新聞.md", "2022-03-03-許功蓋.md"],
    "utf-8": ["2022-03-01-Über.md", "2022-03-02-快讯.md"],
    "cp1252": [
        "2022-03-01-Société-générale.md",
        "2022-03-02-Müller-naïve.md",
        "2022-03-03-à-Nîmes.md",
    ],
}


@pytest.mark.parametrize("encoding", NAMES)
@pytest.mark.parametrize("kind", ["folder", "zip", "tar", "stream"])
def test_names_are_read_in_the_encoding_that_all_of_them_are_likely_in(
    tmp_path, encoding, kind, send
):
    names = NAMES[encoding]
    if (kind, encoding) == ("zip", "cp1252"):
        encoding = "cp437"  # which the format says
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


@pytest.mark.parametrize("name", ["Société", "Müller-naïve", "à-Nîmes", "CAFÉ", "Ångström"])
def test_western_names_in_zips_are_in_their_own_code_page(tmp_path, name):
    write_zip(tmp_path / "x.zip", {f"2022-03-01-{name}.md".encode("cp437"): POST})
    assert [file.name for file in find([str(tmp_path / "x.zip")])] == [f"2022-03-01-{name}.md"]


@pytest.mark.parametrize("encoding", ["gb18030", "cp950"])
@pytest.mark.parametrize("western", ["cp1252", "cp437"])
def test_chinese_names_are_hardly_ever_western(encoding, western):
    for text in ["昇", "陞堃", "李喆", "镕基", "abc公司", "A股", "大小.md", "人", "ST甲", "B乙c"]:
        if raw := text.encode(encoding, "ignore"):
            assert Names([raw], western).text(raw) == Names([raw], "ascii").text(raw)


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
