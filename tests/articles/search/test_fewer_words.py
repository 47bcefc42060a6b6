import datetime as dt

import pytest

from articles.search import desk, engine
from articles.search.conditions import Scope
from articles.search.fewer_words import in_fewer_words
from articles.search.query import parse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def posts(indexed):
    names = [("1.600519", "贵州茅台"), ("0.000858", "五粮液"), ("1.600030", "中信证券")]
    post = {"digest": "", "body_text": "无", "source": None, "categories": []}
    indexed("2022-03-01 09:30", **post, title="五粮液：业绩预告", securities=names)
    indexed("2022-03-02 09:30", **post, title="贵州茅台公告：业绩大增")
    indexed("2022-03-03 09:30", **post, title="银保监会召开会议")
    indexed("2022-03-04 09:30", **post, title="监管作出处罚")
    indexed("2022-03-05 09:30", **post, title="中信证券发布研报")
    indexed("2022-03-06 09:30", **post, title="机构看好多家新能源汽车公司")
    indexed("2022-03-07 09:30", **post, title="MSCI指数调整")
    indexed("2022-03-08 09:30", **post, title="中国经济")


def offered(text, scope=None):
    with engine.searching() as search:
        found = in_fewer_words(search, parse(text, dt.date(2022, 3, 9)), scope or Scope())
        return [offer.query for offer in found]


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("银保监处罚", ["银保监", "处罚"]),
        ("五粮液茅台业绩", ["五粮液 业绩", "茅台 业绩"]),
        ("中信证券研报看好新能源汽车", ["中信证券 研报", "看好 新能源汽车"]),
        ("MSCI中国", ["MSCI", "中国"]),
        ("五粮液 茅台 业绩", ["五粮液 业绩", "茅台 业绩"]),
        ("五粮液茅台业绩 -公告", ["五粮液 业绩 -公告"]),
        ("五粮液茅台业绩 date:2022-03-02", ["茅台 业绩 日期：2022-03-02"]),
        ("title:五粮液茅台业绩", ["标题：五粮液 标题：业绩", "标题：茅台 标题：业绩"]),
        ("公司银保监", ["银保监"]),
        ("银保监 绝无 date:2023", ["银保监"]),
        ("绝无 date:2022-03-04 title:业绩", ["日期：2022-03-04", "标题：业绩"]),
        ("绝无此词", []),
        ("“五粮液茅台业绩”", []),
        ("银保监", []),
        ("zzzz", []),
    ],
)
def test_as_many_words_are_offered_as_a_post_has_together(text, queries):
    assert offered(text) == queries


def test_a_long_run_is_read_by_sound_word_by_word():
    assert offered("贵州矛台公告夜绩")[0] == "贵州 茅台 公告 业绩"


def test_only_what_finds_a_post_within_the_filters_is_offered():
    assert offered("五粮液茅台业绩", Scope(last=dt.date(2022, 3, 1))) == ["五粮液 业绩"]


def test_editors_are_offered_what_drafts_have(indexed):
    indexed(title="苹果造车", status="draft")
    with desk.searching() as search:
        found = desk.offers(search, parse("苹果银保监"), Scope())
    assert [offer.query for offer in found] == ["苹果", "银保监"]
