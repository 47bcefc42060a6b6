"""The addresses that posts and categories had under Jekyll and the like: permanent redirects.

`addresses` answers the other former addresses of posts and terms.
"""

import datetime as dt
import re
from typing import Final

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from ..days import end_of, start_of
from ..importing.reading.permalinks import key
from ..models import Category, Erasure, Post

#: A day, month or year before the name in an address: /2022/03/04/, /2022-03-, /2022/.
PERIOD: Final = re.compile(r"/((?:19|20)\d\d)(?:[/-](\d\d)(?:[/-](\d\d))?)?(?=[/-])", re.ASCII)
CODE: Final = re.compile(r"(?:NW)?(\d{18})", re.ASCII)
MOST: Final = 20  # posts of one name that are looked through for the one of the day
#: How far the day of an address may be from that of the post: Jekyll takes the time zone of the
#: machine that builds the site.
A_DAY: Final = dt.timedelta(days=1)


def slug_at(path: str) -> str:
    """The slug of the post that was at this address, whatever the `permalink` of its site was.
    Empty if no post was.

    The last part of the address is the name of the post's file. What is stated of its day before
    that is true of the post or of its file. A file that is named by a code had its day in its
    address: `/<category>/<YYYY>/<MM>/<DD>/NW<code>.html`.
    """
    address = key(path)
    name = address.rpartition("/")[2]
    period = PERIOD.search(address)
    stated = "-".join(filter(None, period.groups())) if period else ""
    if not any(map(str.isalnum, name)):
        return ""
    posts = Post.objects.published_or_hidden()
    if code := CODE.fullmatch(name):
        exact = code[1]
        posts = posts.filter(slug=exact) if is_day(stated) else posts.none()
    else:
        exact = f"{stated}-{name}"
        posts = posts.named(name)
        if stated:
            posts = posts.filter(Q(slug__startswith=stated) | published_in(stated))
    slugs = posts.order_by("-status", "-published_at").values_list("slug", flat=True)[:MOST]
    if slugs:
        return exact if exact in slugs else slugs[0]
    return exact if is_day(stated) and Erasure.objects.filter(slug=exact).exists() else ""


def is_day(stated: str) -> bool:
    return len(stated) == len("2022-03-04")


def published_in(stated: str) -> Q:
    """The posts of a year, month or day: 2022, 2022-03 or 2022-03-04."""
    if not is_day(stated):
        parts = ("published_at__year", "published_at__month")
        return Q(**dict(zip(parts, map(int, stated.split("-")), strict=False)))
    try:
        day = dt.date.fromisoformat(stated)
    except ValueError:
        return Q(pk=None)
    return Q(published_at__range=(start_of(day) - A_DAY, end_of(day) + A_DAY))


def category(request: HttpRequest, slug: str) -> HttpResponse:
    """`/category/<slug>.html`."""
    found = Category.objects.published().addressed(slug)
    if found is None or not found.get_absolute_url():
        raise Http404
    return redirect(found, permanent=True)


def flashes(request: HttpRequest) -> HttpResponse:
    """`/emnews/`, which had a page of its own."""
    return category(request, "emnews")
