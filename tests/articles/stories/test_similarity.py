"""The kinds of pairs that are the same story, and those that only look like it."""

import datetime as dt
from itertools import combinations

import numpy as np
import pytest

from articles.stories.evidence import evidence_of
from articles.stories.similarity import (
    differ_in_figures,
    is_copy,
    link_of,
    score,
    tell_the_same,
)

NIGHT = dt.datetime(2022, 3, 1, 12, tzinfo=dt.UTC)
SUBJECT, OTHER = "0.002428", "0.000858"

SALE = (
    "云岭锗业：股东华锦投资拟减持不超1.83%股份",
    "云岭锗业3月1日晚间公告，持股12.23%的股东华锦投资计划6个月内，通过大宗交易、集中竞价等方式"
    "减持不超过419.18万股，即不超过公司总股本的1.83%。减持原因为自身资金需求。",
)


def item(title, text="", security=SUBJECT, hours=0):
    securities = [security] if security else []
    return evidence_of(NIGHT + dt.timedelta(hours=hours), title, text, securities)


def same(one, other):
    assert score(one, other) == score(other, one)
    return tell_the_same(one, other)


def test_a_copy_of_another_medium():
    copy = item(SALE[0], "原标题：" + SALE[0] + "中国证券网讯（记者 骆民）" + SALE[1], hours=2)
    assert same(item(*SALE), copy)
    assert is_copy(item(*SALE), copy)


def test_a_link_has_the_score_and_says_whether_one_is_a_copy():
    sale = item(*SALE)
    for other in (item(*SALE, hours=2), item(SALE[0], "另一篇通讯。", hours=2)):
        assert link_of(sale, other) == (score(sale, other), is_copy(sale, other))
    assert link_of(sale, item("无关的消息", "股市收盘。", OTHER)) is None


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("减持419.18万股", "减持735万股", True),
        ("减持419.18万股", "减持419万股", False),
        ("减持419.18万股", "减持1.83%", False),
        ("减持419.18万股", "减持股份", False),
        ("减持419.18万股，占1.83%", "减持2.5%", True),
    ],
)
def test_posts_of_which_the_figures_of_one_kind_all_differ_are_not_compared(one, other, differ):
    posts = [item("甲公司公告", one), item("甲公司公告", other)]
    for first, second in ((0, 1), (1, 0)):
        assert differ_in_figures(posts, np.array([first]), np.array([second])).tolist() == [differ]
    if differ:
        assert not same(*posts)


def test_a_copy_under_another_title():
    assert same(item(*SALE), item("又一家公司的大股东要走了", SALE[1], hours=2))


def test_a_flash_and_the_whole_announcement():
    flash = item("云岭锗业：大股东拟减持1.83%股份")
    assert same(item(*SALE), flash)
    assert not is_copy(item(*SALE), flash)


def test_the_same_event_in_other_words():
    told = item(
        "华锦投资拟半年内减持云岭锗业420万股",
        "持有云岭锗业逾12%股份的华锦投资要减持了。公告显示，华锦投资拟在半年内通过大宗交易和集中竞价减持"
        "不超过419万股，占总股本的1.83%。",
    )
    assert same(item(*SALE), told)
    assert not is_copy(item(*SALE), told)


def test_a_rounded_figure_is_the_same_figure():
    one = item("云岭锗业：2021年净利由盈利修正为亏损近37亿元", "净利润修正为亏损36.89亿元")
    assert same(one, item("云岭锗业：2021年净利润修正为亏损36.89亿"))


def test_two_titles_with_no_word_in_common_of_which_one_names_two_figures_of_both_texts():
    news = item(
        "国内汽油、柴油价格每吨分别提高390元和375元",
        "根据近期国际市场油价变化情况，自2022年6月14日24时起，国内汽油、柴油价格每吨分别提高390元、375元。",
        security="",
    )
    told = item(
        "油价年内第十涨！加满一箱油将多花15.5元",
        "6月14日24时，国内成品油价迎来年内第十次上调：汽油每吨上涨390元，柴油每吨上涨375元。",
        security="",
    )
    assert same(news, told)
    other = item(
        "油价年内第十涨！加满一箱油将多花15.5元",
        "6月14日24时，国内成品油价迎来年内第十次上调：汽油每吨上涨390元，柴油每吨上涨365元。",
        security="",
    )
    assert not same(news, other)


@pytest.mark.parametrize("security", [OTHER, ""])
def test_another_company_in_the_same_template(security):
    twin = [text.replace("云岭锗业", "金石东方").replace("华锦投资", "陈绍江") for text in SALE]
    twin = [text.replace("1.83%", "3.2%").replace("419.18万", "1409万") for text in twin]
    assert not same(item(*SALE), item(*twin, security=security))


FIRE = (
    "云岭锗业：仓库发生火灾 无人员伤亡",
    "云岭锗业公告，公司位于长沙的仓库凌晨发生火灾，已扑灭，未造成人员伤亡，损失约{}00万元。",
)


@pytest.mark.parametrize(("figure", "other_figure"), [("25", "25"), ("25", "38")])
def test_twins_of_companies_of_which_nothing_is_known(figure, other_figure):
    one = [text.format(figure) for text in FIRE]
    twin = [text.format(other_figure).replace("云岭锗业", "河海化纤") for text in FIRE]
    assert not same(item(*one, security=""), item(*twin, security="", hours=1))
    line = f"云岭锗业长沙仓库起火 损失约{figure}00万元"
    assert same(item(*one, security=""), item(line, security="", hours=1))


def test_an_affair_of_a_company_whose_name_the_text_does_not_repeat():
    one = item(
        "云岭锗业：终止重大资产重组",
        "（002428）3月1日晚间公告，由于继续推进面临一定的不确定因素，同时标的公司前五年的业绩存在较大波动，"
        "因此决定终止此次重大资产重组。",
    )
    other = item(
        "云岭锗业终止重大资产重组事项",
        "中国证券网讯 公告，根据目前资本市场环境，继续推进本次重大资产重组面临一定的不确定因素；"
        "标的公司前五年的业绩存在较大的波动，需要更长的经营周期来考察，决定终止本次重大资产重组。",
        hours=-12,
    )
    assert same(one, other)


def test_two_names_of_one_security():
    one = item(
        "*ST河海：子公司仓库起火 无人员伤亡",
        "*ST河海公告，子公司位于长沙的仓库凌晨发生火灾，已扑灭，未造成人员伤亡。",
    )
    told = [
        "北川化纤长沙仓库起火",
        "北川化纤公告称，位于长沙的子公司仓库凌晨发生火灾，未造成人员伤亡。",
    ]
    assert same(one, item(*told))
    assert not same(one, item(*told, security=OTHER))


@pytest.mark.parametrize(
    ("name", "other_name", "expected"),
    [
        ("山湖汽车", "山湖汽车", True),
        ("山湖汽车", "山湖汽车股份", True),
        ("山湖汽车-SW", "山湖汽车", True),
        ("山湖汽车", "山湖汽车电子", False),
        ("山湖股份", "山湖集团", False),
    ],
)
def test_shares_of_one_company_at_two_exchanges(name, other_name, expected):
    text = "{}公告，3月新能源汽车销量30.25万辆，同比增长46.06%。"
    names = (name, SUBJECT), (other_name, "116.01211")
    one, other = (
        evidence_of(NIGHT, f"{short}：{title}", text.format(short), [security], called)
        for (called, security), title in zip(
            names, ("3月新能源汽车销量30.25万辆", "3月新能源车销量同比增46.06%"), strict=True
        )
        for short in [called.removesuffix("-SW")]
    )
    assert same(one, other) == expected


def told_of(title, text, *securities):
    """A post whose text names these securities, and whose title none."""
    return evidence_of(NIGHT, title, text, securities, are_in_title=False)


def test_the_same_event_under_a_title_that_does_not_name_the_security():
    title = "华锦投资拟清仓减持5.92%股份"
    text = (
        "公告，云岭锗业3月1日晚间公告，公司收到持股5%以上股东华锦投资拟减持股份的告知函。华锦投资拟"
        "通过大宗交易方式减持无限售流通股6,700,000股，占公司总股本的5.92%。"
    )
    sale = item(f"云岭锗业：{title}")
    assert same(sale, told_of(f"股东{title}", text, SUBJECT))
    assert not same(sale, told_of(f"股东{title}", text, SUBJECT, OTHER))  # it may be about either


def test_another_security_under_a_title_that_does_not_name_it():
    title = "12月22日起下调人民币存款利率"
    text = (
        "发布公告，自12月22日起下调人民币存款挂牌利率，其中一年期、二年期、三年期、五年期定期存款"
        "挂牌利率分别下调10、20、25、25个基点。"
    )
    cut = item(f"山湖银行：{title}", f"山湖银行{text}")
    assert not same(cut, told_of(title, f"河谷银行{text}", OTHER))
    assert same(cut, told_of(title, f"河谷银行、山湖银行{text}", OTHER, SUBJECT))


def test_a_later_step_of_the_same_affair():
    told = "云岭锗业{}，{}北川化纤全部股权，双方此前签有框架协议。"
    one = item("云岭锗业：拟收购北川化纤", told.format("披露预案", "拟买下"))
    assert not same(
        one, item("云岭锗业：终止收购北川化纤", told.format("公告", "终止收购"), hours=20)
    )


def test_a_rumour_and_the_answer_to_it():
    rumour = item(
        "外媒：云岭锗业被要求收购北川化纤控股权",
        "路透社援引知情人士报道称，有关部门要求云岭锗业收购北川化纤的控股权。",
        security="",
    )
    answer = item(
        "云岭锗业：收购北川化纤控股权的报道完全不属实 已报案",
        "云岭锗业回应称，路透社关于公司被要求收购北川化纤控股权的报道完全不属实，公司已就此报案。",
        hours=3,
    )
    assert not same(rumour, answer)


def test_another_announcement_of_the_same_company():
    assert not same(item(*SALE), item("云岭锗业：联合中标9.73亿元PPP项目"))


def test_another_announcement_of_the_same_company_whose_name_stands_anywhere_in_the_title():
    told = [
        (
            "申报不实 河海股份被海关处罚",
            "公司近日收到海关行政处罚决定书，对公司申报不实行为作出处罚。",
        ),
        ("河海股份拟设军工产业基金", "河海股份拟设军工产业基金"),
    ]
    one, other = (evidence_of(NIGHT, title, text, [SUBJECT], "河海股份") for title, text in told)
    assert not same(one, other)


@pytest.mark.parametrize(
    ("holder", "in_full", "expected"),
    [
        ("巽鑫投资", "巽鑫（上海）投资有限公司", False),
        ("股东巽鑫投资", "巽鑫（上海）投资有限公司", False),
        ("股东", "巽鑫（上海）投资有限公司", True),
        ("实控人周明", "大基金的管理人周明", True),
        ("股东产业基金", "国家集成电路产业投资基金", True),
    ],
)
def test_two_holders_of_one_company(holder, in_full, expected):
    text = "山湖公告，股东{}计划减持不超过619万股，不超过总股本的1%。"
    one = item("山湖：大基金拟减持不超1%股份", text.format("国家集成电路产业投资基金"))
    other = item(f"山湖：{holder}拟减持不超1%股份", text.format(in_full), hours=24)
    assert same(one, other) == expected


def test_another_contract_of_the_same_company():
    one = item("云岭锗业：联合体中标25亿PPP项目")
    assert not same(one, item("云岭锗业联合中标5.68亿元PPP项目", hours=30))


def test_what_the_market_made_of_it():
    assert not same(item(*SALE), item("股东拟减持1.83%股份 云岭锗业跌停"))


@pytest.mark.parametrize(
    "title",
    [
        "石化机械开盘涨停 公司中标3.2亿元采购项目",
        "中标3.2亿元压裂设备采购项目 石化机械封板",
        "异动快评：石化机械午后拉升 此前中标3.2亿元采购项目",
    ],
)
def test_what_the_market_made_of_it_is_not_the_same_for_repeating_the_figures(title):
    news = item(
        "石化机械：中标中石油3.2亿元压裂设备采购项目",
        "石化机械公告，公司中标中石油集团3.2亿元压裂设备采购项目。",
    )
    reaction = item(
        title, "消息面上，石化机械昨日晚间公告，中标中石油集团3.2亿元压裂设备采购项目。", hours=12
    )
    assert not same(news, reaction)
    told = item(title, "石化机械中标中石油3.2亿元压裂设备采购项目，股价涨停。", hours=13)
    assert same(reaction, told)


def test_two_reports_of_the_close():
    close = item(
        "收评：创业板指涨3.09%重返2700点",
        "6月23日，沪指涨1.62%，报3320.15点，创业板指涨3.09%。",
        security="",
    )
    told = item(
        "A股收盘：沪指涨1.62%收复3300点 创业板指涨3.09%",
        "截至收盘，沪指涨1.62%报3320.15点，创业板指涨3.09%。",
        security="",
    )
    assert same(close, told)


def test_a_round_up_that_begins_with_it():
    others = "金石东方：预计一季度净利增长五成。河海重工：董事长辞职。江南化工：终止收购民爆资产。"
    round_up = item("晚间公告一览：云岭锗业股东拟减持1.83%股份", SALE[1] + others)
    assert not same(item(*SALE), round_up)


def test_the_figure_of_one_company_and_those_of_all():
    one = item("云岭人寿：前11月保费收入5548亿元")
    all_of_them = item(
        "上市险企11个月保费收入1.4万亿 云岭人寿独揽近四成",
        "云岭人寿前11月保费收入5548亿元，河海人寿4903亿元，金石保险2518亿元。",
    )
    assert not same(one, all_of_them)


def test_a_preview_of_figures_and_the_figures():
    preview = item(
        "美国3月非农今晚来袭 市场预期新增21.4万人",
        "今晚20:30将公布美国3月非农就业报告，市场预期新增就业21.4万人，失业率3.9%，前值27万人。",
        security="",
    )
    result = item(
        "美国3月非农就业人口增加30.3万人 预期21.4万人",
        "美国3月季调后非农就业人口30.3万人，预期21.4万人，前值27万人；失业率3.8%。",
        security="",
        hours=4,
    )
    assert not same(preview, result)


def test_a_daily_column_with_one_title():
    monday = item(
        "财经早餐：今日要点",
        "央行开展逆回购操作，隔夜美股收高，原油期货走低，人民币中间价上调。",
        "",
    )
    tuesday = item("财经早餐：今日要点", "统计局公布工业增加值，新能源汽车销量翻番。", "", 24)
    assert not same(monday, tuesday)


def test_the_same_words_a_week_later():
    assert not same(item(*SALE), item(*SALE, hours=24 * 7))


def test_lines_that_differ_in_their_figures():
    assert not same(item("国债期货主力合约涨0.15%"), item("国债期货主力合约涨0.21%"))
    assert not same(item("快讯1", "正文1。", ""), item("快讯2", "正文2。", ""))


def test_lines_with_figures_of_different_kinds():
    price = item("云岭锗业：拟8.5亿元收购海林制药 明日复牌")
    assert same(price, item("云岭锗业：拟收购海林制药100%的股权，6月5日复牌"))


#: Titles and texts of two issues of a series that comes every day.
SERIES = {
    "one title and text, but for the day": """
央行今日开展20亿元7天期逆回购操作|央行公告称，3月1日以利率招标方式开展了20亿元逆回购操作，中标利率2.10%。
央行今日开展20亿元7天期逆回购操作|央行公告称，3月2日以利率招标方式开展了20亿元逆回购操作，中标利率2.10%。
""",
    "the same of today": """
央行今日净投放为零|央行今日开展20亿元逆回购操作，中标利率2.10%，与此前持平，净投放为零。
央行今日净投放为零|央行今日开展20亿元逆回购操作，中标利率2.10%，与此前持平，净投放为零。
""",
    "figures of the title": """
隔夜Shibor报1.812%|隔夜Shibor报1.812%，7天Shibor报1.950%，3个月Shibor报2.370%。
隔夜Shibor报1.818%|隔夜Shibor报1.818%，7天Shibor报1.950%，3个月Shibor报2.370%。
""",
    "day and figures of the title": """
3月1日全国票房7120万元 《狙击手》居首|3月1日全国票房7120万元，《狙击手》1900万元，《奇迹》次之。
3月2日全国票房6230万元 《狙击手》居首|3月2日全国票房6230万元，《狙击手》1900万元，《奇迹》次之。
""",
    "day of the title, in other words": """
3月1日全国票房7120万元 《狙击手》居首|全国电影票房7120万元，《狙击手》以1900万元居首，《奇迹》第二。
《狙击手》领跑3月2日全国票房|全国电影票房7120万元，《狙击手》以1900万元居首，《奇迹》第二。
""",
    "a warning that is repeated": """
中央气象台发布寒潮蓝色预警|中央气象台3月1日18时发布寒潮蓝色预警：预计内蒙古、东北等地将降温8至10℃。
中央气象台继续发布寒潮蓝色预警|中央气象台3月2日18时继续发布寒潮蓝色预警：预计内蒙古、东北等地将降温8至10℃。
""",
    "figures of the text": """
龙虎榜机构动向|龙虎榜数据显示，机构净买入23只个股，净卖出18只个股，净买入居前的为云岭锗业、河海重工。
龙虎榜机构动向|龙虎榜数据显示，机构净买入19只个股，净卖出25只个股，净买入居前的为云岭锗业、河海重工。
""",
}


@pytest.mark.parametrize("issues", SERIES.values(), ids=SERIES)
def test_two_issues_of_a_daily_series(issues):
    one, other = (issue.split("|") for issue in issues.strip().splitlines())
    assert not same(item(*one, security=""), item(*other, security="", hours=24))
    assert same(item(*one, security=""), item(*one, security="", hours=2))


def test_copies_of_the_next_day():
    told = [
        "云岭锗业今日公告：拟回购20亿元股份",
        "云岭锗业今日公告，拟以20亿元回购股份，价格不超过50元/股。",
    ]
    assert same(item(*told), item(*told, hours=14))
    told = [
        "多地公积金贷款额度上调",
        "3月以来福州、滁州等地上调住房公积金贷款额度，最高可贷100万元。",
    ]
    assert same(item(*told, security=""), item(*told, security="", hours=26))


def test_two_titles_of_one_affair_with_a_figure_rounded():
    assert same(
        item("云岭锗业：获36.89亿元贷款", "云岭锗业公告，获得贷款36.89亿元。"),
        item("云岭锗业：获37亿元贷款", "云岭锗业公告，取得近37亿元的贷款。"),
    )


def test_answers_of_one_company_on_different_subjects():
    def answer(title, question, answer):
        return item(
            f"云岭锗业：{title}",
            f"每经AI快讯，有投资者在投资者互动平台提问：{question}"
            f"云岭锗业（002428.SZ）3月1日在投资者互动平台表示，{answer}感谢您的关注！（记者 张某）"
            "免责声明：本文内容与数据仅供参考，不构成投资建议，使用前核实。",
        )

    one = answer("没有回购股份的计划", "公司有没有回购计划？", "公司目前没有回购股份的计划。")
    other = answer("昆明工厂一切正常", "限电对生产有没有影响？", "公司昆明工厂目前一切正常。")
    assert not same(one, other)


def test_one_measure_of_two_towns():
    def measure(town):
        return item(
            f"{town}：公积金贷款最高额度提至80万元 首付比例20%",
            f"{town}市住房和城乡建设局发布通知，双缴存职工家庭购买首套住房最高贷款额度由60万元提高至80万元，首付比例"
            "不低于20%。",
            security="",
        )

    assert not same(measure("滁州"), measure("银川"))
    assert same(measure("滁州"), measure("滁州"))


OF_PLACES = [
    ("{}：公积金贷款最高额度提至80万元", "{}市发布通知，公积金最高贷款额度由60万元提高至80万元。"),
    ("公积金新政：{}最高可贷80万元", "{}市发布通知，公积金最高贷款额度由60万元提高至80万元。"),
    ("{}央行宣布维持基准利率不变", "{}央行周四宣布维持基准利率不变，符合市场预期。"),
]


@pytest.mark.parametrize("places", [("上海", "广州"), ("滁州", "遵义"), ("日本", "英国")])
@pytest.mark.parametrize("title_and_text", OF_PLACES)
def test_one_measure_of_two_places_wherever_their_names_stand(title_and_text, places):
    one, other = ([part.format(place) for part in title_and_text] for place in places)
    assert not same(item(*one, security=""), item(*other, security=""))
    assert same(item(*one, security=""), item(one[0], "记者获悉，" + one[1], security=""))


#: Names, and what is announced of each in the same words.
TEMPLATES = [
    (
        ("工商银行", "农业银行", "中国银行", "建设银行", "邮储银行"),
        "{}：12月22日起下调人民币存款利率",
        "{}发布公告，自12月22日起下调人民币存款挂牌利率，其中一年期、二年期、三年期、五年期定期存款挂牌利率"
        "分别下调10、20、25、25个基点。",
    ),
    (
        ("张家界", "义乌", "昆山", "太仓", "江阴"),
        "{}：购房补贴最高10万元 明年1月1日起执行",
        "{0}市发布通知，自2024年1月1日起，对在{0}购买新建商品住房的给予最高10万元购房补贴。",
    ),
    (
        ("鹏华基金", "博时基金", "南方基金"),
        "{}旗下基金1月2日起暂停大额申购",
        "{}公告，旗下债券型基金自2024年1月2日起暂停100万元以上大额申购、转换转入业务。",
    ),
    (
        ("纽约", "伦敦"),
        "{}原油期货收涨超3%",
        "{}原油期货收涨3.04%，报71.58美元/桶。",
    ),
    (("爱玛", "台铃"), "{}：部分车型3月起上调300元", ""),
]


@pytest.mark.parametrize("are_listed", [False, True])
@pytest.mark.parametrize(("names", "title", "text"), TEMPLATES)
def test_one_announcement_of_different_names(names, title, text, are_listed):
    posts = [
        item(title.format(name), text.format(name), security=name if are_listed else "")
        for name in names
    ]
    for one, other in combinations(posts, 2):
        assert not same(one, other)


def test_copies_of_one_text_that_names_all_of_which_their_titles_name_one():
    names, title, text = TEMPLATES[0]
    together = text.format("、".join(names))
    posts = [item(title.format(name), together, security="") for name in names]
    for one, other in combinations(posts, 2):
        assert same(one, other)


@pytest.mark.parametrize(
    ("name", "other_name"),
    [("发改委", "国家发展改革委"), ("证监会", "中国证监会"), ("央行", "人民银行")],
)
def test_one_announcement_of_which_a_title_names_the_source_in_short(name, other_name):
    title, text = "{}：下月起下调手续费20% 惠及中小企业", "{}宣布，自下月起将手续费下调20%。"
    one, other = ([part.format(by) for part in (title, text)] for by in (name, other_name))
    assert same(item(*one, security=""), item(*other, security=""))


def test_copies_of_one_title_with_the_codes_of_two_shares_of_the_company():
    assert same(item(*SALE), item(*SALE, security=OTHER))


def test_one_event_whose_place_is_called_by_two_names():
    one = item("江苏：6月发放消费券1亿元", "江苏省南京市6月起发放1亿元消费券。", security="")
    other = item("南京6月起发放1亿元消费券", "南京市6月起发放1亿元消费券。", security="")
    assert same(one, other)


def test_titles_of_which_each_has_a_figure_that_the_other_text_does_not_have():
    one = item("芦山地震已致4人死亡14人受伤", "芦山6.1级地震已造成4人死亡、14人受伤。", "")
    other = item("芦山地震受伤人数升至42人", "芦山6.1级地震造成4人死亡、42人受伤。", "", hours=26)
    assert not same(one, other)


#: Flashes that came within the hour, with no other text than their title.
OTHER_NEWS = """
贵州茅台：拟回购股份|贵州茅台：拟派现290亿元
贵州茅台：拟回购股份|贵州茅台：股价跌3%
贵州茅台：股价涨2%|贵州茅台：股价跌3%
贵州茅台：拟派现290亿元|贵州茅台：董事长辞职
招商银行：聘任行长|招商银行：行长辞职
药明康德公告，股东减持公司股份1%|药明康德公告，股东增持公司股份1%
宁德时代股价涨5%|宁德时代股价跌5%
中国平安：拟发行债券|中国平安：拟回购股份
隆基股份：上调硅片价格|隆基股份：下调硅片价格
恒瑞医药：获得药品注册批件|恒瑞医药：收到监管函
海康威视：业绩预增|海康威视：业绩预亏
药明康德：被列入清单|药明康德：被移出清单
中国石油：计提减值准备|中国石油：发现大型油田
伊利股份：中标项目|伊利股份：控股股东质押股份
紫金矿业：解除质押1亿股|紫金矿业：质押1亿股
欧佩克同意增产|欧佩克同意减产
现货黄金站上1900美元|现货黄金跌破1900美元
恒生指数收涨1%|恒生指数收跌1%
沪指涨1%|沪指涨2%
北向资金净流入10亿元|北向资金净流出10亿元
"""
SAME_NEWS = """
贵州茅台：拟派现290亿元|贵州茅台拟每10股派216.75元 合计派现290亿元
贵州茅台：董事长辞职|贵州茅台董事长高卫东辞职
招商银行行长田惠宇辞职|田惠宇辞去招商银行行长职务
药明康德：股东拟减持不超1%股份|药明康德股东拟减持公司不超过1%股份
隆基股份：上调硅片价格|隆基股份再度上调硅片价格
泸州老窖：产品提价10%|泸州老窖上调产品价格10%
美元指数升破99|美元指数突破99关口
复星医药：疫苗获批|复星医药新冠疫苗获批紧急使用
沪指涨1%|沪指涨幅扩大至1%
"""


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (pair, expected)
        for pairs, expected in ((OTHER_NEWS, False), (SAME_NEWS, True))
        for pair in pairs.strip().splitlines()
    ],
)
def test_flashes_within_the_hour(pair, expected):
    first, second = pair.split("|")
    assert same(item(first, first), item(second, second, hours=2 / 3)) is expected


def test_texts_in_which_nothing_can_be_compared():
    assert not same(item("3.5%", "", ""), item("3.5%", "", ""))
