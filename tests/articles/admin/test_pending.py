"""A correction held back at the form of its post, by those who may, until another approves it."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from articles.editing import pending, posts
from articles.models import PendingChange, Post, Tag
from tests.articles.admin.posts import (
    TEXT,
    address,
    filled,
)
from tests.articles.imported import import_text
from tests.html import parsed, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(db):
    return import_text(TEXT)


@pytest.fixture
def log_in(client, user_of):
    """A function that logs somebody in, an editor if not of another role."""

    def log_in(name, role="Editor"):
        if not User.objects.filter(username=name).exists():
            user_of(role)
            User.objects.filter(username=role).update(username=name)
        client.force_login(User.objects.get(username=name))
        return client

    return log_in


def hold(client, post, url="", **changes):
    url = url or address(post)
    return client.post(url, filled(client.get(url), **changes) | {"_hold": ""})


def form_of(change):
    return f"{address(change.post)}?pending={change.pk}"


def press(client, change, button, **data):
    url = reverse("admin:articles_post_pending", args=[change.post_id, change.pk])
    return client.post(url, {button: ""} | data, follow=True)


def buttons(response):
    return {button["name"] for button in parsed(response).select("[name^=_]")}


class TestHoldingBack:
    def test_readers_see_the_post_as_it_was_and_editors_what_is_pending(self, log_in, post):
        client = log_in("wang")
        response = hold(client, post, title="碳酸锂回落", why="更正")
        assert response.url == address(post)
        post.refresh_from_db()
        assert post.title == "锂价回落"
        assert client.get(post.get_absolute_url()).context["page"].post.title == "锂价回落"

        page = client.get(address(post))
        assert page.context["adminform"].form["title"].value() == "锂价回落"
        note = words(page)
        assert "待生效的修改：读者还看不到 wang" in note
        assert "更正 · 等待批准" in note
        assert "标题 锂价回落 碳酸锂回落" in note

    def test_nothing_changed_is_nothing_held_back(self, log_in, post):
        client = log_in("wang")
        page = client.get(hold(client, post).url)
        assert "未保留任何修改" in words(page)
        assert not PendingChange.objects.exists()

    def test_it_is_offered_for_a_live_post_without_one(self, log_in, post):
        client = log_in("wang")
        assert "_hold" in buttons(client.get(address(post)))
        hold(client, post, title="碳酸锂回落")
        assert "_hold" not in buttons(client.get(address(post)))
        PendingChange.objects.all().delete()
        Post.objects.update(status="draft")
        assert "_hold" not in buttons(client.get(address(post)))

    def test_what_was_typed_is_known_to_be_stored(self, log_in, post):
        client = log_in("wang")
        hold(client, post, title="碳酸锂回落", submission="abc")
        assert client.session["stored_submissions"] == ["abc"]

    def test_what_the_form_refuses_is_not_held_back(self, log_in, post):
        response = hold(log_in("wang"), post, title="")
        assert response.status_code == 200
        assert not PendingChange.objects.exists()

    def test_a_new_post_is_never_held_back(self, log_in, post):
        client = log_in("wang")
        add = reverse("admin:articles_post_add")
        client.post(add, filled(client.get(add), title="新文章") | {"_hold": ""})
        assert Post.objects.filter(title="新文章", status="draft").exists()

    def test_the_second_of_two_who_hold_back_is_told(self, log_in, post):
        client = log_in("wang")
        opened = filled(client.get(address(post)), digest="乙") | {"_hold": ""}
        hold(client, post, title="甲")
        response = client.post(address(post), opened)
        assert "您的改动没有保存" in words(response)
        assert pending.of(post).values == {"title": "甲"}


class TestEditing:
    def test_its_preview_shows_what_is_held(self, log_in, post):
        client = log_in("wang")
        hold(client, post, title="碳酸锂回落", body_html="<p>更正的正文</p>")
        form = filled(client.get(form_of(post.pending_changes.get())))
        preview = reverse("admin:articles_post_preview", args=[post.pk])
        page = client.post(f"{preview}?pending={post.pending_changes.get().pk}", form)
        assert "碳酸锂回落" in words(page)
        assert "更正的正文" in words(page)

    def test_the_form_begins_with_what_is_held_and_replaces_it(self, log_in, post):
        client = log_in("wang")
        tags = [Tag.objects.create(name=name, slug=name) for name in ("z", "a")]
        hold(client, post, title="一", digest="摘要", tags=[tag.pk for tag in tags], why="更正")
        first = pending.of(post)
        later = timezone.now() + dt.timedelta(days=1)
        pending.schedule(first, later)
        pending.approve(first, by=User.objects.get())

        page = client.get(form_of(first))
        assert {"_save", "_continue", "_next", "_withdraw"} & buttons(page) == set()
        form = page.context["adminform"].form
        assert (form["title"].value(), form["why"].value()) == ("一", "更正")
        assert [option.data["label"] for option in form["tags"].subwidgets] == ["z", "a"]
        response = hold(client, post, form_of(first), title="二", digest="> 碳酸锂\n> 走弱")

        assert response.url == address(post)
        second = pending.of(post)
        assert second.values == {
            "title": "二",
            "digest": "> 碳酸锂\n> 走弱",
            "tags": [tag.pk for tag in tags],
        }
        assert (second.due_at, second.approved_at) == (later, None)
        post.refresh_from_db()
        assert post.hand_edited == []

    @pytest.mark.parametrize("button", ["_save", "_restore", "_continue"])
    def test_no_button_publishes_from_there(self, log_in, post, button):
        client = log_in("wang")
        posts.change(post, {"digest": "手改"}, by=None)
        hold(client, post, title="一")
        url = form_of(pending.of(post))
        client.post(url, filled(client.get(url), title="二") | {button: "digest"})
        post.refresh_from_db()
        assert (post.title, post.digest) == ("锂价回落", "手改")
        assert pending.of(post).values == {"title": "二"}

    def test_one_that_was_withdrawn_meanwhile_does_not_come_back(self, log_in, post):
        client = log_in("wang")
        hold(client, post, title="一")
        url = form_of(pending.of(post))
        opened = filled(client.get(url), title="二")
        pending.withdraw(pending.of(post))
        assert "您的改动没有保存" in words(client.post(url, opened))
        assert pending.of(post) is None

    def test_one_that_was_replaced_meanwhile_is_not_replaced_again(self, log_in, post):
        client = log_in("wang")
        hold(client, post, title="一")
        url = form_of(pending.of(post))
        opened = filled(client.get(url), title="三")
        hold(client, post, url, title="二")
        assert "您的改动没有保存" in words(client.post(url, opened))
        assert pending.of(post).values == {"title": "二"}

    def test_the_form_of_one_that_is_no_more_leads_to_that_of_the_post(self, log_in, post):
        client = log_in("wang")
        hold(client, post, title="一")
        url = form_of(pending.of(post))
        assert log_in("du", "Reader").get(url).url == address(post)
        pending.withdraw(pending.of(post))
        assert log_in("wang").get(f"{url}&_changelist_filters=q%3Dx").url == (
            f"{address(post)}?_changelist_filters=q%3Dx"
        )
        assert client.get(f"{address(post)}?pending=x").url == address(post)


class TestApproving:
    @pytest.fixture
    def change(self, log_in, post):
        hold(log_in("wang"), post, title="碳酸锂回落", why="更正")
        return pending.of(post)

    def test_another_approves_and_the_history_names_both(self, log_in, post, change):
        client = log_in("li")
        press(client, change, "_approve")
        assert "由li批准" in words(client.get(address(post)))
        assert "修改已生效" in words(press(log_in("wang"), change, "_publish"))
        post.refresh_from_db()
        assert post.title == "碳酸锂回落"
        page = words(client.get(address(post, "history")))
        assert "wang · 由li批准" in page
        assert "碳酸锂回落" in client.get(post.get_absolute_url()).content.decode()

    def test_not_oneself(self, log_in, post, change):
        client = log_in("wang")
        assert not {"_approve", "_publish"} & buttons(client.get(address(post)))
        for button in ("_approve", "_publish"):
            assert press(client, change, button).status_code == 403
        post.refresh_from_db()
        assert post.title == "锂价回落"

    def test_an_administrator_needs_nobody(self, log_in, post):
        client = log_in("anna", "Administrator")
        hold(client, post, title="碳酸锂回落")
        press(client, pending.of(post), "_publish")
        post.refresh_from_db()
        assert post.title == "碳酸锂回落"

    def test_a_reader_may_look_and_no_more(self, log_in, post, change):
        client = log_in("du", "Reader")
        page = client.get(address(post))
        assert "碳酸锂回落" in words(page)
        assert not {"_approve", "_publish", "_withdraw", "_hold"} & buttons(page)

    def test_it_is_withdrawn(self, log_in, post, change):
        client = log_in("wang")
        page = press(client, change, "_withdraw")
        assert pending.of(post) is None
        assert "读者还看不到" not in words(page)
        assert "在此期间" in words(press(client, change, "_withdraw"))

    def test_a_conflict_is_shown_and_nothing_is_overwritten(self, log_in, post, change):
        import_text(TEXT.replace("锂价回落", "锂价大跌"))
        client = log_in("li")
        page = words(press(client, change, "_publish"))
        assert "修改未生效" in page
        assert "标题 锂价大跌 碳酸锂回落" in page
        post.refresh_from_db()
        assert post.title == "锂价大跌"
        assert not {"_approve", "_publish"} & buttons(client.get(address(post)))
        # Who edits it decides.
        hold(client, post, form_of(change), title="碳酸锂大跌")
        press(log_in("wang"), pending.of(post), "_publish")
        post.refresh_from_db()
        assert post.title == "碳酸锂大跌"

    def test_its_preview_shows_it(self, log_in, post, change):
        url = reverse("admin:articles_post_pending_preview", args=[post.pk, change.pk])
        page = log_in("du", "Reader").get(url).content.decode()
        assert "碳酸锂回落" in page
        assert "预览" in page
        PendingChange.objects.all().delete()
        assert log_in("du").get(url).status_code == 404


class TestTime:
    def test_it_is_published_at_its_time(self, log_in, post, monkeypatch):
        client = log_in("wang")
        hold(client, post, title="碳酸锂回落")
        change = pending.of(post)
        page = press(client, change, "_schedule", due_at="2099-01-01T08:00")
        assert "将于 2099-01-01 08:00 生效" in words(page)
        assert 'value="2099-01-01T08:00"' in page.content.decode()
        press(log_in("li"), change, "_approve")
        assert "碳酸锂回落" not in client.get(post.get_absolute_url()).content.decode()
        change.refresh_from_db()
        monkeypatch.setattr(timezone, "now", lambda: change.due_at)
        assert "碳酸锂回落" in client.get(post.get_absolute_url()).content.decode()

    @pytest.mark.parametrize("time", ["2001-01-01T08:00", "soon"])
    def test_a_time_that_makes_no_sense_is_refused(self, log_in, post, time):
        client = log_in("wang")
        hold(client, post, title="碳酸锂回落")
        page = press(client, pending.of(post), "_schedule", due_at=time)
        assert 'class="error"' in page.content.decode()
        assert pending.of(post).due_at is None

    def test_one_that_is_approved_after_its_time_is_published_then(self, log_in, post):
        hold(log_in("wang"), post, title="碳酸锂回落")
        PendingChange.objects.update(due_at=timezone.now() - dt.timedelta(hours=1))
        press(log_in("li"), pending.of(post), "_approve")
        post.refresh_from_db()
        assert post.title == "碳酸锂回落"
