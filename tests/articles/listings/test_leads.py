import pytest

from articles.listings.leads import LONGEST, lead_of


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("锂价走弱", "碳酸锂期货今日下跌。", "碳酸锂期货今日下跌。"),
        ("锂价走弱", "", ""),
        ("锂价走弱", "锂价走弱。", ""),
        ("锂价走弱", "【锂价走弱】（财联社）", ""),
        ("锂价走弱 磷酸铁锂走强", "锂价走弱，磷酸铁锂走强。", ""),
        ("“锂价”走弱，创年内新低", "锂价走弱", ""),
        ("锂价走弱", "【锂价走弱】碳酸锂期货今日下跌3%。", "碳酸锂期货今日下跌3%。"),
        (
            "A股涨7.72%",
            "a股涨7.72%，现报39.75港元，为年内新高。",
            "现报39.75港元，为年内新高。",
        ),
        ("", "没有标题的一条", "没有标题的一条"),
    ],
)
def test_a_lead_does_not_repeat_the_title(title, text, expected):
    assert lead_of(title, text) == expected


def test_a_long_lead_is_cut():
    lead = lead_of("题", "字" * 200)
    assert len(lead) == LONGEST
    assert lead.endswith("字…")


def test_letters_that_grow_in_lower_case_are_counted_once():
    assert lead_of("İ锂价", "İ锂价，碳酸锂期货今日大跌。") == "碳酸锂期货今日大跌。"
