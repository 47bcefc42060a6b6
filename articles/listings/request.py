"""What a page, a feed or the desk asks the archive for."""

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final, Self
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from ..models import ChangePlace, PageKey
from ..search.conditions import Scope
from ..search.engine import RANKED
from ..search.query import Field, Query, parse
from .filters import PostFilter
from .subjects import Subject, TermSubject, WatchSubject
from .watchlist import term_named

PAGE_SIZE: Final = 40  # posts
STORIES: Final = "stories"  # the parameter that says whether each story is shown once: on, off


class Order(Enum):
    NEWEST = "newest"
    RELEVANCE = "relevance"
    CHANGED = "changed"


class Detail(Enum):
    """How much a listing has of each post. FLASH selects flashes only, with the securities they
    name. PAGE marks matches and adds count, facets and advice. WHOLE has the full body."""

    HEADLINE = "headline"
    FLASH = "flash"
    ENTRY = "entry"
    PAGE = "page"
    WHOLE = "whole"


class PageKeyError(ValueError):
    """An address has something other than the key of a page where one should be."""


@dataclass(frozen=True, slots=True)
class ListingRequest:
    """A question to the archive: which posts, how many, in which order, and how much of each.

    `scope` is what the `filters` of the address and the `subject` of the page select; None where a
    filter makes no sense. Only editors may ask for a `status`.

    Posts are the newest ones, those next older than `before`, or by relevance those of page
    `number`, from 1. Only headlines can be in the order in which they last changed: those before
    the change `changed_before`. Only pages go back by `after`, and always have a count: any other
    detail has one if `is_counted`. If it is `by_story`, each story is there once, with the other
    posts that tell it.

    `named` is the term that the query names by its field, if that and the term of the page are all
    that is asked for.
    """

    query: Query = field(default_factory=lambda: parse(""))
    scope: Scope | None = field(default_factory=Scope)
    subject: Subject | None = None
    named: Any = None
    filters: PostFilter = field(default_factory=lambda: PostFilter(MultiValueDict()))
    detail: Detail = Detail.ENTRY
    size: int = PAGE_SIZE
    order: Order = Order.NEWEST
    before: PageKey | None = None
    after: PageKey | None = None
    number: int = 1
    changed_before: ChangePlace | None = None
    is_counted: bool = False
    by_story: bool = False
    status: str | None = None

    @classmethod
    def read(
        cls,
        parameters: MultiValueDict[str, str],
        subject: Subject | None = None,
        detail: Detail = Detail.PAGE,
    ) -> Self:
        """The request that the parameters of an address make: `q`, filters, `stories`, for a page
        `sort`, `before`, `after` and `page`, and for whole posts `before`. A page is by story
        unless the address says not to, anything else if it says so. Raises `PageKeyError`."""
        text = "" if isinstance(subject, WatchSubject) else parameters.get("q", "").strip()
        query = parse(text, timezone.localdate())
        filters = PostFilter(parameters, subject)
        by_story = parameters.get(STORIES, "on" if detail is Detail.PAGE else "off") == "on"
        request = cls(
            query,
            filters.scope(),
            subject,
            named_beside(subject, query),
            filters,
            detail,
            by_story=by_story,
        )
        if detail is Detail.WHOLE:
            return replace(request, before=page_key(parameters.get("before", "")))
        if detail is not Detail.PAGE:
            return request
        is_ranked = parameters.get("sort") == Order.RELEVANCE.value and query.words
        return replace(
            request,
            order=Order.RELEVANCE if is_ranked else Order.NEWEST,
            before=page_key(parameters.get("before", "")),
            after=page_key(parameters.get("after", "")),
            number=page_number(parameters.get("page", "")),
        )

    @property
    def name(self) -> str:
        """What it is of, in titles: 减持 · 贵州茅台, or 贵州茅台、五粮液. Empty for all posts."""
        if self.named:
            return f"{self.subject}{gettext(', ')}{self.named}"
        parts = [self.query.text, str(self.subject) if self.subject else ""]
        return " · ".join(dict.fromkeys(filter(None, parts)))

    @property
    def is_search(self) -> bool:
        """Whether only the index can tell which posts are asked for."""
        return bool(self.query.clauses or (self.scope and self.scope.any_of))

    @property
    def selecting(self) -> str | None:
        """The query of an address that selects the same posts without the subject: by the API, or
        in a frame. None for a watchlist, which no parameters select there."""
        if self.subject and self.subject.any_of:
            return None
        return urlencode({"q": self.query.text} | self.filters.with_subject, doseq=True)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters that the next search keeps, with their values: the order and the filters
        of a search of the whole archive."""
        if self.subject is not None:
            return []
        names = ["sort", STORIES, *PostFilter.base_filters]
        return [
            (name, value) for name in names for value in self.filters.data.getlist(name) if value
        ]


def named_beside(subject: Subject | None, query: Query) -> Any:
    """The term that a query names by its field on the page of another term; None if it does not."""
    criterion = query.only_criterion
    if not isinstance(subject, TermSubject) or criterion is None or criterion.field is Field.TEXT:
        return None
    term = term_named(query)
    return term if term != subject.term else None


def page_key(text: str) -> PageKey | None:
    if not text:
        return None
    key = PageKey.parse(text)
    if key is None:
        raise PageKeyError(f"not the key of a page: {text}")
    return key


def page_number(text: str) -> int:
    """The page of a listing by relevance, which ends where ranking does."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 1
    return min(max(number, 1), RANKED // PAGE_SIZE)
