import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse

from articles.editing.erasing import erase
from articles.models import Document, Post

pytestmark = pytest.mark.django_db

CODE = "202203040000000001"


@pytest.mark.parametrize(
    ("slug", "old"),
    [
        (CODE, f"/emnews/2022/03/04/{CODE}.html"),
        (CODE, f"/cailianshe/2022/03/04/NW{CODE}.html"),
        (CODE, f"/21shijijingjibaodao  nancailicaitong/2022/03/04/NW{CODE}.html"),
        (CODE, f"/a/b/2022/03/04/{CODE}.html"),
        ("2021-12-01-init", "/sitenews/2021/12/01/init.html"),
        ("2021-12-01-开站", "/sitenews/2021/12/01/开站.html"),
    ],
)
def test_a_post_is_found_at_its_old_address(client, make_post, slug, old):
    post = make_post(slug=slug)
    response = client.get(old)
    assert response.status_code == 301
    assert response["Location"] == post.get_absolute_url()


@pytest.mark.parametrize(
    ("slug", "old"),
    [
        # Jekyll's styles, and what sites write under `permalink`.
        ("2022-03-04-init", "/2022/03/04/init.html"),
        ("2022-03-04-init", "/news/2022/03/04/init/"),
        ("2022-03-04-init", "/news/2022/063/init.html"),
        ("2022-03-04-init", "/news/2022/W09/Fri/init.html"),
        ("2022-03-04-init", "/news/init.html"),
        ("2022-03-04-init", "/2022/03/init/index.html"),
        ("2022-03-04-init", "/blog/2022/init"),
        ("2022-03-04-init", "/posts/init/"),
        ("2022-03-04-init", "/2022-03-04-init.html"),
        ("2022-03-04-init", "/blog/2022-03-04-init"),
        ("about-us", "/news/about-us/"),
        (CODE, f"/2022/03/04/{CODE}.html"),
        (CODE, f"/emnews/2022/03/04/NW{CODE}/"),
        # What has hyphens there, or is left out.
        ("2022-03-04-空 格 名", "/news/2022/03/04/空-格-名.html"),
        ("2022-03-04-空 格 名", "/news/2022/03/04/空%20格%20名.html"),
        ("2022-03-04-茅台涨5%", "/news/2022/03/04/茅台涨5.html"),
        ("2022-03-04-《书名》", "/news/2022/03/04/书名.html"),
        ("2022-03-04-A股（上）：下", "/news/2022/03/04/A股-上-下.html"),
        ("2022-03-04-C++与C#", "/news/2022/03/04/C++与C.html"),
        ("2022-03-04-a--b🚀", "/news/2022/03/04/a-b.html"),
        ("2022-03-04-Mixed-Case", "/2022-03-04-mixed-case/"),
        ("My Post", "/blog/my-post/"),
        # The day of the post, in any time zone, where its file has another.
        ("2022-02-28-init", "/news/2022/03/04/init.html"),
        ("2022-02-28-init", "/news/2022/03/03/init.html"),
        ("2022-02-28-init", "/2022/02/28/init.html"),
        # Numbers that begin a name are no day.
        ("2022-03-04-10-stocks", "/2022/03/10-stocks/"),
        ("2022-03-04-2023-outlook", "/posts/2023-outlook/"),
        ("2022-03-04-12-月-pmi", "/2022/03/12-月-pmi/"),
        ("2022-03-04-2022-03-03-周报", "/news/2022/03/04/2022-03-03-周报.html"),
        # Numbers and signs that are no letters for Jekyll.
        ("2022-03-04-二〇二二年报", "/2022/03/04/二-二二年报.html"),
        ("2022-03-04-100㎡与3×4", "/2022/03/04/100-与3-4.html"),
    ],
)
def test_a_post_is_found_wherever_a_site_put_it(client, make_post, slug, old):
    post = make_post(slug=slug, at="2022-03-04 07:00")
    make_post(slug="2021-12-31-init", at="2021-12-31 07:00")
    response = client.get(old)
    assert response.status_code == 301
    assert response["Location"] == post.get_absolute_url()


@pytest.mark.parametrize(
    "address",
    [
        "/news/2022/03/05/init.html/x",
        "/news/2022/03/02/init.html",
        "/news/2022/135/init.html",
        "/news/2022/W10/Fri/init.html",
        "/news/2022/Mar/05/init/",
        "/2022-03-06-init.html",
        "/static/init/",
        "/news/2022/05/04/init.html",
        "/news/2022/13/45/init.html",
        "/news/2021/init.html",
        "/news/init-2",
        "/news/ini",
        "/news/-/",
        "/news/《》/",
        f"/news/{CODE}.html",
        f"/news/2022/03/{CODE}.html",
        "/tag/init/",
        "/category/init/",
        "/admin/init/",
        "/preview/init/",
    ],
)
def test_another_period_name_or_page_of_ours_does_not_lead_to_it(client, make_post, address):
    make_post(slug="2022-03-04-init", at="2022-03-04 07:00")
    make_post(slug=CODE)
    make_post(slug="2022-03-04-《》")
    response = client.get(address)
    assert "/posts/" not in response.get("Location", "")
    assert client.post(address).status_code in (302, 403, 404, 405)


def test_of_posts_of_one_name_that_of_the_day_is_meant_and_else_the_newest(client, make_post):
    for day in ("2022-03-04", "2022-03-05", "2022-03-06"):
        make_post(slug=f"{day}-日报", at=f"{day} 00:10")
    make_post(slug="2022-03-07-日报", at="2022-03-07 00:10", status="hidden")
    for address, day in {
        "/2022/03/05/日报.html": "05",
        "/2022/03/日报.html": "06",
        "/日报/": "06",
        "/2022/03/07/日报.html": "07",
    }.items():
        assert client.get(address)["Location"] == reverse("post", args=[f"2022-03-{day}-日报"])


@pytest.mark.parametrize(
    "address",
    [
        "/news/2022/03/{day}/夜盘-快讯.html",
        "/news/2022/03/{day}/夜盘 快讯/",
        "/2022-03-{day}-夜盘-快讯.html",
        "/posts/2022-03-{day}-夜盘-快讯/",
        "/news/2022/0{number}/夜盘-快讯.html",
        "/2022/3/{short}/夜盘-快讯/",
        "/202203{day}/夜盘-快讯/",
        "/22/03/{day}/夜盘-快讯/",
        "/2022/Mar/{day}/夜盘-快讯/",
    ],
)
def test_of_a_series_each_address_leads_to_the_post_of_its_day(client, make_post, address):
    days = range(7, 13)
    for day in days:
        make_post(slug=f"2022-03-{day:02}-夜盘 快讯", at=f"2022-03-{day:02} 20:00")
    for day in days:
        old = address.format(day=f"{day:02}", short=day, number=59 + day)
        assert client.get(old)["Location"] == reverse("post", args=[f"2022-03-{day:02}-夜盘 快讯"])


@pytest.mark.parametrize(("status", "code"), [("draft", 404), ("hidden", 410)])
def test_the_next_day_does_not_stand_for_one_that_readers_do_not_see(
    client, make_post, status, code
):
    make_post(slug="2022-03-04-早报 汇总", at="2022-03-04 20:00", status=status)
    make_post(slug="2022-03-05-早报 汇总", at="2022-03-05 20:00")
    for address in ("/news/2022/03/04/早报-汇总.html", "/2022-03-04-早报 汇总/"):
        assert client.get(address, follow=True).status_code == code


def test_of_names_that_differ_in_signs_alone_the_exact_one_is_meant(client, make_post):
    post = make_post(slug="2022-03-04-A.B.C", at="2022-03-04")
    make_post(slug="2022-03-05-a_b-c", at="2022-03-05")
    assert client.get("/A.B.C.html")["Location"] == post.get_absolute_url()
    assert client.get("/blog/2022/a-b-c/")["Location"] != post.get_absolute_url()


@pytest.mark.parametrize(
    ("slug", "address"),
    [
        ("2022-03-04-init", "/news/2022/03/04/init.html"),
        ("2022-03-04-茅台涨5%", "/news/2022/03/04/茅台涨5.html"),
        ("about-us", "/news/about-us/"),
        (CODE, f"/emnews/2022/03/04/{CODE}.html"),
    ],
)
def test_the_old_address_of_an_erased_post_leads_to_word_of_it(
    client, make_post, admin_user, slug, address
):
    erase(make_post(slug=slug), by=admin_user, why="判决")
    assert client.get(address, follow=True).status_code == 410


def test_the_post_of_a_name_is_found_by_its_index(make_post):
    make_post(slug="2022-03-04-init")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "post_by_name_in_addresses" in Post.objects.named("init").order_by().explain()


@pytest.mark.parametrize("fields", [{"status": "draft"}, {"at": "2099-01-01"}], ids=str)
def test_one_that_readers_do_not_see_is_not_found(client, make_post, fields):
    make_post(slug=CODE, **fields)
    assert client.get(f"/emnews/2022/03/04/{CODE}.html").status_code == 404


@pytest.mark.parametrize(
    "slug",
    [
        "emnews",
        "TechWeb",
        "21shijijingjibaodao  nancailicaitong",
        "anxinguojizhengquan(xianggang)",
        "shanghaizhengquanbao·zhongguozhengquanwang",
        "a/b",
        "50%?#",
    ],
)
def test_a_category_is_found_at_its_old_address_and_its_new(client, make_post, slug):
    category = make_post(categories=[slug]).categories.get()
    new = category.get_absolute_url()
    response = client.get(new.removesuffix("/") + ".html")
    assert response.status_code == 301
    assert response["Location"] == new
    assert client.get(new).status_code == 200


def test_the_old_page_of_flashes(client, make_post):
    make_post(categories=["emnews"])
    response = client.get("/emnews/")
    assert response.status_code == 301
    assert response["Location"] == "/category/emnews/"


@pytest.mark.parametrize(
    "old", [f"/emnews/2022/03/04/{CODE}.html", "/category/none.html", "/emnews/"]
)
def test_what_never_was_is_not_found(client, old):
    assert client.get(old).status_code == 404


class TestNamedAddresses:
    @pytest.fixture
    def at(self, make_post):
        """A post that a document says was at these addresses."""

        def make(*addresses, gone_at=None, **fields):
            post = make_post(**fields)
            Document.objects.create(
                file_name=f"{post.slug}.md",
                content=b"",
                sha256=b"",
                post=post,
                addresses=list(addresses),
                gone_at=gone_at,
            )
            return post

        return make

    @pytest.mark.parametrize(
        "path",
        [
            "/old/锂价.html",
            "/old/锂价",
            "/old/锂价/",
            "/old/%E9%94%82%E4%BB%B7.html?a=1",
            "/old/锂价/index.html",
        ],
    )
    def test_a_post_is_found_where_its_document_says_that_it_was(self, client, at, path):
        post = at("/old/锂价")
        _, mark, query = path.partition("?")
        for method in (client.get, client.head):
            response = method(path)
            assert response.status_code == 301
            assert response["Location"] == post.get_absolute_url() + mark + query
        assert client.post(path).status_code == 404

    def test_old_addresses_of_jekyll_and_of_other_posts_can_be_named_too(self, client, at):
        post = at("/emnews/2022/03/04/锂价", "/posts/gone")
        assert client.get("/emnews/2022/03/04/锂价.html")["Location"] == post.get_absolute_url()
        assert client.get("/posts/gone/")["Location"] == post.get_absolute_url()

    def test_our_own_pages_stay(self, client, at):
        other = at("/archive", "/feed.xml", "/posts/2022030499000000002", "/admin/x")
        ours = at()
        for path in ("/archive/", "/feed.xml", ours.get_absolute_url()):
            assert client.get(path).status_code == 200, path
        assert client.get("/admin/x")["Location"] != other.get_absolute_url()

    @pytest.mark.parametrize(
        "fields",
        [
            {"status": "draft"},
            {"status": "hidden"},
            {"at": "2099-01-01 10:00"},
            {"gone_at": dt.datetime(2022, 3, 5, tzinfo=dt.UTC)},
        ],
    )
    def test_what_readers_do_not_see_does_not_answer(self, client, at, fields):
        at("/old/a", **fields)
        assert client.get("/old/a/").status_code == 404

    @pytest.mark.parametrize("turn", [1, -1])
    def test_of_two_posts_at_one_address_the_newest_answers(self, client, at, turn):
        days = ["2022-03-04 10:00", "2022-03-05 10:00"][::turn]
        posts = [at("/old/a", at=day) for day in days]
        newest = max(posts, key=lambda post: post.published_at)
        assert client.get("/old/a/")["Location"] == newest.get_absolute_url()

    def test_it_costs_one_question(self, client, at, django_assert_num_queries):
        at("/old/a")
        with django_assert_num_queries(2):  # and the version
            client.get("/old/a/")
