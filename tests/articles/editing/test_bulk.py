from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles import locks, reindexing, task_queue
from articles.editing import bulk, posts
from articles.importing.discovery import Found
from articles.importing.reading.files import read
from articles.importing.storing.batch import write
from articles.messages import Message
from articles.models import (
    BulkChange,
    Category,
    Post,
    SearchEntry,
    Source,
    StoryPost,
    Tag,
)
from tests.waiting import wait_until, waiting
from tests.workers import fall_silent, listening

pytestmark = pytest.mark.django_db

Action = BulkChange.Action
# A worker with small batches.
SMALL_BATCHES = """
import django
django.setup()
from articles.editing import bulk
bulk.POSTS_AT_ONCE = 5
from django.core.management import call_command
call_command("worker")
"""


def planned(editor, action, selected=None, **parameters):
    change = bulk.create(Post.objects.all() if selected is None else selected, action, by=editor)
    bulk.prepare(change, parameters, why="整理")
    return change


def state(change):
    change.refresh_from_db()
    return bulk.states([change])[change.pk]


@pytest.fixture
def three(indexed):
    Category.objects.create(slug="new", name="新")
    Source.objects.create(name="新", slug="xin")
    Tag.objects.create(name="新", slug="xin")
    return [
        indexed("2022-03-01 09:00", categories=["a", "b"], tags=["旧"], story=""),
        indexed("2022-03-02 09:00", categories=["a"], source=None, status="hidden", story=""),
        indexed("2022-03-03 09:00", categories=["new"], source="新闻", tags=["旧", "二"], story=""),
    ]


def new(model):
    return model.objects.get(name="新").pk


CASES = {
    "publish": (Action.PUBLISH, dict, [1]),
    "hide": (Action.HIDE, dict, [0, 2]),
    "move": (Action.MOVE, lambda: {"category": new(Category)}, [0, 1]),
    "move out of one": (
        Action.MOVE,
        lambda: {
            "category": new(Category),
            "origin": Category.objects.get(slug="b").pk,
        },
        [0],
    ),
    "add tags": (Action.ADD_TAGS, lambda: {"tags": [new(Tag)]}, [0, 1, 2]),
    "add a tag that some have": (
        Action.ADD_TAGS,
        lambda: {"tags": [Tag.objects.get(name="二").pk]},
        [0, 1],
    ),
    "remove tags": (
        Action.REMOVE_TAGS,
        lambda: {"tags": [Tag.objects.get(name="旧").pk, new(Tag)]},
        [0, 2],
    ),
    "source": (Action.SOURCE, lambda: {"source": new(Source)}, [0, 1, 2]),
    "make one story of them": (Action.UNITE, dict, [1, 2]),
    "split from its story": (Action.SPLIT, dict, [0, 1, 2]),
    "first of its story": (Action.FIRST, dict, [0, 1, 2]),
}


@pytest.mark.parametrize("case", CASES)
def test_it_tells_first_what_it_then_does(three, editor, case):
    action, parameters, expected = CASES[case]
    change = planned(editor, action, **parameters())

    told = bulk.preview(change)
    assert (told.total, told.changing, told.already) == (3, len(expected), 3 - len(expected))
    assert told.sample == [three[n] for n in reversed(expected)]
    bulk.start(change)

    change.refresh_from_db()
    assert (change.done, change.changed, change.error) == (3, len(expected), "")
    assert change.finished_at
    assert [n for n, post in enumerate(three) if post.history.exists()] == expected
    for number in expected:
        record = three[number].history.first()
        assert (record.history_user, record.history_change_reason) == (editor, "整理")
    assert list(reindexing.check()) == []
    assert bulk.preview(change).changing == 0


def test_moving_into_a_category_leaves_no_other_or_just_takes_one_s_place(three, editor):
    bulk.start(planned(editor, *CASES["move out of one"][:1], **CASES["move out of one"][1]()))
    assert [c.slug for c in three[0].categories.order_by("postcategory__position")] == ["a", "new"]
    bulk.start(planned(editor, Action.MOVE, **CASES["move"][1]()))
    for post in three:
        assert [category.slug for category in post.categories.all()] == ["new"]


def test_of_posts_that_are_one_story_the_one_said_last_comes_first(three, editor):
    Post.objects.update(status="published")
    bulk.start(planned(editor, Action.UNITE))
    for number in (2, 1):
        chosen = Post.objects.filter(pk=three[number].pk)
        change = planned(editor, Action.FIRST, chosen)
        bulk.start(change)
        story = StoryPost.objects.order_by("place").values_list("post", flat=True)
        rest = [post.pk for post in three if post != three[number]]
        assert [*story] == [three[number].pk, *rest]
    bulk.start(bulk.create_undo(change, by=editor))
    assert StoryPost.objects.get(place=0).post == three[2]
    bulk.start(planned(editor, Action.SPLIT))
    assert not StoryPost.objects.exists()


def test_two_posts_of_one_story_cannot_both_be_its_first(three, editor):
    Post.objects.update(status="published")
    bulk.start(planned(editor, Action.UNITE))
    planned_so_far = BulkChange.objects.count()
    with pytest.raises(bulk.CannotApplyError, match=three[0].title):
        bulk.create(Post.objects.filter(pk__in=[three[0].pk, three[2].pk]), Action.FIRST, by=editor)
    assert BulkChange.objects.count() == planned_so_far
    bulk.start(planned(editor, Action.SPLIT))
    assert planned(editor, Action.FIRST)


def test_what_is_hidden_is_gone_from_search_and_stays_hidden(three, editor):
    bulk.start(planned(editor, Action.HIDE))
    assert not SearchEntry.objects.exists()
    assert Post.objects.filter(hand_edited=["status"]).count() == 2


def test_it_says_how_many_fields_were_edited_by_hand(three, editor):
    posts.change(three[0], {"source": None}, by=editor)
    told = bulk.preview(planned(editor, Action.SOURCE, source=new(Source)))
    assert (told.by_hand, told.keeps) == (1, False)
    assert bulk.preview(planned(editor, Action.HIDE)).by_hand == 0


class TestDerive:
    @pytest.fixture
    def post(self, editor):
        text = '---\ntitle: "锂价"\ndate: 2022-03-04 09:30\ncategories: c\n---\n<p>走弱。</p>'
        write([read(Found("2022-03-04-x.md", content=text.encode()))])
        post = Post.objects.get()
        posts.change(post, {"title": "手改"}, by=editor)
        Post.objects.update(digest="旧解析所得")
        return post

    def test_what_was_edited_by_hand_is_kept(self, post, editor, make_post):
        make_post()  # which no document stands behind
        change = planned(editor, Action.DERIVE)
        told = bulk.preview(change)
        assert (told.changing, told.by_hand, told.keeps) == (1, 1, True)
        bulk.start(change)
        post.refresh_from_db()
        assert (post.title, post.digest, post.hand_edited) == ("手改", "", ["title"])
        assert post.history.first().history_change_reason == "整理"

    def test_or_given_back_to_imports(self, post, editor):
        bulk.start(planned(editor, Action.DERIVE, give_back=True))
        post.refresh_from_db()
        assert (post.title, post.hand_edited) == ("锂价", [])

    def test_a_post_that_comes_out_the_same_is_not_recorded(self, post, editor):
        bulk.start(planned(editor, Action.DERIVE))
        records = post.history.count()
        bulk.start(planned(editor, Action.DERIVE))
        assert post.history.count() == records
        assert BulkChange.objects.latest("made_at").changed == 0


def test_too_many_posts_are_refused_with_the_reason(three, editor, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_POSTS", 2)
    with pytest.raises(bulk.CannotApplyError, match="2"):
        bulk.create(Post.objects.all(), Action.HIDE, by=editor)


def test_a_term_that_is_gone_meanwhile_stops_it_and_its_row_says_why(three, editor):
    change = planned(editor, Action.SOURCE, source=new(Source))
    Source.objects.filter(name="新").delete()
    with pytest.raises(bulk.CannotApplyError):
        bulk.start(change)
    assert state(change) == "stopped"
    assert change.error


def test_plans_that_nobody_started_are_forgotten_after_a_day(three, editor):
    forgotten = planned(editor, Action.HIDE)
    two_days_ago = forgotten.made_at.replace(year=2020)
    BulkChange.objects.update(made_at=two_days_ago)
    kept = planned(editor, Action.HIDE)
    assert list(BulkChange.objects.all()) == [kept]


class TestSteps:
    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            ("planned", {"discard", "prepare", "start"}),
            ("waiting", {"stop"}),
            ("running", {"stop"}),
            ("stopped", {"continue", "undo"}),
            ("finished", {"undo"}),
        ],
    )
    def test_they_follow_from_the_state(self, state, expected):
        change = BulkChange(action=Action.HIDE, parameters={"summary": "隐藏"}, changed=1)
        assert bulk.steps(change, state) == expected

    def test_a_plan_without_parameters_cannot_be_started(self):
        assert bulk.steps(BulkChange(action=Action.MOVE), "planned") == {"discard", "prepare"}

    def test_where_nothing_was_changed_there_is_nothing_to_undo(self):
        assert bulk.steps(BulkChange(action=Action.HIDE), "finished") == set()

    def test_a_merge_has_its_parameters_and_cannot_be_undone(self):
        merge = BulkChange(action=Action.MERGE, parameters={"summary": "甲 → 乙"}, changed=1)
        assert bulk.steps(merge, "planned") == {"discard", "start"}
        assert bulk.steps(merge, "finished") == set()

    def test_no_other_is_taken(self, three, editor):
        change = planned(editor, Action.HIDE)
        stale = BulkChange.objects.get(pk=change.pk)
        bulk.start(change)
        for step in (
            lambda: bulk.start(stale),
            lambda: bulk.prepare(stale, {}),
            lambda: bulk.discard(stale),
        ):
            with pytest.raises(bulk.CannotApplyError):
                step()
        assert state(change) == "finished"

    def test_one_that_is_at_work_is_not_undone(self, three, editor):
        change = planned(editor, Action.HIDE)
        bulk.apply(change.pk)
        BulkChange.objects.update(started_at=timezone.now(), finished_at=None)
        task_queue.put(task_queue.APPLY_BULK_CHANGE, change.pk)
        with pytest.raises(bulk.CannotApplyError):
            bulk.create_undo(change, by=editor)


def test_why_it_stopped_is_forgotten_when_it_goes_on(three, editor):
    change = planned(editor, Action.HIDE)
    BulkChange.objects.update(error=Message("terms-gone"))
    bulk.apply(change.pk)
    change.refresh_from_db()
    assert (state(change), change.error) == ("finished", "")


@pytest.mark.django_db(transaction=True)
class TestByAWorker:
    @pytest.fixture
    def change(self, make_post, index, editor, monkeypatch):
        index(make_post() for _ in range(60))
        monkeypatch.setattr(bulk, "POSTS_AT_ONCE", 5)
        return planned(editor, Action.HIDE)

    @pytest.fixture
    def start_worker(self, start_worker, monkeypatch):
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "newsroom.settings")
        return partial(start_worker, ("-c", SMALL_BATCHES))

    def test_one_that_nobody_has_begun_is_planned_again(self, change):
        bulk.start(change)
        bulk.stop(change)
        assert state(change) == "planned"
        assert task_queue.backlog().length == 0
        bulk.start(change)
        assert state(change) == "waiting"

    def test_one_that_is_stopped_can_be_continued(self, change, start_worker):
        bulk.start(change)
        start_worker()
        with transaction.atomic():
            Post.objects.select_for_update().get(pk=change.post_ids[12])
            wait_until(waiting)
            assert state(change) == "running"
            bulk.stop(change)
        wait_until(lambda: state(change) == "stopped")
        assert Post.objects.hidden().count() == change.done < 60

        bulk.start(change)

        wait_until(lambda: state(change) == "finished")
        assert (change.done, change.changed) == (60, 60)

    def test_a_worker_that_ends_leaves_the_rest_to_the_next(self, change, start_worker):
        bulk.start(change)
        worker = start_worker()
        with transaction.atomic():
            Post.objects.select_for_update().get(pk=change.post_ids[12])
            wait_until(waiting)
            worker.terminate()
            wait_until(lambda: not listening())
        assert worker.wait() == 0
        assert state(change) == "waiting"
        assert Post.objects.hidden().count() == change.done < 60

        start_worker()

        wait_until(lambda: state(change) == "finished")
        assert (change.done, change.changed) == (60, 60)

    def test_after_a_worker_was_killed_another_goes_on_and_does_nothing_twice(
        self, change, start_worker
    ):
        bulk.start(change)
        worker = start_worker()
        with transaction.atomic():
            Post.objects.select_for_update().get(pk=change.post_ids[12])
            wait_until(waiting)
            worker.kill()
            worker.wait()
        wait_until(lambda: not locks.taken(locks.BULK_CHANGE))  # its connection is closed
        assert state(change) == "waiting"
        assert Post.objects.hidden().count() == change.done == 10

        fall_silent()
        start_worker()

        wait_until(lambda: state(change) == "finished")
        assert (change.done, change.changed) == (60, 60)
        # One of what was imported, one of the change.
        assert {post.history.count() for post in Post.objects.all()} == {2}

    def test_two_processes_never_apply_the_same_one(self, change):
        bulk.start(change)
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [locks.BULK_CHANGE, change.pk])
            assert state(change) == "running"
            bulk.apply(change.pk)
            assert not Post.objects.hidden().exists()
            cursor.execute("SELECT pg_advisory_unlock_all()")
        other.close()

    def test_it_waits_while_an_import_writes(self, change, start_worker):
        bulk.start(change)
        assert state(change) == "waiting"
        with transaction.atomic():
            locks.take_turn()
            start_worker()
            wait_until(waiting)
            change.refresh_from_db()
            assert change.done == 0
        wait_until(lambda: state(change) == "finished")
        assert not Post.objects.exclude(status="hidden").exists()


class TestUndo:
    def undone(self, editor, change):
        undo = bulk.create_undo(change, by=editor)
        bulk.apply(undo.pk)
        undo.refresh_from_db()
        return undo

    @pytest.mark.parametrize(
        ("action", "parameters"),
        [
            ("hide", dict),
            ("move", lambda: {"category": Category.objects.get(slug="new").pk}),
            ("add_tags", lambda: {"tags": [Tag.objects.get(name="新").pk]}),
            ("remove_tags", lambda: {"tags": [Tag.objects.get(name="旧").pk]}),
            ("source", lambda: {"source": Source.objects.get(name="新").pk}),
        ],
    )
    def test_posts_are_as_they_were_and_imports_have_their_fields_again(
        self, three, editor, action, parameters
    ):
        def states():
            found = list(Post.objects.order_by("pk").select_related("source"))
            return posts.values_of_each(found), [post.hand_edited for post in found]

        before = states()
        change = planned(editor, action, **parameters())
        bulk.apply(change.pk)
        assert states() != before
        change.refresh_from_db()
        assert self.undone(editor, change).changed == change.changed
        assert states() == before
        assert list(reindexing.check()) == []

    def test_what_was_changed_again_since_stays(self, three, editor):
        change = planned(editor, "hide")
        bulk.apply(change.pk)
        posts.change(three[0], {"status": "draft"}, by=editor)
        self.undone(editor, change)
        found = Post.objects.order_by("pk").values_list("status", flat=True)
        assert list(found) == ["draft", "hidden", "published"]

    def test_what_was_edited_by_hand_before_stays_so(self, three, editor):
        posts.change(three[0], {"status": "draft"}, by=editor)
        change = planned(editor, "publish")
        bulk.apply(change.pk)
        self.undone(editor, change)
        three[0].refresh_from_db()
        assert (three[0].status, three[0].hand_edited) == ("draft", ["status"])

    def test_a_preview_does_not_take_the_change_itself_for_an_edit(self, three, editor):
        change = planned(editor, "hide")
        bulk.apply(change.pk)
        told = bulk.preview(bulk.create_undo(change, by=editor))
        assert (told.changing, told.by_hand) == (2, 0)

    def test_an_undo_can_be_undone(self, three, editor):
        change = planned(editor, "hide")
        bulk.apply(change.pk)
        self.undone(editor, self.undone(editor, change))
        assert Post.objects.hidden().count() == 3

    def test_where_nothing_was_changed_nothing_is_undone(self, three, editor):
        with pytest.raises(bulk.CannotApplyError):
            bulk.create_undo(planned(editor, "hide"), by=editor)


def test_publishing_tells_who_hid_posts_one_by_one(three, editor, django_user_model):
    li = django_user_model.objects.create_user("li")
    posts.change(three[0], {"status": "hidden"}, by=li)
    posts.change(three[0], {"title": "改"}, by=editor)
    bulk.apply(planned(editor, "hide", Post.objects.filter(pk=three[2].pk)).pk)
    # The second was hidden by an import, the third by a bulk change.
    assert bulk.preview(planned(editor, "publish")).hidden_by == [("li", 1)]
