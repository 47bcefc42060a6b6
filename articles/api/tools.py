"""What a language model may ask of the archive, by the Model Context Protocol: to search, to read,
which security a text means, how many posts there are over time, and whether a quotation is right.

Each answer is short, says what was left out of it, and what the archive covers. Days may be written
as in searches: 本周, yesterday, 2022-03.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Final, ParamSpec

from django.db import close_old_connections
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import override
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from newsroom.addresses import root

from ..data.posts import FIELDS, USUAL_FIELDS, Data, data_of, read, with_data, written
from ..listings.answering import answer
from ..listings.filters import PostFilter
from ..listings.request import Detail, ListingRequest, Order
from ..models import Facet, FacetCount, PageKey, Post
from ..search.engine import SearchTimeoutError
from ..search.names import spelled
from ..search.query import parse
from ..search.text.normalise import normalise
from ..terms import SECURITY
from .posts import errors_of

MOST: Final = 20  # posts in an answer
LARGEST: Final = 30_000  # bytes of an answer
SHOWN: Final = 4_000  # characters of a body, where several are given
LONGEST_QUOTATION: Final = 200  # characters of it that are searched for; all are compared
CANDIDATES: Final = 20  # posts that may have a quotation

P = ParamSpec("P")

server = MCPServer(
    "newsroom",
    title="Newsroom",
    instructions=(
        "A Chinese financial-news archive. Search in Chinese: words are found wherever they stand, "
        "“-word” leaves posts out, “a | b” means either. Filter by source, category, tag or "
        "security, by name or code. Times are those of Shanghai. Cite posts by their url."
    ),
)


def tool(ask: Callable[P, Data]) -> Callable[P, Data]:
    """Declare a tool that reads only. What is wrong with a question comes back as its error."""

    @wraps(ask)
    def asked(*arguments: P.args, **named: P.kwargs) -> Data:
        close_old_connections()
        try:
            with override("en"):
                return shortened(ask(*arguments, **named) | {"archive": covered()})
        except SearchTimeoutError as error:
            raise ToolError(
                "The search took too long. Narrow it: a period, a source, or rarer words."
            ) from error
        finally:
            close_old_connections()

    annotations = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    server.tool(annotations=annotations)(asked)
    return asked


def covered() -> Data:
    """What the archive has, so that nobody takes its end for the end of the news."""
    months = FacetCount.objects.months()
    newest = Post.objects.published().newest_first().values_list("published_at", flat=True).first()
    return {
        "posts": sum(months.values()),
        "first_month": f"{min(months):%Y-%m}" if months else None,
        "newest_at": written(newest) if newest else None,
        "now": written(timezone.now()),
    }


def shortened(told: Data) -> Data:
    """The answer in at most `LARGEST` bytes. `left_out` counts the last posts that it lacks."""
    while len(json.dumps(told, ensure_ascii=False).encode()) > LARGEST and told.get("posts"):
        told["posts"] = told["posts"][:-1]
        told["left_out"] = told.get("left_out", 0) + 1
    return told


def question(query: str, since: str, until: str, **terms: str) -> ListingRequest:
    """Raises `ToolError`, which says what would be understood."""
    asked = QueryDict(mutable=True)
    for name, value in {"from": since, "to": until, **terms}.items():
        if value:
            asked.setlist(name, [value])
    filters = PostFilter(asked)
    if errors := errors_of(filters):
        raise ToolError("; ".join(explained(error) for error in errors))
    parsed = parse(query.strip(), timezone.localdate())
    return ListingRequest(parsed, filters.scope(), filters=filters, detail=Detail.HEADLINE)


def explained(error: Data) -> str:
    offers = f" Try one of: {', '.join(error['allowed'])}." if error.get("allowed") else ""
    return f"{error['parameter']}: {error['detail']}{offers}"


@tool
def search(
    query: str = "",
    since: str = "",
    until: str = "",
    source: str = "",
    category: str = "",
    tag: str = "",
    security: str = "",
    order: str = "newest",
    limit: int = 10,
    bodies: bool = False,
    before: str = "",
) -> Data:
    """Posts that have all words of a query, the newest first or by relevance.

    since, until: the first and the last day, e.g. 2022-03-01, 2022-03, 本周. before: `next` of an
    answer, to go on. bodies: whether to give the texts, too; `read` gives a whole one.
    """
    terms = {"source": source, "category": category, "tag": tag, "security": security}
    asked = question(query, since, until, **terms)
    if order not in (Order.NEWEST.value, Order.RELEVANCE.value):
        raise ToolError("order: write newest or relevance.")
    place = PageKey.parse(before) if before else None
    if before and place is None:
        raise ToolError("before: take `next` of an answer.")
    is_ranked = order == Order.RELEVANCE.value and bool(asked.query.words)
    listing = answer(
        replace(
            asked,
            size=min(max(limit, 1), MOST),
            order=Order.RELEVANCE if is_ranked else Order.NEWEST,
            before=None if is_ranked else place,
            is_counted=True,
        )
    )
    fields = [*USUAL_FIELDS, "text"] if bodies else USUAL_FIELDS
    posts = read([post.pk for post in listing.posts], fields, root())
    for post in posts:
        if len(post.get("text", "")) > SHOWN:
            post["text"] = post["text"][:SHOWN] + "…"
            post["is_cut"] = True
    return {
        "posts": posts,
        "count": listing.summary.count,
        "more_than_counted": listing.summary.is_capped,
        "next": str(listing.older) if listing.older else None,
        "understood": [*listing.notes, *(listing.cut.notes if listing.cut else ())],
    }


@tool
def read_post(slug: str) -> Data:
    """A whole post, by the slug that a search gave."""
    post = with_data(Post.objects.published()).filter(slug=slug.removeprefix("NW")).first()
    if post is None:
        raise ToolError(f"There is no post {slug}. Take the slug of a post that a search gave.")
    data = data_of(post, [name for name in FIELDS if name != "html"], root())
    most = LARGEST // 4  # a character of Chinese takes three bytes
    if len(data["text"]) > most:
        data |= {"text": data["text"][:most] + "…", "is_cut": True}
    return {"post": data}


@tool
def resolve_security(text: str) -> Data:
    """The securities that a name, a part of one, a code or pinyin may mean, the likeliest first.
    Other tools take the symbol as `security`."""
    found = spelled(text, {SECURITY.facet: MOST})
    if not found:
        raise ToolError(f"No security is called {text}. Try its code or a part of its name.")
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
    """How many posts match in each month, and in each of the last days. If there are more matches
    than were counted, months before `counted_since` have null."""
    terms = {"source": source, "category": category, "tag": tag, "security": security}
    asked = question(query, since, until, **terms)
    summary = answer(replace(asked, detail=Detail.PAGE, size=1)).summary
    counts = {
        facet: {one.slug: one.posts for one in summary.values if one.facet == facet}
        for facet in (Facet.MONTH, Facet.DAY)
    }
    return {
        "count": summary.count,
        "more_than_counted": summary.is_capped,
        "months": counts[Facet.MONTH],
        "days": counts[Facet.DAY],
        "counted_since": summary.since.isoformat() if summary.since else None,
    }


@tool
def check_quotation(sentence: str) -> Data:
    """Whether a sentence stands in the archive word for word, and in which posts. Spaces, width,
    kinds of punctuation, and traditional or simplified characters make no difference."""
    wanted = normalise(sentence.strip().strip("“”\"'「」"))
    if not wanted.strip():
        raise ToolError("sentence: give the words that are to be found.")
    beginning = wanted[:LONGEST_QUOTATION].replace('"', " ")
    asked = replace(question(f'"{beginning}"', "", ""), size=CANDIDATES)
    listing = answer(asked)
    found = with_data(Post.objects.published(), ["text"]).in_bulk(
        [post.pk for post in listing.posts] if listing.cut is None else []
    )
    posts = [
        data_of(found[post.pk], ["slug", "url", "title", "published_at", "source"], root())
        for post in listing.posts
        if post.pk in found and stands_in(wanted, found[post.pk])
    ]
    return {"is_found": bool(posts), "posts": posts}


def stands_in(wanted: str, post: Post) -> bool:
    return any(wanted in normalise(text) for text in (post.title, post.digest, post.body_text))
