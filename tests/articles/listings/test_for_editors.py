import pytest

from articles.listings.answering import answer
from articles.listings.for_editors import found_by_editors
from articles.listings.request import ListingRequest
from articles.search.query import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(indexed):
    return indexed("2022-03-04 10:00", title="茅台涨停", digest="", body_text="贵州茅台今日涨停。")


def test_editors_get_the_ids_of_posts_of_every_status(post, indexed):
    draft = indexed("2022-03-05 09:00", title="茅台草稿", status="draft")
    query = parse("茅台")
    assert found_by_editors(ListingRequest(query)).ids == [draft.pk, post.pk]
    assert found_by_editors(ListingRequest(query, status="draft")).ids == [draft.pk]
    assert answer(ListingRequest(parse("茅台"))).posts == [post]


def test_editors_are_offered_operators_in_capitals(post):
    offered = found_by_editors(ListingRequest(parse("茅台 not 业绩"))).near
    assert "茅台 NOT 业绩" in [offer.query for offer in offered]
