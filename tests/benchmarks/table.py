"""The one form in which all benchmarks say what they measured."""

from collections.abc import Iterable
from typing import NamedTuple

HEAD = ("", "a second", "median, ms", "99%, ms", "ratio", "to what, or what was slowest")


class Row(NamedTuple):
    """What was measured: how many a second, how many milliseconds one took, and what part or how
    many times of something else that is. None where that says nothing."""

    what: str
    rate: float | None = None
    median: float | None = None
    slow: float | None = None
    ratio: float | None = None
    beside: str = ""


def show(rows: Iterable[Row]) -> None:
    """Print a table in Markdown, which is read as it is, too."""
    cells = [
        HEAD,
        *((row.what, *map(figure, row[1:5]), row.beside.replace("|", "\\|")) for row in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    rule = [
        f"{'-' * (width - 1)}{':' if 0 < number < 5 else '-'}"
        for number, width in enumerate(widths)
    ]
    for row in [cells[0], rule, *cells[1:]]:
        print(f"| {' | '.join(aligned(row, widths))} |", flush=True)


def aligned(row: Iterable[str], widths: Iterable[int]) -> list[str]:
    return [
        f"{cell:>{width}}" if 0 < number < 5 else f"{cell:{width}}"
        for number, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def figure(value: float | None) -> str:
    """A number with the digits that say something."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 20 else f"{value:.2f}"
