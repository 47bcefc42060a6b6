import datetime as dt

import pytest

from articles.models import Facet, Post, Source
from articles.search import engine, facets
from articles.search.conditions import Scope, conditions_of
from articles.search.query import parse
from tests.articles.search.finding import find, planned

pytestmark = pytest.mark.django_db


class TestSummary:
    def test_counts_and_facets_are_those_of_the_matches(self, archive):
        ids = find("公司")
        with engine.searching() as search:
            summary = facets.summary(search, planned("公司"))
        assert (summary.count, summary.is_capped) == (len(ids), False)
        posts = Post.objects.filter(pk__in=ids)
        sources = {v.slug: v.posts for v in summary.values if v.facet == Facet.SOURCE}
        assert sources
        for slug, count in sources.items():
            assert posts.filter(source__slug=slug).count() == count
        securities = [value for value in summary.values if value.facet == Facet.SECURITY]
        market, code = securities[0].slug.split(".")
        mentions = posts.filter(securities__market=market, securities__code=code)
        assert (securities[0].posts, securities[0].name) == (
            mentions.count(),
            mentions[0].securities.get(market=market, code=code).name,
        )
        months = [value for value in summary.values if value.facet == Facet.MONTH]
        assert sum(month.posts for month in months) == len(ids)
        assert all(len(month.slug) == 7 and month.slug[4] == "-" for month in months)

    def test_a_count_stops_at_its_limit(self, archive):
        with engine.searching() as search:
            summary = facets.counted(search, planned("公司"), 10)
        assert (summary.count, summary.is_capped, summary.faceted) == (10, True, 10)
        sources = [value.posts for value in summary.values if value.facet == Facet.SOURCE]
        assert sum(sources) == 10

    def test_beyond_it_any_month_may_have_more(self, archive):
        asked = conditions_of(
            parse("公司"), Scope(first=dt.date(2022, 2, 3), last=dt.date(2022, 5, 31))
        )
        with engine.searching() as search:
            few = facets.counted(search, asked, 2)
            all_of_them = facets.counted(search, asked, 10_000)
        months = [value for value in few.values if value.facet == Facet.MONTH]
        assert {month.posts for month in months} == {None}
        assert {month.slug for month in months} == {
            value.slug for value in all_of_them.values if value.facet == Facet.MONTH
        }

    def test_the_archives_own_is_kept_ready(self, archive):
        with engine.searching() as search:
            ready = facets.summary(search, planned(""))
            counted = facets.counted(search, planned(""), 10_000)
        assert ready == counted

    def test_so_is_the_count_of_a_single_term(self, archive, monkeypatch):
        monkeypatch.setattr(facets, "NEWEST_OF_TERM", 3)
        source = Source.objects.most_used_first()[0]
        with engine.searching() as search:
            summary = facets.summary(search, conditions_of(parse(""), Scope((source,))))
        assert (summary.count, summary.is_capped) == (source.post_count, False)
        assert summary.faceted == 3
        assert [v.posts for v in summary.values if v.facet == Facet.SOURCE] == [3]


def test_the_most_mentioned_are_counted_of_the_newest_posts(indexed, monkeypatch):
    indexed("2022-03-04 09:00", securities=[("0.000001", "平安银行")])
    for minute in (1, 2):
        indexed(f"2022-03-04 09:0{minute}", securities=[("1.600519", "贵州茅台")])
    since = dt.datetime(2022, 3, 1, tzinfo=dt.UTC)
    assert [(v.name, v.posts) for v in facets.most_mentioned(since, 5)] == [
        ("贵州茅台", 2),
        ("平安银行", 1),
    ]
    assert [v.name for v in facets.most_mentioned(since, 1)] == ["贵州茅台"]
    monkeypatch.setattr(facets, "LATEST", 1)
    assert [(v.name, v.posts) for v in facets.most_mentioned(since, 5)] == [("贵州茅台", 1)]
