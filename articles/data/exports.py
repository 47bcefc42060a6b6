"""Posts as files: CSV, JSON Lines, and citations for reference managers, row by row."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any, Final, NamedTuple
from unicodedata import normalize

from django.utils.translation import gettext

from ..days import today
from .posts import Data

Row = Data  # of a post, as `posts.data_of` makes it

#: What spreadsheets compute if a cell begins with it: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
#: What spreadsheets, also Chinese ones, take for a number, an amount, a day or a time, and write in
#: their own way: 1.603990 without its zero, 1E5 as 100000, 1-2 as a day.
FIGURE: Final = re.compile(
    r"(?:[0-9 .,:/%$\xa5€£()e年月日时分秒上下午-]|[ap]m?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?"
    r"|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)*",
    re.IGNORECASE,
)
#: What they take for a truth or an error.
VALUES: Final = frozenset(
    "TRUE FALSE #N/A #NAME? #NULL! #DIV/0! #VALUE! #REF! #NUM! #SPILL! #CALC! #FIELD! "
    "#GETTING_DATA".split()
)
#: Characters that mean something to TeX.
ESCAPED: Final = {c: f"\\{c}" for c in "{}%&#$_"} | {
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}


class Format(NamedTuple):
    """A kind of file: its media type, and how rows are written: `write` gets their fields, too.
    `told_cut` says at the end that more rows follow at an address. `fields` are those that it has;
    None: those that were asked for."""

    media_type: str
    write: Callable[[Iterable[Row], Sequence[str]], Iterator[str]]
    told_cut: Callable[[str], str]
    fields: tuple[str, ...] | None = None


def as_csv(rows: Iterable[Row], fields: Sequence[str]) -> Iterator[str]:
    yield line(fields)
    for row in rows:
        yield line([inert(cell(row[name])) for name in fields])


def for_spreadsheets(rows: Iterable[Row], fields: Sequence[str]) -> Iterator[str]:
    """CSV with a byte order mark, by which Excel knows that it is UTF-8, and with text kept as it
    is: a code would lose its zeros, and a slug its last digits."""
    yield "\ufeff"
    yield line(fields)
    for row in rows:
        yield line([kept_as_text(inert(cell(row[name]))) for name in fields])


def as_json_lines(rows: Iterable[Row], fields: Sequence[str]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def as_bibtex(rows: Iterable[Row], fields: Sequence[str]) -> Iterator[str]:
    """Entries of BibLaTeX's kind @online, read today. https://ctan.org/pkg/biblatex"""
    for row in rows:
        said = {
            "title": row["title"],
            "organization": row["source"]["name"] if row["source"] else "",
            "date": row["published_at"][:10],
            "url": row["url"],
            "urldate": today().isoformat(),
        }
        lines = [
            f"  {name} = {{{value if name == 'url' else braced(value)}}}"
            for name, value in said.items()
            if value
        ]
        yield f"@online{{{row['slug']},\n" + ",\n".join(lines) + "\n}\n"


def as_ris(rows: Iterable[Row], fields: Sequence[str]) -> Iterator[str]:
    """Records that were read today. https://en.wikipedia.org/wiki/RIS_(file_format)"""
    for row in rows:
        said = [
            ("TY", "NEWS"),
            ("TI", row["title"]),
            ("AB", row["digest"]),
            ("PB", row["source"]["name"] if row["source"] else ""),
            ("DA", row["published_at"][:10].replace("-", "/")),
            ("UR", row["url"]),
            ("Y2", f"{today():%Y/%m/%d}"),
            ("ID", row["slug"]),
        ]
        lines = [f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in said if value]
        yield "".join(lines) + "ER  - \r\n"


CITED: Final = ("slug", "title", "digest", "source", "published_at", "url")
FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format("text/csv; charset=utf-8", as_csv, lambda address: line([cut(address)])),
    "jsonl": Format(
        "application/jsonl; charset=utf-8",
        as_json_lines,
        lambda address: json.dumps({"truncated": True, "next_url": address}) + "\n",
    ),
    "bib": Format(
        "application/x-bibtex; charset=utf-8",
        as_bibtex,
        lambda address: f"% {cut(address)}\n",
        CITED,
    ),
    "ris": Format(
        "application/x-research-info-systems; charset=utf-8", as_ris, lambda address: "", CITED
    ),
}
FOR_SPREADSHEETS: Final = FORMATS["csv"]._replace(write=for_spreadsheets)


def cut(address: str) -> str:
    return gettext("More follow: %(address)s") % {"address": address}


def line(cells: Sequence[str]) -> str:
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def cell(value: Any) -> str:
    """A value as text: of terms their names, of securities with their symbols."""
    if isinstance(value, list):
        return "; ".join(map(cell, value))
    if isinstance(value, dict):
        return " ".join(filter(None, [value["name"], value.get("symbol")]))
    return "" if value is None else str(value)


def inert(text: str) -> str:
    """Text that no spreadsheet computes."""
    return f"'{text}" if text.startswith(FORMULA) else text


def kept_as_text(text: str) -> str:
    """Text that no spreadsheet takes for anything else."""
    plain = normalize("NFKC", text)
    is_figure = FIGURE.fullmatch(plain) and any(map(str.isdecimal, plain))
    return f"\t{text}" if is_figure or plain.upper() in VALUES else text


def braced(text: str) -> str:
    """Text within braces, of which BibTeX counts those that are open."""
    return "".join(ESCAPED.get(c, c) for c in " ".join(text.split()))
