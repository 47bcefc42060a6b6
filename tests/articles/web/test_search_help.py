"""The help page for searching: every example is a query that finds something."""

import re

import pytest
from django.utils import timezone

from articles.models import Security
from articles.search import engine, facets
from articles.search.query import MAX_ALTERNATIVES
from tests.html import links, words

pytestmark = pytest.mark.django_db


def examples(client):
    return links(client.get("/search-help/"), "a[href^='/posts/?q=']")


def test_every_example_finds_something_in_the_archive_at_hand(client, indexed):
    for company, code in (("宁德时代", "0.300750"), ("平安银行", "0.000001")):
        indexed(
            title=f"{company}市场公告：增长10%",
            body_text=f"{company}（{code[2:]}）是一家公司。",
            source="证券 日报",
            categories=["channel a"],
            tags=["要闻"],
            securities=[(code, company)],
        )
    Security.objects.filter(code="300750").update(pinyin="ndsd")
    indexed(title="市场公告：“增长”", body_text="没有公司。")

    found = {address: client.get(address).context["listing"] for address in examples(client)}

    assert len(found) > 20
    assert [one.query.text for one in found.values() if not one.entries] == []
    read_as_names = [one.query.text for one in found.values() if one.notes]
    assert read_as_names == ["ndsd", "ningdeshidai", "ndsd 公告"]
    assert "宁德时代 公告" in {one.query.text for one in found.values()}


def test_of_days_counted_from_today_an_example_is_shown_while_posts_are_new(client, indexed):
    indexed("2022-03-04 09:30")
    assert not [one for one in examples(client) if "past" in one or "last" in one]
    indexed(str(timezone.localtime())[:16])
    assert [one for one in examples(client) if "past+week" in one or "past%20week" in one]


@pytest.mark.usefixtures("loaded")
def test_every_example_finds_something_in_an_archive_of_all_forms(client):
    addresses = examples(client)
    assert len(addresses) > 25
    for address in addresses:
        assert client.get(address).context["listing"].entries, address


def test_an_empty_archive_has_examples_of_the_forms(client):
    assert len(examples(client)) > 20


def test_it_is_there_in_english_too(client):
    page = words(client.get("/search-help/", headers={"accept-language": "en"}))
    assert "posts that have both words" in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_its_figures_are_those_of_the_engine(client, language):
    page = words(client.get("/search-help/", headers={"accept-language": language}))
    assert f" {MAX_ALTERNATIVES} " in page
    [item] = re.findall(r"(?:The count stops at|计数到).*?(?:near each other\.|相距很近的。)", page)
    assert re.findall(r"[\d,]+\d", item) == [
        f"{figure:,}"
        for figure in (
            engine.COUNT_LIMIT,
            facets.NEWEST_OF_MANY,
            facets.NEWEST_OF_TERM,
            engine.RANKED,
        )
    ]
