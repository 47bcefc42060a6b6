import pytest

from articles.models import Facet, Security
from articles.search.kept_names import NamesOfKind, TermNames
from articles.search.named_terms import spellings_of
from articles.search.names import ids_spelled, meant_terms, spelled
from articles.search.typed import Typed
from articles.terms import SECURITY, SOURCE, TERMS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def archive(indexed):
    """财联社 wrote two posts, 新华社 two, one of which is a draft."""
    indexed(source="财联社", securities=[("1.600519", "贵州茅台")], categories=["emnews"])
    indexed(source="财联社", securities=[("0.002424", "贵州百灵")], categories=["Bloomberg"])
    indexed(source="新华社", categories=["beijing"])
    indexed(source="新华社", status="draft")
    indexed(source="草稿", status="draft")
    Security.objects.filter(code="600519").update(pinyin="gzmt", names=["茅台酒", "贵州茅台"])


def test_those_that_readers_see_come_by_use_with_their_counts():
    found = spelled("", {Facet.SOURCE: 10, Facet.CATEGORY: 1})
    assert [(one.facet, one.name, one.posts) for one in found] == [
        (Facet.SOURCE, "财联社", 2),
        (Facet.SOURCE, "新华社", 1),
        (Facet.CATEGORY, "emnews", 1),
    ]


@pytest.mark.parametrize(
    ("letter", "names"), [("", ["beijing", "Bloomberg", "emnews"]), ("b", ["beijing", "Bloomberg"])]
)
def test_by_pinyin_they_come_in_the_order_of_the_alphabet(letter, names):
    found = spelled("", {Facet.CATEGORY: 10}, letter=letter, by_pinyin=True)
    assert [one.name for one in found] == names


@pytest.mark.parametrize("text", ["%", "_", "\\", "州%茅", "州_", "60051_"])
def test_signs_that_are_wild_in_patterns_stand_for_themselves(text):
    assert spelled(text, dict.fromkeys((Facet.SECURITY, Facet.SOURCE), 10)) == []
    assert ids_spelled(SECURITY, text) == []


@pytest.mark.parametrize("text", ["600", "GZMT", "茅台酒", "貴州茅臺"])
def test_securities_are_found_by_code_initials_and_every_name(text):
    [security] = Security.objects.filter(pk__in=ids_spelled(SECURITY, text))
    assert security.name == "贵州茅台"


def test_a_term_has_what_its_name_and_its_address_are_made_of():
    [found] = spelled("贵州茅台", {Facet.SECURITY: 10})
    security = Security.objects.get(code="600519")
    assert found.term == security
    assert str(found.term) == str(security)
    assert found.term.get_absolute_url() == security.get_absolute_url()
    assert found.term.market_name == security.market_name


@pytest.mark.parametrize("text", ["21世纪", "21·世纪", "21 • 世纪", "２１・世纪"])
def test_a_name_is_found_with_a_dot_that_it_does_not_have(indexed, text):
    indexed(source="21世纪")
    assert [one.name for one in spelled(text, {Facet.SOURCE: 5})] == ["21世纪"]
    assert spellings_of(text) >= {"21世纪"}


@pytest.mark.parametrize("text", ["中国  证券报", "中国 证券报", "中 国 证 券 报"])
def test_a_name_is_found_with_spaces_that_it_does_not_have(text):
    assert "中国证券报" in spellings_of(text)


@pytest.mark.parametrize(("text", "name"), [("nx", "N·X"), ("NX科技", "N·X科技"), ("e", "é")])
def test_a_name_is_found_without_the_dots_and_accents_that_it_has(indexed, text, name):
    indexed(securities=[("1.600000", name)])
    assert [one.name for one in spelled(text, {Facet.SECURITY: 10})] == [name]


def test_where_a_text_begins_enough_names_those_that_only_contain_it_are_left_out():
    names = NamesOfKind(
        TermNames(Facet.SOURCE, key, name, "", "", "", [], 0, "", "", "", False)
        for key, name in enumerate(["中信", "中兴", "国中"])
    )
    assert [*Typed("中").ranks(SOURCE, names, enough=2)] == [0, 1]
    assert {*Typed("中").ranks(SOURCE, names, enough=3)} == {0, 1, 2}


@pytest.mark.parametrize("text", ["\u200b", "\u200e", "\ufeff", "\xad", " \u200b "])
def test_characters_that_search_does_not_see_name_nothing(text):
    for kind in TERMS:
        assert spelled(text, {kind.facet: 10}) == []
        assert meant_terms(text, kind, 10) == []
