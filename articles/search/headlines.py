"""A headline as it was pasted → as posts have it.

Where a headline is copied from, something is around it: 快讯：, 【快讯】 or 1. before it, the name
of a site after it. On the way a colon or a quotation mark may be lost, or a space be added. So a
query that finds nothing, and is long enough for a headline, is looked for without what is around
it, then in pieces between its signs, then with names at the beginning of pieces apart. Before
that, a query of any length is looked for without the words that only ask: 请问茅台最新消息. One
statement tries them all.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

from django.utils import timezone

from ..characters import letters
from ..models import Security
from ..terms import SECURITY
from .conditions import Scope
from .cutting import Cut, CutQuery
from .engine import Search
from .kept_names import AllNames
from .query import Clause, Criterion, Field, Query, Remark, parse, quoted
from .securities import under_all_names
from .typed import Typed

SHORTEST: Final = 8  # letters of a headline
SHORTEST_ASKED: Final = 2  # letters of what is asked about
SHORTEST_NAME, LONGEST_NAME = 3, 8  # characters of a security's name that is parted
MOST_AROUND: Final = 2  # that are left out before a headline, and after it

LINES: Final = "–—―─_|｜-"
#: The number or mark of an item: 1. and 一、; ①; •.
ITEM: Final = (
    r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[.．、)）](?![0-9一二三四五六七八九十])"
    r"|[(（](?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[)）]|[①-⒛❶-❿•·●▪■◆★►▶]"
)
SIGNS: Final = r"\s，,、。；;！!？?()（）【】\[\]"  # in no name
#: A time, with its day or not, or a day with its year: 02:24, 昨天 18:30, 2023-01-02 10:24.
WHEN: Final = (
    r"(?:(?:(?:[0-9]{4}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日?|[今昨前][天日])\s{1,3})?"
    r"[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?|[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?"
)
#: 02:24, 1. and ①, 【快讯】, #快讯#, 快讯：, 突发！, 财联社11月5日电，, 证券时报网讯.
BEFORE = re.compile(
    rf"(?:(?:{WHEN})(?=\s)|{ITEM}|【[^【】]{{1,12}}】|\[[^\[\]]{{1,12}}\]|#[^#]{{1,20}}#"
    rf"|[^{SIGNS}：:#]{{1,20}}[日社报网][电讯](?:[，,：:]|(?=\s))"
    rf"|(?P<label>[^{SIGNS}：:#]{{0,8}})[：:！!])\s{{0,3}}"
)
#: -新浪财经, _新浪网, ——证券时报, （来源：财联社）; after a space 18:30,
#: 东方财富网, 详情>>; an address.
AFTER = re.compile(
    rf"(?<![\s{LINES}])\s{{0,2}}(?:[{LINES}]{{1,2}}\s{{0,2}}[^{SIGNS}{LINES}]{{2,12}}"
    rf"|(?<=\s)[^{SIGNS}{LINES}]{{1,10}}"
    r"(?:(?<=[网报社])|(?<=财经|新闻|资讯|在线|[司网报社]讯)|[>＞»]{1,3})"
    rf"|(?<=\s)(?:{WHEN})"
    r"|https?://[^\s\u2e80-\U0003ffff]{1,200}"
    r"|[(（【\[][^()（）【】\[\]]{2,16}[)）】\]])$"
)
#: Signs and spaces. Signs between letters or digits of ASCII are parts of a word: 3.5, S&P.
BETWEEN = re.compile(r"(?:(?<![0-9A-Za-z])|(?=\s)|(?![^\w\s][0-9A-Za-z]))[^\w%％‰℃]+|_+")

#: What readers say to a search box around what they ask about.
ASKING_BEFORE = re.compile(
    r"(?:请问|有没有|关于)+\s{0,3}|(?:latest(?:\snews)?|news)(?:\s(?:about|on|of|for))?\s{1,3}",
    re.IGNORECASE,
)
ASKING_AFTER = re.compile(
    r"\s{0,3}(?:的?(?:最新|相关)?(?:消息|新闻|资讯|动态)|是?什么意思|(?:最近|现在)?怎么样|怎样|如何|为什么"
    r"|\s(?:latest\s)?news)[了呢啊吗?？]{0,3}$",
    re.IGNORECASE,
)
#: Between what readers compare: 贵州茅台 vs 五粮液.
COMPARING = re.compile(r"\s(?:vs\.?|versus|pk|对比|相比|比较)(?=\s)", re.IGNORECASE)

Way = tuple[Query, Cut]  # how a headline is looked for, and what is told of it


def as_headline(search: Search, query: Query, scope: Scope) -> CutQuery | None:
    """The headline that a query seems to be, as posts have it. None if no post has it, or something
    is left out, which would be looked for among its words."""
    if query.left_out or is_insisting(query):
        return None
    known = search.terms.known
    bare = [*without_what_is_around(query.text, known)]
    questioned = without_what_asks(query.text)
    in_pieces = [
        (text, tuple(filter(None, BETWEEN.split(text))), left_out)
        for text, left_out in ((query.text, ()), *bare)
    ]
    apart = [(text, with_names_apart(pieces, known), rest) for text, pieces, rest in in_pieces]
    whole = [(text, (text,), left_out) for text, left_out in bare]
    ways = (
        way
        for way in (way_of(*one) for one in (*whole, *in_pieces, *apart))
        if len(letters(way[0].text)) >= SHORTEST
    )
    asked = [way_of(text, (text,), left_out) for text, left_out in questioned]
    return first_of(search, query, scope, (*asked, *ways))


def without_what_is_around(text: str, known: AllNames) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The headlines that a text may have something around, those with the least of it first, each
    with what is left out."""
    before, after = [(0, "")], [(len(text), "")]
    while len(before) <= MOST_AROUND and (match := BEFORE.match(text, before[-1][0])):
        label = match["label"] or ""
        if len(label) > 1 and any(True for _ in known.of[SECURITY.facet].written.having(label)):
            break
        before.append((match.end(), match[0].strip()))
    while len(after) <= MOST_AROUND and (match := AFTER.search(text, 0, after[-1][0])):
        after.append((match.start(), match[0].strip()))
    numbers = product(range(len(before)), range(len(after)))
    for first, last in sorted(numbers, key=sum):
        (start, _), (end, _) = before[first], after[last]
        if first + last and len(letters(text[start:end])) >= SHORTEST:
            around = (*before[1 : first + 1], *reversed(after[1 : last + 1]))
            yield text[start:end], tuple(left_out for _, left_out in around)


def without_what_asks(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a text asks about, if it asks: 茅台 of 请问茅台怎么样, with what is left out; and
    what it compares."""
    start, end = 0, len(text)
    if before := ASKING_BEFORE.match(text):
        start = before.end()
    if after := ASKING_AFTER.search(text, start):
        end = after.start()
    if (before or after) and len(letters(text[start:end])) >= SHORTEST_ASKED:
        yield text[start:end].strip(), tuple(one[0].strip() for one in (before, after) if one)
    if signs := COMPARING.findall(text):
        yield COMPARING.sub("", text), tuple(sign.strip() for sign in signs)


def is_insisting(query: Query) -> bool:
    """Whether there are quotation marks around a part of the query that nothing else touches: those
    of a headline stand within its text, or one of them is lost."""
    text = query.text
    return Remark.NOT_CLOSED not in {note.remark for note in query.notes} and any(
        not (text[:start][-1:].strip() or text[end:][:1].strip())
        for clause in query.clauses
        if any(one.is_phrase for one in clause.criteria)
        for start, end in clause.places
    )


def with_names_apart(pieces: tuple[str, ...], known: AllNames) -> tuple[str, ...]:
    """The pieces, each of which begins with the name of a company parted after that."""
    return tuple(part for piece in pieces for part in name_and_rest(piece, known))


def name_and_rest(piece: str, known: AllNames) -> tuple[str, ...]:
    names = known.of[SECURITY.facet]
    for size in range(min(LONGEST_NAME, len(piece) - 1), SHORTEST_NAME - 1, -1):
        named = Typed(piece[:size]).with_name(names)
        if any(names.rows[number].kind == Security.Kind.STOCK for number in named):
            return piece[:size], piece[size:]
    return (piece,)


def way_of(text: str, pieces: tuple[str, ...], left_out: tuple[str, ...]) -> Way:
    """The way to look for a text by its pieces; by the text as it is written, if that is the only
    one."""
    criteria = tuple(Criterion(Field.TEXT, piece) for piece in dict.fromkeys(pieces))
    written = text if pieces == (text,) else " ".join(one.written for one in criteria)
    return parse(written, timezone.localdate()), Cut(criteria, left_out)


def first_of(search: Search, query: Query, scope: Scope, ways: Iterable[Way]) -> CutQuery | None:
    """The first of these ways that finds a post, of those that ask for texts alone and for
    something else than the query."""
    tried = [
        (under_all_names(read, search.terms.known), cut)
        for read, cut in ways
        if read.meaning != query.meaning and all(map(is_of_text, read.clauses))
    ]
    conditions = [search.conditions(read, scope) for read, _ in tried]
    for number in search.with_posts(conditions, most=1):
        read, cut = tried[number]
        cuts = {Criterion(Field.TEXT, query.text): cut}
        return CutQuery(read, conditions[number], cuts, quoted(query.text))
    return None


def is_of_text(clause: Clause) -> bool:
    return not clause.is_excluded and all(
        one.field is Field.TEXT and not one.is_negated for one in clause.criteria
    )
