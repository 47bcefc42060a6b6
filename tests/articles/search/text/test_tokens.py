import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search.text.tokens import (
    SINGLE,
    are_exact,
    covering_tokens,
    facet_of,
    facet_token,
    int4_array,
    title_pairs,
    title_tokens,
    tokens,
)

LETTERS = st.text("农业发展银行沪惠保600519et7hfo-3.5%，。 é𠮷ｱ")


def pair(two):
    return ord(two[0]) << 16 | ord(two[1])


def test_han_is_indexed_by_character_and_by_pair():
    expected = [SINGLE + ord(one) for one in "农业银"] + [pair("农业"), pair("业银")]
    assert sorted(tokens("农业银").view(np.uint32)) == sorted(expected)


def test_ascii_is_indexed_by_three_too():
    assert len(tokens("60051")) == len({*"6051"}) + len({"60", "00", "05", "51"}) + 3


def test_words_end_at_punctuation_and_space():
    for text in ("涨，跌", "涨 跌", "涨\n跌"):
        assert pair("涨跌") not in tokens(text).view(np.uint32)


def test_pairs_lead_over_punctuation_but_not_over_lines():
    assert pair("涨，") in tokens("涨，跌").view(np.uint32)
    assert pair("，跌") in tokens("涨，跌").view(np.uint32)
    assert len(tokens("涨\n跌")) == 2
    assert len(tokens("！？")) == 0


def test_six_digits_have_a_token_of_their_own():
    assert len(set(tokens("600519")) - set(tokens("60051 00519 005 "))) == 1
    assert set(covering_tokens("600519")) <= set(tokens("代码1600519元"))
    assert not set(covering_tokens("600519")) <= set(tokens("600 005 051 519"))


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
    assert int4_array(np.array([1], np.int32).tobytes(), [-2]).hex() == (
        "0000000100000000000000170000000200000001000000040000000100000004fffffffe"
    )


@given(LETTERS)
def test_covering_tokens_are_enough_to_ask_for(text):
    """Whoever has these has the others: they are the same for a text made of their letters."""
    covering = set(covering_tokens(text).tolist())
    assert covering <= set(tokens(text).tolist())
    assert bool(covering) == bool(len(tokens(text)))


@pytest.mark.parametrize(("text", "count"), [("公司", 1), ("600519", 5), ("茅", 1), ("et7", 1)])
def test_what_a_longer_token_holds_is_not_asked_for(text, count):
    assert len(covering_tokens(text)) == count


@pytest.mark.parametrize("term", ["茅", "茅台", "7", "et7", "3.5", "é"])
def test_short_terms_are_exact(term):
    assert are_exact(term)


@pytest.mark.parametrize("term", ["", "沪惠保", "6005", "涨，", "é台7", "𠮷家", "a b"])
def test_longer_ones_and_those_with_other_signs_are_not(term):
    assert not are_exact(term)


@given(st.text("农业发展银行600et-. é𠮷"), st.text("农业发展600et-é𠮷", min_size=1, max_size=4))
def test_exact_terms_need_no_look_at_the_text(text, term):
    if are_exact(term):
        asked = set(covering_tokens(term).tolist())
        assert (asked <= set(tokens(text).tolist())) == (term in text)


@given(st.integers(0, 24), st.integers(0, 2**24 - 1))
def test_a_facets_token_is_taken_apart_again(kind, key):
    assert facet_of(facet_token(kind, key)) == (kind, key)


@pytest.mark.parametrize(("kind", "key"), [(25, 0), (-1, 0), (0, 2**24), (0, -1)])
def test_there_is_no_token_beyond_their_range(kind, key):
    with pytest.raises(ValueError, match="no token"):
        facet_token(kind, key)


@given(st.text(max_size=50))
def test_words_facets_and_titles_share_no_token(text):
    words = tokens(text).view(np.uint32)
    assert not [token for token in words.tolist() if 0xE000_0000 <= token < 0xF700_0000]
    titles = title_tokens(tokens(text)).view(np.uint32).tolist()
    assert all(token >> 24 == 0xF8 for token in titles)


def test_a_phrase_with_spaces_is_asked_for_by_the_pairs_beside_them():
    asked = set(covering_tokens("净利润 同比").tolist())
    # A space and a character have the token of that alone.
    assert asked == {ord("润") << 16 | ord(" "), SINGLE + ord("同")}
    assert asked <= set(tokens("净利润 同比增长").tolist())


@given(st.text("农业发展银行600519et-3.5%，。 é", max_size=12), st.integers(0, 12))
def test_the_pairs_of_a_title_are_what_asking_for_each_would_give(title, most):
    pairs = [title[place : place + 2] for place in range(len(title) - 1)]
    exact = [pair for pair in pairs if are_exact(pair)][:most]
    asked = {int(title_tokens(covering_tokens(pair))[0]) for pair in exact}
    assert title_pairs(title, most) == asked


@pytest.mark.parametrize("piece", [1, 2, 5, 6, 7, 40])
def test_a_text_that_is_read_by_pieces_has_the_same_tokens(monkeypatch, piece):
    text = "茅台600519涨停3.5%，成交1234567手𠮷野家 et7 abc defg。"
    whole = tokens(text).tolist()
    monkeypatch.setattr("articles.search.text.tokens.PIECE", piece)
    assert tokens(text).tolist() == whole
