import datetime as dt

import pytest
from django.db import connection

from articles import changes
from articles.models import (
    Facet,
    FacetCount,
    Post,
    SearchEntry,
    Security,
    UnpublishedEntry,
)
from articles.search import index
from articles.search.text.tokens import (
    absence_token,
    facet_token,
    title_tokens,
    tokens,
)
from articles.search.text.vocabulary import absent_words

pytestmark = pytest.mark.django_db


def test_an_entry_holds_the_normalised_text_and_what_it_is_found_by(make_post):
    post = make_post(
        "2022-03-04 00:30",
        title="貴州茅臺漲停",
        digest="摘要",
        body_text="正文ＥＴ７",
        tags=["要闻"],
        securities=[("1.600519", "贵州茅台")],
    )
    changes.posts_changed([post.pk])
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
    changes.posts_changed([post.pk])
    Post.objects.update(status="hidden")
    changes.posts_changed([post.pk])
    assert not SearchEntry.objects.exists()


@pytest.mark.parametrize("status", ["published", "draft"])
def test_securities_are_brought_up_to_date_alone(indexed, status):
    shares = {"1.600519": "贵州茅台", "0.000858": "五粮液", "0.000568": "泸州老窖"}
    post = indexed(status=status, title="白酒", securities=[*shares.items()][:2])
    first, second = Security.objects.order_by("pk")
    third = Security.objects.create(market=0, code="000568", kind="stock", name="泸州老窖")
    post.mention_set.get(security=first).delete()
    post.mention_set.create(security=third, position=5, published_at=post.published_at)
    changes.mentions_changed([post.pk])
    assert not index.differences([post.pk], index.read_entries([post.pk]))
    counts = FacetCount.objects.filter(facet=Facet.SECURITY).exclude(posts=0)
    counted = {second.pk: 1, third.pk: 1} if status == "published" else {}
    assert dict(counts.values_list("key", "posts")) == counted


@pytest.mark.parametrize("status", ["draft", "hidden"])
def test_what_is_not_published_has_an_entry_where_no_reader_looks_and_is_not_counted(
    make_post, status
):
    post = make_post(title="貴州茅臺", status=status)
    changes.posts_changed([post.pk])
    assert UnpublishedEntry.objects.get().title == "贵州茅台"
    assert not SearchEntry.objects.exists()
    assert not FacetCount.objects.filter(posts__gt=0).exists()


def test_an_entry_moves_over_as_a_post_is_hidden_and_published(make_post):
    post = make_post()
    for status, published in [("published", 1), ("hidden", 0), ("draft", 0), ("published", 1)]:
        Post.objects.update(status=status)
        changes.posts_changed([post.pk])
        counts = (SearchEntry.objects.count(), UnpublishedEntry.objects.count())
        assert counts == (published, 1 - published)
        assert posts_of(Facet.SOURCE, post.source_id) == published


def test_the_index_is_dropped_only_while_nothing_is_in_it(make_post):
    index.prepare_load()
    assert not index.has_index(connection)
    index.finish_load()
    assert index.has_index(connection)
    changes.posts_changed([make_post().pk])
    index.prepare_load()
    assert index.has_index(connection)


def test_who_loads_merges_what_waits_to_be_in_the_index(make_post):
    def pages_waiting():
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index.INDEX])
            return cursor.fetchone()[0]

    changes.posts_changed([make_post().pk])
    assert pages_waiting() > 0
    changes.posts_changed([make_post().pk])
    index.finish_load()
    assert pages_waiting() == 0


def posts_of(facet, key):
    return sum(FacetCount.objects.filter(facet=facet, key=key).values_list("posts", flat=True))


def test_counts_follow_every_change_of_a_post(make_post):
    post, other = make_post("2022-03-04 09:30"), make_post("2022-03-05 09:30")
    changes.posts_changed([post.pk, other.pk])
    assert posts_of(Facet.MONTH, 202203) == posts_of(Facet.SOURCE, post.source_id) == 2
    Post.objects.filter(pk=post.pk).update(status="hidden")
    changes.posts_changed([post.pk])
    assert posts_of(Facet.MONTH, 202203) == posts_of(Facet.SOURCE, post.source_id) == 1
    assert posts_of(Facet.DAY, dt.date(2022, 3, 4).toordinal()) == 0
    assert posts_of(Facet.YEAR, 2022) == 1
