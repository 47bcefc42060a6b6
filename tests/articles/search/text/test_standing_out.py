"""Words that stand out in titles: planted ones are found, and hardly anything else."""

import datetime as dt
import random
import re

import pytest

from articles.samples.told import told_stories, word_of
from articles.search.text.normalise import normalise
from articles.search.text.standing_out import Before, lines_with, risen, standing_out

DAYS_BEFORE, DAYS = 30, 21
END = dt.date(2022, 12, 29)  # before which samples tell of new words
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def days():
    """The titles of the first posts of stories, normalised, by day: as many as two archives tell,
    and the new words of one."""
    titles = {}
    for seed in range(2):
        for file, story, way in told_stories(1200, seed):
            if way != "burst" or not seed:
                title = re.search("(?m)^title: (.*)$", file.text)[1]
                titles.setdefault((seed, story), (file.name[:10], normalise(title.strip('"'))))
    days = {}
    for day, title in titles.values():
        days.setdefault(dt.date.fromisoformat(day), []).append(title)
    return days


def preceding(days, day, number):
    """The titles of each of so many days before one, oldest first."""
    return [days.get(day - n * ONE_DAY, []) for n in range(number, 0, -1)]


def before(earlier):
    lines = [title for day in earlier for title in day]
    alike = [title for day in earlier[-7::-7] for title in day]
    return Before("\n".join(lines), len(lines), "\n".join(alike), len(alike))


def words(titles, earlier):
    numbered = [(number, normalise(title)) for number, title in enumerate(titles)]
    return [one.word for one in standing_out(numbered, earlier, 20)]


def test_new_words_come_first_and_there_is_hardly_any_other(days):
    others = []
    for day in [END - n * ONE_DAY for n in range(DAYS, 0, -1)]:
        found = words(days[day], before(preceding(days, day, DAYS_BEFORE)))
        planted = [normalise(word)] if (word := word_of(day)) else []
        assert found[: len(planted)] == planted
        others += found[len(planted) :]
    assert len(others) <= 3, others


def test_new_words_of_a_week_come_first(days):
    for first in [END - n * ONE_DAY for n in (21, 14, 7)]:
        week = [first + n * ONE_DAY for n in range(7)]
        earlier = [title for day in preceding(days, first, DAYS_BEFORE) for title in day]
        titles = [title for day in week for title in days[day]]
        found = words(titles, Before("\n".join(earlier), len(earlier)))
        planted = {normalise(word) for day in week if (word := word_of(day))}
        enough = {word for word in planted if sum(word in title for title in titles) > 4}
        assert enough <= set(found[: len(planted)]), (planted, found)
        assert len(set(found) - planted) <= 1, found


USUAL = [f"{first}{second}公告" for first in "甲乙丙丁戊己庚辛壬癸" for second in "子丑寅卯辰"]


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        # What is part of a longer word, or goes beyond one, is not told beside it.
        (["买沪惠保吗", "沪惠保上线", "上海沪惠保", "卖沪惠保"], ["沪惠保"]),
        (["沪惠保", "苏惠保", "杭惠保", "甬惠保"], ["惠保"]),
        # Nor is what the same stories have beside it.
        (["沪惠保、鸿蒙", "鸿蒙；沪惠保", "鸿蒙与沪惠保"], ["沪惠保"]),
        # Latin words are whole, figures are no words.
        (["拆解iPhone手感", "ｉＰｈｏｎｅ涨价", "苹果iphone"], ["iphone"]),
        (["2022年1月", "2022年2月", "2022年3月", "2022"], []),
        (["5G网", "谈5G", "5g"], ["5g"]),
        # So are names with a hyphen or a space.
        (["LK-99超导", "复现LK‑99", "关于LK-99"], ["lk-99"]),
        (["H-share回购", "买H-share", "H-share"], ["h-share"]),
        (["联想AI PC", "AI PC换机潮", "AI  PC；服务器"], ["ai pc"]),
        (["Model Y降价", "订Model Y", "Model 3与Model Y"], ["model y"]),
        (["AI/PC", "AI、PC", "AI：PC"], ["ai"]),
        # What two stories have may be chance, and what is usual is not new.
        (["沪惠保", "沪惠保"], []),
        ([f"{one}公告" for one in "一二三四五六"], []),
        ([], []),
    ],
)
def test_a_word_is_the_longest_that_several_stories_have(titles, expected):
    assert words(titles, Before("\n".join(USUAL), len(USUAL))) == expected


def test_no_new_word_is_taken_for_one_of_the_days_before():
    any_of = random.Random(1)
    letters = [letter for letter in map(chr, range(0x4E00, 0x5500)) if normalise(letter) == letter]
    lines = ["".join(any_of.choices(letters, k=20)) for _ in range(1650)]
    usual = Before("\n".join(lines[:1350]), 1350)
    for _ in range(40):
        new = {"".join(any_of.choices(letters, k=any_of.randint(3, 6))) for _ in range(5)}
        titles = [f"{word}。{number}" for word in new for number in range(6)]
        assert {*words([*titles, *lines[1350:]], usual)} == new


@pytest.mark.parametrize(
    ("word", "others"),
    [
        # Part of longer words in Latin letters.
        ("arm", ["pharma", "farm"]),
        # All its runs of four characters are in others.
        ("新能源重卡", ["新能源重", "能源重卡"]),
    ],
)
def test_a_new_word_whose_parts_are_usual_is_new(word, others):
    usual = [f"{one}{end}" for one in others for end in USUAL]
    found = standing_out(
        [*enumerate(f"{word}，{one}" for one in "一二三四五六")],
        Before("\n".join(usual), len(usual)),
        20,
    )
    assert [(one.word, one.usual) for one in found] == [(word, 0)]


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ("一二三四五", ["钠电池"]),
        # The usual word stays where it rises by itself, too.
        ("一二三四五六七八", ["钠电池", "电池"]),
    ],
)
def test_a_new_word_is_not_folded_into_a_usual_part_of_it(others, expected):
    usual = [*USUAL * 6, *(f"{one}电池" for one in "造用买卖")]
    new = [f"{one}钠电池" for one in "甲乙丙丁戊己"]
    titles = [*USUAL, *new, *(f"{one}电池" for one in others)]
    assert words(titles, Before("\n".join(usual), len(usual))) == expected


def test_a_figure_before_a_word_that_stands_out_belongs_to_it():
    usual = [*USUAL * 6, *(f"{one}电池" for one in "造用买卖")]
    new = [f"{one}{model}电池" for one in "甲乙丙丁戊己" for model in ("钠", "4680")]
    assert {*words([*USUAL, *new], Before("\n".join(usual), len(usual)))} == {"钠电池", "4680电池"}


def test_what_is_often_said_of_a_new_word_does_not_take_its_place():
    usual = Before("\n".join(USUAL), len(USUAL))
    assert words(["买沪惠保", "沪惠保上线", "沪惠保上线了", "今沪惠保上线"], usual) == ["沪惠保"]


def test_copies_have_one_vote():
    usual = Before("\n".join(USUAL), len(USUAL))
    copies = [(1, "沪惠保上线"), (1, "沪惠保今上线"), (1, "沪惠保"), (2, "沪惠保")]
    assert standing_out(copies, usual, 20) == []
    assert [one.word for one in standing_out([*copies, (3, "沪惠保")], usual, 20)] == ["沪惠保"]


def test_what_comes_every_week_is_no_news_in_its_week():
    titles = [f"周四{one}" for one in "一二三四五"]
    usual = [*USUAL * 4, *titles * 2]
    lines = "\n".join(usual)
    assert words(titles, Before(lines, len(usual))) == ["周四"]
    assert words(titles, Before(lines, len(usual), "\n".join(usual[-12:]), 12)) == []


@pytest.mark.parametrize(
    ("stories", "of", "before", "of_before", "expected"),
    [
        (3, 100, 0, 3000, True),
        (3, 100, 30, 3000, False),
        (3, 10, 0, 20, False),
        (9, 9, 0, 0, False),
    ],
)
def test_few_posts_say_little(stories, of, before, of_before, expected):
    assert bool(risen(stories, of, before, of_before)) is expected


def test_lines_are_counted_once_and_latin_words_whole():
    lines = "ai与ai\nmain\n谈ai\nai\nchatai ai"
    assert lines_with("ai", lines) == 4
    assert lines_with("在", lines) == 0
