"""How to search, with examples that find something in the archive at hand."""

import datetime as dt
import re
from calendar import month_name
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..listings.interpretations import keys_found
from ..models import Category, Post, Security, Source, Tag
from ..pinyin import NAME_MARK
from ..search import engine
from ..search.conditions import Scope
from ..search.kept_names import all_names
from ..search.query import Query, parse
from ..search.suggest import as_written
from .listings import says_when_too_long

MONTHS_OF_HALF = 6
#: Words that financial news is made of, the most telling first.
WORDS = ("净利润", "涨停", "公告", "市场", "公司")
FIGURES = ("3.5%", "10%", "5%", "1%", "1")
PERIODS = (
    ("date:past week", "日期：近一周"),
    ("date:last 30 days", "日期：近30天"),
    ("date:this year", "日期：今年"),
    ("date:last year", "日期：去年"),
)

Queries = tuple[str, ...]  # that say the same


class Example(NamedTuple):
    """`candidates`, of which the first that finds something is shown, and what it finds."""

    candidates: Sequence[Queries]
    meaning: str | Promise


class Matter(NamedTuple):
    """What the archive has to make examples of, or what it might have. Names are as queries write
    them."""

    company: str = "贵州茅台"
    code: str = "600519"
    initials: str = "gzmt"
    pinyin: str = "guizhoumaotai"
    other: str = "五粮液"
    source: str = "财联社"
    category: str = "emnews"
    channel: str = "滚动"
    tag: str = "要闻"
    headline: str = "净利润 同比"
    month: dt.date = dt.date(2022, 3, 1)

    @classmethod
    def of_archive(cls) -> "Matter":
        """The terms with the most posts, and the newest post."""
        found = cls()
        stocks = Security.objects.filter(kind=Security.Kind.STOCK).exclude(name="")
        match list(stocks.most_used_first()[:2]):
            case [company, other]:
                pinyin = company.full_pinyin.split(NAME_MARK)[1].replace(" ", "")
                found = found._replace(
                    company=as_written(company.name),
                    code=company.code,
                    initials=company.pinyin.partition(" ")[0] or pinyin,
                    pinyin=pinyin,
                    other=as_written(other.name),
                )
        if source := Source.objects.most_used_first().first():
            found = found._replace(source=as_written(source.name))
        if category := Category.objects.most_used_first().first():
            found = found._replace(
                category=as_written(category.slug), channel=as_written(category.name)
            )
        if tag := Tag.objects.most_used_first().first():
            found = found._replace(tag=as_written(tag.name))
        if post := Post.objects.published().newest_first().only("title", "published_at").first():
            day = timezone.localdate(post.published_at)
            found = found._replace(month=day.replace(day=1))
            if unquoted := re.search(r"[^\s\"＂“”「」『』][^\"＂“”「」『』]*", post.title):
                found = found._replace(headline=unquoted[0][:8].strip())
        return found


def of_words(archive: Matter) -> Iterator[Example]:
    """Examples in one column: words, phrases, figures and codes."""
    company, other = archive.company, archive.other
    yield Example(
        [(f"{company} {word}",) for word in WORDS],
        _("posts that have both words, as with AND, 和, +, & between them"),
    )
    yield Example(
        [(f"{company} | {other}",)],
        _("posts that have either, as with OR, 或, / between them"),
    )
    yield Example(
        [(f"{word} -{company}",) for word in WORDS],
        _("posts with the first word and without the second, as with NOT before it"),
    )
    yield Example(
        [(f"({company} | {other}) {word}",) for word in WORDS],
        _("parentheses hold words together, also after a minus"),
    )
    yield Example(
        [(f"“{archive.headline}”",)],
        _("the phrase as it stands, with its spaces; quotation marks may be of any kind"),
    )
    yield Example(
        [(figure,) for figure in FIGURES],
        _("a figure; a minus before one, as in -3.5%, is part of it"),
    )
    yield Example([(archive.code,)], _("a code, wherever it stands, even in the middle of Chinese"))


def of_names(archive: Matter) -> Iterator[Example]:
    """Examples in one column: what stands for the name of a security, and words without spaces,
    which find something only in another interpretation."""
    company = archive.company
    yield Example([(archive.initials,)], _("a security by the initials of its name in pinyin"))
    yield Example(
        [(archive.pinyin,)], _("a security by its name in pinyin, or by whole syllables of it")
    )
    yield Example(
        [(f"{archive.initials} {word}",) for word in WORDS], _("pinyin among other words")
    )
    yield Example(
        [(f"{company}{word}",) for word in WORDS if company.isalnum()],
        _("words without spaces; if no post has them so, the posts that have each of them"),
    )


def of_fields(archive: Matter) -> Iterator[Example]:
    """Examples in two columns: fields by their English and by their Chinese names."""
    year, month = archive.month.year, archive.month.month
    yield Example(
        [(f"title:{word}", f"标题：{word}") for word in WORDS],
        _("posts with the word in the title"),
    )
    yield Example(
        [(f"source:{archive.source}", f"来源：{archive.source}")],
        _("posts of a source, by its name or a part of it"),
    )
    yield Example(
        [(f"category:{archive.category}", f"分类：{archive.channel}")],
        _("posts of a category, by its name, a part of it, or its address"),
    )
    yield Example([(f"tag:{archive.tag}", f"标签：{archive.tag}")], _("posts with a tag"))
    yield Example(
        [(f"title:{one} | {two}", f"标题：({one} | {two})") for one, two in pairwise(WORDS)],
        _("a field holds for alternatives that name no other, and for all in parentheses"),
    )
    yield Example(
        [(f"code:{archive.company},{archive.other}", f"代码：{archive.company}、{archive.other}")],
        _("posts with any of these values; so of all fields except that of titles"),
    )
    yield Example(
        [(f"code:{archive.code}", f"代码：{archive.company}")],
        _("posts that name a security: by 600519, SH600519, 600519.SH, 1.600519, name or pinyin"),
    )
    yield Example(
        [(f"date:{year}-{month:02}", f"日期：{year}年{month}月")],
        _("posts of a year, a month or a day"),
    )
    quarter = (month + 2) // 3
    numeral = "一二三四"[quarter - 1]
    yield Example(
        [(f"date:{month_name[month]} {year}", f"日期：{year}/{month}")],
        _("the same in other words; of March, 3/15, Q1, 五一 or 春节 the newest in the archive"),
    )
    yield Example(
        [(f"date:{year}Q1..Q{quarter}", f"日期：{year}年一季度到{numeral}季度")],
        _("posts of quarters"),
    )
    yield Example(
        [(f"date:{year}-01-01..{year}-{month:02}", f"日期：{year}年1月到{month}月")],
        _("posts from one day, month, quarter or year to another"),
    )
    half = 1 if month <= MONTHS_OF_HALF else 2
    yield Example(
        [(f"date:{year}H{half}", f"日期：{year}年{'上下'[half - 1]}半年")],
        _("posts of half a year"),
    )
    yield Example(
        [(f"date:>={year}-{month:02}", f"日期：{year}年{month}月至今")],
        _("posts from one of these on; also with >, <, <=, after:, before: or dots: 2022-03.."),
    )
    yield Example(
        PERIODS,
        _("posts of days counted from today: 今天, 上周五, 7天内, 上月15日 or today, past week"),
    )


@says_when_too_long
def search_help(request: HttpRequest) -> HttpResponse:
    """How to search."""
    archive = Matter.of_archive()
    words = list(good(of_words(archive)))
    names = list(good(of_names(archive), finds_somehow))
    fields = list(good(of_fields(archive)))
    context = {"words": words, "names": names, "fields": fields}
    return render(request, "search_help.html", context)


def finds(search: engine.Search, query: Query) -> bool:
    """Whether a query finds something as it is written."""
    return bool(search.keys(search.conditions(query, Scope()), 1))


def finds_somehow(search: engine.Search, query: Query) -> bool:
    return bool(keys_found(search, query, Scope(), 1)[2])


def good(
    examples: Iterable[Example], finds: Callable[[engine.Search, Query], bool] = finds
) -> Iterator[tuple[Queries, str | Promise]]:
    """For each example, the first candidate whose queries all find something. An example without
    one is left out, except in an archive without posts, which shows the first of each as a form."""
    known = all_names()

    def is_good(text: str) -> bool:
        with engine.searching(known) as search:
            return finds(search, parse(text, timezone.localdate()))

    is_empty = not Post.objects.published().exists()
    for candidates, meaning in examples:
        found = (one for one in candidates if all(map(is_good, one)))
        if chosen := next(found, candidates[0] if is_empty and candidates else None):
            yield chosen, meaning
