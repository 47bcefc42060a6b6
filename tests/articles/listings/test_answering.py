import datetime as dt

import pytest
from django.http import QueryDict
from django.utils import translation

from articles.listings.answering import answer, ids_for_editors
from articles.listings.request import Detail, ListingRequest
from articles.listings.subjects import DaySubject
from articles.search.query import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts(indexed):
    """Two of one day, the newest first."""
    return [
        indexed("2022-03-04 10:00", title="茅台涨停", digest="", body_text="贵州茅台今日涨停。"),
        indexed("2022-03-04 09:00", title="快讯", source="新华社", body_text="长" * 200),
    ]


def page(query, *args):
    return answer(ListingRequest.read(QueryDict(query), *args))


def text(pieces):
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces)


def test_a_page_has_entries_counts_and_facets(posts):
    listing = page("")
    assert listing.posts == posts
    assert listing.summary.count == 2
    assert [str(group.label) for group in listing.facets] == ["日期", "分类", "来源"]
    assert [text(entry.title) for entry in listing.entries] == ["茅台涨停", "快讯"]
    assert [len(entry.lead) for entry in listing.entries] == [9, 140]
    assert [entry.is_flash for entry in listing.entries] == [True, False]
    assert [str(category) for category in listing.entries[0].categories] == ["cailianshe"]


def test_a_search_marks_what_it_found(posts):
    [entry] = page("q=茅台").entries
    assert text(entry.title) == "[茅台]涨停"
    assert text(entry.passage) == "贵州[茅台]今日涨停。"


def test_what_makes_no_sense_has_the_shape_of_any_listing(posts):
    listing = page("q=茅台&source=nobody")
    assert listing.filters.form.errors
    assert listing.query.clauses
    assert listing.summary.count == 0
    for part in (listing.entries, listing.facets, listing.chips, listing.notes, listing.advice):
        assert not part


def test_pages_lead_to_each_other(indexed):
    for minute in range(41):
        indexed(f"2022-03-04 09:{minute:02}", title="茅台")
    for query in ("", "q=茅台&", "q=茅台&sort=relevance&"):
        first = page(f"{query}page=1")
        assert first.previous is None
        second = page(first.next)
        assert (len(second.entries), second.next) == (1, None)
        assert page(second.previous).posts == first.posts
        assert page(second.first).posts == first.posts


@pytest.mark.parametrize(
    ("detail", "deferred"), [(Detail.HEADLINE, True), (Detail.ENTRY, True), (Detail.WHOLE, False)]
)
def test_of_each_post_there_is_as_much_as_was_asked_for(posts, detail, deferred):
    for query in ("", "茅台"):
        listing = answer(ListingRequest(parse(query), detail=detail, size=1))
        [post] = listing.posts
        assert post == posts[0]
        assert ("body_html" in post.get_deferred_fields()) == deferred


def test_editors_get_the_ids_of_posts_of_every_status(posts, indexed):
    draft = indexed("2022-03-05 09:00", title="茅台草稿", status="draft")
    query = parse("茅台")
    assert ids_for_editors(ListingRequest(query)) == [draft.pk, posts[0].pk]
    assert ids_for_editors(ListingRequest(query, status="draft")) == [draft.pk]
    assert answer(ListingRequest(parse("茅台"))).posts == [posts[0]]


def test_the_heading_of_a_day_is_in_the_language_of_the_page(posts):
    listing = page("", DaySubject(dt.date(2022, 3, 4)))
    assert listing.posts == posts
    with translation.override("en"):
        assert (listing.heading, listing.subject.language) == ("2022-03-04 Friday", "")
