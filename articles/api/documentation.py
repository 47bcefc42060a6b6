"""The page that explains the API, made from its description in OpenAPI, with a form for each
address: what a form asks, a program asks in the same way."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from ..models import Post
from ..search.names import spelled
from ..terms import BY_FACET, TERMS
from .v1 import api

REFERENCE: Final = "#/components/schemas/"
CODE: Final = re.compile("`([^`]*)`")


class Parameter(NamedTuple):
    """A parameter of an address, with its limits and default; `choices` are all its values."""

    name: str
    description: str
    is_required: bool
    default: Any
    example: str
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def is_number(self) -> bool:
        return self.most is not None


class Field(NamedTuple):
    """A field of an answer; one within another is called `posts.title`."""

    name: str
    type: str
    description: str


class Operation(NamedTuple):
    """An address. If a part of it varies, `example` is an address that exists, and `kinds` are all
    of them, by that part, if they are few."""

    name: str
    summary: str
    path: str
    parameters: tuple[Parameter, ...]
    fields: tuple[Field, ...]
    example: str | None = None
    kinds: Mapping[str, str] = MappingProxyType({})


def documentation(request: HttpRequest) -> HttpResponse:
    schema = api.get_openapi_schema(path_prefix=reverse("api:api-root"))
    context = {
        "operations": list(operations(schema)),
        "schema": reverse("api:openapi-json"),
        "limit": settings.API_LIMIT,
    }
    return render(request, "api/documentation.html", context)


def operations(schema: Mapping[str, Any]) -> Iterator[Operation]:
    found = examples()
    for path, methods in schema["paths"].items():
        operation = methods["get"]
        name = operation["operationId"]
        content = operation["responses"][200]["content"].get("application/json", {})
        yield Operation(
            name,
            gettext(operation["summary"]),
            path,
            tuple(parameter(one) for one in operation["parameters"] if one["in"] == "query"),
            tuple(fields(content.get("schema", {}), schema)),
            reverse(f"api:{name}", args=[found[name]]) if found.get(name) else None,
            {
                one: reverse(f"api:{name}", args=[one])
                for part in operation["parameters"]
                if part["in"] == "path"
                for one in part["schema"].get("enum", ())
            },
        )


def examples() -> dict[str, str]:
    """The newest post and the most used term of each kind, by the names of their addresses."""
    found = spelled("", {kind.facet: 1 for kind in TERMS})
    newest = Post.objects.published().newest_first().values_list("slug", flat=True).first()
    return {BY_FACET[one.facet].name: one.address for one in found} | {
        "post": newest or "",
        "story": newest or "",
        "export": "csv",
    }


def parameter(described: Mapping[str, Any]) -> Parameter:
    schema = described["schema"]
    return Parameter(
        described["name"],
        translated(described),
        described["required"],
        schema.get("default", ""),
        str(*schema.get("examples", [""])[:1]),
        tuple(schema.get("enum", ())),
        schema.get("minimum"),
        schema.get("maximum"),
    )


def translated(described: Mapping[str, Any]) -> str:
    """The description as HTML, in the language of the page; empty if there is none."""
    text = described.get("description", "")
    html = CODE.sub(r"<code>\1</code>", escape(gettext(text))) if text else ""
    return mark_safe(html)  # noqa: S308, it is escaped


def fields(
    described: Mapping[str, Any], schema: Mapping[str, Any], before: str = ""
) -> Iterator[Field]:
    """The fields of an object, and those of the objects in it, each once."""
    reference = described.get("$ref", "").removeprefix(REFERENCE)
    if not reference:
        return
    for name, one in schema["components"]["schemas"][reference]["properties"].items():
        options = [part for part in one.get("anyOf", [one]) if part.get("type") != "null"]
        option = options[0]
        inner = option.get("items", option)
        kind = "object" if "$ref" in option else option.get("format") or option.get("type", "")
        yield Field(f"{before}{name}", kind, translated(one))
        if before.count(".") < 1:
            yield from fields(inner, schema, f"{before}{name}.")
