import re

import pytest
from django.utils.html import escape

from articles.views.posts import PAGE_SIZE

pytestmark = pytest.mark.django_db

CODE = "202203040000000001"


def text(response):
    return response.content.decode()


class TestListing:
    def test_posts_stand_under_their_day_with_its_weekday(self, client, make_post):
        make_post("2022-03-04 09:30", title="周五")
        page = text(client.get("/posts/"))
        assert '<time datetime="2022-03-04">2022-03-04</time> <span>星期五</span>' in page
        assert re.search(r'<time datetime="2022-03-04T09:30:00\+08:00">09:30</time>', page)

    def test_pages_lead_to_each_other_and_keep_the_filters(self, client, make_post):
        for _ in range(PAGE_SIZE + 1):
            make_post(tags=["要闻"])
        first = client.get("/posts/?tag=t-要闻")
        older = re.search(r'<a rel="next" href="([^"]*)"', text(first))[1].replace("&amp;", "&")
        assert "tag=" in older
        second = client.get(f"/posts/{older}")
        assert len(second.context["page"].posts) == 1
        newer = re.search(r'<a rel="prev" href="([^"]*)"', text(second))[1].replace("&amp;", "&")
        back = client.get(f"/posts/{newer}")
        assert back.context["page"].posts == first.context["page"].posts

    def test_a_malformed_key_is_not_found(self, client):
        assert client.get("/posts/?before=1' OR 1=1").status_code == 404

    def test_a_filter_that_makes_no_sense_says_so(self, client, make_post):
        make_post()
        page = text(client.get("/posts/?source=nobody"))
        assert "没有这个来源" in page
        assert "没有符合条件的文章" in page

    def test_a_category_shows_its_own_posts_alone(self, client, make_post):
        make_post(title="快讯", categories=["emnews"])
        make_post(title="文章", categories=["cailianshe"])
        response = client.get("/category/emnews/")
        assert [post.title for post in response.context["page"].posts] == ["快讯"]
        assert "category" not in response.context["filters"].form.fields

    @pytest.mark.parametrize("slug", ["none", "%00", "a%00b", "%ED%A0%80"])
    def test_a_category_that_is_not_there_is_not_found(self, client, slug):
        for address in (f"/category/{slug}/", f"/category/{slug}.html"):
            assert client.get(address).status_code == 404

    @pytest.mark.parametrize("count", [1, 30])
    def test_the_cost_is_the_same_however_many_posts(
        self, client, make_post, django_assert_num_queries, count
    ):
        for number in range(count):
            make_post(categories=["emnews", f"c{number}"], source=f"来源{number}")
        # Posts with sources, their categories; in a savepoint the months, settings and facets.
        with django_assert_num_queries(7):
            client.get("/posts/")
        with django_assert_num_queries(8):  # and the category itself
            client.get("/category/emnews/")
        with django_assert_num_queries(8):  # and the source that is asked for
            client.get("/posts/?source=s-来源0")


class TestPost:
    def test_a_post_shows_all_that_is_known_of_it(self, client, make_post):
        post = make_post(
            "2022-03-04 09:30",
            title="茅台 & 银行",
            source="新华社",
            categories=["emnews"],
            tags=["要闻"],
            securities=[("1.600519", "贵州茅台"), ("0.000338", "")],
            body_html="<p>正文<strong>重点</strong></p>",
            original_url="http://finance.eastmoney.com/news/1,2.html",
        )
        page = text(client.get(post.get_absolute_url()))
        assert f'<h1 lang="zh-Hans">{escape(post.title)}</h1>' in page
        assert '<time datetime="2022-03-04T09:30:00+08:00">2022-03-04 09:30</time>' in page
        assert "<p>正文<strong>重点</strong></p>" in page
        for part in (post.digest, "新华社", "emnews", "要闻", "贵州茅台", "600519", "000338"):
            assert part in page
        assert 'href="http://finance.eastmoney.com/news/1,2.html"' in page
        assert f'<link rel="canonical" href="http://testserver/posts/{post.slug}/">' in page

    def test_the_name_with_nw_redirects(self, client, make_post):
        make_post(slug=CODE)
        response = client.get(f"/posts/NW{CODE}/")
        assert response.status_code == 301
        assert response["Location"] == f"/posts/{CODE}/"

    @pytest.mark.parametrize(
        ("status", "code"), [("published", 200), ("hidden", 410), ("draft", 404)]
    )
    def test_what_readers_may_not_see_is_gone_or_not_found(self, client, make_post, status, code):
        post = make_post(status=status, title="标题不可见")
        response = client.get(post.get_absolute_url())
        assert response.status_code == code
        assert ("标题不可见" in text(response)) == (code == 200)

    def test_a_post_of_the_future_waits_for_its_time(self, client, make_post):
        assert client.get(make_post("2999-01-01 00:00").get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("count", [1, 20])
    def test_the_cost_is_four_queries(self, client, make_post, django_assert_num_queries, count):
        post = make_post(
            categories=[f"c{n}" for n in range(count)],
            tags=[f"标签{n}" for n in range(count)],
            securities=[(f"1.{n:06}", f"公司{n}") for n in range(count)],
        )
        with django_assert_num_queries(4):  # post, categories, tags, securities
            client.get(post.get_absolute_url())

    def test_a_security_leads_to_its_posts(self, client):
        response = client.get("/security/1.600519/")
        assert response.status_code == 302
        assert response["Location"] == "/posts/?security=1.600519"


class TestEveryPage:
    def test_it_comes_with_a_strict_policy(self, client):
        policy = client.get("/")["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy

    def test_it_speaks_chinese_first_and_english_when_asked(self, client):
        assert '<html lang="zh-Hans">' in text(client.get("/posts/"))
        english = text(client.get("/posts/", headers={"accept-language": "en-GB,en;q=0.9"}))
        assert '<html lang="en">' in english
        assert "All posts" in english

    def test_the_language_can_be_switched_and_stays(self, client):
        response = client.post("/i18n/setlang/", {"language": "en", "next": "/posts/"})
        assert response["Location"] == "/posts/"
        assert '<html lang="en">' in text(client.get("/posts/"))
