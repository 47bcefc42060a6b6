"""What sample stories tell: each event in several wordings, with the same facts.

Words in braces are filled in by `told.Facts`, the same throughout one story; {c} is the company.
"""

from typing import NamedTuple


class Told(NamedTuple):
    """An event, and what comes of it later, which is another story."""

    titles: list[str]
    leads: list[str]
    sentences: list[str]
    later: str  # the title of a follow-up with a new fact
    later_lead: str


TOLD = [
    Told(
        ["{c}：股东{holder}拟减持不超{small}%股份", "{c}股东{holder}拟减持不超{wan}万股",
         "{c}：{holder}拟6个月内减持不超过{small}%", "{holder}计划减持{c}{small}%股份"],
        ["{c}{month}月{day}日晚间公告，股东{holder}计划6个月内，通过大宗交易、集中竞价等方式减持公司股份不超过{wan}万股，即不超过公司总股本的{small}%。",
         "持有{c}股份的{holder}要减持了。公告显示，{holder}拟在半年内以集中竞价和大宗交易减持不超过{wan}万股，占总股本的{small}%。",
         "{c}披露，因自身资金需求，{holder}拟减持公司不超过{small}%的股份，合计不超过{wan}万股。"],
        ["{holder}称，减持原因为自身资金需求，减持价格视市场价格确定。", "本次减持不会导致公司控制权变更。",
         "截至公告日，{holder}已质押其所持股份的{high}%。", "减持所得将用于归还{city}一家银行的借款。"],
        "{c}：{holder}减持计划提前终止", "{c}公告，{holder}决定提前终止减持计划，此前已减持{few}万股，剩余部分不再减持。",
    ),
    Told(
        ["{c}：子公司{sub}因环保问题停产", "{c}子公司{sub}被责令停产整治", "环保不达标 {c}旗下{sub}停产",
         "{c}：{sub}即日起停产 预计影响产量{few2}万吨"],
        ["{c}公告，因废水排放超标，子公司{sub}即日起停产整治，预计影响全年产量{few2}万吨。",
         "{city}环保部门近日责令{c}旗下的{sub}停产，{c}预计全年产量因此减少{few2}万吨，复产时间未定。",
         "{c}晚间披露，位于{city}的{sub}收到停产整治的通知，年产量将减少{few2}万吨。"],
        ["{sub}上年营业收入{yi}亿元，占公司合并收入的{few2}%。", "公司已成立工作组，督促{sub}整改。",
         "停产期间员工照发工资。", "业内人士认为，{product}价格短期可能上涨。"],
        "{c}：{sub}通过验收恢复生产", "{c}公告，{sub}的整改通过{city}环保部门验收，今起恢复生产。",
    ),
    Told(
        ["{c}联合中标{yi}亿元{city}{product}项目", "{c}：中标{city}{product}项目 金额{yi}亿元",
         "{c}拿下{city}{product}大单 合同额{yi}亿元", "{c}预中标{yi}亿元项目 位于{city}"],
        ["{c}公告，公司与{partner}组成的联合体中标{city}{product}项目，中标金额{yi}亿元，工期{few2}个月。",
         "记者从{city}公共资源交易中心获悉，{c}和{partner}以{yi}亿元中标当地的{product}项目，建设期{few2}个月。",
         "{c}与{partner}的联合体成为{city}{product}项目的第一中标人，总投资{yi}亿元。"],
        ["该金额占公司上年营业收入的{few2}%。", "公司将与招标人商谈合同细节。",
         "项目采用设计、施工总承包的方式。", "若顺利实施，将对公司今后几年的业绩产生积极影响。"],
        "{c}：{city}{product}项目正式签约 金额调整", "{c}公告，{city}{product}项目合同正式签订，因范围缩小，合同额调整为{yi2}亿元。",
    ),
    Told(
        ["{c}董事长{person}涉嫌内幕交易被立案调查", "{c}：证监会对董事长{person}立案",
         "涉嫌内幕交易 {c}董事长{person}遭立案", "{c}：{person}收到证监会调查通知书"],
        ["{c}公告，董事长{person}收到证监会《调查通知书》，因涉嫌内幕交易，证监会决定对其立案。",
         "{month}月{day}日晚，{c}披露，因涉嫌在公司收购{sub}前买入股票，董事长{person}被证监会立案调查。",
         "证监会盯上了{c}。公司称，董事长{person}涉嫌内幕交易，已被立案，本人将配合调查。"],
        ["公司表示，生产经营正常，董事会运作不受影响。", "{person}直接持有公司{small}%的股份。",
         "律师称，权益受损的投资者可以索赔。", "此前，公司宣布以{yi2}亿元收购{sub}。"],
        "{c}：{person}辞去董事长职务", "{c}公告，{person}因个人原因辞职，总经理{person2}代行董事长职责。",
    ),
    Told(
        ["{c}：拟{yi2}亿元收购{sub}全部股权", "{c}拟收购{sub} 作价{yi2}亿元", "{c}斥资{yi2}亿元拿下{sub}",
         "布局{product} {c}拟{yi2}亿元买下{sub}"],
        ["{c}披露预案，拟以发行股份及支付现金方式购买{sub}100%股权，交易价格{yi2}亿元。",
         "{c}要进入{product}领域。公司拟作价{yi2}亿元收购{partner}所持{sub}的全部股权。",
         "{partner}将把{sub}卖给{c}，对价{yi2}亿元，其中四成以现金支付。"],
        ["{sub}主营{product}，上年净利润{yi3}亿元。", "交易对方承诺，今后三年{sub}净利润合计不低于{yi3}亿元。",
         "公司股票明日起复牌。", "交易尚需股东大会和监管机构批准。"],
        "{c}：终止收购{sub}", "{c}公告，因与{partner}就估值未达成一致，决定终止收购{sub}。",
    ),
    Told(
        ["{c}：仓库发生火灾 无人员伤亡", "{c}{city}仓库起火 损失约{few2}00万元", "{city}一仓库起火 系{c}所有",
         "{c}：{city}仓库火灾已扑灭 损失{few2}00万元"],
        ["{c}公告，公司位于{city}的{product}仓库凌晨发生火灾，已扑灭，未造成人员伤亡，初步估计损失{few2}00万元。",
         "今日凌晨，{city}一处存放{product}的仓库起火，{hours}小时后扑灭。仓库属于{c}，公司估计损失{few2}00万元，无人受伤。",
         "{c}称，{city}的仓库起火，烧毁一批{product}，损失约{few2}00万元，没有人员伤亡。"],
        ["受损资产已投保。", "起火原因正在调查。", "过火面积约{wan}平方米。", "公司称不影响对客户的供货。"],
        "{c}：仓库火灾系电路老化 两人被问责", "{c}公告，{city}仓库火灾的原因查明，系电路老化，两名负责人被免职。",
    ),
    Told(
        ["{agency}：支持{city}建设{product}产业基地", "{city}将建{product}产业基地 总投资{yi}亿元",
         "{yi}亿元！{city}{product}产业基地获批", "{agency}批复{city}{product}基地方案"],
        ["{agency}今日批复方案，支持{city}建设{product}产业基地，总投资{yi}亿元，到{next}年建成。",
         "{city}的{product}产业基地方案获{agency}同意。按计划，总投资{yi}亿元，{next}年全部投产。",
         "记者从{city}获悉，总投资{yi}亿元的{product}产业基地获批，{next}年建成后年产值可翻番。"],
        ["基地分两期建设，一期用地{wan}亩。", "已有{few2}家企业签署入驻意向。",
         "{person}表示，{city}在{product}领域已有十年积累。", "当地将设立{yi2}亿元的引导基金。"],
        "{city}{product}产业基地今日开工", "总投资{yi}亿元的{city}{product}产业基地一期今日开工，{person2}出席仪式。",
    ),
    Told(
        ["{country}央行意外加息{few2}个基点", "{country}意外加息 利率升至{small}%", "{country}央行上调利率{few2}基点至{small}%",
         "抑制通胀 {country}央行加息{few2}个基点"],
        ["{country}央行今日宣布加息{few2}个基点，基准利率升至{small}%，出乎市场意料，{broker}等机构此前预计不变。",
         "出人意料，{country}央行将基准利率上调{few2}个基点，至{small}%。央行称，通胀已升至{small2}%。",
         "为抑制{small2}%的通胀，{country}上调利率{few2}个基点，政策利率达到{small}%。"],
        ["消息公布后，{country}货币兑美元一度上涨。", "{broker}认为，年内还有两次加息。",
         "{country}央行行长{person}称，不排除再次行动。", "{goods}价格随之走低。"],
        "{country}央行行长：加息周期接近尾声", "{country}央行行长{person}今日表示，通胀已见顶，加息周期接近尾声。",
    ),
]  # fmt: skip

#: Titles that say nothing of the event, under which some media bring it.
TEASERS = [
    "刚刚，重磅消息传来！", "突发！数万股民沸腾了", "一则公告，刷屏了", "又是大事，今晚注定无眠", "这件事，终于有了结果",
]  # fmt: skip
REACTIONS = ["{c}跌停 此前披露重大事项", "{c}盘中异动 快速涨停", "{c}早盘大跌 成交放大"]
REACTION = "今日开盘，{c}股价异动，截至发稿报{price}元，成交{yi3}亿元。公司昨日晚间有公告披露。"
ROUND_UPS = ["晚间公告一览：{n}家公司有大消息", "上市公司晚间公告精选（{month}月{day}日）"]
COLUMNS = ["财经早餐", "操盘必读", "每日行情播报"]

#: Parts of the names of invented companies, people's firms and subsidiaries.
PLACES = "云岭 河海 江南 北川 金石 长白 太行 东湖 西陵 南屏 海棠 碧峰 青禾 白鹭 赤水 黄栌 紫荆 银杏 铜陵 铁岭 鹤鸣 雁荡 龙泉 凤栖 麒麟 玄武 朱雀 天门 地坛 星沙 月湖 日照 雷州 霜叶 雪峰 雨花 虹桥 霞浦 岚山 汀州".split()
TRADES = "锗业 重工 锻造 化纤 药业 纸业 乳业 钨业 光学 软件 智能 船舶 轴承 电缆 阀门 玻璃 陶瓷 印务 纺织 种业 水务 燃气 物流 影视 教育 检测 环保 能源 材料 生物".split()
GIVEN_NAMES = "晓明 伟 建国 思远 静 立群 志远 海燕 国栋 雪梅 文博 庆华 小兵 永康 佳怡 振宇 春生 明哲 丽娟 卫东 少华 秋实 凯 敏 长江 鹏飞 若曦 子轩 德胜 玉兰 浩然 世杰 冬梅 一鸣 天佑 红旗 新民 向阳 宏图 嘉伟".split()
TOWNS = "上海 深圳 北京 杭州 成都 苏州 长沙 武汉 合肥 广州 重庆 西安 青岛 宁波 郑州 南京 天津 厦门 福州 济南 沈阳 大连 昆明 贵阳 南宁 兰州 太原 无锡 常州 南通 徐州 温州 嘉兴 绍兴 佛山 东莞 珠海 惠州 烟台 潍坊 洛阳 襄阳 宜昌 株洲 绵阳 遵义".split()
FIRMS = "投资 资本 创投 控股 基金 实业 资产 合伙".split()

#: What is told when a new word comes up: each a story of its own.
BURSTS = {
    "沪惠保": [
        "沪惠保今日上线，首日投保超百万",
        "上海推出沪惠保 医保个账可投保",
        "沪惠保来了！该不该买",
        "多家险企共保沪惠保",
        "解读沪惠保：普惠保险如何持续",
    ],
    "鸿蒙智行": [
        "鸿蒙智行首款轿车亮相",
        "华为：鸿蒙智行交付量创新高",
        "鸿蒙智行概念走强",
        "赛力斯携手鸿蒙智行发布新车",
    ],
    "ChatGPT": [
        "ChatGPT概念掀涨停潮",
        "拓尔思回应ChatGPT热度",
        "百度将推出类ChatGPT产品",
        "机构紧急调研ＣｈａｔＧＰＴ",
    ],
    "低空经济": [
        "低空经济写入工作报告",
        "多地竞逐低空经济 这些公司已布局",
        "低空经济有多大？专家这样算账",
        "万丰奥威谈低空经济：订单饱满",
    ],
    "淄博烧烤": [
        "淄博烧烤火出圈",
        "高铁加开淄博烧烤专列",
        "淄博烧烤带动酒店预订翻番",
        "从淄博烧烤看县域消费",
        "券商实地看淄博烧烤",
    ],
    "萝卜快跑": [
        "萝卜快跑订单暴增",
        "武汉街头的萝卜快跑",
        "出租车司机如何看萝卜快跑",
        "百度：萝卜快跑明年盈利",
    ],
}
