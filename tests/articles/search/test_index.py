import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from articles.models import (
    ArchiveVersion,
    Facet,
    FacetCount,
    Post,
    SearchEntry,
    UnpublishedEntry,
)
from articles.search import index
from articles.search.text.tokens import (
    ABSENCE,
    WORD,
    absence_token,
    facet_of,
    facet_token,
    title_tokens,
    tokens,
)
from articles.search.text.vocabulary import FINGERPRINT, absent_words
from tests.articles.search.conftest import find
from tests.conftest import PATIENCE, is_waited_for, wait_until

pytestmark = pytest.mark.django_db


def test_an_entry_holds_the_normalised_text_and_what_it_is_found_by(make_post):
    post = make_post("2022-03-04 00:30", title="貴州茅臺漲停", digest="摘要",
                     body_text="正文ＥＴ７", tags=["要闻"],
                     securities=[("1.600519", "贵州茅台")])  # fmt: skip
    index.update([post.pk])
    entry = SearchEntry.objects.get()
    assert (entry.title, entry.text) == ("贵州茅台涨停", "贵州茅台涨停\n摘要\n正文et7")
    facets = [
        facet_token(Facet.MONTH, 202203),
        facet_token(Facet.SOURCE, post.source_id),
        facet_token(Facet.CATEGORY, post.categories.get().pk),
        facet_token(Facet.TAG, post.tags.get().pk),
        facet_token(Facet.SECURITY, post.securities.get().pk),
    ]
    assert entry.facets == facets
    assert set(entry.tokens) == {
        *tokens(entry.text).tolist(),
        *title_tokens(tokens(entry.title)).tolist(),
        *facets,
        facet_token(Facet.YEAR, 2022),
        facet_token(Facet.DAY, dt.date(2022, 3, 4).toordinal()),
        *map(absence_token, absent_words(entry.text)),
    }


def test_a_post_that_is_hidden_leaves_the_index(make_post):
    post = make_post()
    index.update([post.pk])
    Post.objects.update(status="hidden")
    index.update([post.pk])
    assert not SearchEntry.objects.exists()


@pytest.mark.parametrize("status", ["draft", "hidden"])
def test_what_is_not_published_has_an_entry_where_no_reader_looks_and_is_not_counted(
    make_post, status
):
    post = make_post(title="貴州茅臺", status=status)
    index.update([post.pk])
    assert UnpublishedEntry.objects.get().title == "贵州茅台"
    assert not SearchEntry.objects.exists()
    assert not FacetCount.objects.filter(posts__gt=0).exists()


def test_an_entry_moves_over_as_a_post_is_hidden_and_published(make_post):
    post = make_post()
    for status, published in [("published", 1), ("hidden", 0), ("draft", 0), ("published", 1)]:
        Post.objects.update(status=status)
        index.update([post.pk])
        counts = (SearchEntry.objects.count(), UnpublishedEntry.objects.count())
        assert counts == (published, 1 - published)
        assert posts_of(Facet.SOURCE, post.source_id) == published


def test_the_index_is_dropped_only_while_nothing_is_in_it(make_post):
    index.prepare_load()
    assert not index.has_index()
    index.finish_load()
    assert index.has_index()
    index.update([make_post().pk])
    index.prepare_load()
    assert index.has_index()


def test_who_loads_merges_what_waits_to_be_in_the_index(make_post):
    def pages_waiting():
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index.INDEX])
            return cursor.fetchone()[0]

    index.update([make_post().pk])
    assert pages_waiting() > 0
    index.update([make_post().pk])
    index.finish_load()
    assert pages_waiting() == 0


def test_rebuilding_makes_every_entry_anew(make_post):
    posts = [make_post(), make_post(), make_post(status="draft"), make_post(status="hidden")]
    index.update([post.pk for post in posts])
    tables = (SearchEntry, UnpublishedEntry)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    for table in tables:
        table.objects.update(text="x")
    counts = []
    index.rebuild(counts.append)
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
    assert counts == [4]


def test_what_is_in_step_is_left_as_it_is(make_post):
    posts = [make_post(), make_post(), make_post(status="hidden")]
    index.update([post.pk for post in posts])
    SearchEntry.objects.filter(post=posts[1]).update(title="x")
    version = ArchiveVersion.objects.current()
    index.rebuild()
    assert [*index.check()] == []
    changed = ArchiveVersion.objects.current()
    assert changed != version
    index.rebuild()
    assert ArchiveVersion.objects.current() == changed


@pytest.mark.django_db(transaction=True)
def test_rebuilding_waits_for_an_edit_under_way(make_post):
    post = make_post(title="旧题")
    index.update([post.pk])
    ArchiveVersion.objects.update(vocabulary=None)
    SearchEntry.objects.update(text="x")
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            Post.objects.update(title="新题")
            index.update([post.pk])
            rebuilt = pool.submit(closing_connection, index.rebuild)
            wait_until(is_waited_for)
        rebuilt.result(timeout=PATIENCE)
    assert SearchEntry.objects.get().title == "新题"
    assert [*index.check()] == []


def closing_connection(work):
    try:
        work()
    finally:
        connection.close()


def posts_of(facet, key):
    return sum(FacetCount.objects.filter(facet=facet, key=key).values_list("posts", flat=True))


def test_counts_follow_every_change_of_a_post(make_post):
    post, other = make_post("2022-03-04 09:30"), make_post("2022-03-05 09:30")
    index.update([post.pk, other.pk])
    assert posts_of(Facet.MONTH, 202203) == posts_of(Facet.SOURCE, post.source_id) == 2
    Post.objects.filter(pk=post.pk).update(status="hidden")
    index.update([post.pk])
    assert posts_of(Facet.MONTH, 202203) == posts_of(Facet.SOURCE, post.source_id) == 1
    assert posts_of(Facet.DAY, dt.date(2022, 3, 4).toordinal()) == 0
    assert posts_of(Facet.YEAR, 2022) == 1


def test_rebuilding_puts_the_counts_right(make_post):
    index.update([make_post().pk])
    FacetCount.objects.update(posts=7)
    index.rebuild()
    assert {count.posts for count in FacetCount.objects.all()} == {1}


def test_an_index_made_with_another_vocabulary_is_asked_by_pairs_until_it_is_made_anew(make_post):
    with_word = make_post(title="净利润增长", digest="", body_text="公司公告")
    other = make_post(title="沪惠保上线", digest="", body_text="三月四日")
    index.update([with_word.pk, other.pk])
    ArchiveVersion.objects.update(vocabulary=FINGERPRINT + 1)
    for entry in SearchEntry.objects.all():
        entry.tokens = [
            token for token in entry.tokens if facet_of(token)[0] not in (ABSENCE, WORD)
        ]
        entry.save()
    assert find("净利润") == [with_word.pk]
    assert find("-公司") == find("-净利润") == [other.pk]
    assert [*index.check()][-1].startswith("vocabulary:")
    index.rebuild()
    assert [*index.check()] == []
    assert find("净利润") == [with_word.pk]
    assert find("-公司") == [other.pk]


class TestCheck:
    def test_a_table_in_step_has_no_differences(self, make_post):
        index.update([make_post().pk, make_post(status="draft").pk])
        assert list(index.check()) == []

    def test_every_difference_is_named(self, make_post):
        kept, lost, changed, hidden, draft = posts = [make_post() for _ in range(5)]
        index.update([post.pk for post in posts])
        SearchEntry.objects.filter(post=lost).delete()
        Post.objects.filter(pk=changed.pk).update(title="改")
        Post.objects.filter(pk=hidden.pk).update(status="hidden")
        Post.objects.filter(pk=draft.pk).update(status="draft")
        index.update([draft.pk])
        Post.objects.filter(pk=draft.pk).update(status="published")
        found = list(index.check())
        assert found[:4] == [
            f"post {lost.pk}: not indexed",
            f"post {changed.pk}: title, text, tokens out of date",
            f"post {hidden.pk}: indexed as published, which it is not",
            f"post {draft.pk}: indexed as unpublished, which it is not",
        ]
        assert f"count of source {kept.source_id}: off by +1" in found[4:]
