import datetime as dt

import pytest

from articles.mentions import storing
from articles.models import Mention, MentionDecision, NamingRule, Post, Security

pytestmark = pytest.mark.django_db

BODY = "早盘贵州茅台走强，五 粮 液（000858）跟涨。"


@pytest.fixture
def moutai():
    return Security.objects.create(market=1, code="600519", kind="stock", name="贵州茅台")


@pytest.fixture
def wuliangye():
    return Security.objects.create(market=0, code="000858", kind="stock", name="五粮液")


@pytest.fixture
def post(indexed, moutai, wuliangye):
    return indexed(title="贵州茅台：业绩预告", digest="五粮液也涨", body_text=BODY)


def mentions(post):
    rows = post.mention_set.order_by("position")
    return [(one.security.name, one.origin, one.written, one.nth) for one in rows]


def places(post):
    return {
        one.security.name: (one.in_title, one.in_digest, one.in_body)
        for one in post.mention_set.all()
    }


def test_what_a_text_names_is_joined_with_it_in_order_with_its_places(post):
    storing.recognise([post.pk])
    assert mentions(post) == [
        ("贵州茅台", "recognised", "贵州茅台", 1),
        ("五粮液", "recognised", "五 粮 液", 1),
    ]
    assert places(post) == {"贵州茅台": (True, False, True), "五粮液": (False, True, True)}
    assert {one.published_at for one in post.mention_set.all()} == {post.published_at}


def test_what_the_source_marked_stays_and_comes_first(indexed, moutai, wuliangye):
    post = indexed(title="白酒", body_text=BODY, securities=[("0.000858", "五粮液")])
    storing.recognise([post.pk])
    assert [row[:2] for row in mentions(post)] == [
        ("五粮液", "marked"),
        ("贵州茅台", "recognised"),
    ]


def test_what_is_named_no_more_goes(post):
    storing.recognise([post.pk])
    post.body_text = post.digest = ""
    post.save()
    storing.recognise([post.pk])
    assert [name for name, *_ in mentions(post)] == ["贵州茅台"]


def test_what_editors_took_out_stays_out_and_what_they_pinned_stays(post, moutai, wuliangye):
    storing.recognise([post.pk])
    MentionDecision.objects.create(post=post, security=moutai, is_named=False)
    MentionDecision.objects.create(post=post, security=wuliangye, is_named=True)
    post.digest = post.body_text = "无"
    post.save()
    storing.recognise([post.pk])
    assert mentions(post) == [("五粮液", "added", "", 0)]


def test_what_editors_pinned_is_added_after_the_others_and_only_once(post, moutai, wuliangye):
    post.title = post.digest = ""
    post.body_text = "贵州茅台走强。"
    post.save()
    MentionDecision.objects.create(post=post, security=wuliangye, is_named=True)
    storing.recognise([post.pk])
    assert mentions(post) == [("贵州茅台", "recognised", "贵州茅台", 1), ("五粮液", "added", "", 0)]
    assert storing.write({post.pk: []}) == {post.pk}
    assert mentions(post) == [("五粮液", "added", "", 0)]
    assert storing.write({post.pk: []}) == set()


def test_the_order_of_editors_stays_until_they_list_others(post, moutai, wuliangye):
    MentionDecision.objects.create(post=post, security=wuliangye, is_named=True)
    storing.recognise([post.pk], chosen={post.pk: [wuliangye.pk, moutai.pk]})
    assert [name for name, *_ in mentions(post)] == ["五粮液", "贵州茅台"]
    storing.recognise([post.pk])
    assert [name for name, *_ in mentions(post)] == ["五粮液", "贵州茅台"]
    storing.recognise([post.pk], chosen={post.pk: [moutai.pk, wuliangye.pk]})
    assert [name for name, *_ in mentions(post)] == ["贵州茅台", "五粮液"]


def test_mentions_have_the_time_of_their_post(post):
    storing.recognise([post.pk])
    Post.objects.update(published_at=post.published_at + dt.timedelta(hours=1))
    storing.recognise([post.pk])
    post.refresh_from_db()
    assert {one.published_at for one in post.mention_set.all()} == {post.published_at}


def test_entries_tell_the_same_as_posts(post):
    assert storing.recognise_in_entries([post.pk]) == {post.pk}
    found = mentions(post)
    storing.recognise([post.pk])
    assert mentions(post) == found
    assert storing.recognise_in_entries([post.pk]) == set()


def test_a_rule_of_the_desk_counts_at_once(post, moutai):
    NamingRule.objects.create(text="贵州茅台")
    storing.recognise([post.pk])
    assert "贵州茅台" in places(post)  # the subject of the title
    Security.objects.filter(pk=moutai.pk).update(needs_code=True)
    storing.recognise([post.pk])
    assert "贵州茅台" not in places(post)


def test_the_occurrence_that_names_it_is_counted(indexed):
    Security.objects.create(market=0, code="300024", kind="stock", name="机器人")
    NamingRule.objects.get_or_create(text="机器人")
    post = indexed(title="工业", body_text="机器人产业升级。机器人晚间公告。")
    storing.recognise([post.pk])
    assert mentions(post) == [("机器人", "recognised", "机器人", 2)]
    assert Mention.objects.get().in_body
