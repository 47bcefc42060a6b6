import pytest
from django.urls import reverse

from tests.html import links

pytestmark = pytest.mark.django_db

BOTH = f"{reverse('compare')}?s=1.600519&s=0.000858"


@pytest.fixture(autouse=True)
def archive(indexed):
    indexed(securities=[("1.600519", "贵州茅台"), ("0.000858", "五粮液"), ("0.002304", "洋河股份")])


@pytest.mark.parametrize(
    "query",
    [
        "贵州茅台 vs 五粮液",
        "贵州茅台VS五粮液",
        "贵州茅台对比五粮液",
        "贵州茅台和五粮液比较",
        "比较贵州茅台与五粮液",
        "贵州茅台 五粮液",
        "600519 vs 000858",
        "gzmt pk wly",
    ],
)
def test_securities_beside_each_other_lead_to_their_comparison(client, query):
    page = client.get(reverse("posts"), {"q": query})
    [address] = links(page, ".to-compare a")
    assert client.get(address).url == BOTH


@pytest.mark.parametrize(
    "query",
    ["贵州茅台", "贵州茅台 净利润", "贵州茅台对比去年", "gzmt wly", "对比", "-贵州茅台 五粮液"],
)
def test_no_other_query_does(client, query):
    assert not links(client.get(reverse("posts"), {"q": query}), ".to-compare a")


def test_the_card_of_a_company_leads_to_its_comparison(client):
    page = client.get(reverse("posts"), {"q": "贵州茅台"})
    assert f"{reverse('compare')}?s=1.600519" in links(page, ".card a")
