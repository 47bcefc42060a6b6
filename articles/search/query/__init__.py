"""What a reader types → clauses. Parsing never fails: what makes no sense is searched as text,
and a note says so. Pure: `today` is a parameter.

    word word                  both; also AND, 和, 与, & or + between them
    word | word                either; also OR, 或, 或者 or / between them
    -word                      without; also NOT, and after a space ! or a dash: 业绩 !茅台, —茅台.
                               All of -a | -b, of -source:A|B, and of what is written as one word,
                               -600519/000858, are excluded
    (a | b) c, -(a b)          parentheses, in each other too
    "a phrase"                 with its spaces; also “…” 「…」 『…』
    title:word                 in a field; also in Chinese, intitle: and with a space: 标题 ：
    source:A | B, title:(a b)  a field holds for alternatives that name none, and in parentheses
    source:-A                  is -source:A
    source=A                   is source:A
    source:A、B, code:A,B       so do commas and slashes, except in titles; between dates, too, and
                               between codes without a field: 600519/000858
    date:2022-01..2022-03      also 2022-01 .. 03, 2022年1月到3月, ~, 至, -; either way round
    date:>=2022-03             also >, <, <=
    date:近7天                  also 今天, 上周, this month, last 30 days, …, in Shanghai
    date:3月                    the newest that has begun, if it is longer than a month a month ago;
                               also March 2022, Mar 5-8, 2022, 3/15, 3月上旬, 年底, 五一, 春节

Signs and capitals may be full-width. AND, OR and NOT are capitals: in small letters they are text,
with a note.
Quotation marks may be doubled, one or both. All operators stand alone between spaces, except that
signs also join Han to Han: 茅台+业绩, 茅台/五粮液; and that a slash needs a space, or a quotation
mark, on one side alone: 茅台/ 五粮液, "净利润"/PPP. Between Han a slash is an operator beside other
alternatives and in what is left out, and otherwise only where the text finds nothing, as
`listings.interpretations` says, which parts A股/港股 and 茅台或五粮液, too. Elsewhere signs are
text, as in C++, 5G+, S&P, 24/7, 元/吨, *ST and A+H. Marks that separate items or sentences separate
words, too, except inside quotation marks: 茅台、五粮液 are two words. An asterisk has nothing to
say where every word is found inside longer ones: 半导* is 半导.
A cashtag with a code is one word: $万 科A(SZ000002)$; so is 万科A（000002，股吧）.
Punctuation alone is nothing to look for.

A reader pastes headlines more often than one writes these operators, so in doubt it is text:

- A parenthesis that touches a word or holds only a code: 光大银行(601818), (000001), ST(退). Not if
  there is an operator in it, as in 茅台(涨停 | 跌停).
- A minus before a figure (-9.97%, -3.5亿) or before the letters that boards put after names (-U,
  -SW). Before a whole number it excludes: -2022 and -600519 are years and codes. So it does before
  a date, -2022-03, as text, or where no post has that, as a period.
- 和, 与, 或 inside words, or without a word on both sides. 非 is always text, because input methods
  split words such as 非农; a note explains the minus.
- A period without `date:`, unless it is one with two ends (2022年3月到5月, 2022-03-01 to
  2022-03-05), or counted from today and begun (今天, 近7天, 上周五, this week), between spaces,
  signs or parentheses. A note says which way it was read. Two of them side by side that have no
  day in common are alternatives: 今天 昨天; so is 2022年12月 after 2022年3月到5月 |. Where
  2022年3月, Q2 or 茅台2022年3月 finds nothing as text, `listings.interpretations` reads it as a
  date, too; and as text what finds nothing as a period: 6个月内.

Nearer words bind first to |, then to spaces and AND, as on search sites: a | b c is (a | b) c.
"""

from .clauses import (
    CHINESE,
    FIELDS,
    MAX_LENGTH,
    Clause,
    Criterion,
    Days,
    Field,
    Note,
    Query,
    Remark,
    Span,
    quoted,
)
from .conjunctions import Conjunction, Place, reread
from .dates import are_undated, parse_days
from .lexing import WORD
from .parsing import MAX_ALTERNATIVES, Unfinished, parse, unfinished, with_slashes_apart
from .periods import (
    assumed,
    assumed_alternatives,
    is_of_archive,
    is_period,
    last_days,
    parse_days_of_archive,
    undated_after,
    undated_alone,
    with_periods,
    with_periods_apart,
    without_periods,
)
from .signs import CASHTAG_OF_CODE, CODE_ALONE
from .writing import exactly

__all__ = [
    "CASHTAG_OF_CODE",
    "CHINESE",
    "CODE_ALONE",
    "FIELDS",
    "MAX_ALTERNATIVES",
    "MAX_LENGTH",
    "WORD",
    "Clause",
    "Conjunction",
    "Criterion",
    "Days",
    "Field",
    "Note",
    "Place",
    "Query",
    "Remark",
    "Span",
    "Unfinished",
    "are_undated",
    "assumed",
    "assumed_alternatives",
    "exactly",
    "is_of_archive",
    "is_period",
    "last_days",
    "parse",
    "parse_days",
    "parse_days_of_archive",
    "quoted",
    "reread",
    "undated_after",
    "undated_alone",
    "unfinished",
    "with_periods",
    "with_periods_apart",
    "with_slashes_apart",
    "without_periods",
]
