import pytest

from articles.mentions.names import known
from articles.models import Security

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("step", [1, -1])
def test_what_is_meant_does_not_depend_on_which_became_known_first(step):
    securities = [("90", "BK0001", "食品行业"), ("90", "BK0002", "食品概念")]
    securities += [("0", "000001", "平安银行"), ("1", "000001", "上证指数")]
    for market, code, name in securities[::step]:
        Security.objects.create(market=market, code=code, name=name, names=[name], kind="stock")
    find = known().recogniser.find
    assert [find(f"\n\n{text}")[0].symbol for text in ("食品板块走强", "(000001)走强")] == [
        "90.BK0001",
        "0.000001",
    ]
