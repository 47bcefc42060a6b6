"""Which posts an address asks for, and what it is told of them."""

import datetime as dt
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from newsroom.addresses import root_of

from ..data.posts import FIELDS, USUAL_FIELDS, Data, data_of, with_data, written
from ..data.stories import TOLD, stories_of
from ..former_posts import former
from ..listings.answering import answer
from ..listings.filters import ExactFilter, PostFilter
from ..listings.listing import Listing
from ..listings.request import Detail, ListingRequest, Order
from ..listings.story import tellings_of
from ..models import ChangePlace, Document, DocumentVersion, Erasure, Mention, PageKey, Post
from ..search.conditions import Scope
from ..search.engine import RANKED
from ..search.query import parse
from . import cursors, known
from .parameters import NOW, fields_asked, moment
from .problems import ProblemError, error, refused

RANK: Final = "rank"  # begins the place of a cursor by relevance


def list_posts(request: HttpRequest, asked: Any) -> Data:
    """The posts that a request asks for. `asked` has its parameters. Raises `ProblemError` and
    `engine.SearchTimeoutError`."""
    fields = fields_asked(asked.fields, USUAL_FIELDS)
    question = request_of(request, asked)
    order = Order(asked.order)
    if order is Order.RELEVANCE and not question.query.words:
        allowed = [Order.NEWEST.value, Order.CHANGED.value]
        raise refused("order", gettext("Relevance needs words in q."), allowed)
    if order is Order.CHANGED:
        refuse_past(question, "order")
    if asked.stories == "on":
        refuse_past(question, "stories")
    place = place_of(request, asked)
    is_counted = asked.count == "on"
    listing = answer(
        replace(
            question,
            size=asked.limit,
            order=order,
            is_counted=is_counted,
            by_story=asked.stories == "on",
            **place,
        )
    )
    data: Data = {
        "posts": known.read(listing, fields, root_of(request)),
        **next_page(request, next_place(listing)),
        "notes": notes_of(listing),
    }
    if is_end_of_ranking(listing):
        message = gettext("By relevance there are no more than %(most)s posts.")
        data["notes"].append(message % {"most": RANKED})
    if is_counted:
        summary = known.counted(listing)
        data |= {"count": summary.count, "count_truncated": summary.is_capped}
    return data


def list_stories(request: HttpRequest, asked: Any) -> Data:
    """The stories of the posts that a request asks for. Raises `ProblemError` and
    `engine.SearchTimeoutError`."""
    question = request_of(request, asked)
    place = place_of(request, asked)
    listing = answer(replace(question, size=asked.limit, by_story=True, **place))
    assert question.scope is not None  # noqa: S101, no filter has an error
    among = Scope(before=question.scope.before).filter(Post.objects.published())
    return {
        "stories": stories_of([post.pk for post in listing.posts], among, root_of(request)),
        **next_page(request, next_place(listing)),
        "notes": notes_of(listing),
    }


def is_end_of_ranking(listing: Listing) -> bool:
    """Whether more posts may match than are given by relevance."""
    seen = (listing.request.number - 1) * listing.request.size + len(listing.posts)
    return listing.is_ranked and listing.older is None and seen >= RANKED


def refuse_past(question: ListingRequest, parameter: str) -> None:
    """Refuse `known_at` where the archive knows only how things are now. Raises `ProblemError`."""
    if question.scope and question.scope.known_at:
        raise refused(
            parameter,
            gettext(
                "Which posts tell the same, and which changed last, is known only as of now: "
                "leave out known_at."
            ),
        )


def notes_of(listing: Listing) -> list[str]:
    """How the question was understood, if not as written."""
    notes = [*listing.notes, *(listing.cut.notes if listing.cut else ())]
    scope = listing.request.scope
    if scope and scope.known_at and not known.known_at(listing):
        notes.append(gettext("The moment in known_at is still to come: posts are as of now."))
    return notes


def request_of(request: HttpRequest, asked: Any) -> ListingRequest:
    """The question to the archive. Raises `ProblemError`."""
    filters, scope = scope_of(request)
    scope = replace(scope, before=moment("published_before", asked.published_before))
    scope = known.scope_at(scope, moment("known_at", getattr(asked, "known_at", NOW)))
    return ListingRequest(
        parse(asked.q.strip(), timezone.localdate()), scope, filters=filters, detail=Detail.HEADLINE
    )


def scope_of(request: HttpRequest) -> tuple[PostFilter, Scope]:
    """The filters of an address, and what they select. Raises `ProblemError`."""
    filters = ExactFilter(request.GET)
    if complaints := errors_of(filters):
        raise ProblemError(400, complaints[0]["detail"], complaints)
    scope = filters.scope()
    assert scope is not None  # noqa: S101, no filter has an error
    return filters, scope


def errors_of(filters: PostFilter) -> list[dict[str, Any]]:
    """What is wrong with the values of filters, each with what it may mean instead."""
    found = []
    for name, errors in filters.form.errors.as_data().items():
        for one in errors:
            told = one.params or {}
            message = str(one.message) % told if told else str(one.message)
            offers = [offer.address for offer in told.get("offers", ())]
            found.append(error(name, message, offers or None))
    return found


def place_of(request: HttpRequest, asked: Any) -> dict[str, Any]:
    """Where the page that a cursor asks for begins. Raises `ProblemError`."""
    if not asked.cursor:
        return {}
    place = cursors.read(asked.cursor, *cursors.question_of(request))
    if request.GET.get("order") == Order.CHANGED.value:
        return {"changed_before": ChangePlace.parse(place)}
    kind, _dash, skipped = place.partition("-")
    if kind == RANK:
        number, rest = divmod(int(skipped), asked.limit)
        if rest:
            raise refused("limit", gettext("By relevance it stays the same from page to page."))
        return {"number": number + 1}
    return {"before": PageKey.parse(place)}


def next_place(listing: Listing) -> str | None:
    """Where the next page begins; None if this is the last one."""
    if listing.last_change:
        return str(listing.last_change)
    if listing.older is None or not listing.is_ranked:
        return str(listing.older) if listing.older else None
    return f"{RANK}-{listing.request.number * listing.request.size}"


def next_page(request: HttpRequest, place: object | None) -> dict[str, str | None]:
    """The cursor and the address of the next page."""
    if place is None:
        return {"next": None, "next_url": None}
    parameters = request.GET.copy()
    cursor = cursors.write(str(place), *cursors.question_of(request))
    parameters["cursor"] = cursor
    address = request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
    return {"next": cursor, "next_url": address}


def one_post(request: HttpRequest, slug: str, asked: Any) -> Data:
    """A post by its slug, or by the name that its file had. Raises `ProblemError`."""
    post = post_at(slug)
    if at := known.past(moment("known_at", asked.known_at)):
        return former_post(request, post, at)
    root = root_of(request)
    return data_of(post, FIELDS, root) | about(post) | {"story": story_of(post, root)}


def about(post: Post) -> Data:
    return {
        "files": list(post.documents.order_by("file_name").values_list("file_name", flat=True)),
        "versions": versions_of(post),
        "mentions": mentions_of(post),
    }


def former_post(request: HttpRequest, post: Post, at: dt.datetime) -> Data:
    """A post as it was at a moment. Raises `ProblemError`."""
    if not known.scope_at(Scope(), at).filter(Post.objects.filter(pk=post.pk)).exists():
        raise ProblemError(404, gettext("The archive did not have this post at that moment."))
    root = root_of(request)
    now = data_of(post, FIELDS, root) | about(post)
    then = former([post.pk], at)
    if not then:
        return now | {"story": []}
    found = then[post.pk]
    if found is None or found.post.published_at > at:
        raise ProblemError(404, gettext("What this post was at that moment is not known."))
    there = (one.document.file_name for one in found.contents if one.was_there(at))
    replaced = [one for one in found.contents if one.until and one.until <= at]
    return known.former_data(found, FIELDS, root) | {
        "files": list(there),
        "versions": [
            version_of(one.document, one.stored) for one in replaced if one.stored != one.document
        ],
        "mentions": [mention_of(one) for one in found.mentions],
        "story": [],
    }


def one_story(request: HttpRequest, slug: str) -> Data:
    """The story that a post tells, by its slug or the name of its file. Raises `ProblemError`."""
    post = post_at(slug)
    root = root_of(request)
    [story] = stories_of([post.pk], Post.objects.published(), root)
    alone = data_of(post, TOLD, root) | {"is_copy": False}
    return story | {"told": story_of(post, root) or [alone]}


def post_at(slug: str) -> Post:
    """The post with its data. Raises `ProblemError` if readers do not see it."""
    if slug[:2].upper() == "NW" and slug[2:].isdecimal():
        slug = slug[2:]
    post = with_data(Post.objects.published_or_hidden()).filter(slug=slug).first()
    if post is None and not Erasure.objects.filter(slug=slug).exists():
        raise ProblemError(404, gettext("There is no such post."))
    if post is None or not Post.objects.published().filter(pk=post.pk).exists():
        raise ProblemError(410, gettext("This post has been taken down."))
    return post


def versions_of(post: Post) -> list[Data]:
    found = DocumentVersion.objects.filter(document__post=post)
    versions = found.select_related("document").defer("content", "document__content")
    return [version_of(one.document, one) for one in versions]


def version_of(document: Document, version: DocumentVersion) -> Data:
    return {
        "file": document.file_name,
        "imported_at": written(version.imported_at),
        "sha256": bytes(version.sha256).hex(),
    }


def story_of(post: Post, root: str) -> list[Data]:
    return [data_of(one.post, TOLD, root) | {"is_copy": one.is_copy} for one in tellings_of(post)]


def mentions_of(post: Post) -> list[Data]:
    found = Mention.objects.filter(post=post).select_related("security").order_by("position", "pk")
    return [mention_of(one) for one in found]


def mention_of(mention: Mention) -> Data:
    return {
        "symbol": mention.security.symbol,
        "name": mention.security.name,
        "origin": mention.origin,
        "in_title": mention.in_title,
        "in_digest": mention.in_digest,
        "in_body": mention.in_body,
        "written": mention.written,
        "nth": mention.nth,
    }
