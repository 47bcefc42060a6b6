"""How well sample stories are grouped, in memory, as dense as in an archive of so many posts.

    python -m tests.benchmarks.told --posts 20000 --archive 200000

Sample stories come with their truth. The first `--posts` of `--archive` posts are compared and
grouped by what an import compares and groups them by, without a database.
"""

import argparse
import datetime as dt
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, islice
from typing import NamedTuple

from articles.importing.reading.derive import derive, parse_document
from articles.mentions.forms import KnownSecurity
from articles.mentions.recognition import Recogniser
from articles.mentions.words import DOUBTFUL, LONGER
from articles.samples.told import TellingFile, told_stories
from articles.samples.vocabulary import STOCKS
from articles.search.text.normalise import normalise
from articles.search.text.tokens import normal_text
from articles.stories.evidence import Evidence
from articles.stories.grouping import first_tellings
from articles.stories.keys import KINDS, SECURITY, TEXT, keys_of, may_be_same
from articles.stories.similarity import WINDOW, score

Pair = tuple[int, int]


class Post(NamedTuple):
    """A post as it is compared, the story that it tells, and how it does."""

    evidence: Evidence
    text: str
    story: int
    way: str


class Grouped(NamedTuple):
    """The pairs of posts that tell the same story, and those that are found to; for each post the
    first telling, in the order of time; the seconds that it took, and how many pairs were
    compared."""

    true: set[Pair]
    found: set[Pair]
    first: Mapping[int, int]
    spent: float
    compared: int


def posts_of(files: Iterable[TellingFile]) -> list[Post]:
    """The posts of these files, in the order of time."""
    names = {stock.symbol: normalise(stock.name) for stock in STOCKS}
    known = [KnownSecurity(stock.symbol, stock.name) for stock in STOCKS]
    recogniser = Recogniser(known, DOUBTFUL, LONGER)
    found = []
    for file, story, way in files:
        post = derive([parse_document(file.name, file.text.encode())])
        text = normal_text(post.title, post.digest, post.body_text)
        title = text.partition("\n")[0]
        named = [one.symbol for one in recogniser.find(text)]
        in_title = {one.symbol for one in recogniser.find(title)}
        named = sorted(dict.fromkeys(named), key=lambda one: one not in in_title)
        name = names[named[0]] if named else ""
        evidence = Evidence.of(post.published_at, title, text, named, name, bool(in_title))
        found.append(Post(evidence, text, story, way))
    return sorted(found, key=lambda post: post.evidence.published_at)


def grouped(posts: Sequence[Post]) -> Grouped:
    """What `articles.stories.storing` makes of these posts."""
    began = time.perf_counter()
    having: dict[int, list[int]] = defaultdict(list)
    links: dict[int, dict[int, float]] = defaultdict(dict)
    compared = 0
    for number, post in enumerate(posts):
        since = post.evidence.published_at - WINDOW
        words: Counter[int] = Counter()
        beside: set[int] = set()
        for key in keys_of(post.evidence):
            there = [one for one in having[key] if posts[one].evidence.published_at >= since]
            having[key] = [*there, number]
            if key & KINDS == SECURITY:
                beside.update(there)
            else:
                words.update(there * 2 if key & KINDS == TEXT else there)
        for other in beside | {one for one, times in words.items() if times > 1}:
            one = posts[other].evidence
            if other in words or may_be_same(post.evidence, one):
                compared += 1
                if (sure := score(post.evidence, one)) > 0:
                    links[number][other] = links[other][number] = sure
    first = first_tellings(range(len(posts)), links)
    spent = time.perf_counter() - began
    return Grouped(
        pairs([post.story for post in posts]), pairs([*first.values()]), first, spent, compared
    )


def pairs(stories: Sequence[int]) -> set[Pair]:
    having = defaultdict(list)
    for number, story in enumerate(stories):
        having[story].append(number)
    return {pair for told in having.values() for pair in combinations(told, 2)}


def show_errors(posts: Sequence[Post], what: str, errors: set[Pair], most: int) -> None:
    """How many errors there are, by how both posts tell their stories, and some of each kind."""
    by_kind = defaultdict(list)
    for pair in sorted(errors):
        by_kind[" / ".join(sorted(posts[one].way for one in pair))].append(pair)
    print(f"\n{what}: {len(errors):,}")
    for kind, some in sorted(by_kind.items(), key=lambda one: -len(one[1])):
        print(f"{len(some):6} {kind}")
        for pair in some[:: max(1, len(some) // max(1, most))][:most]:
            one, other = (posts[number] for number in pair)
            print(f"       {score(one.evidence, other.evidence):.2f}")
            for post in (one, other):
                text = post.text[:150].replace("\n", " | ")
                print(f"       {post.evidence.published_at:%m-%d %H:%M} {text}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--archive", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="errors of each kind")
    options = parser.parse_args()
    posts = posts_of(islice(told_stories(options.archive, options.seed), options.posts))
    told = grouped(posts)
    right = told.true & told.found
    if options.show:
        show_errors(posts, "wrong", told.found - told.true, options.show)
        show_errors(posts, "missed", told.true - told.found, options.show)
    sizes = Counter(told.first.values())
    times: dict[int, list[dt.datetime]] = defaultdict(list)
    for number, first in told.first.items():
        times[first].append(posts[number].evidence.published_at)
    longest = max(max(all_) - min(all_) for all_ in times.values())
    print(f"{len(posts):,} posts, {told.compared / len(posts):.1f} comparisons of each, ", end="")
    print(f"{1000 * told.spent / len(posts):.3f} ms a post")
    print(f"largest stories: {[size for _, size in sizes.most_common(5)]}; the longest: {longest}")
    precision = len(right) / max(1, len(told.found))
    print(f"pairs: precision {precision:.4f}, recall {len(right) / max(1, len(told.true)):.4f}")


if __name__ == "__main__":
    main()
