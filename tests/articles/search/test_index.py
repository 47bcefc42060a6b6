import pytest

from articles.models import Post, SearchEntry
from articles.search import index
from articles.search.tokens import tokens

pytestmark = pytest.mark.django_db


def test_an_entry_holds_the_normalised_text_its_tokens_and_what_filters_need(make_post):
    post = make_post(title="貴州茅臺漲停", digest="摘要", body_text="正文ＥＴ７", tags=["要闻"])
    index.update([post.pk])
    entry = SearchEntry.objects.get()
    assert entry.text == "贵州茅台涨停\n摘要\n正文et7"
    assert entry.tokens == tokens(entry.text).tolist()
    assert (entry.published_at, entry.source_id) == (post.published_at, post.source_id)
    assert entry.category_ids == [post.categories.get().pk]
    assert entry.tag_ids == [post.tags.get().pk]


def test_a_post_that_is_hidden_leaves_the_index(make_post):
    post = make_post()
    index.update([post.pk])
    Post.objects.update(status="hidden")
    index.update([post.pk])
    assert not SearchEntry.objects.exists()


def test_the_index_is_dropped_only_while_nothing_is_in_it(make_post):
    index.prepare_load()
    assert not index.has_index()
    index.finish_load()
    assert index.has_index()
    index.update([make_post().pk])
    index.prepare_load()
    assert index.has_index()


def test_rebuilding_makes_every_entry_anew(make_post):
    posts = [make_post() for _ in range(3)]
    index.update([post.pk for post in posts])
    before = list(SearchEntry.objects.order_by("pk").values())
    SearchEntry.objects.update(text="x")
    counts = []
    index.rebuild(counts.append)
    assert list(SearchEntry.objects.order_by("pk").values()) == before
    assert counts == [3]
