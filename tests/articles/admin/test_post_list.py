"""The list of posts: what it shows, finds and filters."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.admin.paging import CappedPaginator
from articles.editing import pending
from articles.messages import Message
from articles.models import Document, Post
from articles.search import budget, desk
from tests.html import links, parsed, words

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/post/"


@pytest.fixture
def list_of(admin_client):
    """The titles that the list shows for an address's parameters."""

    def ask(**parameters):
        response = admin_client.get(LIST, parameters)
        assert response.status_code == 200, response.url
        ask.page = response.context["cl"]
        return [post.title for post in ask.page.result_list]

    return ask


@pytest.fixture
def posts(indexed):
    """A post of each state, the newest first."""
    later = timezone.localtime() + dt.timedelta(days=1)
    return {
        "scheduled": indexed(f"{later:%Y-%m-%d} 08:00", title="茅台预告"),
        "draft": indexed("2022-03-05 09:30", title="茅台草稿", status="draft"),
        "published": indexed("2022-03-04 09:30", title="茅台涨停"),
        "hidden": indexed("2019-01-01 09:30", title="茅台旧闻", status="hidden"),
    }


class TestColumns:
    def test_each_post_says_its_time_state_title_and_source(self, admin_client, posts):
        Post.objects.filter(pk=posts["published"].pk).update(hand_edited=["title"])
        page = words(admin_client.get(LIST))
        assert "08:00 待发布 茅台预告 财联社" in page
        assert "2022-03-05 09:30 草稿 茅台草稿 财联社" in page
        assert "2022-03-04 09:30 已发布 茅台涨停 财联社 是" in page
        assert "2019-01-01 09:30 已隐藏 茅台旧闻 财联社" in page

    def test_time_alone_is_sorted_by_either_way(self, list_of, posts):
        newest_first = ["茅台预告", "茅台草稿", "茅台涨停", "茅台旧闻"]
        assert list_of() == list_of(q="茅台") == newest_first
        time = list_of.page.list_display.index("time")
        assert list_of(o=time) == list_of(o=time, q="茅台") == newest_first[::-1]
        assert list_of(o=f"-{time}") == newest_first
        assert list_of(o="3") == list_of(o="9.x") == newest_first


class TestSearch:
    def test_it_takes_the_language_of_the_site_and_finds_every_state(self, list_of, posts):
        assert list_of(q="茅台 -草稿") == ["茅台预告", "茅台涨停", "茅台旧闻"]
        assert list_of(q="标题：旧闻 | 标题：预告") == ["茅台预告", "茅台旧闻"]
        assert list_of(q="date:2022-03") == ["茅台草稿", "茅台涨停"]
        assert list_of(q="绝无此词") == []

    def test_it_says_when_it_found_words_of_what_was_written(self, admin_client, posts):
        page = admin_client.get(LIST, {"q": "草稿茅台"})
        assert [post.title for post in page.context["cl"].result_list] == ["茅台草稿"]
        assert "没有文章原样含有“草稿茅台”；以下文章都含有“草稿”和“茅台”。" in words(page)

    def test_it_offers_what_may_have_been_meant(self, admin_client, posts, indexed):
        indexed(securities=[("1.600519", "贵州茅台")])
        page = admin_client.get(LIST, {"q": "矛台 草稿", "state": "draft", "p": "2"})
        [link] = parsed(page).select(".messagelist a")
        assert link.text == "茅台"
        assert parse_qs(urlsplit(link["href"]).query) == {"q": ["茅台 草稿"], "state": ["draft"]}

    def test_a_state_narrows_it(self, list_of, posts):
        for state, post in posts.items():
            assert list_of(q="茅台", state=state) == [post.title]

    def test_pages_go_through_all_that_is_found(self, admin_client, make_post, index):
        index(
            make_post(f"2022-03-04 {number // 60 + 8:02}:{number % 60:02}", title=f"茅台{number}")
            for number in range(120)
        )
        for parameters in ({"q": "茅台"}, {}, {"q": "茅台", "state": "published"}):
            seen = []
            for number in (1, 2, 3):
                page = admin_client.get(LIST, parameters | {"p": number}).context["cl"]
                seen += [post.title for post in page.result_list]
            assert seen == [f"茅台{number}" for number in reversed(range(120))]
            assert page.result_count == 120

    def test_a_list_ends_where_counting_does_and_says_so(
        self, admin_client, make_post, index, monkeypatch
    ):
        monkeypatch.setattr(desk, "MOST_FOUND", 60)
        monkeypatch.setattr(CappedPaginator, "CAP", 60)
        index(make_post(title=f"茅台{number}") for number in range(70))
        for parameters in ({}, {"q": "茅台"}):
            response = admin_client.get(LIST, parameters | {"p": 2})
            assert len(response.context["cl"].result_list) == 10
            assert "文章超过 60 条" in words(response)
        assert "只列出最新 60 篇之内的" in words(response)

    def test_one_that_takes_too_long_says_so(self, admin_client, posts, monkeypatch):
        # Every search of this server sleeps, as one of a great archive might.
        monkeypatch.setattr(budget, "TIMEOUT", 1)
        monkeypatch.setattr(desk, "matching", sleepy)
        assert "搜索超时" in words(admin_client.get(LIST, {"q": "茅台"}))


def sleepy(*args, **kwargs):
    return "SELECT 1::bigint AS post_id, now() AS published_at FROM pg_sleep(9)", ()


class TestFilters:
    @pytest.fixture(autouse=True)
    def archive(self, posts, indexed):
        self.post = indexed(
            "2021-12-31 23:59",
            title="平安",
            source="新华社",
            categories=["xinhua"],
            tags=["要闻"],
            securities=[("0.000001", "平安银行")],
        )

    @pytest.mark.parametrize("state", ["draft", "scheduled", "published", "hidden"])
    def test_state(self, list_of, posts, state):
        assert posts[state].title in list_of(state=state)
        assert len(list_of(state=state)) == (2 if state == "published" else 1)

    def test_source_category_tag_and_security(self, list_of):
        post = self.post
        for name, pk in {
            "source": post.source_id,
            "category": post.categories.get().pk,
            "tag": post.tags.get().pk,
            "security": post.securities.get().pk,
        }.items():
            assert list_of(**{name: pk}) == ["平安"]
            assert list_of(**{name: pk, "q": "茅台"}) == []

    def test_of_several_sources_either(self, list_of, admin_client, indexed):
        other = indexed("2021-12-30 10:00", title="汇丰", source="路透社")
        sources = [self.post.source_id, other.source_id]
        assert list_of(source=sources) == ["平安", "汇丰"]
        page = admin_client.get(LIST, {"source": sources})
        selected = parsed(page).select("select[name=source] option[selected]")
        assert [option.text for option in selected] == ["新华社", "路透社"]
        [link] = [link for link in links(page, "a") if "state=draft" in link]
        assert parse_qs(link[1:])["source"] == [str(key) for key in sources]

    def test_days(self, list_of):
        assert list_of(since="2021-12-31", until="2021-12-31") == ["平安"]
        assert list_of(since="2022-03-05", until="2022-12-31") == ["茅台草稿"]
        assert list_of(until="2020-01-01", state="hidden") == ["茅台旧闻"]

    def test_edited_by_hand(self, list_of):
        Post.objects.filter(title="平安").update(hand_edited=["digest"])
        assert list_of(edited="yes") == ["平安"]
        assert list_of(edited="yes", q="茅台") == []

    def test_what_is_chosen_is_shown_and_kept(self, admin_client):
        response = admin_client.get(LIST, {"source": self.post.source_id, "state": "published"})
        page = response.content.decode()
        assert "新华社" in words(response, "select[name=source] option[selected]")
        assert '<input type="hidden" name="state" value="published">' in page

    @pytest.mark.parametrize(
        "parameters", [{"source": "x"}, {"tag": "99999999999"}, {"since": "2022-13-01"}]
    )
    def test_an_address_that_makes_no_sense_leads_to_the_whole_list(self, admin_client, parameters):
        assert admin_client.get(LIST, parameters).url == f"{LIST}?e=1"


class TestNeedsAttention:
    def needing(self):
        return sorted(Post.objects.needs_attention().values_list("title", flat=True))

    def document(self, post, **fields):
        fields = {"category": "emnews", **fields}
        Document.objects.create(
            file_name=f"{post.pk}.md", content=b"", sha256=b"", post=post, **fields
        )

    def test_without_a_source_a_category_or_with_something_assumed(self, make_post, list_of):
        for title, source, categories, document in [
            ("好", "财联社", ["emnews"], {}),
            ("无来源", None, ["emnews"], {}),
            ("无分类", "财联社", [], {"category": ""}),
            ("有推断", "财联社", ["emnews"], {"notes": [Message("title-assumed", title="有推断")]}),
            ("另有分类", "财联社", ["emnews"], {"category": ""}),
        ]:
            post = make_post(title=title, source=source, categories=categories)
            self.document(post, **document)
        assert self.needing() == sorted(["无来源", "无分类", "有推断"])
        assert sorted(list_of(attention="yes")) == self.needing()

    def test_a_category_taken_off_by_hand_or_never_given(self, make_post):
        post = make_post(title="无分类", categories=[], hand_edited=["categories"])
        self.document(post)
        make_post(title="手写", categories=[], hand_edited=["categories", "title"])
        assert self.needing() == sorted(["手写", "无分类"])


def test_readers_see_nothing_of_it(client, posts):
    assert reverse("admin:login") in client.get(LIST).url


def test_pending_changes_are_shown_and_found_at_no_query_more(
    admin_client, indexed, django_assert_num_queries
):
    plain, held = indexed(title="茅台一"), indexed(title="茅台二")
    admin_client.get(LIST)
    with django_assert_num_queries(4):
        admin_client.get(LIST)
    pending.hold_back(held, {"title": "新"}, by=None)
    pending.hold_back(plain, {"title": "新"}, by=None)
    pending.withdraw(pending.of(plain))
    with django_assert_num_queries(4):
        page = words(admin_client.get(LIST))
    assert "已发布 有待生效的修改 茅台二" in page
    assert page.count("有待生效的修改 茅台") == 1
    for parameters in ({"pending": "yes"}, {"pending": "yes", "q": "茅台"}):
        found = admin_client.get(LIST, parameters).context["cl"]
        assert [post.title for post in found.result_list] == ["茅台二"]
