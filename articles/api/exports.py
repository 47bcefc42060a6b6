"""Lists as files that are sent while they are read, however long they are."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, Final
from urllib.parse import quote

from django.http import HttpRequest, StreamingHttpResponse

from newsroom.addresses import root_of

from ..data.exports import FOR_SPREADSHEETS, FORMATS
from ..data.posts import USUAL_FIELDS
from ..listings.answering import answer
from ..listings.listing import Listing
from ..listings.request import ListingRequest
from . import known, posts
from .parameters import fields_asked

AT_ONCE: Final = 500  # posts


def export(request: HttpRequest, kind: str, asked: Any) -> StreamingHttpResponse:
    """A file of the newest posts that a request asks for. A header and its end say if there are
    more. Raises `ProblemError` and `engine.SearchTimeoutError`, before anything is sent."""
    made = FOR_SPREADSHEETS if kind == "csv" and asked.bom == "on" else FORMATS[kind]
    fields = made.fields or fields_asked(asked.fields, USUAL_FIELDS)
    question = replace(
        posts.request_of(request, asked),
        size=min(asked.limit, AT_ONCE),
        is_counted=True,
        **posts.place_of(request, asked),
    )
    first = answer(question)
    pages = Pages(first, asked.limit)
    root = root_of(request)
    rows = (row for page in pages for row in known.read(page, fields, root))

    def end() -> Iterator[str]:
        if pages.last.older:
            address = posts.next_page(request, str(pages.last.older))["next_url"]
            yield made.told_cut(address or "")

    content = chain(made.write(rows, fields), end())
    response = StreamingHttpResponse(content, content_type=made.media_type)
    response["Content-Disposition"] = f'attachment; filename="posts.{kind}"'
    if first.older and is_cut(first, asked.limit):
        response["X-Truncated"] = "true"
    if notes := posts.notes_of(first):
        response["X-Notes"] = quote(" ".join(notes))
    return response


def is_cut(first: Listing, limit: int) -> bool:
    """Whether more posts match than a file may have."""
    summary = first.summary
    return summary.is_capped or summary.count > limit


class Pages:
    """The listings of `most` posts, from the first one on. `last` is the one that was read last."""

    def __init__(self, first: Listing, most: int) -> None:
        self.last = first
        self.most = most

    def __iter__(self) -> Iterator[Listing]:
        left = self.most
        while True:
            yield self.last
            left -= len(self.last.posts)
            if not (left and self.last.older):
                return
            asked: ListingRequest = self.last.request
            size = min(left, AT_ONCE)
            self.last = answer(replace(asked, size=size, before=self.last.older, is_counted=False))
