import pytest

from articles.mentions.forms import KnownSecurity
from articles.mentions.recognition import Place, Recogniser
from articles.mentions.spellings import every_form
from articles.mentions.words import LONGER
from articles.search.text.tokens import index_text

MOUTAI = KnownSecurity("1.600519", "贵州茅台", english="Kweichow Moutai Co., Ltd.")
WULIANGYE = KnownSecurity("0.000858", "五粮液")
VANKE = KnownSecurity("0.000002", "万科A")
ROBOT = KnownSecurity("0.300024", "机器人")
PING_AN = KnownSecurity("1.601318", "中国平安")
PING_AN_IN_HONG_KONG = KnownSecurity("116.02318", "中国平安")
BANK = KnownSecurity("1.601988", "中国银行")
TENCENT = KnownSecurity("116.00700", "腾讯控股")
TESLA = KnownSecurity("105.TSLA", "特斯拉")
OPENDOOR = KnownSecurity("105.OPEN", "Opendoor")
BERKSHIRE = KnownSecurity("106.BRK.B", "伯克希尔-B")
XINHECHENG = KnownSecurity("0.002001", "新和成")
NIO = KnownSecurity("106.NIO", "蔚来", english="NIO Inc.")
SMIC = KnownSecurity("1.688981", "中芯国际-U")
YUNWANG = KnownSecurity("0.002306", "*ST云网", former=("湘鄂情", "中科云网"))
BANKS = KnownSecurity("90.BK0475", "银行")
NEW_ENERGY = KnownSecurity("90.BK0493", "新能源")
ALL = [MOUTAI, WULIANGYE, VANKE, ROBOT, PING_AN_IN_HONG_KONG, PING_AN, BANK, TENCENT, NIO, SMIC,
       YUNWANG, BANKS, NEW_ENERGY, TESLA, OPENDOOR, BERKSHIRE, XINHECHENG]  # fmt: skip
RECOGNISER = Recogniser(ALL, doubtful=["机器人", "OPEN"], longer=["中国银行业", "知识产权局"])


def find(title="", body="", digest="", recogniser=RECOGNISER):
    return recogniser.find(index_text(title, digest, body).text)


def symbols(title="", body="", digest="", recogniser=RECOGNISER):
    return [one.symbol for one in find(title, body, digest, recogniser)]


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("今日贵州茅台上涨", "1.600519"),
        ("貴州茅臺上漲", "1.600519"),
        ("五 粮 液午后拉升", "0.000858"),
        ("万  科Ａ公布业绩", "0.000002"),
        ("万 科Ａ公布业绩", "0.000002"),
        ("万科A公布业绩", "0.000002"),
        ("XD贵州茅台今日除息", "1.600519"),
        ("XD贵州茅今日除息", "1.600519"),
        ("中芯国际发布财报", "1.688981"),
        ("中芯国际-U发布财报", "1.688981"),
        ("中芯国际-UW发布财报", "1.688981"),
        ("贵州 茅台公告", "1.600519"),
        ("贵 州 茅 台公告", "1.600519"),
        ("报告称，贵州茅 台公告", "1.600519"),  # broken between two lines
        ("*ST云网复牌", "0.002306"),
        ("*ST云 网复牌", "0.002306"),
        ("XD云网除息", "0.002306"),
        ("N云网上市", "0.002306"),
        ("NST云网复牌", "0.002306"),
        ("云网退最后一天", "0.002306"),
        ("退市云网最后一天", "0.002306"),
        ("此前名为湘鄂情", "0.002306"),
        ("蔚来交付新车", "106.NIO"),
        ("KWEICHOW MOUTAI下跌", "1.600519"),
        ("Kweichow Moutai Co.,Ltd.公布业绩", "1.600519"),
        ("NIO公告交付量", "106.NIO"),
        ("NIO公布第二财季业绩", "106.NIO"),
        ("“ＮＩＯ”发布财报", "106.NIO"),
        ("NIO CEO辞任", "106.NIO"),
        ("NIOQ2营收增长", "106.NIO"),
        ("NIO 2022财年营收", "106.NIO"),
        ("收盘，NIO跌2%", "106.NIO"),
        ("NIO美股盘前大涨", "106.NIO"),
        ("造车巨头NIO", "106.NIO"),
        ("买入NIO.US", "106.NIO"),
    ],
)
def test_a_name_is_found_however_it_is_written(text, symbol):
    assert symbols(body=text) == [symbol]


@pytest.mark.parametrize(
    "text",
    [
        "NIO",
        "看好nio等品牌",
        "NIO发布新品",
        "据NIO报道",
        "NIO2022",
        "European Union",
        "Kweichow Moutaix",
    ],
)
def test_a_short_english_name_alone_and_a_part_of_a_word_are_none(text):
    assert symbols(body=text) == []


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("600519.SH大涨", "1.600519"),
        ("SH600519大涨", "1.600519"),
        ("买入SH:600519", "1.600519"),
        ("sz000858跌", "0.000858"),
        ("一家公司（600519）公告", "1.600519"),
        ("（600519，SH）公告", "1.600519"),
        ("股票代码：600519", "1.600519"),
        ("股票代码为600519", "1.600519"),
        ("证券代号：600519", "1.600519"),
        ("股票代码是“600519”", "1.600519"),
        ("上交所：600519", "1.600519"),
        ("上海证券交易所: 600519", "1.600519"),
        ("深市000858", "0.000858"),
        ("港股00700", "116.00700"),
        ("买入600519，", "1.600519"),
        ("SH-600519", "1.600519"),
        *((f"{before}600519{after}公告", "1.600519") for before, after in ("〔〕", "〈〉", "{}")),
        ("600519、000001领涨", "1.600519"),
        ("600519 今日涨停", "1.600519"),
        ("00700.HK", "116.00700"),
        ("0700.HK", "116.00700"),
        ("700.HK", "116.00700"),
        ("HK:700", "116.00700"),
        ("HK700", "116.00700"),
        ("hk 0700", "116.00700"),
        ("HK.0700", "116.00700"),
        ("0700HK", "116.00700"),
        ("700 HK", "116.00700"),
        ("港股0700大涨", "116.00700"),
        ("港股代码700，", "116.00700"),
        ("（港股代码：0700）", "116.00700"),
        ("600519SH大涨", "1.600519"),
        ("A股：600519", "1.600519"),
        ("（NYSE：NIO）", "106.NIO"),
        ("NIO.US", "106.NIO"),
        ("00700 今日涨停", "116.00700"),
        ("$00700$", "116.00700"),
        ("$NIO 涨", "106.NIO"),
        ("TSLA", "105.TSLA"),
        ("特斯拉TSLA大涨", "105.TSLA"),
        ("AAPL、TSLA、NVDA领涨", "105.TSLA"),
        ("$TSLA$", "105.TSLA"),
        ("OPEN.US", "105.OPEN"),
        ("BRK.B涨", "106.BRK.B"),
        ("巴菲特（BRK-B）", "106.BRK.B"),
        ("BRK.B.US", "106.BRK.B"),
        ("SSE:600519", "1.600519"),
        ("SZSE: 000858", "0.000858"),
        ("HKEX:00700", "116.00700"),
        ("HKEX:700", "116.00700"),
        ("NASDAQ:TSLA", "105.TSLA"),
        ("NYSE: NIO", "106.NIO"),
        ("NIO(NYSE:NIO)涨", "106.NIO"),
        ("（NYSE：NIO；HKEX：9866）", "106.NIO"),
        ("（纽交所：NIO）", "106.NIO"),
        ("（纳斯达克：OPEN）", "105.OPEN"),
        ("美股：NIO", "106.NIO"),
        ("TSLA US", "105.TSLA"),
        ("TSLA US Equity", "105.TSLA"),
        ("600519股价大涨", "1.600519"),
        ("600519股票今日涨停", "1.600519"),
        ("600519股东人数", "1.600519"),
        ("600519年报出炉", "1.600519"),
        ("关注**600519**", "1.600519"),
        ("“600519”大涨", "1.600519"),
        ("「600519」大涨", "1.600519"),
        ("A股600519", "1.600519"),
        ("沪A600519", "1.600519"),
    ],
)
def test_a_code_is_found_as_it_is_written(text, symbol):
    assert set(symbols(body=text)) == {symbol}


@pytest.mark.parametrize(
    "text",
    [
        "600519,000858",
        "（600519，000858）",
        "600519、000858",
        "600519和000858",
        "600519 000858",
        "股票代码：600519 000858 均涨停",
        "SH600519 SZ000858",
        "sh 600519 sz 000858",
        "600519 SZ000858",
        "600519 SH 000858 SZ",
        "600519涨停 000858跌停",
        "600519 跌2% 000858 停牌",
        "600519、以及000858",
        *(
            f"{before}600519{between}000858"
            for before in ("推荐", "股票池：", "看好**")
            for between in ("、", "；", "/", " ", "|", "\n", "和", " 及 ", "**、**", "\n- ", " 2. ")
        ),
        "1. 600519 2. 000858",
        "（1）600519（2）000858",
        "1、600519\n2、000858",
        "①600519②000858",
        "①600519 ②000858",
        "推荐①600519、②000858",
    ],
)
def test_codes_in_a_list(text):
    assert symbols(body=text) == ["1.600519", "0.000858"]


@pytest.mark.parametrize("form", sorted(every_form("00700")))
def test_what_stored_posts_are_sought_by_is_recognised(form):
    assert symbols(body=f"（{form}）") == ["116.00700"]


@pytest.mark.parametrize(
    "text",
    [
        "成交600519元",
        "卖出 600519 股",
        "共600519人",
        "电话12600519",
        "1600519",
        "净值600519.5",
        "单号ASH600519",
        "600519.SHX",
        "600519.SZ",
        "增长600519%",
        "（600519元）",
        "the nio of it",
        "价格$600519",
        "看好OPEN等平台",
        "the tsla of it",
        "TSLA Motors",
        "A-TSLA",
        "00700股",
        "买入600519股",
        "深交所600519",
        "热线（600519）",
        "收于700点",
        "港股700点",
        "HK700亿",
        "港股2020展望",
        "2020HKD",
        "1700HK",
        "STNIO.US",
        "600519号公告",
        "600519 期",
        "600519批",
        "SSE:000858",
        "tell nio us all",
        "600519000858元",
        "600519000999",
        "1600519000858",
        "600519 123456",
        "600519 000858元",
        "600519@qq.com",
        "+86 600519",
        "涨停600519股",
        *(
            f"今年，600519{unit}"
            for unit in (
                "名学生 位股民 公里 项 条 篇 瓶 箱 例 倍 天 平方米 英镑 欧元 株 亩 股股份 年 "
                "用户 员工 部手机 千克 加元 澳元 瑞郎 卢比 新台币 兆瓦 千伏安 标准箱 "
                "分钟 小时 棵 层 粉丝 患者 毫米 下载"
            ).split()
        ),
        "持有A股600519股",
        "推荐600519、000858元",
        "①600519②000859",
        "（600,519）千元",
        "经营现金流（600,519）（千元）",
        "利息支出（600,519）",
        "净亏损 (600,519)",
        "合计 （000,858） （600,519）",
        "营业利润 600,519 000,858",
        "收入：600,519",
    ],
)
def test_a_number_like_any_other_is_no_code(text):
    assert symbols(body=text) == []


@pytest.mark.parametrize(
    "text",
    [
        "华夏成长混合（600519）净值",
        "基金代码：600519",
        "代码600519.OF",
        "上证指数（600519）",
        "债券代码：600519",
        "期权代码（600519）",
        "卡号尾号（600519）",
        "编号（600519）号文件",
        "【600519】号",
        "专利号：600519",
        "地址：（600519）",
        "专利号：ZL201910000001.2、600519",
        "编号：（000001，600519）",
        "000858上证指数收报3200点",
        "000858 上证指数",
        "（000858，上证指数）",
        "（000858）深证成指",
        "沪深300（000858）",
        *(f"000858{name}" for name in ("沪深300", "沪深300指数", "沪指", "上证50", "中证1000")),
    ],
)
def test_the_number_of_something_else_is_no_code(text):
    assert symbols(body=text) == []


@pytest.mark.parametrize("text", ["600519.XSHG涨", "（600519.XSHG）", "沪600519", "沪:600519"])
def test_the_international_names_of_exchanges(text):
    assert symbols(body=text) == ["1.600519"]


def test_names_that_no_list_has():
    apple, byd = KnownSecurity("105.AAPL", "苹果"), KnownSecurity("0.002594", "比亚迪")
    in_hong_kong = KnownSecurity("116.01211", "比亚迪股份")
    recogniser = Recogniser([apple, byd, in_hong_kong, VANKE], doubtful=["苹果"])
    for text, symbol in (
        ("苹果公司发布新品", "105.AAPL"),
        ("苹果公司（AAPL）", "105.AAPL"),
        ("比亚迪股份有限公司", "0.002594"),
        ("比亚迪股份走高", "116.01211"),
        ("万科、保利拿地", "0.000002"),
    ):
        assert set(symbols(body=text, recogniser=recogniser)) == {symbol}
    assert symbols(body="苹果丰收", recogniser=recogniser) == []


def test_an_english_word_is_a_name_among_chinese_alone():
    recogniser = Recogniser([KnownSecurity("105.AAPL", "苹果", english="Apple Inc.")])
    for text in (
        "Apple发布新品",
        "Apple CEO",
        "发布（Apple）",
        "Apple Inc. and others",
        "APPLE INC发布",
    ):
        assert symbols(body=text, recogniser=recogniser) == ["105.AAPL"]
    for text in ("apple pie", "Big Apple", "apple-pie"):
        assert symbols(body=text, recogniser=recogniser) == []


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("Apple Inc.", ["Apple公布业绩", "APPLE INC", "Apple Incorporated"]),
        ("CINTAS CORP", ["Cintas公布业绩", "Cintas Corporation", "cintas corp."]),
        ("FORD MOTOR COMPANY", ["Ford Motor", "Ford Motor Co.", "Ford Motor Company"]),
        ("DR Horton Inc", ["DR Horton", "DR Horton, Inc."]),
        ("JPMorgan Chase & Co.", ["JPMorgan Chase", "JPMorgan Chase & Co"]),
        ("Coca-Cola Co", ["Coca-Cola", "Coca Cola", "CocaCola"]),
        ("D.R. Horton, Inc.", ["D.R. Horton", "DR Horton", "D R Horton"]),
        ("DR Horton Inc", ["D.R. Horton", "D.R.Horton"]),
        ("Procter & Gamble Co", ["Procter & Gamble", "Procter and Gamble"]),
        ("Yum! Brands, Inc.", ["Yum! Brands", "Yum Brands"]),
        ("Goldman Sachs Group Inc", ["Goldman Sachs", "Goldman Sachs Group"]),
        ("Lowe's Companies Inc", ["Lowe's", "Lowe’s"]),
        ("NVIDIA", ["NVIDIA"]),
    ],
)
def test_a_name_without_han_is_an_english_name(name, texts):
    recogniser = Recogniser([KnownSecurity("105.A", name)])
    for text in texts:
        [one] = find(body=f"今日，{text}。", recogniser=recogniser)
        assert one.symbol == "105.A"
    assert symbols(body="apple pie, nvidi", recogniser=recogniser) == []


def test_what_a_list_adds_in_english_makes_no_name_doubtful():
    recogniser = Recogniser([KnownSecurity("106.V", "Visa", english="Visa Inc.")])
    assert symbols(body="获Visa认证", recogniser=recogniser) == ["106.V"]


def test_eastmoney_writes_a_class_of_shares_with_another_sign():
    recogniser = Recogniser([KnownSecurity("106.BRK_B", "伯克希尔-B")])
    for text in ("BRK.B涨", "BRK_B涨", "BRK-B涨"):
        assert symbols(body=text, recogniser=recogniser) == ["106.BRK_B"]


def test_the_shares_at_home_are_meant_whatever_is_added_to_their_name():
    recogniser = Recogniser([SMIC, KnownSecurity("116.00981", "中芯国际")])
    assert symbols(body="中芯国际上涨", recogniser=recogniser) == ["1.688981"]


def test_elsewhere_those_whose_whole_name_it_is():
    li = KnownSecurity("105.LI", "理想汽车"), KnownSecurity("116.02015", "理想汽车-W")
    recogniser = Recogniser(li)
    for text, symbol in (
        ("理想汽车交付新车", "105.LI"),
        ("理想汽车美股走高", "105.LI"),
        ("理想汽车港股走高", "116.02015"),
        ("理想汽车-W走高", "116.02015"),
    ):
        assert symbols(body=text, recogniser=recogniser) == [symbol]


def test_the_longest_name_is_meant():
    recogniser = Recogniser(
        [KnownSecurity("1.1", "平安银行"), KnownSecurity("1.2", "中国平安银行")]
    )
    assert symbols(body="中国平安银行", recogniser=recogniser) == ["1.2"]


def test_a_longer_word_that_contains_a_name_names_nothing():
    assert symbols(body="中国银行业协会报告") == []
    assert symbols(body="中国银行公告") == ["1.601988"]


@pytest.mark.parametrize(
    "text",
    ["中国银行业绩快报", "中国银行业绩增长", "中国银行业务", "中国银行股价", "中国银行市场份额"],
)
def test_a_longer_word_that_goes_on_into_another_one_is_none(text):
    recogniser = Recogniser([BANK], longer=LONGER)
    assert symbols(body=text, recogniser=recogniser) == ["1.601988"]


def test_a_name_that_goes_on_into_a_longer_word_is_none():
    recogniser = Recogniser([MOUTAI], longer=["茅台镇"])
    assert symbols(body="贵州茅台镇", recogniser=recogniser) == []
    assert symbols(body="贵州茅台、茅台镇", recogniser=recogniser) == ["1.600519"]


def test_a_joint_venture_names_neither_of_its_parents():
    parents = KnownSecurity("0.000625", "长安汽车"), KnownSecurity("106.F", "福特汽车")
    recogniser = Recogniser(parents, longer=LONGER)
    assert symbols(body="长安福特汽车有限公司降价", recogniser=recogniser) == []
    assert symbols(body="长安汽车与福特汽车", recogniser=recogniser) == ["0.000625", "106.F"]


def test_the_longer_name_of_another_company_is_none_until_that_is_known():
    byd = KnownSecurity("0.002594", "比亚迪")
    electronic = KnownSecurity("116.00285", "比亚迪电子")
    assert symbols(body="比亚迪电子", recogniser=Recogniser([byd], longer=LONGER)) == []
    recogniser = Recogniser([byd, electronic], longer=LONGER)
    assert symbols(body="比亚迪电子", recogniser=recogniser) == ["116.00285"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("中国平安", "确保中国平安度汛"),
        ("中国平安", "祝愿中国平安喜乐"),
        ("寒武纪-U", "寒武纪大爆发，寒武纪时期的化石，寒武纪地层"),
        ("特斯拉", "尼古拉·特斯拉"),
        ("京东", "京东大鼓"),
        ("微软", "字体是微软雅黑"),
        ("青岛啤酒", "青岛啤酒店"),
        ("特斯拉", "1.5特斯拉磁共振"),
        ("中国石油", "中国石油消费量，中国石油需求，中国石油进口量"),
        ("中国核电", "中国核电装机"),
        ("中国人寿", "中国人寿命延长"),
        ("中国平安", "中国平安夜，祈祷中国平安"),
        ("苹果", "山东苹果公司"),
        ("爱尔眼科", "爱尔眼科技"),
        ("招商蛇口", "招商蛇口区"),
        ("小康股份", "奔小康股份制"),
        (
            "中国银行",
            "中国银行股，中国银行体系流动性，中国银行卡组织，中国银行协会，中国银行理财市场",
        ),
        ("中国银行", "中国银行贷款余额，中国银行存款利率，中国银行信贷增速"),
        ("中国石油", "中国石油价格"),
        ("中国核电", "中国核电技术"),
        ("中国人寿", "中国人寿保险需求"),
        ("Visa", "办理Visa签证，签证Visa，Visa办理指南"),
        ("北京银行", "北京银行保险机构，北京银行保险业，北京银行保险监管局"),
        ("Meta", "一项Meta分析"),
        ("微软", "微软件"),
        ("京东", "京东北部"),
        ("中国平安", "愿中国平安"),
        ("寒武纪-U", "寒武纪地质年代"),
        ("阿里巴巴", "阿里巴巴与四十大盗上映，阿里巴巴和四十大盗的故事"),
        ("宁德时代", "宁德时代广场开业"),
        ("易事特", "此次交易事特别提示，容易事特多，简易事特办，贸易事务"),
    ],
)
def test_words_around_a_name_are_none(name, text):
    recogniser = Recogniser([KnownSecurity("1.1", name)], longer=LONGER)
    assert symbols(body=text, recogniser=recogniser) == []
    assert symbols(body=f"{name}公告", recogniser=recogniser) == ["1.1"]


def test_a_full_name_is_longer_than_the_longer_word_in_it():
    oil, sinopec = KnownSecurity("1.601857", "中国石油"), KnownSecurity("1.600028", "中国石化")
    recogniser = Recogniser([oil, sinopec], longer=["中国石油化工"])
    assert symbols(body="中国石油化工股份有限公司公告", recogniser=recogniser) == ["1.600028"]
    assert symbols(body="中国石油化工行业", recogniser=recogniser) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("北京东方雨虹公告", ["0.002271"]),
        ("北京东方园林公告", []),
        ("南京东方娱乐", []),
        ("重新和成都签约", []),
        ("新和成都项目", []),
        ("新和成都在涨", ["0.002001"]),
        ("美的集团购活动", []),
        ("美的集团购买设备", ["0.000333"]),
        ("湖北京东方投产", ["0.000725"]),
        ("京东方和新和成", ["0.000725", "0.002001"]),
        ("新和成立公司", []),
        ("新和成立足主业", ["0.002001"]),
        ("上海银行业协会", []),
        ("上海银行业绩", ["1.601229"]),
        ("京东方面回应", ["105.JD"]),
        ("京东方面板价格", ["0.000725"]),
        ("西部黄金周", []),
        ("西部黄金周一涨停", ["1.601069"]),
        ("完美的集团", []),
        ("中国国旅行社", []),
        ("中国国旅行业地位", ["1.601888"]),
        ("中国平安好医生", []),
        ("更好未来", []),
        ("看好好未来", ["106.TAL"]),
        ("太阳光电源", []),
        ("阳光城市规划", []),
        ("北京城建设规划", []),
        ("北京城建设立公司", ["1.600266"]),
        ("阳光城市值", ["0.000671"]),
        ("西部黄金行业", ["1.601069"]),
        ("易事特别提示", []),
        ("易事特别墅区项目", ["0.300376"]),
        ("易事特公告，成交易事特1亿元", ["0.300376", "0.300376"]),
        ("在宁德时代感十足的街区", []),
        ("宁德时代感谢客户，宁德时代感到压力", ["0.300750", "0.300750"]),
        ("新疆众和谐共处", []),
        ("新疆众和谐波治理", ["1.600888"]),
        ("浙江东方红日升", []),
        ("浙江东方红利发放", ["1.600120"]),
        ("三一重工作人员", []),
        ("三一重工作为龙头", ["1.600031"]),
    ],
)
def test_a_name_neither_begins_nor_ends_inside_another_word(text, expected):
    securities = [
        KnownSecurity("0.000725", "京东方A"),
        KnownSecurity("0.002271", "东方雨虹"),
        KnownSecurity("0.002001", "新和成"),
        KnownSecurity("1.601229", "上海银行"),
        KnownSecurity("105.JD", "京东"),
        KnownSecurity("1.601069", "西部黄金"),
        KnownSecurity("0.000333", "美的集团"),
        KnownSecurity("106.TAL", "好未来"),
        KnownSecurity("0.300274", "阳光电源"),
        KnownSecurity("0.000671", "阳光城"),
        KnownSecurity("1.600266", "北京城建"),
        KnownSecurity("1.601888", "中国国旅"),
        KnownSecurity("0.300376", "易事特"),
        KnownSecurity("0.300750", "宁德时代"),
        KnownSecurity("1.600888", "新疆众和"),
        KnownSecurity("1.600120", "浙江东方"),
        KnownSecurity("1.600031", "三一重工"),
        PING_AN,
    ]
    recogniser = Recogniser(securities, longer=["平安好医生"])
    assert symbols(body=text, recogniser=recogniser) == expected


def test_in_an_english_text_a_name_of_one_word_counts_unless_it_is_another_word():
    catl = KnownSecurity("0.300750", "宁德时代", english="CATL")
    apple = KnownSecurity("105.AAPL", "苹果", english="Apple Inc.")
    tesla = KnownSecurity("105.TSLA", "特斯拉", english="Tesla, Inc.")
    recogniser = Recogniser([catl, apple, tesla, NIO])
    text = "Tesla's sales rise. CATL supplies batteries; an apple pie, catlike, told by Nio."
    assert symbols("Tesla", text, recogniser=recogniser) == ["105.TSLA", "105.TSLA", "0.300750"]
    assert symbols(body="Shares of Apple Inc. fall", recogniser=recogniser) == ["105.AAPL"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NIO shares rose 5%", ["106.NIO"]),
        ("Yesterday NIO delivered 700 cars", ["106.NIO"]),
        ("BYD sold 300,000 cars, and CATL plans a plant", ["0.002594", "0.300750"]),
        ("比亚迪（BYD）与CATL合作", ["0.002594", "0.002594", "0.300750"]),
        ("TSMC：2月合并营收1816.48亿元", ["106.TSM"]),
        ("Prices that rise now reported nothing, nio", []),
    ],
)
def test_few_letters_count_before_what_companies_do_or_as_a_known_short_name(text, expected):
    securities = [
        KnownSecurity("0.002594", "比亚迪", english="BYD Company Limited"),
        KnownSecurity("0.300750", "宁德时代"),
        KnownSecurity("116.09866", "蔚来-SW", english="NIO Inc."),
        KnownSecurity("106.TSM", "台积电"),
        KnownSecurity("105.DNOW", "现时", english="Now Inc."),
        NIO,
    ]
    assert symbols(body=text, recogniser=Recogniser(securities)) == expected


def test_what_a_company_brings_out_tells_it_from_a_word():
    xiaomi = KnownSecurity("116.01810", "小米集团-W")
    recogniser = Recogniser([xiaomi], doubtful=["小米"], longer=LONGER)
    for text in ("小米发布新车", "小米SU7交付", "小米汽车扩产"):
        assert symbols(text, recogniser=recogniser) == ["116.01810"]
    for text in ("小米收成不错", "小米价格上涨", "小米PE25倍", "小米AP2310合约"):
        assert symbols(text, recogniser=recogniser) == []


def test_a_date_or_a_figure_may_follow_the_letter_of_a_class_of_shares():
    for text in ("万科A3日晚间公告", "增持万科A1.2亿股"):
        assert symbols(body=text) == ["0.000002"]


def test_a_name_in_latin_letters_is_not_a_part_of_a_word():
    recogniser = Recogniser([KnownSecurity("0.000100", "TCL")])
    assert symbols(body="TCLX和XTCL", recogniser=recogniser) == []
    assert symbols(body="买TCL电视", recogniser=recogniser) == ["0.000100"]


def test_of_doubles_the_shares_at_home_are_meant():
    assert symbols(body="中国平安上涨") == ["1.601318"]


def test_a_code_beside_the_name_decides_between_doubles_in_the_whole_post():
    found = symbols("中国平安：保费增长", "中国平安（02318.HK）公告，中国平安的保费增长")
    assert set(found) == {"116.02318"}


def test_the_class_of_shares_may_stand_before_the_code():
    assert symbols(body="中国平安H股（02318.HK）") == ["116.02318", "116.02318"]


@pytest.mark.parametrize(
    "text",
    [
        *("中国平安A股回购 H股未动", "中国平安A股涨2%，H股跌1%", "中国平安A股、H股均涨"),
        *("中国平安A+H股", "中国平安A/H股", "中国平安AH股", "中国平安A股和H股"),
    ],
)
def test_both_shares_of_a_company_are_named(text):
    assert symbols(body=text) == ["1.601318", "116.02318"]


def test_shares_at_home_are_named_after_those_in_hong_kong():
    assert symbols(body="中国平安H股跌1%，A股涨2%") == ["116.02318", "1.601318"]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "中国平安A股大涨。H股走弱",
            "中国平安A股大涨，H股市场走弱",
            "中国平安A股大涨，其余H股走弱",
        ),
        "中国平安A股大涨",
    ],
)
def test_other_shares_are_not_those_of_the_company(text):
    assert symbols(body=text) == ["1.601318"]


def test_shares_of_others_are_not_those_of_the_company_before():
    assert symbols(body="中国平安A股涨2%，腾讯控股H股跌") == ["1.601318", "116.00700"]


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        *(("京东集团美股涨2%", "105.JD"), ("京东集团港股涨2%", "116.09618")),
        *(("京东集团公告", "116.09618"), ("比亚迪H股涨2%", "116.01211")),
    ],
)
def test_the_exchange_that_is_named_decides_between_shorter_and_longer_names(text, symbol):
    known = [
        KnownSecurity("116.09618", "京东集团-SW"),
        KnownSecurity("105.JD", "京东"),
        KnownSecurity("0.002594", "比亚迪"),
        KnownSecurity("116.01211", "比亚迪股份"),
    ]
    assert symbols(body=text, recogniser=Recogniser(known)) == [symbol]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("比亚迪丰田电动车科技有限公司成立", []),
        ("比亚迪丰田合资公司成立", []),
        ("比亚迪丰田携手", ["0.002594", "106.TM"]),
        ("比亚迪、丰田汽车有限公司", ["0.002594", "106.TM"]),
        ("北京东方通信科技发展有限公司中标", []),
        ("北京东方通信科技发展有限公司中标，东方通信称无关联", ["1.600776"]),
        ("东方通信股份有限公司公告", ["1.600776"]),
        ("浙江东方通信股份有限公司公告", ["1.600776"]),
        ("浙江东方通信中标", ["1.600776"]),
        ("全资子公司北京东方通信有限公司", []),
        ("东方通信集团减持1%股份", []),
        ("东方通信集团有限公司为公司担保", []),
        ("东方通信集团公告", ["1.600776"]),
        ("东方通信集团股份有限公司公告", ["1.600776"]),
        ("股东常州东方通信投资中心（有限合伙）减持", []),
    ],
)
def test_a_name_within_that_of_another_company_does_not_count(text, found):
    known = [
        KnownSecurity("0.002594", "比亚迪"),
        KnownSecurity("106.TM", "丰田"),
        KnownSecurity("1.600776", "东方通信"),
    ]
    assert symbols(body=text, recogniser=Recogniser(known)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(("长江电力供应紧张", []), ("长江电力需求上升", [])),
        *(("长江电力供应商大会", ["1.600900"]), ("长江电力公告", ["1.600900"])),
    ],
)
def test_the_power_that_a_place_lacks_is_no_company(text, found):
    recogniser = Recogniser([KnownSecurity("1.600900", "长江电力")])
    assert symbols(body=text, recogniser=recogniser) == found


@pytest.mark.parametrize("text", ["中国平安H股走高", "中国平安(H股)走高", "中国平安港股走高"])
def test_the_class_of_shares_says_which_are_meant(text):
    assert symbols(body=text) == ["116.02318"]


def test_it_says_so_of_the_name_before_it_alone():
    found = symbols(body="中国平安H股走高，中国平安净利增长")
    assert found == ["116.02318", "1.601318"]


def test_a_code_of_hong_kong_without_zeros_is_that_of_another_security_too():
    byd = KnownSecurity("0.002594", "比亚迪"), KnownSecurity("116.01211", "比亚迪股份")
    assert symbols(body="比亚迪(1211.HK)", recogniser=Recogniser(byd)) == ["116.01211"]


def test_a_name_cut_by_the_exchange_that_two_securities_have_is_neither():
    oil = KnownSecurity("1.601857", "中国石油"), KnownSecurity("1.600028", "中国石化")
    assert symbols(body="XD中国石除息", recogniser=Recogniser(oil)) == []


def test_a_name_of_two_characters_before_the_mark_of_its_votes_is_one():
    recogniser = Recogniser([KnownSecurity("116.03690", "美团-W"), KnownSecurity("1.1", "ST云网")])
    assert symbols(body="美团上涨，云网融合", recogniser=recogniser) == ["116.03690"]


def test_a_name_of_today_comes_before_a_former_one():
    recogniser = Recogniser(
        [KnownSecurity("0.000001", "新名", ("旧名",)), KnownSecurity("1.600001", "旧名")]
    )
    assert symbols(body="旧名公告", recogniser=recogniser) == ["1.600001"]


def test_the_code_of_another_security_says_that_the_name_is_not_meant():
    assert symbols(body="贵州茅台（000858）") == ["0.000858"]
    assert symbols(body="贵州茅台，证券代码：000858") == ["0.000858"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("前十大：600519贵州茅台、000858五粮液", {"1.600519", "0.000858"}),
        ("贵州茅台，000858五粮液", {"1.600519", "0.000858"}),
        ("贵州茅台 000858 五粮液", {"1.600519", "0.000858"}),
        ("港股通：00700腾讯控股、02318中国平安", {"116.00700", "116.02318"}),
        ("贵州茅台,SZ000858", {"1.600519", "0.000858"}),
        ("中国平安 600519 买入", {"1.601318", "1.600519"}),
        ("中国平安:000858 维持买入", {"1.601318", "0.000858"}),
        ("贵州茅台,000858元", {"1.600519"}),
        ("五粮液 600519股", {"0.000858"}),
        ("五粮液 600519号文件", {"0.000858"}),
        ("贵州茅台、000858 沪深300成份股", {"1.600519", "0.000858"}),
        ("买入000858，上证指数上涨", {"0.000858"}),
        ("一家公司（000858）深证成指成份股", {"0.000858"}),
        ("600519 沪指收跌", {"1.600519"}),
    ],
)
def test_after_a_mere_separator_it_says_nothing_of_the_name(text, expected):
    assert set(symbols(body=text)) == expected


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("机器人：中标大单", ""),
        ("【快讯】机器人：中标大单", ""),
        *((f"机器人：{said}", "") for said in "收入翻番 新品亮相 澄清传闻 产品获批".split()),
        ("机器人，澄清传闻", ""),
        ("机器人：终止筹划重大资产重组", ""),
        ("机器人：遭深交所问询", ""),
        ("机器人：获国家高新企业认证", ""),
        ("机器人：10月份新品销售增长", ""),
        ("机器人：7月旅客吞吐量同比增长", ""),
        ("机器人半年报扭亏为盈", ""),
        ("机器人终止筹划重大事项", ""),
        ("机器人收到证监会处罚决定书", ""),
        ("机器人重组未获通过", ""),
        ("机器人拟设产业基金", ""),
        ("", "机器人周三晚间公告"),
        ("", "机器人17日晚间发布半年报，净利增长"),
        ("机器人20cm涨停", ""),
        ("【机器人】中标大单", ""),
        ("五粮液跌停 机器人涨停", ""),
        ("机器人拟定增", ""),
        *(
            (f"机器人{said}", "")
            for said in (
                "跌5% 大跌7% 收关注函 收到深交所问询函 被立案调查 因违规被罚 "
                "发布年报 三季报点评 上半年营收12亿元 "
                "获机构调研 获北向资金增持 回应质疑 称订单充足 "
                "实控人变更 子公司中标 龙虎榜 10派5元 "
                "与华为签约 、贵州茅台涨停 上市首日破发 今日登陆科创板 将在港交所挂牌"
            ).split()
        ),
        ("【机器人】净利下滑", ""),
        ("机器人推出新款", ""),
        ("机器人与高通和解", ""),
        ("", "传闻机器人砍单"),
        ("", "机器人CEO表示"),
        ("", "机器人首席执行官表示"),
        ("", "机器人Q3营收增长"),
        ("", "机器人第三季度营收增长"),
        ("三大指数收涨，机器人涨3%", ""),
        ("", "成分股机器人、新和成跌超1%"),
        ("", "贵州茅台涨1%，机器人、新和成均涨超2%"),
        ("", "看好贵州茅台、机器人和五粮液"),
        ("", "机器人737 MAX复飞"),
        ("", "机器人iPhone 14开售"),
        ("花旗上调机器人目标价", ""),
        ("", "中金维持机器人“买入”评级"),
        ("", "机器人（300024）公告"),
        ("", "沈阳新松机器人自动化股份有限公司公告"),
        ("", "机器人晚间公告"),
    ],
)
def test_a_doubtful_name_is_meant_with_a_code_as_the_subject_in_full_and_by_deeds(title, body):
    assert "0.300024" in symbols(title, body)


@pytest.mark.parametrize(
    "text",
    [
        "机器人：未来已来",
        "工业机器人销量增长",
        "机器人概念股公告利好",
        "机器人产业升级",
        "机器人集团公告",
        "机器人涨停潮",
        "机器人20cm涨停潮",
        "机器人：新品种上市",
        "机器人：收入怎么分",
        "机器人：行业新品迭出",
        "机器人终止工作",
        "机器人发布会收到好评",
        "机器人重组零件",
        "机器人前三季度销量增长",
        "机器人，新品不断",
        "机器人热水器公告",
        "机器人公告牌",
        "机器人产业发布年报",
        "机器人获机构看好",
        "机器人获救",
        "机器人称霸",
        "机器人回应人类",
        "机器人与人合作",
        "机器人被列入规划",
        "机器人龙虎榜数据",
        "机器人、人工智能概念股涨停",
        "机器人涨价",
        "机器人在A股走红",
        "机器人目标价格补贴",
        "机器人Q3出货",
        "机器人GPT-4",
        "机器人5G",
        "商品期货收盘，机器人涨3%",
        "各板块中，机器人涨3%",
        "机器人、人工智能涨价3%",
    ],
)
def test_otherwise_it_is_a_word(text):
    assert symbols(text, text) == []


def test_beside_a_company_it_is_a_word_too_where_a_trade_follows():
    assert symbols(body="机器人、贵州茅台概念") == ["1.600519"]
    assert symbols(body="贵州茅台、机器人概念") == ["1.600519"]


def test_a_company_is_known_by_a_short_name_that_is_a_word():
    recogniser = Recogniser([KnownSecurity("116.01810", "小米集团-W")], doubtful=["小米"])
    assert symbols("恒指收跌，小米跌3%", recogniser=recogniser) == ["116.01810"]
    assert symbols("小米跌价", "煮小米粥", recogniser=recogniser) == []


def test_names_of_a_security_that_needs_a_code_count_with_one_alone():
    recogniser = Recogniser([KnownSecurity("1.600519", "贵州茅台", needs_code=True)])
    assert symbols("贵州茅台：公告", recogniser=recogniser) == []
    assert set(symbols(body="贵州茅台（600519）", recogniser=recogniser)) == {"1.600519"}


def test_boards():
    assert symbols(body="银行板块走强") == ["90.BK0475"]
    assert symbols(body="银行放贷") == []
    assert symbols(body="新能源汽车销量") == ["90.BK0493"]
    assert symbols(body="永兴新能源有限公司") == []
    assert symbols(body="银行股份有限公司、汉口银行股权、银行股东") == []
    assert symbols(body="银行股走强") == ["90.BK0475"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("酿酒行业", ["90.BK0477"]),
        ("酿酒板块走强", ["90.BK0477"]),
        ("酿酒股领跌", ["90.BK0477"]),
        ("机器人板块", ["90.BK1090"]),
        ("机器人拟定增", ["0.300024"]),
        ("酿酒", []),
        ("酿酒股份", []),
    ],
)
def test_what_ends_the_name_of_a_board_may_be_another_word(text, expected):
    boards = KnownSecurity("90.BK0477", "酿酒行业"), KnownSecurity("90.BK1090", "机器人概念")
    recogniser = Recogniser([*boards, ROBOT], doubtful=["机器人"])
    assert symbols(text, recogniser=recogniser) == expected


def test_a_name_cut_to_two_characters_is_doubtful():
    assert symbols(body="云网融合") == []


def test_one_left_of_the_name_in_special_treatment_counts_with_its_prefix_alone():
    recogniser = Recogniser([KnownSecurity("0.000996", "*ST中期")])
    for text in ("公司中期业绩增长", "中期国际期货股份有限公司"):
        assert symbols(body=text, recogniser=recogniser) == []
    assert symbols(body="ST中期业绩增长", recogniser=recogniser) == ["0.000996"]


def test_unless_only_its_class_of_shares_is_cut_and_no_other_begins_so():
    changan = [KnownSecurity("0.200625", "长安B"), KnownSecurity("0.000625", "长安汽车")]
    fangda = [KnownSecurity("0.000055", "方大A"), KnownSecurity("1.600516", "方大炭素")]
    recogniser = Recogniser([VANKE, *changan, *fangda])
    assert symbols(body="万科集团、万科拿地", recogniser=recogniser) == ["0.000002", "0.000002"]
    assert symbols(body="西长安街，方大集团", recogniser=recogniser) == []


def test_a_name_of_digits_is_no_name():
    recogniser = Recogniser([KnownSecurity("1.601360", "三六零", ("360",))])
    assert symbols(body="涨360点，三六零走强", recogniser=recogniser) == ["1.601360"]


def test_places():
    found = find("贵州茅台", "五粮液\n贵州茅台", digest="腾讯控股")
    assert [(one.symbol, one.place) for one in found] == [
        ("1.600519", Place.TITLE),
        ("116.00700", Place.DIGEST),
        ("0.000858", Place.BODY),
        ("1.600519", Place.BODY),
    ]
    assert find("", "", "") == []
    assert [one.place for one in find("", "贵州茅台")] == [Place.BODY]


def test_positions_are_those_of_the_normalised_text():
    text = index_text("", "", "ＳＴ 贵州茅台").text
    [one] = RECOGNISER.find(text)
    assert text[one.start : one.end] == "贵州茅台"
