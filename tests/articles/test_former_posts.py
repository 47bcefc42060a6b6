"""Posts as they were at a moment: from records of the desk, or from documents."""

import datetime as dt

import pytest
from django.utils import timezone

from articles.editing import merging, posts
from articles.former_posts import former
from articles.importing.discovery import Found
from articles.importing.reading.files import read
from articles.importing.storing.batch import write
from articles.models import Document, DocumentVersion, Post, Security, Tag

pytestmark = pytest.mark.django_db

NAME = "2022-03-04-202203040000000001.md"
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def day(number):
    return START + dt.timedelta(days=number)


@pytest.fixture
def on(monkeypatch):
    """Sets the clock, also of what the database writes, to noon of a day."""

    def set_to(number):
        monkeypatch.setattr(timezone, "now", lambda: day(number) + dt.timedelta(hours=12))

    return set_to


@pytest.fixture
def imported(on):
    """A file imported on a day."""

    def store(number, title, text="正文。", tags="要闻", name=NAME):
        on(number)
        header = f"title: {title}\ndate: 2022-03-04 09:30:00 +0800\ntags: {tags}"
        content = f"---\n{header}\n---\n<p>{text}</p>\n"
        write([read(Found(name, content=content.encode()))])
        Document.objects.filter(file_name=name).update(imported_at=timezone.now())
        return Post.objects.get()

    return store


def title_on(post, number):
    """Its title as of the end of a day; None if it was not there."""
    found = former([post.pk], day(number + 1))
    then = found.get(post.pk, ...)
    return "now" if then is ... else then and then.post.title


def test_each_version_of_a_document_is_given_for_its_time(imported):
    imported(1, "甲", "茅台涨停。")
    imported(3, "乙", "五粮液涨停。", tags="快讯")
    post = imported(5, "丙")
    assert [title_on(post, number) for number in (0, 1, 2, 3, 4, 5)] == [
        *(None, "甲", "甲", "乙", "乙", "now")
    ]
    then = former([post.pk], day(2))[post.pk]
    assert then.post.body_text == "茅台涨停。"
    assert [tag.name for tag in then.terms["tags"]] == ["要闻"]
    assert [one.was_there(day(2)) for one in then.contents] == [True]


def test_a_document_that_came_later_is_left_out(imported):
    imported(1, "甲")
    post = imported(3, "甲", "更长的正文，后来才有。", name="NW202203040000000001.md")
    assert former([post.pk], day(2))[post.pk].post.body_text == "正文。"
    assert Document.objects.count() == 2


def test_records_of_editors_are_given_for_their_time(imported, editor, on):
    post = imported(1, "甲")
    on(3)
    posts.change(post, {"title": "乙"}, by=editor)
    on(5)
    posts.change(post, {"title": "丙", "digest": "摘要。"}, by=editor)
    imported(7, "甲，又来", "新的正文。")
    assert [title_on(post, number) for number in (1, 2, 3, 4, 5, 6, 7)] == [
        *("甲", "甲", "乙", "乙", "丙", "丙", "now")
    ]
    on(9)
    posts.change(post, {"digest": "又改。"}, by=editor)
    then = former([post.pk], day(8))[post.pk].post
    assert (then.title, then.digest, then.body_text) == ("丙", "摘要。", "新的正文。")
    assert then.edited_at == day(5) + dt.timedelta(hours=12)


def test_securities_are_found_in_what_an_editor_wrote(imported, editor, on):
    """Not in what an import would have written, had no editor changed it."""
    Security.objects.create(market=0, code="002869", name="金溢科技", names=["金溢科技"])
    post = imported(1, "金溢科技涨停")
    on(3)
    posts.change(post, {"title": "停牌"}, by=editor)
    imported(5, "金溢科技又涨停")
    on(7)
    posts.change(post, {"title": "复牌"}, by=editor)
    then = former([post.pk], day(6))[post.pk]
    assert (then.post.title, then.mentions) == ("停牌", [])
    assert [one.written for one in former([post.pk], day(2))[post.pk].mentions] == [""]


def test_what_readers_did_not_see_is_not_given(imported, editor, on):
    post = imported(1, "甲")
    on(3)
    posts.change(post, {"status": "hidden"}, by=editor)
    on(5)
    posts.change(post, {"status": "published"}, by=editor)
    assert [title_on(post, number) for number in (2, 4, 5)] == ["甲", None, "now"]


def test_nothing_is_given_where_nothing_is_known(imported):
    post = imported(3, "甲")
    assert title_on(post, 1) is None


def test_a_post_without_documents_is_as_its_records_say(make_post, editor, on):
    on(1)
    post = make_post(title="甲", tags=["要闻"], securities=[("1.600519", "贵州茅台")])
    on(3)
    posts.change(post, {"title": "乙", "tags": [], "securities": []}, by=editor)
    then = former([post.pk], day(2))[post.pk]
    assert then.post.title == "甲"
    assert [str(one) for one in then.terms["tags"]] == ["要闻"]
    assert [one.security.symbol for one in then.mentions] == ["1.600519"]


def test_a_term_that_was_merged_goes_by_what_it_is_now(imported, editor, on):
    imported(1, "甲", tags="旧标签")
    post = imported(3, "甲", tags="别的")
    kept = Tag.objects.create(name="新标签", slug="new")
    on(4)
    merging.merge_into(kept, [Tag.objects.get(name="旧标签")]).finish(editor, "")
    assert former([post.pk], day(2))[post.pk].terms["tags"] == [kept]


def test_a_file_that_came_back_was_away_until_then(imported, on):
    post = imported(1, "甲")
    on(3)
    Document.objects.update(gone_at=timezone.now())
    write([read(Found(NAME, content=bytes(Document.objects.get().content)))])
    assert Document.objects.get().imported_at == day(1) + dt.timedelta(hours=12)
    assert not DocumentVersion.objects.exists()
    assert [title_on(post, number) for number in (2, 4)] == ["甲", None]
