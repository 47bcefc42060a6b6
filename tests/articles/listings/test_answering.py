import datetime as dt
from urllib.parse import parse_qs, urlencode

import pytest
from django.http import QueryDict
from django.utils import translation

from articles.listings.answering import answer, newest_of_busiest
from articles.listings.for_editors import found_by_editors
from articles.listings.request import Detail, ListingRequest
from articles.listings.subjects import DaySubject
from articles.search.query import parse
from articles.search.repeats import FEWEST

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


def test_categories_that_repeat_the_sources_do_not_stand_beside_them(make_post, index):
    index(make_post(source="甲报", categories=["c"]) for _ in range(FEWEST))
    assert not any(entry.categories for entry in page("").entries)


def test_a_search_marks_what_it_found(posts):
    [entry] = page("q=茅台").entries
    assert text(entry.title) == "[茅台]涨停"
    assert text(entry.passage) == "贵州[茅台]今日涨停。"


def test_the_busiest_categories_each_have_a_listing_of_their_newest(
    indexed, django_assert_num_queries
):
    for minute in range(3):
        indexed(f"2022-03-04 09:3{minute}", categories=["emnews"], title=f"快讯{minute}")
    indexed(categories=["cailianshe"], title="文章")
    with django_assert_num_queries(1):
        busiest, other = newest_of_busiest(2, 2)
    assert [post.title for post in busiest.posts] == ["快讯2", "快讯1"]
    assert [post.title for post in other.posts] == ["文章"]
    assert (busiest.heading, other.heading) == ("emnews", "cailianshe")
    assert answer(busiest.request).posts == busiest.posts


def test_a_flash_is_a_line_unless_its_text_alone_has_some_of_what_was_searched_for(posts):
    for words, is_line in (("茅台", True), ("贵州", False), ("涨停 贵州", False)):
        [entry] = page(f"q={words}").entries
        assert entry.is_line is is_line
    assert [entry.is_line for entry in page("").entries] == [True, False]


def test_a_day_of_three_posts_is_a_heading_and_the_others_say_their_days(indexed):
    for time in ("03-01 09:00", "03-02 09:00", *(f"03-03 0{hour}:00" for hour in range(3))):
        indexed(f"2022-{time}")
    indexed("2022-03-05 09:00")
    days = [(day and day.day, len(found)) for day, found in page("").days]
    assert days == [(None, 1), (3, 3), (None, 2)]


def test_what_makes_no_sense_has_the_shape_of_any_listing(posts):
    listing = page("q=茅台&source=nobody")
    assert listing.filters.form.errors
    assert listing.query.clauses
    assert listing.summary.count == 0
    for part in (listing.entries, listing.facets, listing.chips, listing.notes, listing.advice):
        assert not part


def test_pages_lead_to_each_other(make_post, index):
    index(make_post(f"2022-03-04 09:{minute:02}", title="茅台") for minute in range(41))
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


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("涨停 快讯", ["涨停", "快讯"]),
        ("涨停，快讯", ["涨停", "快讯"]),
        ("快讯 ! 涨停", ["快讯", "涨停"]),
        ("title:长长", ["长长"]),
    ],
)
def test_readers_and_editors_are_offered_the_same_and_never_what_was_asked(posts, query, names):
    offered = found_by_editors(ListingRequest(parse(query))).near
    assert [offer.name for offer in offered] == names
    listing = page(urlencode({"q": query}))
    assert [listing.in_whole_text] if listing.in_whole_text else listing.near == offered


def test_the_heading_of_a_day_is_in_the_language_of_the_page(posts):
    listing = page("", DaySubject(dt.date(2022, 3, 4)))
    assert listing.posts == posts
    with translation.override("en"):
        assert (listing.heading, listing.subject.language) == ("2022-03-04 Friday", "")


class TestCut:
    """A query that finds nothing is cut into words, and all of the listing is of these."""

    @pytest.fixture(autouse=True)
    def posts(self, make_post, index):
        index(
            make_post(f"2022-03-04 09:{minute:02}", title=f"茅台的业绩{minute}", digest="")
            for minute in range(41)
        )
        security = [("1.600519", "贵州茅台")]
        newest = make_post(
            "2022-03-05 09:00", title="年度业绩：茅台", securities=security, source="新华社"
        )
        index([newest])

    def test_what_was_found_is_marked_counted_and_explained(self):
        with translation.override("en"):
            listing = page("q=茅台业绩")
        assert listing.summary.count == 42
        assert text(listing.entries[0].title) == "年度[业绩]：[茅台]"
        assert listing.cut.notes == [
            "No post has “茅台业绩” as it stands; these have “茅台” and “业绩”."
        ]
        assert [chip.rest for chip in listing.chips] == [
            urlencode({"q": "业绩"}),
            urlencode({"q": "茅台"}),
        ]
        assert not listing.advice
        facet_queries = {one.query for group in listing.facets for one in group.links if one.query}
        assert {parse_qs(query)["q"][0] for query in facet_queries} == {"茅台 业绩"}
        assert [group.links[0].posts for group in listing.facets if group.links[0].posts] == [
            42,
            41,
            1,
        ]

    @pytest.mark.parametrize("order", ["", "&sort=relevance"])
    def test_page_two_asks_the_same(self, order):
        first = page(f"q=茅台业绩{order}")
        second = page(first.next)
        assert second.cut == first.cut
        assert len({*first.posts, *second.posts}) == 42
        assert page(second.previous).posts == first.posts

    def test_filters_are_kept(self):
        with translation.override("en"):
            listing = page("q=茅台业绩&source=s-新华社")
        assert [post.title for post in listing.posts] == ["年度业绩：茅台"]
        assert "source=s-" in listing.cut.insisting
        assert listing.cut.notes == [
            "Of the posts that meet the rest, none has “茅台业绩” as it stands; these have"
            " “茅台” and “业绩”."
        ]

    def test_whoever_insists_finds_nothing(self):
        listing = page(page("q=茅台业绩").cut.insisting)
        assert listing.cut is None
        assert not listing.posts
        assert listing.advice

    def test_what_finds_something_is_not_cut(self):
        listing = page("q=茅台的业绩")
        assert listing.cut is None
        assert listing.summary.count == 41

    def test_a_feed_has_the_posts_of_the_page(self):
        request = ListingRequest.read(QueryDict("q=茅台业绩"), None, Detail.WHOLE)
        assert answer(request).posts == page("q=茅台业绩").posts

    def test_editors_are_told_too(self, indexed):
        draft = indexed("2022-03-06 09:00", title="茅台旧业绩", status="draft")
        with translation.override("en"):
            found = found_by_editors(ListingRequest(parse("茅台业绩"), size=100))
        assert (found.ids[0], len(found.ids)) == (draft.pk, 43)
        assert "these have “茅台” and “业绩”" in found.notes[0]
        drafts = found_by_editors(ListingRequest(parse("茅台业绩"), status="draft"))
        assert drafts.ids == [draft.pk]


@pytest.mark.parametrize("query", ["source:不存在", "code:不存在 茅台", "-tag:涨停 来源：不存在"])
def test_the_value_of_a_field_that_is_looked_for_as_text_is_marked(client, indexed, query):
    indexed(title="茅台：不存在减持计划")
    [entry] = client.get("/posts/", {"q": query}).context["listing"].entries
    assert "不存在" in [piece.text for piece in entry.title if piece.is_match]
