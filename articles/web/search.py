"""Completions and help for whoever searches."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
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


WORDS = [
    ("茅台 净利润", _("posts that have both words, as with AND, 和, +, & between them")),
    ("茅台 | 五粮液", _("posts that have either, as with OR, 或, / between them")),
    ("白酒 -茅台", _("posts with the first word and without the second, as with NOT before it")),
    (
        "(茅台 | 五粮液) 净利润",
        _("parentheses hold words together, also after a minus"),
    ),
    (
        "“净利润 同比”",
        _("the phrase as it stands, with its space; quotation marks may be of any kind"),
    ),
    ("3.5%", _("a figure; a minus before one, as in -3.5%, is part of it")),
    ("600519", _("a code, wherever it stands, even in the middle of Chinese")),
]
FIELD_EXAMPLES = [
    ("title:涨停", "标题：涨停", _("posts with the word in the title")),
    ("source:财联社", "来源：财联社", _("posts of a source, by its name or a part of it")),
    (
        "category:emnews",
        "分类：滚动",
        _("posts of a category, by its name, a part of it, or its address"),
    ),
    ("tag:要闻", "标签：要闻", _("posts with a tag")),
    (
        "title:涨停|跌停",
        "标题：(涨停 | 跌停)",
        _("a field holds for alternatives without spaces, and for all in parentheses"),
    ),
    (
        "code:600519",
        "代码：贵州茅台",
        _("posts that name a security: 600519, SH600519, 600519.SH, 1.600519 or its name"),
    ),
    ("date:2022-03", "日期：2022年3月", _("posts of a year, a month or a day")),
    (
        "date:2022-01-29..2022-03",
        "日期：2022-01-29..",
        _("posts from one day, month or year to another; one end may be open"),
    ),
    ("date:>=2022-03", "日期：2022年1月到3月", _("the same in other words")),
    (
        "date:last 30 days",
        "日期：近30天",
        _("posts of days counted from today: 今天, 昨天, 本周, 上月, 今年 or today, this week"),
    ),
]


def search_help(request: HttpRequest) -> HttpResponse:
    """How to search, with examples that work."""
    return render(request, "search_help.html", {"words": WORDS, "fields": FIELD_EXAMPLES})
