import datetime as dt
from urllib.parse import unquote_plus

import pytest

from articles.listings.request import PAGE_SIZE
from articles.models import FormerName, Security
from articles.search.kept_names import all_names
from tests.html import links, parsed, words

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def test_several_posts_stand_under_their_day_with_its_weekday(client, make_post):
    for minute in (10, 20, 30):
        make_post(f"2022-03-04 09:{minute}", title="周五")
    page = text(client.get("/posts/"))
    assert '<time datetime="2022-03-04">2022-03-04</time> <span>星期五</span>' in page
    assert '<time datetime="2022-03-04T09:30:00+08:00">09:30</time>' in page


def test_one_post_of_a_day_says_the_day_itself(client, make_post):
    make_post("2022-03-04 09:30", title="周五")
    page = text(client.get("/posts/"))
    assert '<time datetime="2022-03-04T09:30:00+08:00">2022-03-04</time>' in page
    assert "星期五" not in page


def test_pages_lead_to_each_other_and_keep_the_filters(client, make_post):
    for _ in range(PAGE_SIZE + 1):
        make_post(tags=["要闻"])
    first = client.get("/posts/?tag=t-要闻")
    [older] = links(first, "a[rel=next]")
    assert "tag=" in older
    second = client.get(f"/posts/{older}")
    assert len(second.context["listing"].posts) == 1
    [newer] = links(second, "a[rel=prev]")
    back = client.get(f"/posts/{newer}")
    assert back.context["listing"].posts == first.context["listing"].posts


def test_a_malformed_key_is_not_found(client):
    assert client.get("/posts/?before=1' OR 1=1").status_code == 404


# The first and the last microsecond of Python's calendar, and days and years around them.
ENDS = [-62135596800000000, -62135510400000000, -62104060800000000,
        253370764800000000, 253402271999999999, 253402300799999999]  # fmt: skip


@pytest.mark.parametrize("address", ["/posts/", "/archive/2022/03/04/", "/category/emnews/"])
@pytest.mark.parametrize("q", ["", "快讯"])
@pytest.mark.parametrize("moment", ENDS)
def test_pages_go_on_from_any_moment_that_exists(client, indexed, address, q, moment):
    indexed(categories=["emnews"])
    for place, is_there in (("before", moment > 0), ("after", moment < 0)):
        page = client.get(address, {"q": q, place: f"{moment}-{2**63 - 1}"})
        assert len(page.context["listing"].posts) == is_there


def test_a_filter_that_makes_no_sense_says_so(client, make_post):
    make_post()
    page = text(client.get("/posts/?source=nobody"))
    assert "没有名为“nobody”的条目。" in page
    assert "没有符合条件的文章" in page


def test_of_several_values_the_unknown_one_has_its_error_beside_what_the_others_find(
    client, make_post
):
    make_post(title="快讯", source="财联社")
    make_post(source="新华社")
    response = client.get("/posts/?source=s-财联社&source=财连社")
    assert [post.title for post in response.context["listing"].posts] == ["快讯"]
    assert "没有名为“财连社”的条目。" in text(response)
    assert links(response, "header .chips a")


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/tag/t-要闻/?tag=t-别的&source=", "source=&q=tag:t-别的"),
        ("/tag/t-要闻/?tag=t-要闻&from=2022", "from=2022"),
        (
            "/security/1.600519/?q=涨停&security=五粮液&sort=oldest",
            "sort=oldest&q=涨停 code:五粮液",
        ),
        ("/security/1.600519/feed.xml?security=甲 乙&security=丙", 'q=(code:"甲 乙" OR code:丙)'),
    ],
)
def test_further_terms_of_the_kind_that_a_page_is_of_are_searched_for(
    client, make_post, address, query
):
    make_post(tags=["要闻"], securities=[("1.600519", "贵州茅台")])
    response = client.get(address)
    assert response.status_code in (301, 302)
    assert unquote_plus(response.url) == f"{address.partition('?')[0]}?{query}"


@pytest.mark.parametrize(
    ("address", "heading", "title"),
    [
        ("/security/1.600519/?q=减持", "贵州茅台：减持", "减持 · 贵州茅台 · 证券 600519"),
        ("/security/1.600519/?q=code:0.000858", "贵州茅台、五粮液", "贵州茅台、五粮液 · 证券"),
        ("/source/s-财联社/?q=减持", "财联社：减持", "减持 · 财联社 · 来源"),
        ("/tag/t-要闻/?q=tag:公告", "要闻、公告", "要闻、公告 · 标签"),
        ("/archive/2022/03/04/?q=减持", "2022-03-04 星期五：减持", "减持 · 2022-03-04"),
    ],
)
def test_a_search_on_a_page_is_titled_by_both_and_leads_back(
    client, indexed, address, heading, title
):
    named = [("1.600519", "贵州茅台"), ("0.000858", "五粮液")]
    indexed(title="减持", source="财联社", tags=["要闻", "公告"], securities=named)
    page = client.get(address)
    whole, _, query = address.partition("?")
    assert parsed(page).h1.text.strip() == heading
    assert words(page, "title") == f"{title} · Newsroom"
    assert unquote_plus(links(page, "h1 a")[0]) == whole
    assert not parsed(page).select(".card")
    assert title.startswith(words(client.get(f"{whole}feed/?{query}"), "h1"))


def test_the_title_of_a_security_tells_it_from_others_of_its_name(client, make_post):
    make_post(securities=[("1.688981", "中芯国际"), ("116.00981", "中芯国际"), ("1.600999", "")])
    assert words(client.get("/security/1.688981/"), "title") == "中芯国际 · 证券 688981 · Newsroom"
    assert words(client.get("/security/116.00981/"), "title") == "中芯国际 · 证券 00981 · Newsroom"
    assert words(client.get("/security/1.600999/"), "title") == "600999 · 证券 · Newsroom"


def test_a_second_source_of_a_source_is_said_to_do_nothing(client, make_post):
    make_post(source="财联社")
    page = words(client.get("/source/s-财联社/?source=s-别的&tag="), "main")
    assert "网址中的“source=s-别的”未起作用" in page
    assert "tag=" not in page


def test_a_category_shows_its_own_posts_alone(client, make_post):
    make_post(title="快讯", categories=["emnews"])
    make_post(title="文章", categories=["cailianshe"])
    response = client.get("/category/emnews/")
    assert [post.title for post in response.context["listing"].posts] == ["快讯"]
    assert "category" not in response.context["listing"].filters.form.fields


@pytest.mark.parametrize("slug", ["none", "%00", "a%00b", "%ED%A0%80"])
def test_a_category_that_is_not_there_is_not_found(client, slug):
    for address in (f"/category/{slug}/", f"/category/{slug}.html"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_cost_is_the_same_however_many_posts(
    client, make_post, django_assert_num_queries, count
):
    for number in range(count):
        make_post(categories=["emnews", f"c{number}"], source=f"来源{number}")
    _ = all_names().repeated  # which every process keeps
    # The version; posts with sources and categories; in a savepoint the months and facets.
    with django_assert_num_queries(6):
        client.get("/posts/")
    # And the category itself; once for each version how many posts each category has.
    with django_assert_num_queries(8):
        client.get("/category/emnews/")
    with django_assert_num_queries(8):  # so of the source that is asked for
        client.get("/posts/?source=s-来源0")
    # What pages of a listing have alike was read: the version, posts and a savepoint are left.
    for page in ("/posts/", "/category/emnews/"):
        with django_assert_num_queries(4):
            client.get(f"{page}?before=9999999999999999-1")


@pytest.mark.parametrize("kind", ["source", "tag", "category", "security"])
def test_each_kind_has_a_page_with_its_own_posts_alone(client, indexed, kind):
    post = indexed(
        title="一",
        source="甲",
        categories=["a b"],
        tags=["要闻"],
        securities=[("1.600519", "贵州茅台")],
    )
    indexed(
        title="二",
        source="乙",
        categories=["c"],
        tags=["公告"],
        securities=[("0.000001", "平安银行")],
    )
    term = {
        "source": post.source,
        "tag": post.tags.get(),
        "category": post.categories.get(),
        "security": post.securities.get(),
    }[kind]
    response = client.get(term.get_absolute_url())
    assert response.context["listing"].posts == [post]
    assert response.context["listing"].summary.count == 1
    assert kind not in response.context["listing"].filters.form.fields
    assert client.get(response.context["feed"]).status_code == 200


@pytest.mark.parametrize("address", ["/source/x/", "/tag/x/", "/security/1.1/", "/security/x.1/"])
def test_what_is_not_there_is_not_found(client, db, address):
    assert client.get(address).status_code == 404


class TestSecurity:
    def test_a_code_in_lower_case_leads_to_its_page(self, client, indexed):
        indexed(securities=[("90.BK0493", "新能源")])
        response = client.get("/security/90.bk0493/")
        assert (response.status_code, response["Location"]) == (301, "/security/90.BK0493/")

    def test_its_months_are_a_chart_with_a_table(self, client, indexed):
        for day in ("2022-01-05", "2022-03-04", "2022-03-05"):
            indexed(f"{day} 09:30", securities=[("1.600519", "贵州茅台")])
        response = client.get("/security/1.600519/")
        bars = response.context["chart"].bars
        assert [(bar.name, bar.posts, bar.height) for bar in bars] == [
            ("2022-01", 1, 20.0),
            ("2022-02", 0, 0.0),
            ("2022-03", 2, 40.0),
        ]
        assert 'href="?from=2022-03-01&amp;to=2022-03-31"' in text(response)

    def test_every_post_that_readers_see_is_in_the_chart(self, client, indexed, monkeypatch):
        monkeypatch.setattr("articles.search.facets.NEWEST_OF_TERM", 1)
        named = {"securities": [("1.600519", "贵州茅台")]}
        for day in ("2022-01-05", "2022-03-04", "2022-03-05", "2099-01-01"):
            indexed(f"{day} 09:30", **named)
        indexed("2022-04-01 09:30", status="hidden", **named)
        chart = client.get("/security/1.600519/").context["chart"]
        assert [bar.posts for bar in chart.bars] == [1, 0, 2]

    def test_it_shows_what_is_named_together_with_it(self, client, indexed):
        indexed(securities=[("1.600519", "贵州茅台"), ("0.000858", "五粮液")])
        indexed(securities=[("0.000001", "平安银行")])
        response = client.get("/security/1.600519/")
        assert [value.name for value in response.context["together"]] == ["五粮液"]


def test_a_heading_is_marked_as_chinese_where_it_is_a_name(client, indexed):
    """And not where it is in the language of the page: https://www.w3.org/TR/WCAG22/#language-of-parts"""
    indexed(categories=["emnews"], securities=[("1.600519", "贵州茅台")])
    english = {"accept-language": "en"}
    for address, heading in [
        ("/posts/", "<span>All posts</span>"),
        ("/archive/2022/03/04/", "<span>2022-03-04 Friday</span>"),
        ("/category/emnews/", '<span lang="zh-Hans">emnews</span>'),
        ("/security/1.600519/", '<span lang="zh-Hans">贵州茅台</span>'),
    ]:
        response = client.get(address, headers=english)
        assert f"<h1>{heading}</h1>" in text(response)
        assert words(response, "title").startswith(f"{words(response, 'h1')} · ")


def test_a_description_has_the_signs_of_its_language(client, indexed):
    indexed(title="茅台年报")
    page = client.get("/posts/", headers={"Accept-Language": "en"})
    description = parsed(page).find("meta", {"name": "description"})["content"]
    assert description == "All posts: 1 post. 茅台年报"


def test_pages_of_one_name_have_titles_and_descriptions_of_their_own(client, indexed):
    indexed(
        title="茅台年报",
        source="财联社",
        categories=["财联社"],
        tags=["财联社"],
        securities=[("1.600519", "贵州茅台")],
    )
    addresses = [
        *("/", "/posts/", "/posts/?q=茅台", "/archive/", "/archive/2022/", "/archive/2022/03/"),
        *("/archive/2022/03/04/", "/sources/", "/categories/", "/tags/", "/search-help/"),
        *("/source/s-财联社/", "/category/财联社/", "/tag/t-财联社/", "/source/s-财联社/?q=年报"),
        *("/source/s-财联社/feed/", "/category/财联社/feed/", "/posts/?from=2022-03-01"),
        *("/posts/?source=s-财联社", "/watch/?tag=t-财联社", "/watch/?q=年报", "/compare/"),
        *("/compare/?s=1.600519", "/flash/", "/flash/2022/03/04/"),
    ]
    pages = [parsed(client.get(address)) for address in addresses]
    titles = {page.title.text for page in pages}
    descriptions = {page.find("meta", {"name": "description"})["content"] for page in pages}
    assert len(titles) == len(descriptions) == len(addresses)
    assert "财联社 · 来源 · Newsroom" in titles
    assert "财联社 (来源)：1 篇。茅台年报" in descriptions
    assert "全部文章 · 2022-03-01 · Newsroom" in titles
    assert "关注：财联社 · Newsroom" in titles
    for page in pages:
        shared = {
            meta["property"]: meta["content"] for meta in page.select("meta[property^='og:']")
        }
        assert shared["og:url"] == page.find("link", rel="canonical")["href"]
        assert shared["og:title"] in page.title.text
        assert shared["og:description"] in descriptions


def test_a_security_without_a_name_is_called_by_its_code(client, indexed):
    indexed(securities=[("1.600519", "")])
    assert words(client.get("/security/1.600519/"), "title") == "600519 · 证券 · Newsroom"


@pytest.mark.parametrize("name", ["", "603999"])
def test_a_company_that_is_called_by_its_code_has_it_once(client, indexed, name):
    indexed(securities=[("1.603999", name)])
    heading = words(client.get("/compare/?s=1.603999"), "h2")
    assert heading.count("603999") == 1
    assert words(client.get("/security/1.603999/"), "title") == "603999 · 证券 · Newsroom"
    assert words(client.get("/posts/?q=603999"), ".card h2 > a").count("603999") == 1
    assert words(client.get("/securities/?name=603999"), ".columns").count("603999") == 1


class TestDay:
    def test_it_holds_the_posts_of_a_day_in_shanghai(self, client, indexed):
        posts = [
            indexed(at)
            for at in (
                "2022-03-03 23:59",
                "2022-03-04 00:00",
                "2022-03-04 23:59",
                "2022-03-05 00:00",
            )
        ]
        response = client.get("/archive/2022/03/04/")
        assert response.context["listing"].posts == [posts[2], posts[1]]
        times = [time.text for time in parsed(response).select(".entry time")]
        assert times == ["23:59", "00:00"]

    def test_it_leads_to_the_days_beside_it_that_have_posts(self, client, indexed):
        for day in ("2022-01-29", "2022-03-04", "2022-06-01"):
            indexed(f"{day} 09:30")
        page = text(client.get("/archive/2022/03/04/"))
        assert '<a rel="prev" href="/archive/2022/01/29/">' in page
        assert '<a rel="next" href="/archive/2022/06/01/">' in page

    @pytest.mark.parametrize("day", [("0001-01-01", False), ("9999-12-31", True)])
    def test_the_first_and_the_last_day_there_can_be_are_days(self, client, indexed, day):
        indexed()
        date, is_behind = day
        assert client.get(f"/archive/{date.replace('-', '/')}/").status_code == 200
        for name, is_found in (("from", not is_behind), ("to", is_behind)):
            response = client.get("/posts/", {name: date})
            assert bool(response.context["listing"].posts) == is_found

    @pytest.mark.parametrize("day", ["2022/02/30", "2022/13/01", "0000/01/01", "2022/1/1"])
    def test_what_is_no_day_is_not_found(self, client, db, day):
        assert client.get(f"/archive/{day}/").status_code == 404


def test_posts_of_one_year_are_filtered_by_month(client, indexed):
    indexed("2022-03-04 10:00", title="茅台")
    indexed("2022-05-04 10:00", title="茅台")
    page = client.get("/posts/", {"q": "茅台"})
    [dates, *_] = page.context["listing"].facets
    assert [link.name for link in dates.links][3:] == ["2022-05", "2022-03"]


@pytest.mark.parametrize(
    ("query", "has_chips"),
    [
        ("q=茅台", False),
        ("q=“茅台”", True),
        ("q=茅台 涨停", True),
        ("q=茅台&from=2022-03-01", True),
    ],
)
def test_one_word_has_no_chip_to_repeat_it(client, indexed, query, has_chips):
    indexed("2022-03-04 10:00", title="茅台涨停")
    page = client.get(f"/posts/?{query}").content.decode()
    assert ('class="chip" href="/posts/' in page) == has_chips


def test_a_list_that_repeats_another_has_no_box_among_the_filters(client, make_post, index):
    def boxes(address):
        return {box["name"] for box in parsed(client.get(address)).select(".field input")}

    assert "category" in boxes("/posts/")
    index(make_post(source=f"报{n % 3}", categories=[f"c{n % 3}"]) for n in range(60))
    assert boxes("/posts/") == {"from", "to", "source", "tag", "security"}
    assert "category" in boxes("/posts/?category=c1")
    assert "category" in boxes("/posts/?category=无人")


def test_one_word_beside_a_filter_leaves_the_chip_to_the_filter(client, indexed):
    indexed("2022-03-04 10:00", title="茅台涨停", source="财联社")
    chips = parsed(client.get("/posts/?q=茅台&source=s-财联社")).select(".chips > li")
    assert [" ".join(chip.text.split()) for chip in chips] == ["来源：财联社 ×移除"]


@pytest.mark.parametrize(("names", "is_folded"), [(2, False), (3, True)])
def test_two_former_names_of_a_company_stand_below_its_own_and_more_are_folded(
    client, indexed, names, is_folded
):
    indexed(securities=[("0.000001", "平安银行")])
    bank = Security.objects.get()
    former = [("深发展A", 2012), ("S深发展A", 2007), ("深发展", 1995)][:names]
    Security.objects.update(names=["平安银行", *(name for name, _ in former)])
    for name, year in former:
        FormerName.objects.create(security=bank, name=name, until=dt.date(year, 8, 1))
    page = client.get("/security/0.000001/")
    assert bool(parsed(page).select(".names")) is is_folded
    said = "至 2012-08-01 名为 深发展A · 至 2007-08-01 名为 S深发展A"
    assert (said in words(page)) is not is_folded
