"""Whether a name that is also a word (机器人, 银行) means a company or a board where it stands.

What companies do tells, and how headlines and analysts write of them. Pure: texts are normalised,
and begin with the title.
"""

import re
from typing import Final

from .spellings import SHORT

#: Such a prefix in a text: a name after it is one.
PREFIXED = re.compile(r"(?:\*?st|x[dr]|(?<![a-z])(?:dr|[ncu]))$")
#: What stands between the beginning of a title and its subject: 【快讯】, 公告:, *ST.
TITLE_START = re.compile(r"(?:【[^】\n]{1,12}】|\[[^\]\n]{1,12}\]|[\u4e00-\u9fff]{2,4}[:丨|])?")
SUBJECT = re.compile(
    r":[^\n]{0,12}?(?:公告|净利|营收|业绩|预[增减亏]|增持|减持|回购|停牌|复牌|定增|募资|中标|收购|签|子公司|公司|股东"
    r"|董事|控股|拟|亿|万|%)"
    r"|:[^\n:]{0,20}?(?:重大资产|重大事项|资产重组|(?<!新)股[票份](?!有限|市场)|股权|质押|退市|高管|监事|总经理|非公开发行"
    r"|营业?收入|战略合作|签[订署]|新签|信披|立案|证监[会局]|[沪深上北]交所"
    r"|重组|亏损|[停复]牌|实控人|实际控制人|控股股东|预计20\d\d年)"
    r"|[:,][^\n:,。;、]{0,4}?(?:澄清|分红|派息|问询函|警示函|立案|[停复]牌|[预扭]亏|预增|净利)"
    r"|:(?:(?:新?产品|新?药品?)获批|新品(?!种|牌)|[^\n:,。;、]{0,4}?收入(?:翻[番倍]|[同环]比)"
    r"|获[^\n:,。;、]{0,12}?(?:资质|牌照|批文|许可|专利|认证)|(?:前?\d{1,2}|[一二三四五六七八九十]{1,2})月份?[^\n:,。;、]{0,6}?(?:销[售量]|产量|营收|吞吐量|发电量|交付))"
    r"|拟(?!人)|中标|(?:[23]0(?:cm|%)|一字|触及|直线|封)?[涨跌]停(?![潮股家])|[涨跌]超"
)
#: What only a company does at the beginning of a title: elsewhere the word may do so too.
HEADLINE = re.compile(
    r"[大急暴]?[涨跌]\d|收到?[^,。;:\n]{0,8}?(?:关注|问询|监管|警示)函"
    r"|(?:因[^,。;:\n]{0,8}?)?被[^,。;:\n]{0,6}?(?:立案|问询|罚|警示|举牌)"
    r"|(?:发布|披露|\(|20\d\d年?)*+(?:[一三]季报|[半中]?年报|半?年度报告)(?=点评|[):,; \n]|$)"
    r"|(?:20\d\d年?|[上下]半年|前?[一二三四]季度|全年)++(?:营业?收入?|盈利|亏损)"
    r"|(?:20\d\d年?|发布|披露)*+(?:[一三]季报|[半中]?年报|半?年度报告)"
    r"(?:业绩|净利|扭亏|[预大倍续增降亏盈转拟遭披被延推\d])"
    r"|(?:终止|暂停|筹划|调整|继续|拟|[取撤]销|完成|重启)[^,。;:\n]{0,4}?"
    r"(?:重组|重大|资产|发行|定增|股权|激励|分红|利润分配|收购|购买|回购|减持|增持)"
    r"|重组(?=[^\u4e00-\u9fff]|[未获过被])|(?:下修|上修|修正|大幅|[上下]调|调[高低])[^,。;:\n]{0,10}?业绩"
    r"|收到?[^,。;:\n]{0,6}?(?:证监|交所|处罚)|遭[^,。;:\n]{0,8}?(?:减持|增持|警示|处罚|问询|立案|举牌|质疑)"
    r"|(?:涉嫌|因|就)[^,。;:\n]{0,8}?(?:信披|立案|处罚|违规)|澄清|计提|(?:再[获次]?)?中标|部分高管|监事会|母公司"
    r"|获[^,。;:\n]{0,6}?(?:机构调研|[增减]持|举牌|问询)"
    r"|回应(?:质疑|问询|传闻|媒体|股价|关注函)|称(?:公司|订单|目前|产能|生产|业务|经营|不存在|[尚暂并]?[未无])"
    r"|(?:推出|发布)(?:全?新[款品车机一]|首款)|宣布|裁员|(?:与|和)[^,。;:\n]{1,12}?(?:和解|达成)"
    r"|表示不|(?:全资|控股)?子公司|实控人|实际控制人|董秘|员工持股"
    r"|龙虎榜(?=[:,; \n]|$)|10[派转送]\d|上市首日"
    r"|[今明]?日?(?:正式|[将拟])?(?:登陆|在)(?:[a港美]股|科创板|创业板|[沪深]市|[上深港北纽]交所|纳斯达克)"
    r"(?:上市|挂牌|(?=[:,; \n]|$))"
    r"|与[^,。;:\n]{1,12}?签[署约订下]"
    r"|(?:、(?![^、\n]{0,6}(?:概念|板块|行业|产业))[\u4e00-\u9fffa-z*]{2,6}?){1,4}(?:等[^、\n]{0,4})?"
    r"(?:[涨跌]停(?![潮股家])|[涨跌]超)"
)
#: What analysts give a share, and nothing else has.
RATED = re.compile(r'目标价(?!格|位?补)|"?(?:买入|推荐|跑赢行业|优于大市)"?评级')
BRACKETS: Final = ("【】", "[]")
FULL_NAME = re.compile(r"[\u4e00-\u9fff()]{0,12}?(?:股份有限公司|股份公司)")
#: What follows the names of two companies that a third has, or one that a third begins with.
JOINT_VENTURE = re.compile(r"[\u4e00-\u9fff()]{0,12}?(?:(?<!股份)有限公司|合资)")
LONGER_NAME = re.compile(r"[\u4e00-\u9fff()]{0,12}?(?<!股份)有限公司")
#: What follows a part of the name of a partnership, or the name of the group that a company is of.
PARTNERSHIP = re.compile(r"[\u4e00-\u9fff]{0,14}?\(有限合伙\)")
GROUP = re.compile(
    r"(?:控股|投资|产业|实业|科技|企业)?集团(?:有限(?:责任)?公司|[减增]持|持有|持股|所持|[将]?其?所?持|质押)"
)
COMPANY = re.compile(r"[\u4e00-\u9fff()]{0,10}?(?:公司|集团)")
#: What follows only the name of a company: a deed, with no more before it than when and how.
DEED = re.compile(
    r"[涨跌]停(?![潮股家])|(?:[\d一二三四五上下前第去今昨明半年月周日季度晚早午夜间盘后凌晨近 :-]"
    r"|发布|公布|发行|终止|完成|实现|预计|计划|关于|公司|控股|独立|[大副拟再又还获遭被将已则称])*+"
    r"(?:财[季年])?"
    r"(?:公告(?![牌板栏])|披露|股东|净利|业绩|预增|预减|预亏|扭亏|增持|减持"
    r"|定增|募资|停牌|复牌|回购|董事|高管|可转债|市值|股价|砍单|财报|[半中]?年报|半?年度报告|[一三]季报|报(?=[,。:;)]|净利|显示)|合约销售|新签合同|首席(?:执行|财务|运营)官)"
    r"|(?:20\d\d年?|财年)?(?:[qh][1-4]|第?[一二三四]季度?|[上下]半年)(?:营收|销售额|净利|业绩|财报|盈利)"
    r"| ?c[efot]o(?![a-z0-9])"
)
#: A product, which has the name of its maker: 波音737 MAX, 小米14 Pro, 福特F-150. Not GPT-4, 5G.
PRODUCT = re.compile(
    r"(?! ?(?:gpt|chat|ai|[qh][1-4](?!\d)))"
    r"(?: ?\d{1,4}[ -]?(?:max|pro|plus|ultra|mini|neo)(?![a-z])"
    r"|(?:i[a-z]{2,5} ?|[a-z]-?)\d{1,4}(?![\d.%])|(?!p[besm])[a-z]{2}\d{1,2}(?![a-z\d.%])"
    r"| ?(?:iphone|ipad|macbook|airpods|vision pro)(?![a-z]))"
)
#: What a share does where several are told of: 恒指收跌，小米跌3%; 波音、苹果均涨超1%.
MOVED = re.compile(
    r"(?:、(?![^、\n]{0,6}(?:概念|板块|行业|产业))[\u4e00-\u9fffa-z*]{2,6}?){0,4}(?:等[^、\n]{0,4})?"
    r"[均都齐]?(?:[收高低]开|盘[前后中])?[大急暴]?[涨跌][超近逾约幅]{0,2}\d{1,3}(?:\.\d{1,2})?%"
)
BEFORE_MOVED = re.compile(r"(?:^|[,;:、。\n]|成[分份]股|其中)$")
#: What else does so: goods, and boards.
NO_SHARES = re.compile(
    r"期货|合约|商品|夜盘|红枣|生猪|豆粕|菜粕|鸡蛋|玉米|花生|棉花|水果|板块|概念|行业|题材"
)
LONGEST_SENTENCE: Final = 80  # characters before
#: What follows a company that is called by few letters, and hardly an abbreviation. Not 发布
#: alone, which says of products too that they are new: GPU发布.
DEED_OF_LETTERS = re.compile(
    r"[)\"”》]? ?"
    r"(?:[\d一二三四上下前第去今本全年季半月日度早晚午夜间盘后凌晨q ]|财[季年]|发布|[美港]股"
    r"|[开收]盘)*+"
    r"(?:公布|宣布|披露|公告|财报|报(?!道)|业绩|营收|净利|盈利|每股|市值|股[价票东份]|首席|c[efo]o|总裁"
    r"|董事|高管|裁员|[增减]持|[收回]购|[将拟](?:以|斥|收购|裁)|在华|[大急暴][涨跌升]"
    r"|[上下收]?[涨跌](?:[超近逾停幅]|\d)|[高低]开)"
)
#: The same in an English text.
DEED_IN_ENGLISH = re.compile(
    r" (?:shares|stock|adrs?|c[ef]o|said|says|sold|reported|posted|delivered|unveiled|announced)"
    r"(?![a-z])"
)
#: What stands before one.
BEFORE_LETTERS = re.compile(r"(?:巨头|入股|[增减]持|买入|卖出|[加减建清重]仓) ?[(\"“《]?$")
LONGEST_BEFORE_LETTERS: Final = 4  # characters
NO_COMPANY = re.compile(r"集团|(?!拟|中标)[^,。;!?\n]{0,4}?(?:概念|板块|行业|产业|市场)")
OF_BOARD = re.compile(r"(?:概念|板块|行业|指数|龙头|[个龙]?股)")
OF_BOARD_END = re.compile(r"(?:概念|板块|行业)$")
#: 银行股份有限公司, 汉口银行股权, 银行股东.
NO_BOARD = re.compile(r"股(?:份|权|东|本|价|金)")


def names_company(text: str, start: int, end: int, is_short: bool) -> bool:
    """Whether a doubtful name is that of a company where it stands. What `is_short` mostly is a
    word where something is done: 中期业绩 is none of *ST中期."""
    if is_after_prefix(text, start) or (not is_short and FULL_NAME.match(text, end)):
        return True
    if NO_COMPANY.match(text, end):
        return False
    return (
        is_subject(text, start, end)
        or (not is_short and any(one.match(text, end) for one in (DEED, RATED, PRODUCT)))
        or moves_as_share(text, start, end)
    )


def moves_as_share(text: str, start: int, end: int) -> bool:
    """Whether a text says by how many per cent what it names there rose or fell, and speaks of
    shares."""
    if not MOVED.match(text, end):
        return False
    before = text[max(0, start - LONGEST_SENTENCE) : start]
    return bool(BEFORE_MOVED.search(before)) and not NO_SHARES.search(before)


def acts_as_company(text: str, start: int, end: int) -> bool:
    """Whether a name of few letters is that of a company where it stands."""
    before = text[max(0, start - LONGEST_BEFORE_LETTERS) : start]
    return bool(DEED_OF_LETTERS.match(text, end) or BEFORE_LETTERS.search(before))


def names_board(text: str, start: int, end: int, is_cut: bool) -> bool:
    """Whether the name of a board, which is a word, is more than a part of another name."""
    if OF_BOARD.match(text, end) and not NO_BOARD.match(text, end):
        return True
    return not is_cut and end - start > SHORT and not COMPANY.match(text, end)


def is_subject(text: str, start: int, end: int) -> bool:
    """Whether a name begins the title, as headlines name their subject, or stands there in
    brackets: 【机器人】中标大单."""
    if start == 1 and text[0] + text[end : end + 1] in BRACKETS:
        return begins_headline(text, end + 1) or bool(DEED.match(text, end + 1))
    opening = TITLE_START.match(text)
    return start in (0, opening.end() if opening else 0) and begins_headline(text, end)


def begins_headline(text: str, end: int) -> bool:
    return bool(SUBJECT.match(text, end) or HEADLINE.match(text, end))


def is_after_prefix(text: str, start: int) -> bool:
    return PREFIXED.search(text[max(0, start - 3) : start]) is not None
