"""Words that stand out in titles: planted ones are found, and hardly anything else."""

import re

import pytest

from articles.samples.told import told_stories
from articles.search.text.normalise import normalise
from articles.search.text.standing_out import Before, lines_with, risen, standing_out

#: What newspapers made of new words, each in other words around it.
BURSTS = {
    "沪惠保": [
        "沪惠保今日上线，首日投保超百万",
        "上海推出沪惠保 医保个账可投保",
        "沪惠保来了！该不该买",
        "多家险企共保沪惠保",
        "解读沪惠保：普惠保险如何持续",
    ],
    "鸿蒙智行": [
        "鸿蒙智行首款轿车亮相",
        "华为：鸿蒙智行交付量创新高",
        "鸿蒙智行概念走强",
        "赛力斯携手鸿蒙智行发布新车",
    ],
    "chatgpt": [
        "ChatGPT概念掀涨停潮",
        "拓尔思回应ChatGPT热度",
        "百度将推出类ChatGPT产品",
        "机构紧急调研ＣｈａｔＧＰＴ",
    ],
}


DAYS_BEFORE, DAYS = 30, 21
STORIES_A_DAY = 25


@pytest.fixture(scope="module")
def days():
    """The titles of the first posts of stories, normalised, day by day."""
    titles = {}
    for file, story, _ in sorted(told_stories(3400), key=lambda told: told.file.name[:10]):
        title = re.search("(?m)^title: (.*)$", file.text)[1]
        titles.setdefault(story, normalise(title))
    every = [*titles.values()]
    days = [every[at : at + STORIES_A_DAY] for at in range(0, len(every), STORIES_A_DAY)]
    assert len(days) >= DAYS_BEFORE + DAYS
    return days


def before(days):
    lines = [title for day in days for title in day]
    alike = [title for day in days[-7::-7] for title in day]
    return Before("\n".join(lines), len(lines), "\n".join(alike), len(alike))


def words(titles, earlier):
    numbered = [(number, normalise(title)) for number, title in enumerate(titles)]
    return [one.word for one in standing_out(numbered, earlier, 20)]


def test_planted_words_come_first_and_there_is_hardly_any_other(days):
    planted = dict(zip(range(DAYS_BEFORE, DAYS_BEFORE + DAYS, 4), BURSTS, strict=False))
    others = 0
    for number in range(DAYS_BEFORE, DAYS_BEFORE + DAYS):
        burst = planted.get(number)
        found = words(days[number] + BURSTS.get(burst, []), before(days[number - 30 : number]))
        assert found[:1] == ([burst] if burst else found[:1])
        others += len(found) - bool(burst)
    assert others <= 6


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
        # What two stories have may be chance, and what is usual is not new.
        (["沪惠保", "沪惠保"], []),
        ([f"{one}公告" for one in "一二三四五六"], []),
        ([], []),
    ],
)
def test_a_word_is_the_longest_that_several_stories_have(titles, expected):
    assert words(titles, Before("\n".join(USUAL), len(USUAL))) == expected


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
