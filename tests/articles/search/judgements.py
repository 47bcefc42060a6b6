"""Orders of what queries find, compared with how people would grade it (`judgements.tsv`)."""

from collections import defaultdict
from math import log2
from pathlib import Path
from statistics import mean

from articles.search import engine
from articles.search.conditions import Scope, conditions_of
from articles.search.matching import matching
from articles.search.query import parse

ARCHIVE = {"count": 1500, "seed": 9}  # options of make_sample_posts, as of the fixture `loaded`
DEPTH = 10  # posts

#: What relevance was before: for each word 16 if the title begins with it or 8 if it has it, 3 for
#: the digest, 1 for the text, and up to 2 for its share of the text.
FORMER_SCORE = """
    CASE strpos(title, %s) WHEN 0 THEN 0 WHEN 1 THEN 16 ELSE 8 END
    + CASE WHEN strpos(split_part(text, E'\\n', 2), %s) > 0 THEN 3 ELSE 0 END
    + CASE WHEN strpos(text, %s) > 0 THEN 1 ELSE 0 END
    + least(2.0, 100.0 * (octet_length(text) - octet_length(replace(text, %s, '')))
                 / greatest(octet_length(text), 600))
"""


def judgements():
    """The grades of posts, by query and slug."""
    grades = defaultdict(dict)
    for line in Path(__file__).with_suffix(".tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            query, slug, grade, _ = line.split("\t")
            grades[query][slug] = int(grade)
    return grades


def newest_first(search, query):
    return search.newest(conditions_of(query, Scope()), size=DEPTH).posts


def by_former_score(search, query):
    columns = "post_id, published_at, title, text"
    sql, params = matching(conditions_of(query, Scope()), search.contents, columns, engine.RANKED)
    score = " + ".join([FORMER_SCORE] * len(query.words))
    search.cursor.execute(
        f"SELECT post_id FROM ({sql} OFFSET 0) entry "  # noqa: S608
        f"ORDER BY {score} DESC, published_at DESC, post_id DESC LIMIT {DEPTH}",
        [*params, *(word for word in query.words for _ in range(4))],
    )
    return search.read([pk for (pk,) in search.cursor.fetchall()])


def by_relevance(search, query):
    conditions = conditions_of(query, Scope())
    return search.ranked(conditions, query.alternatives, size=DEPTH, number=1).posts


ORDERS = {
    "newest first": newest_first,
    "former score": by_former_score,
    "relevance": by_relevance,
}


def ndcg(order):
    """The mean over all queries of nDCG@10: Järvelin and Kekäläinen, 2002, with a gain of
    2^grade - 1. Posts without a grade count as 0."""
    found = []
    for text, grades in judgements().items():
        with engine.searching() as search:
            posts = order(search, parse(text))
        gain = dcg([grades.get(post.slug, 0) for post in posts])
        found.append(gain / dcg(sorted(grades.values(), reverse=True)))
    return mean(found)


def dcg(grades):
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades[:DEPTH]))
