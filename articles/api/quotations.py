"""A quotation → the posts that have it word for word."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from ..data.posts import with_data
from ..listings.answering import answer
from ..listings.request import ListingRequest, Order
from ..models import Post
from ..search.text.normalise import normalise
from ..search.text.spelling import SIGNS as SAME_SIGNS

CANDIDATES: Final = 50  # posts that may have a quotation
LONGEST: Final = 200  # characters of it that are searched for; all are compared
PARTS: Final = 4  # of one that is searched for in parts, of at least so many characters

#: All that is no letter or figure: a minus, a decimal point and a percent sign are of figures.
SIGNS = re.compile(r"(?:[^\w.%-]|_|(?<![0-9])\.|\.(?![0-9])|(?<=[0-9])-|-(?![0-9]))+")
#: Around a quotation that begins and ends with whole figures: 2.5 is none of 12.53, and 3 is
#: none of -3 and of 负3.
FIGURE_BEGINS: Final = r"(?:(?<![0-9.负-])|(?![0-9]))"
FIGURE_ENDS: Final = r"(?:(?![0-9.%])|(?<![0-9]))"

#: A figure is an amount by its point, comma or unit.
UNIT: Final = (
    r"(?:[%％‰倍股吨度℃]|(?:美|港|欧|日|韩|新台|人民币)?元|英镑|点(?![0-9钟半])"
    r"|个?(?:百分|基)点|bps?)"
)
AMOUNT = re.compile(
    rf"\s*\d+(?:[.．,，]\d|\s*[余多]?(?:[十百千万亿]|{UNIT}|美分|手|[mb]illion))", re.IGNORECASE
)
NUMBER = re.compile(r"\s*\d+(?![^\W_])")
AMOUNT_ENDS: Final = rf"\d ?[余多]?[十百千万亿]*{UNIT}? ?\Z"
AFTER_AMOUNT = re.compile(AMOUNT_ENDS, re.IGNORECASE)
LONGEST_AMOUNT: Final = 24  # characters
#: Dashes of all kinds, and those that are written for a minus.
DASHES = re.compile(f"[-－﹣{SAME_SIGNS['-']}]+")
MINUS: Final = "-－﹣−‐‑‒–"
AFTER_LOSS = re.compile(rf"[{MINUS}负](?:\d[\d.,]{{0,12}})?{AMOUNT_ENDS}", re.IGNORECASE)
#: Currencies between a minus and its figure.
CURRENCY = re.compile(rf"(?<=[{MINUS}])(?:[¥￥$€£]|人民币)(?=\d)")


def posts_with(sentence: str, ask: Callable[[str], ListingRequest]) -> tuple[list[Post], bool]:
    """The posts that have the letters and figures of a sentence one after the other, whatever is
    between them, with their data; and whether no other post can have them. `ask` makes a request
    of a query. Raises `engine.SearchTimeoutError`."""
    wanted = letters(sentence)
    is_whole = True
    for query in queries(sentence):
        listing = answer(replace(ask(query), size=CANDIDATES, order=Order.RELEVANCE))
        ids = [post.pk for post in listing.posts]
        posts = with_data(Post.objects.published(), ["text"]).in_bulk(ids)
        found = [posts[pk] for pk in ids if pk in posts and has(posts[pk], wanted)]
        if found:
            return found, not listing.older
        is_whole &= not listing.older
    return [], is_whole


def has(post: Post, wanted: str) -> bool:
    whole = re.compile(f"{FIGURE_BEGINS}{re.escape(wanted)}{FIGURE_ENDS}")
    texts = (post.title, post.digest, post.body_text)
    return any(whole.search(letters(text)) for text in texts)


def letters(text: str) -> str:
    """The letters and figures of a text, normalised, with a space between two figures."""
    text = CURRENCY.sub("", text)
    normal = normalise(DASHES.sub(lambda dash: " -" if is_minus(dash) else " ", text))

    def between(signs: re.Match[str]) -> str:
        first, end = signs.span()
        around = normal[first - 1 : first], normal[end : end + 1]
        return " " if all(map(str.isdecimal, around)) else ""

    return SIGNS.sub(between, normal)


def is_minus(dash: re.Match[str]) -> bool:
    """Whether a dash may be the sign of a figure: 净利润为-3.2亿元, (-5). It is none after an
    amount, 20-30倍, 5%-10%; nor where it is more than one, ——3.2亿元, or has spaces on both sides;
    nor before a date or a count, 财联社-12月5日电; nor in a word that ends in a number, COVID-19.
    Of two after an amount the second is one if they differ, 5%~-3%, or the amount is a loss.
    """
    text, (start, end) = dash.string, dash.span()
    before = text[max(start - LONGEST_AMOUNT, 0) : start]
    signs = dash[0]
    if len(signs) > 1:
        is_second = signs[-1] != signs[0] or bool(AFTER_LOSS.search(before))
        return signs[-1] in MINUS and is_second and bool(AMOUNT.match(text, end))
    if signs not in MINUS or AFTER_AMOUNT.search(before):
        return False
    if text[end : end + 1].isspace() and not before[-1:].strip():
        return False
    is_in_word = before[-1:].isascii() and before[-1:].isalpha()
    return bool(AMOUNT.match(text, end) or (not is_in_word and NUMBER.match(text, end)))


def queries(sentence: str) -> Iterator[str]:
    """What a post that has a sentence meets: all that stands between its signs; or, where a post
    has a space that the sentence lacks, at least one of its parts."""
    pieces = filter(None, SIGNS.split(normalise(sentence)[:LONGEST]))
    yield " ".join(f'"{piece}"' for piece in dict.fromkeys(pieces))
    text = letters(sentence).replace(" ", "")[:LONGEST]
    size = max(-(-len(text) // PARTS), PARTS)
    yield " | ".join(f'"{text[start : start + size]}"' for start in range(0, len(text), size))
