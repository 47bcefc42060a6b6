import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search.text.normalise import normalise, normalise_slowly


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＨＦＯ－１２３４ｙｆ", "hfo-1234yf"),
        ("６００５１９", "600519"),
        ("貴州茅臺", "贵州茅台"),
        ("ET7 蔚来", "et7 蔚来"),
        ("涨２２．７％，", "涨22.7%,"),
        ("沪\u200b指", "沪指"),
        ("①㎡", "1m2"),
    ],
)
def test_width_case_and_script_are_set_aside(text, expected):
    assert normalise(text) == expected


@given(st.text())
def test_the_fast_way_and_the_slow_one_agree(text):
    assert normalise(text) == normalise_slowly(text)


@given(st.text())
def test_normalising_again_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text("贵州茅臺6005ＥＴ，。%. 業績"), st.text("沪惠保國A-"), st.text("上海證券报"))
def test_a_part_of_a_text_normalises_to_a_part(before, part, after):
    assert normalise(part) in normalise(before + part + after)
