from itertools import chain, pairwise

from articles.search.text.vocabulary import FREQUENT
from articles.stories.rarity import COMMON, RAREST, pairs_of, weights


def weight(pair):
    return weights(pairs_of(pair)).item()


def test_what_every_announcement_says_weighs_least():
    assert weight("公司") < weight("万股") < weight("停牌") < weight("沪惠") == RAREST


def test_every_pair_is_listed_once():
    listed = [pair for text in COMMON.values() for pair in pairs_of("".join(text.split())).tolist()]
    assert len(listed) == len(set(listed))


def test_pairs_of_frequent_words_are_not_among_the_rarest():
    pairs = chain.from_iterable(pairwise(word) for word in FREQUENT)
    assert all(weight("".join(pair)) < RAREST for pair in pairs)
