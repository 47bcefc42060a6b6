"""Words of a query that may be days, months or years."""

import datetime as dt

import pytest

from articles.search.query import (
    Remark,
    parse,
    with_periods,
    with_periods_apart,
    without_periods,
)

TODAY = dt.date(2022, 3, 31)


def read(query):
    return [
        "|".join(f"{one.field}:{one.value}".lstrip(":") for one in clause.criteria)
        for clause in query.clauses
    ]


def remarks(query):
    return [(note.remark, note.text) for note in query.notes]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("茅台 2022年3月", ["茅台", "date:2022年3月"]),
        ("Q2", ["date:Q2"]),
        ("2022H1 | 茅台", ["date:2022H1|茅台"]),
        ("3月至5月", ["date:3月至5月"]),
        ("茅台 March 2022 涨停", ["茅台", "date:March 2022", "涨停"]),
        ("Q3 2021 茅台", ["date:Q3 2021", "茅台"]),
        ("Mar 15, 2022", ["date:Mar 15, 2022"]),
        ("15 March 2022 | 茅台", ["date:15 March 2022|茅台"]),
        ("2022 年 3 月 5 日", ["date:2022 年 3 月 5 日"]),
        ("去年 3月", ["date:去年 3月"]),
        ("March 2021 to May 2021", ["date:March 2021 to May 2021"]),
        ("22H1", ["date:22H1"]),
        ("202203 3/15 200012", ["date:202203", "date:3/15", "200012"]),  # the last a B share
        ("五一 03-15 3Q21", ["date:五一|date:03-15", "date:3Q21"]),
        ("3/15、3/16", ["date:3/15|date:3/16"]),
        ("茅台 五一后", ["茅台", "date:五一后"]),
        ("2021年11月、12月", ["date:2021年11月|date:2021年12月"]),
        ("2021年3月5日、6日 茅台", ["date:2021年3月5日|date:2021年3月6日", "茅台"]),
        ("茅台 2021年3、4月", ["茅台", "date:2021年3、4月"]),
        ("茅台 截至2021年3月", ["茅台", "date:截至2021年3月"]),
        ("茅台 3月5、6日", ["茅台", "date:3月5、6日"]),
        ("第一、二季度", ["date:第一、二季度"]),
        ("[2021-03-01 TO 2021-05-31] 茅台", ["date:[2021-03-01 TO 2021-05-31]", "茅台"]),
        ("2021年上半年和下半年", ["date:2021年上半年和下半年"]),
        ("2021年3月 茅台 4月", ["date:2021年3月", "茅台", "date:4月"]),
        ("二〇二二年三月", ["date:二〇二二年三月"]),
        ("去年 一季报", ["date:去年", "一季报"]),
        ("March 2022年报 2021 to 2022", ["March", "2022年报", "2021", "to", "2022"]),
        ("2022 600519 “3月” 明天", ["2022", "600519", "3月", "明天"]),
    ],
)
def test_words_that_are_periods_are_read_so(text, clauses):
    query = with_periods(parse(text, TODAY), TODAY)
    assert read(query) == clauses
    found = [one for clause in clauses for one in clause.split("|")]
    dates = [one.removeprefix("date:") for one in found if ":" in one]
    assert remarks(query) == [(Remark.READ_AS_DATE, date) for date in dates]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("茅台2022年3月到5月", ["茅台", "date:2022年3月到5月"]),
        ("2022年3月茅台 涨停", ["茅台", "date:2022年3月", "涨停"]),
        ("茅台12月28日", ["茅台", "date:12月28日"]),
        ("茅台昨天", ["茅台", "date:昨天"]),
        ("今天的新闻", ["新闻", "date:今天"]),
        ("茅台2022H1", ["茅台", "date:2022H1"]),
        ("茅台22H1", ["茅台", "date:22H1"]),
        ("202203茅台 20220315茅台", ["茅台", "date:202203", "date:20220315"]),
        ("3-15茅台 五一期间旅游", ["茅台", "date:3-15", "旅游", "date:五一期间"]),
        ("600519五一", ["600519", "date:五一"]),
        ("中秋国庆", ["date:中秋|date:国庆"]),
        ("中秋国庆减持", ["减持", "date:国庆|date:中秋"]),
        ("国庆前后减持 国庆前夕减持", ["减持", "date:国庆前后", "date:国庆前夕"]),
        ("五一后减持 国庆节前减持", ["减持", "date:五一后", "date:国庆节前"]),
        ("茅台1-3月 2022年底茅台", ["茅台", "date:1-3月", "date:2022年底"]),
        ("今年中秋档期 去年初步核算", ["档期", "date:今年中秋", "初步核算", "date:去年"]),
        ("2036年春节 2009端午 茅台09年中秋", ["2036年春节", "2009端午", "茅台09年中秋"]),
        ("2/3以上表决 超过2/3 1/2股权", ["2/3以上表决", "超过2/3", "1/2股权"]),
        ("2022年底部反弹 2022年中报业绩", ["底部反弹", "date:2022年", "2022年中报业绩"]),
        ("茅台二〇二二年三月", ["茅台", "date:二〇二二年三月"]),
        ("茅台截至2021年3月", ["茅台", "date:截至2021年3月"]),
        ("茅台2021年三、四月", ["茅台", "date:2021年三、四月"]),
        ("茅台2021年3、4月", ["茅台", "date:2021年3、4月"]),
        ("3月5、6日茅台", ["茅台", "date:3月5、6日"]),
        ("iOS15.3.1 茅台22/3/5", ["iOS15.3.1", "茅台", "date:22/3/5"]),
        ("上半年茅台 茅台2022年", ["茅台", "date:上半年", "date:2022年"]),
        ("第三季度茅台 五粮液前三季度", ["茅台", "date:第三季度", "五粮液", "date:前三季度"]),
        ("2022茅台 2021", ["茅台", "date:2022|date:2021"]),
        ("2022Q1 2021年一季度 2020年底", ["2022Q1", "2021年一季度", "2020年底"]),
        ("茅台3月 | 五粮液", ["茅台|五粮液", "date:3月|五粮液"]),
        ("2022年报 3月份额 茅台1935 -茅台3月", ["2022年报", "3月份额", "茅台1935", "茅台3月"]),
        ("三季报茅台 2022年度茅台", ["三季报茅台", "2022年度茅台"]),
        (
            "2017/2018 2021-2022年报 GB/T 19001-2016",
            ["2017/2018", "2021-2022年报", "GB/T", "19001-2016"],
        ),
        ("CES2022 2022.1 2022% 茅台2022", ["CES2022", "2022.1", "2022%", "茅台", "date:2022"]),
        (
            "元旦前一天 茅台前一天 春节前三个交易日",
            ["元旦前一天", "茅台前一天", "春节前三个交易日"],
        ),
        ("国庆后三天减持 前7天减持", ["国庆后三天减持", "减持", "date:前7天"]),
    ],
)
def test_a_period_may_touch_a_word(text, clauses):
    assert read(with_periods_apart(parse(text, TODAY), TODAY, is_loose=True)) == clauses


@pytest.mark.parametrize(
    "text", ["今日头条", "五一视界", "202203期", "圣诞老人", "双11概念", "2/3股权", "Theresa May"]
)
def test_what_is_as_often_part_of_a_word_is_no_period(text):
    query = parse(text, TODAY)
    assert with_periods_apart(with_periods(query, TODAY), TODAY) == query


def test_a_day_beside_one_that_touches_a_word_is_of_the_same_month():
    query = with_periods(parse("茅台2021年3月5日、6日", TODAY), TODAY)
    clauses = ["茅台", "date:2021年3月5日|date:2021年3月6日"]
    assert read(with_periods_apart(query, TODAY)) == clauses


@pytest.mark.parametrize(
    "rest",
    [
        "茅台",
        "茅台 业绩",
        "来源：财联社",
        "-来源：财联社",
        "来源：财联社、新华社",
        "title:减持",
        "(茅台 OR 五粮液)",
        "茅台 | 五粮液",
        "“业绩 预告”",
        "-“业绩 预告”",
        "-茅台",
        "-(茅台 五粮液)",
        "600519",
        "code:600519",
        "NOT 茅台",
        "A股/港股",
        "-145%",
        "3亿元",
        "来源：财联社 title:减持",
    ],
)
@pytest.mark.parametrize(
    "period",
    [
        "2022年3月",
        "2022-03",
        "202203",
        "2022年",
        "2021年",
        "2021年一季度",
        "2021Q1",
        "2022H1",
        "2022年3月5日",
        "2022-03-05",
        "22年3月",
        "2022年3月到5月",
        "March 2022",
        "Q3 2021",
        "2021年3、4月",
        "2022年底",
        "3月",
        "3月5日",
        "五一",
        "上半年",
        "昨天",
        "去年3月",
        "近7天",
        "2022年3月以来",
        "2021年3月至今",
    ],
)
def test_it_makes_no_difference_whether_a_period_comes_first(period, rest):
    def meaning(text):
        return with_periods_apart(with_periods(parse(text, TODAY), TODAY), TODAY).meaning

    assert meaning(f"{period} {rest}") == meaning(f"{rest} {period}")


def test_periods_may_be_text():
    text = without_periods(parse("今天，沪指低开", TODAY))
    assert read(text) == ["今天", "沪指低开"]
    assert remarks(text) == [(Remark.EMPTY_PERIOD, "今天")]
