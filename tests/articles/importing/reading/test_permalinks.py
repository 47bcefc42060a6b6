import datetime as dt

import pytest

from articles.importing.reading.dates import SHANGHAI_TIME
from articles.importing.reading.permalinks import DATE_STYLE, addresses, key

MORNING = dt.datetime(2022, 3, 4, 9, 30, tzinfo=SHANGHAI_TIME)


def claimed(permalink="", *redirect_from, title="锂价 回落", categories=("Cai", "jing")):
    return addresses(
        permalink, redirect_from, title=title, categories=categories, published_at=MORNING
    )


@pytest.mark.parametrize(
    "path", ["/a/b", "/a/b/", "/a//b/", "/a/b.html", "/a/b.htm", "/a/b/index.html", "a/b"]
)
def test_an_address_is_the_same_with_a_slash_an_ending_or_an_index(path):
    assert key(path) == "/a/b"


@pytest.mark.parametrize(
    ("permalink", "expected"),
    [
        ("/old/path/here.html", "/old/path/here"),
        ("old/path/", "/old/path"),
        ("/%E9%94%82%E4%BB%B7/", "/锂价"),
        ("/锂价/?from=rss#top", "/锂价"),
        ("/:categories/:year/:title/", "/cai/jing/2022/锂价-回落"),
        ("/:short_year/:i_month/:i_day/:hour:minute:second/", "/22/3/4/093000"),
        ("/:slug:output_ext", "/锂价-回落"),
        (DATE_STYLE, "/cai/jing/2022/03/04/锂价-回落"),
        ("/:categories/:year/:y_day/:title", "/cai/jing/2022/063/锂价-回落"),
        ("/:w_year/:week/:w_day/:title", "/2022/09/5/锂价-回落"),
        ("pretty", "/pretty"),  # the styles are for the configuration of a site
    ],
)
def test_a_permalink_is_filled_in_as_jekyll_does(permalink, expected):
    assert claimed(permalink) == (expected,)


def test_without_a_category_its_place_is_closed():
    assert claimed(DATE_STYLE, categories=()) == ("/2022/03/04/锂价-回落",)


def test_categories_of_one_spelling_are_one():
    assert claimed("/:categories/:title", categories=("a", "A")) == ("/a/锂价-回落",)


@pytest.mark.parametrize(
    "address",
    [
        "", "/", "//evil.example/a", "https://evil.example/a", "javascript:alert(1)", "/admin/x/",
        "admin", "/static/a.css", "/preview/a", "/a/../admin/", "/a/%2e%2e/b",
        "\\\\evil.example\\a", "/a\\b", "/a\0b", "/a%00b", "/:nothing/:title/",
        "/" + "长" * 400, "/:title" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_post_is_left_out(address):
    assert claimed(address) == ()
    assert claimed("", address) == () or address == "/:nothing/:title/"


def test_of_many_addresses_a_hundred_are_taken():
    assert len(claimed("", *(f"/a/{n}" for n in range(40_000)))) == 100
