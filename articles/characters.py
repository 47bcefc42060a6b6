"""Characters that XML cannot hold (XML 1.0, 2.2): one in a post breaks every feed that lists it.

Word leaves some in texts that are pasted, and references such as `&#11;` name them. They are taken
out where text comes in, by imports and from forms and queries, so that nothing has to look for them
where it goes out.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from django.http import Http404

#: As in a class of a regular expression: controls except tab and line ends, halves of a
#: character, and what Unicode says is none.
FORBIDDEN: Final = r"\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
FORBIDDEN_ONE: Final = re.compile(f"[{FORBIDDEN}]")


def clean(text: str) -> str:
    return FORBIDDEN_ONE.sub("", text)


class CleanInput:
    """Middleware: views get forms and queries without these characters, and no address has them.

    A view that is exempt from the CSRF check reads its form itself; no other has to wait for that.
    """

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, *_arguments: Any) -> None:
        if FORBIDDEN_ONE.search(request.path_info):
            raise Http404
        request.GET = cleaned(request.GET)
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            request.POST = cleaned(request.POST)


def cleaned(data: Any) -> Any:
    """The fields of a form or query (a `QueryDict`), clean."""
    fields = list(data.lists())
    if not any(FORBIDDEN_ONE.search(text) for name, texts in fields for text in (name, *texts)):
        return data
    data = data.copy()
    data.clear()
    for name, texts in fields:
        data.setlist(clean(name), [clean(text) for text in texts])
    return data
