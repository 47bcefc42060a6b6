"""A word that is in no post → names, common words and words of titles that sound like it, or names
that are written much like it."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import islice, product
from typing import Final

from django.utils import timezone

from ..models import Facet
from ..pinyin import NAME_MARK, full_pinyin, readings, spaced
from ..terms import BY_QUERY_FIELD, MOST_SUGGESTED_FIRST, SOURCE, TermKind
from .conditions import Scope
from .engine import Search
from .kept_names import AllNames, NamesOfKind, all_names
from .mistyped import meant_by_mistyped
from .names import Spelled, matched
from .query import (
    CHINESE,
    CODE_ALONE,
    Clause,
    Criterion,
    Field,
    Note,
    Query,
    Remark,
    Span,
    assumed,
    parse,
    parse_days,
    with_slashes_apart,
)
from .securities import numbers_of_code
from .suggest import as_written
from .text.normalise import fold
from .text.vocabulary import FREQUENT, UBIQUITOUS
from .typed import Ranks, Typed

MAX_OFFERED: Final = 4
MAX_TRIED: Final = 12  # queries, of which those that find something are offered
MAX_WORDS: Final = 3  # of a query that may be wrong
CANDIDATES: Final = 12  # names of each kind, of which the best are offered
SHORTEST_MISSPELT: Final = 3  # characters: of two, a wrong one leaves too little
SHORTEST_PART: Final = 4  # characters of a part of a name, or of a title, in which one may be wrong
LONGEST: Final = 24  # characters
LONGEST_OF_TWO: Final = 6  # characters of two words without a space
EACH_OF_TWO: Final = 2  # likenesses of each that are tried
#: Whose names may be meant by any word.
KINDS: Final = tuple(kind for kind in MOST_SUGGESTED_FIRST if kind.is_meant_by_words)
#: Around a word or a figure, which others may not write: -3.5亿元, +145%, $600519$.
SIGNS = re.compile(r"^\W{1,9}(?=\w)|(?<![^\w%％])[^\w%％]{1,9}$")
CODE = re.compile(CODE_ALONE, re.IGNORECASE)
PERCENT = re.compile(r"(([0-9]{1,9})\.[0-9])[0-9]{0,9}([%％])")
FIGURE = re.compile(r"(?:[a-z]{2}|[0-9]\.)?([0-9]{4,7})(?:\.[a-z]{2})?", re.IGNORECASE)
SHORTEST_DATE: Final = 4  # characters
YEAR_LAST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]((?:19|20)[0-9]{2})")
TITLES: Final = 2_000  # the newest, whose words may be meant
SEVERAL: Final = 3  # titles
HAN_WORD = re.compile("[\u4e00-\u9fff]{2,6}")
SOUNDS_ALIKE, PART_SOUNDS_ALIKE, ABBREVIATED, ONE_WRONG, SHARES = 4, 3, 2, 1, 0  # ranks
WRONG_MARKET: Final = SOUNDS_ALIKE


@dataclass(frozen=True, slots=True)
class Offer:
    """What may have been meant, and the whole query with it."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A name to put in for parts of the text of a query, all of which have the same words.
    `stands_for` is the field of the source or the security that has that name or code, for whose
    posts it may stand; that of text if none."""

    places: tuple[Span, ...]
    name: str
    written: str
    stands_for: Field


def offers(search: Search, query: Query, clauses: Iterable[Clause], scope: Scope) -> list[Offer]:
    """Replace one word in each of these clauses, which no post meets, by a name that may have been
    meant, and leave out those that resemble none, if others do; return only distinct queries that
    find a post.

    One statement for each word, up to six more for one that may be two, one for all that sound like
    no name, and one that tries them all; and those by which fields are read.
    """
    clauses = [*clauses]
    if not clauses or len(clauses) > MAX_WORDS:
        return []
    known = search.terms.known
    titles = cache(partial(search.newest_titles, TITLES))
    corrections = [
        [
            found
            for one in clause.criteria
            for found in corrections_of(known, query, clause, one, titles)
        ]
        for clause in clauses
    ]
    if not any(corrections):
        return []
    corrections = [
        found or [*left_out(query, clause)]
        for found, clause in zip(corrections, clauses, strict=True)
    ]
    tried: dict[str, Offer] = {}
    conditions = []
    today = timezone.localdate()
    periods = [*announced_periods(query, today)]
    for chosen in product(*corrections):
        changed = corrected(query.text, (*chosen, *periods))
        if len(tried) < MAX_TRIED and changed not in (query.text, *tried):
            names = dict.fromkeys(one.name for one in chosen if one.name)
            tried[changed] = Offer(" ".join(names), changed)
            asked = of_terms_too(
                with_slashes_apart(parse(changed, today), today),
                {one.name: one.stands_for for one in chosen},
            )
            conditions.append(search.conditions(asked, scope))
    found = search.with_posts(conditions)
    named: dict[str, Offer] = {}
    for number, offer in enumerate(tried.values()):
        if number in found:
            named.setdefault(offer.name, offer)
    return [*named.values()][:MAX_OFFERED]


def announced_periods(query: Query, today: dt.date) -> Iterator[Correction]:
    """The field of dates before each period that has none, if it is read as one only because the
    query finds nothing: what is offered finds something."""
    text, read = query.text, assumed(parse(query.text, today))
    meant = {days: word for days, word in assumed(query).items() if days not in read}
    for clause in query.clauses:
        for one in clause.criteria:
            if one.days in meant:
                for start, end in written_at(query, clause, replace(one, value=meant[one.days])):
                    before = " " * text[start - 1 : start].isalnum()
                    after = " " * text[end : end + 1].isalnum()
                    written = f"{before}{one.written}{after}"
                    yield Correction(((start, end),), "", written, Field.TEXT)


def other_than(found: Iterable[Offer], *queries: Query) -> list[Offer]:
    """The offers that ask for something else than these queries."""
    asked = {query.meaning for query in queries}
    today = timezone.localdate()
    return [offer for offer in found if parse(offer.query, today).meaning not in asked]


def corrections_of(
    known: AllNames,
    query: Query,
    clause: Clause,
    criterion: Criterion,
    titles: Callable[[], Iterable[str]],
) -> Iterator[Correction]:
    if criterion.is_negated or criterion.days:
        return
    is_no_date = not said_of_no_days(criterion).isdisjoint(query.notes)
    kind = BY_QUERY_FIELD.get(criterion.field)
    found = {
        name: (
            name if criterion.is_phrase else as_written(name),
            Field.SOURCE if of_source else Field.TEXT,
        )
        for name, of_source in likely(known, criterion.value, (kind,) if kind else KINDS).items()
        if not (is_no_date or parse_days(criterion.value, timezone.localdate()))
    }
    if not (kind or is_no_date or any(are_homophones(criterion.value, name) for name in found)):
        words = heard_in(titles, criterion.value)
        found |= {word: (word, Field.TEXT) for word in islice(words, MAX_OFFERED)}
    facets = [kind.facet for kind in ((kind,) if kind else KINDS)]
    for name, facet in meant_by_mistyped(known, criterion.value, facets):
        field = Field.SOURCE if facet == SOURCE.facet else Field.TEXT
        found[name] = (name if criterion.is_phrase else as_written(name), field)
    if criterion.field in (Field.TEXT, Field.CODE):
        codes = (one.named.code for one in with_similar_code(known, criterion.value))
        found |= {code: (code, Field.CODE) for code in islice(dict.fromkeys(codes), MAX_OFFERED)}
    bare = SIGNS.sub("", criterion.value)
    if bare != criterion.value and criterion.field is Field.TEXT:
        found[bare] = (bare, Field.TEXT)
    if criterion.field is Field.TEXT and (percent := PERCENT.fullmatch(bare := fold(bare))):
        shorter = (bare[:-1], percent[1] + percent[3], percent[2] + percent[3])
        found |= {text: (text, Field.TEXT) for text in shorter if text != criterion.value}
    for date in (*dates_before(query, criterion), *dates_with_year_last(criterion)):
        dated = f"{CHINESE[Field.DATE]}：{date}"
        found[dated] = (date if is_no_date else dated, Field.TEXT)
    is_plain = clause == Clause((criterion,), False, clause.places) and not criterion.is_phrase
    if not found and is_plain and criterion.field is Field.TEXT:
        found = {two: (two, Field.TEXT) for two in two_words(known, criterion.value)}
    for name, (written, stands_for) in found.items():
        if places := written_at(query, clause, criterion):
            yield Correction(places, name, written, stands_for)


def written_at(query: Query, clause: Clause, criterion: Criterion) -> tuple[Span, ...]:
    """Where a criterion of a clause stands in the text of its query."""
    size = len(criterion.value)
    found = (query.text.find(criterion.value, start, end) for start, end in clause.places)
    return tuple((start, start + size) for start in found if start >= 0)


def with_similar_code(known: AllNames, text: str) -> list[Spelled]:
    """Securities whose code a figure is in another market: SZ600519. If there are none, those whose
    code differs from it in one digit, or in the order of two; or else, if it can be a code, those
    whose code begins most like it. None, if it is a code."""
    bare = SIGNS.sub("", fold(text.strip()))
    figure = FIGURE.fullmatch(bare)
    if figure is None:
        return []
    digits = figure[1]
    swapped = (
        digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        for at in range(len(digits) - 1)
    )
    misspelt = re.compile("|".join((*patterns(digits), f".{digits}", *swapped)))
    names = known.of[Facet.SECURITY]
    if numbers_of_code(Typed(bare), names):
        return []
    ranks = dict.fromkeys(names.of_code(digits), WRONG_MARKET)
    codes = names.codes
    ranks = ranks or {number: ONE_WRONG for code, number in codes if misspelt.fullmatch(code)}
    if not ranks and CODE.fullmatch(bare):
        beginnings = (digits[:size] for size in range(len(digits) - 1, 0, -1))
        alike = (
            {n: SHARES for code, n in codes if code.startswith(one) and len(code) == len(digits)}
            for one in beginnings
        )
        ranks = next(filter(None, alike), {})
    return matched(known, {Facet.SECURITY: ranks}, {Facet.SECURITY: CANDIDATES})


def is_code(text: str) -> bool:
    """Whether a text can be the code of a security, known or not: 600519, $SH600519$."""
    return CODE.fullmatch(SIGNS.sub("", fold(text.strip()))) is not None


def said_of_no_days(criterion: Criterion) -> set[Note]:
    """The notes of which one is on a value that is written as days and means none."""
    return {Note(remark, criterion.value) for remark in (Remark.NO_DATE, Remark.NO_SUCH_DAY)}


def dates_before(query: Query, criterion: Criterion) -> Iterator[str]:
    """The longest beginning of a value that is no date which is one: 2022 of 2022-13."""
    if not said_of_no_days(criterion).isdisjoint(query.notes):
        value = criterion.value
        ends = range(len(value) - 1, SHORTEST_DATE - 1, -1)
        beginnings = (value[:end].rstrip("-/.") for end in ends if not value[end].isdecimal())
        yield from islice(filter(parse_days, beginnings), 1)


def dates_with_year_last(criterion: Criterion) -> Iterator[str]:
    """The days that a value may be which begins with the day or the month: 15/03/2022."""
    if found := YEAR_LAST.fullmatch(criterion.value):
        day, month, year = found.groups()
        ways = dict.fromkeys((f"{year}-{month:0>2}-{day:0>2}", f"{year}-{day:0>2}-{month:0>2}"))
        yield from filter(parse_days, ways)


def left_out(query: Query, clause: Clause) -> Iterator[Correction]:
    """Nothing instead of a clause of a query, if it is said alone where it is, or in words of its
    own, as the period of 茅苔昨天."""
    places = clause.places
    if any(one != clause and not {*one.places}.isdisjoint(places) for one in query.clauses):
        [criterion, *others] = clause.criteria
        places = () if others else written_at(query, clause, criterion)
    if places:
        yield Correction(places, "", "", Field.TEXT)


def of_terms_too(query: Query, fields: Mapping[str, Field]) -> Query:
    """The query with posts of a source or a security as an alternative to a text that is its name
    or its code: `fields` has that field, by the text."""
    return replace(
        query,
        clauses=tuple(
            replace(
                clause,
                criteria=(
                    *clause.criteria,
                    *(
                        replace(one, field=field)
                        for one in clause.criteria
                        if one.field is Field.TEXT and not (one.is_phrase or clause.is_excluded)
                        if (field := fields.get(one.value, Field.TEXT))
                    ),
                ),
            )
            for clause in query.clauses
        ),
    )


def corrected(text: str, corrections: Iterable[Correction]) -> str:
    """The text of a query with names instead of words."""
    written = {place: one.written for one in corrections for place in one.places}
    for start, end in sorted(written, reverse=True):
        new, after = written[start, end], text[end:]
        text = text[:start] + new + (after if new else after.lstrip())
    return text.strip()


def sounds_like_name(known: AllNames, word: str) -> bool:
    """Whether a word is pronounced as a name, or as a part of one: 格力电气 as 格力电器."""
    letters = letters_of(word)
    ranked = (ranks(letters, known.of[kind.facet]) for kind in KINDS if letters)
    return any(rank >= PART_SOUNDS_ALIKE for found in ranked for rank in found.values())


def near(word: str) -> list[str]:
    """Names of securities and sources, and parts of them, that sound like a word, or differ
    from it in one character. If none sounds like it, common words that do first, or their
    beginnings and ends."""
    return [*likely(all_names(), word, KINDS)]


def likely(known: AllNames, word: str, kinds: Collection[TermKind]) -> dict[str, bool]:
    """As `near`, for these kinds; the value says whether a source has the name."""
    letters = letters_of(word)
    found: dict[str, bool] = {}
    for one in resembling(known, word, kinds):
        for name in names_of(one, letters, word):
            is_source = one.facet == SOURCE.facet and name == one.name
            found[name] = found.get(name, False) or is_source
    sound = spaced(letters)
    if letters and len(kinds) > 1 and not any(sound in spaced(name) for name in found):
        size, words = len(letters), sorted(FREQUENT | UBIQUITOUS)
        ends = (part for word in words for part in (word[:size], word[-size:]))
        common = {part: False for end in ends for part in parts_alike(end, letters)}
        found = common | found
    return found


def heard_in(titles: Callable[[], Iterable[str]], word: str) -> Iterator[str]:
    """What several titles have that sounds like a word and differs from it in one character, the
    most frequent first: 定增 for 定曾; what one has, if it is so long that this is no chance:
    恒瑞医药 for 恒锐医药."""
    size = len(word)
    if HAN_WORD.fullmatch(word):
        of_each = ({one[at : at + size] for at in range(len(one) - size + 1)} for one in titles())
        found = Counter(part for parts in of_each for part in parts)
        enough = SEVERAL if size < SHORTEST_PART else 1
        often = (part for part, count in found.most_common() if count >= enough)
        yield from (part for part in often if are_homophones(word, part))


def two_words(known: AllNames, text: str) -> Iterator[str]:
    """Two words, with a space between them, that a text without spaces sounds like: 矛台夜绩 is
    茅台 业绩. One of them may be as it was written, and a frequent word is."""
    if len(text) <= LONGEST_OF_TWO and text.isalnum():
        for at in range(2, len(text) - 1):
            halves = text[:at], text[at:]
            alike = [
                [] if is_frequent(half) else [*sounding(known, half)][:EACH_OF_TWO]
                for half in halves
            ]
            if any(alike):
                ways = (found or [half] for found, half in zip(alike, halves, strict=True))
                yield from (" ".join(map(as_written, way)) for way in product(*ways))


def is_frequent(word: str) -> bool:
    return word in FREQUENT or word in UBIQUITOUS


def sounding(known: AllNames, half: str) -> Iterator[str]:
    """What a half may be that has all its syllables."""
    sound = spaced(half)
    yield from (name for name in likely(known, half, KINDS) if sound in spaced(name))


def letters_of(word: str) -> str:
    """The letters that are compared with names; empty if they are too few, or none is Chinese."""
    letters = "".join(letter for letter in word if letter.isalnum())[:LONGEST]
    return "" if len(letters) < 2 or letters.isascii() else letters


def resembling(known: AllNames, word: str, kinds: Collection[TermKind]) -> list[Spelled]:
    """The terms of these kinds whose names resemble a word, the likeliest first."""
    letters = letters_of(word)
    if not letters:
        return []
    most = {kind.facet: CANDIDATES for kind in kinds}
    ranked = {facet: ranks(letters, known.of[facet]) for facet in most}
    if len(kinds) == 1 and not any(ranked.values()):
        ranked = {facet: sharing(letters, known.of[facet]) for facet in most}
    found = matched(known, ranked, most)
    return sorted(found, key=lambda one: (-one.rank, one.facet != Facet.SECURITY, -one.posts))


def names_of(found: Spelled, letters: str, word: str) -> Iterator[str]:
    """The part of a name that sounds like these letters of a word, then the name."""
    if found.rank == PART_SOUNDS_ALIKE:
        yield from parts_alike(found.name, letters)
    if found.name != word:
        yield found.name


def parts_alike(name: str, word: str) -> Iterator[str]:
    """The parts of a name that sound like `word` and are not written so."""
    size, sound = len(word), spaced(word)
    parts = (name[at : at + size] for at in range(len(name) - size + 1))
    yield from (part for part in parts if part != word and spaced(part) == sound)


def ranks(word: str, names: NamesOfKind) -> Ranks:
    """Names that resemble a word, ranked by how. If one character is wrong, one half of the word is
    right."""
    sound = full_pinyin([word]).strip(NAME_MARK)
    size = len(word)
    found: dict[int, int] = {}
    alike: dict[int, int] = {}
    if size >= SHORTEST_MISSPELT:
        misspelt = re.compile("|".join(patterns(word)))
        longest = None if size >= SHORTEST_PART else size + 1
        for half in (word[: size // 2], word[size // 2 :]):
            for number in names.written.having(half):
                name = names.rows[number].name
                if (longest is None or len(name) <= longest) and misspelt.search(name):
                    found[number] = ONE_WRONG
                    if are_homophones(word, name):
                        alike[number] = SOUNDS_ALIKE
    found |= dict.fromkeys(abbreviated(word, names), ABBREVIATED)
    found |= dict.fromkeys(names.spoken.having(sound), PART_SOUNDS_ALIKE)
    whole = f"{NAME_MARK}{sound}{NAME_MARK}"
    return found | alike | dict.fromkeys(names.spoken.having(whole), SOUNDS_ALIKE)


def are_homophones(one: str, other: str) -> bool:
    """Whether two words differ in one character, which has a reading in common: 美地 and 美的."""
    pairs = zip(one, other, strict=False)
    different = [pair for pair in pairs if pair[0] != pair[1]]
    if len(one) != len(other) or len(different) != 1:
        return False
    [(mine, theirs)] = different
    return not readings(mine).isdisjoint(readings(theirs))


def sharing(word: str, names: NamesOfKind) -> Ranks:
    """The names that share the most pairs of characters with a word, if that is half of either."""
    pairs = {word[at : at + 2] for at in range(len(word) - 1)}
    shared = Counter(number for pair in pairs for number in {*names.written.having(pair)})
    sizes = {number: min(len(word), len(names.rows[number].name)) for number in shared}
    alike = {number: n for number, n in shared.items() if 2 * n >= sizes[number] - 1}
    most = max(alike.values(), default=0)
    return {number: SHARES for number, n in alike.items() if n == most}


def abbreviated(word: str, names: NamesOfKind) -> Iterator[int]:
    """Names that begin and end as a word does and have its characters in that order: 中国证券报 is
    中证报; and of a word of two those of four characters, 招商银行 of 招行."""
    for number in names.written.having(f"\t{word[0]}"):
        name = names.rows[number].name
        rest = iter(name)
        if (
            name.endswith(word[-1])
            and name.startswith(word[0])
            and all(one in rest for one in word)
            and (len(word) > 2 or len(name) == 2 * len(word))
        ):
            yield number


def patterns(word: str) -> list[str]:
    """Expressions for a word, all of it letters and digits, with one character replaced, left out
    or added."""
    places = range(len(word))
    return [
        *(f"{word[:at]}.{word[at + 1 :]}" for at in places),
        *(word[:at] + word[at + 1 :] for at in places),
        *(f"{word[:at]}.{word[at:]}" for at in places[1:]),
    ]
