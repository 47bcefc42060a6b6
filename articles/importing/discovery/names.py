"""The bytes of a file's name → text.

Old Windows has names in GB18030 or Big5, in the West in Windows-1252 or, in zips, in code page 437,
on disks and in archives, and nothing says which.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

ENOUGH_NAMES = 2000  # names from which an encoding is judged

# The characters that people use most stand together in both national standards: level 1 of
# GB 2312 (sections 16 to 55), and the frequent ones of Big5. By their first bytes.
FREQUENT = {"gb18030": ("gb2312", 0xB0, 0xD7), "cp950": ("cp950", 0xA4, 0xC6)}
WESTERN, WESTERN_IN_ZIP = "cp1252", "cp437"  # APPNOTE.TXT, appendix D
WORD = re.compile(r"[^\W\d_]+")
LAST_SIGN = 0xA3  # up to this first byte, both hold punctuation and letters


class Names:
    """Turns names of one archive, or one folder, into text: of a path each part, as a folder may
    have been named by another program than the files in it.

    Names that are valid UTF-8 are read so. For all the others together, GB18030 or Big5 is chosen,
    whichever gives fewer rare characters; GB18030 if they tie; or the Western encoding, if that has
    fewer letters outside of Latin words, and none in the part itself. Two bytes of any may happen
    to be a letter in UTF-8, three hardly ever: so if there are others, a name without a character
    above U+07FF is read in their encoding too, unless it would have a rare character there.
    """

    def __init__(self, names: Iterable[bytes] = (), western: str = WESTERN) -> None:
        self.others = 0
        self.western = western
        self.rare: Counter[str] = Counter(dict.fromkeys([*FREQUENT, western], 0))
        for name in names:
            self.add(name)

    def add(self, name: bytes) -> None:
        """Take a name into account."""
        if not is_utf8(name):
            self.others += 1
            if self.others <= ENOUGH_NAMES:
                for part in name.split(b"/"):
                    if not is_utf8(part):
                        for encoding in self.rare:
                            self.rare[encoding] += rare_characters(part, encoding)

    def text(self, name: bytes) -> str:
        """The name as text: control characters become `\\x1b`, and bytes that are text in no
        encoding `\\udcff`."""
        return printable(self.decoded(name))

    def decoded(self, name: bytes) -> str:
        """The name as text, in which bytes that are text in no encoding are `\\udcff`."""
        return escaped(self.with_surrogates(name))

    def with_surrogates(self, name: bytes) -> str:
        """The name as text, in which bytes that are text in no encoding are surrogates."""
        return "/".join(map(self._part, name.split(b"/")))

    def _part(self, name: bytes) -> str:
        likely = sorted(self.rare, key=self.rare.__getitem__)
        if is_utf8(name) and not (
            self.others
            and "\x7f" < max(name.decode(), default="") < "\u0800"
            and not rare_characters(name, likely[0])
        ):
            return name.decode()
        for encoding in likely:
            try:
                if encoding in FREQUENT or not rare_characters(name, encoding):
                    return name.decode(encoding)
            except UnicodeDecodeError:
                continue
        return name.decode(errors="surrogateescape")


def escaped(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


def is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def rare_characters(name: bytes, encoding: str) -> int:
    """How many rare characters a name has if it is in that encoding; the number of its bytes if it
    cannot be. In a Western one, all beyond ASCII are rare that stand in no Latin word."""
    try:
        text = name.decode(encoding)
    except UnicodeDecodeError:
        return len(name)
    if encoding not in FREQUENT:
        text = WORD.sub(lambda word: "" if is_latin(word[0]) else word[0], text)
        return sum(letter > "\x7f" for letter in text)
    standard, first, last = FREQUENT[encoding]
    rare = 0
    for letter in text:
        if letter > "\x7f":
            lead = letter.encode(standard, "replace")[0]
            rare += not (first <= lead <= last or 0x80 < lead <= LAST_SIGN)
    return rare


def is_latin(word: str) -> bool:
    """Whether most letters of a word are those of ASCII, and all are Latin and of a usual case; or
    it is one of the words of one letter."""
    plain = sum(map(str.isascii, word))
    return word in "àéóÀÉÓ" or (
        plain >= max(2, len(word) - plain)
        and (word.isupper() or word[1:].islower())
        and all(unicodedata.name(letter, "").startswith("LATIN") for letter in word)
    )


def printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        f"\\x{ord(letter):02x}" if letter < " " or "\x7f" <= letter < "\xa0" else letter
        for letter in text
    )
