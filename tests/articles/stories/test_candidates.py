"""Posts that share keys are paired, as is said of `sharing`."""

import random
from itertools import product

import numpy as np
import pytest

from articles.stories.candidates import AT_ONCE, KEY, Pairs, sharing
from articles.stories.keys import SECURITY, TEXT, WORD

FAR = 10  # the window


def rows(*posts):
    """Rows of posts, in any order. Each is a time, its words, its securities, and its texts."""
    found = [
        (4 * number + kind, at, post)
        for post, (at, *of_kinds) in enumerate(posts)
        for kind, numbers in zip((WORD, SECURITY, TEXT), of_kinds, strict=False)
        for number in numbers
    ]
    random.Random(1).shuffle(found)
    return np.array(found, KEY)


def pairs(*arguments):
    found = sharing(*arguments)
    return {(one, other): word for one, other, word in zip(*found, strict=True)}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0, [1], []), (0, [1], []), {}),
        ((0, [1, 2], []), (0, [1, 2], []), {(0, 1): True}),
        ((0, [], [1]), (0, [], [1]), {(0, 1): False}),
        ((0, [1], [1]), (0, [1], [1]), {(0, 1): True}),
        ((0, [1], []), (0, [], [1]), {}),
        ((0, [], [], [1]), (0, [], [], [1]), {(0, 1): True}),
        ((0, [1], [], []), (0, [], [], [1]), {}),
        ((0, [1, 2], []), (FAR, [1, 2], []), {(0, 1): True}),
        ((0, [1, 2], []), (FAR + 1, [1, 2], []), {}),
    ],
)
def test_posts_that_share_two_words_a_security_or_a_text_within_the_window_are_paired(
    one, other, expected
):
    for changed in ([0], [1], [0, 1]):
        assert pairs(rows(one, other), changed, FAR, 100, 100) == expected


def test_of_many_with_one_key_only_the_earliest_are_paired():
    posts = [(at, [1, 2], []) for at in range(6)]
    assert pairs(rows(*posts), [5], FAR, 3, 9).keys() == {(0, 5), (1, 5), (2, 5)}


def test_of_a_text_that_many_have_the_earliest_fewer_are_paired():
    posts = [(at, [], [], [1]) for at in range(6)]
    assert pairs(rows(*posts), [5], FAR, 9, 2).keys() == {(0, 5), (1, 5)}


def test_nobody_is_paired_without_keys():
    assert pairs(rows(), [1], FAR, 3, 3) == {}


def test_pairs_are_of_the_later_post_first_in_order_without_those_that_are_gone():
    one, other = np.array([3, 3, 5, 3]), np.array([5, 7, 7, 9])
    paired = Pairs(one, other, np.array([True, False, True, True]))
    in_order = [some.tolist() for some in paired.by_place([7, 3, 5])]
    assert in_order == [[1, 2, 2], [0, 0, 1], [False, True, True]]


def test_more_posts_than_are_paired_at_a_time_are_paired_likewise():
    by_chance = random.Random(2)
    posts = [
        (by_chance.randrange(99), by_chance.sample(range(30), 3), by_chance.sample(range(90), 1))
        for _ in range(AT_ONCE + 20)
    ]
    changed = [*range(len(posts))]
    expected = {
        (one, other): bool(words)
        for one, other in product(changed, changed)
        if one < other and abs(posts[one][0] - posts[other][0]) <= FAR
        for words in [{*posts[one][1]} & {*posts[other][1]}]
        if len(words) > 1 or {*posts[one][2]} & {*posts[other][2]}
    }
    assert pairs(rows(*posts), changed, FAR, 1000, 1000) == expected
