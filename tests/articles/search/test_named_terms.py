import datetime as dt

import pytest
from django.utils import timezone

from articles.models import Source
from articles.search import engine
from articles.search.conditions import Scope
from articles.search.kept_names import all_names
from articles.search.named_terms import NamedTerms
from articles.search.query import parse
from articles.terms import SOURCE

pytestmark = pytest.mark.django_db


class TestSeenByReaders:
    def keys(self):
        return [*Source.objects.order_by("name").values_list("pk", flat=True)]

    def test_are_terms_with_a_post_that_readers_see(self, indexed):
        indexed(source="A")
        indexed(f"{timezone.localtime() + dt.timedelta(days=1):%Y-%m-%d %H:%M}", source="B")
        indexed(source="C", status="draft")
        assert NamedTerms().seen_by_readers(SOURCE, self.keys()) == self.keys()[:1]

    def test_are_looked_up_among_posts_only_where_all_may_be_scheduled(
        self, indexed, django_assert_num_queries
    ):
        for source in "AABB":
            indexed(source=source)
        keys = self.keys()
        terms = NamedTerms(all_names())
        terms.known.posts_of(SOURCE.facet)
        with django_assert_num_queries(1) as asked:  # how many are scheduled
            assert terms.seen_by_readers(SOURCE, keys) == keys
        assert "EXISTS" not in asked[-1]["sql"]


def test_what_a_criterion_names_is_looked_up_once(indexed, django_assert_num_queries):
    indexed(source="财联社")
    with engine.searching() as search:
        query = parse("来源：财联社 -来源：财联社")
        asked = search.conditions(query, Scope())
        with django_assert_num_queries(0):
            assert search.conditions(query, Scope()) == asked


@pytest.mark.parametrize(
    "value", ["上海证券报 中国证券网", "上海证券报  中国证券网", "上海证券报中国证券网"]
)
def test_a_space_in_a_quoted_value_is_no_difference_where_the_name_has_a_dot(indexed, value):
    indexed(source="上海证券报·中国证券网")
    [criterion] = parse(f"来源：“{value}”").clauses[0].criteria
    assert len(NamedTerms().tokens(criterion)) == 1
