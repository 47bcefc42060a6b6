"""Bytes → the text of a document, or why there is none. No database, no HTTP."""

import hashlib
import re
from functools import cache

from ...characters import FORBIDDEN, HAN_RANGE
from ...messages import Message
from ..discovery.sites import POST_NAME
from ..values import normalized

# A post's first bytes tell UTF-16 without a byte order mark. UTF-32's marks begin as UTF-16's.
BYTE_ORDER_MARKS = {
    b"\xff\xfe\0\0": "utf-32-le",
    b"\0\0\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    b"-\0-\0-\0": "utf-16-le",
    b"\0-\0-\0-": "utf-16-be",
}
BROKEN_SHARE = 20  # one of so many characters beyond ASCII may be broken in UTF-8
ENOUGH_CHINESE = 5  # characters in UTF-8 that a text in another encoding does not have by chance
UNLIKELY = re.compile(r"[\0-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")  # GB18030 has them, texts do not
CONTROL = rf"{FORBIDDEN}\x7f-\x9f"
ZERO_WIDTH = r"\xad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
UNSEEN = {
    "control-characters-removed": re.compile(f"[{CONTROL}]"),
    # A joiner within an emoji is part of it.
    "zero-width-characters-removed": re.compile(
        rf"[{ZERO_WIDTH}]|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
    ),
}
#: References to the two halves of a character, as programs in Java write one to an emoji.
HALVES = re.compile(
    r"&#(?:(5[56]\d{3})|[xX]([dD][89abAB][0-9a-fA-F]{2}));"
    r"&#(?:(5[67]\d{3})|[xX]([dD][c-fC-F][0-9a-fA-F]{2}));"
)
HEAD_BYTES = 4096  # bytes of a file that tell whether it begins with front matter
OPENING_FENCES = (b"---", b"+++", b";;;")
FIRST_FIELD = re.compile(rb"[\"']?(?:title|date)[\"']?[ \t]*:", re.IGNORECASE)
COMMON_SHARE = 0.4  # of a Chinese text, or more, are frequent characters
WESTERN = frozenset("\xa0«»°·–—‘’“”…€£§©®¿¡")
CHINESE_CHARACTER = re.compile(f"[{HAN_RANGE}]")
#: How `published` and `draft` may begin or end a text, with signs and a word around them.
FIELD_AFTER = re.compile(r"[\W_]{0,20}(?:published|draft)")
FIELD_BEFORE = re.compile(r"(?:published|draft)[\W_]{0,20}[a-z0-9]{0,9}[\"']?$")
FIELD_LENGTH = 60  # characters of these
HAS_UNSEEN = re.compile(f"[{CONTROL}{ZERO_WIDTH}\u200d]")


class DocumentError(ValueError):
    """A document that cannot be read: `line` counts from 1, None if no line is at fault."""

    def __init__(self, reason: Message, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def is_document(file_name: str, content: bytes) -> bool:
    """False for a README and its like: neither named as a post nor begun with front matter, be
    that YAML, TOML (`+++`), JSON (`{`, `;;;`) or Hexo's, which only its end marks."""
    if POST_NAME.search(file_name) or content.startswith(tuple(BYTE_ORDER_MARKS)):
        return True
    head = content[:HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    while head.startswith(b"<!--"):
        _comment, _end, after = head.partition(b"-->")
        head = after.lstrip()
    if head.startswith((*OPENING_FENCES, b"%YAML ")):
        return True
    if head.startswith(b"{"):
        return head[1:].lstrip().startswith(b'"') and bool(re.search(rb'"(?:title|date)"', head))
    return bool(FIRST_FIELD.match(head)) and bool(re.search(rb"[\r\n](?:-{3}|;{3})", head))


def decode(content: bytes) -> tuple[str, tuple[Message, ...]]:
    """The text of a document, with \\n at the ends of lines, and notes on what had to be mended.

    UTF-8 is expected; UTF-16 and UTF-32 are known by their byte order mark, others by what they
    give. Characters that show nothing are taken out: control characters and others that XML
    cannot hold, and zero-width ones, which hide words from search. A reference to each half of a
    character becomes one to the whole.
    Raises `DocumentError` if it is not text.
    """
    text, notes = read_encoding(content)
    text, removed = without_unseen(unix_lines(text))
    if "&#" in text:
        text = HALVES.sub(with_whole, text)
    return text, (*notes, *removed)


def with_whole(halves: re.Match[str]) -> str:
    """A reference to the character of which there are two halves; these themselves, if of none."""
    first, second = (
        int(decimal) if decimal else int(hexadecimal, 16)
        for decimal, hexadecimal in (halves.group(1, 2), halves.group(3, 4))
    )
    if not (0xD800 <= first <= 0xDBFF and 0xDC00 <= second <= 0xDFFF):
        return halves[0]
    return f"&#{0x10000 + ((first - 0xD800) << 10) + second - 0xDC00};"


def unix_lines(text: str) -> str:
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def without_unseen(text: str, first_line: int = 1) -> tuple[str, list[Message]]:
    """A text without characters that show nothing, and notes on those. Where one of them may end a
    line of YAML, beside a field that may hide its document, U+2028 stands, which ends one too."""
    notes = []
    for key, unseen in UNSEEN.items() if HAS_UNSEEN.search(text) else ():
        if found := unseen.search(text):
            line = first_line + text.count("\n", 0, found.start())
            if key == "control-characters-removed":
                text = unseen.sub(with_line_end, text)
            text, count = unseen.subn("", text)
            letter = f"U+{ord(found[0]):04X}"
            notes.append(Message(key, count=count, letter=letter, line=line))
    return text, notes


def with_line_end(control: re.Match[str]) -> str:
    """A control character, after U+2028 if it may end a line before or after a field that may hide
    its document."""
    before = normalized(control.string[max(control.start() - FIELD_LENGTH, 0) : control.start()])
    after = normalized(control.string[control.end() : control.end() + FIELD_LENGTH])
    is_beside = FIELD_AFTER.match(after) or FIELD_BEFORE.search(before)
    return f"\u2028{control[0]}" if is_beside else control[0]


def legible(content: bytes) -> str:
    """As much of a document as can be made out, for people to look at and mend. Never fails."""
    try:
        return decode(content)[0]
    except DocumentError:
        guesses = [content.decode(encoding, "replace") for encoding in ("utf-8-sig", "gb18030")]
        text = min(guesses, key=lambda guess: guess.count("\ufffd"))
        return without_unseen(unix_lines(text))[0]


def essence(content: bytes) -> bytes:
    """The SHA-256 of the text, regardless of its encoding, white space and line ends."""
    return hashlib.sha256("".join(legible(content).split()).encode()).digest()


def read_encoding(content: bytes) -> tuple[str, list[Message]]:
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return read_wide(content, encoding)
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        start = error.start
    if any(map(is_chinese_utf8, content.split(b"\n"))):
        return read_mixed(content)
    text = content.decode("utf-8-sig", "replace")
    line = content.count(b"\n", 0, start) + 1
    if few_broken(text):
        return text, [replaced(text, line)]
    if guess := guess_encoding(content):
        text, encoding = guess
        return text, [Message("read-as", encoding=encoding)]
    raise DocumentError(Message("no-encoding-at-byte", byte=f"0x{content[start]:02x}"), line)


def is_chinese_utf8(line: bytes) -> bool:
    try:
        return not line.isascii() and bool(CHINESE_CHARACTER.search(line.decode()))
    except UnicodeDecodeError:
        return False


def few_broken(text: str) -> bool:
    broken = text.count("\ufffd")
    if broken * BROKEN_SHARE <= sum(letter > "\x7f" for letter in text) - broken:
        return True
    # One wrong byte breaks a character into three at most.
    return broken <= 3 and len(CHINESE_CHARACTER.findall(text)) >= ENOUGH_CHINESE


def replaced(text: str, line: int) -> Message:
    return Message("bytes-replaced", count=text.count("\ufffd"), line=line)


def read_mixed(content: bytes) -> tuple[str, list[Message]]:
    """A text that is UTF-8 except in some lines or bytes.

    Raises `DocumentError` if too much of it is neither UTF-8 nor another encoding.
    """
    lines, notes, broken = [], [], []
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            lines.append(raw.decode())
        except UnicodeDecodeError:
            guess = guess_encoding(raw)
            if guess and guess[1] in CHINESE_ENCODINGS:
                lines.append(guess[0])
                notes.append((number, guess[1]))
            else:
                lines.append(raw.decode(errors="replace"))
                broken.append(number)
    text = "\n".join(lines)
    if broken and not few_broken(text):
        raise DocumentError(Message("no-encoding"), broken[0])
    return text, [
        *(Message("line-read-as", line=line, encoding=encoding) for line, encoding in notes[:1]),
        *([Message("more-lines-read-so", count=len(notes) - 1)] if len(notes) > 1 else []),
        *([replaced(text, broken[0])] if broken else []),
    ]


def guess_encoding(content: bytes) -> tuple[str, str] | None:
    """A text in the encoding of Chinese, or of the languages of Western Europe, that it is most
    probably in, and the name of that encoding; None if it is in none of them.

    GB18030 and Big5 put the frequent characters first; what is read in the wrong one of the two
    consists of rare characters.
    """
    found: dict[str, tuple[float, str]] = {}
    for name, (codec, common) in CHINESE_ENCODINGS.items():
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        letters = CHINESE_CHARACTER.findall(text)
        if letters and not UNLIKELY.search(text):
            share = sum(letter in common() for letter in letters) / len(letters)
            found[name] = share, text
    name = max(found, key=lambda name: found[name][0], default="")
    if name and found[name][0] >= COMMON_SHARE:
        return found[name][1], name
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return None
    letters = [letter for letter in text if letter.isalpha()]
    accented = [letter for letter in text if letter > "\x7f"]
    is_likely = all(letter.isalpha() or letter in WESTERN for letter in accented)
    if is_likely and len(accented) * 4 <= len(letters) and not UNLIKELY.search(text):
        return text, "Windows-1252"
    return None


@cache
def common_in_gb() -> frozenset[str]:
    """The 3,755 characters of GB 2312's first level."""
    return frozenset(
        letter
        for row in range(0xB0, 0xD8)
        for letter in bytes(b for cell in range(0xA1, 0xFF) for b in (row, cell)).decode(
            "gb2312", "ignore"
        )
    )


@cache
def common_in_big5() -> frozenset[str]:
    """The 5,401 characters of Big5's first level."""
    cells = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    return frozenset(
        letter
        for row in range(0xA4, 0xC7)
        for letter in bytes(b for cell in cells for b in (row, cell)).decode("big5", "ignore")
    )


CHINESE_ENCODINGS = {"GB18030": ("gb18030", common_in_gb), "Big5": ("big5hkscs", common_in_big5)}


def read_wide(content: bytes, encoding: str) -> tuple[str, list[Message]]:
    text = content.decode(encoding, "replace").removeprefix("\ufeff")
    notes = [Message("read-as", encoding=encoding.upper())]
    if broken := text.count("\ufffd"):
        notes.append(Message("code-units-replaced", count=broken))
    return text, notes
