"""What one telling of a story says that another does not, by the sentence."""

import re
from typing import Final, NamedTuple

SENTENCE: Final = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?[”’」』）)]?")
LETTERS: Final = re.compile(r"\W+")
SHORTEST: Final = 6  # letters: less is a credit or a heading


class Difference(NamedTuple):
    """Sentences in the order of the text."""

    added: list[str]
    left_out: list[str]


def difference(text: str, other: str) -> Difference:
    """The sentences that `other` has and `text` does not, and those that it leaves out. Signs and
    spaces make no difference."""
    here, there = sentences(text), sentences(other)
    return Difference(
        [sentence for letters, sentence in there.items() if letters not in here],
        [sentence for letters, sentence in here.items() if letters not in there],
    )


def sentences(text: str) -> dict[str, str]:
    """The distinct sentences of a text by their letters and digits."""
    found: dict[str, str] = {}
    for match in SENTENCE.finditer(text):
        letters = LETTERS.sub("", match[0])
        if len(letters) >= SHORTEST:
            found.setdefault(letters, match[0].strip())
    return found
