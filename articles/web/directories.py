"""Every term of a kind, with its posts counted."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..search.kept_names import all_names
from ..search.names import spelled
from ..terms import CATEGORY, SECURITY, SOURCE, TAG, TermKind

MOST_LISTED = 500  # terms
MEDIA = (SOURCE, CATEGORY, TAG)  # under one heading, since many of them are media


def term_index(request: HttpRequest, kind: TermKind) -> HttpResponse:
    """The terms of a kind, by use or by pinyin: all of them, those that begin with a letter, or
    those with a part of a name."""
    part = request.GET.get("name", "").replace("\0", "").strip()
    by_pinyin = request.GET.get("sort") == "pinyin"
    letter = request.GET.get("letter", "")[:1].lower()
    if not (by_pinyin and letter.isascii() and letter.isalnum()):
        letter = ""
    known = all_names()
    most = {kind.facet: MOST_LISTED + 1}
    found = spelled(part, most, known, letter=letter, by_pinyin=by_pinyin)
    media = [one for one in MEDIA if one is kind or one.facet not in known.repeated]
    return render(
        request,
        "directories/index.html",
        {
            "heading": kind.plural,
            "groups": [
                (initial, list(group))
                for initial, group in groupby(
                    found[:MOST_LISTED], lambda one: one.initials[:1].upper() if by_pinyin else ""
                )
            ],
            "is_truncated": len(found) > MOST_LISTED,
            "most": MOST_LISTED,
            "part": part,
            "letter": letter,
            "letters": "abcdefghijklmnopqrstuvwxyz0123456789" if by_pinyin else "",
            "by_pinyin": by_pinyin,
            "is_security": kind is SECURITY,
            "media": media if kind in MEDIA and len(media) > 1 else [],
        },
    )
