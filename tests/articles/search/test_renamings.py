import datetime as dt

import pytest

from articles import changes
from articles.models import FormerName, Security
from articles.search.engine import searching
from articles.search.renamings import renamings
from tests.html import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def renamed(indexed):
    """粤泰股份, which the posts of 2022 call ST粤泰."""
    symbol = "1.600393"
    indexed("2020-01-01 09:00", title="粤泰股份年报", securities=[(symbol, "粤泰股份")])
    indexed("2020-05-11 09:00", title="粤泰股份公告", securities=[(symbol, "粤泰股份")])
    indexed("2022-01-01 09:00", title="ST粤泰公告", securities=[(symbol, "ST粤泰")])
    security = Security.objects.get(code="600393")
    security.name, security.names = "ST粤泰", ["ST粤泰", "粤泰股份"]
    security.save()
    return security


def told(security):
    with searching() as search:
        found = renamings(search, [security])
    return [(one.name, one.last) for one in found.get(security.pk, [])]


def test_a_name_lasts_until_the_newest_post_that_has_it_and_not_the_present_one(renamed, indexed):
    indexed("2022-02-01 09:00", title="ST粤泰（原粤泰股份）", securities=[("1.600393", "ST粤泰")])
    assert told(renamed) == [("粤泰股份", dt.date(2020, 5, 11))]


def test_a_security_that_had_both_names_all_along_was_not_renamed(renamed, indexed):
    indexed("2019-01-01 09:00", title="ST粤泰", securities=[("1.600393", "ST粤泰")])
    assert told(renamed) == []


def test_posts_that_do_not_name_the_security_say_nothing_of_it(renamed, indexed):
    indexed("2021-01-01 09:00", title="别的粤泰股份")
    assert told(renamed) == [("粤泰股份", dt.date(2020, 5, 11))]


def test_what_the_list_of_an_exchange_says_wins(renamed):
    FormerName.objects.create(security=renamed, name="粤泰股份", until=dt.date(2020, 6, 15))
    assert told(renamed) == [("粤泰股份", dt.date(2020, 6, 15))]


def test_the_page_says_from_when_to_when_if_the_list_does(renamed, client):
    FormerName.objects.create(
        security=renamed, name="粤泰股份", since=dt.date(2001, 3, 19), until=dt.date(2020, 6, 15)
    )
    page = client.get("/security/1.600393/")
    assert "2001-03-19 至 2020-06-15 名为 粤泰股份" in words(page, ".listing header")
    FormerName.objects.create(security=renamed, name="东华实业", until=dt.date(2001, 3, 18))
    Security.objects.update(names=["ST粤泰", "东华实业", "粤泰股份"])
    changes.terms_changed()
    page = client.get("/security/1.600393/")
    assert "2001-03-19 至 2020-06-15 名为 粤泰股份" in words(page, ".listing header")
    assert "至 2001-03-18 名为 东华实业" in words(page, ".listing header")
    FormerName.objects.filter(name="东华实业").update(since=dt.date(1999, 1, 2), until=None)
    changes.terms_changed()
    page = client.get("/security/1.600393/")
    assert "自 1999-01-02 曾名为 东华实业" in words(page, ".listing header")


def test_a_security_of_one_name_costs_no_statement(indexed, django_assert_num_queries):
    indexed(securities=[("1.600519", "贵州茅台")])
    security = Security.objects.get(code="600519")
    with searching() as search, django_assert_num_queries(0):
        assert renamings(search, [security]) == {}
