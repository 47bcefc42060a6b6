import copy
import datetime as dt

import numpy as np
import pytest

from articles.search.text.normalise import normalise
from articles.stories.evidence import Grams, evidence_of, figures_in, pairs_in, rounded

NOON = dt.datetime(2022, 3, 1, 4, tzinfo=dt.UTC)


def grams(text):
    return Grams.of(pairs_in(text)[0])


def evidence(title, text="", securities=("1.600519",)):
    return evidence_of(NOON, title, text, securities)


def test_figures_are_multiplied_out_and_percentages_are_apart():
    assert figures_in("净利36.89亿元") == figures_in("368900万")
    assert figures_in("12.5%").keys().isdisjoint(figures_in("12.5"))
    assert len(figures_in("净利36.89亿元,同比增12.5%")) == 2


def test_days_and_years_are_no_figures():
    assert figures_in("2022年3月1日报12元（21世纪经济报道）") == figures_in("12")


@pytest.mark.parametrize(
    "beside",
    ["(002428.SZ)", "(SZ 002428,收盘价:50.1元)", "(688999.SH,最新价:50.1元)", "(00700.HK)"],
)
def test_codes_and_prices_beside_a_company_are_no_figures(beside):
    assert figures_in(normalise(f"云岭锗业{beside}净利12亿元(增30%)")) == figures_in("12亿(30%)")


def test_figures_that_were_expected_or_are_of_the_time_before_are_none():
    text = "非农就业人口增30.3万人，市场预期新增就业21.4万人，前值27万人，失业率3.8%"
    assert figures_in(normalise(text)) == figures_in("30.3万3.8%")
    for told in ("净利好于预期12亿", "下修业绩预期：净利12亿", "业绩不及预期，净利12亿"):
        assert figures_in(normalise(told)) == figures_in("12亿")


def test_the_days_that_a_post_names_are_known():
    found = evidence("6月21日票房", "6月20日公布，今日更新。")
    assert (found.days, found.first_day, found.is_of_today) == ({621}, 621, True)
    found = evidence("票房", "2022年06月20日公布，6月21日更新。")
    assert (found.days, found.first_day, found.is_of_today) == (frozenset(), 620, False)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("36.89亿", "37亿", True),
        ("7000万", "0.7亿", True),
        ("650万", "670万", False),
        ("512.1亿", "512.8亿", False),
        ("12,598,986", "1259.90万", True),
        ("12,598,986", "1259.8万", True),
        ("49.7", "49.7%", True),
        ("49.7", "49.3%", False),
        ("5", "5%", False),
    ],
)
def test_a_figure_agrees_with_its_rounding(one, other, agree):
    found, others = figures_in(normalise(one)), figures_in(normalise(other))
    assert bool(found.keys() & rounded(others) or others.keys() & rounded(found)) is agree


def test_only_letters_are_compared():
    assert list(grams("茅台 600519").pairs) == [ord("茅") << 16 | ord("台")]


def test_rare_pairs_weigh_more():
    assert grams("锗业").total > grams("公司").total


def test_what_two_texts_share_is_the_same_either_way_round():
    one, other = grams("贵州茅台股价"), grams("茅台股价创新高")
    assert one.shared(other) == other.shared(one) > 0


def test_a_text_without_letters_shares_nothing():
    assert grams("").shared(grams("茅台")) == grams("茅台").shared(grams("3.5%")) == 0


def test_titles_tell_of_the_market_and_of_collections():
    assert evidence("某公司终止重组 股价跌停").is_of_market
    assert evidence("上市公司晚间公告一览").is_round_up
    assert evidence("财联社3月14日早间新闻精选").is_round_up
    assert evidence("上市险企11个月保费收入1.4万亿 中国平安独揽近四成").is_round_up
    assert not evidence("A股上市银行首份年报出炉 平安银行净利232亿元").is_round_up
    assert evidence("多家公司披露股东减持信息").is_round_up
    assert evidence("12家上市公司预告业绩").is_round_up
    assert not evidence("某公司：两家子公司获得补助").is_round_up
    assert not evidence("某公司终止重组").is_of_market


def test_the_pairs_of_a_title_are_those_at_the_beginning_of_the_text():
    found = evidence("云岭锗业净利增", "云岭锗业净利增，分红不变")
    assert list(found.subject.pairs) == list(pairs_in("云岭锗业净利增")[0])
    assert found.subject.whole.title == pytest.approx(grams("云岭锗业净利增").total)


def test_a_pair_that_comes_again_is_weighed_once():
    twice = evidence("云岭锗业诉云岭锗业").subject
    assert list(twice.once()[0]) == list(pairs_in("云岭锗业诉云")[0])
    assert twice.whole.head == evidence("云岭锗业").subject.whole.head


def test_a_title_that_says_nothing_is_stood_for_by_the_lead():
    text = "云岭锗业拟收购北川化纤，云岭锗业股票明日停牌。"
    told = evidence("这件事，终于有了结果", text, securities=())
    assert (
        grams("云岭锗业").total
        == told.subject.shared(grams("云岭锗业").having(told.subject.pairs)).title
    )


def test_a_title_that_names_a_security_says_what_its_text_is_about():
    title = "贝斯特：终止重大资产重组"
    found = evidence(title, "公司晚间公告，交易各方对深圳佰维存储的价格未能达成一致。")
    assert list(found.subject.pairs) == list(pairs_in(title)[0])


def test_names_are_rare_pairs_of_a_title_that_come_again():
    one = evidence("云岭锗业停产", "云岭锗业公告，工厂停产。")
    other = evidence("北川化纤停产", "北川化纤公告，工厂停产。")
    assert list(one.subject.names) == list(pairs_in(normalise("云岭锗业"))[0])
    lacking = [
        one.subject.unnamed(text.having(one.subject.pairs)) for text in (other.text, one.text)
    ]
    assert lacking == [bytes([1, 1, 1, 0, 0]), bytes(5)]


def test_steps_are_known_in_several_words():
    assert evidence("停产整治").steps == evidence("即日起停工").steps != evidence("复产").steps
    assert evidence("董事长请辞").steps == evidence("辞去董事长职务").steps
    assert evidence("报道完全不属实").steps == evidence("公司否认").steps


def plain(value):
    """A value with lists for arrays, which can be compared."""
    if isinstance(value, tuple):
        return [*map(plain, value)]
    return value.tolist() if isinstance(value, np.ndarray) else value


def test_evidence_comes_whole_from_another_process():
    for title in ("云岭锗业停产", "云岭锗业净利1.2亿元", ""):
        found = evidence(title, "云岭锗业公告，净利12.34亿元。" if title else "")
        assert plain(copy.deepcopy(found)) == plain(found)
