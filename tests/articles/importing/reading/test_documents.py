import pytest

from articles.importing.reading.documents import (
    DocumentError,
    decode,
    is_document,
    legible,
)


def decoded(content):
    """The text, and the notes in words."""
    text, notes = decode(content)
    return text, tuple(map(str, notes))


@pytest.mark.parametrize(
    ("file_name", "content", "expected"),
    [
        ("README.md", b"# Notes", False),
        ("about.md", b"\xef\xbb\xbf\n---\ntitle: x\n---\n", True),
        ("2021-12-08-202112080000000001.md", b"", True),
        ("-202112080000000001.md", b"lost its front matter", True),
        ("2021-12-01-init.md", b"lost its front matter", True),
        ("2021-12-01.md", b"lost its front matter", True),
        ("1202112080000000001.md", b"nineteen digits", False),
        ("about.md", b"<!-- x -->\n---\ntitle: x\n---\n", True),
        ("about.md", b'+++\ntitle = "x"\n+++\n', True),
        ("about.md", b'{\n  "title": "x"\n}\n', True),
        ("about.md", b"title: x\ndate: 2022-01-01\n---\n", True),
        ("about.md", b"title: x\nand no fence\n", False),
        ("about.md", b"{% include x %}", False),
        ("about.md", b'{"name": "a package"}', False),
    ],
)
def test_a_post_is_known_by_its_name_or_its_front_matter(file_name, content, expected):
    assert is_document(file_name, content) is expected


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_text_loses_its_byte_order_mark_and_odd_line_ends(line_end):
    assert decode("\ufeff一\n二".replace("\n", line_end).encode()) == ("一\n二", ())


TEXT = "---\ntitle: 沪指收涨\n---\n正文，两市成交逾万亿元。\n"


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (TEXT.encode("utf-16"), "read as UTF-16-LE"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "read as UTF-16-BE"),
        (TEXT.encode("utf-16-le"), "read as UTF-16-LE"),
        (TEXT.encode("utf-16-be"), "read as UTF-16-BE"),
        (TEXT.encode("utf-32"), "read as UTF-32-LE"),
        (TEXT.encode("gb18030"), "read as GB18030"),
        (
            TEXT.replace("沪指", "沪\0指\x08").encode(),
            "2 control character(s) removed, the first U+0000 on line 2",
        ),
        (
            TEXT.replace("正文", "正\u200b文\ufeff").encode(),
            "2 zero-width character(s) removed, the first U+200B on line 4",
        ),
        (
            TEXT.replace("成交", "\u202e成交").encode(),
            "1 zero-width character(s) removed, the first U+202E on line 4",
        ),
    ],
)
def test_other_encodings_and_unseen_characters_are_mended_with_a_note(content, note):
    assert decoded(content) == (TEXT, (note,))


TRADITIONAL = "---\ntitle: 台積電法說會\n---\n<p>台積電今日召開法說會，總裁表示營收將成長。</p>\n"
FRENCH = "---\ntitle: Café Société\n---\n<p>Très bien, garçon « oui »</p>\n"


@pytest.mark.parametrize(
    ("text", "encoding", "note"),
    [
        (TRADITIONAL, "big5", "read as Big5"),
        (TRADITIONAL, "gb18030", "read as GB18030"),
        (FRENCH, "cp1252", "read as Windows-1252"),
        ("---\ntitle: 国标\n---\n国标编码的正文。", "gbk", "read as GB18030"),
    ],
)
def test_an_encoding_is_known_by_what_it_gives(text, encoding, note):
    assert decoded(text.encode(encoding)) == (text, (note,))


def test_lines_of_another_encoding_are_read_in_that():
    lines = ["统一码的正文，后面有国标：", "这里是国标", "再来一行国标的文字", "又是统一码"]
    encodings = ["utf-8", "gbk", "gbk", "utf-8"]
    content = b"\n".join(map(str.encode, lines, encodings))
    text, notes = decoded(content)
    assert text == "\n".join(lines)
    assert notes == (
        "line 2 read as GB18030, the rest as UTF-8",
        "1 more line(s) read so",
    )


def test_doubled_carriage_returns_are_one_end_of_a_line():
    assert decode(b"a\r\r\nb\r\r\n") == ("a\nb\n", ())


def test_a_few_broken_bytes_do_not_make_it_another_encoding():
    content = TEXT.encode() * 10 + b"\xe6\xad\n" + TEXT.encode()
    text, notes = decoded(content)
    assert text == TEXT * 10 + "\ufffd\n" + TEXT
    assert notes == ("1 byte sequence(s) that are not UTF-8 replaced, the first on line 41",)


def test_lone_surrogates_are_replaced():
    text, notes = decoded(TEXT.encode() * 10 + "半\ud83d边".encode("utf-8", "surrogatepass"))
    assert text.endswith("半\ufffd\ufffd\ufffd边")
    assert len(notes) == 1


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("&#55357;&#56832;", "&#128512;"),
        ("&#xD83D;&#xde00;", "&#128512;"),
        ("&#55357; &#56832;&#55357;", "&#55357; &#56832;&#55357;"),
        ("&#56832;&#57343;&#55299;&#55555;", "&#56832;&#57343;&#55299;&#55555;"),
    ],
)
def test_references_to_two_halves_of_a_character_are_one_to_the_whole(text, whole):
    assert decode(text.encode()) == (whole, ())


def test_a_joiner_within_an_emoji_stays():
    assert decode("👨\u200d👩 与 股\u200d市".encode())[0] == "👨\u200d👩 与 股市"


@pytest.mark.parametrize("content", [b"a\n\xff\xd8\xff\xe0\0\x10JFIF", bytes(range(256))])
def test_what_is_no_text_is_refused_with_its_line(content):
    with pytest.raises(DocumentError, match="neither UTF-8, UTF-16 nor GB18030: byte 0x") as error:
        decode(content)
    assert error.value.line == 2


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("锂价\r\n回落".encode(), "锂价\n回落"),
        ("锂价回落".encode("gb18030"), "锂价回落"),
        ("锂价\0回落".encode("gb18030"), "锂价回落"),
        (b"\xff\x00 abc", "� abc"),
        (b"", ""),
    ],
)
def test_whatever_a_file_holds_people_can_look_at_it(content, text):
    assert legible(content) == text


SHORT = "---\ntitle: 沪指收涨\n---\n今日三大指数集体高开。".encode()


@pytest.mark.parametrize("at", [i for i, byte in enumerate(SHORT) if byte > 0x7F])
@pytest.mark.parametrize("other", [b"\xff", b"A", b"\x80", b""])
def test_one_broken_byte_costs_a_short_text_one_character(at, other):
    text, notes = decoded(SHORT[:at] + other + SHORT[at + 1 :])
    assert abs(len(text) - len(SHORT.decode())) <= 2
    changed = sum(letter not in SHORT.decode() for letter in text)
    assert changed <= 3
    assert not notes or notes[0].endswith(("on line 2", "on line 4"))
    assert bool(notes) == ("\ufffd" in text)
