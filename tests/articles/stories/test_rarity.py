from itertools import chain, pairwise

from articles.search.text.vocabulary import FREQUENT
from articles.stories.rarity import KEYS, RAREST, pairs_of, weights


def weight(pair):
    return weights(pairs_of(pair)).item()


def test_what_every_announcement_says_weighs_least():
    weights = [weight(pair) for pair in ("公司", "万股", "停牌", "工厂", "沪惠")]
    assert weights == sorted(set(weights))
    assert weights[-1] == RAREST


def test_every_pair_is_listed_once():
    assert len(KEYS) == len(set(KEYS.tolist()))


def test_pairs_of_frequent_words_are_not_among_the_rarest():
    pairs = chain.from_iterable(pairwise(word) for word in FREQUENT)
    assert all(weight("".join(pair)) < RAREST for pair in pairs)
