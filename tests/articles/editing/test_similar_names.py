import pytest

from articles.editing.similar_names import Similarity, similar_pairs


@pytest.mark.parametrize(
    ("one", "other", "similarity"),
    [
        ("e公司", "Ｅ公司", Similarity.SAME_LETTERS),
        ("证券时报网", "证券时报·网", Similarity.SAME_LETTERS),
        ("The Paper", "the paper.", Similarity.SAME_LETTERS),
        ("财联社", "财联社深圳", Similarity.PREFIX),
        ("每日经济新闻", "每日经济新问", Similarity.ONE_LETTER),
        ("每日经新闻", "每日经济新闻", Similarity.ONE_LETTER),
        ("国证券报", "中国证券报", Similarity.ONE_LETTER),
    ],
)
def test_names_that_may_be_one(one, other, similarity):
    assert similar_pairs({1: one, 2: other}) == [(similarity, 1, 2)]
    assert [pair.similarity for pair in similar_pairs({1: other, 2: one})] == [similarity]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新华", "新浪"),  # too short for a letter to be a slip
        ("中国", "中国证券报"),  # too short for a beginning
        ("证券时报", "证券市场红周刊"),
        ("上海证券报", "海证券报上"),
        ("·", "——"),
    ],
)
def test_names_that_are_two(one, other):
    assert similar_pairs({1: one, 2: other}) == []


def test_the_surest_come_first_and_each_pair_once():
    names = {1: "财联社", 2: "财联社。", 3: "财联社深圳", 4: "每日经济新闻", 5: "每日经济新问"}
    assert similar_pairs(names) == [
        (Similarity.SAME_LETTERS, 1, 2),
        (Similarity.PREFIX, 1, 3),
        (Similarity.ONE_LETTER, 4, 5),
    ]


def test_they_are_the_pairs_that_comparing_all_with_all_finds():
    names = dict(
        enumerate(["aaaa", "aaab", "aaa", "aaaaa", "baaa", "abab", "baba", "aabb", "bbbbb"])
    )

    def apart(one, other):
        if len(one) == len(other):
            return sum(a != b for a, b in zip(one, other, strict=True)) == 1
        return other in {one[:i] + c + one[i:] for i in range(len(one) + 1) for c in "ab"}

    expected = set()
    for a, one in names.items():
        for b, other in names.items():
            if len(one) < len(other) and other.startswith(one):
                expected.add((Similarity.PREFIX, a, b))
            elif len(one) >= 4 and (len(one), one) < (len(other), other) and apart(one, other):
                expected.add((Similarity.ONE_LETTER, a, b))
    assert set(similar_pairs(names)) == expected
