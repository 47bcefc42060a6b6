import pytest
from bs4 import BeautifulSoup

from articles.models import Category
from articles.search.kept_names import all_names
from tests.html import words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def posts(indexed):
    indexed(source="新华社", categories=["b"], tags=["要闻"], securities=[("1.600519", "贵州茅台")])
    indexed(source="财联社", categories=["a"], securities=[("0.000858", "五粮液")])
    indexed(source="财联社", categories=["a"], securities=[("0.000858", "五粮液")])
    indexed(source="草稿", status="draft")


def listed(client, address):
    groups = client.get(address).context["groups"]
    return [(one.name, one.posts) for _, terms in groups for one in terms]


def test_securities_without_a_name_come_last(client, indexed):
    for _ in range(3):
        indexed(securities=[("1.600000", "")])
    for order in ("", "?sort=pinyin"):
        assert listed(client, f"/securities/{order}")[-1] == ("", 3)
    assert listed(client, "/securities/?name=600")[0] == ("", 3)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/sources/", [("财联社", 2), ("新华社", 1)]),
        ("/categories/", [("a", 2), ("b", 1)]),
        ("/tags/", [("要闻", 1)]),
        ("/securities/", [("五粮液", 2), ("贵州茅台", 1)]),
        ("/sources/?name=华", [("新华社", 1)]),
        ("/securities/?name=600", [("贵州茅台", 1)]),
        ("/sources/?name=%25", []),
        ("/sources/?name=%00", []),
        ("/categories/?sort=pinyin", [("a", 2), ("b", 1)]),
        ("/categories/?sort=pinyin&letter=b", [("b", 1)]),
    ],
)
def test_what_has_posts_is_listed_with_their_count(client, address, expected):
    assert listed(client, address) == expected


@pytest.mark.parametrize("slug", ["a b", "1/2", "·上&海's", "%41?#", "x;y=@~:+,!$*()"])
def test_links_lead_where_the_terms_are(client, indexed, slug):
    indexed(categories=[slug])
    category = Category.objects.get(slug=slug)
    page = client.get("/categories/").content.decode()
    assert BeautifulSoup(page, "lxml").find("a", href=category.get_absolute_url())
    assert client.get(category.get_absolute_url()).context["listing"].subject.term == category


def test_by_pinyin_they_stand_under_their_initials(client):
    groups = client.get("/categories/?sort=pinyin").context["groups"]
    assert [initial for initial, _ in groups] == ["A", "B"]


def test_the_cost_is_two_queries(client, django_assert_num_queries):
    assert not all_names().repeated  # which every process keeps
    with django_assert_num_queries(2):  # the version of the archive, and the posts of each
        client.get("/sources/")


def test_a_name_that_nothing_has_is_said(client):
    assert "没有名称含有“绝无”" in words(client.get("/sources/?name=绝无"), ".empty")


def test_lists_that_repeat_another_are_not_offered_beside_it(client, make_post, index):
    def offered(address):
        page = client.get(address).content.decode()
        return [link.text for link in BeautifulSoup(page, "lxml").select("main > .sort a")]

    assert offered("/sources/") == ["来源", "分类", "标签"]
    index(
        make_post(source=f"报{number % 3}", categories=[f"c{number % 3}"], tags=[f"{number % 20}"])
        for number in range(60)
    )
    assert offered("/sources/") == ["来源", "标签"]
    assert offered("/categories/") == ["来源", "分类", "标签"]
    assert offered("/securities/") == []
