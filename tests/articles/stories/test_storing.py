"""The stories of an archive follow from the posts that it has."""

import random

import pytest

from articles import changes, regrouping
from articles.editing import posts
from articles.mentions.storing import recognise
from articles.models import Post, Security, StoryKey, StoryLink, StoryPost
from articles.stories import storing

pytestmark = pytest.mark.django_db

LINES = [
    "云岭锗业3月1日晚间公告，持股12.23%的股东华锦投资计划6个月内，通过大宗交易、集中竞价等方式减持不超过"
    "419.18万股，即不超过公司总股本的1.83%。",
    "河海重工3月1日晚间公告，因环保问题，子公司江南锻造自即日起停产，预计影响全年产量的一成，复产时间未定。",
    "沪惠保三期今日上线，保费129元，不限年龄和职业，由九家保险公司共保，上海市民可为父母子女投保。",
]
TITLES = [
    ["云岭锗业：股东拟减持不超1.83%股份", "云岭锗业股东华锦投资拟减持1.83%股份"],
    ["河海重工：子公司停产", "河海重工子公司江南锻造因环保停产"],
    ["沪惠保三期今日上线 保费129元", "新一期沪惠保上线，保费仍是129元"],
]


@pytest.fixture
def tell(make_post):
    """A post that tells one of three stories, the `way` of its title; `at` is its time."""

    def make(story, way=0, at="2022-03-01 20:00", **fields):
        text = LINES[story]
        post = make_post(
            at,
            digest="",
            body_html=text,
            body_text=text,
            **{"title": TITLES[story][way], "story": "", **fields},
        )
        changes.posts_changed([post.pk])
        return post

    return make


def stories():
    """The stories: the slugs of their posts, the first one first."""
    found = {}
    for row in StoryPost.objects.select_related("post", "first").order_by(
        "post__published_at", "post_id"
    ):
        found.setdefault(row.first.slug, []).append(row.post.slug)
    return found


def test_posts_that_tell_the_same_are_one_story(tell):
    later = tell(0, 1, at="2022-03-01 21:00")
    first = tell(0)
    tell(1)
    assert stories() == {first.slug: [first.slug, later.slug]}
    assert StoryPost.objects.get(post=later).is_copy
    assert not StoryPost.objects.get(post=first).is_copy


def test_the_order_of_import_makes_no_difference(tell):
    told = [
        tell(number % 3, number % 2, at=f"2022-03-01 {10 + number}:00", slug=f"s{number}")
        for number in range(9)
    ]
    expected = stories()
    assert [len(posts) for posts in expected.values()] == [3, 3, 3]
    ids = [post.pk for post in told]
    for seed in range(3):
        changes.deleting_posts(ids)
        assert not StoryPost.objects.exists()
        random.Random(seed).shuffle(ids)
        for start in range(0, len(ids), 2):
            changes.posts_changed(ids[start : start + 2])
        assert stories() == expected


def test_copies_under_titles_that_have_nothing_in_common_are_one_story(tell):
    first = tell(1)
    copy = tell(1, title="江南锻造的炉子凉了", at="2022-03-01 21:00")
    tell(0)
    assert stories() == {first.slug: [first.slug, copy.slug]}


@pytest.fixture
def tell_of(make_post):
    """The slug of a post of which the securities are recognised."""

    def make(at, title, text):
        texts = {"title": title, "digest": "", "body_html": text, "body_text": text}
        post = make_post(at, story="", **texts)
        recognise([post.pk])
        changes.posts_changed([post.pk])
        return post.slug

    return make


def listed(market, code, name, **fields):
    Security.objects.create(
        market=market, code=code, kind=Security.Kind.STOCK, name=name, names=[name], **fields
    )


def test_a_title_that_does_not_name_the_security_of_the_text_is_found_by_it(tell_of):
    listed(1, "600519", "贵州茅台")
    listed(0, "300750", "宁德时代")
    first = tell_of(
        "2022-03-01 18:00",
        "贵州茅台：拟每股派发现金红利19.106元",
        "贵州茅台公告，拟每股派发特别现金红利19.106元，共派发240.01亿元。",
    )
    other = tell_of(
        "2022-03-01 19:00",
        "又要发红包：特别分红240亿元",
        "3月1日晚间，贵州茅台发布特别分红方案，拟每股派19.106元（含税），合计派现240.01亿元。",
    )
    tell_of("2022-03-01 19:30", "河谷重工停产", "河谷重工公告，宁德时代的供应商停产。")
    assert stories() == {first: [first, other]}
    assert not [*regrouping.check()]


def test_posts_that_call_a_company_by_its_names_at_two_exchanges_are_one_story(tell_of):
    listed(106, "NIO", "蔚来", english_name="NIO Inc")
    listed(116, "09866", "蔚来-SW", english_name="NIO Inc")
    first = tell_of(
        "2022-03-01 18:00",
        "蔚来2月交付新车15620台 同比增长134.6%",
        "蔚来公布，2022年2月交付新车15620台，同比增长134.6%，累计交付495267台。",
    )
    other = tell_of(
        "2022-03-01 19:00",
        "蔚来-SW（09866.HK）二月交付1.56万辆 同比翻倍",
        "蔚来-SW（09866.HK）公布二月交付数据，交付15,620辆，环比增长31.6%，同比增长134.6%。",
    )
    assert stories() == {first: [first, other]}


def linked_slugs():
    return {*StoryLink.objects.values_list("post__slug", "other__slug")}


def test_copies_are_linked_with_the_earliest_ones_in_whatever_order_they_came(tell):
    told = [tell(2, at="2022-03-01", slug=f"s{number:02}") for number in range(20)]
    told += [tell(2, at="2022-03-01 09:30", slug=f"s{number}") for number in range(20, 50)]
    expected, links = stories(), linked_slugs()
    assert [len(posts) for posts in expected.values()] == [50]
    assert len(links) == 2 * sum(min(earlier, storing.LINKED) for earlier in range(50)) < 50 * 49
    ids = [post.pk for post in told]
    for seed in range(3):
        changes.deleting_posts(ids)
        random.Random(seed).shuffle(ids)
        for start in range(0, len(ids), 20):
            changes.posts_changed(ids[start : start + 20])
        assert stories() == expected
        assert linked_slugs() == links
    assert not [*regrouping.check()]


def test_what_posts_say_is_remembered_of_the_last_ones(tell, monkeypatch):
    storing.remembered.clear()
    monkeypatch.setattr(storing, "REMEMBERED", 3)
    posts = [tell(number % 3, at=f"2022-03-01 1{number}:00") for number in range(5)]
    assert posts[-1].pk in [row.post for row in storing.remembered]
    assert len(storing.remembered) == 3
    assert [len(told) for told in stories().values()] == [2, 2]


def test_where_copies_go_others_take_their_links(tell):
    told = [tell(2, at="2022-03-01", slug=f"s{number}") for number in range(10, 60)]
    gone = [post.pk for post in told[:5]]
    Post.objects.filter(pk__in=gone).update(status="hidden")
    changes.posts_changed(gone)
    assert not [*regrouping.check()]
    assert stories() == {"s15": [post.slug for post in told[5:]]}
    Post.objects.filter(pk__in=gone).update(status="published")
    changes.posts_changed(gone)
    assert not [*regrouping.check()]
    assert stories() == {"s10": [post.slug for post in told]}


def test_a_hidden_post_leaves_its_story_which_then_has_another_first(tell):
    first, second, third = (tell(0, at=f"2022-03-01 1{hour}:00") for hour in range(3))
    Post.objects.filter(pk=first.pk).update(status="hidden")
    changes.posts_changed([first.pk])
    assert stories() == {second.slug: [second.slug, third.slug]}
    Post.objects.filter(pk=third.pk).update(status="hidden")
    changes.posts_changed([third.pk])
    assert stories() == {}


def test_the_earliest_is_no_copy_of_one_that_an_editor_has_put_first(tell, editor):
    told = [tell(0, at=f"2022-03-01 1{hour}:00") for hour in range(3)]
    posts.change(told[1], {"tells_first": True}, by=editor)
    found = [StoryPost.objects.get(post=post) for post in told]
    assert [one.place for one in found] == [1, 0, 2]
    assert [one.is_copy for one in found] == [False, True, True]


def test_a_post_that_tells_something_else_now_leaves_its_story(tell):
    first, second = tell(0), tell(0, 1, at="2022-03-01 21:00")
    Post.objects.filter(pk=second.pk).update(title=TITLES[1][0], body_text=LINES[1])
    changes.posts_changed([second.pk])
    assert stories() == {}
    assert not StoryLink.objects.exists()
    other = tell(1, 1, at="2022-03-01 22:00")
    assert stories() == {second.slug: [second.slug, other.slug]}
    assert first.slug not in stories()


def test_a_deleted_post_leaves_nothing(tell):
    tell(0)
    post = tell(0, 1, at="2022-03-01 21:00")
    changes.deleting_posts([post.pk])
    assert not StoryLink.objects.exists()
    assert not StoryPost.objects.exists()
    assert not StoryKey.objects.filter(post=post).exists()


def test_nor_does_one_that_an_editor_united_with_another(tell, editor):
    first, second = tell(0), tell(1)
    posts.change(second, {"story": first.slug}, by=editor)
    assert StoryPost.objects.count() == 2
    changes.deleting_posts([first.pk])
    assert not StoryPost.objects.exists()


def test_the_same_words_days_later_are_another_story(tell):
    tell(2)
    tell(2, at="2022-03-09 20:00")
    assert stories() == {}


def test_links_are_stored_both_ways_round(tell):
    one, other = tell(2), tell(2, 1)
    found = StoryLink.objects.values_list("post_id", "other_id")
    assert {*found} == {(one.pk, other.pk), (other.pk, one.pk)}


@pytest.fixture
def three(tell):
    """Two posts that tell the same and a later one that tells something else: their slugs."""
    return [
        post.slug for post in (tell(0), tell(0, 1, at="2022-03-01 21:00"), tell(1, at="2022-03-03"))
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, [[0, 1]]),
        ({2: {"story": 0}}, [[0, 1, 2]]),
        ({0: {"story": 2}}, [[0, 1, 2]]),
        ({1: {"story": 2}}, [[0, 1, 2]]),
        ({1: {"story": "/"}}, []),
        ({1: {"story": "/"}, 2: {"story": 1}}, [[1, 2]]),
        ({0: {"status": "hidden"}, 1: {"story": 0}, 2: {"story": 0}}, [[1, 2]]),
        ({1: {"tells_first": True}}, [[1, 0]]),
        ({2: {"story": 0, "tells_first": True}}, [[2, 0, 1]]),
    ],
)
def test_editors_have_the_last_word_and_take_it_back(three, editor, words, expected):
    def told():
        found = {}
        for row in StoryPost.objects.order_by("place"):
            found.setdefault(row.first_id, []).append(three.index(row.post.slug))
        return sorted(found.values())

    ids = dict(Post.objects.values_list("slug", "pk"))
    before = told()
    for number, word in words.items():
        values = {name: three[what] if type(what) is int else what for name, what in word.items()}
        posts.change(Post.objects.get(slug=three[number]), values, by=editor)
    assert told() == expected
    changes.posts_changed(list(ids.values()))
    regrouping.rebuild()
    assert told() == expected
    assert not [*regrouping.check()]
    posts.undo_each(
        {ids[three[n]]: Post.history.filter(slug=three[n]).latest("history_id").pk for n in words},
        by=editor,
    )
    assert told() == before
