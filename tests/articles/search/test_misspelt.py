import datetime as dt

import pytest

from articles.models import Security
from articles.search import engine
from articles.search.conditions import Scope
from articles.search.kept_names import all_names
from articles.search.misspelt import near, offers, sounds_like_name
from articles.search.query import parse, with_slashes_apart

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def archive(indexed):
    names = ["贵州茅台", "平安银行", "东方财富", "比亚迪", "银宝山新"]
    for number, name in enumerate(names):
        Security.objects.create(
            market=1, code=f"60000{number}", kind="stock", name=name, names=[name]
        )
    indexed(securities=[(f"1.60000{number}", "") for number in range(len(names))])
    indexed(source="东方财富")
    indexed(source="中国证券报")


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("贵州矛台", ["贵州茅台"]),
        ("矛台", ["茅台", "贵州茅台"]),
        ("茅苔", ["茅台", "贵州茅台"]),
        ("平安很行", ["平安银行"]),
        ("平安行", ["平安银行"]),
        ("平安大银行", ["平安银行"]),
        ("财连社", ["财联社"]),
        ("东方财付", ["东方财富"]),  # once, though a security and a source are called so
        ("比亚帝", ["比亚迪"]),
        ("中证报", ["中国证券报"]),
        ("平行", ["平安银行"]),
        ("贵州茅台", []),
        ("贵州 茅台", ["贵州茅台"]),
        ("涨停", []),
        ("夜绩", ["业绩"]),
        ("银宝监", ["银保监", "银宝山新"]),
        ("茅", []),
        ("%%%", []),
        ("abc", []),
        ("茅" * 250, []),
    ],
)
def test_names_that_sound_or_look_like_a_word_are_found(word, names):
    assert near(word) == names


@pytest.mark.parametrize(
    ("word", "sounds_so"),
    [
        ("贵州矛台", True),
        ("矛台", True),
        ("美地集团", True),  # 地 is de, too
        ("东方财付", True),
        ("平安很行", False),
        ("贵州酒台", False),
        ("茅台业绩", False),
        ("abc", False),
        ("", False),
    ],
)
def test_a_word_sounds_like_a_name_by_any_reading_of_its_characters(indexed, word, sounds_so):
    indexed(securities=[("0.000333", "美的集团")])
    assert sounds_like_name(all_names(), word) is sounds_so


@pytest.fixture
def posts(indexed):
    indexed(title="贵州茅台业绩公告")
    indexed(title="贵州茅台经营业绩")


def offered(text, scope=None):
    """The queries that are offered for one of which no word is in any post."""
    query = with_slashes_apart(parse(text), None)
    words = [clause for clause in query.clauses if set("矛苔夜付") & {*str(clause.criteria)}]
    with engine.searching() as search:
        return [offer.query for offer in offers(search, query, words, scope or Scope())]


@pytest.mark.usefixtures("posts")
@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("矛台 业绩", ["茅台 业绩", "贵州茅台 业绩"]),
        ("业绩 -公告 title:矛台", ["业绩 -公告 title:茅台", "业绩 -公告 title:贵州茅台"]),
        ("“矛台” 业绩", ["“茅台” 业绩", "“贵州茅台” 业绩"]),
        ("矛台 夜绩", ["茅台 业绩", "贵州茅台 业绩"]),
        ("矛台夜绩", ["茅台 业绩", "贵州茅台 业绩"]),
        ("公告 矛台夜绩", ["公告 茅台 业绩", "公告 贵州茅台 业绩"]),
        ("“矛台夜绩”", []),
        ("矛台夜绩 | 无人", []),  # words bind less than alternatives
        ("矛台绝无此词", []),
        ("矛台 | 茅苔", ["茅台 | 茅苔", "贵州茅台 | 茅苔"]),
        ("矛台/茅苔", ["茅台/茅苔", "贵州茅台/茅苔"]),
        ("(矛台 夜绩) | 无人", ["(茅台 业绩) | 无人", "(贵州茅台 业绩) | 无人"]),
        ("矛台 绝无此词", []),
        ("矛台 -茅台", []),
        ("东方财付", ["东方财富"]),  # a source, of which no text says so
        ("source:东方财付", ["source:东方财富"]),
        ("", []),
    ],
)
def test_each_is_put_in_for_its_word_if_that_finds_something(text, queries):
    assert offered(text) == queries


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("业绩 -3.5亿元", {"3.5亿元": "业绩 3.5亿元"}),
        ("+145%", {"145%": "145%"}),
        ("$600002$", {"600002": "600002"}),  # a code, in place of which no other is meant
        ("code:60001", {"600001": "code:600001"}),
        ('"SZ600001"', {}),  # as text no post has the other code either
        ("SH600020", {"600000": "600000", "600002": "600002"}),
        ("SZ600002", {"600002": "600002"}),
        ("0.600001", {"600001": "600001"}),
        ("ＳＺ６００００１", {"600001": "600001"}),
        ("SZ600001 SZ600001", {"600001": "600001 600001"}),
        ("code:600001.SZ", {"600001": "code:600001"}),
        ("date:2022-13", {"日期：2022": "date:2022"}),
        ("date:2022-03-32 业绩", {"日期：2022-03": "date:2022-03 业绩"}),
        ("600519", {f"60000{n}": f"60000{n}" for n in range(4)}),
        ("$SH600519$", {f"60000{n}": f"60000{n}" for n in range(4)}),
        ("code:SH688999", {f"60000{n}": f"code:60000{n}" for n in range(4)}),
        ("5005190", {}),
        ("+145.3%", {"145%": "145%"}),
        ("date:武夷", {}),
        ("source:中国证报社", {"中国证券报": "source:中国证券报"}),
        ("source:绝无此社", {}),
        ("15/03/2022", {"日期：2022-03-15": "日期：2022-03-15"}),
        ("业绩 1.3.2022", {"日期：2022-03-01": "业绩 日期：2022-03-01"}),
        ("date:01/03/2022", {"日期：2022-03-01": "date:2022-03-01"}),
        ("业绩 15/13/2022", {}),
    ],
)
def test_figures_codes_and_dates_that_are_nearly_right_are_offered(indexed, text, offered):
    for day in ("2022-03-01", "2022-03-15"):
        indexed(f"{day} 09:00", title="业绩3.5亿元，下降145%。600002", body_text="")
    query = parse(text)
    with engine.searching() as search:
        found = offers(search, query, query.clauses[-1:], Scope())
        if "date" in text:
            found = offers(search, query, query.clauses[:1], Scope())
    assert {offer.name: offer.query for offer in found} == offered


@pytest.mark.usefixtures("posts")
@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("矛台 龘靐", ["茅台", "贵州茅台"]),
        ("龘靐 矛台", ["茅台", "贵州茅台"]),
        ("“龘  靐” 夜绩 矛台", ["业绩 茅台", "业绩 贵州茅台"]),
        ("龘靐 齉爩", []),
    ],
)
def test_what_resembles_nothing_is_left_out_where_other_words_resemble_names(text, queries):
    query = parse(text)
    with engine.searching() as search:
        found = offers(search, query, query.clauses, Scope())
    assert [offer.query for offer in found] == queries
    assert [offer.name for offer in found] == queries


@pytest.mark.usefixtures("posts")
@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("矛台 2022年3月", "茅台 日期：2022年3月"),
        ("2022年3月矛台", "日期：2022年3月 茅台"),
        ("maotia 减持 2022年", "茅台 减持 日期：2022年"),
        ("矛台 -2022-02", "茅台 -日期：2022-02"),
    ],
)
def test_a_period_stays_one_beside_what_is_offered(client, indexed, text, query):
    indexed("2022-03-01 09:00", title="贵州茅台减持", securities=[("1.600000", "")])
    indexed("2022-05-01 09:00", title="贵州茅台减持2021年")
    listing = client.get("/posts/", {"q": text}).context["listing"]
    assert listing.near[0].query == query
    assert client.get("/posts/", {"q": query}).context["listing"].posts


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("定曾", ["定增"]),
        ("定曾获批", ["定增 获批"]),
        ("贾月亭", ["贾跃亭"]),
        ("股东减迟", ["股东 减持"]),  # the right word stays, though a name sounds like it
        ("紫酥", []),  # of one title
        ("恒锐医药", ["恒瑞医药"]),  # of one title, but no chance
    ],
)
def test_words_of_several_titles_that_sound_like_it_are_offered(client, indexed, text, queries):
    indexed(title="陕鼓动力股东拟减持", securities=[("1.601369", "陕鼓动力")])
    indexed(title="紫苏")
    indexed(title="恒瑞医药创新药获批")
    for number in range(3):
        indexed(title=f"获批的定增，贾跃亭{number}")
    listing = client.get("/posts/", {"q": text}).context["listing"]
    assert [one.query for one in listing.near] == queries


def test_nothing_is_offered_that_filters_leave_out():
    assert offered("矛台", Scope(first=dt.date(2023, 1, 1))) == []


def test_two_queries_find_them(django_assert_num_queries):
    all_names()
    with django_assert_num_queries(2):
        near("贵州矛台")
