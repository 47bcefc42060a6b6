import pytest
from django.utils import timezone

from articles import changes
from articles.models import Facet, Security
from articles.search.query import parse
from articles.search.suggest import near, securities_of, suggest

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
        ("财联", ["财联社"]),
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


def test_what_is_spelled_just_so_comes_first_then_what_is_used_most(make_post):
    posts = [make_post(securities=[("0.600000", "贵州茅台镇")]) for _ in range(3)]
    changes.posts_changed([post.pk for post in posts])
    Security.objects.filter(name="贵州茅台镇").update(names=["贵州茅台镇"])
    assert offered("茅台") == ["贵州茅台镇", "贵州茅台"]
    assert offered("贵州茅台") == ["贵州茅台", "贵州茅台镇"]


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


@pytest.mark.parametrize(
    ("word", "names"),
    [("贵州矛台", ["贵州茅台"]), ("平安很行", ["平安银行"]), ("财连社", ["财联社"]), ("涨停", [])],
)
def test_near_spellings_are_found(word, names):
    assert [str(found.term) for found in near(word)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("贵州茅台", ["贵州茅台"]),
        ("貴州茅臺", ["贵州茅台"]),
        ("茅台酒", ["贵州茅台"]),
        ("600519", ["贵州茅台"]),
        ("SH600519", ["贵州茅台"]),
        ("代码：600519", ["贵州茅台"]),
        ("000001", ["平安银行", "上证指数"]),
        ("茅台", []),
        ("贵州茅台 涨停", []),
        ("-贵州茅台", []),
        ("title:贵州茅台", []),
    ],
)
def test_a_query_that_is_a_securitys_name_or_code_is_known_for_it(text, names):
    assert [str(security) for security in securities_of(parse(text))] == names


def test_a_card_counts_all_posts_and_those_of_this_month(make_post):
    now = timezone.localtime()
    post = make_post(f"{now:%Y-%m}-01 00:00", securities=[("1.600519", "贵州茅台")])
    changes.posts_changed([post.pk])
    [security] = securities_of(parse("贵州茅台"))
    assert (security.post_count, security.recent_count) == (2, 1)


def test_a_post_that_waits_for_its_time_is_not_counted(make_post):
    changes.posts_changed([make_post("2099-01-01 09:30", securities=[("1.600519", "贵州茅台")]).pk])
    assert [found.term.post_count for found in suggest("600519")] == [1]


def test_what_only_a_post_names_that_waits_for_its_time_is_not_offered(make_post):
    post = make_post("2099-01-01 09:30", securities=[("1.601398", "工商银行")])
    changes.posts_changed([post.pk])
    assert offered("工商银行") == []
    assert near("工商很行") == []


def test_one_query_finds_them_all(django_assert_num_queries):
    with django_assert_num_queries(1):
        suggest("茅")


def test_every_facet_can_be_suggested():
    found = [found.facet for text in ("600519", "财", "emnews", "要闻") for found in suggest(text)]
    assert set(found) == {Facet.SECURITY, Facet.SOURCE, Facet.CATEGORY, Facet.TAG}
