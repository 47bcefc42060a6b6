"""Every source, category, tag or security, with its posts counted."""

from itertools import groupby

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from ..models import Category, Security, Source, Tag

MOST = 500  # that are listed by use; by pinyin, and of a part of a name, too


def source_index(request):
    return render_index(request, Source, _("Sources"))


def category_index(request):
    return render_index(request, Category, _("Categories"))


def tag_index(request):
    return render_index(request, Tag, _("Tags"))


def security_index(request):
    return render_index(request, Security, _("Securities"))


def render_index(request, model, heading):
    """The nouns of a kind, by use or by pinyin, of one letter or with a part of the name."""
    part = request.GET.get("name", "").replace("\0", "").strip()
    by_pinyin = request.GET.get("sort") == "pinyin"
    letter = request.GET.get("letter", "")[:1].lower()
    nouns = model.objects.with_name_part(part) if part else model.objects.all()
    nouns = nouns.with_post_counts().filter(post_count__gt=0)
    key = "pinyin" if model is Security else "slug"
    if by_pinyin and letter.isascii() and letter.isalnum():
        nouns = nouns.filter(**{f"{key}__istartswith": letter})
    found = list(nouns.order_by(key if by_pinyin else "-post_count", "pk")[: MOST + 1])
    return render(
        request,
        "indexes/index.html",
        {
            "heading": heading,
            "groups": [
                (initial, list(group))
                for initial, group in groupby(
                    found[:MOST], lambda noun: getattr(noun, key)[:1].upper() if by_pinyin else ""
                )
            ],
            "is_cut": len(found) > MOST,
            "most": MOST,
            "part": part,
            "letter": letter,
            "letters": "abcdefghijklmnopqrstuvwxyz0123456789" if by_pinyin else "",
            "by_pinyin": by_pinyin,
            "is_security": model is Security,
        },
    )
