"""Whatever an address says, no page breaks, and what is called XML is XML."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import articles
from articles.listings.filters import PostFilter

pytestmark = pytest.mark.django_db

# All examples read the same posts, in the one transaction of the test.
one_archive = settings(suppress_health_check=[*HealthCheck])


def routes(resolver: URLResolver, before: str = "") -> list[list[str]]:
    """Each route of a URLconf, as the parts between those that vary."""
    found: list[list[str]] = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern.pattern, RoutePattern):
            route = before + re.sub(r"<[^>]*>", "\0", str(pattern.pattern))
        else:
            expression = str(pattern.pattern).strip("^$").replace("\\", "")
            route = before + re.sub(r"\((?:[^()]|\([^()]*\))*\)", "\0", expression)
        if isinstance(pattern, URLPattern):
            found.append(route.split("\0"))
        else:
            found += routes(pattern, route)
    return found


def parameters() -> set[str]:
    """The names of the parameters that our views read, and some of those that Django's admin
    reads."""
    read = re.compile(r"""(?:GET|parameters)(?:\.get(?:list)?\(|\[)"(\w+)\"""")
    room = Path(articles.__file__).parent
    ours = {name for file in room.rglob("*.py") for name in read.findall(file.read_text())}
    return ours | {*PostFilter.base_filters, "o", "e", "all", "_popup", "_to_field", "post__id"}


ROUTES = routes(get_resolver())
PARAMETERS = sorted(parameters())
FEEDS_AND_SITEMAPS = [route for route in ROUTES if route[-1].endswith(".xml")]
LISTS = [["posts/"], ["category/emnews/"], ["security/1.600519/"], ["archive/2022/03/04/"]]
DESK = [route for route in ROUTES if route[0].startswith("admin/")]

# Some is right somewhere, so that pages are reached, and not only refused.
RIGHT = """1.600519 贵州茅台 emnews s-财联社 t-要闻 202203049900000001 2022 03 04 1
    茅台 净利润 -茅台 title:茅台 date:2022-03 source:财联社 茅台|净利润 relevance en""".split()
WRONG = [
    *["", " ", "%", "'", '"', "\\", "../..", "]]>", "&#0;", "\r\n", "NaN", "1e9", "²", "٣"],
    *["0", "-1", "00", "0000", "9999", "0001-01-01", "9999-12-31", "292277-01-01", "2022-02-30"],
    *["date:9999-12-31..", "date:..0001-01-01", "-date:9999", "x" * 3000, "9" * 5000, "茅|" * 128],
    *["\u200b", "茅台 \u200b", "-\u200e", "source:\ufeff", "\xad", "\u0301", "\u3164", "\u2800"],
    *["\0", "\x0b", "\x1b", "\x7f", "\x85", "\ufffe", "\uffff", "\U0010ffff", "\ufdd0"],
]
BYTES = [*RIGHT, *WRONG, b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xe8\x8c"]
MOMENTS = [0, 2**63, -(2**63), 10**30, -62135596800000000, 253402300799999999, 1646386200000000]

values = st.sampled_from(BYTES) | st.tuples(st.sampled_from(RIGHT), st.sampled_from(WRONG)).map(
    "".join
)
keys = st.tuples(st.sampled_from(MOMENTS), st.sampled_from([0, -1, 1, 2**63 - 1, 2**63])).map(
    lambda key: "{}-{}".format(*key)
)
assignments = st.sampled_from(PARAMETERS).flatmap(
    lambda name: st.tuples(st.just(name), keys | values if name in ("before", "after") else values)
)


@st.composite
def addresses(draw, among):
    first, *others = draw(st.sampled_from(among))
    path = first + "".join(quote(draw(values), safe="") + part for part in others)
    query = "&".join(
        f"{name}={quote(value)}" for name, value in draw(st.lists(assignments, max_size=4))
    )
    return f"/{path}?{query}"


@pytest.fixture
def archive(indexed):
    here = {"categories": ["emnews"], "tags": ["要闻"], "securities": [("1.600519", "贵州茅台")]}
    indexed(title="茅台净利润", **here)
    indexed("2022-03-05 09:30", title="净利润\x7f\x85", **here)


def check(response):
    assert response.status_code < 500
    if response.status_code == 200 and "xml" in response["Content-Type"]:
        etree.fromstring(response.content)


@one_archive
@given(addresses(ROUTES))
def test_no_address_breaks_a_page(archive, client, address):
    check(client.get(address))


@one_archive
@given(addresses(FEEDS_AND_SITEMAPS))
def test_no_address_breaks_a_feed_or_a_sitemap(archive, client, address):
    check(client.get(address))


@one_archive
@given(addresses(LISTS), st.sampled_from(["before", "after"]), keys)
def test_no_address_breaks_a_page_of_a_list(archive, client, address, place, key):
    check(client.get(f"{address}&q=茅台&{place}={key}"))


@one_archive
@given(addresses(DESK))
def test_no_address_breaks_the_desk(archive, admin_client, address):
    check(admin_client.get(address))
