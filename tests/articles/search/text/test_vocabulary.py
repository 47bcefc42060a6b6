import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from articles.search.text.normalise import normalise
from articles.search.text.tokens import (
    absence_token,
    are_exact,
    index_text,
    word_token,
)
from articles.search.text.vocabulary import (
    FREQUENT,
    UBIQUITOUS,
    absent_words,
    frequent_words,
)

WORDS = st.sampled_from(sorted(FREQUENT | UBIQUITOUS))
TEXTS = st.lists(WORDS | st.text("公司净利润有限，\n𠮷a1 "), max_size=8).map("".join)


def test_words_are_written_as_texts_are():
    assert [word for word in FREQUENT | UBIQUITOUS if normalise(word) != word] == []


def test_the_pairs_of_no_frequent_word_tell_it_for_certain_and_those_of_others_do():
    assert not [word for word in FREQUENT if are_exact(word)]
    assert [word for word in UBIQUITOUS if are_exact(word)] == [*UBIQUITOUS]


def test_no_two_words_share_a_token():
    assert len({word_token(word) for word in FREQUENT}) == len(FREQUENT)
    assert len({absence_token(word) for word in UBIQUITOUS}) == len(UBIQUITOUS)


@given(TEXTS)
def test_a_text_has_the_frequent_words_that_it_contains(text):
    assert frequent_words(text) == {word for word in FREQUENT if word in text}


@given(TEXTS)
def test_a_text_lacks_the_ubiquitous_words_that_it_does_not_contain(text):
    assert set(absent_words(text)) == {word for word in UBIQUITOUS if word not in text}


def test_both_are_in_the_index_of_a_text():
    indexed = index_text("公司公告", "", "全年净利润增长")
    tokens = np.frombuffer(indexed.tokens, np.int32)
    assert word_token("净利润") in tokens
    assert word_token("股份有限公司") not in tokens
    assert absence_token("股东") in tokens
    assert absence_token("公司") not in tokens
