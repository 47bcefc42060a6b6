"""One function for every writer: what follows a change of posts or terms."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles import changes
from articles.models import ArchiveChange, ArchiveVersion, Facet, FacetCount, SearchEntry
from articles.search import index
from articles.search.text.vocabulary import FINGERPRINT
from tests.waiting import PATIENCE, wait_until, waiting

ARTICLES = Path(changes.__file__).parent

pytestmark = pytest.mark.django_db


def version():
    return ArchiveVersion.objects.get().number


def count_of(facet, key):
    return FacetCount.objects.get(facet=facet, key=key).posts


def test_a_changed_post_is_indexed_and_counted_in_a_new_version(make_post):
    post = make_post(title="旧题")
    changes.posts_changed([post.pk])
    before = version()
    post.title = "新题"
    post.save()
    changes.posts_changed([post.pk])
    assert SearchEntry.objects.get().title == "新题"
    assert count_of(Facet.SOURCE, post.source_id) == 1
    assert version() == before + 1


def test_entries_that_are_ready_are_stored_as_they_are(make_post):
    post = make_post()
    entries = index.read_entries([post.pk])
    type(post).objects.update(title="later")
    changes.posts_changed([post.pk], entries)
    assert SearchEntry.objects.get().title == post.title


def test_a_post_about_to_be_deleted_leaves_search_and_the_counts(make_post):
    post = make_post()
    changes.posts_changed([post.pk])
    before = version()
    changes.deleting_posts([post.pk])
    assert not SearchEntry.objects.exists()
    assert count_of(Facet.SOURCE, post.source_id) == 0
    assert version() == before + 1


def test_no_post_changes_nothing():
    changes.posts_changed([])
    assert not ArchiveVersion.objects.exists()


def test_the_first_version_is_of_the_vocabulary_that_entries_will_be_made_with():
    changes.terms_changed()
    assert ArchiveVersion.objects.get().vocabulary == FINGERPRINT


def test_deleted_terms_leave_the_counts_in_a_new_version(make_post):
    post = make_post()
    changes.posts_changed([post.pk])
    changes.deleting_posts([post.pk])
    before = version()
    changes.terms_deleted(Facet.SOURCE, [post.source_id])
    assert not FacetCount.objects.filter(facet=Facet.SOURCE).exists()
    assert version() == before + 1
    changes.terms_deleted(Facet.SOURCE, [])
    assert version() == before + 1


def test_corrected_counts_are_a_new_version(make_post):
    changes.posts_changed([make_post().pk])
    before = version()
    FacetCount.objects.filter(facet=Facet.SOURCE).update(posts=7)
    changes.correct_counts()
    assert {count.posts for count in FacetCount.objects.all()} == {1}
    assert version() == before + 1


def test_where_no_count_is_wrong_the_version_stays(make_post):
    changes.posts_changed([make_post().pk])
    before = version()
    changes.correct_counts()
    assert version() == before


@pytest.mark.django_db(transaction=True)
def test_a_post_may_be_written_at_the_moment_when_it_appears(make_post, monkeypatch):
    now = timezone.now()
    post = make_post((now + dt.timedelta(hours=1)).isoformat())
    changes.posts_changed([post.pk])
    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(hours=2))

    def appear():
        try:
            changes.posts_appeared()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            changes.terms_changed()  # whoever stamps posts waits for this
            appeared = thread.submit(appear)
            wait_until(waiting)
            changes.posts_changed([post.pk])
        appeared.result(timeout=PATIENCE)
    assert not ArchiveChange.objects.exclude(appears_at=None).exists()


def test_nothing_else_changes_the_version_or_writes_entries_or_counts():
    calls = (
        ".advance(vocabulary",
        "ArchiveVersion.objects.update(",
        "index.update(",
        "index.replace(",
        "index.recount(",
        "DELETE FROM articles_facetcount",
    )
    callers = {
        path.relative_to(ARTICLES).as_posix()
        for path in ARTICLES.rglob("*.py")
        if any(call in path.read_text() for call in calls)
    }
    assert callers == {"changes.py"}
