"""Front-matter files in the forms of the real ones: the same count and seed, the same bytes."""

import datetime as dt
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from .stories import EVENTS, ODD_TITLES, Event
from .vocabulary import (
    AGENCIES,
    BOARDS,
    BROKERS,
    CITIES,
    COMMODITIES,
    COUNTRIES,
    MEDIA,
    PRODUCTS,
    STOCKS,
    SURNAMES,
    Medium,
    Stock,
)

LAST_DAY = dt.date(2022, 12, 31)
DAYS = 400
FLASHES = Medium("东财滚动新闻", "emnews", 0)
HOURS = [3, 1, 1, 1, 1, 2, 5, 12, 25, 60, 60, 50, 20, 45, 55, 50, 30, 30, 25, 15, 12, 10, 8, 5]
COLUMNS = [
    ("finance", 1354),
    ("finance", 1355),
    ("finance", 11060),
    ("stock", 1405),
    ("hk", 1535),
    ("futures", 1513),
    ("mss", 1344),
]
SAMPLE_MARK = "newsroom_sample: true"  # in the front matter of each: what makes it a sample to us
GLOSSARY = {"公告": "notices", "业绩": "bbsj", "年报": "bbsj/nb", "股东": "gdhs"}

WELCOME = f"""---
layout: post
{SAMPLE_MARK}
title: "开站说明"
date: 2021-12-01 08:00:00
categories: sitenews
tags: 站长消息
---

这里收录的是**样例文章**，由程序写成，供试用和测试：

- 每篇都有来源、分类和标签；
- 证券名称可以点开。
"""


class SampleFile(NamedTuple):
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """What one post says, in whichever form it is written."""

    code: str
    when: dt.datetime
    title: str
    digest: str
    paragraphs: list[str]
    stocks: list[Stock]
    boards: list[str]
    medium: Medium | None  # None if the writing script did not know it


def sample_posts(count: int, seed: int = 0) -> Iterator[SampleFile]:
    """The files of `count` posts, oldest first. A post in two forms is two files."""
    random = Random(seed)
    if count:
        yield SampleFile("2021-12-01-welcome.md", WELCOME)
    for number in range(1, count):
        yield from files(random, story(random, number, count))


def files(random: Random, told: Story) -> Iterator[SampleFile]:
    form = random.random()
    if form < 0.52:
        flash = write_flash(random, told)
        yield flash
        if told.when.year > 2021 and random.random() < 0.01:
            yield broken_copy(told, flash)
    if form > 0.46:  # so that six in a hundred exist in both forms
        yield write_article(random, told)


def story(random: Random, number: int, count: int) -> Story:
    when = moment(random, number, count)
    main = skewed(random, STOCKS)
    others = [stock for stock in random.sample(STOCKS, 3) if stock.name != main.name]
    words = vocabulary(random, when, main, others)
    event: Event = random.choice(EVENTS)
    title = random.choice(ODD_TITLES if random.random() < 0.03 else event.titles)
    sentences = [fill(random, words, text) for text in event.body]
    random.shuffle(sentences)
    lead = fill(random, words, random.choice(event.lead))
    return Story(
        code=f"{when:%Y%m%d}{2_200_000_000 + number * 37:010}",
        when=when,
        title=fill(random, words, title),
        digest=lead,
        paragraphs=[lead, *in_paragraphs(random, sentences[: random.randint(2, len(sentences))])],
        stocks=[main, *others],
        boards=[words["b"], words["b2"]],
        medium=None if random.random() < 0.01 else random.choices(MEDIA, [m[2] for m in MEDIA])[0],
    )


def moment(random: Random, number: int, count: int) -> dt.datetime:
    """When the post of this number appeared: ever more a day, and most while markets are open."""
    day = LAST_DAY - dt.timedelta(days=DAYS - 1 - int((number / count) ** 0.7 * DAYS))
    hour = random.choices(range(24), HOURS)[0]
    seconds = (hour * 60 + random.randrange(60)) * 60 + random.randrange(60)
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=seconds)


def skewed(random: Random, items: list[Stock]) -> Stock:
    """One of `items`, the first the likeliest by far."""
    return items[int(len(items) * random.random() ** 2.5)]


def vocabulary(
    random: Random, when: dt.datetime, main: Stock, others: list[Stock]
) -> dict[str, str]:
    """What the words in braces stand for, in one post."""
    percent, price = random.randint(20, 180), random.uniform(8, 300)
    board2 = random.choice([board for board in BOARDS if board != main.board])
    city, city2 = random.sample(CITIES, 2)
    goods, goods2 = random.sample(COMMODITIES, 2)
    return {
        "c": main.name, "c2": others[0].name, "c3": others[-1].name,
        "code": symbol_text(main), "b": main.board, "b2": board2,
        "year": str(when.year), "next": str(when.year + 1),
        "month": str(when.month), "day": str(when.day),
        "pct": str(percent), "pct2": str(percent + random.randint(5, 60)),
        "pct3": f"{random.uniform(5, 45):.1f}",
        "small": f"{random.uniform(0.1, 3.5):.2f}", "small2": f"{random.uniform(3, 9.9):.1f}",
        "yi": f"{random.uniform(20, 900):.1f}", "yi2": f"{random.uniform(10, 90):.2f}",
        "yi3": f"{random.uniform(1, 10):.2f}", "wan": str(random.randint(800, 9900)),
        "few": str(random.randint(2, 9)), "few2": str(random.randint(10, 60)),
        "high": str(random.randint(61, 97)), "price": f"{price * 1.2:.2f}",
        "price2": f"{price:.2f}", "index": str(random.randint(2900, 3600)),
        "turnover": str(random.randint(6000, 13000)), "fx": f"{random.uniform(6.31, 7.25):.4f}",
        "broker": random.choice(BROKERS), "agency": random.choice(AGENCIES),
        "city": city, "city2": city2, "goods": goods, "goods2": goods2,
        "product": random.choice(PRODUCTS), "country": random.choice(COUNTRIES),
        "person": random.choice(SURNAMES) + random.choice(["晓明", "伟", "建国", "思远", "静", "立群"]),
    }  # fmt: skip


def fill(random: Random, words: dict[str, str], text: str) -> str:
    """`text` with its words in braces filled in, and now and then a full-width figure."""
    filled = text.format_map(words)
    return filled.replace("%", "％") if random.random() < 0.01 else filled


def symbol_text(stock: Stock) -> str:
    market, _, code = stock.symbol.partition(".")
    suffix = {"0": ".SZ", "1": ".SH", "116": ".HK"}.get(market, "")
    return f"{code}{suffix}"


def in_paragraphs(random: Random, sentences: list[str]) -> Iterator[str]:
    rest = list(sentences)
    while rest:
        size = random.randint(1, 3)
        yield "".join(rest[:size])
        rest = rest[size:]


def write_flash(random: Random, told: Story) -> SampleFile:
    credit = f"（{told.medium.name}）" if told.medium and random.random() < 0.6 else ""
    host, column = random.choice(COLUMNS)
    link = f"<http://{host}.eastmoney.com/news/{column},{told.code}.html>"
    if told.when.year == 2021:
        body = f"\n{told.digest}{credit}"
    else:
        body = f"> {told.digest}{credit}\n\n{body_html(random, told, marked=True)}"
    text = front_matter(random, told, FLASHES) + f"{body}\n\n{link}"
    return SampleFile(
        f"{told.when:%Y-%m-%d}-{told.code}.md", text + back_links(random, told, FLASHES)
    )


def write_article(random: Random, told: Story) -> SampleFile:
    code = f"NW{told.code}"
    address = "choicewzp1.eastmoney.com" if told.when.year == 2021 else "finews.zning.xyz/html_News"
    text = (
        front_matter(random, told, told.medium)
        + body_html(random, told, marked=random.random() < 0.1)
        + f"\n\n<http://{address}/NewsShare.html?infoCode={code}>"
        + back_links(random, told, told.medium)
    )
    return SampleFile(f"{told.when:%Y-%m-%d}-{code}.md", text)


def broken_copy(told: Story, flash: SampleFile) -> SampleFile:
    """What the writing script left when it knew neither title, time nor link."""
    text = re.sub(r'(?m)^title: ".*"$', 'title: ""', flash.text)
    text = re.sub(r"(?m)^date: .*$", "date:  +0800", text)
    return SampleFile(f"-{told.code}.md", re.sub(r"(?m)^<http.*>$", "<>", text))


def front_matter(random: Random, told: Story, medium: Medium | None) -> str:
    tag = (medium.name + "新闻" if medium is not FLASHES else medium.name) if medium else "新闻"
    offset = " +0800" if told.when.year > 2021 or random.random() < 0.3 else ""
    first = "\n" if told.when.year == 2021 and random.random() < 0.1 else ""
    return (
        f"{first}---\nlayout: post\n{SAMPLE_MARK}\n"
        f'title: "{told.title}"\n'
        f"date: {told.when:%Y-%m-%d %H:%M:%S}{offset}\n"
        f"categories: {medium.slug if medium else ''}\n"
        f"tags: {tag}\n---\n"
    )


def back_links(random: Random, told: Story, medium: Medium | None) -> str:
    if told.when.year == 2021 and random.random() < 0.3:
        return "\n"
    name = medium.name if medium else ""
    path = "emnews/" if medium is FLASHES else f"category/{medium.slug if medium else ''}.html"
    base, joint = random.choice(
        [("../", "\n"), ("//finews.zning.me/", "\n"), ("//finews.withounder.com/", "｜")]
    )
    return f"\n\n[返回{name}]({base}{path}){joint}[返回首页]({base})"


def body_html(random: Random, told: Story, *, marked: bool) -> str:
    parts = [chart(random, stock) for stock in told.stocks[: random.choice([0, 0, 1, 1, 2])]]
    seen: set[str] = set()
    for number, paragraph in enumerate(told.paragraphs):
        text = html.escape(paragraph, quote=False)
        if marked:
            text = mark_names(told, text, seen)
        if number == 2 and random.random() < 0.3:
            parts.append(f"<p><strong>{html.escape(told.boards[0])}怎么看</strong></p>")
        parts.append(f"<p>{'　　' if random.random() < 0.05 else ''}{text}</p>")
        if number == 0 and random.random() < 0.02:
            parts.append(picture(random))
    if random.random() < 0.03:
        parts.append(table(random, told))
    if told.medium:
        name = told.medium.name
        if marked and "证券" in name:
            name = name.replace("证券", first_mention("90.BK0473", "证券"), 1)
        parts.append(f'<p class="em_media">（文章来源：{name}）</p>')
    return ("\n " if random.random() < 0.2 else "").join(parts)


def mark_names(told: Story, text: str, seen: set[str]) -> str:
    """Mark securities, boards and glossary words as Eastmoney does."""
    symbols = {stock.name: stock.symbol for stock in told.stocks}
    symbols |= {board: BOARDS[board] for board in told.boards}

    def mark(match: re.Match[str]) -> str:
        name = match[0]
        if name in GLOSSARY:
            address = f"http://data.eastmoney.com/{GLOSSARY[name]}/"
            return f'<span id="Info.3321"><a href="{address}" class="infokey">{name}</a></span>'
        if name in seen:
            return later_mention(symbols[name], name)
        seen.add(name)
        return first_mention(symbols[name], name)

    longest_first = sorted([*symbols, *GLOSSARY], key=lambda name: (-len(name), name))
    return re.sub("|".join(map(re.escape, longest_first)), mark, text)


def quote_address(symbol: str) -> str:
    return f"http://quote.eastmoney.com/unify/r/{symbol}"


def first_mention(symbol: str, name: str) -> str:
    market = symbol.partition(".")[0]
    kind, quote = {"90": ("bk_", "bkquote_"), "116": ("Info.", "quote_")}.get(
        market, ("stock_", "quote_")
    )
    return (
        f'<span id="{kind}{symbol}"><a href="{quote_address(symbol)}" class="keytip" '
        f'data-code="{symbol.replace(".", ",")}">{name}</a></span><span id="{quote}{symbol}"></span>'
    )


def later_mention(symbol: str, name: str) -> str:
    return (
        f'<span web="1" href="{quote_address(symbol)}" class="em_stock_key_common" '
        f'data-code="{symbol.replace(".", ",")}">{name}</span>'
    )


def chart(random: Random, stock: Stock) -> str:
    market, _, code = stock.symbol.partition(".")
    data = f'data-code="{code}|{market}|2" data-code2="{code}|{market}|6|"'
    address = (
        f"https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid={stock.symbol}&imageType=k&at=1"
    )
    image_data = data.replace('="', '="K ')
    image = (
        f'<img src="{address}" border="0" alt="K图 {code}_0" {image_data} '
        'style="border:#d1d1d1 1px solid;" width="578" height="276" />'
    )
    if random.random() < 0.8:
        image = (
            f'<a href="{quote_address(stock.symbol)}" {data} class="EmImageRemark" '
            f'target="_blank">{image}</a>'
        )
    hidden = '<p style="display:none;height:1px;overflow:hidden;"><br /></p>'
    return (
        f"{hidden if random.random() < 0.6 else ''}<!-- EM_StockImg_Start -->"
        f'<p style="text-align:center;">{image}</p><!-- EM_StockImg_End -->'
    )


def picture(random: Random) -> str:
    width, height = random.choice([(800, 555), (800, 343), (692, 398), (506, 907)])
    name = (
        f"https://dfscdn.dfcfw.com/download/D{random.randrange(10**19, 10**20)}_w{width}h{height}"
    )
    return (
        f'<center><img src="{name}.jpg" alt="image" width="552" orginial_src="{name}_o.jpg" '
        'style="border:#d1d1d1 1px solid;padding:3px;margin:5px 0;" /></center>'
    )


def table(random: Random, told: Story) -> str:
    rows = "".join(
        f"<tr><td>{symbol_text(stock)}</td><td>{html.escape(stock.name)}</td>"
        f"<td>{random.uniform(-10, 10):.2f}%</td></tr>"
        for stock in told.stocks
    )
    return f"<table><tr><th>代码</th><th>名称</th><th>涨跌幅</th></tr>{rows}</table>"
