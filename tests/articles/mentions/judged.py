"""Mentions that were found in real texts and read in their context by hand (`judged.tsv`).

The texts lie beside this project and are not part of it, so each mention is a reference: the file
of the post or the number of the row, the security, where the mention begins in the normalised text,
how it is written, and whether the security is meant.
"""

import csv
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from articles.importing.reading.derive import ParsedDocument, parse_document
from articles.importing.reading.documents import DocumentError
from articles.mentions.forms import KnownSecurity
from articles.mentions.recognition import Occurrence, Recogniser
from articles.mentions.words import DOUBTFUL, LONGER
from articles.search.text.tokens import index_text

SHARED = Path(__file__).resolve().parents[4] / "shared"
POSTS = SHARED / "posts"
ROWS = SHARED / "tools" / "data" / "financial_news.csv"


class Judged(NamedTuple):
    text: str  # its name in `Texts.texts`
    symbol: str
    start: int
    written: str
    is_right: bool


class Texts(NamedTuple):
    """Real texts, normalised, each under a name: posts/FILE or rows/NUMBER; what posts mark with a
    name, as the text of a post and a symbol; and the securities that posts and rows name."""

    texts: dict[str, str]
    marked: list[tuple[str, str]]
    listed: list[KnownSecurity]
    rows: dict[str, tuple[str, str, str]]  # symbol, name and code of each

    def found(self) -> dict[str, list[Occurrence]]:
        recogniser = Recogniser(self.listed, DOUBTFUL, LONGER)
        return {name: recogniser.find(text) for name, text in self.texts.items()}


def judged() -> list[Judged]:
    lines = Path(__file__).with_suffix(".tsv").read_text(encoding="utf-8").splitlines()
    fields = (line.split("\t") for line in lines)
    return [
        Judged(text, one, int(at), name, says == "right") for text, one, at, name, says in fields
    ]


def precision(texts: Mapping[str, str], found: Mapping[str, list[Occurrence]]) -> tuple[int, int]:
    """How many of the judged mentions are found in these texts, and how many of those are right."""
    now = {
        (text, one.symbol, one.start, texts[text][one.start : one.end])
        for text, mentions in found.items()
        for one in mentions
    }
    verdicts = [one.is_right for one in judged() if one[:4] in now]
    return len(verdicts), sum(verdicts)


def read(posts: Path, rows: Path) -> Texts:
    """The posts below a folder and the rows of a table with 标题, 正文, 公司 and 代码."""
    texts, marked = {}, []
    names: dict[str, list[str]] = defaultdict(list)
    for document in documents(posts):
        name = f"posts/{document.file_name}"
        texts[name] = index_text(document.title, document.digest, document.text).text
        for mark in document.securities:
            if mark.name:  # what a chart alone shows is no name in the text
                marked.append((name, mark.symbol))
                names[mark.symbol].append(mark.name)
    of_rows = {}
    with rows.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            company, code = row["公司"], row["代码"]
            symbol = f"{1 if code[0] in '69' else 0}.{code}"
            name = f"rows/{row['']}"
            of_rows[name] = (symbol, company, code)
            texts[name] = index_text(row["标题"], "", row["正文"]).text
            names[symbol].append(company)
    listed = [
        KnownSecurity(symbol, all_of[-1], (*all_of[:-1],)) for symbol, all_of in names.items()
    ]
    return Texts(texts, marked, listed, of_rows)


def documents(folder: Path) -> Iterable[ParsedDocument]:
    for path in sorted(folder.rglob("*.md"), key=os.fspath):
        try:
            yield parse_document(path.name, path.read_bytes())
        except DocumentError:
            continue  # a README
