"""The medium that categories and tags name: the script that writes the archive of Eastmoney's news
puts its address into the category, in pinyin, and its name into the tag."""

import re
from collections.abc import Iterable, Sequence
from importlib import import_module

from ...characters import HAN_RANGE

NEWS = "新闻"  # what the tag of an article adds to the name
CHANNELS = ("东财滚动新闻", "站长消息")  # tags that are names as they stand
# How names of media end. What a category spells besides these is a subject: maotai, hulianwang.
MEDIUM = re.compile(
    r".(?:[日晚早晨时周商导]报|(?:证券|经济|经营|参考|观察|青年|都市)报|(?:报|证券|新闻|财经)网"
    r"|[华民]网|[联华新讯]社|财经|资讯|在线|经纬|报道|客户端)$"
)
HAN = re.compile(f"[{HAN_RANGE}]")


def medium_of(categories: Sequence[str], tags: Iterable[str]) -> str:
    """The medium whose name a tag carries: 财联社新闻 is 财联社's, 每日经济新闻新闻 is
    每日经济新闻's, and 财联社 is itself if the category spells it. Names of the site's own channels
    stay whole; 新闻 alone and other tags credit nobody."""
    category = latin_category(categories)
    for tag in tags:
        if tag in CHANNELS or is_spelled(category, tag):
            return tag
        if tag.endswith(NEWS) and tag != NEWS:
            return tag.removesuffix(NEWS)
    return ""


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
    """Whether a category is the name of a medium in pinyin (cailianshe) or its initials (cls)."""
    name = tag.removesuffix(NEWS)
    if name.endswith(NEWS):
        return False
    if name != tag:
        # No need to read 财联社新闻 to know it from 界面新闻, which jiemianxinwen spells whole.
        return bool(name) and category.endswith("xinwen")
    if not category or not MEDIUM.search(tag):
        return False
    # Loaded when it is first used: its dictionaries take half a second and 55 MB.
    pypinyin = import_module("pypinyin")
    styles = (pypinyin.Style.NORMAL, pypinyin.Style.FIRST_LETTER)
    return letters(category) in {letters(*pypinyin.lazy_pinyin(tag, style=s)) for s in styles}


def letters(*parts: str) -> str:
    return "".join(filter(str.isalnum, "".join(parts))).lower()
