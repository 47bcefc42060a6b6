import pytest

from articles.search.query.parentheses import Mark, marks

SHOWN = {Mark.OPEN: "[", Mark.CLOSE: "]", Mark.STRAY: "_"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("(茅台 涨停) | 五粮液", "[茅台 涨停] | 五粮液"),
        ("（茅台 （涨停|跌停））", "[茅台 [涨停|跌停]]"),
        ("-(茅台 涨停) 来源：(甲 乙)", "-[茅台 涨停] 来源：[甲 乙]"),
        ("NOT(茅台 涨停)", "NOT[茅台 涨停]"),
        # what touches a word or holds a code is text, unless it has an operator
        ("光大银行(601818)", "光大银行(601818)"),
        ("平安银行 (000001)", "平安银行 (000001)"),
        ("(SH600519) (02331.HK)", "(SH600519) (02331.HK)"),
        ("ST(退) (记者 张三)茅台", "ST(退) (记者 张三)茅台"),
        ("茅台(涨停|跌停) (甲 OR 乙)茅台", "茅台[涨停|跌停] [甲 OR 乙]茅台"),
        ("(600519 | 000858) code:(600519)", "[600519 | 000858] code:[600519]"),
        ("(光大银行(601818) 涨停)", "[光大银行(601818) 涨停]"),
        # not in pairs
        ("(茅台 涨停", "[茅台 涨停"),
        ("光大银行(601818", "光大银行(601818"),
        ("茅台) 涨停", "茅台_ 涨停"),
        ("1)央行", "1)央行"),
        # in a phrase there are none
        ('"(茅台" 涨停)', '"(茅台" 涨停_'),
    ],
)
def test_parentheses_that_are_no_text(text, shown):
    found = marks(text)
    assert "".join(SHOWN.get(found.get(i), letter) for i, letter in enumerate(text)) == shown
