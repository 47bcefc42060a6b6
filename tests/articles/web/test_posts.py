import json

import pytest
from django.template.loader import render_to_string
from django.utils.encoding import iri_to_uri
from django.utils.html import escape

from articles.listings.post_page import preview_of
from articles.mentions import storing as mentions
from articles.models import Security
from articles.search.kept_names import all_names
from tests.html import parsed

pytestmark = pytest.mark.django_db

CODE = "202203040000000001"


def text(response):
    return response.content.decode()


def json_ld(page):
    return page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]


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
        # Beside the source, and below the text.
        assert page.count('href="http://finance.eastmoney.com/news/1,2.html"') == 2
        assert f'<link rel="canonical" href="http://testserver/posts/{post.slug}/">' in page

    def test_names_in_its_text_are_links(self, client, make_post):
        Security.objects.create(market=1, code="600519", kind="stock", name="贵州茅台")
        post = make_post(body_html="<p>贵州茅台走强</p>", body_text="贵州茅台走强")
        mentions.recognise([post.pk])
        page = text(client.get(post.get_absolute_url()))
        link = '<a class="security" data-code="1.600519" href="/security/1.600519/">贵州茅台</a>'
        assert f"<p>{link}走强</p>" in page
        post.refresh_from_db()
        assert post.body_html == "<p>贵州茅台走强</p>"

    def test_the_first_price_chart_is_said_to_be_current(self, client, make_post):
        chart = (
            '<figure class="chart" data-code="1.600519"><img src="https://a.example/k"></figure>'
        )
        for body in (f"<p>正文</p>{chart}<p>后文</p>{chart}", "<p>正文</p>"):
            page = parsed(client.get(make_post(body_html=body).get_absolute_url()))
            said = ["行情图" in one.text for one in page.select(".body > *")]
            assert said == ([False, False, True, False, False] if chart in body else [False])

    @pytest.mark.parametrize("slug", ["none", "%00", "NW1", "NW"])
    def test_what_is_not_there_is_not_found(self, client, slug):
        assert client.get(f"/posts/{slug}/", follow=True).status_code == 404

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
    def test_the_cost_is_four_queries(self, client, indexed, django_assert_num_queries, count):
        posts = [
            indexed(
                f"2022-03-04 09:3{number}",
                title="锂价回落",
                categories=[f"c{n}" for n in range(count)],
                tags=[f"标签{n}" for n in range(count)],
                securities=[(f"1.{n:06}", f"公司{n}") for n in range(count)],
            )
            for number in range(3)
        ]
        _ = all_names().repeated  # which every process keeps
        # The version; the post with its terms, those beside it, related ones.
        with django_assert_num_queries(4):
            client.get(posts[1].get_absolute_url())

    def test_it_leads_to_its_neighbours_in_its_category(self, client, make_post):
        older, post, newer = (
            make_post(f"2022-03-04 09:3{number}", categories=["emnews"]) for number in range(3)
        )
        make_post("2022-03-04 09:31", categories=["other"])
        beside = client.get(post.get_absolute_url()).context["page"].beside
        assert beside == {"older": older, "newer": newer}
        assert client.get(newer.get_absolute_url()).context["page"].beside == {"older": post}

    def test_neighbours_of_the_same_minute_are_in_order_too(self, client, make_post):
        posts = [make_post("2022-03-04 09:30") for _ in range(3)]
        beside = client.get(posts[1].get_absolute_url()).context["page"].beside
        assert beside == {"older": posts[0], "newer": posts[2]}

    def test_it_says_what_it_is_to_machines(self, client, make_post):
        post = make_post(title="</script><b>茅台", securities=[("1.600519", "贵州茅台")])
        page = text(client.get(post.get_absolute_url()))
        article = json.loads(json_ld(page))
        assert article["@type"] == "NewsArticle"
        assert article["headline"] == post.title
        assert article["about"][0]["tickerSymbol"] == "600519"
        assert article["author"]["name"] == "财联社"
        assert article["publisher"] == {
            "@type": "Organization",
            "name": "Newsroom",
            "url": "http://testserver/",
        }
        assert article["dateModified"] == article["datePublished"] == "2022-03-04T01:30:00+00:00"
        assert '<meta property="og:title" content="&lt;/script&gt;' in page

    def test_a_board_is_no_corporation(self, client, make_post):
        Security.objects.create(market=90, code="BK0896", name="白酒", kind="board")
        post = make_post(securities=[("90.BK0896", "白酒")])
        [about] = json.loads(json_ld(text(client.get(post.get_absolute_url()))))["about"]
        assert about == {"@type": "Thing", "name": "白酒", "identifier": "90.BK0896"}

    def test_it_can_be_drawn_before_it_is_published(self, rf, make_post):
        post = make_post("2999-01-01 00:00", title="还没发", body_html="<p>正文</p>")
        context = {"page": preview_of(post)}
        page = render_to_string("posts/detail.html", context, rf.get("/admin/preview/"))
        assert "还没发" in page
        assert "<p>正文</p>" in page

    def test_a_long_one_says_how_long_it_takes_to_read(self, client, make_post):
        long, short = make_post(body_text="字" * 4000), make_post()
        assert "约 10 分钟读完" in text(client.get(long.get_absolute_url()))
        assert "分钟读完" not in text(client.get(short.get_absolute_url()))


class TestEveryPage:
    def test_it_comes_with_a_strict_policy(self, client):
        policy = client.get("/")["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy

    def test_it_gives_browsers_no_liberties(self, client):
        response = client.get("/")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"

    def test_it_is_compressed(self, client, make_post):
        for address in ("/", "/posts/", make_post().get_absolute_url(), "/feed.xml"):
            response = client.get(address, headers={"accept-encoding": "gzip"})
            assert response["Content-Encoding"] == "gzip", address

    def test_it_has_one_address_and_only_whole_lists_are_for_search_engines(self, client, indexed):
        indexed(categories=["emnews"], tags=["要闻"], securities=[("1.600519", "贵州茅台")])
        for address in (
            "/",
            "/posts/",
            "/category/emnews/",
            "/tag/t-要闻/",
            "/archive/",
            "/security/1.600519/",
            "/archive/2022/03/04/",
            "/sources/",
        ):
            page = text(client.get(address))
            canonical = f'<link rel="canonical" href="http://testserver{iri_to_uri(address)}">'
            assert canonical in page, address
            assert "noindex" not in page, address
        for address in ("/posts/?q=茅台", "/category/emnews/?tag=t-要闻", "/sources/?sort=pinyin"):
            assert '<meta name="robots" content="noindex">' in text(client.get(address)), address

    def test_it_speaks_chinese_first_and_english_when_asked(self, client):
        assert '<html lang="zh-Hans">' in text(client.get("/posts/"))
        english = text(client.get("/posts/", headers={"accept-language": "en-GB,en;q=0.9"}))
        assert '<html lang="en">' in english
        assert "All posts" in english

    def test_the_language_can_be_switched_and_stays(self, client):
        response = client.get("/language/", {"language": "en", "next": "/posts/"})
        assert response["Location"] == "/posts/"
        assert '<html lang="en">' in text(client.get("/posts/"))

    @pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "javascript:x"])
    def test_the_switch_leads_nowhere_else(self, client, target):
        response = client.get("/language/", {"language": "en", "next": target})
        assert response["Location"] == "/"

    def test_an_unknown_language_changes_nothing(self, client):
        assert not client.get("/language/", {"language": "xx"}).cookies

    def test_it_sets_no_cookie(self, client, make_post):
        for address in ("/", "/posts/", make_post().get_absolute_url(), "/archive/", "/sources/"):
            assert not client.get(address).cookies
