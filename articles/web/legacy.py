"""The addresses that posts and categories had under Jekyll and the like: permanent redirects.

`addresses` answers the other former addresses of posts and terms.

Every program puts a post where the `permalink` of its site says, and nearly all of them end the
address with the name of the post's file. So a post is looked up by that name, and what stands
before it must not speak of another day than the post's.
"""

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from ..days import date_of, local
from ..models import Category, Erasure, Post, is_named

#: Jekyll's address of a file that is named by a code.
OF_CODE: Final = re.compile(r"/(?:.+/)?\d{4}/\d\d/\d\d/(?:NW)?(\d{18})", re.ASCII)
NAME_WITH_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)-(.+)", re.ASCII)
YEAR: Final = re.compile(r"(?:19|20)\d\d", re.ASCII)
#: A part of an address that speaks of a day: 2022, 03, 071, 2022-03, W10, Fri, March.
SPEAKS_OF_DAY: Final = re.compile(
    r"\d[\d-]*+|w\d\d|(?:mon|tue|wed|thu|fri|sat|sun)(?:(?:s|nes|rs|ur)?day)?"
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?",
    re.ASCII,
)
#: How addresses write a day, month or year (jekyllrb.com/docs/permalinks). None begins with the
#: month or the day, since 03/04/2022 may be either.
FORMS: Final = (
    "%Y %y %Y/%m %Y/%-m %Y-%m %Y%m %y/%m %Y/%m/%d %Y/%-m/%-d %y/%m/%d %y/%-m/%-d %Y-%m-%d %Y%m%d"
    " %Y/%m%d %Y/%m-%d %Y/%j %Y/W%V/%a %G/W%V/%a %G/W%V/%u %Y/%b %Y/%B %Y/%b/%d %Y/%B/%d %Y/%b/%-d"
)
#: Sites are built in any time zone, and addresses have the days there.
FARTHEST_ZONES: Final = (dt.timedelta(hours=-12), dt.timedelta(hours=14))
A_DAY: Final = dt.timedelta(days=1)
MOST: Final = 1000  # posts of one name that are compared, the newest ones


class Address(NamedTuple):
    """`name`: that of a file, without its day; `day`: the day, if the address has the whole name of
    the file; `said`: what the address says of a day before the name, such as "2022/03"."""

    name: str
    day: str
    said: str

    def fits(self, day: dt.date) -> bool:
        return self.day in ("", day.isoformat()) and (not self.said or self.said in written(day))


class Candidate(NamedTuple):
    """A post of the name that an address has. It has a page, or `had_page` at least; when an erased
    one was published is not known."""

    slug: str
    has_page: bool
    had_page: bool
    published_at: dt.datetime | None

    def days(self) -> Iterator[dt.date]:
        """Those that its address may have had, the likeliest first."""
        if self.published_at:
            yield local(self.published_at).date()
        if (dated := NAME_WITH_DAY.match(self.slug)) and (day := date_of(*dated[1].split("-"))):
            yield day
        if self.published_at:
            for zone in FARTHEST_ZONES:
                yield (self.published_at + zone).date()

    def rank(self, address: Address) -> tuple[bool, int, bool, bool, float] | None:
        """What makes another post of the name less likely to be meant; None if this one is not."""
        fitting = [place for place, day in enumerate(self.days()) if address.fits(day)]
        if not fitting and (address.said or address.day):
            return None
        return (
            not self.slug.startswith(address.day),
            min(fitting, default=0),
            NAME_WITH_DAY.sub(r"\2", self.slug) != address.name,
            not self.has_page,
            -self.published_at.timestamp() if self.published_at else 0.0,
        )


def slug_at(address: str) -> str:
    """The slug of the post that was at this address, of which this is the `key`; empty if no post
    was, or readers are not to know of it."""
    if of_code := OF_CODE.fullmatch(address):
        slug = of_code[1]
        posts = Post.objects.published_or_hidden().filter(slug=slug)
        return slug if posts.exists() or Erasure.objects.filter(slug=slug).exists() else ""
    for reading in readings(address):
        ranks = {post: rank for post in candidates(reading) if (rank := post.rank(reading))}
        if ranks:
            best = min(ranks, key=ranks.__getitem__)
            return best.slug if best.had_page else ""
    return ""


def readings(address: str) -> Iterator[Address]:
    """The ways to read an address: its last part is a name, or a day and a name."""
    directory, _, name = address.rpartition("/")
    if not any(map(str.isalnum, name)):
        return
    said = "/".join(filter(SPEAKS_OF_DAY.fullmatch, directory.lower().split("/")))
    yield Address(name, "", said)
    if dated := NAME_WITH_DAY.fullmatch(name):
        yield Address(dated[2], dated[1], said)


def candidates(address: Address) -> Iterator[Candidate]:
    """The posts of this name, also those that readers do not see: a page of another day must not
    stand for them."""
    now = timezone.now()
    posts = Post.objects.named(address.name)
    if year := YEAR.match(address.day or address.said):
        first, last = (dt.datetime(int(year[0]) + more, 1, 1, tzinfo=dt.UTC) for more in (0, 1))
        published = Q(published_at__range=(first - A_DAY, last + A_DAY))
        posts = posts.filter(published | Q(slug__startswith=year[0]))
    rows = posts.order_by("-published_at").values_list("slug", "status", "published_at")
    for slug, status, published_at in rows[:MOST]:
        is_due = published_at <= now
        has_page = is_due and status == Post.Status.PUBLISHED
        had_page = has_page or (is_due and status == Post.Status.HIDDEN)
        yield Candidate(slug, has_page, had_page, published_at)
    for slug in Erasure.objects.filter(is_named(address.name)).values_list("slug", flat=True):
        yield Candidate(slug, False, True, None)


@lru_cache(maxsize=4096)
def written(day: dt.date) -> frozenset[str]:
    """All that an address may say of a day, in small letters."""
    return frozenset(f"{day:{FORMS}}".lower().split())


def category(request: HttpRequest, slug: str) -> HttpResponse:
    """`/category/<slug>.html`."""
    found = Category.objects.published().addressed(slug)
    if found is None or not found.get_absolute_url():
        raise Http404
    return redirect(found, permanent=True)


def flashes(request: HttpRequest) -> HttpResponse:
    """`/emnews/`, which had a page of its own."""
    return category(request, "emnews")
