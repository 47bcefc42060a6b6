"""Whoever follows the changes has the archive."""

import datetime as dt
import random
from contextlib import suppress
from threading import Event, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from articles import changes, verifying
from articles.data.changes import LostError, changes_after
from articles.editing import bulk, erasing, merging, posts, terms
from articles.importing.reparse import reparse_posts
from articles.mentions import seeking
from articles.models import (
    ArchiveChange,
    ArchiveVersion,
    ChangePlace,
    Document,
    Mention,
    Post,
    Security,
)
from articles.terms import TERMS
from tests.articles.data.mirror import Mirror, archive, terms_of_archive
from tests.articles.imported import import_text

MOVED = [kind for kind in TERMS if "slug" in kind.editable]

pytestmark = pytest.mark.django_db


@pytest.fixture
def mirror():
    return Mirror()


def told(changes, *, of_terms=False):
    return [
        (change["kind"], change["address"], change["state"])
        for change in changes
        if (change["kind"] != "post") == of_terms
    ]


def edit(post, **fields):
    Post.objects.filter(pk=post.pk).update(**fields)
    changes.posts_changed([post.pk])


def test_each_post_comes_once_in_the_order_of_its_newest_change(mirror, indexed):
    first, second = indexed(slug="a"), indexed(slug="b")
    edit(first, title="改过的")
    assert told(mirror.catch_up(size=1)) == [("post", "b", "present"), ("post", "a", "present")]
    assert mirror.catch_up() == []
    edit(second, title="也改过的")
    assert told(mirror.catch_up()) == [("post", "b", "present")]
    assert mirror.contents == archive()


def test_posts_of_one_version_are_divided_into_pages(mirror, make_post):
    changes.posts_changed([make_post().pk for _ in range(25)])
    assert len(told(mirror.catch_up(size=4))) == 25
    assert mirror.contents == archive()


def test_a_hidden_post_and_an_erased_one_are_gone(mirror, indexed, editor):
    hidden, erased = indexed(slug="a"), indexed(slug="b")
    mirror.catch_up()
    edit(hidden, status="hidden")
    erasing.erase(erased, by=editor, why="法院要求")
    assert told(mirror.catch_up()) == [("post", "a", "gone"), ("post", "b", "gone")]
    assert mirror.contents == {}
    edit(hidden, status="published")
    assert told(mirror.catch_up()) == [("post", "a", "present")]


def test_nothing_is_said_of_what_readers_never_saw(mirror, indexed, editor):
    draft = indexed(slug="a", status="draft")
    waiting = indexed("2999-01-01", slug="b")
    edit(draft, title="改过的")
    edit(waiting, status="hidden")
    assert mirror.catch_up() == []
    edit(draft, status="published")
    assert told(mirror.catch_up()) == [("post", "a", "present")]


def test_a_scheduled_post_appears_when_its_time_comes(client, mirror, indexed, monkeypatch):
    now = timezone.now()
    post = indexed((now + dt.timedelta(hours=1)).isoformat(), slug="a")
    assert mirror.catch_up() == []
    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(hours=2))
    client.get("/api/v1/changes")
    assert told(mirror.catch_up()) == [("post", "a", "present")]
    assert mirror.contents == archive()
    version = ArchiveVersion.objects.number()
    client.get("/api/v1/changes")
    assert ArchiveVersion.objects.number() == version
    edit(post, published_at=now + dt.timedelta(hours=3))
    assert told(mirror.catch_up()) == [("post", "a", "gone")]


def test_a_scheduled_post_is_told_once_though_its_name_of_a_security_is_new(
    mirror, editor, monkeypatch
):
    now = timezone.now()
    body = '<p><a data-code="0,002466">天齐锂业</a>称锂价走弱。</p>'
    values = {"title": "天齐锂业", "published_at": now + dt.timedelta(hours=1), "body_html": body}
    post = posts.create(values, by=editor)
    assert mirror.catch_up() == []
    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(hours=2))
    changes.posts_appeared()
    assert told(mirror.catch_up()) == [("post", post.slug, "present")]
    seeking.seek()
    assert Mention.objects.get().in_title
    assert told(mirror.catch_up()) == []
    assert mirror.contents == archive()


def test_a_security_that_is_recognised_later_is_a_change_of_the_posts_that_name_it(
    mirror, indexed, editor
):
    indexed(slug="a", title="锂价走弱，天齐锂业跟随")
    mirror.catch_up()
    security = Security(market=0, code="002466", name="天齐锂业", kind="stock")
    terms.add(security, by=editor)
    assert told(mirror.catch_up()) == [("post", "a", "present")]
    assert mirror.contents == archive()


@pytest.mark.parametrize(
    "gone", [{"status": "hidden"}, {"status": "draft"}, {"published_at": "2999-01-01T09:00+08:00"}]
)
def test_that_a_post_is_gone_is_told_once_whatever_is_done_to_it(mirror, editor, gone):
    post = import_text("---\ntitle: 锂价\ndate: 2022-03-04 09:30\n---\n锂价走弱。\n")
    mirror.catch_up()
    if at := gone.get("published_at"):
        gone = {"published_at": dt.datetime.fromisoformat(at)}
    posts.change(post, gone, by=editor)
    assert told(mirror.catch_up()) == [("post", post.slug, "gone")]
    posts.change(post, {"title": "锂价走弱"}, by=editor)
    Document.objects.update(
        content="---\ntitle: 锂价\ndate: 2022-03-04 09:30\n---\n走强\n".encode()
    )
    list(reparse_posts())
    assert Post.objects.get().body_text == "走强"
    erasing.erase(post, by=editor, why="法院要求")
    assert mirror.catch_up() == []


def test_a_post_that_was_gone_is_told_when_readers_see_it_again_and_when_it_goes_again(
    mirror, indexed
):
    post = indexed(slug="a")
    for _ in range(2):
        assert told(mirror.catch_up()) == [("post", "a", "present")]
        edit(post, status="hidden")
        edit(post, status="published", published_at=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
        assert told(mirror.catch_up()) == [("post", "a", "gone")]
        edit(post, published_at=dt.datetime(2022, 1, 1, tzinfo=dt.UTC))


def test_a_post_that_was_hidden_before_its_time_never_appears(mirror, indexed, monkeypatch):
    now = timezone.now()
    post = indexed((now + dt.timedelta(hours=1)).isoformat())
    Post.objects.filter(pk=post.pk).delete()
    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(hours=2))
    changes.posts_appeared()
    assert mirror.catch_up() == []
    assert not ArchiveChange.objects.exclude(appears_at=None).exists()


def test_a_merged_term_leads_to_the_one_that_it_is_now(mirror, indexed, editor):
    kept = indexed(source="新华社").source
    merged = indexed(source="新华网").source
    mirror.catch_up()
    bulk.start(merging.create([merged], kept, by=editor))
    mirror.catch_up()
    assert ("source", "s-新华网", "moved") in told(mirror.seen, of_terms=True)
    assert mirror.contents == archive()


def test_a_renamed_term_is_told_though_its_posts_have_not_changed(mirror, indexed, editor):
    source = indexed(source="新华网").source
    mirror.catch_up()
    terms.change(source, {"name": "新华社", "slug": "xinhua"}, by=editor)
    assert sorted(told(mirror.catch_up(), of_terms=True)) == [
        ("source", "s-新华网", "moved"),
        ("source", "xinhua", "present"),
    ]
    assert mirror.contents == archive()


class Steps:
    """What editors and imports may do to a few posts and terms, by the throw of dice."""

    def __init__(self, editor):
        self.editor = editor
        self.dice = random.Random(2022)
        self.kinds = list(
            {
                self.import_a_post: 3,
                self.change_status: 4,
                self.change_terms: 4,
                self.add: 1,
                self.rename: 1,
                self.move: 5,
                self.merge: 2,
                self.delete: 1,
                self.delete_alias: 1,
            }.items()
        )

    def take(self):
        steps, weights = zip(*self.kinds, strict=True)
        [step] = self.dice.choices(steps, weights)
        with suppress(ValidationError):
            step()

    def name(self):
        return f"名{self.dice.choice('甲乙丙丁戊己')}"

    def slug(self):
        return f"s{self.dice.randrange(6)}"

    def post(self):
        return self.dice.choice(Post.objects.order_by("pk"))

    def some(self, kind, most):
        """Up to so many terms of a kind."""
        terms = list(kind.objects.order_by("pk"))
        return self.dice.sample(terms, min(most, len(terms)))

    def import_a_post(self):
        mark = "http://quote.eastmoney.com/unify/r/1.60000"
        import_text(
            "---\ntitle: 甲\ndate: 2022-03-04 09:30:00 +0800\n"
            f"categories: {self.slug()}\ntags: [{self.name()}, {self.name()}]\n---\n"
            f'<p><a href="{mark}{self.dice.randrange(3)}"><span>{self.name()}</span></a></p>'
            f"（文章来源：{self.name()}）\n",
            self.dice.randrange(8),
        )

    def change_status(self):
        status = self.dice.choice(["published", "hidden", "draft"])
        posts.change(self.post(), {"status": status}, by=self.editor)

    def change_terms(self):
        kind = self.dice.choice(TERMS)
        found = self.some(kind, 2)
        posts.change(self.post(), {kind.field: found if kind.join else found[0]}, by=self.editor)

    def add(self):
        kind = self.dice.choice(MOVED)
        terms.add(kind.model(name=self.name(), slug=self.slug()), by=self.editor)

    def rename(self):
        for term in self.some(self.dice.choice(TERMS), 1):
            terms.change(term, {"name": self.name()}, by=self.editor)

    def move(self):
        for term in self.some(self.dice.choice(MOVED), 1):
            terms.change(term, {"slug": self.slug()}, by=self.editor)

    def merge(self):
        target, *others = self.some(self.dice.choice(TERMS), 3)
        bulk.start(merging.create(others, target, by=self.editor))

    def delete(self):
        for term in self.some(self.dice.choice(TERMS), 1):
            terms.delete(term, by=self.editor)

    def delete_alias(self):
        terms.delete_aliases(self.dice.choice(TERMS).aliases.order_by("pk")[:1])


def test_a_copy_has_what_is_at_each_address_whatever_was_done(mirror, editor):
    """Also one that begins now."""
    steps = Steps(editor)
    steps.import_a_post()
    for _ in range(20):
        for _ in range(10):
            steps.take()
        mirror.catch_up()
        assert mirror.terms == terms_of_archive()
        assert mirror.contents == archive()
    again = Mirror()
    again.catch_up()
    assert again.terms == mirror.terms
    assert [*verifying.differences()] == []


def test_a_term_that_readers_do_not_know_is_not_told(mirror, indexed, editor):
    source = indexed(source="内部", status="draft").source
    terms.change(source, {"name": "机密", "slug": "jimi"}, by=editor)
    assert mirror.catch_up() == []
    terms.delete_aliases(source.aliases.all())
    assert mirror.catch_up() == []


def move_a_draft(term, post, editor):
    terms.change(term, {"slug": "now"}, by=editor)
    edit(post, status="published")


def rename_a_draft(term, post, editor):
    terms.change(term, {"name": "公开", "slug": "now"}, by=editor)
    edit(post, status="published")


def merge_a_draft(term, post, editor):
    target = type(term).objects.create(name="公开", slug="now")
    bulk.start(merging.create([term], target, by=editor))
    edit(post, status="published")


def move_twice_while_hidden(term, post, editor):
    terms.change(term, {"slug": "first"}, by=editor)
    edit(post, status="published")
    edit(post, status="hidden")
    for slug in ("secret", "now"):
        terms.change(term, {"slug": slug}, by=editor)
    edit(post, status="published")


def move_a_scheduled_one(term, post, editor):
    now = timezone.now()
    later = {"status": "published", "published_at": now + dt.timedelta(hours=1)}
    posts.change(post, later, by=editor)
    terms.change(term, {"slug": "now"}, by=editor)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now + dt.timedelta(hours=2))
        changes.posts_appeared()
    posts.change(post, {"published_at": now}, by=editor)


@pytest.mark.parametrize("kind", MOVED, ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    ("leave", "former"),
    [
        (move_a_draft, []),
        (rename_a_draft, []),
        (merge_a_draft, []),
        (move_twice_while_hidden, ["first"]),
        (move_a_scheduled_one, []),
    ],
)
def test_an_address_or_name_that_readers_never_saw_is_not_told(
    client, mirror, indexed, editor, kind, leave, former
):
    """Imports find the term by what their documents call it, all the same."""
    term = kind.model.objects.create(name="机密", slug="secret")
    post = indexed(status="draft")
    posts.change(post, {kind.field: [term] if kind.join else term}, by=editor)
    leave(term, post, editor)
    mirror.catch_up()
    of_kind = {at: what for (name, at), what in mirror.terms.items() if name == kind.name}
    assert of_kind.keys() == {"now", *former}
    assert mirror.terms == terms_of_archive()
    at = f"/api/v1/{kind.directory}"
    now = client.get(f"{at}/now").json()
    assert now["former_addresses"] == former
    assert client.get(f"{at}/secret").status_code == 404
    leads_there = now["name"] == "机密"
    assert client.get(f"{at}/机密").status_code == (301 if leads_there else 404)
    found = client.get("/api/v1/posts", {kind.name: "机密"})
    assert found.status_code == (200 if leads_there else 400)
    assert kind.objects.called(getattr(term, kind.document_key)).slug == "now"


def test_a_term_appears_and_goes_with_its_posts(mirror, indexed, editor, monkeypatch):
    def sources():
        return [one for one in told(mirror.catch_up(), of_terms=True) if one[0] == "source"]

    appears, goes = [("source", "s-新华网", state) for state in ("present", "gone")]
    draft = indexed(source="新华网", status="draft", securities=[("1.600519", "贵州茅台")])
    assert sources() == []
    edit(draft, status="published")
    assert sources() == [appears]
    assert ("security", "1.600519", "present") in told(mirror.seen, of_terms=True)
    other = indexed(source="新华网")
    edit(draft, title="改过的")
    assert sources() == []
    edit(draft, status="hidden")
    assert sources() == []
    erasing.erase(other, by=editor, why="法院要求")
    assert sources() == [goes]
    now = timezone.now()
    indexed((now + dt.timedelta(hours=1)).isoformat(), source="新华网")
    assert sources() == []
    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(hours=2))
    changes.posts_appeared()
    assert sources() == [appears]
    assert [mirror.seen[at]["kind"] == "post" for at in (0, -1)] == [False, True]


def imported(head="", body="正文。"):
    head = f"title: 甲\ndate: 2022-03-04 09:30:00 +0800\n{head}"
    return import_text(f"---\n{head}\n---\n<p>{body}</p>\n")


def forget_names(_post, _editor):
    Security.objects.update(names=[], name="")
    seeking.seek()


@pytest.mark.parametrize(
    "lose",
    [
        lambda _post, _editor: imported(),
        lambda _post, _editor: imported("published: false"),
        lambda post, editor: posts.change(post, {"tags": [], "securities": []}, by=editor),
        forget_names,
    ],
)
def test_a_term_is_there_while_a_post_has_it(mirror, editor, lose):
    """It is told when a post gains it, and when the last one no longer has it."""
    Security.objects.create(market=1, code="600519", name="贵州茅台", names=["贵州茅台"])
    seeking.seek()
    imported()
    mirror.catch_up()
    post = imported("tags: [白酒]", "贵州茅台涨停。")
    assert mirror.catch_up()[-1]["kind"] == "post"  # names come before the post that has them
    before = terms_of_archive()
    assert mirror.terms == before
    assert before.keys() >= {("tag", "baijiu"), ("security", "1.600519")}
    lose(post, editor)
    mirror.catch_up()
    assert mirror.terms == terms_of_archive()
    assert mirror.terms.keys() < before.keys()


def test_an_import_and_an_edit_at_the_desk_are_told(mirror, editor):
    post = imported()
    assert len(told(mirror.catch_up())) == 1
    posts.change(post, {"title": "乙"}, by=editor)
    mirror.catch_up()
    assert mirror.contents == archive()
    assert mirror.contents[post.slug]["title"] == "乙"


def test_rebuilding_search_is_no_change_of_posts(mirror, indexed):
    from articles import reindexing
    from articles.models import SearchEntry

    indexed()
    mirror.catch_up()
    SearchEntry.objects.update(text="")
    reindexing.rebuild()
    assert mirror.catch_up() == []


def test_after_a_restoration_a_copy_has_to_begin_again(mirror, indexed):
    indexed()
    mirror.catch_up()
    changes.archive_restored()
    with pytest.raises(LostError):
        mirror.catch_up()
    again = Mirror()
    again.catch_up(size=1)
    assert again.contents == archive()
    assert again.catch_up() == []


def test_a_copy_of_another_archive_has_to_begin_again(mirror, indexed):
    with pytest.raises(LostError):
        changes_after(ChangePlace(1), 9, ["slug"])
    indexed()
    mirror.catch_up()
    with pytest.raises(LostError):
        changes_after(ChangePlace(mirror.place.version + 1), 9, ["slug"])
    assert mirror.catch_up() == []


@pytest.mark.parametrize("text", ["12", "12-345"])
def test_a_place_is_read_as_it_was_written(text):
    assert str(ChangePlace.parse(text)) == text


@pytest.mark.parametrize("text", ["", "x", "1-2-3", "-1", "1-", "9" * 30])
def test_other_text_is_no_place(text):
    assert ChangePlace.parse(text) is None


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.django_db(transaction=True)
def test_a_copy_misses_nothing_while_many_write(mirror, make_post):
    """Writers commit in another order than they begin, and each writes several times in a
    transaction."""
    ids = [make_post(slug=f"p{number}").pk for number in range(30)]
    changes.posts_changed(ids)
    is_over = Event()

    def write(seed):
        dice = random.Random(seed)
        try:
            for turn in range(15):
                with transaction.atomic():
                    chosen = sorted(dice.sample(ids, 3))
                    list(Post.objects.select_for_update().filter(pk__in=chosen).order_by("pk"))
                    for pk in chosen:
                        status = dice.choice(["published", "published", "hidden"])
                        title = f"{seed}-{turn}-{pk}"
                        Post.objects.filter(pk=pk).update(title=title, status=status)
                        changes.posts_changed([pk])
        finally:
            connection.close()

    def read():
        try:
            while not is_over.is_set():
                mirror.catch_up(size=2)
        finally:
            connection.close()

    connection.close()  # a pool has four, which the threads need
    writers = [Thread(target=write, args=[seed]) for seed in range(3)]
    reader = Thread(target=read)
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    is_over.set()
    reader.join()
    mirror.catch_up()
    assert mirror.contents == archive()
    versions = [change["version"] for change in mirror.seen]
    assert versions == sorted(versions)


def test_places_are_told_apart_within_a_version(make_post):
    changes.posts_changed([make_post().pk for _ in range(3)])
    first = changes_after(ChangePlace(0), 4, ["slug"])
    second = changes_after(first.place, 4, ["slug"])
    assert first.has_more
    assert not second.has_more
    assert len(told(first.found + second.found)) == 3
