"""Readers are told the names of securities that posts give which they see."""

import datetime as dt

import pytest
from django.utils import timezone

from articles import changes, task_queue
from articles.editing import bulk, erasing, merging, posts
from articles.importing.listed import store_list
from articles.importing.prune import take_out
from articles.importing.reading.listed.securities import read_list
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
    assert stored() == ("天齐锂业", ["ST天齐", "天齐锂业"])


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


def at(day):
    return timezone.make_aware(dt.datetime.fromisoformat(day))


WRONG = "天齐锂页"
RIGHT = '<p><a data-code="0,002466">天齐锂业</a></p>'


@pytest.mark.parametrize(
    "undo",
    [
        lambda post, by: imported("天齐锂业", "2022-03-01", number=2),
        lambda post, by: imported(WRONG, "2022-03-01", number=2),
        lambda post, by: imported(WRONG, "2022-03-05", number=2, shown="false"),
        lambda post, by: imported(WRONG, "2090-03-05", number=2),
        lambda post, by: posts.change(
            post, {"published_at": at("2022-03-01"), "body_html": RIGHT}, by=by
        ),
        lambda post, by: posts.change(post, {"published_at": at("2022-03-01")}, by=by),
        lambda post, by: posts.change(post, {"published_at": at("2090-03-01")}, by=by),
        lambda post, by: posts.change(post, {"status": "hidden"}, by=by),
        lambda post, by: posts.change(post, {"status": "draft"}, by=by),
        lambda post, by: posts.change(post, {"body_html": "<p>锂价走弱。</p>"}, by=by),
        lambda post, by: posts.change(post, {"securities": []}, by=by),
        lambda post, by: erasing.erase(post, by=by, why="法院"),
        lambda post, by: take_out(list(post.documents.values_list("file_name", flat=True))),
    ],
    ids=[
        *("import-earlier-and-corrected", "import-earlier", "import-draft", "import-later"),
        *("edit-earlier-and-corrected", "edit-earlier", "edit-later", "hide", "draft"),
        *("unmark", "take-out", "erase", "prune"),
    ],
)
@pytest.mark.parametrize("other", ["天齐锂业", ""])
def test_a_name_is_that_of_the_newest_post_that_readers_see(editor, undo, other):
    if other:
        imported(other, "2022-03-04", number=1)
    post = imported(WRONG, "2022-03-05", number=2)
    assert stored()[0] == WRONG
    undo(post, editor)
    left = Mention.objects.filter(post__in=Post.objects.published()).order_by("-published_at")
    given = left.exclude(marked_as="").values_list("marked_as", flat=True)
    assert stored()[0] == (given.first() or "")
    assert stored()[0] != WRONG or not other


def test_a_name_that_a_post_no_longer_gives_comes_back_with_it(editor):
    imported("天齐锂业")
    post = imported("ST天齐", "2022-03-05", number=2)
    posts.change(post, {"status": "hidden"}, by=editor)
    assert stored()[0] == "天齐锂业"
    posts.change(post, {"status": "published"}, by=editor)
    assert stored()[0] == "ST天齐"


def test_a_name_that_only_one_post_gave_goes_with_it_to_those_who_keep_a_copy(editor):
    post = imported("天齐锂业")
    import_text(TEXT.format(name="", at="2022-03-01", shown="true"), 2)
    before = ArchiveVersion.objects.get().number
    posts.change(post, {"status": "hidden"}, by=editor)
    security = Security.objects.get()
    assert (security.name, security.named_at, security.pinyin) == ("", None, "")
    told = ArchiveChange.objects.filter(version__gt=before, kind="security")
    assert told.filter(address="0.002466").exists()


def store(name):
    return store_list(read_list(f"code,name\n002466,{name}\n".encode()))


def test_what_a_list_states_stays_until_a_newer_post_gives_another_and_is_back_after_it(editor):
    store("天齐锂业")
    imported("天齐锂页")
    assert stored()[0] == "天齐锂业"
    Security.objects.update(stated_at=at("2022-03-04 12:00"))
    post = imported("ST天齐", "2022-03-05", number=2)
    assert stored()[0] == "ST天齐"
    posts.change(post, {"status": "hidden"}, by=editor)
    assert stored()[0] == "天齐锂业"


def test_a_name_that_a_list_confirms_stays_though_no_post_gives_it(editor):
    post = imported("天齐锂业")
    store("天齐锂业")
    posts.change(post, {"status": "hidden"}, by=editor)
    assert stored()[0] == "天齐锂业"
    assert store("天齐锂业").unchanged == 1


def test_a_name_that_was_stored_before_lists_and_posts_were_told_apart_stays(editor):
    post = imported("天齐锂业")
    Mention.objects.update(marked_as="")
    Security.objects.update(stated_name="天齐锂业", stated_at=post.published_at)
    imported("天齐锂页", "2022-03-01", number=2)
    posts.change(post, {"title": "锂价上涨"}, by=editor)
    assert stored()[0] == "天齐锂业"
    imported("天齐")
    assert stored()[0] == "天齐"


def test_a_security_keeps_its_name_when_others_that_were_named_later_are_merged_into_it(editor):
    kept = imported("天齐锂业").securities.get()
    body = '<p><a data-code="0,002467">天齐甲</a></p>'
    posts.change(imported("天齐锂业", "2022-03-05", number=2), {"body_html": body}, by=editor)
    merged = Security.objects.get(code="002467")
    bulk.start(merging.create([merged], kept, by=editor))
    posts.change(Post.objects.latest("published_at"), {"title": "锂价上涨"}, by=editor)
    assert stored()[0] == "天齐锂业"


def test_codes_that_were_taken_for_names_are_none_once_posts_are_read_again(editor):
    imported("002466.SZ", number=1)
    older = imported("天齐锂业", "2022-03-03", number=2)
    Mention.objects.filter(marked_as="").update(marked_as="002466.SZ")
    names = ["002466.SZ", "天齐锂业"]
    Security.objects.update(name="002466.SZ", names=names, named_at="2022-03-04 09:30+08:00")
    list(reparse_posts())
    assert stored() == ("天齐锂业", ["天齐锂业"])
    posts.change(older, {"status": "hidden"}, by=editor)
    Mention.objects.update(marked_as="002466.SZ")
    Security.objects.update(name="002466.SZ", names=["002466.SZ"])
    list(reparse_posts())
    assert stored() == ("", [])
