"""The vocabulary: common words that have tokens of their own in the index.

The pairs of a word of three or more characters do not prove that a text contains it, so the texts
that have them all are read: 75 ms for the ten thousand that a count goes up to. The most frequent
such words have a token of their own instead, and no text is read for them. A word that turns out
to be rare costs nothing, and a word that is not listed is found like any other.

A word in nearly every post is the costliest to exclude: to find the few posts without 公司, all
the others have to be found first. For such words the index has a token for their absence.

Whoever changes either list, or the normal form, changes what entries must have. The fingerprint of
what all entries were made with is stored (`ArchiveVersion.vocabulary`). Until `rebuild_search` has
replaced the entries, search does without the tokens of other lists, and looks for words as texts
were folded before they had one spelling, too.
"""

from itertools import groupby
from typing import Final
from zlib import crc32

import numpy as np

from .normalise import encode
from .spelling import NORMAL_FORM

#: Normalised words, of three or more characters, of Chinese financial news: on companies, markets,
#: accounts, deals, offices and trades, and common phrases. No names of companies: none is in more
#: than one post of fifty.
FREQUENT: Final = frozenset(
    """
有限公司 股份有限公司 有限责任公司 集团有限公司 科技有限公司 投资有限公司 管理有限公司 上市公司
子公司 全资子公司 控股子公司 分公司 母公司 本公司 该公司 标的公司 合伙企业 有限合伙 民营企业
国有企业 中小企业 龙头企业 独角兽 供应商 经销商 合伙人 消费者 从业人员 业内人士 相关人士 负责人
控股股东 实际控制人 实控人 大股东 第一大股东 一致行动人 投资者 机构投资者 中小投资者 出资人 董事会
监事会 股东大会 董事长 总经理 副总经理 董事会秘书 财务总监 高级管理人员 首席执行官 首席经济学家
分析师 基金经理 法定代表人 独立董事 公司股份 公司股票 公司股东 公司股权 公司总股本 公司公告
公司董事会 公司控股股东 公司实际控制人

证监会 中国证监会 银保监会 证监局 交易所 上交所 深交所 北交所 港交所 上海证券交易所 深圳证券交易所
人民银行 中国人民银行 国家统计局 国务院 发改委 国家发改委 财政部 商务部 工信部 国资委 外汇局 住建部
海关总署 美联储 欧洲央行 人民法院 会计师事务所 国家能源局 税务总局 市场监管总局 主板市场 创业板
科创板 新三板 中小板 资本市场 股票市场 债券市场 二级市场 期货市场 外汇市场 国际市场 国内市场
市场份额 市场规模 市场需求 市场环境 市场风险 市场情绪 市场竞争 市场化 全球市场 上证指数 上证综指
深证成指 创业板指 沪深两市 两市成交额 成交额 成交量 换手率 市盈率 市净率 涨跌幅 收盘价 开盘价
总市值 流通股 总股本 限售股 涨停板 跌停板 主力资金 北向资金 南向资金 沪股通 深股通 港股通 资金流向
净流入 净流出 净买入 净卖出 融资融券 龙虎榜 停复牌 异常波动 板块指数 概念股

净利润 总资产 净资产 总收入 营业收入 营业总收入 营业利润 利润总额 主营业务 销售收入 毛利率 净利率
同比增长 同比下降 同比增加 同比减少 同比上升 环比增长 环比下降 上年同期 去年同期 较上年同期
比上年同期增长 归属于上市公司股东的净利润 归母净利润 扣非净利润 实现净利润 实现营业收入 每股收益
基本每股收益 现金流 经营性现金流 资产负债率 资产总额 负债总额 应收账款 资产减值 减值准备 商誉减值
毛利润 净亏损 净资产收益率 扭亏为盈 业绩预告 业绩快报 业绩承诺 经营业绩 经营情况 财务状况 财务数据
盈利能力 盈利预测 财务报告 半年报 一季报 三季报 年度报告 季度报告 报告期内 一季度 二季度 三季度
四季度 第一季度 第二季度 第三季度 第四季度 前三季度 上半年 下半年 个百分点 利润分配 现金红利
每股派发 高送转 人民币 亿美元 万美元 亿港元 平均价格 平均值

减持计划 增持计划 集中竞价 集中竞价交易 大宗交易 协议转让 股份转让 股权转让 股权投资 股权激励
股权质押 股票质押 质押股份 股份回购 回购股份 持股比例 员工持股计划 要约收购 资产重组 重大资产重组
并购重组 发行股份 发行价格 非公开发行 非公开发行股票 首次公开发行 公开发行 募集资金 可转债 公司债
配套资金 交易价格 交易对方 交易日 个交易日 本次交易 标的资产 战略合作 框架协议 合作协议
战略合作框架协议 签署协议 重大事项 重大合同 信息披露 立案调查 行政处罚 违法违规 问询函 警示函
关注函 监管函 内幕交易 继续停牌 开市起停牌 开市起复牌 退市风险警示 审议通过 正式上市 挂牌上市
资产管理 财富管理 资金需求 自有资金 流动资金 流动性 注册资本 对外投资 投资收益 投资基金 产业基金
私募基金 公募基金 基金公司 基金净值 混合型基金 证券公司 保险公司 商业银行 国有银行 金融机构
信托公司 理财产品 存款准备金率 贷款利率 逆回购 国债收益率 固定资产投资 社会融资规模 货币政策
财政政策 宏观经济 经济增长 国内生产总值 通货膨胀 人民币汇率 中间价 进出口 高质量发展 供给侧
一带一路 碳中和 碳达峰 双循环 专项债 数字经济 实体经济 营商环境 自贸区 高新区 开发区 粤港澳大湾区
长三角 京津冀

新能源 新能源汽车 新能源车 电动车 动力电池 锂电池 半导体 集成电路 芯片产业 消费电子 人工智能 大数据
云计算 物联网 互联网 移动互联网 区块链 智能制造 机器人 自动驾驶 智能手机 元宇宙 新材料 稀土永磁
房地产 房地产市场 商品房 基础设施 医疗器械 生物医药 创新药 新冠肺炎 新冠疫苗 中成药 天然气 有色金属
原材料 大宗商品 石油化工 原油期货 产业链 供应链 上下游 价格上涨 产能利用率 生产经营 生产基地 生产线
项目建设 建设项目 项目投资 研发投入 解决方案 核心竞争力 竞争力 竞争优势 技术创新 商业模式 电子商务
跨境电商 消费升级 食品饮料 白酒行业 农产品 农副产品 乡村振兴 国防军工 航空航天 交通运输 物流行业
数据中心 工业互联网 高端装备 装备制造 节能环保

进一步 有利于 有助于 不确定性 是否存在 不存在 不超过 不低于 不少于 六个月内 三个月内 截至目前
值得注意的是 值得一提的是 数据显示 公告显示 年报显示 公告称 发布公告 相关规定 相关负责人 有关规定
有关部门 记者了解到 记者注意到 近年来 与此同时 业内认为 市场预期 一定程度 重要意义 重要影响
重大影响 快速发展 稳步增长 持续增长 大幅增长 大幅下降 大幅上涨 大幅下跌 工作日 本报讯 原标题
晚间公告 日晚间公告 中国证券网 证券时报 证券时报网 上海证券报 中国证券报 证券日报 每日经济新闻
第一财经 财联社 新华社 东方财富 东方财富网 风险提示 投资建议 投资机会 投资风险 仅供参考 内容来源
免责声明
""".split()
)

#: Characters and pairs that four of five posts of financial news contain.
UBIQUITOUS: Final = frozenset(
    """
公司 公告 股份 股东 一 万 上 不 东 中 为 于 亿 产 份 元 公 减 利 发 司 同 告 国 在 增 大 市 年 持 收
日 月 有 本 股 行 计 证 业 的 资 金 间 0 1 2 3 4 5 6 7 8 9 % 00 01 20
""".split()
)

#: Identifies these lists, and the normal form of the texts in which they are looked for.
FINGERPRINT: Final = crc32(
    " ".join([*sorted(FREQUENT), "-", *sorted(UBIQUITOUS), "-", str(NORMAL_FORM)]).encode()
)


def frequent_words(text: str) -> set[str]:
    """Those of `FREQUENT` that a normalised text contains."""
    encoded = encode(text)
    places = 2 * np.flatnonzero(MAY_BEGIN[hashes_of_threes(encoded)])
    return {
        word
        for place in places.tolist()
        for whole, word in BY_BEGINNING.get(encoded[place : place + 6], ())
        if encoded.startswith(whole, place)
    }


def absent_words(text: str) -> list[str]:
    """Those of `UBIQUITOUS` that a normalised text does not contain."""
    return [word for word in UBIQUITOUS if word not in text]


def hashes_of_threes(encoded: bytes) -> "np.ndarray[tuple[int], np.dtype[np.uint16]]":
    """A hash of 16 bits of every three neighbouring UTF-16 units."""
    units = np.frombuffer(encoded, "<u2")
    hashed: np.ndarray[tuple[int], np.dtype[np.uint16]]
    hashed = (units[:-2] * np.uint16(31) + units[1:-1]) * np.uint16(31) + units[2:]
    return hashed


BY_BEGINNING: Final = {
    beginning: [(encode(word), word) for word in words]
    for beginning, words in groupby(sorted(FREQUENT), lambda word: encode(word[:3]))
}

# By its hash, most places of a text are ruled out as the beginning of a frequent word. Looking for
# each of the words takes seven times as long.
MAY_BEGIN: Final = np.zeros(0x10000, np.bool_)
MAY_BEGIN[[hashes_of_threes(beginning)[0] for beginning in BY_BEGINNING]] = True
