"""A published post whose time is still to come: in no result and no number until then, and in all
of them from that moment on, without a job that brings it there."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from articles.models import (
    Category,
    FacetCount,
    Security,
    Source,
    Tag,
)
from articles.search import engine, facets
from articles.search.conditions import Conditions
from articles.search.suggest import suggest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_kept_pages")]

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2022, 3, 4, 12, 0, tzinfo=SHANGHAI)
AT = dt.datetime(2022, 3, 4, 15, 0, tzinfo=SHANGHAI)


@pytest.fixture
def at(monkeypatch):
    """A function that sets the clock."""

    def set_clock(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_clock(NOW)
    return set_clock


@pytest.fixture(autouse=True)
def posts(at, indexed):
    """One post that is there; one for this afternoon; one for a day, a month, a source, … that
    have no other."""
    joins = {"categories": ["emnews"], "tags": ["要闻"], "securities": [("1.600519", "贵州茅台")]}
    indexed("2022-03-04 09:30", title="茅台一", **joins)
    indexed("2022-03-04 15:00", title="茅台二", **joins)
    joins = {"categories": ["new"], "tags": ["新"], "securities": [("0.000001", "平安银行")]}
    indexed("2022-04-01 09:30", title="茅台三", source="新华社", **joins)


def numbers(client):
    """Every number that pages have, by where it is."""
    found = {}
    for address in (
        "/posts/",
        "/posts/?q=茅台",
        "/category/emnews/",
        "/source/s-财联社/",
        "/tag/t-要闻/",
        "/security/1.600519/",
        "/archive/2022/03/04/",
    ):
        listing = client.get(address).context["listing"]
        found[address] = listing.summary.count
        assert len(listing.posts) == listing.summary.count
        counted = {(value.facet, value.name): value.posts for value in listing.summary.values}
        assert set(counted.values()) == {listing.summary.count}, counted
    for model in (Source, Category, Tag, Security):
        terms = model.objects.most_used_first()
        found |= {(model.__name__, str(term)): term.post_count for term in terms}
    found |= {day: FacetCount.objects.days(day, day).get(day, 0) for day in DAYS}
    found |= {("month", month): posts for month, posts in FacetCount.objects.months().items()}
    found["茅"] = [option.term.post_count for option in suggest("茅")]
    found["feed"] = client.get("/posts/feed.xml").content.count(b"<entry>")
    found["home"] = sum(len(entries) for _, entries in client.get("/").context["days"])
    return found


DAYS = [dt.date(2022, 3, 4), dt.date(2022, 4, 1)]


def expected(count):
    return {
        "/posts/": count, "/posts/?q=茅台": count, "/category/emnews/": count,
        "/source/s-财联社/": count, "/tag/t-要闻/": count, "/security/1.600519/": count,
        "/archive/2022/03/04/": count,
        ("Source", "财联社"): count, ("Source", "新华社"): 0,
        ("Category", "emnews"): count, ("Category", "new"): 0,
        ("Tag", "要闻"): count, ("Tag", "新"): 0,
        ("Security", "贵州茅台"): count, ("Security", "平安银行"): 0,
        DAYS[0]: count, DAYS[1]: 0, ("month", dt.date(2022, 3, 1)): count,
        "茅": [count], "feed": count, "home": count,
    }  # fmt: skip


def test_it_is_in_no_result_and_no_number_until_its_time(client, at):
    assert numbers(client) == expected(1)
    at(AT - dt.timedelta(microseconds=1))
    assert numbers(client) == expected(1)
    at(AT)
    assert numbers(client) == expected(2)


def test_nobody_is_led_to_a_day_that_has_no_other_post(client, at):
    beside = FacetCount.objects.days_beside
    assert beside(DAYS[0], DAYS[0]) == (None, None)
    assert beside(dt.date(2022, 5, 1), dt.date(2022, 5, 1)) == (DAYS[0], None)
    at(AT + dt.timedelta(days=30))
    assert beside(DAYS[0], DAYS[0]) == (None, DAYS[1])


def test_the_archives_own_summary_is_that_of_a_walk_through_it(client, at):
    for moment in (NOW, AT, AT + dt.timedelta(days=30)):
        at(moment)
        listing = client.get("/posts/?from=1900-01-01").context["listing"]
        with engine.searching() as search:
            stored = facets.summary(search, Conditions())
        assert stored == replace(listing.summary, apart={}, stories=stored.stories)
        # Those of the whole archive are not stored apart from the scheduled ones.
        assert stored.stories in (listing.summary.stories, None)
