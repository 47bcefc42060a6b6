from itertools import combinations

import pytest

from articles.stories.grouping import beyond, first_tellings, united


def links(*pairs, score=1.0):
    found = {}
    for one, other in pairs:
        found.setdefault(one, {})[other] = found.setdefault(other, {})[one] = score
    return found


def test_posts_that_are_alike_have_one_first_telling():
    assert first_tellings([1, 2, 3], links(*combinations([1, 2, 3], 2))) == {1: 1, 2: 1, 3: 1}


def test_a_post_that_is_like_no_other_is_the_first_of_its_own():
    assert first_tellings([1, 2], {}) == {1: 1, 2: 2}


def test_what_is_only_like_a_later_telling_is_another_story():
    assert first_tellings([1, 2, 3], links((1, 2), (2, 3))) == {1: 1, 2: 1, 3: 3}


def test_of_two_stories_a_post_belongs_to_the_one_that_it_is_more_like():
    both = links((1, 3)) | links((2, 3), score=2.0)
    both[3] = {1: 1.0, 2: 2.0}
    assert first_tellings([1, 2, 3], both) == {1: 1, 2: 2, 3: 2}


def test_of_two_that_it_is_equally_like_to_the_earlier():
    assert first_tellings([1, 2, 3], links((1, 3), (2, 3)))[3] == 1


ALIKE = links((1, 2), (2, 3), (3, 4))  # 1 and 2 are a story, and 3 and 4


@pytest.mark.parametrize(
    ("pairs", "alone", "expected"),
    [
        ([], (), {1: 1, 2: 1, 3: 3, 4: 3}),
        ([(1, 4)], (), {1: 1, 2: 1, 3: 3, 4: 1}),
        ([(1, 3)], (), {1: 1, 2: 1, 3: 1, 4: 1}),  # what is like 3 comes along
        ([(2, 4), (4, 3)], (), {1: 1, 2: 1, 3: 1, 4: 1}),
        ([], (2,), {1: 1, 2: 2, 3: 3, 4: 3}),
        ([], (3,), {1: 1, 2: 1, 3: 3, 4: 4}),
        ([(3, 4)], (3,), {1: 1, 2: 1, 3: 3, 4: 3}),
    ],
)
def test_editors_say_what_is_told_together_and_what_stands_alone(pairs, alone, expected):
    assert first_tellings([1, 2, 3, 4], ALIKE, united(pairs), alone) == expected


def test_of_more_links_with_earlier_posts_than_it_may_have_a_post_keeps_the_earliest():
    posts = [40, 10, 30, 20]
    assert beyond(posts, links(*combinations(posts, 2)), most=2) == [(20, 30)]
    assert beyond(posts, links(*combinations(posts, 2)), most=1) == [(30, 10), (20, 10), (20, 30)]
    assert beyond(posts, links((40, 10), (40, 30), (40, 20)), most=1) == []
