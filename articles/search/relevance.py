"""How well an entry answers the words of a query, in SQL.

What makes an entry better, the most important first:

1. if its title has every word;
2. the more of the words its title has; of two titles with one word each, that with the rarer word:
   what most titles of the ranked entries have, as 收评 in a column, weighs less than half;
3. if its opening has every word, or its text has them near each other;
4. for each word in the opening but not in the title, if its title begins with a word, as with what
   it is about, and for the share of the text that the words are.

Of equals, the newer comes first; therefore the share is rounded. Ubiquitous words, such as 公司,
tell nothing and are left out, unless there are no others; but of titles with all other words, those
that have them as well come first.
"""

from collections.abc import Sequence
from typing import Final

from .sql import Sql, joined, sql
from .text.vocabulary import UBIQUITOUS

NEARBY: Final = 40  # characters before and after a word
ANCHORS: Final = 2  # words around which the others are looked for

ALL_IN_TITLE: Final = 4.0  # more than all below it together, except the words in the title
IN_TITLE: Final = 3.0  # for each word, times its weight
NEAR, BEGINNING, IN_OPENING, SHARE = 1.2, 0.5, 0.75, 0.5
UBIQUITOUS_TOO: Final = 1.1  # more than what titles with all words may differ by
LEAST_WEIGHT: Final = 0.4  # of a word that all titles have, if one that none has weighs 1
FULL_SHARE: Final = 50  # of the bytes of a text, one in so many
STEPS: Final = 4  # of the share
SHORT: Final = 600  # bytes, below which a text is taken to be as long as that

#: The digest, or the first paragraph where there is none; the text begins with title and digest.
OPENING: Final = "coalesce(nullif(split_part(text, E'\\n', 2), ''), split_part(text, E'\\n', 3))"
PARTS: Final = ("title", "opening", "text")

Words = Sequence[Sequence[str]]  # normalised: alternatives, and an entry has one of each


def by_relevance(matched: Sql, words: Words) -> Sql:
    """SQL for the ids of the entries of `matched`, which has their post_id, published_at, title and
    text: the most relevant first."""
    has_each = (sql("%(place)s IS NOT NULL", place=place_in("title", one)) for one in words)
    words = [one for one in words if UBIQUITOUS.isdisjoint(one)] or words
    numbers = range(len(words))
    columns = [
        sql(f"%(place)s AS {text}{n}", place=place_in(text, words[n]))
        for n in numbers
        for text in PARTS
    ]
    columns += [
        sql(f"size - octet_length(%(rest)s) AS bytes{n}", rest=text_without(words[n]))
        for n in numbers
    ]
    score = score_of(len(words)) if words else "0 * size"
    known = [f"{column}{n}" for n in numbers for column in ("title", "opening", "bytes")]
    # OFFSET 0 has each level evaluated once a row, `|| ''` fetches the text from out of line once,
    # and what is sorted has none.
    return sql(
        f"""
        SELECT post_id FROM (
            SELECT {", ".join(["post_id, published_at, size, has_all", *known])},
                (%(near)s) AS is_near
            FROM (
                SELECT %(columns)s, %(has_all)s AS has_all FROM (
                    SELECT *, octet_length(text) AS size, {OPENING} AS opening
                    FROM (
                        SELECT post_id, published_at, title, text || '' AS text
                        FROM (%(matched)s) matched OFFSET 0
                    ) entry OFFSET 0
                ) entry OFFSET 0
            ) entry OFFSET 0
        ) entry
        ORDER BY {score} DESC, published_at DESC, post_id DESC
        """,
        near=nearness(words),
        columns=joined(", ", [Sql("*"), *columns]),
        has_all=joined(" AND ", [Sql("true"), *has_each]),
        matched=matched,
    )


def place_in(text: str, alternatives: Sequence[str]) -> Sql:
    """SQL for the first place of any of them, from 1; NULL if there is none."""
    place = f"nullif(strpos({text}, %(word)s), 0)"
    return sql("least(%(all)s)", all=joined(", ", (sql(place, word=one) for one in alternatives)))


def text_without(alternatives: Sequence[str]) -> Sql:
    text = Sql("text")
    for word in alternatives:
        text = sql("replace(%(text)s, %(word)s, '')", text=text, word=word)
    return text


def score_of(count: int) -> str:
    numbers = range(count)
    weights = [
        f"(1 - float8 '{1 - LEAST_WEIGHT}' * count(title{n}) OVER () / count(*) OVER ())"
        for n in numbers
    ]
    in_title = " + ".join(
        f"CASE WHEN title{n} IS NULL THEN 0 ELSE {weights[n]} END" for n in numbers
    )
    in_all = " AND ".join(f"title{n} IS NOT NULL" for n in numbers)
    first = ", ".join(f"title{n}" for n in numbers)
    in_opening = " + ".join(f"(title{n} IS NULL AND opening{n} IS NOT NULL)::int" for n in numbers)
    share = " + ".join(f"bytes{n}" for n in numbers)
    return f"""
        CASE WHEN {in_all} THEN float8 '{ALL_IN_TITLE}' ELSE 0 END
        + CASE WHEN has_all THEN float8 '{UBIQUITOUS_TOO}' ELSE 0 END
        + CASE WHEN is_near THEN float8 '{NEAR}' ELSE 0 END
        + float8 '{IN_TITLE}' * ({in_title})
        + CASE WHEN least({first}) = 1 THEN float8 '{BEGINNING}' ELSE 0 END
        + float8 '{IN_OPENING / count}' * ({in_opening})
        + float8 '{SHARE / STEPS}'
          * least({STEPS}, {STEPS * FULL_SHARE} * ({share}) / greatest(size, {SHORT}))
    """


def nearness(words: Words) -> Sql:
    """SQL for whether all words are in the title or in the opening, or all the others stand near
    where one of the first words first stands."""
    if len(words) < 2:
        return Sql("false")
    numbers = range(len(words))
    places = ", ".join(f"text{n}" for n in numbers)
    # The cheap ones first: a window is copied from the text.
    near = [
        Sql(" AND ".join(f"title{n} IS NOT NULL" for n in numbers)),
        Sql(" AND ".join(f"opening{n} IS NOT NULL" for n in numbers)),
        Sql(f"greatest({places}) - least({places}) <= {NEARBY} AND num_nulls({places}) = 0"),
    ]
    for anchor in range(min(len(words), ANCHORS)):
        length = 2 * NEARBY + max(map(len, words[anchor]))
        window = f"substr(text, greatest(text{anchor} - {NEARBY}, 1), {length})"
        others = [alternatives for n, alternatives in enumerate(words) if n != anchor]
        found = (sql("%(place)s IS NOT NULL", place=place_in(window, one)) for one in others)
        near.append(joined(" AND ", found))
    return joined(" OR ", (sql("(%(one)s)", one=one) for one in near))
