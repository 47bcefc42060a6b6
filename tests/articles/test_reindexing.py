from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from articles import changes, reindexing
from articles.models import (
    ArchiveVersion,
    FacetCount,
    Post,
    SearchEntry,
    UnpublishedEntry,
)
from articles.search.text.normalise import fold
from articles.search.text.tokens import (
    ABSENCE,
    WORD,
    facet_of,
    title_tokens,
    tokens,
)
from articles.search.text.vocabulary import FINGERPRINT
from tests.articles.search.finding import find
from tests.waiting import PATIENCE, wait_until, waiting

pytestmark = pytest.mark.django_db


def test_rebuilding_makes_every_entry_anew(make_post):
    posts = [make_post(), make_post(), make_post(status="draft"), make_post(status="hidden")]
    changes.posts_changed([post.pk for post in posts])
    tables = (SearchEntry, UnpublishedEntry)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    for table in tables:
        table.objects.update(text="x")
    counts = []
    reindexing.rebuild(counts.append)
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
    assert counts == [4]


def test_what_is_in_step_is_left_as_it_is(make_post):
    posts = [make_post(), make_post(), make_post(status="hidden")]
    changes.posts_changed([post.pk for post in posts])
    SearchEntry.objects.filter(post=posts[1]).update(title="x")
    version = ArchiveVersion.objects.current()
    reindexing.rebuild()
    assert [*reindexing.check()] == []
    changed = ArchiveVersion.objects.current()
    assert changed != version
    reindexing.rebuild()
    assert ArchiveVersion.objects.current() == changed


@pytest.mark.django_db(transaction=True)
def test_rebuilding_waits_for_an_edit_under_way(make_post):
    post = make_post(title="旧题")
    changes.posts_changed([post.pk])
    ArchiveVersion.objects.update(vocabulary=None)
    SearchEntry.objects.update(text="x")
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            Post.objects.update(title="新题")
            changes.posts_changed([post.pk])
            rebuilt = pool.submit(closing_connection, reindexing.rebuild)
            wait_until(waiting)
        rebuilt.result(timeout=PATIENCE)
    assert SearchEntry.objects.get().title == "新题"
    assert [*reindexing.check()] == []


def closing_connection(work):
    try:
        work()
    finally:
        connection.close()


class WritesToPrimary:
    def db_for_write(self, model, **hints):
        return "primary"


@pytest.fixture
def primary(settings):
    """A second connection to the same database, the only one that may write."""
    connections["primary"] = connections["default"].copy("primary")
    settings.DATABASE_ROUTERS = [WritesToPrimary()]
    yield
    connections["primary"].close()
    connections["primary"].close_pool()
    del connections["primary"]


@pytest.mark.django_db(transaction=True)
def test_locks_reads_and_writes_are_of_one_connection(make_post, primary):
    changes.posts_changed([make_post().pk])
    SearchEntry.objects.using("primary").update(title="x")
    with CaptureQueriesContext(connections["default"]) as on_default:
        assert list(reindexing.check())
        reindexing.rebuild()
    assert not on_default.captured_queries
    assert list(reindexing.check()) == []


def test_rebuilding_puts_the_counts_right(make_post):
    changes.posts_changed([make_post().pk])
    FacetCount.objects.update(posts=7)
    before = ArchiveVersion.objects.current()
    reindexing.rebuild()
    assert {count.posts for count in FacetCount.objects.all()} == {1}
    assert ArchiveVersion.objects.current() != before


def test_an_index_made_with_another_vocabulary_is_asked_by_pairs_until_it_is_made_anew(make_post):
    with_word = make_post(title="净利润增长", digest="", body_text="公司公告")
    other = make_post(title="沪惠保上线", digest="", body_text="三月四日")
    changes.posts_changed([with_word.pk, other.pk])
    ArchiveVersion.objects.update(vocabulary=FINGERPRINT + 1)
    for entry in SearchEntry.objects.all():
        entry.tokens = [
            token for token in entry.tokens if facet_of(token)[0] not in (ABSENCE, WORD)
        ]
        entry.save()
    assert find("净利润") == [with_word.pk]
    assert find("-公司") == find("-净利润") == [other.pk]
    assert [*reindexing.check()][-1].startswith("vocabulary:")
    reindexing.rebuild()
    assert [*reindexing.check()] == []
    assert find("净利润") == [with_word.pk]
    assert find("-公司") == [other.pk]


def write_as_before(post):
    """Replace the entry of a post by one of its folded text, as they were made before texts had one
    spelling."""
    entry = SearchEntry.objects.get(post=post)
    entry.title = fold(post.title)
    entry.text = fold(f"{post.title}\n{post.digest}\n{post.body_text}")
    entry.tokens = [
        *(token for token in entry.tokens if 0 <= facet_of(token)[0] < ABSENCE),
        *tokens(entry.text).tolist(),
        *title_tokens(tokens(entry.title)).tolist(),
    ]
    entry.save()


def test_entries_of_the_older_spelling_are_found_as_before_until_they_are_made_anew(make_post):
    text = {"title": "於 12 月 28 日公告", "digest": "", "body_text": "約1,500 萬元——覆蓋"}
    edited_since, older = make_post(**text), make_post(**text)
    without = make_post(title="沪惠保", digest="", body_text="三月四日")
    both = [older.pk, edited_since.pk]
    changes.posts_changed([edited_since.pk, older.pk, without.pk])
    write_as_before(older)
    ArchiveVersion.objects.update(vocabulary=FINGERPRINT + 1)
    for query in ("“12 月 28 日”", "“1,500 万元——”", "覆盖", "title:“12 月”", "绝无此词|“月 28”"):
        assert find(query) == both, query
        assert find(f"-{query.replace('|', '|-')}") == [without.pk], query
    assert find("12月28日") == [edited_since.pk]
    reindexing.rebuild()
    assert find("12月28日") == find("1500万元") == both


def test_so_are_names_with_a_full_stop(make_post):
    text = {"title": "沃伦．巴菲特增持", "digest": "", "body_text": "无"}
    edited_since, older = make_post(**text), make_post(**text)
    both = [older.pk, edited_since.pk]
    changes.posts_changed([edited_since.pk, older.pk])
    write_as_before(older)
    ArchiveVersion.objects.update(vocabulary=FINGERPRINT + 1)
    assert find("沃伦．巴菲特") == find("title:沃伦.巴菲特") == both
    assert find("沃伦·巴菲特") == [edited_since.pk]
    reindexing.rebuild()
    assert find("沃伦·巴菲特") == both


class TestCheck:
    def test_a_table_in_step_has_no_differences(self, make_post):
        changes.posts_changed([make_post().pk, make_post(status="draft").pk])
        assert list(reindexing.check()) == []

    def test_every_difference_is_named(self, make_post):
        kept, lost, changed, hidden, draft = posts = [make_post() for _ in range(5)]
        changes.posts_changed([post.pk for post in posts])
        SearchEntry.objects.filter(post=lost).delete()
        Post.objects.filter(pk=changed.pk).update(title="改")
        Post.objects.filter(pk=hidden.pk).update(status="hidden")
        Post.objects.filter(pk=draft.pk).update(status="draft")
        changes.posts_changed([draft.pk])
        Post.objects.filter(pk=draft.pk).update(status="published")
        found = list(reindexing.check())
        assert found[:4] == [
            f"post {lost.pk}: not indexed",
            f"post {changed.pk}: title, text, tokens out of date",
            f"post {hidden.pk}: indexed as published, which it is not",
            f"post {draft.pk}: indexed as unpublished, which it is not",
        ]
        assert f"count of source {kept.source_id}: off by +1" in found[4:]
