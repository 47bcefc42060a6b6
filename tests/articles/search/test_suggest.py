import pytest

from articles import changes
from articles.models import Facet, Security
from articles.search.kept_names import all_names
from articles.search.misspelt import near
from articles.search.suggest import suggest, suggest_values
from articles.terms import SOURCE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def archive(make_post):
    """平安银行 is named in two posts, the others in one; 财联社 wrote three, 新华社 one."""
    securities = [
        ("1.600519", "贵州茅台", "gzmt"),
        ("0.000001", "平安银行", "payh payx"),
        ("1.000001", "上证指数", "szzs"),
        ("0.002424", "贵州百灵", "gzbl"),
    ]
    posts = [
        make_post(securities=[(symbol, name) for symbol, name, _ in securities], tags=["要闻"]),
        make_post(securities=[("0.000001", "平安银行")]),
        make_post(categories=["emnews"]),
        make_post(source="新华社", categories=["Tech Web"]),
    ]
    for symbol, name, pinyin in securities:
        market, code = symbol.split(".")
        Security.objects.filter(market=market, code=code).update(pinyin=pinyin, names=[name])
    Security.objects.filter(code="600519").update(names=["茅台酒", "贵州茅台"])
    for security in Security.objects.all():
        security.save()  # which spells its names
    changes.posts_changed([post.pk for post in posts])


def offered(text):
    return [str(found.term) for found in suggest(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("600", ["贵州茅台"]),
        ("000001", ["平安银行", "上证指数"]),  # the one named more often first
        ("gzmt", ["贵州茅台"]),
        ("GZ", ["贵州百灵", "贵州茅台"]),
        ("payh", ["平安银行"]),
        ("payx", ["平安银行"]),  # 行 read otherwise
        ("州茅", ["贵州茅台"]),
        ("茅台酒", ["贵州茅台"]),  # as it was called
        ("貴州茅臺", ["贵州茅台"]),
        ("guizhou", ["贵州茅台", "贵州百灵"]),
        ("guizhoumt", ["贵州茅台"]),
        ("gzmaotai", ["贵州茅台"]),
        ("maot", ["贵州茅台"]),
        ("maotaijiu", ["贵州茅台"]),  # as it was called
        ("gzt", []),
        ("SH6005", ["贵州茅台"]),
        ("600519.SH", ["贵州茅台"]),
        ("1.600519", ["贵州茅台"]),
        ("财联", ["财联社"]),
        ("cls", ["财联社"]),
        ("tech", ["Tech Web"]),
        ("要", ["要闻"]),
        ("绝无", []),
        ("", []),
        ("  ", []),
    ],
)
def test_names_codes_and_initials_are_completed(text, names):
    assert sorted(offered(text)) == sorted(names)
    if text == "000001":
        assert offered(text) == names


def test_an_english_name_is_completed():
    Security.objects.filter(code="600519").update(english_name="Kweichow Moutai")
    changes.terms_changed()
    assert offered("kwei") == ["贵州茅台"]
    assert offered("Kweichow Moutai")[0] == "贵州茅台"


def test_what_is_spelled_just_so_comes_first_then_what_is_used_most(make_post):
    posts = [make_post(securities=[("0.600000", "贵州茅台镇")]) for _ in range(3)]
    changes.posts_changed([post.pk for post in posts])
    Security.objects.filter(name="贵州茅台镇").update(names=["贵州茅台镇"])
    assert offered("州茅") == ["贵州茅台镇", "贵州茅台"]
    assert offered("贵州茅台") == ["贵州茅台", "贵州茅台镇"]


def test_the_beginning_of_a_name_comes_before_the_middle(make_post):
    named = [("1.600666", "光一科技")] * 3 + [("1.600742", "一汽富维")]
    posts = [make_post(securities=[one]) for one in named]
    changes.posts_changed([post.pk for post in posts])
    assert offered("一") == ["一汽富维", "光一科技"]
    assert offered("y")[:1] != ["光一科技"]


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("茅台 payh", ["茅台 平安银行"]),
        ("茅台 -平安", ["茅台 -平安银行"]),
        ("涨停 | gzmt", ["涨停 | 贵州茅台"]),
        ("茅台 tech", ['茅台 "Tech Web"']),
        ("茅台 |", []),
        ("茅台 %", []),
        ("gui zhou", ["", ""]),  # the syllables of two names, and of no word more
    ],
)
def test_the_last_of_several_words_is_completed_in_the_query(text, queries):
    assert [found.query for found in suggest(text)] == queries


def test_the_box_of_a_filter_is_completed_with_terms_of_its_kind():
    assert [str(found.term) for found in suggest_values(SOURCE, "cai")] == ["财联社"]
    assert suggest_values(SOURCE, "gzmt") == suggest_values(SOURCE, " ") == []


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("来源：", ["来源：财联社", "来源：新华社"]),
        ("来源：新", ["来源：新华社"]),
        ("茅台 -source:财", ["茅台 -source:财联社"]),
        ("分类:te", ['分类:"Tech Web"']),
        ("代码:gzmt", ["代码:1.600519"]),
        ("title:财", []),
        ("date:2022", []),
    ],
)
def test_the_values_of_fields_are_completed_in_the_query(text, queries):
    assert [found.query for found in suggest(text)] == queries


def test_a_post_that_waits_for_its_time_is_not_counted(make_post):
    changes.posts_changed([make_post("2099-01-01 09:30", securities=[("1.600519", "贵州茅台")]).pk])
    assert [found.term.post_count for found in suggest("600519")] == [1]


def test_what_only_a_post_names_that_waits_for_its_time_is_not_offered(make_post):
    post = make_post("2099-01-01 09:30", securities=[("1.601398", "工商银行")])
    changes.posts_changed([post.pk])
    assert offered("工商银行") == []
    assert near("工商很行") == []


def test_two_queries_find_them_all(django_assert_num_queries):
    """One for the version, by which names are kept, and one that counts posts."""
    all_names()
    with django_assert_num_queries(2):
        suggest("茅")


def test_every_facet_can_be_suggested():
    found = [found.facet for text in ("600519", "财", "emnews", "要闻") for found in suggest(text)]
    assert set(found) == {Facet.SECURITY, Facet.SOURCE, Facet.CATEGORY, Facet.TAG}
