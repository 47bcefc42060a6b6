"""Sentences and titles as Chinese media write them, invented and judged by hand (`invented.txt`).

⟦written=symbol⟧ stands where a security is named; `invented_securities.tsv` has all that are known:
symbol, name, former names and English name.
"""

import re
from pathlib import Path
from typing import NamedTuple

from articles.mentions.forms import KnownSecurity
from articles.mentions.recognition import Recogniser
from articles.mentions.words import DOUBTFUL, LONGER
from articles.search.text.tokens import index_text

FOLDER = Path(__file__).parent
NAMED = re.compile(r"⟦([^=⟧]+)=([^⟧]+)⟧")


class Sentence(NamedTuple):
    text: str
    named: frozenset[str]  # symbols


def sentences() -> list[Sentence]:
    lines = (FOLDER / "invented.txt").read_text(encoding="utf-8").splitlines()
    return [
        Sentence(NAMED.sub(r"\1", line), frozenset(symbol for _, symbol in NAMED.findall(line)))
        for line in lines
    ]


def recogniser() -> Recogniser:
    lines = (FOLDER / "invented_securities.tsv").read_text(encoding="utf-8").splitlines()
    securities = []
    for line in lines:
        symbol, name, former, english = [*line.split("\t"), "", ""][:4]
        names = tuple(filter(None, former.split(";")))
        securities.append(KnownSecurity(symbol, name, names, english=english))
    return Recogniser(securities, DOUBTFUL, LONGER)


def mistakes() -> list[str]:
    """The sentences in which something else is found than is named, with what is lacking and what
    is wrong."""
    known = recogniser()
    found = [
        (one, {mention.symbol for mention in known.find(index_text(one.text, "", "").text)})
        for one in sentences()
    ]
    return [
        f"{one.text}: lacks {sorted(one.named - symbols)}, finds {sorted(symbols - one.named)}"
        for one, symbols in found
        if symbols != one.named
    ]
