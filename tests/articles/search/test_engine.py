import datetime as dt

import pytest

from articles import changes
from articles.models import (
    PageKey,
    Post,
    SearchEntry,
)
from articles.search import budget, engine, facets, last_changed
from articles.search.conditions import Scope
from articles.search.kept_names import all_names
from articles.search.query import Remark, parse
from tests.articles.search.finding import find, planned, scan

pytestmark = pytest.mark.django_db


class TestFields:
    @pytest.fixture(autouse=True)
    def posts(self, indexed):
        self.moutai = indexed(
            "2022-01-29 10:00",
            title="茅台",
            source="财联社",
            categories=["emnews"],
            tags=["要闻"],
            securities=[("1.600519", "贵州茅台")],
        )
        self.bank = indexed(
            "2022-03-04 00:00",
            title="平安",
            source="The Paper",
            categories=["Tech Web"],
            tags=["公告精选"],
            securities=[("0.000001", "平安银行")],
        )

    @pytest.mark.parametrize(
        "query",
        [
            "source:财联社", "来源:财联", "来源:s-财联社", "category:emnews", "标签:要闻",
            "code:600519", "code:SH600519", "code:600519.SH", "code:sh.600519", "code:1.600519",
            "代码:贵州茅台", "代码:茅台", "代码:貴州茅臺", "date:2022-01-29", "date:2022-01",
            "date:..2022-02", "日期：2022年1月", "-source:paper", "-date:2022-03", "title:茅",
            "source:财联社 | source:无此来源", "date:2022-01 | date:2021",
            "source:财联社 -tag:公告",
        ],
    )  # fmt: skip
    def test_find_the_one_post(self, query):
        assert find(query) == [self.moutai.pk], query

    @pytest.mark.parametrize(
        "query",
        ['source:"The Paper"', "分类:tech", 'category:"Tech Web"', "tag:公告", "code:000001",
         "code:SZ000001", "date:2022-03-04", "date:2022-03..", "date:2022-03-04 code:平安"],
    )  # fmt: skip
    def test_find_the_other(self, query):
        assert find(query) == [self.bank.pk], query

    def test_a_name_that_nothing_has_is_text_and_is_noted(self):
        asked = planned("来源:平安")
        assert [(note.remark, note.text) for note in asked.notes] == [(Remark.UNKNOWN, "平安")]
        assert find("来源:平安") == [self.bank.pk]

    def test_filters_narrow_a_search(self):
        assert find("", terms=(self.moutai.categories.get(),)) == [self.moutai.pk]
        assert find("平安", terms=(self.moutai.securities.get(),)) == []
        assert find("", first=dt.date(2022, 3, 4)) == [self.bank.pk]
        assert find("", last=dt.date(2022, 3, 3)) == [self.moutai.pk]
        assert find("", first=dt.date.min, last=dt.date.max) == [self.bank.pk, self.moutai.pk]

    def test_days_begin_at_midnight_in_shanghai(self):
        assert find("date:2022-03-03") == []


class TestFreshness:
    def test_a_post_of_the_future_waits_for_its_time(self, indexed):
        indexed("2099-01-01 00:00", title="茅台")
        assert find("茅台") == []

    def test_a_hidden_post_is_gone_at_once(self, indexed):
        post = indexed(title="茅台")
        Post.objects.update(status="hidden")
        changes.posts_changed([post.pk])
        assert find("茅台") == []


class TestPages:
    QUERIES = ["", "公司", "-公司", "涨 | 跌", "title:公司", "亿元"]

    @pytest.mark.parametrize("by_story", [False, True])
    @pytest.mark.parametrize("query", QUERIES)
    def test_the_last_changes_are_the_same_however_they_are_found(self, archive, query, by_story):
        changes.posts_changed(find(query)[5:25])
        changes.posts_changed(find("")[:5])
        with engine.searching() as search:
            by_index = search.changed(planned(query), 30, None, by_story)
            walked = last_changed.walk_changes(search.cursor, planned(query), 30, None, by_story)
            place = walked[3][0]
            later = last_changed.walk_changes(search.cursor, planned(query), 5, place, by_story)
        assert walked == by_index
        assert later == walked[4:9]

    @pytest.mark.parametrize("query", QUERIES)
    def test_pages_lead_through_all_there_is_and_back(self, archive, query):
        expected = find(query)
        assert expected
        seen, key, pages = [], None, []
        with engine.searching() as search:
            while True:
                page = search.newest(planned(query), size=37, before=key)
                pages.append([post.pk for post in page.posts])
                key = page.older
                if key is None:
                    break
            assert [pk for page in pages for pk in page] == expected
            backwards = [pages[-1]]
            key = PageKey.of(page.posts[0]) if len(pages) > 1 else None
            while key:
                page = search.newest(planned(query), size=37, after=key)
                backwards.append([post.pk for post in page.posts])
                key = page.newer
        assert sum(reversed(backwards), seen) == expected

    def test_a_large_month_is_walked_by_days(self, archive, monkeypatch):
        expected = find("公司")
        monkeypatch.setattr("articles.search.matching.LARGE_MONTH", 1)
        monkeypatch.setattr("articles.search.matching.MONTHS_WALKED", 2)
        assert find("公司") == expected
        middle = Post.objects.get(pk=expected[len(expected) // 2])
        with engine.searching() as search:
            older = search.keys(planned("公司"), 999, before=PageKey.of(middle))
            newer = search.keys(planned("公司"), 999, after=PageKey.of(middle))
        keys = [key.id for key in (*newer[::-1], PageKey.of(middle), *older)]
        assert keys == expected

    def test_many_alternatives_are_still_found(self, archive):
        query = "涨|跌 公|司 亿|元 的|了 上|下 年|月 日|时"
        found = set(scan(""))
        for group in query.split():
            a, b = group.split("|")
            found &= set(scan(a)) | set(scan(b))
        assert found
        assert set(find(query)) == found

    def test_they_take_as_many_queries_however_many_posts(self, archive, django_assert_num_queries):
        asked = planned("公司")
        all_names()  # which a process keeps
        # A savepoint and its release, the calendar; the walk, the posts; the version of the names,
        # the summary.
        with django_assert_num_queries(7), engine.searching() as search:
            search.newest(asked, size=40)
            facets.summary(search, asked)


class TestRelevance:
    def test_title_stands_over_digest_over_body_and_then_the_newest(self, indexed):
        rest = {"title": "无", "digest": "无", "body_text": "无"}
        body, digest, title, first, newer = (
            indexed("2022-01-05 09:30", **rest | {"body_text": "说到茅台"}).pk,
            indexed("2022-01-04 09:30", **rest | {"digest": "说到茅台"}).pk,
            indexed("2022-01-03 09:30", **rest | {"title": "说到茅台"}).pk,
            indexed("2022-01-01 09:30", **rest | {"title": "茅台说到"}).pk,
            indexed("2022-01-02 09:30", **rest | {"title": "茅台说到"}).pk,
        )
        with engine.searching() as search:
            posts = search.ranked(planned("茅台"), [["茅台"]], size=4, number=1).posts
            assert [post.pk for post in posts] == [newer, first, title, digest]
            posts = search.ranked(planned("茅台"), [["茅台"]], size=4, number=2).posts
            assert [post.pk for post in posts] == [body]


class TestAdvice:
    def test_it_says_which_word_finds_nothing_and_what_the_others_do(self, indexed):
        indexed(title="茅台涨停")
        query = parse("茅台 涨停 跌停")
        with engine.searching() as search:
            found = search.advice(query, Scope())
        assert [item.finds_nothing for item in found] == [False, False, True]
        assert [item.posts_without for item in found] == [0, 0, 1]

    def test_it_counts_no_further_than_a_list_and_says_so(self, indexed, monkeypatch):
        monkeypatch.setattr(engine, "COUNT_LIMIT", 2)
        for title in ("茅台", "茅台", "茅台五粮液", "五粮液"):
            indexed(title=title)
        with engine.searching() as search:
            [_, without] = search.advice(parse("五粮液 跌停"), Scope())
            [_, without_more] = search.advice(parse("茅台 跌停"), Scope())
        assert (without.posts_without, without.is_capped) == (2, False)
        assert (without_more.posts_without, without_more.is_capped) == (2, True)


INJECTIONS = [
    "'; DROP TABLE articles_post; --",
    "' OR '1'='1",
    "\\'; SELECT pg_sleep(10); --",
    "%' OR text LIKE '%",
    "$$; DROP TABLE articles_searchentry; $$",
    "{1,2}'::int4[]) OR true --",
    "%s %(x)s %d %%",
    "title:%s",
    "source:') OR 1=1 --",
    "code:1.600519' OR ''='",
    "code:999999999999999999999.1",
    "code:9999.600519",
    "date:2022'..",
    "date:0001..9999",
    "date:0000",
    "-'' | \"\"",
    "\u0000茅台\u0000",
    "\ud800\udfff 茅台",
    "a" * 5000,
    " ".join("茅台涨停公司亿元增长" * 20),
    "|".join("茅台涨停公司亿元增长" * 10),
    "-" * 256,
    "(" * 100 + ")" * 100,
    "*:* AND field:[* TO *]",
    "..",
    "…",
    "︙",
    "🈶️",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_does_harm(indexed, text):
    indexed(title="茅台涨停")
    with engine.searching() as search:
        asked = planned(text)
        search.newest(asked, size=10)
        facets.summary(search, asked)
        search.ranked(asked, parse(text).alternatives, size=10, number=1)
        search.advice(parse(text), Scope())
    assert SearchEntry.objects.count() == Post.objects.count() == 1


def test_a_statement_that_takes_too_long_is_ended(indexed, monkeypatch):
    monkeypatch.setattr(budget, "TIMEOUT", 50)
    with pytest.raises(engine.SearchTimeoutError), engine.searching() as search:
        search.cursor.execute("SELECT pg_sleep(10)")
