"""The front matter of a document → what it states (jekyllrb.com/docs/front-matter)."""

import datetime as dt
import html
import re
from contextlib import suppress
from dataclasses import dataclass

from ...messages import Message
from ..values import FALSE, SHOWING, TRUE, letters_of
from .dates import SHANGHAI_TIME, read_date
from .documents import DocumentError
from .fields import BeyondMeasureError, Fields
from .header import find_fields, unpublished_at, unpublishing

NAME_LENGTH = 200  # characters of a category or tag; PostgreSQL cannot index 2,700 bytes
MOST_NOTES = 20
MOST_NAMES = 200  # categories or tags of a post; more are a list of keywords

URL = re.compile(r"(?:https?:)?//\S+")
# Tags, if what follows their names are attributes: in A<B 与 C>D and in a<b and c>d is none.
MARKUP = re.compile(
    r"</?(?:a|b|code|del|em|font|i|ins|mark|s|small|span|strong|sub|sup|u)"
    r"""(?:\s++[\w:-]++\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>]++))*+\s*+/?>""",
    re.IGNORECASE,
)
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
DAY = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}(?!\d)|\d{4}年\d")
HIDING = {"published": FALSE, "draft": TRUE}
#: What fields say where they do not hide a document: Jekyll's, and those of Hexo's plugins,
#: Obsidian and others.
SHOWN = SHOWING | {
    "publish": TRUE,
    "isdraft": FALSE,
    "private": FALSE,
    "hidden": FALSE,
    "unlisted": FALSE,
    "password": FALSE,
}
#: Fields, as in Pelican and in exports of WordPress, and what they say where they hide a document.
STATES = frozenset({"status", "poststatus", "state", "visibility"})
KEPT_BACK = frozenset("draft auto-draft private pending hidden unlisted unpublished trash".split())
# From when and until when Hugo and Ghost show a document
# (gohugo.io/content-management/front-matter, ghost.org/docs/content-api).
SHOWN_FROM = frozenset({"publishdate", "pubdate", "published", "publishedat"})
SHOWN_UNTIL = frozenset({"expirydate", "unpublishdate"})
NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
DOTS = re.compile(r"(?:^|(?<=/))\.{1,2}(?=/|$)")  # browsers leave these out of an address


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the header of a document states; a field that it does not state is empty.

    `undated` says why a date that is there cannot be used. `notes` say what was assumed.
    """

    title: str
    published_at: dt.datetime | None
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    is_draft: bool = False
    is_sample: bool = False  # every post that make_sample_posts writes says so
    original_url: str = ""  # of a post written here: the code in it is not the slug
    permalink: str = ""
    redirect_from: tuple[str, ...] = ()
    slug: str = ""  # as a permalink has it
    undated: DocumentError | None = None
    notes: tuple[Message, ...] = ()


def split(text: str, near: dt.date | None = None) -> tuple[FrontMatter, str]:
    """The front matter of a document and the text after it. `near`, the day in the file's name,
    tells which number of 02/10/2022 is the month.

    Raises `DocumentError` if there is none, if nothing closes it, or if a field makes no sense.
    """
    fields, rest = find_fields(text)
    fields.merge("taxonomies")  # Zola's (getzola.org/documentation/content/page)
    published_at, undated = None, None
    try:
        published_at = read_date(fields.one("date") or "", fields.line("date"), near)
    except DocumentError as error:
        undated = error
    date = fields.raw_fields.get("date")
    is_draft = date is not None and unpublishing(date.value) is not None
    if date and is_draft:  # two fields on one line
        fields.notes.append(Message("unpublished-by-line", line=date.line))
    now = dt.datetime.now(dt.UTC)
    for key in {**fields.raw_fields, **fields.given}:
        is_draft |= hides(fields, key)
        start, end = limits(fields, key, near)
        if start == NEVER or (end and end <= now):
            is_draft = True
            fields.notes.append(Message("unpublished-by-line", line=fields.line(key)))
        elif start and start > now:
            published_at = max(start, published_at or start)
            day = f"{start.astimezone(SHANGHAI_TIME):%Y-%m-%d}"
            fields.notes.append(Message("appears-by-line", day=day, line=fields.line(key)))
        elif not undated:
            published_at = published_at or start
    if not is_draft and (line := unpublished_at(text[: len(text) - len(rest)])):
        is_draft = True
        fields.notes.append(Message("unpublished-by-line", line=line))
    header = FrontMatter(
        title=" ".join(read_shown(fields, "title", fields.text("title")).split()),
        published_at=published_at,
        categories=read_categories(fields),
        tags=read_names(fields, "tag") or read_names(fields, "tags"),
        is_draft=is_draft,
        is_sample=read_word(fields, "newsroom_sample") == "true",
        original_url=read_url(fields, "original_url"),
        permalink=read_side(fields, "permalink") or read_side(fields, "url"),
        redirect_from=tuple(
            text for key in ("redirect_from", "aliases", "alias") for text in fields.all(key)
        ),
        slug=read_side(fields, "slug"),
        undated=undated,
        notes=few(fields.notes),
    )
    return header, rest


def few(notes: list[Message]) -> tuple[Message, ...]:
    """The notes without repetition, and no more than people read."""
    told = list(dict.fromkeys(notes))
    more = len(told) - MOST_NOTES
    return (*told[:MOST_NOTES], *([Message("more-notes", count=f"{more:,}")] if more > 0 else []))


def read_value(fields: Fields, key: str) -> str:
    """A field that holds one value; "" if it holds more."""
    value = fields.one(key)
    return value.strip() if isinstance(value, str) else ""


def read_side(fields: Fields, key: str) -> str:
    """A field that a post can do without; "" if it cannot be used."""
    return next(fields.all(key), "").strip()


def read_word(fields: Fields, key: str) -> str:
    return read_value(fields, key).lower()


def hides(fields: Fields, key: str) -> bool:
    """Whether a field says that its document is not to be published. So does one that says nothing
    known, or has other signs than letters in its name (“published”). Unless it says so in Jekyll's
    words, that is noted. Some sites have a date under `published`."""
    name = letters_of(key)
    if name in STATES:
        is_kept_back = read_side(fields, key).lower() in KEPT_BACK
        if is_kept_back:
            fields.notes.append(Message("unpublished-by-line", line=fields.line(key)))
        return is_kept_back
    if name not in SHOWN:
        return False
    value: object
    try:
        value = fields.one(key)
    except BeyondMeasureError:
        raise
    except DocumentError as error:
        fields.leave_out(key, error)
        value = [error]
    word = value.strip().lower() if isinstance(value, str) else value
    raw_field = fields.raw_fields.get(key)
    is_empty = not word and not (raw_field and raw_field.value.startswith(("&", "!", "|", ">")))
    if is_empty and name != "published":  # Ruby: nothing is not true
        return False
    if isinstance(word, str) and (word in SHOWN[name] or DAY.match(word)):
        return False
    if key != name or not isinstance(word, str) or word not in HIDING.get(name, ()):
        fields.notes.append(Message("unpublished-by-line", line=fields.line(key)))
    return True


def limits(
    fields: Fields, key: str, near: dt.date | None
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """From when, and until when, a field says that its document is shown: None if it says nothing,
    `NEVER`, with a note, if it cannot be read."""
    name = letters_of(key)
    if name not in SHOWN_FROM | SHOWN_UNTIL:
        return None, None
    moment: dt.datetime | None
    try:
        value = fields.one(key) or ""
        if name == "published" and not (isinstance(value, str) and DAY.match(value)):
            return None, None
        moment = read_date(value, fields.line(key), near)
    except BeyondMeasureError:
        raise
    except DocumentError as error:
        fields.leave_out(key, error)
        moment = NEVER
    return (moment, None) if name in SHOWN_FROM else (None, moment)


def read_url(fields: Fields, key: str) -> str:
    """A field that holds an address; "" if it holds anything else."""
    value = read_side(fields, key)
    return value if URL.fullmatch(value) else ""


def read_shown(fields: Fields, key: str, text: str) -> str:
    shown = rendered(text)
    return text if shown == text else fields.clean(key, shown)


def rendered(text: str) -> str:
    """A text as Jekyll's pages show it: they render HTML, so only the text of a title is left."""
    if "<" in text:
        text = MARKUP.sub("", BREAK.sub(" ", text))
    if "&" in text:
        with suppress(ValueError):  # a number of thousands of digits is not a character
            return html.unescape(text)
    return text


def read_names(fields: Fields, key: str) -> tuple[str, ...]:
    """A field that holds one name, never split on its spaces, or a list of them."""
    names: dict[str, None] = {}
    for text in fields.names(key):
        shown = read_shown(fields, key, text) if key.startswith("tag") else text
        name = " ".join(shown.splitlines()).strip()
        if len(name) > NAME_LENGTH:
            fields.leave_out(key, Message("field-too-long", key=key, length=NAME_LENGTH))
        elif name:
            names[name] = None
    if len(names) > MOST_NAMES:
        count = f"{len(names):,}"
        fields.notes.append(Message("first-are-taken", count=count, key=key, most=MOST_NAMES))
    return tuple(names)[:MOST_NAMES]


def read_categories(fields: Fields) -> tuple[str, ...]:
    """The categories, which are parts of addresses: `..` is not, and becomes `··`."""
    # As in Jekyll, the singular prevails if both are there.
    stated = read_names(fields, "category") or read_names(fields, "categories")
    if not any(map(DOTS.search, stated)):
        return stated
    categories = tuple(dict.fromkeys(DOTS.sub(lambda dots: "·" * len(dots[0]), c) for c in stated))
    fields.notes.append(Message("dots-of-category", categories=", ".join(categories)))
    return categories
