import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from articles.search.tokens import SINGLE, int4_array, tokens

LETTERS = st.text("农业发展银行沪惠保600519et7hfo-3.5%，。 é𠮷ｱ")


def pair(two):
    return ord(two[0]) << 16 | ord(two[1])


def test_han_is_indexed_by_character_and_by_pair():
    expected = [SINGLE + ord(one) for one in "农业银"] + [pair("农业"), pair("业银")]
    assert sorted(tokens("农业银").view(np.uint32)) == sorted(expected)


def test_ascii_is_indexed_by_three_too():
    assert len(tokens("600519")) == len({*"60519"}) + len({"60", "00", "05", "51", "19"}) + 4


def test_words_end_at_punctuation_and_space():
    assert pair("涨跌") not in tokens("涨，跌").view(np.uint32)
    assert pair("涨跌") not in tokens("涨 跌").view(np.uint32)


@given(LETTERS, LETTERS, LETTERS)
def test_a_text_has_every_token_of_its_parts(before, part, after):
    assert set(tokens(part)) <= set(tokens(before + part + after))


@given(LETTERS, st.text("农业发展沪惠保", min_size=1, max_size=2))
def test_one_or_two_characters_are_found_by_tokens_alone(text, term):
    assert (set(tokens(term)) <= set(tokens(text))) == (term in text)


@given(st.text())
def test_any_text_has_tokens_in_order_each_once(text):
    found = tokens(text).view(np.uint32).tolist()
    assert found == sorted(set(found))


def test_arrays_are_as_postgresql_sends_them():
    assert int4_array(np.array([1, -2], np.int32)).hex() == (
        "00000001" "00000000" "00000017" "00000002" "00000001"
        "00000004" "00000001" "00000004" "fffffffe"
    )  # fmt: skip
