"""Lines that somebody pastes → the address of a watchlist that follows what they name."""

import re
from collections.abc import Collection, Sequence
from itertools import chain
from time import monotonic
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, unquote, urlencode

from django.db.models import FilteredRelation, Q
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from ..models import Market
from ..search.kept_names import all_names
from ..search.names import is_security
from ..search.query import Query, parse
from ..search.text.normalise import fold
from ..search.typed import Typed
from ..terms import SOURCE, TERMS
from .pasted import (
    are_headings,
    companies_suggested,
    is_no_search,
    securities_in_address,
    securities_listed,
    without_marks,
)
from .watchlist import (
    LEFT_OUT,
    MOST_FOLLOWED,
    MOST_QUERIES,
    MOST_UNREAD,
    UNREAD,
    Watchlist,
    query_of,
    shortened,
    term_called,
    term_named,
    terms_at,
)

CODE_LENGTH: Final = 6
CODE_OR_LESS: Final = re.compile(r"\d{1,6}", re.ASCII)
READ_WITHIN: Final = 2  # seconds: a usual line takes a hundredth of one
LONGEST_ADDRESS: Final = 7_000  # characters: gunicorn takes 8,190 with all around them

#: An address of the site in the lines of a watchlist.
ADDRESS: Final = re.compile(r"(?:(?:https?://|/)[^?\s]*)?\?(?P<query>[^#\s]+)(?:#\S*)?")
#: The page of a term here, and that of a security at Eastmoney or Xueqiu.
PAGE: Final = re.compile(
    r"(?:https?://[^/\s]+)?/(?P<kind>[a-z]+)/(?P<slug>[^/?#\s]+)/?(?:[?#]\S*)?", re.ASCII
)
QUOTE_PAGE: Final = re.compile(
    r"https?://\S{0,60}?/(?P<code>(?:sh|sz|bj|hk)?\d{5,6}|\d{1,3}\.\w{1,9})(?:\.html)?(?:[?#]\S*)?",
    re.ASCII | re.IGNORECASE,
)
REMARK_OR_NAME: Final = re.compile(r"#\S.*(?<!#)")  # #贵州茅台 is a name, #注释 a remark
HASHTAGS: Final = re.compile(r"(?:#[^\s#]+#?\s*)+")  # #财联社 #证券日报
#: What names the part of a list that follows: 【白酒】.
HEADING: Final = re.compile(r"【[^【】]+】|\[[^\[\]]+\]")
WEB_PAGE: Final = re.compile(r"https?://\S+", re.IGNORECASE)
#: The address of a link beside its text, in Markdown or not.
LINKED: Final = re.compile(r"\]?\(?<?((?:https?://|(?<=\]\()/)[^\s()<>]+)[)>]?", re.IGNORECASE)
SEARCH: Final = re.compile(r"\s*(?:q\s*[:：=]|查询\s*[:：])(?P<text>.+)", re.IGNORECASE)


class Read(NamedTuple):
    """What a line asks to follow. It `is_blank` if it has nothing to read."""

    terms: Sequence[Any] = ()
    queries: Sequence[Query] = ()
    is_blank: bool = False


def with_lines(watchlist: Watchlist, text: str, left: int = 0) -> str:
    """The query of the address of a watchlist after adding what each line names, as far as there is
    room and time. Of the lines that name nothing, the first are in `UNREAD`; all others of which
    nothing is added are counted in `LEFT_OUT`, as are those `left` out before."""
    terms, queries = dict.fromkeys(watchlist.terms), dict.fromkeys(watchlist.queries)
    lines = with_zeros(list(dict.fromkeys(filter(None, map(str.strip, text.splitlines())))))
    sources = names_of_sources(lines)
    unread: list[str] = []
    end = monotonic() + READ_WITHIN
    for place, line in enumerate(lines):
        is_full = len(terms) >= MOST_FOLLOWED and len(queries) >= MOST_QUERIES
        if is_full or monotonic() > end:
            left += len(lines) - place
            break
        read = read_line(line, sources)
        more = [query for query in read.queries if query not in queries]
        if read.terms or (read.queries and len(queries) + len(more) <= MOST_QUERIES):
            terms |= dict.fromkeys(read.terms)
            queries |= dict.fromkeys(read.queries)
        elif read.queries:
            left += 1
        elif not read.is_blank:
            unread.append(line)
    left += len(unread[MOST_UNREAD:])
    left_out = [(UNREAD, shortened(without_marks(line))) for line in unread[:MOST_UNREAD]]
    while len(found := address_of(terms, queries, left_out, left)) > LONGEST_ADDRESS and queries:
        queries.popitem()
        left += 1
    return found


def with_zeros(lines: Sequence[str]) -> Sequence[str]:
    """A column of codes with the zeros that spreadsheets take from those of Shenzhen: 858. Other
    lines as they are, where numbers may be anything."""
    if not all(map(CODE_OR_LESS.fullmatch, lines)):
        return lines
    whole = [line.zfill(CODE_LENGTH) for line in lines]
    return [code if is_security(code) else line for code, line in zip(whole, lines, strict=True)]


def address_of(
    terms: Collection[Any], queries: Collection[Query], unread: Sequence[tuple[str, str]], left: int
) -> str:
    beside = [*unread, (LEFT_OUT, str(left))] if left else unread
    return "&".join(filter(None, [query_of(terms, queries), urlencode(beside)]))


def read_line(line: str, sources: Collection[str] = ()) -> Read:
    """What a line names: securities by name or code, a term after its field (`source:财联社`), all
    that an address of the site follows (`/watch/?s=1.600519`) or is the page of, the securities in
    an address elsewhere or of a link, one of the `sources`, or else a search, also after `q:`.
    Nothing, if it has a code or sums without a security, or is short for several companies. What
    stands after `# ` or `//` is a remark, except in a line with `q:`. 【白酒】 is a heading, unless
    a company has that name."""
    today = timezone.localdate()
    if search := SEARCH.fullmatch(line):
        return searched(parse(search["text"].strip(), today))
    line = without_marks(line)
    if (page := PAGE.fullmatch(line)) and (term := term_at(page["kind"], page["slug"])):
        return Read([term])
    if page := QUOTE_PAGE.fullmatch(line):
        return Read(securities_listed(page["code"]))
    if address := ADDRESS.fullmatch(line):
        there = Watchlist.read(MultiValueDict(parse_qs(address["query"])))
        if there:
            return Read(there.terms, there.queries)
    if address or WEB_PAGE.fullmatch(line):
        return Read(securities_in_address(line))
    if addresses := LINKED.findall(line):
        parts = [LINKED.sub(" ", line), *addresses]
        return next((read for part in parts if (read := read_line(part, sources)).terms), Read())
    if HASHTAGS.fullmatch(line):
        reads = [read_line(tag, sources) for tag in line.replace("#", " ").split()]
        if all(read.terms for read in reads):
            return Read([term for read in reads for term in read.terms])
    if HEADING.fullmatch(line):
        companies = [one for one in securities_listed(line) if one.market != Market.BOARD]
        return Read(companies, is_blank=not companies)
    query = parse(line, today)
    if term := term_named(query):
        return Read([term])
    if found := securities_listed(line):
        return Read(found)
    if fold(line).lower() in sources and (source := term_called(SOURCE, line)):
        return Read([source])
    if are_headings(line):
        return Read(is_blank=True)
    is_unread = REMARK_OR_NAME.fullmatch(line) or is_no_search(line) or companies_suggested(line)
    return Read() if is_unread else searched(query)


def searched(query: Query) -> Read:
    is_blank = re.search(r"\w", query.text) is None
    return Read(queries=[query] if query.clauses else [], is_blank=is_blank)


def term_at(kind_name: str, slug: str) -> Any:
    """The term whose page has this address; None if there is none."""
    kind = next((kind for kind in TERMS if kind.name == kind_name), None)
    slug = unquote(slug)
    return terms_at(kind, [slug]).get(slug) if kind else None


def names_of_sources(lines: Sequence[str]) -> set[str]:
    """Those of these lines that are names of sources, folded, now or before they were renamed. One
    question for all."""
    bare = [*map(without_marks, lines)]
    wanted = [one for line in bare for one in {line, *line.replace("#", " ").split()} if one]
    if not wanted:
        return set()
    named = SOURCE.objects.known().with_name_or_address(*wanted, *map(fold, wanted))
    seen = named.annotate(seen=FilteredRelation("aliases", condition=Q(aliases__was_seen=True)))
    rows = seen.values_list("name", "slug", "seen__name", "seen__slug")
    names = all_names().of[SOURCE.facet]
    spoken = (
        one for one in wanted if any(True for _ in Typed(one).with_whole_pinyin(names, SOURCE))
    )
    return {fold(one).lower() for one in chain(*rows, spoken) if one}
