"""Readers are told the names of securities that posts give which they see, or saw."""

import datetime as dt

import pytest
from django.utils import timezone

from articles import changes, task_queue
from articles.editing import bulk, posts
from articles.importing.reparse import reparse_posts
from articles.mentions.seeking import seek
from articles.models import ArchiveChange, ArchiveVersion, Mention, Post, Security
from tests.articles.imported import import_text

pytestmark = pytest.mark.django_db

TEXT = """---
title: "锂价回落"
date: {at} 09:30:00
categories: emnews
published: {shown}
---
<p><a data-code="0,002466">{name}</a>称锂价走弱。</p>
"""


def imported(name, at="2022-03-04", number=1, shown="true"):
    return import_text(TEXT.format(name=name, at=at, shown=shown), number)


def stored():
    security = Security.objects.get()
    return security.name, security.names


def test_a_draft_teaches_its_names_when_an_editor_publishes_it(editor):
    imported("天齐锂业", number=1)
    draft = imported("ST天齐", "2022-03-05", number=2, shown="false")
    assert stored() == ("天齐锂业", ["天齐锂业"])
    seek()
    posts.change(draft, {"status": "published"}, by=editor)
    assert stored() == ("ST天齐", ["ST天齐", "天齐锂业"])
    security = Security.objects.get()
    assert (security.pinyin, security.named_at) == ("sttq sttj", draft.published_at)
    assert security.full_pinyin == "| s t tian qi | tian qi li ye |"
    assert task_queue.open_keys(task_queue.SEEK) == {0}
    posts.change(draft, {"status": "hidden"}, by=editor)
    assert stored() == ("ST天齐", ["ST天齐", "天齐锂业"])


def test_what_was_renamed_is_told_to_those_who_keep_a_copy(editor):
    imported("天齐锂业", number=1)
    draft = imported("ST天齐", "2022-03-05", number=2, shown="false")
    before = ArchiveVersion.objects.get().number
    posts.change(draft, {"status": "published"}, by=editor)
    told = ArchiveChange.objects.filter(version__gt=before)
    assert told.filter(kind="security", address="0.002466").exists()


def test_a_name_that_a_post_corrects_is_corrected(editor):
    imported("天齐锂页")
    imported("天齐锂业")
    assert stored() == ("天齐锂业", ["天齐锂业", "天齐锂页"])
    post = imported("天齐锂矿")
    posts.change(post, {"body_html": '<p><a data-code="0,002466">天齐</a></p>'}, by=editor)
    assert stored()[0] == "天齐"


def test_of_two_names_of_one_time_the_last_in_order_counts_whichever_is_read_last():
    for name, number in (("甲", 1), ("乙", 2), ("甲", 1), ("乙", 2)):
        imported(name, number=number)
        list(reparse_posts())
    assert stored()[0] == max("甲乙")


def test_a_security_that_only_unseen_posts_name_has_no_name(editor):
    draft = imported("天齐锂业", shown="false")
    imported("天齐锂业", "2090-03-04", number=2)
    posts.change(draft, {"body_html": '<p><a data-code="0,000858">五粮液</a></p>'}, by=editor)
    found = Security.objects.order_by("code").values_list("name", "names", "pinyin")
    assert list(found) == [("", [], "")] * 2


def test_drafts_that_a_bulk_change_publishes_teach_theirs(editor):
    imported("ST天齐", number=1, shown="false")
    imported("天齐锂业", "2022-03-05", number=2, shown="false")
    assert stored()[1] == []
    change = bulk.create(Post.objects.all(), "publish", by=editor)
    bulk.prepare(change, {})
    bulk.start(change)
    assert stored() == ("天齐锂业", ["ST天齐", "天齐锂业"])


def test_a_body_that_was_edited_teaches_its_names_if_readers_see_it(editor):
    post = imported("天齐锂业")
    body = '<p><a data-code="0,002466">天齐</a>，<a data-code="0,000858">五粮液</a></p>'
    posts.change(post, {"status": "draft"}, by=editor)
    posts.change(post, {"body_html": body}, by=editor)
    assert [one.names for one in Security.objects.order_by("code")] == [[], ["天齐锂业"]]
    posts.change(post, {"status": "published"}, by=editor)
    assert [one.names for one in Security.objects.order_by("code")] == [
        ["五粮液"],
        ["天齐", "天齐锂业"],
    ]


def test_a_scheduled_post_teaches_its_names_when_its_time_comes(monkeypatch):
    imported("天齐锂业")
    imported("ST天齐", "2090-03-04", number=2)
    changes.posts_appeared()
    assert stored() == ("天齐锂业", ["天齐锂业"])
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2091, 1, 1, tzinfo=dt.UTC))
    changes.posts_appeared()
    assert stored() == ("ST天齐", ["ST天齐", "天齐锂业"])


def test_what_a_release_stored_that_kept_no_names_of_marks_is_learnt_when_derived_again(editor):
    post = imported("天齐锂业", shown="false")
    Mention.objects.update(marked_as="")
    posts.change(post, {"status": "published"}, by=editor)
    assert stored() == ("", [])
    list(reparse_posts())
    assert stored() == ("天齐锂业", ["天齐锂业"])


def test_the_name_that_a_mark_gives_is_kept_when_texts_are_read_again(editor):
    post = imported("天齐锂业", shown="false")
    posts.change(post, {"title": "锂价上涨"}, by=editor)
    Security.objects.update(english_name="Tianqi")
    seek()
    assert Mention.objects.get().marked_as == "天齐锂业"


def test_no_name_is_learnt_that_an_editor_called_wrong_and_none_replaces_the_one_that_is_fixed():
    imported("天齐锂业")
    Security.objects.update(wrong_names=["错名"], is_name_fixed=True)
    imported("错名", "2022-03-05", number=2)
    imported("ST天齐", "2022-03-06", number=3)
    assert stored() == ("天齐锂业", ["ST天齐", "天齐锂业"])
