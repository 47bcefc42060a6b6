import pytest

from articles.importing.documents import DocumentError, decode, find_documents, is_document


def test_folders_are_searched_below_in_a_stable_order(tmp_path):
    for name in ("b/2.md", "a/1.markdown", "a/x.HTML", "c.txt", "a/picture.jpg", ".git/3.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    found = [str(path.relative_to(tmp_path)) for path in find_documents([tmp_path])]

    assert found == ["c.txt", "a/1.markdown", "a/x.HTML", "b/2.md"]


def test_a_file_named_outright_is_found_whatever_its_ending(tmp_path):
    (tmp_path / "post.jekyll").touch()
    assert list(find_documents([tmp_path / "post.jekyll"])) == [tmp_path / "post.jekyll"]


def test_a_path_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        list(find_documents([tmp_path / "missing"]))


@pytest.mark.parametrize(
    ("file_name", "content", "expected"),
    [
        ("README.md", b"# Notes", False),
        ("about.md", b"\xef\xbb\xbf\n---\ntitle: x\n---\n", True),
        ("2021-12-08-202112080000000001.md", b"", True),
        ("-202112080000000001.md", b"lost its front matter", True),
        ("2021-12-01-init.md", b"lost its front matter", True),
    ],
)
def test_a_post_is_known_by_its_name_or_its_front_matter(file_name, content, expected):
    assert is_document(file_name, content) is expected


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_text_loses_its_byte_order_mark_and_odd_line_ends(line_end):
    assert decode("\ufeff一\n二".replace("\n", line_end).encode()) == "一\n二"


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("一\n二".encode() + b"\n\xff", 3, "not UTF-8: byte 0xff"),
        (b"a\nb\0c", 2, "a NUL character"),
    ],
)
def test_what_is_not_text_is_refused_with_its_line(content, line, reason):
    with pytest.raises(DocumentError) as error:
        decode(content)
    assert (error.value.line, error.value.reason) == (line, reason)
