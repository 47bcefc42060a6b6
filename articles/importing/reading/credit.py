"""The medium that a body credits: （文章来源：证券时报）, 来源：新华社, wherever it stands.

A body is lines of text. From the last one up, each is asked for a credit: a label, and the name
after it, which ends where something else begins. Only 文章来源 is surely a credit. Other labels
stand under figures too (来源：Wind), so they count only where a page begins or ends.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final, NamedTuple

from bs4 import Tag
from bs4.element import NavigableString

from ...characters import clean
from .kramdown import NOTES
from .securities import named_security

MEDIUM_LENGTH: Final = 50  # characters; a longer text is not a name
BARE_LENGTH: Final = 25  # of one without brackets, after which a sentence may follow
OPENING, CLOSING = "（(【[［〔「", "）)】]］〕」"
COLONS, BARS, SLASHES = ":：︰∶﹕", "|｜丨┃│∣", "/／"
MARKS = COLONS + BARS + SLASHES  # after a label
CODE = "\N{HANGUL FILLER}"  # a letter that stands for each character of code
STOPS = " 。；;，,、"  # that a name does not end in
SPACES = " \t\r\n\xa0\u3000，,；;"  # and what parts as they do
SIGNS = BARS + SLASHES + "·•"
#: Signs around a name, besides symbols such as emoji; the last ones only change how those look.
ORNAMENTS = "~*#@^_=-—–…※·•\u200d\u20e3\ufe0e\ufe0f"

LABEL = re.compile(
    r"(?:(?P<sure>文章[来來]源)|(?<![a-z\u4e00-\u9fff])(?:(?:本文|稿件|新[闻聞])[来來]源"
    r"|[来來][ \u3000\xa0]?源|稿源"
    r"|(?:本文)?[转轉][载載]?自|本文[来來]自|摘自|(?<![a-z][ -])source))"
    rf"\s*+(?:[{COLONS}{BARS}]|[{SLASHES}](?!\s?\w{{1,6}}\s?[{COLONS}]))"  # not 来源/去向：
    rf"|(?<=[{re.escape(OPENING)}])(?:(?:本文)?[转轉][载載]?自|本文[来來]自)(?!\s*+[{MARKS}])",
    re.IGNORECASE,
)
# What credits name that is no medium: words that name nobody, and documents and data, which others
# may follow (Wind，国泰君安证券研究). A name that only begins so is one: Windows Central, 公告解读.
NO_MEDIUM = re.compile(
    r"(?:综合|綜合|网络|網[絡路]|互联网|互聯網|原创|本站|本报|本刊|网友|未知|佚名|其他|朋友圈|转载|整理"
    r"|报道|媒体|自媒体|投稿|供稿|来稿|企业|作者|记者|讯|无|暂无|不详|见?水印|官方|官网|网站"
    r"|(?:微信)?公众号|自筹|自有|募集|资金|自)*+$"
    r"|(?:wind|choice|ifind)(?:\sinfo)?(?!\s?[a-z])|company|公司(?:公告|官网|网站|财报|年报|资料)"
    r"|(?:公司|交易所)?(?:公告|年报|招股(?:书|说明书|意向书|资料))(?=$|[\W\d]|[及和与]|整理|数据)"
    r"|据(?![说悉]\w{1,4}$)",
    re.IGNORECASE,
)
# A name with the account of that medium: 公众号：甲报, 甲报（ID：jia）, “甲报”微信公众号.
ACCOUNT = r"(?:微信)?(?:公众号|公眾號|公号|订阅号|視頻號|视频号)"
QUOTED = r"[“\"‘「『《](?P<quoted>[^“”\"‘’「」『』《》]++)[”\"’」』》]"
OF_ACCOUNT = (
    re.compile(
        rf"(?P<name>.{{1,{MEDIUM_LENGTH}}}?)(?P<quoted>)\s?[{re.escape(OPENING)}]\s?"
        rf"(?:(?:{ACCOUNT}|微信)?\s?(?:ID|微信号)|{ACCOUNT})"
        rf"(?:\s?[{COLONS}]?\s?[A-Za-z][\w-]{{1,40}})?\s?[{re.escape(CLOSING)}]",
        re.ASCII | re.IGNORECASE,
    ),
    re.compile(rf"{ACCOUNT}(?:\s?[{MARKS}]\s?|\s)(?P<name>.+)|{ACCOUNT}{QUOTED}"),
    re.compile(
        rf"{QUOTED}\s?{ACCOUNT}|(?P<name>[^“”\"‘’「」『』《》]{{2,{MEDIUM_LENGTH}}}?)\s?{ACCOUNT}"
    ),
)
NO_NAME = re.compile(rf"[。！？?\n{CODE}]|(?<![A-Za-z])!|://|www\.")  # Yahoo! is one
NO_BARE_NAME = re.compile(r"[；，;,]")
# What may stand before a credit without brackets.
SENTENCE_ENDS = frozenset("。！？；，!?;,”」』）)】]…")
# What pages have beside the medium, in its brackets or on its line: people, times, how often it was
# read, buttons. None of these words alone ends a name, as media are called 时间财经 and 新华评论.
COUNTED = "阅读|浏览|点击|评论|点赞|收藏|转发|分享|回复|跟帖|热度|人气"
LABELS = (
    "责任编辑|责编|编辑|作者|记者|通讯员|实习生|撰文|校对|审核|审校|摄影|制图|监制|值班编委|排版"
    "|发布时间|发布日期|发表时间|发表日期|更新时间|时间|日期|原标题|标题|原文|原文链接|链接|网址"
    "|关键词|标签|股票代码|代码|字号|字体|分享到|分享至|转发到|图片来源|图源|声明|免责声明|风险提示|版权声明"
    f"|(?:{COUNTED})(?:数|量|次数)?"
)
BUTTONS = (
    "举报|打印|关注|大|中|小|复制链接|我要评论|查看原文|阅读原文|阅读全文"
    "|手机看新闻|扫一扫|APP内查看|打开APP|朗读|订阅|关闭|纠错|今天|昨天|前天|刚刚"
)
# What is said of rights.
RIGHTS = (
    r"版权(?:归|属|所有)|[如若]?侵删|如有侵权|侵权(?:必究|必删|即删|立删|请|联系)"
    r"|请注明|(?:如需)?转载请|仅供(?:参考|学习|分享)"
)
# Who wrote it, without a colon: to the end, or that of a bracket.
PERSON = (
    r"(?:作者|记者|编辑|责编|撰文|通讯员|实习生)\s?[\u4e00-\u9fff]{2,4}"
    rf"(?:[\s、][\u4e00-\u9fff]{{2,4}}){{0,3}}(?=[\s。]*+(?:$|[{re.escape(CLOSING)}]))"
)
BESIDE = re.compile(
    rf"责任编辑|(?:{LABELS})\s?[{COLONS}{BARS}]|(?<=[\s{re.escape(OPENING)}])文\s?[{MARKS}]"
    rf"|(?<=\s)[^\w\s]|[{BARS}]"
    rf"|(?:{COUNTED})(?:数|量|次数)?\s?[{re.escape(OPENING)}]?\s?\d"
    rf"|\d{{1,9}}(?:\.\d)?[万\s+]{{0,2}}(?:次|人|条|个)?\s?(?:{COUNTED})"
    r"|(?:19|20)\d\d\s?[-/.年]\s?\d|\d{1,2}[:：]\d\d|\d{1,2}\s?(?:分钟|小时|天)前"
    r"|(?<=\s)\d{1,2}[-/月]\d"
    r"|\[\^?\d{1,2}\]|[①-⑳]|(?<=[\s,])(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?"
    r"|July?|Aug(?:ust)?|Sep(?:t|tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?\s\d"
    rf"|(?<=[\s{re.escape(OPENING)}，,；;。])(?:https?://|{RIGHTS})"
    r"|(?<=[，,；;])(?:作者|记者|编辑|责编)"
    rf"|(?<=[\s{re.escape(OPENING)}，,；;])(?:{PERSON}|原标?题《|第\s?\d{{1,3}}\s?[版期]"
    r"|[\u4e00-\u9fff]{0,12}(?:本文|原文|内容)[\u4e00-\u9fff]{0,3}有[删改])"
    rf"|(?<=[社报報网網台刊]){PERSON}"
    r"|有(?:删|改|节选)|\w{2,4}[/／][文摄](?!\w)"
    rf"|(?<=[\s{re.escape(OPENING)}，,；;])(?:{LABELS}|{BUTTONS})(?=[\s{MARKS}{re.escape(CLOSING)}]|$)"
)
# A label of any kind, such as 主编：, is no part of a name before it.
OTHER_LABEL = rf"(?<=\s)(?:[^\W\d]\w{{0,5}}\s?[{COLONS}]|[\u4e00-\u9fff]{{1,6}}[{BARS}])"
LABELLED = re.compile(OTHER_LABEL)
# What may follow on the line of a credit alone; a footnote's sign is a number.
AFTER = re.compile(rf"{OTHER_LABEL}|(?:作者|记者|编辑|责编)\w{{2,3}}$|\^?\d{{1,2}}$")
SENTENCE = re.compile(r"[。！？；!?]")
# What pages have at their end, however long.
NOTICE = re.compile(
    r"(?:(?:免责|版权|郑重|特别)?声明|风险提示)[：:]"
    r"|(?:本文|以上|文中)[^。！？]{0,30}(?:仅供参考|不构成|不代表)"
    rf"|(?:投资|股市|市场|入市)有风险|{RIGHTS}"
    r"|[-—– ]*+(?:全文完|完|the end|end|fin)[-—– .]*+$|https?://[!-~]++$",
    re.IGNORECASE,
)

PARTS = frozenset(
    (
        "p div center section article aside header footer main address blockquote figcaption"
        " caption td th li dt dd pre body h1 h2 h3 h4 h5 h6 html"
    ).split()
)
# Elements that only give a text its looks. Any other may begin something else than a name.
LOOKS = frozenset("span font b strong em i u small big mark wbr".split())
FIGURES = ("table", "figure")


@dataclass(slots=True)
class Line:
    """A line of a part. `stops`: the positions at which an element begins that no name goes on
    in, such as a link."""

    part: Tag
    is_marked: bool  # by Eastmoney, as a credit
    is_below_picture: bool
    strings: list[NavigableString] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)
    length: int = 0

    @property
    def text(self) -> str:
        return "".join(CODE * len(node) if is_code(node) else node for node in self.strings)


class Credit(NamedTuple):
    """What a line says of a medium, from `start` to `end`."""

    start: int
    end: int
    name: str
    is_sure: bool


def take_medium(body: Tag) -> str:
    """Take the last credit out of a body, and return the medium that it names; "" for none.

    A credit is a line of its own, with what pages have beside a medium, or ends the text. The name
    may hold security marks, so it is read as text. What stands beside a credit stays.
    """
    lines = lines_of(body)
    opening = next((n for n, line in enumerate(lines) if not is_above(line)), 0)
    is_end = True
    for number, line in reversed([*enumerate(lines)]):
        text = line.text
        if line.part.name != "pre" and (credit := read_credit(line, text)):
            begins, ends = is_beside(text[: credit.start]), is_after(text[credit.end :])
            if credit.is_sure:
                counts = begins or (is_end and ends)
            else:
                counts = ends and (is_end or (begins and number <= opening))
                counts = counts and not is_of_figure(line, lines[number - 1] if number else None)
            if counts:
                cut(line, credit.start, credit.end)
                return credit.name
        is_end = is_end and is_beside(text)
    return ""


def lines_of(body: Tag) -> list[Line]:
    """The lines with text, without footnotes. They end at a break, and where another part begins or
    ends."""
    lines: list[Line] = []
    line: Line | None = None
    is_below_picture = False
    notes = body.find("ol", {"class": NOTES})
    in_notes = set(map(id, notes.descendants)) if isinstance(notes, Tag) else set()
    for node in body.descendants:
        if id(node) in in_notes:
            continue
        if type(node) is NavigableString:
            part = part_of(node) or body
            if line is None or line.part is not part:
                if not node.strip():
                    continue
                is_first = not lines or lines[-1].part is not part
                is_marked = is_first and "em_media" in str(part.get("class", "")).split()
                line = Line(part, is_marked, is_below_picture)
                lines.append(line)
            line.strings.append(node)
            line.length += len(node)
            is_below_picture = is_below_picture and not node.strip()
        elif isinstance(node, Tag):
            is_below_picture = is_below_picture or node.name == "img"
            if node.name == "br":
                line = None
            elif line is not None and not may_be_in_name(node):
                line.stops.append(line.length)
    return lines


def part_of(node: NavigableString) -> Tag | None:
    """The block that a text stands in."""
    return next((parent for parent in node.parents if parent.name in PARTS), None)


def is_code(node: NavigableString) -> bool:
    parents = takewhile(lambda parent: parent.name not in PARTS, node.parents)
    return any(parent.name == "code" for parent in parents)


def may_be_in_name(element: Tag) -> bool:
    """Whether a name may go on in an element: in a link only if Eastmoney put it on a word."""
    if element.name == "a":
        is_explained = "infokey" in str(element.get("class", "")).split()
        return is_explained or named_security(element) is not None
    return element.name in LOOKS or element.name in PARTS


def is_of_figure(line: Line, above: Line | None) -> bool:
    """Whether a line stands in a table or below a figure, of which it says where that is from."""
    parts = [line.part, *([above.part] if above else [])]
    return line.is_below_picture or any(
        holder.name in FIGURES for part in parts for holder in (part, *part.parents)
    )


def is_beside(text: str) -> bool:
    """Whether a text is empty, or only what pages have beside a medium."""
    text = text.strip(SPACES + OPENING + CLOSING)
    if not text or NOTICE.match(text):
        return True
    is_long = len(text) > MEDIUM_LENGTH or SENTENCE.search(text)
    return not is_long and BESIDE.match(f" {text}", 1) is not None


def is_after(text: str) -> bool:
    """Whether a text may follow a credit on its line."""
    text = text.strip(SPACES + OPENING + CLOSING)
    return is_beside(text) or (
        len(text) <= MEDIUM_LENGTH
        and not SENTENCE.search(text)
        and AFTER.match(f" {text}", 1) is not None
    )


def is_above(line: Line) -> bool:
    """Whether a line may stand between the beginning of a page and its text."""
    return line.part.name == "h1" or is_beside(line.text)


def read_credit(line: Line, text: str) -> Credit | None:
    """The last credit in the text of a line."""
    label = next(reversed(list(LABEL.finditer(text))), None)
    if label is not None:
        start, at = label.span()
    elif line.is_marked:  # it may leave out its label
        start = at = len(text) - len(text.lstrip(SPACES + OPENING))
    else:
        return None
    before = text[:start].rstrip()
    is_bare = not before.endswith(tuple(OPENING))
    is_apart = text[start - 1 : start].isspace() or before[-1:] in SENTENCE_ENDS
    if is_bare and not (is_apart or is_beside(before)):
        return None
    if before.endswith(tuple(BARS)) and text[at - 1] in BARS and not is_beside(before):
        return None  # the heads of columns
    first = len(text) - len(text[at:].lstrip())
    last = next((stop for stop in line.stops if stop > first), len(text))
    closed = None if is_bare else closing(text, at)
    name, end = name_in(text[: last if closed is None else min(last, closed)], at)
    if not is_bare and closed is None:
        start = len(before) - 1
    elif end == closed:
        start, end = len(before) - 1, end + 1
        if not text[:start].strip() and not text[end:].strip(STOPS):
            end = len(text)
    name = without_signs(name.strip().rstrip(STOPS))
    if name.endswith(tuple(CLOSING)) and not any(mark in name for mark in OPENING):
        name = name[:-1]
    if NO_NAME.search(name) or (is_bare and NO_BARE_NAME.search(name)):
        return None
    name = without_account(" ".join(clean(name).split()))
    if NO_MEDIUM.match(name) or len(name) > (BARE_LENGTH if is_bare else MEDIUM_LENGTH):
        return None
    return Credit(start, end, name, is_sure=label is None or label["sure"] is not None)


def without_account(name: str) -> str:
    """A name without what says that it is an account, and which."""
    for form in OF_ACCOUNT:
        found = None if NO_MEDIUM.match(name) else form.fullmatch(name)
        if found:
            name = found["name"] or found["quoted"]
    return name


def without_signs(name: str) -> str:
    """A name without emoji and other signs around it."""
    first, last = 0, len(name)
    while first < last and is_sign(name[first]):
        first += 1
    while first < last and is_sign(name[last - 1]):
        last -= 1
    return name[first:last].strip()


def is_sign(character: str) -> bool:
    return character in ORNAMENTS or (
        character != "+" and unicodedata.category(character) in ("So", "Sk", "Sm")
    )


def name_in(text: str, start: int) -> tuple[str, int]:
    """The name that begins at `start`, and where it ends: before what pages have beside a medium,
    and before a bracket in which that begins. It is empty if that bracket holds the name too."""
    first = len(text) - len(text[start:].lstrip())
    more = (BESIDE.search(text, start), LABELLED.search(text, first + 1))
    end = min((match.start() for match in more if match), default=len(text))
    end = min(end, unclosed(text, start, end))
    if end == len(text):
        return text[start:], end
    name = text[start:end].rstrip(SPACES + SIGNS)
    return name, end - len(text[start + len(name) : end].lstrip(SPACES))


def unclosed(text: str, start: int, end: int) -> int:
    """Where the first bracket opens that a part of a text does not close; `end` if none does."""
    opened: list[int] = []
    for position in range(start, end):
        if text[position] in OPENING:
            opened.append(position)
        elif text[position] in CLOSING and opened:
            opened.pop()
    return opened[0] if opened else end


def closing(text: str, start: int) -> int | None:
    """Where the bracket opened before `start` closes, or else the last closing bracket."""
    depth, last = 1, None
    for position in range(start, min(len(text), start + 4 * MEDIUM_LENGTH)):
        if text[position] in OPENING:
            depth += 1
        elif text[position] in CLOSING:
            depth, last = depth - 1, position
            if depth == 0:
                return position
    return last


def cut(line: Line, start: int, end: int) -> None:
    """Take the text from `start` to `end` out of a line, and the elements emptied by that. A cell
    stays if another of its row has text."""
    position = 0
    for node in line.strings:
        first, last = max(start - position, 0), min(end - position, len(node))
        position += len(node)
        if first >= last or node.decomposed:
            continue
        holder = node.parent
        node.replace_with(NavigableString(node[:first] + node[last:]))
        while holder is not None and holder.name not in ("body", "html") and is_empty(holder):
            row = holder.parent
            if holder.name in ("td", "th") and row is not None and not is_empty(row):
                break
            empty, holder = holder, row
            empty.decompose()


def is_empty(element: Tag) -> bool:
    return not element.get_text(strip=True) and element.find("img") is None
