"""How well and how fast securities are recognised: `python -m tests.benchmarks.mentions --posts DIR
--rows ROWS.csv`.

Posts are read without the marks of their source; rows are a table with the columns 标题, 正文, 公司
and 代码. What posts mark, and the companies of the rows, are the securities that are known. Texts
are normalised before the clock runs: search needs that anyway.
"""

import argparse
import time
from pathlib import Path

from articles.mentions.recognition import Recogniser
from articles.mentions.words import DOUBTFUL, LONGER
from articles.search.text.normalise import normalise
from tests.articles.mentions.judged import POSTS, ROWS, precision, read

ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=Path, default=POSTS, metavar="DIR")
    parser.add_argument("--rows", type=Path, default=ROWS, metavar="ROWS.csv")
    options = parser.parse_args()
    texts = read(options.posts, options.rows)

    start = time.process_time()
    recogniser = Recogniser(texts.listed, DOUBTFUL, LONGER)
    built = time.process_time() - start
    start = time.process_time()
    for text in texts.texts.values():
        for _ in range(ROUNDS):
            recogniser.find(text)
    taken = (time.process_time() - start) / (ROUNDS * len(texts.texts))
    found = {name: recogniser.find(text) for name, text in texts.texts.items()}
    symbols = {name: {one.symbol for one in mentions} for name, mentions in found.items()}

    length = sum(map(len, texts.texts.values())) / len(texts.texts)
    print(f"{len(recogniser.patterns):,} names and codes, ready in {1000 * built:.0f} ms")
    print(f"{len(texts.texts):,} texts of {length:.0f} characters: {1e6 * taken:.0f} µs each")
    share("marked securities found", [symbol in symbols[name] for name, symbol in texts.marked])
    named = {
        name: symbol
        for name, (symbol, company, code) in texts.rows.items()
        if normalise(company) in texts.texts[name] or code in texts.texts[name]
    }
    share("companies of rows found", [symbol in symbols[name] for name, symbol in named.items()])
    count, right = precision(texts.texts, found)
    share("judged mentions right", [True] * right + [False] * (count - right))


def share(what: str, are_so: list[bool]) -> None:
    part = f"{sum(are_so) / len(are_so):8.1%}" if are_so else f"{'–':>8}"
    print(f"{what:26}{part}  of {len(are_so):,}")


if __name__ == "__main__":
    main()
