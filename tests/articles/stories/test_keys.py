import datetime as dt

from articles.stories.evidence import evidence_of
from articles.stories.keys import KINDS, MOST_KEYS, SECURITY, TEXT, WORD, keys_of, may_be_same

NOON = dt.datetime(2022, 3, 1, 4, tzinfo=dt.UTC)
TEXT_OF_SALE = (
    "云岭锗业3月1日晚间公告，持股12.23%的股东华锦投资计划6个月内，通过大宗交易、集中竞价等方式减持"
)


def evidence(title, text="", securities=(), name="", are_in_title=True):
    return evidence_of(NOON, title, text, securities, name, are_in_title)


def keys(*kinds, of):
    return {key for key in keys_of(of) if key & KINDS in kinds}


def test_posts_about_one_security_share_its_key():
    one, other = (evidence(title, securities=["1.600519"]) for title in ("分红", "增产"))
    assert keys(SECURITY, of=one) == keys(SECURITY, of=other) != set()


def test_a_post_whose_text_alone_names_a_security_has_its_key_and_as_many_words_as_without():
    title, sale = "锗王又要被卖了：大股东要走", TEXT_OF_SALE
    in_text = evidence(title, sale, ["0.002428"], are_in_title=False)
    assert keys(SECURITY, of=in_text) == keys(SECURITY, of=evidence("减持", "", ["0.002428"]))
    assert keys(WORD, TEXT, of=in_text) == keys(WORD, TEXT, of=evidence(title, sale))
    assert may_be_same(in_text, evidence("云岭锗业：股东要走", securities=["0.002428"]))


def test_copies_share_keys_whatever_their_titles():
    one = evidence("股东拟减持", TEXT_OF_SALE)
    other = evidence("大股东要走了", "原标题：" + TEXT_OF_SALE)
    assert len(keys(WORD, of=one) & keys(WORD, of=other)) > 1


def test_the_key_of_a_text_does_not_depend_on_title_dateline_or_end():
    text = TEXT_OF_SALE + "，公司未披露受让方。" * 20
    one = evidence("股东拟减持", text)
    other = evidence("晚间消息：大股东要走了", f"原标题：{text}本文不构成投资建议，风险自担。")
    assert keys(TEXT, of=one) == keys(TEXT, of=other) != set()
    assert keys(TEXT, of=evidence("股东拟减持", "另有三家公司的股东也拟减持。")) != keys(
        TEXT, of=one
    )
    assert keys(TEXT, of=evidence("股东拟减持")) == set()


def test_titles_without_a_security_have_keys_of_their_rarest_words():
    one, other = evidence("沪惠保上线"), evidence("上海沪惠保今起投保")
    assert len(keys(WORD, of=one) & keys(WORD, of=other)) > 1


def test_titles_without_a_security_have_keys_of_their_figures():
    one = evidence("北川6.1级地震", "北川发生6.1级地震，震源深度17千米。")
    other = evidence("四川地震：6.1级", "震源深度17千米。")
    assert len(keys(WORD, of=one) & keys(WORD, of=other)) > 1
    few = evidence("地震", "、".join(str(number) for number in range(11, 99)))
    assert len(keys(WORD, of=few)) <= MOST_KEYS


def test_keys_are_distinct_and_fit_into_an_int4():
    found = keys_of(evidence("沪惠保上线", TEXT_OF_SALE))
    assert len(found) == len(set(found))
    assert all(-(2**31) <= key < 2**31 for key in found)


def test_titles_about_one_security_have_to_have_more_in_common_than_its_name():
    sale = evidence("云岭锗业股东拟清仓", securities=["1"], name="云岭锗业")
    assert may_be_same(sale, evidence("云岭锗业：遭股东清仓", securities=["1"], name="云岭锗业"))
    assert not may_be_same(sale, evidence("云岭锗业涨停", securities=["1"], name="云岭锗业"))


def test_posts_about_one_security_that_share_a_long_figure_are_compared_whatever_their_titles():
    profit = evidence("云岭锗业：上半年净利润21.19亿元", securities=["1"], name="云岭锗业")
    text = "公司归母净利润{}亿元。"
    for figure, is_so in (("21.19", True), ("21.2", True), ("21.23", False), ("21", False)):
        other = evidence("“锗王”中报双降", text.format(figure), ["1"], "云岭锗业")
        assert may_be_same(profit, other) == may_be_same(other, profit) == is_so, figure
