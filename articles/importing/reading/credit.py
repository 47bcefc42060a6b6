"""The medium that a body credits: （文章来源：证券时报）, wherever Eastmoney puts it."""

import re
from collections.abc import Collection, Iterable

from bs4 import Tag
from bs4.element import NavigableString

from ...characters import clean
from .securities import named_security

MEDIUM_LENGTH = 50  # characters; a longer text is not a name
BARE_LENGTH = 25  # of one without brackets, after which a sentence may follow
LABEL = re.compile(r"文章来源\s*[：:]")
SHORT_LABEL = re.compile(r"\s*+来源\s*+[：:]\s*+")
# What may stand before a credit without brackets; and what no name holds.
SENTENCE_ENDS = frozenset("。！？；，!?;,”」』）)】]…")
NO_NAME = re.compile(r"[。！？；，!?;,\n]|://")
EDITOR = re.compile(
    r"\s*+[（(【\[]?\s*+(?:责任编辑|(?:责编|编辑)(?=\s?[：:]))\s*+[：:]?[^。！？]{0,30}"
)
# What pages have after the medium, in its brackets or on its line: people, times, how often it was
# read, buttons. None of these words alone ends a name, as media are called 时间财经 and 新华评论.
COUNTED = "阅读|浏览|点击|评论|点赞|收藏|转发|分享|回复|跟帖|热度|人气"
LABELS = (
    "责编|编辑|作者|记者|通讯员|实习生|撰文|校对|审核|审校|摄影|制图|监制|值班编委|排版"
    "|发布时间|发布日期|发表时间|发表日期|更新时间|时间|日期|原标题|标题|原文|原文链接|链接|网址"
    "|关键词|标签|股票代码|代码|字号|字体|分享到|分享至|转发到|声明|免责声明|风险提示|版权声明"
    f"|(?:{COUNTED})(?:数|量|次数)?"
)
BUTTONS = (
    "举报|打印|关注|大|中|小|复制链接|我要评论|查看原文|阅读原文|阅读全文"
    "|手机看新闻|扫一扫|APP内查看"
)
OTHERS = re.compile(
    rf"责任编辑|(?:{LABELS})\s?[：:]|(?<=[\s（(【\[])文[：:/]|(?<=\s)[^\w\s]|[|｜]"
    rf"|(?:{COUNTED})(?:数|量|次数)?\s?[（(\[【]?\s?\d"
    rf"|\d{{1,9}}(?:\.\d)?[万\s+]{{0,2}}(?:次|人|条|个)?\s?(?:{COUNTED})"
    r"|(?:19|20)\d\d\s?[-/.年]\s?\d|\d{1,2}[:：]\d\d|\d{1,2}\s?(?:分钟|小时|天)前"
    rf"|(?<=[\s（(【\[])(?:{LABELS}|{BUTTONS})(?=[\s|｜/）)】\]]|$)"
)
SPACES = " \t\r\n\xa0\u3000，,；;"  # and what parts as they do
SIGNS = "|｜/·•"
OPENING_BRACKETS, CLOSING_BRACKETS = "（(【[", "）)】]"
PARTS = frozenset(
    (
        "p div center section article aside header footer main address blockquote figcaption"
        " caption td th li dt dd pre body h1 h2 h3 h4 h5 h6 html"
    ).split()
)
# Elements that only give a text its looks. Any other may begin something else than a name.
LOOKS = frozenset("span font b strong em i u small big mark wbr".split())


def take_medium(body: Tag) -> str:
    """Take the last credit out of a body, and return the medium that it names; "" for none.

    A credit is a part of its own, wherever it stands, or ends the last part that has text. The
    name may hold security marks, so it is read as text. What stands beside a credit stays.
    """
    parts: dict[int, Tag] = {}
    for node in body.descendants:
        if isinstance(node, Tag):
            if "em_media" in str(node.get("class", "")).split():
                parts[id(node)] = node
        elif type(node) is NavigableString and "来源" in node and (part := part_of(node)):
            if part.name == "pre":
                continue
            parts.pop(id(part), None)
            parts[id(part)] = part
    may_end_a_text = True
    for part in reversed(parts.values()):
        strings, breaks, others = strings_of(part)
        text = "".join(strings)
        found = read_credit(text, breaks, others)
        if found is None and "em_media" in str(part.get("class", "")).split():
            found = read_mark(text, breaks | others)
        if found is None:
            continue
        start, end, name = found
        medium = " ".join(clean(name).split())
        if len(medium) > MEDIUM_LENGTH:
            continue
        line = max((place for place in breaks if place <= start), default=0)
        line_end = min((place for place in breaks if place >= end), default=len(text))
        is_first = not text[:start].rstrip(OPENING_BRACKETS).strip()
        before, after = text[line:start].rstrip(OPENING_BRACKETS), text[end:line_end]
        stands_alone = is_first or not (before.strip() or after.strip())
        if not stands_alone and not (may_end_a_text and ends_text(body, part, text[end:])):
            may_end_a_text = False
            continue
        is_whole = is_first and not text[end:].strip() and part.name not in ("body", "html")
        if is_whole and part.find("img") is None:
            remove(part)
        else:
            cut(part, strings, start, end)
        return medium
    return ""


def part_of(node: NavigableString) -> Tag | None:
    """The block that a text stands in."""
    return next((parent for parent in node.parents if parent.name in PARTS), None)


def strings_of(part: Tag) -> tuple[list[NavigableString], set[int], set[int]]:
    """The strings of a part, and two sets of positions in the joined strings: those at which a line
    begins, after a break and where another block begins or ends, and those at which an element
    begins that no name goes on in, such as a link or a picture."""
    strings: list[NavigableString] = []
    breaks, others, length = set(), set(), 0
    block = part
    for node in part.descendants:
        if type(node) is NavigableString:
            here = part_of(node) or part
            if here is not block:
                breaks.add(length)
                block = here
            strings.append(node)
            length += len(node)
        elif isinstance(node, Tag) and node.name == "br":
            breaks.add(length)
        elif isinstance(node, Tag) and not may_be_in_name(node):
            others.add(length)
    return strings, breaks, others


def may_be_in_name(element: Tag) -> bool:
    """Whether a name may go on in an element: in a link only if Eastmoney put it on a word."""
    if element.name == "a":
        is_explained = "infokey" in str(element.get("class", "")).split()
        return is_explained or named_security(element) is not None
    return element.name in LOOKS or element.name in PARTS


def up_to(text: str, start: int, ends: Iterable[int]) -> str:
    """A text up to the first of the positions that has anything between `start` and itself."""
    first = len(text) - len(text[start:].lstrip())
    return text[: min((at for at in ends if at > first), default=None)]


def read_credit(
    text: str, breaks: Collection[int] = (), others: Collection[int] = ()
) -> tuple[int, int, str] | None:
    """Where the last credit in a text starts and ends, and the name that it gives. It ends where
    its line does; `breaks` are the positions at which lines begin, `others` those at which
    elements do that hold no name."""
    labels = list(LABEL.finditer(text))
    if not labels:
        return None
    label = labels[-1]
    line = up_to(text, label.end(), breaks)
    text = up_to(line, label.end(), others)
    before = text[: label.start()].rstrip()
    is_bare = before[-1:] not in tuple(OPENING_BRACKETS)
    start = label.start() if is_bare else len(before) - 1
    if not is_bare and (end := closing(line, label.end())) is not None:
        name, name_end = name_in(text[:end], label.end())
        if not name_end:
            return None
        return (start, end + 1, name) if name_end == end else (label.start(), name_end, name)
    apart = start in breaks or text[start - 1 : start].isspace()
    if is_bare and before and not (apart or before[-1] in SENTENCE_ENDS):
        return None
    name, end = name_in(text, label.end())
    name, _, rest = name.strip().partition("\n")
    is_opened = any(mark in name for mark in OPENING_BRACKETS)
    if name.endswith(tuple(CLOSING_BRACKETS)) and not is_opened:
        name = name[:-1]
    longest = BARE_LENGTH if is_bare else MEDIUM_LENGTH
    if not end or rest.strip() or NO_NAME.search(name) or len(name) > longest:
        return None
    return start, end, name


def name_in(text: str, start: int) -> tuple[str, int]:
    """The name that begins at `start`, and where it ends: before what pages have after a medium,
    and before a bracket in which that begins. It is 0 if that bracket holds the name too."""
    more = OTHERS.search(text, start)
    end = more.start() if more else len(text)
    opened = unclosed(text, start, end)
    if opened < end and not text[start:opened].strip():
        return "", 0
    end = min(end, opened)
    if end == len(text):
        return text[start:], end
    name = text[start:end].rstrip(SPACES + SIGNS)
    return name, end - len(text[start + len(name) : end].lstrip(SPACES))


def unclosed(text: str, start: int, end: int) -> int:
    """Where the first bracket opens that a part of a text does not close; `end` if none does."""
    opened: list[int] = []
    for position in range(start, end):
        if text[position] in OPENING_BRACKETS:
            opened.append(position)
        elif text[position] in CLOSING_BRACKETS and opened:
            opened.pop()
    return opened[0] if opened else end


def read_mark(text: str, ends: Collection[int]) -> tuple[int, int, str] | None:
    """As `read_credit`, of a part that Eastmoney marks as one: it may leave out its label."""
    text = up_to(text, 0, ends)
    whole = len(text)
    start, text = whole - len(text.lstrip()), text.rstrip()
    if text[start : start + 1] in OPENING_BRACKETS and text[-1:] in CLOSING_BRACKETS:
        start, text = start + 1, text[:-1]
    if OTHERS.match(text, start):
        return None
    label = SHORT_LABEL.match(text, start)
    name, end = name_in(text, label.end() if label else start)
    name = name.strip()
    if not name or NO_NAME.search(name):
        return None
    return (0, whole, name) if end == len(text) else (start, end, name)


def closing(text: str, start: int) -> int | None:
    """Where the bracket opened before `start` closes, or else the last closing bracket."""
    depth, last = 1, None
    for position in range(start, min(len(text), start + 4 * MEDIUM_LENGTH)):
        if text[position] in OPENING_BRACKETS:
            depth += 1
        elif text[position] in CLOSING_BRACKETS:
            depth, last = depth - 1, position
            if depth == 0:
                return position
    return last


def ends_text(body: Tag, part: Tag, after: str) -> bool:
    """Whether nothing follows the part in the body, except what pages have `after` a medium on its
    line, and a line on who edited it."""
    is_other = OTHERS.match(f" {after.strip()}", 1)
    is_text = NO_NAME.search(after) or len(after) > MEDIUM_LENGTH
    if after.strip() and not EDITOR.fullmatch(after) and (is_text or not is_other):
        return False
    inside = {id(node) for node in part.descendants}
    return all(
        id(node) in inside or type(node) is not NavigableString or is_editor(node)
        for node in part.find_all_next(string=True)
        if node.strip()
    )


def is_editor(node: NavigableString) -> bool:
    part = part_of(node)
    return part is not None and bool(EDITOR.fullmatch(part.get_text()))


def cut(part: Tag, strings: list[NavigableString], start: int, end: int) -> None:
    """Take the text from `start` to `end` out of a part, and the elements emptied by that."""
    position = 0
    for node in strings:
        first, last = max(start - position, 0), min(end - position, len(node))
        position += len(node)
        if first >= last or node.decomposed:
            continue
        holder = node.parent
        node.replace_with(NavigableString(node[:first] + node[last:]))
        while holder is not None and holder is not part and is_empty(holder):
            empty, holder = holder, holder.parent
            empty.decompose()
    if is_empty(part) and part.name not in ("body", "html"):
        remove(part)


def remove(part: Tag) -> None:
    """Take out a part, and the elements around it that it leaves empty. A cell stays if another
    of its row has text."""
    part.clear()
    holder: Tag | None = part
    while holder is not None and holder.name not in ("body", "html") and is_empty(holder):
        row = holder.parent
        if holder.name in ("td", "th") and row is not None and not is_empty(row):
            return
        empty, holder = holder, row
        empty.decompose()


def is_empty(element: Tag) -> bool:
    return not element.get_text(strip=True) and element.find("img") is None
