import pytest

from articles.models import Category, Security

pytestmark = pytest.mark.django_db


def titles(posts):
    return [post.title for post in posts]


class TestCategories:
    def test_the_busiest_come_with_their_newest_posts_in_two_queries(
        self, make_post, django_assert_num_queries
    ):
        for minute in range(4):
            make_post(f"2022-03-04 09:3{minute}", categories=["emnews"], title=f"快讯{minute}")
        make_post(categories=["emnews"], status="hidden")
        make_post(categories=["cailianshe"], title="文章")
        with django_assert_num_queries(2):
            categories = Category.objects.busiest(2).with_newest_posts(3)
        assert [(category.slug, titles(posts)) for category, posts in categories] == [
            ("emnews", ["快讯3", "快讯2", "快讯1"]),
            ("cailianshe", ["文章"]),
        ]


def test_securities_that_no_document_has_named_are_nameless(make_post):
    make_post(securities=[("1.600519", "茅台"), ("0.000001", "")])
    assert [security.symbol for security in Security.objects.nameless()] == ["0.000001"]


@pytest.mark.parametrize("written", ["BRK.B", "106.BRK.B", "106.brk.b"])
def test_the_code_of_a_security_may_have_a_dot(written):
    berkshire = Security.objects.create(market=106, code="BRK.B", kind="stock", name="伯克希尔")
    assert list(Security.objects.with_name_or_address(written)) == [berkshire]


def test_american_codes_are_those_of_all_exchanges_of_new_york():
    fund = Security.objects.create(market=107, code="SPY", kind="fund", name="标普500ETF")
    assert list(Security.objects.with_name_or_address("SPY.US")) == [fund]
    assert fund.market_name == "NYSE American"
