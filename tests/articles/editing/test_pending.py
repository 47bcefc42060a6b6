"""A correction held back: nothing shows it until it is published, and nothing is overwritten."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from articles import changes
from articles.editing import (
    bulk,
    history,
    merging,
    pending,
    posts,
)
from articles.importing.samples import remove_samples
from articles.models import (
    Category,
    PendingChange,
    Post,
    SearchEntry,
    Security,
    Source,
    Tag,
)
from tests.articles.imported import import_text
from tests.waiting import PATIENCE, wait_until, waiting

pytestmark = pytest.mark.django_db

TEXT = """---
title: "锂价回落"
date: 2022-03-04 09:30:00
categories: emnews
tags: 东财滚动新闻
---
<p>锂价走弱。</p><p class="em_media">（文章来源：财联社）</p>

<http://finance.eastmoney.com/news/1,202203040000000001.html>
"""
MARK = (
    '<span id="stock_0.300750"><a class="keytip" data-code="0,300750" '
    'href="http://quote.eastmoney.com/unify/r/0.300750">宁德时代</a></span>'
)


@pytest.fixture
def post(db):
    return import_text(TEXT)


@pytest.fixture
def approver(django_user_model):
    return django_user_model.objects.create_user("li")


@pytest.fixture
def hold(post, editor):
    """Hold values of the post back."""

    def hold(**values):
        return pending.hold_back(post, values, by=editor, why="更正")

    return hold


def due(change, approver):
    """Approve a change whose time has come."""
    pending.approve(change, by=approver)
    pending.schedule(change, timezone.now() - dt.timedelta(seconds=1))
    return change


def tag(name):
    return Tag.objects.create(name=name, slug=name)


class TestHolding:
    def test_the_post_stays_as_it_is(self, client, post, hold):
        before = client.get(post.get_absolute_url())["ETag"]
        hold(title="碳酸锂回落", tags=[tag("更正")], status="hidden")
        post.refresh_from_db()
        assert (post.title, post.status, post.hand_edited) == ("锂价回落", "published", [])
        assert post.history.count() == 0
        assert SearchEntry.objects.get().title == "锂价回落"
        assert client.get(post.get_absolute_url())["ETag"] == before

    def test_what_does_not_differ_is_not_held(self, hold):
        assert hold(title="锂价回落") is None
        change = hold(title="碳酸锂回落", digest="")
        assert change.values == {"title": "碳酸锂回落"}
        assert change.base == {"title": "锂价回落"}

    def test_every_field_comes_back_as_it_was_held(self, post, hold):
        values = {
            "title": "新",
            "digest": "新摘要",
            "body_html": "<p>新</p>",
            "published_at": post.published_at + dt.timedelta(seconds=1, microseconds=5),
            "original_url": "http://example.com/",
            "source": Source.objects.create(name="新华社", slug="x"),
            "status": "hidden",
            "categories": [Category.objects.create(slug="z", name="z"), post.categories.get()],
            "tags": [tag("b"), tag("a")],
            "securities": [Security.objects.create(market=1, code="600519", kind="stock")],
            "story": "/",
            "tells_first": True,
        }
        assert values.keys() == set(posts.EDITABLE_FIELDS)
        assert pending.values_of(hold(**values).values) == values
        assert pending.values_of(hold(source=None).values) == {"source": None}

    def test_a_body_is_sanitised_and_its_securities_are_added_only_later(self, post, hold):
        change = hold(body_html=f"<p>{MARK}走强<script>x()</script></p>")
        assert "script" not in change.values["body_html"]
        assert not Security.objects.exists()
        pending.publish(change)
        assert post.securities.get().code == "300750"

    def test_another_takes_its_place(self, post, hold):
        first, second = hold(title="一"), hold(title="二")
        first.refresh_from_db()
        assert first.withdrawn_at
        assert pending.of(post) == second


class TestPublishing:
    def test_it_is_the_writers_edit_and_the_history_names_who_approved(
        self, post, hold, editor, approver
    ):
        change = hold(title="碳酸锂回落", tags=[])
        pending.approve(change, by=approver)
        pending.publish(change)
        post.refresh_from_db()
        assert (post.title, post.hand_edited) == ("碳酸锂回落", ["tags", "title"])
        newest, imported = history.steps(post, 10)
        assert newest.record.history_user == editor
        assert newest.record.history_change_reason == "更正"
        assert (newest.approved_by, imported.approved_by) == (approver, None)
        assert SearchEntry.objects.get().title == "碳酸锂回落"
        assert pending.of(post) is None

    def test_what_was_changed_meanwhile_in_other_fields_stays(self, post, hold, editor):
        change = hold(title="碳酸锂回落")
        posts.change(post, {"digest": "新摘要"}, by=editor)
        import_text(TEXT.replace("走弱", "走强"))
        pending.publish(change)
        post.refresh_from_db()
        assert (post.title, post.digest, post.body_text) == ("碳酸锂回落", "新摘要", "锂价走强。")

    def test_one_field_that_was_changed_meanwhile_stops_it_whole(self, post, hold):
        change = hold(title="碳酸锂回落", digest="新摘要")
        post = import_text(TEXT.replace("锂价回落", "锂价大跌"))
        with pytest.raises(pending.ConflictError):
            pending.publish(change)
        post.refresh_from_db()
        assert (post.title, post.digest) == ("锂价大跌", "")
        assert pending.conflict_of(change, posts.values_of(post)).both == ["title"]

    def test_the_same_change_made_by_another_is_no_conflict(self, post, hold):
        change = hold(title="锂价大跌", digest="新摘要")
        import_text(TEXT.replace("锂价回落", "锂价大跌"))
        pending.publish(change)
        post.refresh_from_db()
        assert (post.digest, post.hand_edited) == ("新摘要", ["digest"])

    def test_a_post_that_was_hidden_meanwhile_stays_hidden(self, post, hold, editor):
        change = hold(title="碳酸锂回落")
        posts.change(post, {"status": "hidden"}, by=editor)
        pending.publish(change)
        post.refresh_from_db()
        assert (post.title, post.status) == ("碳酸锂回落", "hidden")


class TestItsTime:
    def test_the_first_page_that_is_read_from_then_on_shows_it(
        self, client, post, hold, approver, monkeypatch
    ):
        now = timezone.now()
        change = hold(title="碳酸锂回落")
        pending.approve(change, by=approver)
        pending.schedule(change, now + dt.timedelta(hours=1))
        address = post.get_absolute_url()
        before = client.get(address)
        assert "碳酸锂" not in before.content.decode()
        monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(hours=1))
        page = client.get(address, headers={"if-none-match": before["ETag"]})
        assert "碳酸锂回落" in page.content.decode()
        assert "碳酸锂回落" in client.get("/feed.xml").content.decode()

    @pytest.mark.django_db(transaction=True)
    def test_whoever_asks_while_it_is_published_reads_it_too(
        self, post, hold, approver, monkeypatch
    ):
        monkeypatch.setattr(pending, "PATIENCE", PATIENCE)
        due(hold(title="碳酸锂回落"), approver)

        def page(_):
            try:
                return Client().get(post.get_absolute_url()).text
            finally:
                connection.close()

        with ThreadPoolExecutor(3) as readers:
            with transaction.atomic():
                changes.terms_changed()  # whoever publishes waits for this
                pages = [readers.submit(page, number) for number in range(3)]
                wait_until(lambda: waiting() == 3)
            assert all("碳酸锂回落" in page.result() for page in pages)
        assert PendingChange.objects.get().published_at

    def test_a_page_costs_no_query_more(self, client, hold, approver, django_assert_num_queries):
        pending.approve(hold(title="碳酸锂回落"), by=approver)
        with django_assert_num_queries(1):  # the version
            client.get("/opensearch.xml")

    def test_one_that_nobody_approved_waits(self, client, post, hold):
        change = hold(title="碳酸锂回落")
        pending.schedule(change, timezone.now() - dt.timedelta(seconds=1))
        assert pending.publish_due() == 0
        assert list(PendingChange.objects.waiting()) == [change]

    def test_one_in_conflict_waits_for_an_editor_and_holds_no_other_up(
        self, hold, editor, approver, make_post
    ):
        stopped = due(hold(title="碳酸锂回落"), approver)
        other = make_post(source="新华社")
        due(pending.hold_back(other, {"title": "新题"}, by=editor), approver)
        imported = Post.objects.exclude(pk=other.pk)
        imported.update(title="锂价大跌")

        assert pending.publish_due() == 1
        assert pending.publish_due() == 0

        other.refresh_from_db()
        assert other.title == "新题"
        assert imported.get().title == "锂价大跌"
        assert list(PendingChange.objects.waiting()) == [stopped]

    def test_one_that_fails_is_logged_and_not_tried_again(
        self, client, post, hold, approver, caplog
    ):
        change = due(hold(title="碳酸锂回落"), approver)
        PendingChange.objects.update(values={"published_at": "soon"}, base={})
        assert client.get(post.get_absolute_url()).status_code == 200
        assert f"Pending change {change.pk} cannot be published" in caplog.text
        assert not PendingChange.objects.due().exists()

    def test_a_command_publishes_too(self, post, hold, approver, capsys):
        due(hold(title="碳酸锂回落"), approver)
        call_command("publish_due")
        assert capsys.readouterr().out == "1 published\n"
        post.refresh_from_db()
        assert post.title == "碳酸锂回落"


class TestTerms:
    def merge(self, editor, term, target):
        bulk.start(merging.create([term], target, by=editor))

    def test_a_merge_is_followed_and_is_no_conflict(self, post, hold, editor):
        old, new = post.tags.get(), tag("新闻")
        wanted, other = tag("锂"), tag("锂电")
        source = Source.objects.create(name="新华社。", slug="a")
        change = hold(tags=[old, wanted], source=source)
        self.merge(editor, old, new)
        self.merge(editor, wanted, other)
        self.merge(editor, source, right := Source.objects.create(name="新华社", slug="b"))
        change.refresh_from_db()
        pending.publish(change)
        post.refresh_from_db()
        assert set(post.tags.all()) == {new, other}
        assert post.source == right

    def test_one_that_was_deleted_is_left_out(self, post, hold):
        gone, kept = tag("甲"), tag("乙")
        source = Source.objects.create(name="新华社", slug="a")
        change = hold(tags=[gone, kept], source=source)
        gone.delete()
        source.delete()
        pending.publish(change)
        post.refresh_from_db()
        assert list(post.tags.all()) == [kept]
        assert post.source.name == "财联社"


def test_it_goes_with_its_post(post, hold):
    pending.publish(hold(title="一"))
    hold(title="二")
    post.documents.all().delete()
    post.delete()
    assert not PendingChange.objects.exists()


def test_it_goes_with_a_sample_post(editor, tmp_path):
    call_command("make_sample_posts", tmp_path / "samples", count=2, verbosity=0)
    call_command("import_posts", tmp_path / "samples", verbosity=0)
    post = Post.objects.first()
    pending.publish(pending.hold_back(post, {"title": "一"}, by=editor))
    pending.hold_back(post, {"title": "二"}, by=editor)
    list(remove_samples(edited=True))
    assert not Post.objects.exists()
    assert not PendingChange.objects.exists()


class TestReleasing:
    @pytest.fixture
    def admin(self, django_user_model):
        return django_user_model.objects.create_superuser("zhao")

    def test_a_change_without_a_time_is_only_approved(self, post, hold, admin):
        change = hold(title="碳酸锂回落")
        assert not pending.release(change, by=admin)
        assert (change.approved_by, change.published_at) == (admin, None)

    def test_it_is_published_at_once_if_asked(self, post, hold, admin):
        assert pending.release(hold(title="碳酸锂回落"), by=admin, now=True)
        assert Post.objects.get().title == "碳酸锂回落"

    def test_it_is_published_if_its_time_has_come(self, post, hold, admin):
        change = hold(title="碳酸锂回落")
        pending.schedule(change, timezone.now() - dt.timedelta(seconds=1))
        assert pending.release(change, by=admin)

    def test_nobody_releases_it_without_the_permission(self, hold, approver):
        change = hold(title="碳酸锂回落")
        with pytest.raises(PermissionDenied):
            pending.release(change, by=approver)
        assert change.approved_at is None

    def test_one_in_conflict_stays_approved(self, post, hold, editor, admin):
        change = hold(title="碳酸锂回落")
        posts.change(post, {"title": "锂价大跌"}, by=editor)
        with pytest.raises(pending.ConflictError):
            pending.release(change, by=admin, now=True)
        change.refresh_from_db()
        assert (change.approved_by, change.published_at) == (admin, None)


class TestLocking:
    def test_an_open_change_of_the_post_is_locked(self, post, hold):
        change = hold(title="碳酸锂回落")
        with pending.locked(change.pk, post.pk) as found:
            assert found == change

    def test_one_that_was_withdrawn_or_is_of_another_post_is_not_found(self, post, hold, make_post):
        change = hold(title="碳酸锂回落")
        with pending.locked(change.pk, make_post(source="新华社").pk) as found:
            assert found is None
        pending.withdraw(change)
        with pending.locked(change.pk, post.pk) as found:
            assert found is None
