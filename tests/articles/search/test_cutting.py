"""Queries without spaces, which find nothing as they stand."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import changes
from articles.models import Security
from articles.search import cutting, engine
from articles.search.conditions import Scope
from articles.search.kept_names import all_names
from articles.search.query import Criterion, parse

pytestmark = pytest.mark.django_db

NAMES = [("1.600519", "贵州茅台"), ("90.BK0896", "白酒"), ("1.600036", "招商银行")]


@pytest.fixture(autouse=True)
def posts(indexed):
    post = {"digest": "", "body_text": "无", "source": None}
    indexed("2022-03-01 09:30", **post, title="五粮液业绩预告", securities=NAMES)
    indexed(
        "2022-03-02 09:30", **post | {"body_text": "600519去年的业绩大增"}, title="贵州茅台快讯"
    )
    indexed("2022-03-03 09:30", **post, title="中国银保监会：对两家银行作出处罚")
    indexed("2022-03-04 09:30", **post, title="收评：沪指涨1%")
    indexed("2022-03-05 09:30", **post, title="收评：沪指跌1%")
    indexed("2022-03-06 09:30", **post, title="贵州茅台：2022年年报披露")
    indexed("2022-03-07 09:30", **post, title="新能源车走强 前两月销量大增")
    indexed("2022-03-08 09:30", **post | {"source": "财联社"}, title="招商银行回购")
    indexed("2022-03-09 09:30", **post | {"body_text": "3月9日"}, title="净利润同比下降，-20%")


def cut(text, scope=None):
    with engine.searching() as search:
        return cutting.cut(search, parse(text), scope or Scope())


def found(text, scope=None):
    """The titles of what the cut of a query finds."""
    with engine.searching() as search:
        as_cut = cutting.cut(search, parse(text), scope or Scope())
        return as_cut and [p.title for p in search.newest(as_cut.conditions, size=9).posts]


@pytest.mark.parametrize("text", ["铜价跌", "铜价大跌", "铜价暴跌", "比特币跌"])
def test_a_word_of_texts_alone_may_stand_before_what_prices_do(indexed, text):
    indexed(title="早报", body_text="铜价连续三天下跌，比特币也跌。")
    indexed(title="价大战：比特大陆股价下跌")
    indexed(title="加价大卖 比特大陆跌停")
    assert found(text) == ["早报"]


def test_of_many_texts_those_are_cut_that_no_post_has(indexed):
    rest = "公司持股5%以上股东万和投资累计减持507万股，占总股本的1%，本次减持计划实施完毕"
    indexed(title="减持", body_text=f"新浪财经讯 洽洽食品2月12日晚间公告，{rest}。")
    assert found(f"新浪财经讯洽洽食品2月12日晚间公告，{rest}") == ["减持"]


@pytest.mark.parametrize(
    ("text", "as_cut", "titles"),
    [
        ("茅台业绩", "茅台 业绩", ["贵州茅台快讯"]),
        ("银保监处罚", "银保监 处罚", ["中国银保监会：对两家银行作出处罚"]),
        ("沪指收评", "沪指 收评", ["收评：沪指跌1%", "收评：沪指涨1%"]),
        ("600519业绩", "600519 业绩", ["贵州茅台快讯"]),
        ("茅台2022年报", "茅台 2022 年报", ["贵州茅台：2022年年报披露"]),
        ("新能源车销量", "新能源车 销量", ["新能源车走强 前两月销量大增"]),
        ("招行银行回购", "银行 回购", ["招商银行回购"]),
        ("招商银行的回购", "招商银行 回购", ["招商银行回购"]),
        ("茅台和业绩", "茅台 业绩", ["贵州茅台快讯"]),
        ("茅台🙂", "茅台", ["贵州茅台：2022年年报披露", "贵州茅台快讯"]),
        ("五粮液zzz", "五粮液", ["五粮液业绩预告"]),
        ("茅台闲话业绩", "茅台 业绩", ["贵州茅台快讯"]),
        ("茅台2022年的年报", "茅台 2022年 年报", ["贵州茅台：2022年年报披露"]),
        ("净利润-20%", '净利润 "-20%"', ["净利润同比下降，-20%"]),
        ("銀保監處罰", "銀保監 處罰", ["中国银保监会：对两家银行作出处罚"]),
        ("茅台（业绩", "茅台 业绩", ["贵州茅台快讯"]),
        ("title:沪指收评", "标题：沪指 标题：收评", ["收评：沪指跌1%", "收评：沪指涨1%"]),
        ("title:茅台业绩", None, None),
        ("茅台业绩 -五粮液", "茅台 业绩 -五粮液", ["贵州茅台快讯"]),
        ("茅台业绩 -600519", None, None),
        ("沪指收评 date:2022-03-04", "沪指 收评 日期：2022-03-04", ["收评：沪指涨1%"]),
        ("贵州茅台 沪指", None, None),
        ("贵州茅台业绩 收评", None, None),
        ("3月9日晚", "3月9日", ["净利润同比下降，-20%"]),
        ("茅台业绩 贵州茅台", "茅台 业绩 贵州茅台", ["贵州茅台快讯"]),
        ("茅台业绩 茅台", "茅台 业绩", ["贵州茅台快讯"]),
        ("财联社招商银行", "来源：财联社 招商银行", ["招商银行回购"]),
        ("source:财联社招商银行", "来源：财联社 招商银行", ["招商银行回购"]),
        ("source:茅台业绩 沪指收评", None, None),
        ("财联社 招商银行", "来源：财联社 招商银行", ["招商银行回购"]),
        ("财联社五粮液", None, None),
        (
            "茅台业绩 | 沪指收评",
            "茅台 | 沪指 茅台 | 收评 业绩 | 沪指 业绩 | 收评",
            ["收评：沪指跌1%", "收评：沪指涨1%", "贵州茅台快讯"],
        ),
        ("source:茅台业绩", None, None),
        ("source:“茅台业绩”", None, None),
        ("“茅台业绩”", None, None),
        ("-茅台业绩", None, None),
        ("绝无此词", None, None),
        ("zzzz", None, None),
        ("", None, None),
    ],
)
def test_a_query_is_cut_into_words_that_find_something_together(text, as_cut, titles):
    it = cut(text)
    assert (it and it.query.text) == as_cut
    assert found(text) == titles


def test_a_name_in_a_cut_is_looked_for_under_all_names_as_between_spaces(indexed):
    indexed(title="ST粤泰减持", body_text="无", securities=[("1.600393", "粤泰股份")])
    Security.objects.filter(code="600393").update(names=["粤泰股份", "ST粤泰"])
    changes.terms_changed()
    assert found("粤泰股份减持") == ["ST粤泰减持"]
    assert found("沪指减持 | 粤泰股份减持") == ["ST粤泰减持"]
    assert list(cut("粤泰股份减持").query.words) == ["粤泰股份", "st粤泰", "减持"]


@pytest.mark.parametrize(
    ("text", "as_cut"),
    [
        ("*ST众和减持", '"*ST众和" 减持'),
        ("ST众和减持", "ST众和 减持"),
        ("减持的*ST众和", '减持 "*ST众和"'),
        ("N世纪减持", "N世纪 减持"),
        ("XD贵州茅减持", "XD贵州茅 减持"),
        ("XD贵州茅台减持", "贵州茅台 减持"),
        ("中芯国际-U减持", '"中芯国际-U" 减持'),
        ("理想汽车-W减持", "理想汽车 减持"),
        ("N贵州减持 茅台", "贵州 减持 茅台"),
        ("新和成和荣之联减持", "新和成 荣之联 减持"),
        ("荣之联与新和成减持", "荣之联 新和成 减持"),
        ("新和成闲话", "新和成"),
        ("新和成和招商银行", None),
    ],
)
def test_a_name_stays_whole_with_what_an_exchange_adds_to_it(text, as_cut, indexed):
    names = ["*ST众和", "世纪鼎利", "中芯国际", "理想汽车", "新和成", "荣之联", "贵州茅台"]
    body = "*ST众和、N世纪、XD贵州茅和中芯国际-U遭减持。减持。理想汽车、贵州茅台、荣之联的新和成"
    named = [(f"0.{number:06}", name) for number, name in enumerate(names)]
    indexed(title="公告", body_text=body, securities=named)
    it = cut(text)
    assert (it and it.query.text) == as_cut


def test_a_cut_reads_as_the_query_that_it_is():
    """So that chips can take a piece out of it."""
    for text in ("茅台业绩 -五粮液", "title:沪指收评", "茅台业绩 | 沪指收评"):
        as_cut = cut(text).query
        read = parse(as_cut.text)
        assert [clause.criteria for clause in read.clauses] == [
            clause.criteria for clause in as_cut.clauses
        ]
        assert [clause.places for clause in read.clauses] == [
            clause.places for clause in as_cut.clauses
        ]


def test_whoever_insists_gets_what_was_written():
    assert cut("title:沪指收评 -五粮液").insisting == '标题："沪指收评" -五粮液'
    assert cut(cut("茅台业绩").insisting) is None


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("茅台业绩", []),
        ("茅台的业绩", ["的"]),
        ("茅台🙂 招商银行", ["🙂"]),
        ("五粮液（zzz）", ["（zzz）"]),
        ("茅台——闲话：业绩", ["——闲话："]),
    ],
)
def test_it_tells_what_it_left_out(text, left_out):
    with engine.searching() as search:
        names = cutting.read_names(search, criteria := criteria_of(text))
        [first, *_] = cutting.likeliest(criteria, [], names.lexicon, is_strict=True)
    assert [part for cut in first.values() for part in cut.left_out] == left_out


def criteria_of(text):
    return [criterion for clause in parse(text).clauses for criterion in clause.criteria]


@pytest.mark.parametrize(
    "text", ["新华社五粮液", "茅台银保监", "招商银行沪指", "比亚帝", "的", "🙂"]
)
def test_no_word_of_the_archive_is_left_out_or_cut_short(text, indexed):
    indexed(title="新华社", body_text="比亚迪", securities=[("1.600000", "比亚迪")])
    assert found(text) is None


def test_it_stays_within_filters():
    march = Scope(first=dt.date(2022, 3, 5))
    assert found("沪指收评", march) == ["收评：沪指跌1%"]
    assert found("茅台业绩", march) is None


@pytest.mark.parametrize(
    "text", ["茅台业绩", "茅台业绩银保监处罚沪指收评" * 20, "茅台业绩|沪指收评 " * 20]
)
def test_it_takes_two_statements_however_long_the_query(text):
    known = all_names()  # which every process keeps
    with CaptureQueriesContext(connection) as opened, engine.searching(known):
        pass
    with CaptureQueriesContext(connection) as asked, engine.searching(known) as search:
        cutting.cut(search, parse(text), Scope())
    assert len(asked) == len(opened) + 1 + 2  # the first brings the settings of a search


def test_many_alternatives_are_not_multiplied_out():
    query = parse("|".join(f"茅台{chr(0x4E00 + number)}业绩" for number in range(40)))
    with engine.searching() as search:
        assert cutting.in_words(search, query) == query
        assert len(cutting.in_words(search, parse("茅台业绩|沪指收评")).clauses) > 1


def test_as_many_pieces_as_a_cut_may_have_are_each_compared_once(monkeypatch):
    texts = "茅台业绩 招商银行 银保监 沪指收评 新能源 净利润 贵州茅台 回购".split()
    query = parse("|".join(texts))
    cuts = {
        one: cutting.cut_at(one, [(0, 2), (2, len(one.value))]) for one in query.clauses[0].criteria
    }
    assert cutting.pieces_in(query, cuts) > cutting.MAX_PIECES
    few = parse("|".join(texts[:6]))
    compared = []
    normalised = Criterion.normalised.fget
    monkeypatch.setattr(
        Criterion, "normalised", property(lambda one: compared.append(one) or normalised(one))
    )
    assert len(cutting.rewritten(few, cuts).clauses) == 2**6
    assert len(compared) <= cutting.pieces_in(few, cuts)
