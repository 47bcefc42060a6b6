"""Documents → the fields of a post. These depend on the documents alone, not on their order."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from ...characters import letters
from ...messages import Message
from . import front_matter, permalinks
from .body import SecurityMark, parse_body
from .dates import SHANGHAI_TIME, YEARS
from .documents import DocumentError, decode
from .media import medium_of
from .rendering import excerpt

INFO_CODE = re.compile(r"NW(\d{18})(?!\d)")
# A name is a code, with or without the day before it. Other names hold the numbers of other things.
CODE_NAME = re.compile(r"(?:\d{4}-\d{1,2}-\d{1,2}-|-)?(?:NW)?(\d{18})", re.ASCII)
# Jekyll takes years of two digits too.
FILE_DAY = re.compile(r"(\d{4}|\d{2}(?=-\d{1,2}-\d{1,2}-))-(\d{1,2})-(\d{1,2})(?:-|\.|$)")
FIRST_SHORT_YEAR = 69  # as Ruby reads them: 69 is 1969, 68 is 2068
CODE_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})\d{10}$")
TITLE_LENGTH = 60  # characters of a digest that make a title, if a post has none


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """One document, read. `is_dated`: it states its time itself. `notes`: what was mended.
    `addresses`: the keys of its addresses on its former site."""

    file_name: str
    slug: str
    info_code: str
    title: str
    published_at: dt.datetime
    is_dated: bool
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    digest: str
    html: str
    text: str
    securities: tuple[SecurityMark, ...]
    medium: str
    link: str
    is_draft: bool = False
    is_sample: bool = False
    notes: tuple[Message, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DerivedPost:
    """The fields of a post, and notes on those that had to be assumed."""

    slug: str
    info_code: str
    title: str
    digest: str
    body_html: str
    body_text: str
    published_at: dt.datetime
    original_url: str
    source: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    securities: tuple[SecurityMark, ...]
    is_draft: bool
    notes: tuple[Message, ...]

    @property
    def terms(self) -> dict[str, tuple[str, ...]]:
        """What documents call the terms of the post, by the name of their kind."""
        return {
            "source": (self.source,) if self.source else (),
            "category": self.categories,
            "tag": self.tags,
            "security": tuple(mark.symbol for mark in self.securities),
        }

    def with_terms_renamed(self, names: Mapping[str, Mapping[str, str]]) -> Self:
        """The post with other names for some of its terms: `names` has the new name of each, by the
        name of its kind and by what `terms` calls it. A term is in the post once."""
        marks: dict[str, SecurityMark] = {}
        for mark in self.securities:
            symbol = names["security"].get(mark.symbol, mark.symbol)
            marks.setdefault(symbol, mark.with_symbol(symbol))
        return replace(
            self,
            source=names["source"].get(self.source, self.source),
            categories=tuple(
                dict.fromkeys(names["category"].get(slug, slug) for slug in self.categories)
            ),
            tags=tuple(dict.fromkeys(names["tag"].get(name, name) for name in self.tags)),
            securities=tuple(marks.values()),
        )


def parse_document(file_name: str, content: bytes) -> ParsedDocument:
    """Read one document. Raises `DocumentError` if that cannot be done."""
    text, repairs = decode(content)
    named_day = day_of(file_name, slug_of(file_name, ""))
    header, rest = front_matter.split(text, named_day and local(named_day).date())
    body = parse_body(rest)
    slug = slug_of(file_name, body.link)
    info_codes = {slug} & {*INFO_CODE.findall(file_name), *INFO_CODE.findall(body.link)}
    published_at = header.published_at
    unused = permalinks.left_out(header.permalink, header.redirect_from)
    notes = repairs + header.notes + unused + body.notes
    if published_at is None:
        published_at = day_of(file_name, slug)
        why = header.undated.reason if header.undated else Message("no-date")
        if published_at is None:
            line = header.undated.line if header.undated else None
            raise DocumentError(why if line else Message("no-date-anywhere"), line)
        day = f"{local(published_at):%Y-%m-%d}"
        notes += (Message("date-assumed", why=why, day=day),)
    if not (header.title or body.digest or body.text):
        raise DocumentError(Message("nothing-to-read"))
    return ParsedDocument(
        file_name=file_name,
        slug=slug,
        info_code=next((f"NW{code}" for code in info_codes), ""),
        title=header.title,
        published_at=published_at,
        is_dated=header.published_at is not None,
        categories=header.categories,
        tags=header.tags,
        digest=body.digest,
        html=body.html,
        text=body.text,
        securities=body.securities,
        medium=body.medium or medium_of(header.categories, header.tags),
        link=body.link or header.original_url,
        is_draft=header.is_draft,
        is_sample=header.is_sample,
        notes=notes,
        addresses=permalinks.addresses(
            # The name of its file, which leads to a post anyway, is not in the address then.
            header.permalink or (permalinks.DATE_STYLE if header.slug else ""),
            header.redirect_from,
            title=header.slug or FILE_DAY.sub("", stem_of(file_name), count=1),
            categories=header.categories,
            published_at=local(published_at),
        ),
    )


#: How the content of a document is read, by its file's name. Raises `DocumentError`.
Parse = Callable[[str, bytes], ParsedDocument]


def parse_stored(
    documents: Iterable[tuple[str, Any]], parse: Parse = parse_document
) -> tuple[list[ParsedDocument], list[str]]:
    """Read stored documents, by name and content (bytes or a buffer). A reading that has become
    stricter since must stop nothing: the second list says which it refuses, and why."""
    parsed, unreadable = [], []
    for name, content in documents:
        try:
            parsed.append(parse(name, bytes(content)))
        except DocumentError as error:
            unreadable.append(f"{name}: {error}")
    return parsed, unreadable


def local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(SHANGHAI_TIME)


def slug_of(file_name: str, link: str) -> str:
    """A document's name if that is a code; else the infoCode in its link; else its name without
    the ending. Two notes on one flash both link to it, and are two posts."""
    stem = stem_of(file_name)
    code = CODE_NAME.fullmatch(stem) or INFO_CODE.search(link)
    return code[1] if code else stem


def stem_of(file_name: str) -> str:
    return file_name.rpartition(".")[0] or file_name


def told_apart(documents: Sequence[ParsedDocument]) -> list[ParsedDocument]:
    """The documents, with slugs of their own for those whose names differ only in their endings:
    x.md, or else x.markdown, is the post x, and x.html next to it is the post x.html. The order of
    the documents makes no difference. Documents with the same code stay one post."""
    namesakes: dict[str, list[str]] = defaultdict(list)
    for document in documents:
        if is_named_by_stem(document):
            namesakes[document.slug].append(document.file_name)
    beside = {
        name: first
        for names in namesakes.values()
        for first, *others in [sorted(names, key=by_ending)]
        for name in others
    }
    return [
        replace(
            document,
            slug=document.file_name,
            notes=(*document.notes, Message("another-post", file=beside[document.file_name])),
        )
        if document.file_name in beside
        else document
        for document in documents
    ]


def is_named_by_stem(document: ParsedDocument) -> bool:
    return document.slug == stem_of(document.file_name)


def by_ending(file_name: str) -> tuple[bool, bool, str]:
    return not file_name.endswith(".md"), not file_name.endswith(".markdown"), file_name


def day_of(file_name: str, slug: str) -> dt.datetime | None:
    """Midnight, Shanghai time, of the day in the file's name or in the code."""
    for match in (FILE_DAY.match(file_name), CODE_DAY.match(slug)):
        if match is None:
            continue
        year, month, day = map(int, match.groups())
        if len(match[1]) == 2:
            year += 1900 if year >= FIRST_SHORT_YEAR else 2000
        try:
            midnight = dt.datetime(year, month, day, tzinfo=SHANGHAI_TIME)
        except ValueError:
            continue
        if year in YEARS:
            return midnight.astimezone(dt.UTC)
    return None


def derive(documents: Sequence[ParsedDocument]) -> DerivedPost:
    """The post that `documents`, all of one slug and at least one, make together.

    The richer body wins: more marked securities, then the longer text. What one document states
    is preferred to what would have to be assumed from another.
    """
    richest_first = sorted(documents, key=lambda d: (-len(d.securities), -len(d.text), d.file_name))
    richest = richest_first[0]
    notes: list[Message] = []

    digest = max((d.digest for d in richest_first), key=len)
    title = next((d.title for d in richest_first if d.title), "")
    if not title:
        title = first_sentence(digest or richest.text)
        notes.append(Message("title-assumed", title=title))

    source = best_medium(richest_first)
    for document in richest_first[1:]:
        notes += left_out(document, richest, title, source)

    # A time that a document states is better than a day taken from another's name.
    published_at = min((not d.is_dated, d.published_at) for d in documents)[1]
    links = [d.link for d in richest_first if d.link]
    securities: dict[str, SecurityMark] = {}
    for document in richest_first:
        for mark in document.securities:
            if mark.symbol not in securities or not securities[mark.symbol].name:
                securities[mark.symbol] = mark
    return DerivedPost(
        slug=richest.slug,
        info_code=max(d.info_code for d in documents),
        title=title,
        digest=digest,
        body_html=richest.html,
        body_text=richest.text,
        published_at=published_at,
        # Eastmoney's own page rather than a copy of the article, which is named by infoCode.
        original_url=next((link for link in links if not INFO_CODE.search(link)), "")
        or next(iter(links), ""),
        source=source,
        categories=tuple(sorted({c for d in documents for c in d.categories})),
        tags=tuple(sorted({t for d in documents for t in d.tags})),
        securities=tuple(securities.values()),
        is_draft=all(d.is_draft for d in documents),
        notes=tuple(notes),
    )


def best_medium(richest_first: Sequence[ParsedDocument]) -> str:
    """The medium that wrote the text, rather than the channel in which a flash runs."""
    media = [d.medium for d in richest_first if d.medium]
    channels = {tag for d in richest_first for tag in d.tags}
    return next((m for m in media if m not in channels), "") or next(iter(media), "")


def left_out(
    document: ParsedDocument, richest: ParsedDocument, title: str, source: str
) -> Iterator[Message]:
    """Notes on what a document says and its post does not, which has the text of another."""
    # Collecting the letters of a long text takes a hundred times as long as finding it as it is.
    if document.text not in richest.text and letters(document.text) not in letters(richest.text):
        lines = set(map(letters, richest.text.split("\n")))
        for line in document.text.split("\n"):
            if letters(line) not in lines:
                yield Message("other-text", file=document.file_name, text=excerpt(line))
                break
    if document.title not in ("", title):
        yield Message("other-title", file=document.file_name, text=document.title)
    if document.medium not in ("", source, *document.tags):
        yield Message("other-source", file=document.file_name, text=document.medium)


def first_sentence(text: str) -> str:
    sentence = re.split(r"(?<=[。！？])(?![”’」』）])|\n", text, maxsplit=1)[0].rstrip("。")
    return sentence if len(sentence) <= TITLE_LENGTH else sentence[: TITLE_LENGTH - 1] + "…"
