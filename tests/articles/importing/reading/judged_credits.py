"""Bodies with and without a credit, invented and judged by hand (`judged_credits.txt`).

Each is a line: HTML, or Markdown with `\\n` for line ends. ⟦⟧ stand around what is taken out,
⟨⟩ around the medium. A body without them credits none.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from articles.importing.reading.body import parse_body, plain_text

TAKEN = re.compile(r"⟦[^⟧]*⟧")
MEDIUM = re.compile(r"⟨([^⟩]*)⟩")


class Judged(NamedTuple):
    body: str
    medium: str
    text: str  # what readers see of the body, without spaces

    def reads(self) -> tuple[str, str]:
        body = parse_body(self.body)
        return body.medium, squeezed(body.text)


class Figures(NamedTuple):
    """Shares of the credits that are there, and of those that are found."""

    recall: float
    precision: float


def judged() -> list[Judged]:
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    return [judge(line.replace(r"\n", "\n")) for line in lines if not line.startswith("#")]


def judge(line: str) -> Judged:
    medium = MEDIUM.search(line)
    is_html = line.startswith("<")
    body = re.sub("[⟦⟧⟨⟩]", "", line) + "\n\n<>" * is_html
    rest = TAKEN.sub("", line)
    rest = rest.replace("**", "") if is_html else re.sub(r"(?m)^(?:[>*] |---$)|\*", "", rest)
    return Judged(body, plain_text(medium[1]) if medium else "", squeezed(plain_text(rest)))


def figures(cases: Iterable[Judged]) -> Figures:
    right = found = credited = 0
    for one in cases:
        medium, text = one.reads()
        found += bool(medium)
        credited += bool(one.medium)
        right += bool(medium) and (medium, text) == (one.medium, one.text)
    return Figures(right / credited, right / found)


def squeezed(text: str) -> str:
    return "".join(text.split())
