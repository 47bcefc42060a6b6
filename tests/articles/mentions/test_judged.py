import pytest

from tests.articles.mentions.invented import mistakes, sentences
from tests.articles.mentions.judged import POSTS, ROWS, judged, precision, read

needs_texts = pytest.mark.skipif(
    not (POSTS.is_dir() and ROWS.is_file()), reason="the real texts are not beside this project"
)


def test_three_hundred_mentions_and_more_were_judged():
    assert len({one[:4] for one in judged()}) == len(judged()) >= 300


@needs_texts
def test_of_the_judged_mentions_that_are_found_98_percent_are_right():
    texts = read(POSTS, ROWS)
    found, right = precision(texts.texts, texts.found())
    assert found >= 300
    assert right >= 0.98 * found


def test_all_but_a_few_invented_sentences_are_read_right():
    assert len(mistakes()) <= 0.025 * len(sentences()), mistakes()
