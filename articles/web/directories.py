"""Every source, category, tag or security, with its posts counted."""

from itertools import groupby

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from ..models import Facet
from ..search.names import spelled

MOST = 500  # that are listed by use; by pinyin, and of a part of a name, too


def source_index(request):
    return render_index(request, Facet.SOURCE, _("Sources"))


def category_index(request):
    return render_index(request, Facet.CATEGORY, _("Categories"))


def tag_index(request):
    return render_index(request, Facet.TAG, _("Tags"))


def security_index(request):
    return render_index(request, Facet.SECURITY, _("Securities"))


def render_index(request, facet, heading):
    """The terms of a kind, by use or by pinyin, of one letter or with a part of the name."""
    part = request.GET.get("name", "").replace("\0", "").strip()
    by_pinyin = request.GET.get("sort") == "pinyin"
    letter = request.GET.get("letter", "")[:1].lower()
    if not (by_pinyin and letter.isascii() and letter.isalnum()):
        letter = ""
    found = spelled(part, {facet: MOST + 1}, letter=letter, by_pinyin=by_pinyin)
    return render(
        request,
        "directories/index.html",
        {
            "heading": heading,
            "groups": [
                (initial, list(group))
                for initial, group in groupby(
                    found[:MOST], lambda one: one.initials[:1].upper() if by_pinyin else ""
                )
            ],
            "is_cut": len(found) > MOST,
            "most": MOST,
            "part": part,
            "letter": letter,
            "letters": "abcdefghijklmnopqrstuvwxyz0123456789" if by_pinyin else "",
            "by_pinyin": by_pinyin,
            "is_security": facet == Facet.SECURITY,
        },
    )
