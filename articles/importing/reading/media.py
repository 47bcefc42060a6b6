"""The medium that categories and tags name: the script that writes the archive of Eastmoney's news
puts its address into the category, in pinyin, and its name into the tag."""

import re
from collections.abc import Iterable, Sequence
from importlib import import_module

from ...characters import HAN_RANGE, letters

NEWS = "新闻"  # what the tag of an article adds to the name
# Tags that are names as they stand: the site's own channels, and media whose names end in 新闻.
NAMES = frozenset(
    "东财滚动新闻 站长消息 每日经济新闻 界面新闻 澎湃新闻 央视新闻 红星新闻 封面新闻 上观新闻"
    " 上游新闻 极目新闻 九派新闻 荔枝新闻 新浪新闻 网易新闻 腾讯新闻 搜狐新闻 凤凰新闻".split()
)
#: The addresses of media that are not the pinyin of their names.
ADDRESSES = {
    "第一财经": "yicai",
    "华尔街见闻": "wallstreetcn",
    "证券时报": "stcn",
    "证券时报网": "stcn",
    "界面新闻": "jiemian",
    "联合早报": "zaobao",
    "财新": "caixin",
    "财新网": "caixin",
}
LONG = 3  # characters of a name that only its spelling tells from a subject: 格隆汇, but not 财经
# What makes a subject of 财经 and its like: 国际财经, 行业资讯, 深度报道.
OF_SUBJECTS = (
    "中国|国内|国际|全球|世界|海外|今日|每日|最新|热点|突发|实时|深度|独家|专题|市场|行业|产业|企业"
    "|公司|新闻|财经|经济|金融|科技|股市|股票|证券|基金|期货|港股|美股"
)
# How names of media end. Other tags that a category spells are subjects: 茅台, 互联网.
MEDIUM = re.compile(
    r".(?:[日晚早晨时周商导]报|(?:证券|经济|经营|参考|观察|青年|都市)报|(?:报|证券|新闻|财经)网"
    rf"|[华民]网|[联华新讯]社|(?<!{OF_SUBJECTS})(?:财经|资讯|在线|报道)|世纪经济报道|经纬|客户端)$"
)
HAN = re.compile(f"[{HAN_RANGE}]")


def medium_of(categories: Sequence[str], tags: Iterable[str]) -> str:
    """The medium whose name a tag carries: 财联社新闻 is 财联社's, 每日经济新闻新闻 is
    每日经济新闻's, and 财联社 is itself if the category spells it. `NAMES` stay whole; 新闻 alone,
    国际新闻 and other tags credit nobody."""
    category = latin_category(categories)
    for tag in tags:
        if tag in NAMES or is_spelled(category, tag):
            return tag
        if tag.endswith(NEWS) and is_medium(tag.removesuffix(NEWS), category):
            return tag.removesuffix(NEWS)
    return ""


def is_medium(name: str, category: str) -> bool:
    """Whether what stands before 新闻 is a medium, by its end or because the category spells it."""
    if is_known(name) or (name.endswith(NEWS) and name != NEWS):
        return True
    return bool(category) and len(name) >= LONG and are_alike(category, pinyin(name))


def is_known(name: str) -> bool:
    """Whether a name is that of a medium, by itself or by its end."""
    return name in ADDRESSES or MEDIUM.search(name) is not None


def category_name(categories: Sequence[str], tags: Sequence[str]) -> str:
    """What the category of a document is called if that is the address of a medium: it is the only
    one and in Latin letters, and spells the name in a tag, or there is a single tag."""
    category = latin_category(categories)
    spelled = next((tag for tag in tags if is_spelled(category, tag)), "")
    return spelled or (medium_of(categories, tags) if category and len(tags) == 1 else "")


def latin_category(categories: Sequence[str]) -> str:
    """The one category, if it has no Chinese characters."""
    return categories[0] if len(categories) == 1 and not HAN.search(categories[0]) else ""


def is_spelled(category: str, tag: str) -> bool:
    """Whether a tag is the name of a medium and the category its pinyin (cailianshe), which may
    lack 社 or 网 (xinhua), its initials (cls) or its address (yicai)."""
    if not category or not (tag in NAMES or is_known(tag)):
        return False
    if category.lower() == ADDRESSES.get(tag):
        return True
    whole = pinyin(tag)
    without_end = whole[:-1] if tag.endswith(("社", "网")) else whole
    initials = pinyin(tag, "FIRST_LETTER")
    return any(are_alike(category, part) for part in (whole, without_end, initials))


def pinyin(text: str, style: str = "NORMAL") -> list[str]:
    # Loaded when it is first used: its dictionaries take half a second and 55 MB. `articles.pinyin`
    # needs Django, which the processes that read files do without.
    pypinyin = import_module("pypinyin")
    syllables: list[str] = pypinyin.lazy_pinyin(text, style=pypinyin.Style[style])
    return syllables


def are_alike(category: str, syllables: Iterable[str]) -> bool:
    return letters(category).lower() == letters("".join(syllables)).lower()
