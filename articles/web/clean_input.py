"""Characters that XML cannot hold are kept out of forms, queries and addresses."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from ..characters import FORBIDDEN_ONE, clean, clean_value


class CleanInput:
    """Middleware that takes the characters out of forms and queries, and finds no page at an
    address that has one.

    The form of a view that is exempt from the CSRF check is left to the view, which may not want
    to read it at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_arguments: Any) -> None:
        if FORBIDDEN_ONE.search(request.path_info):
            raise Http404
        request.GET = cleaned(request.GET, clean_value)
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            request.POST = cleaned(request.POST)


def cleaned(data: Any, cleaned_value: Callable[[str], str] = clean) -> Any:
    """A form or query (a `QueryDict`) without the characters; returned unchanged if it has none."""
    fields = list(data.lists())
    if not any(FORBIDDEN_ONE.search(text) for name, texts in fields for text in (name, *texts)):
        return data
    data = data.copy()
    data.clear()
    for name, texts in fields:
        data.setlist(clean(name), list(map(cleaned_value, texts)))
    return data
