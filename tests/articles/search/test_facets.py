import datetime as dt
import random
from collections import Counter
from dataclasses import replace

import pytest
from django.utils import timezone

from articles.models import Facet, Post, Source
from articles.search import engine, facets
from articles.search.conditions import Scope, conditions_of
from articles.search.kept_names import all_names
from articles.search.query import parse
from articles.terms import CATEGORY, SECURITY, SOURCE, TAG, TERMS
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

    def test_of_more_the_terms_are_those_of_the_newest_few(self, archive, monkeypatch):
        monkeypatch.setattr(facets, "NEWEST_OF_MANY", 4)
        with engine.searching() as search:
            of_many = facets.counted(search, planned("公司"), 10)
            of_all = facets.counted(search, planned("公司"), 10_000)
        assert (of_many.count, of_many.is_capped, of_many.faceted) == (10, True, 4)
        assert sum(v.posts for v in of_many.values if v.facet == Facet.SOURCE) == 4
        assert of_all.faceted is None

    def test_what_is_known_to_be_found_is_not_looked_for_again(self, archive):
        asked = planned("茅台")
        with engine.searching() as search:
            found = [key.id for key in search.keys(asked, 10_000)]
            assert facets.summary(search, asked, found=found) == facets.summary(search, asked)

    def test_without_time_for_all_it_says_of_how_many_it_is(self, archive, monkeypatch):
        with engine.searching() as search:
            whole = facets.summary(search, planned("公司"))
            monkeypatch.setattr(facets, "PATIENCE", 0)
            none = facets.summary(search, planned("公司"))
        assert (none.count, none.is_capped, none.faceted) == (0, True, 0)
        months = {v.slug for v in whole.values if v.facet == Facet.MONTH}
        assert months <= {v.slug for v in none.values if v.facet == Facet.MONTH}
        assert {v.posts for v in none.values} == {None}

    def test_beyond_it_any_month_may_have_more(self, archive):
        asked = conditions_of(
            parse("公司"), Scope(first=dt.date(2022, 2, 3), last=dt.date(2022, 5, 31))
        )
        with engine.searching() as search:
            few = facets.counted(search, asked, 2)
            all_of_them = facets.counted(search, asked, 10_000)
        months = {v.slug: v.posts for v in few.values if v.facet == Facet.MONTH}
        counts = {v.slug: v.posts for v in all_of_them.values if v.facet == Facet.MONTH}
        assert months.keys() == counts.keys()
        assert None in months.values()
        for slug, posts in months.items():
            if posts is not None:
                assert (posts, f"{slug}-01" >= few.since.isoformat()) == (counts[slug], True)

    def test_the_archives_own_is_kept_ready(self, archive):
        with engine.searching() as search:
            ready = facets.summary(search, planned(""))
            counted = facets.counted(search, planned(""), 10_000)
        assert ready == counted

    @pytest.mark.parametrize("are_few", [True, False])
    def test_so_is_the_count_of_a_single_term(self, archive, monkeypatch, are_few):
        monkeypatch.setattr(facets, "NEWEST_OF_TERM", 3)
        if not are_few:
            monkeypatch.setattr(facets, "COUNT_LIMIT", 5)
        source = Source.objects.most_used_first()[0]
        with engine.searching() as search:
            summary = facets.summary(search, conditions_of(parse(""), Scope((source,))))
        assert (summary.count, summary.is_capped) == (source.post_count, False)
        assert summary.faceted == 3
        months = [v.posts for v in summary.values if v.facet == Facet.MONTH]
        assert (None not in months) == are_few
        assert not are_few or sum(months) == source.post_count
        assert [v.posts for v in summary.values if v.facet == Facet.SOURCE] == [3]


class TestApart:
    @pytest.fixture(autouse=True)
    def posts(self, indexed):
        for source, number in (("甲", 3), ("乙", 2), ("丙", 1)):
            for _ in range(number):
                indexed(title="茅台", source=source, categories=["a" if source == "甲" else "b"])

    def sources(self, scope, text="茅台", **options):
        asked = conditions_of(parse(text), Scope())
        [source] = scope.terms
        rest = asked.within(scope.without(SOURCE))
        apart = {Facet.SOURCE: facets.Apart(rest, (source.pk,))}
        with engine.searching(all_names()) as search:
            summary = facets.summary(search, asked.within(scope), apart, **options)
        values = summary.of(Facet.SOURCE).values
        return summary, [(v.name, v.posts) for v in values if v.facet == Facet.SOURCE]

    @pytest.mark.parametrize("text", ["茅台", ""])
    def test_the_other_values_of_a_facet_are_counted_as_if_it_were_not_filtered(self, text):
        scope = Scope((Source.objects.get(name="乙"),))
        summary, sources = self.sources(scope, text)
        assert (summary.count, sources) == (2, [("甲", 3), ("乙", 2), ("丙", 1)])
        categories = [(v.name, v.posts) for v in summary.values if v.facet == Facet.CATEGORY]
        assert categories == [("b", 2)]

    def test_what_is_chosen_is_there_however_few_have_it(self, monkeypatch):
        monkeypatch.setattr(facets, "FACET_VALUES", 0)
        scope = Scope((Source.objects.get(name="丙"),))
        assert self.sources(scope)[1] == [("甲", 3), ("丙", 1)]
        longest = Facet.SOURCE
        assert self.sources(scope, longest=longest)[1] == [("甲", 3), ("乙", 2), ("丙", 1)]

    def test_it_is_one_statement(self, django_assert_num_queries):
        scope = Scope((Source.objects.get(name="丙"),))
        all_names()  # which every process keeps
        with django_assert_num_queries(5):  # the version, a savepoint, the months, and this
            self.sources(scope)


class TestAgainstAScan:
    def terms_of(self, post):
        """The terms of a post, by their kinds."""
        return {
            SOURCE: {post.source} - {None},
            CATEGORY: {*post.categories.all()},
            TAG: {*post.tags.all()},
            SECURITY: {*post.securities.all()},
        }

    def scanned(self, posts, scope):
        """The posts of a scope, of which each has its day and its terms beside it."""
        chosen = scope.alternatives
        return [
            (day, terms)
            for day, terms in posts
            if all(terms[kind] & {*chosen[kind]} for kind in chosen)
            and (scope.first is None or day >= scope.first)
            and (scope.last is None or day <= scope.last)
        ]

    @pytest.mark.parametrize("seed", range(24))
    def test_each_facet_has_the_counts_of_all_posts_without_its_own_filter(
        self, archive, monkeypatch, seed
    ):
        monkeypatch.setattr(facets, "FACET_VALUES", 10_000)
        chance = random.Random(seed)
        text = chance.choice(["", "公司", "茅台", "公司 | 股份", "市场 -公司"])
        posts = [
            (timezone.localdate(post.published_at), self.terms_of(post))
            for post in Post.objects.filter(pk__in=find(text))
            .select_related("source")
            .prefetch_related("categories", "tags", "securities")
        ]
        kinds = chance.sample(TERMS, chance.randint(0, 2))
        known = {kind: sorted(kind.objects.published(), key=lambda t: t.pk) for kind in kinds}
        terms = [one for kind in kinds for one in chance.choices(known[kind], k=3)]
        first, last = chance.choice([(None, None), (dt.date(2020, 2, 3), dt.date(2021, 5, 31))])
        scope = Scope(tuple(dict.fromkeys(terms)), first, last)
        rest = {kind.facet: scope.without(kind) for kind in kinds}
        if first:
            rest[Facet.MONTH] = replace(scope, first=None, last=None)
        asked = conditions_of(parse(text), Scope())
        apart = {
            facet: facets.Apart(asked.within(one), scope.keys_of(facet))
            for facet, one in rest.items()
        }
        with engine.searching() as search:
            summary = facets.summary(search, asked.within(scope), apart)
        assert summary.count == len(self.scanned(posts, scope))
        for kind in TERMS:
            found = self.scanned(posts, rest.get(kind.facet, scope))
            expected = Counter(
                getattr(term, kind.address_key) for _, terms in found for term in terms[kind]
            )
            values = summary.of(kind.facet).values
            assert {v.slug: v.posts for v in values if v.facet == kind.facet} == expected
        months = Counter(
            f"{day:%Y-%m}" for day, _ in self.scanned(posts, rest.get(Facet.MONTH, scope))
        )
        values = summary.of(Facet.MONTH).values
        assert {v.slug: v.posts for v in values if v.facet == Facet.MONTH} == months


class TestTime:
    @pytest.fixture(params=["a word", "a term", "nothing"])
    def days(self, request, indexed):
        """What counts the posts of each day, of posts at these times."""

        def days(*times):
            posts = [indexed(at, title="茅台", source="甲") for at in times]
            text, terms = {"a word": ("茅台", ()), "a term": ("", (posts[0].source,))}.get(
                request.param, ("", ())
            )
            with engine.searching() as search:
                values = facets.summary(search, conditions_of(parse(text), Scope(terms))).values
            return {value.slug: value.posts for value in values if value.facet == Facet.DAY}

        return days

    def test_the_days_of_two_months_are_counted(self, days):
        times = [f"{day} 00:30" for day in ("2021-12-31", "2022-01-29", "2022-01-29")]
        assert days(*times) == {"2021-12-31": 1, "2022-01-29": 2}

    def test_else_those_of_the_last_month(self, days):
        today = timezone.localtime()
        times = [today - dt.timedelta(days=age) for age in (0, 29, 30, 400)]
        expected = {at.date().isoformat(): 1 for at in times[:2]}
        assert days(*(at.isoformat() for at in times)) == expected

    def test_beyond_a_limit_they_are_counted_from_the_first_that_was_read_whole(self, indexed):
        for day in ("2022-03-01", "2022-03-02", "2022-03-02", "2022-03-03"):
            indexed(f"{day} 10:00", title="茅台")
        with engine.searching() as search:
            summary = facets.counted(search, planned("茅台"), 2)
        days = {v.slug: v.posts for v in summary.values if v.facet == Facet.DAY}
        assert (summary.since, days) == (dt.date(2022, 3, 3), {"2022-03-03": 1})
