"""Editors search what readers do, and the posts that readers do not see yet or any more."""

import datetime as dt

import pytest
from django.utils import timezone

from articles.search import desk
from articles.search.conditions import Scope
from articles.search.query import parse
from tests.articles.search.finding import find as found_by_readers

pytestmark = pytest.mark.django_db


def find(text, scope=None, *, limit=100, status=None):
    with desk.searching(status) as search:
        conditions = search.conditions(parse(text), scope or Scope())
        return desk.newest(search, conditions, limit)


@pytest.fixture
def posts(indexed):
    """A post of each state, the newest first."""
    tomorrow = timezone.localtime() + dt.timedelta(days=1)
    return [
        indexed(f"{tomorrow:%Y-%m-%d %H:%M}", title="茅台预告", status="published"),
        indexed("2022-03-05 09:30", title="茅台草稿", status="draft"),
        indexed("2022-03-04 09:30", title="茅台涨停", status="published"),
        indexed("2019-01-01 09:30", title="茅台净利润旧闻", status="hidden"),
    ]


def test_posts_of_every_state_are_found_newest_first(posts):
    scheduled, draft, published, hidden = [post.pk for post in posts]
    assert find("茅台") == [scheduled, draft, published, hidden]
    assert found_by_readers("茅台") == [published]


def test_nothing_asked_finds_every_post(posts):
    assert find("") == [post.pk for post in posts]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("茅台 -涨停", [0, 1, 3]),
        ("草稿 | 旧闻", [1, 3]),
        ("title:预告", [0]),
        ("date:2022-03", [1, 2]),
        ("来源：财联社 date:..2020", [3]),
        ("“茅台草稿”", [1]),
        ("净利润 -股东", [3]),
        ("茅台 -净利润", [0, 1, 2]),
        ("绝无此词", []),
    ],
)
def test_the_language_is_that_of_readers(posts, query, numbers):
    assert find(query) == [posts[number].pk for number in numbers]


def test_a_filter_narrows_and_a_status_says_where_to_look(posts, indexed):
    other = indexed("2018-01-01 09:30", title="茅台", source="新华社", status="hidden")
    assert find("茅台", Scope((other.source,))) == [other.pk]
    assert find("茅台", status="published") == [posts[0].pk, posts[2].pk]
    assert find("茅台", status="hidden") == [posts[1].pk, posts[3].pk, other.pk]


def test_the_newest_are_found_where_there_are_too_many(posts):
    assert find("茅台", limit=2) == [posts[0].pk, posts[1].pk]


def test_drafts_of_many_years_are_found(indexed):
    dates = ["2031-12-31 23:59", "2030-01-01 00:00", "2024-02-29 12:00", "1999-12-31 23:59"]
    drafts = [indexed(date, title="茅台", status="draft").pk for date in dates]
    assert find("茅台") == drafts
