"""Completions for whoever searches."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control

from ..models import Facet
from ..search.query import MAX_LENGTH
from ..search.suggest import Suggestion, suggest, suggest_values
from ..terms import BY_NAME


@cache_control(max_age=60)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Terms that `q`, the text before the cursor, may mean, as JSON:
    `{"options": [{"kind", "name", "note", "posts", "query" or "url"}]}`. With `kind`, terms of that
    kind, each with `value`, which the box of its filter takes."""
    text = request.GET.get("q", "").replace("\0", "")[:MAX_LENGTH]
    if kind := BY_NAME.get(request.GET.get("kind", "")):
        options = [
            option(found) | {"value": getattr(found.term, kind.document_key)}
            for found in suggest_values(kind, text)
        ]
    else:
        options = [option(found) for found in suggest(text)]
    return JsonResponse({"options": options})


def option(suggestion: Suggestion) -> dict[str, Any]:
    term, facet = suggestion.term, suggestion.facet
    is_security = facet == Facet.SECURITY
    url = "" if suggestion.query else term.get_absolute_url()
    target = {"url": url} if url else {"query": suggestion.query or str(term)}
    return {
        "kind": str(facet.label),
        "name": str(term),
        "note": f"{term.code} {term.market_name}" if is_security else "",
        "posts": term.post_count,
        **target,
    }
