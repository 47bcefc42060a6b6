import pytest
from django.core.exceptions import ValidationError

from articles.editing import terms
from articles.models import (
    ArchiveVersion,
    Category,
    Security,
    Source,
    Tag,
)
from tests.articles.imported import import_text

pytestmark = pytest.mark.django_db

TEXT = """---
title: "锂价回落"
date: {day} 09:30:00
categories: {category}
tags: 东财滚动新闻
---
<p><a data-code="0,002466">{name}</a>称锂价走弱。</p>
<p class="em_media">（文章来源：{medium}）</p>

<http://finance.eastmoney.com/news/1,202203040000000001.html>
"""


def import_post(day="2022-03-04", category="emnews", medium="财联社", name="天齐锂业"):
    return import_text(TEXT.format(day=day, category=category, medium=medium, name=name))


@pytest.fixture
def post(db):
    return import_post()


def test_an_address_that_was_changed_redirects(post, editor, client):
    source = post.source
    assert terms.change(source, {"slug": "cls"}, by=editor) == {"slug"}
    response = client.get("/source/cailianshe/?from=2022-01-01")
    assert (response.status_code, response["Location"]) == (301, "/source/cls/?from=2022-01-01")
    feed = client.get("/source/cailianshe/feed.xml")
    assert (feed.status_code, feed["Location"]) == (301, "/source/cls/feed.xml")
    assert client.get("/source/cls/").status_code == 200


def test_an_address_that_is_taken_back_redirects_no_more(post, editor, client):
    terms.change(post.source, {"slug": "cls"}, by=editor)
    terms.change(post.source, {"slug": "cailianshe"}, by=editor)
    assert client.get("/source/cailianshe/").status_code == 200
    assert client.get("/source/cls/").status_code == 301


@pytest.mark.parametrize("field", ["source", "tag"])
def test_an_import_that_meets_the_old_name_takes_the_renamed_term(post, editor, field):
    term = post.source if field == "source" else post.tags.get()
    terms.change(term, {"name": "改名"}, by=editor)
    before = (Source.objects.count(), Tag.objects.count())
    import_post(day="2022-03-05")
    post.refresh_from_db()
    assert str(post.source if field == "source" else post.tags.get()) == "改名"
    assert (Source.objects.count(), Tag.objects.count()) == before


def test_an_import_that_meets_the_old_slug_of_a_category_takes_it(post, editor, client):
    category = post.categories.get()
    terms.change(category, {"slug": "flashes", "name": "快讯"}, by=editor)
    import_post(day="2022-03-05")
    assert [str(category) for category in post.categories.all()] == ["快讯"]
    assert Category.objects.count() == 1
    for old in ("/category/emnews.html", "/emnews/", "/category/emnews/"):
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, "/category/flashes/")


def test_a_security_keeps_the_name_that_an_editor_gave(post, editor):
    security = post.securities.get()
    terms.change(security, {"name": "天齐"}, by=editor)
    import_post(day="2022-03-05", name="ST天齐")
    security.refresh_from_db()
    assert (security.name, security.pinyin.split()[0]) == ("天齐", "tq")
    assert security.names == ["ST天齐", "天齐", "天齐锂业"]


def test_a_new_name_in_an_import_gets_an_address_that_nothing_has_had(post, editor):
    terms.change(post.source, {"slug": "cls", "name": "电报"}, by=editor)
    import_post(medium="财联射")  # which sounds like 财联社
    assert Source.objects.get(name="财联射").slug == "cailianshe-2"


def test_nothing_may_take_what_another_was_called_or_where_it_was(post, editor):
    terms.change(post.source, {"slug": "cls", "name": "电报"}, by=editor)
    other = Source.objects.create(name="乙", slug="yi")
    for values, field in (({"name": "财联社"}, "name"), ({"slug": "cailianshe"}, "slug")):
        with pytest.raises(ValidationError) as error:
            terms.change(other, values, by=editor)
        assert "电报" in error.value.message_dict[field][0]
    with pytest.raises(ValidationError):
        terms.add(Source(name="财联社", slug="x"), by=editor)


def test_every_page_is_made_anew_and_the_change_recorded(post, editor):
    before = ArchiveVersion.objects.current()
    terms.change(post.source, {"name": "电报"}, by=editor, why="改版")
    assert ArchiveVersion.objects.current() != before
    renamed, imported = post.source.history.all()
    assert (renamed.name, renamed.history_user, renamed.history_change_reason) == (
        "电报",
        editor,
        "改版",
    )
    assert (imported.name, imported.history_user) == ("财联社", None)


def test_an_earlier_version_comes_back_and_what_it_was_since_redirects(post, editor, client):
    terms.change(post.source, {"name": "电报", "slug": "cls"}, by=editor)
    terms.restore_version(post.source, post.source.history.last(), by=editor)
    source = Source.objects.get(pk=post.source.pk)
    assert (source.name, source.slug) == ("财联社", "cailianshe")
    assert client.get("/source/cls/")["Location"] == "/source/cailianshe/"


def test_what_a_post_has_is_not_deleted(post, editor):
    for term in (post.source, post.categories.get(), post.tags.get(), post.securities.get()):
        with pytest.raises(ValidationError):
            terms.delete(term, by=editor)
    unused = Tag.objects.create(name="无", slug="wu")
    terms.delete(unused, by=editor, why="错字")
    assert Tag.history.first().history_change_reason == "错字"


def test_a_security_is_added_with_its_initials(editor):
    security = Security(market=1, code="600519", kind="stock", name="贵州茅台")
    terms.add(security, by=editor)
    assert (security.pinyin.split()[0], security.names) == ("gzmt", ["贵州茅台"])


def test_without_its_alias_an_old_address_no_longer_redirects(post, editor, client):
    terms.change(post.source, {"slug": "cls"}, by=editor)
    before = ArchiveVersion.objects.get().number
    terms.delete_aliases(post.source.aliases.all())
    assert client.get("/source/cailianshe/").status_code == 404
    assert ArchiveVersion.objects.get().number == before + 1
