"""What a reader sees of a search, before any JavaScript."""

import datetime as dt
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from articles import changes
from articles.listings.for_editors import found_by_editors
from articles.listings.request import ListingRequest
from articles.models import EmptySearch, Post, Security
from articles.search import budget, engine, facets
from articles.search.query import parse
from tests.articles.admin.forms import sent
from tests.html import links, parsed, words

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


class TestResults:
    def test_they_are_found_in_the_text_and_marked(self, client, indexed):
        indexed(title="快讯", digest="", body_text="今日，貴州茅臺涨停。")
        page = client.get("/posts/?q=茅台")
        assert "今日，貴州<mark>茅臺</mark>涨停。" in text(page)
        assert "1 篇" in words(page)

    def test_what_matches_is_escaped_before_it_is_marked(self, client, indexed):
        indexed(title="<b>茅台</b>", digest="", body_text="<script>alert(1)</script>茅台")
        page = text(client.get("/posts/?q=script"))
        assert "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;茅台" in page
        assert "&lt;b&gt;茅台&lt;/b&gt;" in page

    def test_a_hostile_query_is_shown_as_text(self, client):
        page = text(client.get("/posts/", {"q": '"><script>alert(1)</script>'}))
        assert "<script>alert" not in page
        assert client.get("/posts/", {"q": "%00\x00\\'--"}).status_code == 200

    def test_pages_lead_to_each_other_and_keep_the_query(self, client, make_post, index):
        index(make_post(title="茅台") for _ in range(41))
        first = client.get("/posts/?q=茅台")
        [older] = links(first, "a[rel=next]")
        second = client.get(f"/posts/{older}")
        assert len(second.context["listing"].posts) == 1
        assert parse_qs(urlsplit(older).query)["q"] == ["茅台"]

    def test_relevance_is_an_order_with_pages_of_its_own(self, client, make_post, index):
        best = make_post("2021-01-01 00:00", title="茅台")
        index([best, *(make_post(title="快讯", body_text="茅台") for _ in range(41))])
        first = client.get("/posts/?q=茅台&sort=relevance")
        assert first.context["listing"].posts[0] == best
        assert "page=2" in text(first)
        second = client.get("/posts/?q=茅台&sort=relevance&page=2")
        assert len(second.context["listing"].posts) == 2
        for page in ("0", "-1", "x", "99999", "²"):
            address = f"/posts/?q=茅台&sort=relevance&page={page}"
            assert client.get(address).status_code == 200

    def test_a_long_query_is_cut_and_says_so(self, client):
        assert "256" in words(client.get("/posts/", {"q": "茅" * 300}))

    def test_a_search_is_not_for_search_engines(self, client):
        assert '<meta name="robots" content="noindex">' in text(client.get("/posts/?q=茅台"))

    def test_a_category_can_be_searched(self, client, indexed):
        indexed(title="茅台一", categories=["emnews"])
        indexed(title="茅台二", categories=["cailianshe"])
        response = client.get("/category/emnews/?q=茅台")
        assert [post.title for post in response.context["listing"].posts] == ["茅台一"]


class TestWordsWithoutSpaces:
    @pytest.fixture(autouse=True)
    def posts(self, indexed):
        indexed(title="茅台的业绩")

    def test_the_page_says_that_they_were_cut_and_how_to_insist(self, client):
        page = client.get("/posts/?q=茅台业绩")
        assert "没有文章原样含有“茅台业绩”；以下文章都含有“茅台”和“业绩”。" in words(page)
        assert "<mark>茅台</mark>的<mark>业绩</mark>" in text(page)
        assert links(page, ".note a") == ["/posts/?q=%22%E8%8C%85%E5%8F%B0%E4%B8%9A%E7%BB%A9%22"]
        assert "没有文章同时符合这些条件" in words(client.get(links(page, ".note a")[0]))

    def test_what_was_left_out_may_have_been_misspelt(self, client, indexed):
        indexed(title="平安银行", securities=[("0.000001", "平安银行")])
        page = client.get("/posts/?q=平安很银行")
        assert "未查找：“很”。" in words(page)
        assert "平安银行" in [link.text for link in parsed(page).select(".note ~ .chips a")]

    def test_the_box_keeps_what_was_written(self, client):
        assert 'value="茅台业绩"' in text(client.get("/posts/?q=茅台业绩"))

    def test_the_feed_has_the_same_posts(self, client):
        assert "茅台的业绩" in text(client.get("/posts/feed.xml?q=茅台业绩"))


class TestChips:
    def test_each_part_of_the_query_can_be_taken_out(self, client, indexed):
        indexed(title="茅台")
        response = client.get("/posts/?q=茅台 | 五粮液 -公告&to=2022-12-31&before=0-1")
        queries = [parse_qs(urlsplit(link).query) for link in links(response, ".chips a")]
        assert queries == [
            {"q": ["-公告"], "to": ["2022-12-31"]},
            {"q": ["茅台 | 五粮液"], "to": ["2022-12-31"]},
            {"q": ["茅台 | 五粮液 -公告"]},
        ]

    def test_they_say_what_was_understood(self, client):
        page = words(client.get("/posts/?q=标题：茅台 | 五粮液 -公告 date:2022-13"))
        assert "标题：茅台 或 标题：五粮液" in page.replace("： ", "：")
        assert "不含 公告" in page
        assert "“2022-13”不是日期" in page

    def test_traditional_characters_are_explained_where_something_is_found(self, client, indexed):
        assert "贵州茅台" not in words(client.get("/posts/?q=貴州茅臺"))
        indexed(title="贵州茅台")
        assert "贵州茅台" in words(client.get("/posts/?q=貴州茅臺"), ".note")


@pytest.mark.usefixtures("no_kept_pages")
class TestFacets:
    RECENT = (("今天", 0), ("近7天", 0), ("近30天", 0))

    @pytest.fixture(autouse=True)
    def posts(self, indexed):
        indexed("2021-12-31 10:00", title="茅台", source="新华社", categories=["xinhuashe"])
        indexed(
            "2022-01-29 10:00",
            title="茅台",
            categories=["emnews"],
            tags=["要闻"],
            securities=[("1.600519", "贵州茅台")],
        )
        indexed("2022-03-04 10:00", title="茅台", categories=["emnews"])

    def facets(self, client, address):
        found = client.get(address).context["listing"].facets
        return {
            str(group.label): [(str(link.name), link.posts) for link in group.links]
            for group in found
        }

    def links(self, client, address, label, name):
        """The links of a value of a facet."""
        return [
            link
            for group in client.get(address).context["listing"].facets
            if str(group.label) == label
            for link in group.links
            if link.name == name
        ]

    def test_they_count_the_matches(self, client):
        assert self.facets(client, "/posts/?q=茅台") == {
            "分类": [("emnews", 2), ("xinhuashe", 1)],
            "来源": [("财联社", 2), ("新华社", 1)],
            "证券": [("贵州茅台", 1)],
            "标签": [("要闻", 1)],
            "日期": [
                *self.RECENT,
                *[("2022-03", 1), ("2022-01", 1), ("2021-12", 1)],
                *[("2022", 2), ("2021", 1)],
            ],
        }

    def test_the_newest_months_come_before_the_years_and_those_of_the_year_selected(
        self, client, indexed
    ):
        for month in range(1, 12):
            indexed(f"2021-{month:02}-01 10:00", title="茅台")
        years = [("2022", 2), ("2021", 12)]
        months = [("2022-03", 1), ("2022-01", 1), *((f"2021-{n:02}", 1) for n in range(12, 0, -1))]
        found = self.facets(client, "/posts/?q=茅台&stories=off")
        assert found["日期"] == [*self.RECENT, *months[:12], *years]
        found = self.facets(client, "/posts/?q=茅台&stories=off&from=2021-01-01&to=2021-12-31")
        assert found["日期"] == [*self.RECENT, *months, *years]

    def test_one_click_sets_a_filter_and_the_next_takes_it_off(self, client):
        address = "/posts/?q=茅台&before=1700000000000000-99"
        for label, name in (
            ("来源", "新华社"),
            ("证券", "贵州茅台"),
            ("日期", "2021"),
            ("标签", "要闻"),
        ):
            [link] = self.links(client, address, label, name)
            assert "before" not in link.query
            narrowed = f"/posts/?{link.query}"
            assert len(client.get(narrowed).context["listing"].posts) == link.posts
            [link] = self.links(client, narrowed, label, name)
            assert link.is_selected
            assert parse_qs(link.query) == {"q": ["茅台"]}

    def test_a_plain_listing_has_those_of_the_whole_archive(self, client):
        assert self.facets(client, "/posts/") == self.facets(client, "/posts/?q=茅台")

    def test_one_that_is_chosen_shows_the_others_with_their_counts(self, client):
        found = self.facets(client, "/posts/?q=茅台&source=s-新华社")
        assert found["来源"] == [("财联社", 2), ("新华社", 1)]
        assert found["分类"] == [("xinhuashe", 1)]

    def test_several_are_chosen_one_by_one(self, client):
        address = "/posts/?q=茅台&source=s-新华社"
        [link] = self.links(client, address, "来源", "财联社")
        both = client.get(f"/posts/?{link.query}")
        assert len(both.context["listing"].posts) == 3
        selected = [
            link.name
            for group in both.context["listing"].facets
            for link in group.links
            if link.is_selected
        ]
        assert selected == ["财联社", "新华社"]
        boxes = [box["value"] for box in parsed(both).select(".field [name=source]")]
        assert boxes == ["s-新华社", "s-财联社", ""]
        kept = [box["value"] for box in parsed(both).select(".search [name=source]")]
        assert kept == ["s-新华社", "s-财联社"]
        chips = [parse_qs(urlsplit(link).query) for link in links(both, ".chips a")]
        assert [chip.get("source") for chip in chips] == [
            ["s-财联社"],
            ["s-新华社"],
        ]

    def test_one_that_is_chosen_is_there_where_nothing_is_found(self, client):
        found = self.facets(client, "/posts/?q=茅台&source=s-新华社&tag=t-要闻")
        assert found["来源"] == [("财联社", 1), ("新华社", 0)]
        assert found["标签"] == [("要闻", 0)]

    def test_a_filter_on_the_page_of_a_term_does_not_hide_its_facet(self, client):
        found = self.facets(client, "/category/emnews/?tag=t-要闻&from=2022-01-01&to=2022-01-31")
        assert found["标签"] == [("要闻", 1)]
        assert found["日期"][3:] == [("2022-01", 1), ("2022", 1)]
        found = self.facets(client, "/category/emnews/?from=2021-01-01&to=2021-12-31")
        assert found["日期"][3:] == [("2022-03", 1), ("2022-01", 1), ("2022", 2)]

    def test_more_values_are_a_link_away(self, client, indexed):
        for number in range(15):
            indexed(title="茅台", source=f"媒体{number:02}", categories=[])
        page = client.get("/posts/?q=茅台")
        assert len(self.facets(client, "/posts/?q=茅台")["来源"]) == 12
        [more] = links(page, "a.more")
        assert more.endswith("&facet=source#facet-source")
        longer = client.get(more)
        assert len(self.facets(client, more)["来源"]) == 17
        assert not links(longer, "a.more")
        [canonical] = links(longer, "link[rel=canonical]")
        assert urlsplit(canonical).query == "q=%E8%8C%85%E5%8F%B0"
        assert "facet" not in longer.context["feed"]

    def test_one_list_under_two_names_is_shown_once(self, client, indexed):
        for name, channel, number in (("甲", "a", 30), ("乙", "b", 25)):
            for _ in range(number):
                indexed(title="五粮液", source=name, categories=[channel], tags=[f"{channel}报"])
        assert self.facets(client, "/posts/?q=五粮液").keys() == {"日期", "来源"}
        found = self.facets(client, "/posts/?q=五粮液&category=a")
        assert found.keys() == {"日期", "分类", "来源"}
        found = self.facets(client, "/posts/?q=五粮液&tag=t-a报")
        assert found["标签"] == [("a报", 30), ("b报", 25)]

    def test_recent_days_come_first_and_are_links_where_they_have_posts(self, client, indexed):
        today = timezone.localdate()
        for age in (1, 6, 20):
            indexed(f"{today - dt.timedelta(days=age)} 10:00", title="茅台")
        for address in ("/posts/", "/posts/?q=茅台", "/category/cailianshe/"):
            found = self.facets(client, address)
            assert next(iter(found)) == "日期"
            assert found["日期"][:3] == [("今天", 0), ("近7天", 2), ("近30天", 3)]
        [none] = self.links(client, "/posts/?q=茅台", "日期", "今天")
        [week] = self.links(client, "/posts/?q=茅台", "日期", "近7天")
        assert none.query is None
        assert len(client.get(f"/posts/?{week.query}").context["listing"].posts) == 2

    def test_a_day_has_no_other_dates(self, client):
        assert "日期" not in self.facets(client, "/archive/2022/03/04/")

    def test_numbers_of_the_newest_without_a_filter_say_so(self, client, monkeypatch):
        monkeypatch.setattr(facets, "COUNT_LIMIT", 2)
        page = words(client.get("/posts/?q=茅台&source=s-新华社"), "#facet-source")
        assert "不计此筛选时最新的 2 篇" in page

    def test_a_category_leaves_out_its_own(self, client):
        assert "分类" not in self.facets(client, "/category/emnews/")


class TestNothingFound:
    def test_it_says_which_word_is_in_no_post_and_what_happens_without(self, client, indexed):
        indexed(title="茅台涨停")
        response = client.get("/posts/?q=茅台 跌停")
        page = words(response)
        assert "跌停 没有结果" in page
        assert "去掉它有 1 篇" in page
        assert [parse_qs(urlsplit(link).query)["q"] for link in links(response, ".hints a")] == [
            ["茅台"]
        ]

    def test_it_says_that_there_are_more_than_it_counts(self, client, indexed, monkeypatch):
        monkeypatch.setattr(engine, "COUNT_LIMIT", 1)
        indexed(title="茅台")
        indexed(title="茅台")
        assert "去掉它有超过 1 篇" in words(client.get("/posts/?q=茅台 跌停"))
        page = client.get("/posts/?q=茅台 跌停", headers={"accept-language": "en"})
        assert "more than 1 posts without it" in words(page)

    def test_it_offers_names_that_are_spelled_almost_so(self, client, indexed):
        indexed(title="贵州茅台", securities=[("1.600519", "贵州茅台")])
        page = text(client.get("/posts/?q=贵州矛台"))
        assert 'href="/posts/?q=%E8%B4%B5%E5%B7%9E%E8%8C%85%E5%8F%B0"' in page

    def test_what_no_title_has_is_offered_in_the_whole_text(self, client, indexed):
        indexed(title="白酒", body_text="茅台的业绩好转。")
        page = client.get("/posts/", {"q": "title:茅台业绩", "to": "2099-12-31"})
        [link] = [link for link in links(page, ".nothing > p a") if "q=%E8%8C%85" in link]
        assert found(client, "茅台业绩") == [Post.objects.get()]
        assert parse_qs(urlsplit(link).query) == {"q": ["茅台业绩"], "to": ["2099-12-31"]}

    def test_what_no_text_has_either_is_not_offered_there(self, client, indexed):
        indexed(title="白酒")
        page = client.get("/posts/", {"q": "title:茅台业绩"})
        assert "在标题和正文中搜索" not in words(page)

    def test_it_offers_the_words_of_a_run_that_a_post_has(self, client, indexed):
        indexed(title="银保监会")
        indexed(title="处罚")
        page = client.get("/posts/?q=银保监处罚&to=2099-12-31")
        assert [parse_qs(urlsplit(link).query) for link in links(page, ".nothing .chips a")] == [
            {"q": [word], "to": ["2099-12-31"]} for word in ("银保监", "处罚")
        ]
        for link in links(page, ".nothing .chips a"):
            assert client.get(link).context["listing"].posts

    def test_it_offers_nothing_twice(self, client, indexed):
        indexed(title="茅台")
        page = client.get("/posts/?q=茅台 绝无此词")
        assert len([link for link in links(page, ".nothing a") if "q=" in link]) == 1
        indexed(title="五粮液")
        page = client.get("/posts/?q=茅台，五粮液")
        assert [link for link in links(page, ".nothing a") if "q=" in link] == [
            f"/posts/?{urlencode({'q': name})}" for name in ("茅台", "五粮液")
        ]

    @pytest.mark.parametrize(
        ("asked", "kept"),
        [
            ({"from": "2030-01-01"}, {}),
            ({"q": "茅台", "from": "2030-01-01"}, {"q": ["茅台"]}),
            ({"q": "date:2030 茅台 2031年"}, {"q": ["茅台"]}),
            ({"q": "date:>2030"}, {}),
        ],
    )
    def test_after_the_end_of_the_archive_it_leads_to_the_newest_day(
        self, client, indexed, asked, kept
    ):
        post = indexed("2022-03-04 23:30", title="茅台")
        link, *_ = links(client.get("/posts/", asked), ".nothing .chips a")
        day = {"from": ["2022-03-04"], "to": ["2022-03-04"]}
        assert parse_qs(urlsplit(link).query) == kept | day
        assert client.get(link).context["listing"].posts == [post]

    def test_a_filter_that_makes_no_sense_says_so(self, client, indexed):
        indexed(title="茅台")
        page = words(client.get("/posts/?q=茅台&source=nobody"))
        assert "没有名为“nobody”的条目。" in page


class TestNames:
    @pytest.fixture(autouse=True)
    def securities(self, indexed):
        """贵州茅台, whose posts do not write its name, and 粤泰股份, which was renamed."""
        self.moutai = indexed(title="白酒走强", securities=[("1.600519", "贵州茅台")])
        self.before = indexed("2020-01-01 09:00", title="粤泰股份年报")
        self.after = indexed(
            "2022-01-01 09:00", title="ST粤泰公告", securities=[("1.600393", "ST粤泰")]
        )
        renamed = Security.objects.get(code="600393")
        renamed.names = ["ST粤泰", "粤泰股份"]
        renamed.save()

    @pytest.mark.parametrize(
        "query", ["gzmt", "maotai", "guizhoumaotai", "SH600519", "sh600519", "600519.SH", "茅台"]
    )
    def test_each_way_to_write_a_company_leads_to_its_card(self, client, query):
        page = client.get("/posts/", {"q": query})
        assert "贵州茅台 600519" in words(page, "section.card")

    @pytest.mark.parametrize("query", ["gzmt", "maotai", "guizhoumaotai"])
    def test_pinyin_that_is_in_no_post_finds_those_of_the_company(self, client, query):
        page = client.get("/posts/", {"q": query})
        assert page.context["listing"].posts == [self.moutai]
        assert f"没有文章含有“{query}”" in words(page)
        english = client.get("/posts/", {"q": query}, headers={"accept-language": "en"})
        assert f"No post has “{query}”" in words(english)
        assert "白酒走强" in text(client.get("/posts/feed.xml", {"q": query}))

    def test_pinyin_that_is_in_a_post_finds_that(self, client, indexed):
        post = indexed(title="GZMT")
        assert found(client, "gzmt") == [post]

    @pytest.mark.parametrize("query", ["粤泰股份", "ST粤泰"])
    def test_old_and_new_names_find_the_same(self, client, query):
        page = client.get("/posts/", {"q": query})
        assert page.context["listing"].posts == [self.after, self.before]
        chip = words(page, ".chips")
        assert "粤泰股份" in chip
        assert "粤泰" in chip.replace("粤泰股份", "")
        assert "曾用名" in words(page, "section.card") or "粤泰股份" in words(page, "section.card")
        assert text(client.get("/posts/feed.xml", {"q": query})).count("<entry>") == 2

    def test_the_card_and_the_page_of_a_company_say_when_it_was_renamed(self, client, indexed):
        indexed("2020-05-11 09:00", title="粤泰股份", securities=[("1.600393", "粤泰股份")])
        Security.objects.filter(code="600393").update(name="ST粤泰", names=["ST粤泰", "粤泰股份"])
        for page in (client.get("/posts/?q=ST粤泰"), client.get("/security/1.600393/")):
            assert "至 2020-05-11 名为 粤泰股份" in words(page)

    def test_the_card_and_the_page_of_a_company_have_its_english_name(self, client):
        Security.objects.filter(code="600519").update(english_name="Kweichow Moutai")
        changes.terms_changed()
        for page in (
            client.get("/posts/?q=Kweichow+Moutai"),
            client.get("/posts/?q=贵州茅台"),
            client.get("/security/1.600519/"),
        ):
            assert "股票 · Kweichow Moutai" in words(page)

    @pytest.mark.parametrize("query", ["SH600519", "sh600519", "600519.SH", "1.600519"])
    def test_a_code_that_is_in_no_post_leads_to_the_posts_of_its_security(self, client, query):
        assert found(client, query) == [self.moutai]

    def test_quotation_marks_insist_on_one(self, client):
        assert found(client, "“粤泰股份”") == [self.before]

    def test_a_word_that_sounds_like_a_name_keeps_the_rest(self, client, indexed):
        indexed("2022-03-01 09:00", title="贵州茅台业绩")
        page = client.get("/posts/", {"q": "矛台 业绩", "to": "2022-12-31"})
        offered = [parse_qs(urlsplit(link).query) for link in links(page, ".nothing .chips a")]
        assert [one["q"] for one in offered] == [["茅台 业绩"], ["贵州茅台 业绩"]]
        assert all(one["to"] == ["2022-12-31"] for one in offered)

    def test_editors_find_by_them_too(self):
        for query, posts in {"粤泰股份": [self.after, self.before], "gzmt": [self.moutai]}.items():
            request = ListingRequest(parse(query))
            assert found_by_editors(request).ids == [post.pk for post in posts]


class TestFilterBoxes:
    @pytest.fixture(autouse=True)
    def posts(self, indexed):
        indexed(
            title="茅台",
            categories=["emnews"],
            tags=["要闻"],
            securities=[("1.600519", "贵州茅台"), ("1.000001", "上证指数")],
        )
        indexed(title="白酒", source="新华社", securities=[("0.000001", "平安银行")])
        Security.objects.filter(code="600519").update(names=["贵州茅台", "茅台酒"])

    @pytest.mark.parametrize(
        ("asked", "canonical"),
        [
            ({"source": "财联社"}, {"source": "s-财联社"}),
            ({"source": "cls"}, {"source": "s-财联社"}),
            ({"source": "cailianshe"}, {"source": "s-财联社"}),
            ({"source": " 财联社 "}, {"source": "s-财联社"}),
            ({"tag": "要闻"}, {"tag": "t-要闻"}),
            ({"category": "EMNEWS"}, {"category": "emnews"}),
            ({"security": "600519"}, {"security": "1.600519"}),
            ({"security": "SH600519"}, {"security": "1.600519"}),
            ({"security": "600519.sh"}, {"security": "1.600519"}),
            ({"security": "gzmt"}, {"security": "1.600519"}),
            ({"security": "guizhoumaotai"}, {"security": "1.600519"}),
            ({"security": "茅台酒"}, {"security": "1.600519"}),
            ({"security": "貴州茅臺"}, {"security": "1.600519"}),
            ({"q": "茅台", "security": "gzmt"}, {"q": "茅台", "security": "1.600519"}),
        ],
    )
    def test_they_take_names_codes_and_pinyin_and_lead_to_the_address(
        self, client, asked, canonical
    ):
        for path in ("/posts/", "/posts/feed.xml", "/archive/2022/03/04/"):
            response = client.get(path, asked)
            assert response.status_code == 302, path
            moved = urlsplit(response["Location"])
            assert moved.path == path
            assert {name: [value] for name, value in canonical.items()} == parse_qs(moved.query)
            assert client.get(response["Location"]).status_code == 200

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_what_may_mean_several_is_offered(self, client, language):
        page = client.get(
            "/posts/",
            {"q": "茅台", "security": "000001"},
            headers={"accept-language": language},
        )
        assert {"zh-hans": "可能指", "en": "may mean several"}[language] in words(page)
        offered = [parse_qs(urlsplit(link).query) for link in links(page, ".field .chips a")]
        assert links(page, ".found .chips a") == links(page, ".field .chips a")
        assert offered == [
            {"q": ["茅台"], "security": ["1.000001"]},
            {"q": ["茅台"], "security": ["0.000001"]},
        ] or offered == [
            {"q": ["茅台"], "security": ["0.000001"]},
            {"q": ["茅台"], "security": ["1.000001"]},
        ]

    @pytest.mark.parametrize("value", ["%", "_", "\\", "'", "\0", "茅" * 5000, "绝无", "9" * 400])
    def test_any_value_has_an_answer(self, client, value):
        for name in ("source", "category", "tag", "security"):
            assert client.get("/posts/", {name: value}).status_code == 200

    def test_they_are_completed_with_terms_of_their_kind(self, client):
        options = client.get("/suggest/", {"kind": "security", "q": "gz"}).json()["options"]
        assert [(option["name"], option["value"]) for option in options] == [
            ("贵州茅台", "1.600519")
        ]
        options = client.get("/suggest/", {"kind": "source", "q": "财"}).json()["options"]
        assert [option["value"] for option in options] == ["财联社"]

    def test_they_offer_names_that_are_spelled_almost_so(self, client, indexed):
        indexed(title="茅台")
        page = client.get("/posts/?q=茅台&source=财连社")
        assert links(page, ".field .chips a") == [
            "/posts/?" + urlencode({"q": "茅台", "source": "s-财联社"})
        ]


def test_a_security_has_its_card(client, indexed):
    indexed(title="无关", securities=[("1.600519", "贵州茅台")])
    card = words(client.get("/posts/?q=600519"), "section.card")
    assert "贵州茅台 600519" in card
    assert "上海" in card
    assert "提到它的全部 1 篇" in card


def test_in_english_a_board_says_once_what_it_is(client, indexed):
    indexed(securities=[("90.BK0493", "新能源")])
    Security.objects.update(kind=Security.Kind.BOARD)
    for address, facts in (("/posts/?q=新能源", ".card .meta"), ("/security/90.BK0493/", ".meta")):
        page = client.get(address, headers={"Accept-Language": "en"})
        assert words(page, facts).lower().count("board") == 1


def test_the_card_of_a_board_says_once_what_it_is(client, indexed):
    indexed("2022-03-04 10:00", securities=[("90.BK0493", "新能源")])
    Security.objects.update(kind=Security.Kind.BOARD)
    assert words(client.get("/posts/?q=新能源"), ".card .meta").count("板块") == 1


@pytest.fixture
def slow(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(budget, "TIMEOUT", 0)
        yield patch


def test_a_search_that_takes_too_long_keeps_its_query_and_offers_periods(client, slow, indexed):
    indexed(str(timezone.localtime())[:16], categories=["emnews"])
    response = client.get("/posts/?q=茅台 <b>&source=s-财联社&from=2020-01-01&before=1-1")
    assert response.status_code == 503
    html = parsed(response)
    assert html.select_one("#q")["value"] == "茅台 <b>"
    kept = {field["name"]: field["value"] for field in html.select("search input[type=hidden]")}
    assert kept == {"source": "s-财联社", "from": "2020-01-01"}
    today = timezone.localdate()
    asked = [parse_qs(urlsplit(link).query) for link in links(response, "main .chips a")]
    assert [one.pop("from") for one in asked] == [
        [str(today - dt.timedelta(days=6))],
        [str(today - dt.timedelta(days=29))],
        [f"{today.year}-01-01"],
    ]
    assert all(
        one == {"q": ["茅台 <b>"], "source": ["s-财联社"], "to": [str(today)]} for one in asked
    )
    response = client.get("/category/emnews/?q=茅台")
    assert parsed(response).select_one("#q")["value"] == "茅台"
    assert links(response, "main .chips a")[0].startswith("?q=")
    assert not links(client.get("/archive/2022/03/04/?q=茅台"), "main .chips a")


def test_the_periods_that_are_offered_end_with_the_archive(client, slow, indexed):
    indexed("2022-03-04 23:30")
    asked = [
        parse_qs(urlsplit(link).query)
        for link in links(client.get("/posts/?q=茅台"), "main .chips a")
    ]
    assert [(one["from"], one["to"]) for one in asked] == [
        (["2022-02-26"], ["2022-03-04"]),
        (["2022-02-03"], ["2022-03-04"]),
        (["2022-01-01"], ["2022-03-04"]),
    ]


def test_a_search_that_takes_too_long_says_so_and_when_to_try_again(client, slow):
    response = client.get("/posts/?q=茅台")
    slow.undo()
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "这次搜索太慢" in text(response)
    assert "首次导入" not in text(response)
    assert client.get("/posts/feed.xml?q=茅台").status_code == 200


def test_without_an_index_it_is_said_what_is_waited_for(client, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX searchentry_tokens")
    monkeypatch.setattr(budget, "TIMEOUT", 0)
    response = client.get("/posts/?q=茅台")
    assert response.status_code == 503
    assert "正在首次导入文章" in text(response)


class TestFreshness:
    def test_an_import_is_found_by_the_next_search(self, client, tmp_path):
        (tmp_path / "2022-03-04-202203040000000001.md").write_text(
            "---\ntitle: 沪惠保上线\ndate: 2022-03-04 09:30:00\ncategories: emnews\n---\n<p>文</p>"
        )
        call_command("import_posts", tmp_path, verbosity=0)
        assert "<mark>沪惠保</mark>上线" in text(client.get("/posts/?q=沪惠保"))

    def test_an_edit_and_a_hiding_in_admin_too(self, admin_client, indexed):
        post = indexed(title="茅台")
        address = f"/admin/articles/post/{post.pk}/change/"
        form = sent(admin_client.get(address), "post_form")
        assert admin_client.post(address, {**form, "title": "沪惠保"}).status_code == 302
        assert found(admin_client, "茅台") == []
        assert found(admin_client, "沪惠保") == [post]
        form = sent(admin_client.get(address), "post_form")
        assert admin_client.post(address, {**form, "status": "hidden"}).status_code == 302
        assert found(admin_client, "沪惠保") == []


def found(client, query):
    return client.get("/posts/", {"q": query}).context["listing"].posts


class TestSuggestions:
    def test_they_are_json_with_where_each_leads(self, client, indexed):
        indexed(securities=[("1.600519", "贵州茅台")])
        assert client.get("/suggest/?q=600519").json()["options"] == [
            {
                "kind": "证券",
                "name": "贵州茅台",
                "note": "600519 上海",
                "posts": 1,
                "url": "/security/1.600519/",
            }
        ]
        [option] = client.get("/suggest/?q=来源：财").json()["options"]
        assert option["query"] == "来源：财联社"

    @pytest.mark.parametrize(
        "query", ["", "%", "_", "'", "\\", "\0", "茅" * 9999, "来源:", "code:9.9"]
    )
    def test_any_text_has_an_answer(self, client, query):
        assert client.get("/suggest/", {"q": query}).status_code == 200

    def test_each_leads_to_a_page(self, client, indexed):
        indexed(securities=[("1.600519", "茅")], source="茅", tags=["茅"], categories=["茅 x"])
        options = client.get("/suggest/?q=茅").json()["options"]
        assert len(options) == 4
        for option in options:
            assert client.get(option["url"], follow=True).status_code == 200


class TestEmptySearches:
    READING = {"sec-fetch-dest": "document"}

    def counted(self):
        return list(EmptySearch.objects.order_by("pk").values_list("text", "times"))

    def test_they_are_counted_for_the_editors(self, client, indexed):
        indexed(title="茅台")
        for text in ("绝无此词", "茅台", "茅台 绝无"):
            client.get("/posts/", {"q": text}, headers=self.READING)
        client.get("/posts/?q=绝无此词 ", headers=self.READING, REMOTE_ADDR="192.0.2.1")
        assert self.counted() == [("绝无此词", 2), ("茅台 绝无", 1)]

    def test_of_one_address_each_counts_once_and_shows_nothing_to_editors(self, client):
        for _ in range(6):
            client.get("/posts/?q=绝无此词", headers=self.READING)
        assert self.counted() == [("绝无此词", 1)]
        assert not EmptySearch.objects.asked_by_several().exists()

    def test_one_that_was_cut_is_counted_too(self, client, indexed):
        indexed(title="茅台的业绩")
        client.get("/posts/?q=茅台业绩", headers=self.READING)
        assert self.counted() == [("茅台业绩", 1)]

    def test_what_several_addresses_asked_for_is_shown(self, client):
        for number in range(3):
            address = f"192.0.2.{number}"
            client.get("/posts/?q=绝无此词", headers=self.READING, REMOTE_ADDR=address)
        search = EmptySearch.objects.asked_by_several().get()
        assert "192.0.2" not in str(search.askers)

    def test_addresses_of_one_network_are_one(self, client):
        for number in range(3):
            address = f"2001:db8::{number}"
            client.get("/posts/?q=绝无此词", headers=self.READING, REMOTE_ADDR=address)
        assert self.counted() == [("绝无此词", 1)]

    def test_long_sentences_are_not(self, client):
        client.get("/posts/", {"q": "绝无此词" * 11}, headers=self.READING)
        assert self.counted() == []

    def test_what_a_script_asks_while_the_reader_types_is_not(self, client):
        for destination in ("empty", ""):
            client.get("/posts/?q=绝无此词", headers={"sec-fetch-dest": destination})
        assert self.counted() == []

    def test_a_search_within_a_filter_is_not(self, client):
        for filtered in ("/posts/?q=绝无此词&to=2020-01-01", "/posts/?q=绝无此词&sort=relevance"):
            client.get(filtered, headers=self.READING)
        assert self.counted() == []

    def test_only_the_newest_are_kept(self, client, monkeypatch):
        monkeypatch.setattr("articles.models.desk.MAX_SEARCHES", 2)
        for text in ("一无所有", "二无所有", "三无所有"):
            client.get("/posts/", {"q": text}, headers=self.READING)
        assert self.counted() == [("二无所有", 1), ("三无所有", 1)]

    def test_a_reader_sees_the_page_when_they_cannot_be_counted(self, client, caplog):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE articles_fruitlesssearch RENAME TO gone")
        response = client.get("/posts/?q=绝无此词", headers=self.READING)
        assert response.status_code == 200
        assert "was not counted" in caplog.text
