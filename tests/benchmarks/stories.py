"""How well posts that tell the same story are told from others, beside simpler measures.

    python -m tests.benchmarks.stories --pairs PAIRS.tsv --rows ROWS.csv

PAIRS.tsv has in each line two rows of ROWS.csv, numbered from 0, and whether they tell the same
story: 1 or 0. The last line printed is the F1 of the method as it is: of pairs that an archive
would not compare, it finds none. Simpler measures get the best threshold on these very pairs, which
flatters them.
"""

import argparse
import csv
import datetime as dt
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from articles.search.text.normalise import normalise
from articles.stories.evidence import Evidence, Grams, pairs_in
from articles.stories.keys import KINDS, SECURITY, TEXT, WORD, keys_of, may_be_same
from articles.stories.similarity import score

ROOT = Path(__file__).parents[2]
SHARED = Path("shared/stories/pairs.tsv")
ROWS = Path("shared/tools/data/financial_news.csv")
DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
CODE = re.compile(r"(?<!\d)[036]\d{5}(?!\d)")


class Item(NamedTuple):
    title: str  # normalised, as is the text, which has the title too
    text: str
    evidence: Evidence


class Pair(NamedTuple):
    one: int
    other: int
    is_same: bool


def beside(path: Path) -> Path:
    """`path` beside the project's root, or in a folder above."""
    return next((above / path for above in ROOT.parents if (above / path).exists()), path)


def read_pairs(path: Path) -> list[Pair]:
    with path.open(encoding="utf-8-sig") as file:
        rows = csv.reader(file, delimiter="\t")
        return [Pair(int(row[0]), int(row[1]), row[2] == "1") for row in rows if row[0].isdigit()]


def read_items(path: Path) -> list[Item]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [item(row) for row in csv.DictReader(file)]


def item(row: dict[str, str]) -> Item:
    title = normalise(row["标题"])
    text = f"{title}\n{normalise(row['正文'])}"
    year, month, day = map(int, DATE.search(row["日期"]).groups())
    codes = [*([row["代码"].zfill(6)] if row["代码"] else []), *CODE.findall(row["正文"])]
    moment = dt.datetime(year, month, day, tzinfo=dt.UTC)
    name = normalise(row.get("公司", ""))
    return Item(title, text, Evidence.of(moment, title, text, list(dict.fromkeys(codes)), name))


def shingles(text: str, size: int) -> set[str]:
    letters = "".join(re.findall(r"\w+", text))
    return {letters[place : place + size] for place in range(max(1, len(letters) - size + 1))}


def jaccard(one: Item, other: Item) -> float:
    first, second = shingles(one.text, 4), shingles(other.text, 4)
    return len(first & second) / len(first | second)


def min_hash(one: Item, other: Item, hashes: int = 128) -> float:
    """The share of 128 hash functions with the same least value: an estimate of Jaccard."""
    random = np.random.default_rng(1)
    factors = random.integers(1, 2**31, hashes, dtype=np.uint64) * 2 + 1
    added = random.integers(0, 2**31, hashes, dtype=np.uint64)
    least = []
    for text in (one.text, other.text):
        values = np.array([crc32(shingle.encode()) for shingle in shingles(text, 4)], np.uint64)
        least.append(((values[:, None] * factors + added) % (2**61 - 1)).min(axis=0))
    return float((least[0] == least[1]).mean())


def sim_hash(one: Item, other: Item, bits: int = 64) -> float:
    """The share of equal bits of two fingerprints of two-character shingles."""
    signs = []
    for text in (one.text, other.text):
        hashes = [
            crc32(shingle.encode()) << 32 | crc32(shingle.encode(), 7)
            for shingle in shingles(text, 2)
        ]
        values = np.array(hashes, np.uint64)
        set_bits = values[:, None] >> np.arange(bits, dtype=np.uint64) & np.uint64(1)
        signs.append(set_bits.mean(axis=0) > 0.5)
    return float((signs[0] == signs[1]).mean())


def titles_alone(one: Item, other: Item) -> float:
    """The weight of the pairs of characters that both titles have, by that of the shorter title."""
    first, second = (Grams.of(pairs_in(item.title)[0]) for item in (one, other))
    return first.shared(second) / max(min(first.total, second.total), 1)


def method(one: Item, other: Item) -> float:
    return score(one.evidence, other.evidence)


MEASURES: dict[str, Callable[[Item, Item], float]] = {
    "Jaccard, four characters": jaccard,
    "MinHash, 128 values": min_hash,
    "SimHash, 64 bits": sim_hash,
    "titles alone, weighted": titles_alone,
    "this method": method,
}


def are_compared(one: Evidence, other: Evidence) -> bool:
    """Whether an archive compares two posts, as `articles.stories.storing` does."""
    shared = Counter(key & KINDS for key in {*keys_of(one)} & {*keys_of(other)})
    if shared[TEXT] or shared[WORD] > 1:
        return True
    return bool(shared[SECURITY] and (shared[WORD] or may_be_same(one, other)))


def curve(scores: list[float], same: list[bool]) -> Iterator[tuple[float, float]]:
    """Precision and recall at each threshold."""
    ranked = sorted(zip(scores, same, strict=True), reverse=True)
    found = 0
    for number, (value, is_same) in enumerate(ranked, start=1):
        found += is_same
        if number == len(ranked) or ranked[number][0] != value:
            yield found / number, found / sum(same)


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=Path, default=beside(SHARED))
    parser.add_argument("--rows", type=Path, default=beside(ROWS))
    options = parser.parse_args()
    items, pairs = read_items(options.rows), read_pairs(options.pairs)
    same = [pair.is_same for pair in pairs]
    print(f"{len(pairs)} pairs, {sum(same)} of them the same story\n")
    print(f"{'':28}{'best F1':>8}{'recall at precision 0.97':>26}{'ms a pair':>11}")
    for name, measure in MEASURES.items():
        began = time.perf_counter()
        scores = [measure(items[pair.one], items[pair.other]) for pair in pairs]
        spent = 1000 * (time.perf_counter() - began) / len(pairs)
        points = list(curve(scores, same))
        recall = max((recall for precision, recall in points if precision >= 0.97), default=0)
        print(f"{name:28}{max(f1(*point) for point in points):8.3f}{recall:26.3f}{spent:11.3f}")
    began = time.perf_counter()
    for one in items:
        Evidence.of(one.evidence.published_at, one.title, one.text, one.evidence.securities)
    spent = 1000 * (time.perf_counter() - began) / len(items)
    print(f"\nevidence of a post: {spent:.3f} ms, its text normalised already (imports do that)")
    compared = [
        are_compared(items[pair.one].evidence, items[pair.other].evidence) for pair in pairs
    ]
    print(
        f"an archive compares {sum(map(min, compared, same))} of the {sum(same)} that are the same"
    )
    found = [value > 0 and is_compared for value, is_compared in zip(scores, compared, strict=True)]
    right = sum(both for both in map(min, found, same))
    precision, recall = right / max(sum(found), 1), right / max(sum(same), 1)
    print(f"as it is used: precision {precision:.3f}, recall {recall:.3f}")
    print(f"F1 {f1(precision, recall):.3f}")


if __name__ == "__main__":
    main()
