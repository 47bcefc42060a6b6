import pytest

from articles.models import Security

pytestmark = pytest.mark.django_db


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
