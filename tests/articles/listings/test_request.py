import datetime as dt

import pytest
from django.http import QueryDict

from articles.listings.request import Detail, ListingRequest, Order, PageKeyError
from articles.listings.subjects import DaySubject, TermSubject
from articles.search.conditions import Scope
from articles.terms import SOURCE

pytestmark = pytest.mark.django_db
DAY = dt.date(2022, 3, 4)


def read(query, *args):
    return ListingRequest.read(QueryDict(query), *args)


def test_nothing_asked_is_the_first_page_of_everything():
    assert read("").scope == Scope()
    assert not read("").query.clauses
    assert (read("").before, read("").after, read("").number) == (None, None, 1)


def test_filters_and_the_subject_narrow_the_scope(make_post):
    source = make_post(source="新华社").source
    assert read("source=s-新华社&to=2022-03-04").scope == Scope((source,), last=DAY)
    assert read("from=2022-03-04", TermSubject(SOURCE, source)).scope == Scope((source,), first=DAY)
    assert read("", DaySubject(DAY)).scope == Scope(first=DAY, last=DAY)


def test_what_the_subject_fixes_no_filter_changes(make_post):
    source = make_post().source
    for query in ("source=nobody", "source=s-新华社"):
        request = read(query, TermSubject(SOURCE, source))
        assert request.scope == Scope((source,))
        assert "source" not in request.filters.form.fields


def test_a_filter_that_makes_no_sense_has_no_scope():
    assert read("source=nobody").scope is None


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("q=茅台&sort=relevance", Order.RELEVANCE),
        ("q=茅台", Order.NEWEST),
        ("sort=relevance", Order.NEWEST),
        ("q=source:财联社&sort=relevance", Order.NEWEST),
    ],
)
def test_relevance_is_that_of_words(query, order):
    assert read(query).order is order


def test_what_is_no_key_of_a_page_is_refused_where_there_are_pages():
    for detail in (Detail.PAGE, Detail.WHOLE):
        with pytest.raises(PageKeyError, match="x"):
            read("before=x", None, detail)
    assert read("before=x", None, Detail.ENTRY).before is None


def test_another_search_keeps_the_filters_and_the_order_but_no_page(make_post):
    asked = "q=茅台&sort=relevance&page=2&to=2022-03-04&tag=a&tag=b&other=1&facet=tag"
    kept = [("sort", "relevance"), ("to", "2022-03-04"), ("tag", "a"), ("tag", "b")]
    assert read(asked).kept == kept
    assert read("to=2022-03-04", TermSubject(SOURCE, make_post().source)).kept == []
