"""A search takes so long and no longer, and what it found before stays."""

import pytest
from django.db import connection
from django.http import QueryDict

from articles.listings.for_editors import found_by_editors
from articles.listings.request import ListingRequest
from articles.listings.trends import stories_of_days
from articles.search import budget, engine, facets, kept_names, misspelt
from tests.html import words

pytestmark = pytest.mark.django_db


def sleep(search, seconds):
    search.cursor.execute("SELECT pg_sleep(%s)", [seconds])


def test_all_statements_of_a_search_have_one_time_together(monkeypatch):
    monkeypatch.setattr(budget, "TIMEOUT", 300)
    monkeypatch.setattr(budget, "SLACK", 10)

    def often():
        with engine.searching() as search:
            for _ in range(100):
                sleep(search, 0.02)

    with pytest.raises(engine.SearchTimeoutError):
        often()
    with engine.searching() as search:
        sleep(search, 0)


def test_extras_end_where_their_time_does_and_the_search_goes_on(monkeypatch):
    monkeypatch.setattr(budget, "EXTRAS", 100)
    done = []
    with engine.searching() as search:
        with search.budget.extras():
            done.append("first")
            sleep(search, 10)
            done.append("second")
        with search.budget.extras():
            sleep(search, 0)
            done.append("third")
    assert (done, search.budget.is_spent) == (["first"], True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_extras_in_time_leave_the_search_its_own(monkeypatch):
    monkeypatch.setattr(budget, "EXTRAS", 100)
    monkeypatch.setattr(budget, "SLACK", 10)
    with engine.searching() as search:
        with search.budget.extras():
            sleep(search, 0)
        sleep(search, 0.3)
    assert not search.budget.is_spent


@pytest.mark.parametrize("address", ["/posts/", "/posts/feed.xml", "/trends/", "/watch/", "desk"])
def test_names_are_read_before_the_time_of_a_search_begins(client, indexed, monkeypatch, address):
    indexed(title="贵州茅台涨停", securities=[("1.600519", "贵州茅台")])
    now = 0.0

    class SlowLines(kept_names.Lines):
        def __init__(self, lines):
            nonlocal now
            now += 10
            super().__init__(lines)

    monkeypatch.setattr(budget, "monotonic", lambda: now)
    monkeypatch.setattr(kept_names, "Lines", SlowLines)
    monkeypatch.setattr(kept_names, "kept", None)
    if address == "desk":
        assert found_by_editors(ListingRequest.read(QueryDict("q=gzmt"))).ids
    else:
        assert "贵州茅台" in client.get(f"{address}?q=gzmt").content.decode()
    assert now


def test_counting_all_stories_takes_no_longer_than_a_search(indexed, monkeypatch):
    day = indexed("2022-03-04 09:30").published_at.date()
    assert stories_of_days({day: 1}).days == {day: 1}
    monkeypatch.setattr(budget, "TIMEOUT", 0)
    with pytest.raises(engine.SearchTimeoutError):
        stories_of_days({day: 1})


@pytest.fixture
def slow(monkeypatch):
    """What is beside results takes longer than it may."""
    monkeypatch.setattr(budget, "EXTRAS", 100)
    for module, name in ((facets, "summary"), (misspelt, "offers")):
        monkeypatch.setattr(module, name, lambda search, *args, **options: sleep(search, 10))


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("order", ["", "&sort=relevance"])
def test_results_are_shown_without_what_there_is_no_time_for(client, indexed, order):
    indexed(title="茅台涨停")
    response = client.get(f"/posts/?q=茅台{order}", headers={"accept-language": "en"})
    assert response.status_code == 200
    listing = response.context["listing"]
    assert [post.title for post in listing.posts] == ["茅台涨停"]
    assert (listing.summary.count, listing.summary.is_capped) == (1, False)
    assert "Counting these posts took too long" in words(response)


@pytest.mark.usefixtures("slow")
def test_that_nothing_is_found_is_said_without_offers_too(client, indexed):
    indexed(title="茅台涨停")
    response = client.get("/posts/?q=茅苔", headers={"accept-language": "en"})
    assert response.status_code == 200
    assert "finds nothing" in words(response)
    assert "no time to look for all that may have been meant" in words(response)


@pytest.mark.parametrize(
    ("found", "is_late", "count"),
    [
        (0, False, (0, False)),
        (41, False, (41, False)),
        (10_001, False, (10_000, True)),
        (10_001, True, (10_000, True)),
        (3_481, True, (3_000, True)),
        (3_000, True, (2_000, True)),
        (10, True, (9, True)),
        (1, True, (0, True)),
        (0, True, (0, False)),
    ],
)
def test_a_count_that_was_not_finished_is_a_round_number(found, is_late, count):
    assert engine.Count.of(found, is_late) == count
