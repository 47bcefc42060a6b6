"""Bytes → the text of a document, or why there is none. No database, no HTTP."""

import re

SUFFIXES = frozenset({".md", ".markdown", ".html", ".txt"})

# Jekyll's own rule: a post is named YEAR-MONTH-DAY-title.MARKUP (jekyllrb.com/docs/posts);
# the writing script sometimes lost the date but kept the 18 digits.
POST_NAME = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}-|\d{18}")


# A post's first bytes tell UTF-16 without a byte order mark. UTF-32's marks begin as UTF-16's.
BYTE_ORDER_MARKS = {
    b"\xff\xfe\0\0": "utf-32-le",
    b"\0\0\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    b"-\0-\0-\0": "utf-16-le",
    b"\0-\0-\0-": "utf-16-be",
}
BROKEN_SHARE = 20  # of so many characters beyond ASCII one may be broken in what is still UTF-8
UNLIKELY = re.compile(r"[\0-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")  # in GB18030 that is text
CONTROL = r"\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
ZERO_WIDTH = r"\xad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
UNSEEN = {
    "control character": re.compile(f"[{CONTROL}]"),
    # A joiner within an emoji is part of it.
    "zero-width character": re.compile(
        rf"[{ZERO_WIDTH}]|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
    ),
}
HAS_UNSEEN = re.compile(f"[{CONTROL}{ZERO_WIDTH}\u200d]")


class DocumentError(ValueError):
    """A document that cannot be read: `line` counts from 1, None where no line is at fault."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def is_document(file_name: str, content: bytes) -> bool:
    """False for a README and its like: neither named as a post nor begun with front matter."""
    if POST_NAME.search(file_name) or content.startswith(tuple(BYTE_ORDER_MARKS)):
        return True
    return content[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"---")


def decode(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a document, lines ended by \\n, and notes on what had to be mended for it.

    UTF-8 is expected; UTF-16 and UTF-32 are known by their byte order mark, GB18030 by being
    that and nothing else. Characters that show nothing are taken out: control characters, which
    PostgreSQL and XML cannot hold, and zero-width ones, which hide words from search.
    Raises `DocumentError` for what is no text.
    """
    text, notes = read_encoding(content)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for kind, unseen in UNSEEN.items() if HAS_UNSEEN.search(text) else ():
        if found := unseen.search(text):
            line = text.count("\n", 0, found.start()) + 1
            text, count = unseen.subn("", text)
            notes.append(
                f"{count} {kind}(s) removed, the first U+{ord(found[0]):04X} on line {line}"
            )
    return text, tuple(notes)


def legible(content: bytes) -> str:
    """As much of a document as can be made out, for people to look at and to mend: never fails."""
    try:
        return decode(content)[0]
    except DocumentError:
        guesses = [content.decode(encoding, "replace") for encoding in ("utf-8-sig", "gb18030")]
        text = min(guesses, key=lambda guess: guess.count("\ufffd"))
        for unseen in UNSEEN.values():
            text = unseen.sub("", text)
        return text.replace("\r\n", "\n").replace("\r", "\n")


def read_encoding(content: bytes) -> tuple[str, list[str]]:
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return read_wide(content, encoding)
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        start = error.start
    line = content.count(b"\n", 0, start) + 1
    text = content.decode("utf-8-sig", "replace")
    broken = text.count("\ufffd")
    if broken * BROKEN_SHARE <= sum(letter > "\x7f" for letter in text) - broken:
        return text, [
            f"{broken} byte sequence(s) that are not UTF-8 replaced, the first on line {line}"
        ]
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if re.search(r"[\u4e00-\u9fff]", text) and not UNLIKELY.search(text):
        return text, ["read as GB18030"]
    raise DocumentError(f"neither UTF-8, UTF-16 nor GB18030: byte 0x{content[start]:02x}", line)


def read_wide(content: bytes, encoding: str) -> tuple[str, list[str]]:
    text = content.decode(encoding, "replace").removeprefix("\ufeff")
    notes = [f"read as {encoding.upper()}"]
    if broken := text.count("\ufffd"):
        notes.append(f"{broken} code unit(s) that are no characters replaced")
    return text, notes
