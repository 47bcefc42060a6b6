from importlib import import_module

import pytest
from django.db import connection

from articles import reindexing
from articles.models import (
    Post,
    SearchEntry,
    Security,
    Tag,
)

pytestmark = pytest.mark.django_db

migration = import_module("articles.migrations.0014_characters")


def clean_all():
    with connection.schema_editor() as editor:
        migration.clean_all(None, editor)


@pytest.fixture
def dirty(indexed):
    post = indexed(
        title="锂\x0b价",
        digest="碳酸\ufffe锂",
        body_html="<p>走\x02弱</p>",
        body_text="走\x02弱",
        tags=["要\x0b闻"],
        securities=[("0.300750", "宁德\uffff时代")],
    )
    post.save()  # which records it
    return post


def test_posts_lose_what_xml_cannot_hold(dirty):
    clean_all()
    for row in (Post.objects.get(), Post.history.last()):
        assert (row.title, row.digest, row.body_html) == ("锂价", "碳酸锂", "<p>走弱</p>")


def test_their_search_entries_stay_in_step(dirty, indexed):
    hidden = indexed(title="钠\x0b价", status="hidden")
    clean_all()
    assert list(reindexing.check()) == []
    assert SearchEntry.objects.get(post=dirty).title == "锂价"
    hidden.refresh_from_db()
    assert hidden.title == "钠价"


def test_posts_that_are_clean_are_not_touched(dirty, indexed):
    post = indexed(title="换行\n与\t空格，\u2028\x7f都行")
    before = post.modified_at
    clean_all()
    post.refresh_from_db()
    assert (post.title, post.modified_at) == ("换行\n与\t空格，\u2028\x7f都行", before)


def test_names_are_cleaned_too_and_stay_apart(dirty):
    Tag.objects.create(name="要闻", slug="other")
    Security.objects.update(names=["宁德\uffff时代", "宁德时代"])
    clean_all()
    assert set(Tag.objects.values_list("name", flat=True)) == {"要闻", "要\ufffd闻"}
    assert (Security.objects.get().name, Security.objects.get().names) == ("宁德时代", ["宁德时代"])
