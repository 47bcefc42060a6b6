"""What is at each address under /api/v1/."""

import json
from http import HTTPStatus
from typing import Any, Final, Literal

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema

from newsroom.addresses import root_of

from ..data import terms
from ..data.archive import holdings
from ..data.changes import LostError, changes_after
from ..data.exports import FORMATS
from ..data.posts import FIELDS
from ..models import ArchiveVersion, ChangePlace
from ..search.engine import SearchTimeoutError
from ..search.query import MAX_LENGTH
from ..search.suggest import suggest
from ..terms import BY_FACET, BY_NAME, SECURITY, TERMS, TermKind
from . import cursors, exports, figures, posts, schemas
from .parameters import (
    ChangeParameters,
    ExportParameters,
    HotParameters,
    OnePostParameters,
    PostParameters,
    StoryParameters,
    SuggestParameters,
    TermParameters,
    TrendParameters,
    allow_none,
    complaint,
    fields_asked,
)
from .problems import MEDIA_TYPE, ProblemError, problem

READ: Final = ["GET", "HEAD"]
RETRY_AFTER: Final = 30  # seconds until the database may have time
PROBLEMS: Final = {  # that any address may answer by
    HTTPStatus.BAD_REQUEST: "A parameter or a value that there is not.",
    HTTPStatus.NOT_FOUND: "Nothing is at this address.",
    HTTPStatus.UNAUTHORIZED: "The key is unknown, or was revoked.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Everything is read by GET.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is longer than the server reads.",
    HTTPStatus.TOO_MANY_REQUESTS: "More requests in a minute than the client may make.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The archive cannot answer now.",
}
#: Nobody needs a key, so to have none is one of the choices.
SECURITY_SCHEMES: Final = {"key": {"type": "http", "scheme": "bearer"}}
MAY_HAVE_KEY: Final[list[dict[str, list[str]]]] = [{}, {"key": []}]
NOT_MODIFIED: Final = "It has the ETag that If-None-Match named."
MOVED: Final = "The term is at the address in Location: this is a former one, its name or its code."
HEADERS: Final = {
    "ETag": "What If-None-Match may name next time.",
    "RateLimit": "How many requests are left (r), for how many seconds (t).",
    "RateLimit-Policy": "How many requests there may be (q) in so many seconds (w).",
}


class API(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Without HEAD, which is GET without a body, and with keys, headers and the problems."""
        schema = super().get_openapi_schema(**options)
        schema["components"]["securitySchemes"] = SECURITY_SCHEMES
        schema["security"] = MAY_HAVE_KEY
        headers = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in HEADERS.items()
        }
        described = schemas.Problem.model_json_schema(ref_template=REF_TEMPLATE)
        schema["components"]["schemas"] |= described.pop("$defs") | {"Problem": described}
        content = {MEDIA_TYPE: {"schema": {"$ref": REF_TEMPLATE.format(model="Problem")}}}
        for operations in schema["paths"].values():
            operations.pop("head", None)
            for parameter in operations["get"]["parameters"]:
                parameter.pop("examples", None)  # which its schema has; here they are no list
            responses = operations["get"]["responses"]
            if operations["get"]["operationId"] == "export":
                responses[200]["content"] = {
                    one.media_type.partition(";")[0]: {"schema": {"type": "string"}}
                    for one in FORMATS.values()
                }
            responses[200]["headers"] = headers
            responses[HTTPStatus.NOT_MODIFIED.value] = {"description": NOT_MODIFIED}
            if operations["get"]["operationId"] in BY_NAME:
                responses[HTTPStatus.MOVED_PERMANENTLY.value] = {"description": MOVED}
            for status, description in PROBLEMS.items():
                responses.setdefault(status.value, {"description": description})
            for status, response in responses.items():
                if status >= HTTPStatus.BAD_REQUEST:
                    response["content"] = content
            # It is refused before anything is known of the address.
            responses[HTTPStatus.REQUEST_URI_TOO_LONG.value]["content"] = {"text/html": {}}
        return schema


api = API(
    title="Newsroom",
    version="1",
    description="A Chinese financial-news archive, as data.",
    docs_url=None,
    urls_namespace="api",
)


@api.exception_handler(ProblemError)
def answer_problem(request: HttpRequest, error: ProblemError) -> HttpResponse:
    return problem(error.status, error.detail, error.errors)


@api.exception_handler(ValidationError)
def answer_complaint(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return answer_problem(request, complaint(error.errors))


@api.exception_handler(SearchTimeoutError)
def answer_too_long(request: HttpRequest, error: SearchTimeoutError) -> HttpResponse:
    response = problem(
        503, gettext("This search takes too long. Narrow it by a filter or a period.")
    )
    response["Retry-After"] = str(RETRY_AFTER)
    return response


@api.exception_handler(Http404)
def answer_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404)


def as_json(data: Any) -> HttpResponse:
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(content, content_type="application/json")


@api.api_operation(READ, "/", include_in_schema=False)
def documentation(request: HttpRequest) -> HttpResponse:
    """To the page that explains it."""
    return HttpResponseRedirect(reverse("api"))


@api.api_operation(
    READ,
    "/posts",
    response=schemas.Posts,
    url_name="posts",
    operation_id="posts",
    summary=_("Posts, filtered and searched"),
)
def list_posts(request: HttpRequest, asked: Query[PostParameters]) -> HttpResponse:
    return as_json(posts.list_posts(request, asked))


@api.api_operation(
    READ,
    "/posts.{kind}",
    url_name="export",
    operation_id="export",
    summary=_("Posts as a file"),
    description="csv, jsonl (JSON Lines), bib (BibTeX) or ris",
)
def export(
    request: HttpRequest,
    kind: Literal["csv", "jsonl", "bib", "ris"],
    asked: Query[ExportParameters],
) -> StreamingHttpResponse:
    return exports.export(request, kind, asked)


@api.api_operation(
    READ,
    "/posts/{stem:slug}",
    response={200: schemas.WholePost, 410: schemas.Problem},
    url_name="post",
    operation_id="post",
    summary=_("One post, whole"),
)
def one_post(request: HttpRequest, slug: str, asked: Query[OnePostParameters]) -> HttpResponse:
    return as_json(posts.one_post(request, slug, asked))


@api.api_operation(
    READ,
    "/stories",
    response=schemas.Stories,
    url_name="stories",
    operation_id="stories",
    summary=_("Stories, each with its first post and its newest"),
)
def list_stories(request: HttpRequest, asked: Query[StoryParameters]) -> HttpResponse:
    return as_json(posts.list_stories(request, asked))


@api.api_operation(
    READ,
    "/stories/{stem:slug}",
    response={200: schemas.WholeStory, 410: schemas.Problem},
    url_name="story",
    operation_id="story",
    summary=_("The story of a post"),
)
def one_story(request: HttpRequest, slug: str) -> HttpResponse:
    allow_none(request)
    return as_json(posts.one_story(request, slug))


def in_english(text: Promise) -> str:
    with override("en"):
        return str(text)


def add_terms(kind: TermKind) -> None:
    """The addresses of a kind of term: all terms, and one."""
    is_security = kind is SECURITY

    @api.api_operation(
        READ,
        f"/{kind.directory}",
        response=schemas.Securities if is_security else schemas.Terms,
        url_name=kind.directory,
        operation_id=kind.directory,
        summary=in_english(kind.plural),
    )
    def list_terms(request: HttpRequest, asked: Query[TermParameters]) -> HttpResponse:
        after = None
        if asked.cursor:
            place = cursors.read(asked.cursor, *cursors.question_of(request))
            after = terms.TermPlace.parse(place)
        text = asked.q.strip()[:MAX_LENGTH]
        found, last = terms.listed(kind, text, asked.limit, root_of(request), after)
        return as_json({"terms": found, **posts.next_page(request, last)})

    @api.api_operation(
        READ,
        f"/{kind.directory}/{{name:key}}",
        response=schemas.WholeSecurity if is_security else schemas.WholeTerm,
        url_name=kind.name,
        operation_id=kind.name,
        summary=_("One of them"),
    )
    def one_term(request: HttpRequest, key: str) -> HttpResponse:
        allow_none(request)
        known = kind.objects.known().with_post_counts()
        term = known.addressed(key)
        if term is None:  # its name or its code, if no other term has that
            called = {*known.with_name_or_address(key)}
            term = called.pop() if len(called) == 1 else None
        if term is None:
            raise ProblemError(404, kind.unknown % {"address": key})
        address = getattr(term, kind.address_key)
        if address != key:
            path = f"{request.path.removesuffix(key)}{address}"
            return HttpResponsePermanentRedirect(path)
        return as_json(terms.whole(kind, term, root_of(request)))


for kind in TERMS:
    add_terms(kind)


@api.api_operation(
    READ,
    "/suggest",
    response=schemas.Suggestions,
    url_name="suggest",
    operation_id="suggest",
    summary=_("Terms that a text may mean"),
)
def suggestions(request: HttpRequest, asked: Query[SuggestParameters]) -> HttpResponse:
    found = [
        {
            "kind": BY_FACET[one.facet].name,
            "name": str(one.term),
            "address": getattr(one.term, BY_FACET[one.facet].address_key),
            "posts": one.term.post_count,
        }
        for one in suggest(asked.q[:MAX_LENGTH])
    ]
    return as_json({"suggestions": found})


@api.api_operation(
    READ,
    "/changes",
    response={200: schemas.Changes, 410: schemas.Problem},
    url_name="changes",
    operation_id="changes",
    summary=_("What changed since a version"),
)
def list_changes(request: HttpRequest, asked: Query[ChangeParameters]) -> HttpResponse:
    fields = fields_asked(asked.fields, FIELDS)
    place = ChangePlace.parse(asked.after)
    assert place is not None  # noqa: S101, the pattern says so
    try:
        changes = changes_after(place, asked.limit, fields, root_of(request))
    except LostError:
        raise ProblemError(
            410,
            gettext(
                "A backup was restored since, or this is the version of another archive. "
                "Begin again with after=0 and an empty copy."
            ),
        ) from None
    parameters = request.GET.copy()
    parameters["after"] = str(changes.place)
    return as_json(
        {
            "changes": changes.found,
            "next": parameters["after"],
            "next_url": request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}"),
            "has_more": changes.has_more,
        }
    )


@api.api_operation(
    READ,
    "/trends",
    response=schemas.Trends,
    url_name="trends",
    operation_id="trends",
    summary=_("What searches find over time"),
)
def list_trends(request: HttpRequest, asked: Query[TrendParameters]) -> HttpResponse:
    return as_json(figures.trends_of(request, asked))


@api.api_operation(
    READ,
    "/hot",
    response=schemas.Hot,
    url_name="hot",
    operation_id="hot",
    summary=_("What stands out in a day or a week"),
)
def what_is_hot(request: HttpRequest, asked: Query[HotParameters]) -> HttpResponse:
    return as_json(figures.hot_of(asked))


@api.api_operation(
    READ,
    "/status",
    response=schemas.Status,
    url_name="status",
    operation_id="status",
    summary=_("What the archive has"),
)
def status(request: HttpRequest) -> HttpResponse:
    allow_none(request)
    return as_json({"version": ArchiveVersion.objects.number(), **holdings()})
