import datetime as dt

import pytest

from articles.editing import mentions, posts
from articles.importing.reparse import reparse_posts
from articles.models import MentionDecision, Post, Security
from tests.articles.imported import import_text

pytestmark = pytest.mark.django_db

TEXT = """---
title: "锂价回落"
date: 2022-03-04 09:30:00
---
<p>宁德时代称锂价走弱，比亚迪跟随。</p>
"""


@pytest.fixture
def catl(db):
    return Security.objects.create(
        market=0, code="300750", kind="stock", name="宁德时代", stated_name="宁德时代"
    )


@pytest.fixture
def byd(db):
    return Security.objects.create(
        market=0, code="002594", kind="stock", name="比亚迪", stated_name="比亚迪"
    )


@pytest.fixture
def moutai(db):
    return Security.objects.create(
        market=1, code="600519", kind="stock", name="贵州茅台", stated_name="贵州茅台"
    )


@pytest.fixture
def post(catl, byd):
    return import_text(TEXT)


def named(post):
    return [one.security.name for one in post.mention_set.order_by("position")]


def test_an_import_recognises_what_the_text_names(post):
    assert named(post) == ["宁德时代", "比亚迪"]
    assert {one.origin for one in post.mention_set.all()} == {"recognised"}


def test_what_was_taken_out_stays_out_and_what_is_new_is_still_recognised(
    post, editor, catl, moutai
):
    posts.change(post, {"securities": [catl]}, by=editor)
    import_text(TEXT.replace("锂价走弱", "锂价走强，贵州茅台也是"))
    assert named(post) == ["宁德时代", "贵州茅台"]
    list(reparse_posts())
    assert named(post) == ["宁德时代", "贵州茅台"]


def test_what_was_added_stays(post, editor, catl, byd, moutai):
    posts.change(post, {"securities": [catl, byd, moutai]}, by=editor)
    assert post.mention_set.get(security=moutai).origin == "added"
    import_text(TEXT.replace("走弱", "走强"))
    assert named(post) == ["宁德时代", "比亚迪", "贵州茅台"]


def test_pinned_ones_stay_though_the_text_names_them_no_more(post, editor):
    posts.pin_securities(post, by=editor)
    import_text(TEXT.replace("宁德时代", "某公司"))
    assert named(post) == ["宁德时代", "比亚迪"]
    post.refresh_from_db()
    assert post.hand_edited == ["securities"]


def test_giving_them_back_to_imports_forgets_what_was_decided(post, editor, catl):
    posts.change(post, {"securities": [catl]}, by=editor)
    posts.restore_imported(post, ["securities"], by=editor)
    assert named(post) == ["宁德时代", "比亚迪"]
    assert not MentionDecision.objects.exists()


def test_a_new_text_is_read_at_once(post, editor, moutai):
    posts.change(post, {"body_html": "<p>贵州茅台走强。</p>"}, by=editor)
    assert named(post) == ["贵州茅台"]
    posts.change(post, {"title": "比亚迪：销量"}, by=editor)
    assert named(post) == ["比亚迪", "贵州茅台"]
    post.refresh_from_db()
    assert "securities" not in post.hand_edited


def test_a_new_post_has_those_that_it_names_and_those_that_were_chosen(catl, moutai, editor):
    at = dt.datetime(2022, 3, 4, tzinfo=dt.UTC)
    values = {"title": "宁德时代：公告", "published_at": at, "securities": [moutai]}
    post = posts.create(values, by=editor)
    assert sorted(named(post)) == ["宁德时代", "贵州茅台"]


def test_a_mark_that_goes_while_the_name_stays_is_recognised(catl, editor):
    mark = '<a data-code="0,300750" href="http://quote.eastmoney.com/unify/r/0.300750">宁德时代</a>'
    post = import_text(TEXT.replace("宁德时代", mark))
    assert post.mention_set.get().origin == "marked"
    posts.change(post, {"body_html": "<p>宁德时代称锂价走弱。</p>"}, by=editor)
    assert post.mention_set.get().origin == "recognised"


def test_a_text_that_is_not_saved_names_what_it_will_once_it_is(post, editor, catl, byd, moutai):
    post.body_html = "<p>宁德时代称锂价走强，比亚迪和<b>贵州茅台</b>跟随。</p>"

    def names(chosen):
        return [one.security.name for one in mentions.of_unsaved(post, chosen)]

    assert names([catl, byd]) == ["宁德时代", "比亚迪", "贵州茅台"]
    assert names([catl]) == ["宁德时代", "贵州茅台"]
    posts.change(Post.objects.get(), {"securities": [catl, byd]}, by=editor)
    posts.change(Post.objects.get(), {"securities": [catl]}, by=editor)
    assert names([catl]) == ["宁德时代", "贵州茅台"]
    assert named(Post.objects.get()) == ["宁德时代"]
