import pytest

from articles.models import Security
from tests.html import links, words

pytestmark = pytest.mark.django_db

MAOTAI, WULIANGYE = ("1.600519", "贵州茅台"), ("0.000858", "五粮液")
BOTH = "/compare/?s=1.600519&s=0.000858"


@pytest.fixture(autouse=True)
def archive(indexed):
    indexed("2022-01-10 09:00", securities=[MAOTAI])
    indexed("2022-03-04 09:00", securities=[MAOTAI, WULIANGYE])
    indexed("2022-03-04 23:30", securities=[MAOTAI])
    indexed("2022-03-05 09:00", securities=[MAOTAI], status="hidden")
    indexed("2099-03-05 09:00", securities=[WULIANGYE])


def test_companies_are_drawn_month_by_month_on_the_same_scale(client):
    maotai, wuliangye = client.get(BOTH).context["compared"]
    assert [bar.posts for bar in maotai.chart.bars] == [1, 0, 2]
    assert [bar.posts for bar in wuliangye.chart.bars] == [0, 0, 1]
    assert wuliangye.chart.bars[2].height == maotai.chart.bars[2].height / 2
    assert (maotai.posts, wuliangye.posts) == (3, 1)


def test_the_figures_are_a_table_whose_numbers_lead_to_the_posts(client):
    page = client.get(BOTH)
    assert words(page, "table") == "月 贵州茅台 五粮液 2022-03 2 1 2022-02 0 0 2022-01 1 0"
    for address in links(page, "td a"):
        assert client.get(address).context["listing"].posts


def test_companies_of_one_name_are_told_apart_by_their_markets(client, indexed):
    indexed("2022-03-04 09:00", securities=[("1.688981", "中芯国际"), ("116.00981", "中芯国际")])
    page = client.get("/compare/?s=1.688981&s=116.00981&s=1.600519")
    assert words(page, "thead") == "月 中芯国际 上海 中芯国际 香港 贵州茅台"
    assert words(page, "title") == "中芯国际 上海 · 中芯国际 香港 · 贵州茅台 · 比较 · Newsroom"


def test_the_figures_are_a_file(client):
    [address] = links(client.get(BOTH), "a[download]")
    rows = client.get(address).content.decode("utf-8-sig").split()
    assert rows[1:] == ["600519,五粮液", "000858", "2022-01,1,0", "2022-02,0,0", "2022-03,2,1"]
    assert client.get("/compare/figures.csv?s=nobody").status_code == 400


@pytest.mark.parametrize(
    "s", ["s=贵州茅台&s=000858", "s=1.600519,0.000858", "s=SH600519&s=0.000858"]
)
def test_names_codes_and_lists_lead_to_the_address_of_symbols(client, s):
    assert client.get(f"/compare/?{s}").url == BOTH


def test_what_is_no_company_is_said(client):
    page = client.get("/compare/?s=nobody&s=1.600519")
    assert "nobody" in words(page, ".error")
    assert len(page.context["compared"]) == 1
    too_many = "&".join(f"s=1.{number}" for number in range(9))
    assert len(client.get(f"/compare/?{too_many}").context["errors"]) == 5
    assert client.get("/compare/").status_code == 200


def test_of_a_part_of_names_all_that_have_it_are_offered(client, indexed):
    indexed(securities=[("0.000001", "平安银行"), ("1.601318", "中国平安")])
    error = words(client.get("/compare/?s=平安&s=1.600519"), ".error")
    assert "平安银行" in error
    assert "中国平安" in error


def test_a_company_that_no_post_names_is_compared_with_others_and_stands_alone(client):
    Security.objects.create(market=1, code="600999", name="招商证券", is_listed=True)
    page = client.get("/compare/?s=1.600999&s=1.600519")
    assert words(page, "table") == "月 招商证券 贵州茅台 2022-03 0 2 2022-02 0 0 2022-01 0 1"
    [alone] = client.get("/compare/?s=1.600999").context["compared"]
    assert (alone.posts, alone.chart) == (0, None)


def test_posts_that_name_all_or_any_of_them_are_a_link_away(client):
    every, some = links(client.get(BOTH), "main .beside a")[:2]
    assert len(client.get(every).context["listing"].posts) == 1
    assert len(client.get(some).context["listing"].posts) == 3


def test_the_page_of_a_company_has_news_before_all_else(client):
    page = client.get("/security/1.600519/")
    found = words(page, ".found")
    assert found.index("快讯") < found.index("同时提到") < found.index("报道最多的日子")
    days = links(page, "#busiest + ol a")
    assert [client.get(day).context["listing"].summary.count for day in days] == [2]
