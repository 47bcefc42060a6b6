"""What a language model may ask of the archive, by the Model Context Protocol: to search, to read,
which security a text means, how many posts there are over time, and whether a quotation is right.

Each answer is short, says what was left out of it, and what the archive covers. Days may be written
as in searches: 本周, yesterday, 2022-03.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote

from django.db import close_old_connections
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import override
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError

from newsroom.addresses import root

from ..characters import clean_value
from ..data.archive import holdings
from ..data.posts import FIELDS, USUAL_FIELDS, Data, data_of, read, written
from ..listings.answering import answer
from ..listings.filters import ExactFilter
from ..listings.listing import Listing
from ..listings.request import Detail, ListingRequest, Order
from ..models import Facet, PageKey
from ..search.engine import SearchTimeoutError
from ..search.kept_names import all_names
from ..search.misspelt import resembling
from ..search.names import spelled
from ..search.query import parse
from ..terms import SECURITY
from . import cursors
from .posts import errors_of, notes_of, post_at
from .problems import ProblemError
from .quotations import posts_with

MOST: Final = 20  # posts in an answer
LARGEST: Final = 30_000  # bytes of an answer
POSTS: Final = LARGEST - 2_000  # of them for its posts: what else is in it has the rest
SHOWN: Final = 4_000  # characters of a body, where several are given
MONTHS: Final = 1_200  # in an answer
SAID: Final = 500  # characters of an error, at its beginning, and at its end
QUOTED_FIELDS: Final = ("slug", "url", "title", "published_at", "source")
WHOLE: Final = ("slug", "url", "published_at", "updated_at", "source")  # fields that are never cut

#: The filters that tools call by other names than addresses do.
CALLED: Final = {"from": "since", "to": "until"}

Limit = Annotated[int, Field(ge=1, le=MOST, description=f"How many posts to give, up to {MOST}.")]

tools: Final[list[Tool]] = []


class StrictTool(Tool):
    """A tool that refuses arguments that it does not have: a misspelt filter that is left out finds
    everything."""

    async def run(
        self, arguments: dict[str, Any], context: Any, convert_result: bool = False
    ) -> Any:
        known = self.parameters["properties"]
        if unknown := ", ".join(name for name in arguments if name not in known):
            raise ToolError(f"{self.name} has no argument {unknown}. It takes {', '.join(known)}.")
        try:
            return await super().run(arguments, context, convert_result)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            wrong = error.__cause__.errors()
            told = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}." for one in wrong)
            raise ToolError(" ".join(told)) from error


def tool(ask: Callable[..., Data]) -> Callable[..., CallToolResult]:
    """Declare a tool that reads only. It is called with named arguments, whose texts are made clean
    as those of addresses are. What is wrong with a question comes back as its error."""

    @wraps(ask)
    def asked(**named: Any) -> CallToolResult:
        clean = {
            name: clean_value(value) if isinstance(value, str) else value
            for name, value in named.items()
        }
        close_old_connections()
        try:
            with override("en"):
                told = ask(**clean) | {"archive": covered()}
        except SearchTimeoutError as error:
            raise ToolError(
                "The search took too long. Narrow it: a period, a source, or rarer words."
            ) from error
        finally:
            close_old_connections()
        if size_of(told) > LARGEST:
            raise ToolError("The answer is too long. Narrow the question, or ask for fewer posts.")
        text = TextContent(type="text", text=as_text(told))
        return CallToolResult(content=[text], structured_content=told)

    annotations = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    declared = StrictTool.from_function(asked, annotations=annotations)
    declared.parameters["additionalProperties"] = False
    tools.append(declared)
    return asked


def as_text(told: Any) -> str:
    """As short as JSON can be."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def size_of(told: Any) -> int:
    """In bytes, as text."""
    return len(as_text(told).encode())


def covered() -> Data:
    """What the archive has, so that nobody takes its end for the end of the news."""
    return holdings() | {"now": written(timezone.now())}


def fitting(posts: Sequence[Data]) -> list[Data]:
    """As many of the posts, from the first on, as an answer has room for."""
    fit: list[Data] = []
    room = POSTS
    for post in posts:
        room -= size_of(post) + 1
        if room < 0:
            break
        fit.append(post)
    return fit


def question(query: str, since: str, until: str, **terms: str) -> ListingRequest:
    """Raises `ToolError`, which says what would be understood."""
    asked = QueryDict(mutable=True)
    for name, value in {"from": since, "to": until, **terms}.items():
        if value:
            asked.setlist(name, [value])
    filters = ExactFilter(asked)
    if errors := errors_of(filters):
        raise ToolError("; ".join(explained(error) for error in errors))
    parsed = parse(query.strip(), timezone.localdate())
    return ListingRequest(parsed, filters.scope(), filters=filters, detail=Detail.HEADLINE)


def explained(error: Data) -> str:
    offers = f" Try one of: {', '.join(error['allowed'])}." if error.get("allowed") else ""
    name = error["parameter"]
    return f"{CALLED.get(name, name)}: {error['detail']}{offers}"


@tool
def search(
    query: str = "",
    since: str = "",
    until: str = "",
    source: str = "",
    category: str = "",
    tag: str = "",
    security: str = "",
    order: Literal["newest", "relevance"] = "newest",
    limit: Limit = 10,
    bodies: bool = False,
    before: str = "",
) -> Data:
    """Posts that have all words of a query, the newest first or by relevance.

    since, until: the first and the last day, e.g. 2022-03-01, 2022-03, 本周. before: `next` of an
    answer to the same question, to go on; it is null at the end. By relevance there are a thousand
    at most. bodies: whether to give the beginnings of the texts, too; `read_post` gives all of one.
    If the posts are too long for one answer, it has fewer than `limit`, and `left_out` says how
    many: `next` goes on with those.
    """
    terms = {"source": source, "category": category, "tag": tag, "security": security}
    asked = question(query, since, until, **terms)
    arguments = (query, since, until, terms, order)
    place = place_of(before, arguments) if before else ""
    if order == Order.RELEVANCE.value and asked.query.words:
        skipped = int(place or 0)
        page = replace(asked, size=MOST, order=Order.RELEVANCE, number=skipped // MOST + 1)
    else:
        skipped = 0
        page = replace(asked, size=limit, before=PageKey.parse(place))
    listing = answer(replace(page, is_counted=True))
    chosen = listing.posts[skipped % MOST :][:limit]
    fields = [*USUAL_FIELDS, "text"] if bodies else USUAL_FIELDS
    posts = [beginning_of(post) for post in read([post.pk for post in chosen], fields, root())]
    shown = fitting(posts)
    end = after(listing, shown, skipped)
    return {
        "posts": shown,
        "count": listing.summary.count,
        "more_than_counted": listing.summary.is_capped,
        "left_out": len(posts) - len(shown),
        "next": cursors.write(end, *arguments) if end else None,
        "understood": notes_of(listing),
    }


def place_of(before: str, arguments: Iterable[object]) -> str:
    """The place in the answer to a question with these arguments. Raises `ToolError`."""
    try:
        return cursors.read(before, *arguments)
    except ProblemError as error:
        raise ToolError(
            "before: this is no `next` of an answer to this question. Repeat all arguments of that "
            "one, except `limit` and `bodies`, or leave `before` out to begin again."
        ) from error


def after(listing: Listing, shown: Sequence[Data], skipped: int) -> str | None:
    """The place after the last post that was shown; None if no more follow."""
    places = {post.slug: number for number, post in enumerate(listing.posts, 1)}
    place = max((places[post["slug"]] for post in shown), default=len(listing.posts))
    if place == len(listing.posts) and not listing.older:
        return None
    if listing.is_ranked:
        return str(skipped // MOST * MOST + place)
    return str(PageKey.of(listing.posts[place - 1])) if listing.posts else None


def beginning_of(post: Data, room: int = POSTS // 2) -> Data:
    """The post with long texts cut, and the largest of its fields until it has `room`, in bytes."""
    cut = {
        name: f"{post[name][:SHOWN]}…"
        for name in ("digest", "text")
        if len(post.get(name, "")) > SHOWN
    }
    while size_of(post | cut) > room:
        sizes = {name: size_of(one) for name, one in (post | cut).items() if name not in WHOLE}
        largest = max(sizes, key=lambda name: sizes[name])
        value = cut.get(largest, post[largest])
        if not value:
            break  # as where the name of a source is longer than all that may be cut
        cut[largest] = value[: len(value) // 2]
    return post | cut | {"is_cut": True} if cut else post


@tool
def read_post(slug: str, start: Annotated[int, Field(ge=0)] = 0) -> Data:
    """A whole post, by the slug or the url that a search gave.

    start: how many characters of its text to pass over. A long text is given in parts: `next_start`
    is where the next begins, null at the end.
    """
    _site, _slash, name = unquote(slug.strip().rstrip("/")).rpartition("/")
    try:
        post = post_at(name)
    except ProblemError as error:
        raise ToolError(f"slug: {error.detail} Take the slug of a post of a search.") from error
    data = data_of(post, [name for name in FIELDS if name != "html"], root())
    text = data["text"]
    if start > len(text):
        raise ToolError(f"start: The text has {len(text)} characters.")
    others = beginning_of(data | {"text": ""})
    room = POSTS - size_of(others)
    end = start + bisect_right(range(1, room), room, key=lambda n: size_of(text[start : start + n]))
    return {
        "post": others | {"text": text[start:end]},
        "characters": len(text),
        "next_start": end if end < len(text) else None,
    }


@tool
def resolve_security(text: str) -> Data:
    """The securities that a name, a part of one, a code or pinyin may mean, the likeliest first, at
    most 20. Other tools take the symbol as `security`."""
    if not text.strip():
        raise ToolError("text: write a name, a part of one, a code or pinyin.")
    found = spelled(text, {SECURITY.facet: MOST})
    if not found:
        near = resembling(all_names(), text, (SECURITY,))
        offers = ", ".join(f"{one.name} {one.address}" for one in near)
        raise ToolError(
            "text: No security has this name or code. "
            + (f"Try one of: {offers}." if offers else "Try its code or a part of its name.")
        )
    return {
        "securities": [
            {
                "symbol": one.address,
                "name": one.name,
                "kind": one.named.kind,
                "all_names": one.named.names,
                "posts": one.posts,
            }
            for one in found
        ]
    }


@tool
def count_over_time(
    query: str = "",
    since: str = "",
    until: str = "",
    source: str = "",
    category: str = "",
    tag: str = "",
    security: str = "",
) -> Data:
    """How many posts match in each month, and in each of the last days, in order of time. If there
    are more matches than were counted, months before `counted_since` have null. Of the months
    before the newest 1,200, `left_out` says how many there are: ask for them by `until`."""
    terms = {"source": source, "category": category, "tag": tag, "security": security}
    asked = question(query, since, until, **terms)
    listing = answer(replace(asked, detail=Detail.PAGE, size=1))
    summary = listing.summary
    counts = {
        facet: dict(sorted((one.slug, one.posts) for one in summary.values if one.facet == facet))
        for facet in (Facet.MONTH, Facet.DAY)
    }
    months = counts[Facet.MONTH]
    return {
        "count": summary.count,
        "more_than_counted": summary.is_capped,
        "months": dict([*months.items()][-MONTHS:]),
        "left_out": max(len(months) - MONTHS, 0),
        "days": counts[Facet.DAY],
        "counted_since": summary.since.isoformat() if summary.since else None,
        "understood": notes_of(listing),
    }


@tool
def check_quotation(sentence: str) -> Data:
    """Whether a sentence stands in the archive word for word, and in which posts. Only letters and
    figures count: spaces, punctuation (except the point of a figure), width, and traditional or
    simplified characters make no difference. A minus is part of its figure, -3.2%; a dash before a
    date or a count, between two amounts, or of two signs is none. Of more than 20 posts, `left_out`
    says how many were found beside those. If `not_compared` is true, more posts have all its words
    than could be compared."""
    if not any(map(str.isalnum, sentence)):
        raise ToolError("sentence: give the words that are to be found.")
    found, is_whole = posts_with(sentence, lambda query: question(query, "", ""))
    posts = [beginning_of(data_of(post, QUOTED_FIELDS, root())) for post in found[:MOST]]
    shown = fitting(posts)
    return {
        "is_found": bool(shown),
        "posts": shown,
        "left_out": len(found) - len(shown),
        "not_compared": not is_whole,
    }


class BriefServer(MCPServer):
    """A server whose errors are short, however long what they repeat is."""

    async def call_tool(self, *args: Any, **named: Any) -> Any:
        try:
            return await super().call_tool(*args, **named)
        except ToolError as error:
            said = str(error)
            if len(said) > 2 * SAID:
                raise ToolError(f"{said[:SAID]} … {said[-SAID:]}") from error
            raise


server = BriefServer(
    "newsroom",
    title="Newsroom",
    instructions=(
        "A Chinese financial-news archive. Search in Chinese: words are found wherever they stand, "
        "“-word” leaves posts out, “a | b” means either. Filter by source, category, tag or "
        "security, by name or code. Times are those of Shanghai. Cite posts by their url."
    ),
    tools=tools,
)
