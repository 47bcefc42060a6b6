import pytest
from django.utils import timezone

from articles import changes
from articles.models import Security
from articles.search.kept_names import all_names
from articles.search.query import parse
from articles.search.securities import FEW, meant_by, under_all_names

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def archive(indexed):
    """平安银行 is named in two posts, the others in one."""
    securities = {
        "1.600519": ["贵州茅台", "茅台酒"],
        "0.000001": ["平安银行"],
        "1.000001": ["上证指数"],
        "0.002594": ["比亚迪"],
        "1.600393": ["ST粤泰", "粤泰股份"],
    }
    for symbol, names in securities.items():
        market, code = symbol.split(".")
        Security.objects.create(
            market=market, code=code, kind="stock", name=names[0], names=sorted(names)
        )
    indexed(securities=[(symbol, "") for symbol in securities])
    indexed(securities=[("0.000001", "")])


def meant(text):
    return [str(security) for security in meant_by(parse(text), all_names()).securities]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("贵州茅台", ["贵州茅台"]),
        ("貴州茅臺", ["贵州茅台"]),
        ("茅台酒", ["贵州茅台"]),  # as it was called
        ("“茅台酒”", ["贵州茅台"]),
        ("600519", ["贵州茅台"]),
        ("SH600519", ["贵州茅台"]),
        ("sh600519", ["贵州茅台"]),
        ("600519.SH", ["贵州茅台"]),
        ("1.600519", ["贵州茅台"]),
        ("沪600519", ["贵州茅台"]),
        ("上交所:600519", ["贵州茅台"]),
        ("（600519）", ["贵州茅台"]),
        ("【600519.SH】", ["贵州茅台"]),
        ("600519：", ["贵州茅台"]),
        ("600519%", []),
        ("北600519", []),
        ("北000001", ["平安银行"]),
        ("京000001", ["平安银行"]),
        ("代码：北交所000001", ["平安银行"]),
        ("代码：600519", ["贵州茅台"]),
        ("代码：gzmt", ["贵州茅台"]),
        ("代码：maotai", []),
        ("000001", ["平安银行", "上证指数"]),
        ("gzmt", ["贵州茅台"]),
        ("GZMT", ["贵州茅台"]),
        ("guizhoumaotai", ["贵州茅台"]),
        ("guizhoumt", ["贵州茅台"]),
        ("maotai", ["贵州茅台"]),
        ("gui zhou mao tai", ["贵州茅台"]),
        ("mao tai", ["贵州茅台"]),
        ("byd", ["比亚迪"]),
        ("ＢＹＤ", ["比亚迪"]),
        ("ｍａｏｔａｉ", ["贵州茅台"]),
        ("ＳＨ６００５１９", ["贵州茅台"]),
        ("st粤泰", ["ST粤泰"]),
        ("茅台", ["贵州茅台"]),
        ("“茅台”", []),
        ("茅", []),
        ("mao", ["贵州茅台"]),
        ("aotai", []),
        ("gz", []),
        ("贵州茅台 涨停", []),
        ("-贵州茅台", []),
        ("title:贵州茅台", []),
        ("%%", []),
        ("", []),
    ],
)
def test_a_name_a_code_pinyin_or_a_part_means_a_security(text, names):
    assert meant(text) == names


def test_a_part_that_many_names_have_means_none(indexed):
    for number in range(FEW):
        indexed(securities=[(f"1.60000{number}", f"贵州茅台{number}")])
    assert meant("茅台") == []
    assert meant("贵州茅台") == ["贵州茅台"]


def test_an_english_name_means_its_security():
    Security.objects.filter(code="002594").update(english_name="BYD")
    Security.objects.filter(code="600519").update(english_name="Kweichow Moutai")
    changes.terms_changed()
    assert meant("Kweichow Moutai") == meant("moutai") == ["贵州茅台"]
    assert meant("“BYD”") == ["比亚迪"]
    assert meant("Kweichow -Moutai") == meant("Kweichow | Moutai") == []


def test_texts_are_not_searched_for_the_letters_of_a_short_english_name():
    Security.objects.filter(code="002594").update(english_name="BYD")
    changes.terms_changed()
    assert list(under_all_names(parse("比亚迪"), all_names()).words) == ["比亚迪"]
    assert list(under_all_names(parse("BYD"), all_names()).words) == ["byd", "比亚迪"]


def test_a_part_means_companies_alone(indexed):
    indexed(securities=[("90.BK0896", "白酒板块")])
    Security.objects.filter(code="BK0896").update(kind="board")
    assert meant("白酒") == []
    assert meant("白酒板块") == ["白酒板块"]


def test_a_card_counts_all_posts_and_those_of_this_month(make_post):
    now = timezone.localtime()
    post = make_post(f"{now:%Y-%m}-01 00:00", securities=[("1.600519", "贵州茅台")])
    changes.posts_changed([post.pk])
    [security] = meant_by(parse("贵州茅台"), all_names()).securities
    assert (security.post_count, security.recent_count) == (2, 1)


def test_what_means_nothing_costs_no_query(django_assert_num_queries):
    known = all_names()
    with django_assert_num_queries(0):
        meant_by(parse("绝无此词"), known)
        under_all_names(parse("绝无 此词"), known)


@pytest.mark.parametrize(
    ("text", "looked_for"),
    [
        ("粤泰股份", ["粤泰股份", "st粤泰"]),
        ("ST粤泰", ["st粤泰", "粤泰股份"]),
        ("“粤泰股份”", ["粤泰股份"]),
        ("600393", ["600393"]),
        ("粤泰", ["粤泰"]),
        ("粤泰股份 公告", ["粤泰股份", "st粤泰", "公告"]),
        ("公告 粤泰股份 | 贵州茅台", ["公告", "粤泰股份", "st粤泰", "贵州茅台", "茅台酒"]),
        ("公告 -粤泰股份", ["公告"]),
        ("公告 title:粤泰股份", ["公告", "粤泰股份", "st粤泰"]),
        ("公告 title:“粤泰股份”", ["公告", "粤泰股份"]),
        ("贵州茅台", ["贵州茅台", "茅台酒"]),
    ],
)
def test_a_name_is_looked_for_under_all_names(text, looked_for):
    assert list(under_all_names(parse(text), all_names()).words) == looked_for


@pytest.mark.parametrize("text", ["-粤泰股份", "-ST粤泰", "-title:粤泰股份", "-(title:ST粤泰)"])
def test_a_name_is_left_out_under_all_names(text):
    [clause] = under_all_names(parse(f"公告 {text}"), all_names()).clauses[1:]
    assert clause.is_excluded
    assert {one.normalised for one in clause.criteria} == {"粤泰股份", "st粤泰"}
    assert len({one.field for one in clause.criteria}) == 1


def test_a_name_in_quotation_marks_is_left_out_as_it_is_written():
    [clause] = under_all_names(parse("公告 -“粤泰股份”"), all_names()).clauses[1:]
    assert [one.normalised for one in clause.criteria] == ["粤泰股份"]


@pytest.mark.parametrize("text", ["9988.HK", "9988.hk", "09988.HK", "9988HK"])
def test_a_code_of_hong_kong_needs_no_zero_before_it(indexed, text):
    indexed(securities=[("116.09988", "阿里巴巴-SW")])
    assert meant(text) == ["阿里巴巴-SW"]
