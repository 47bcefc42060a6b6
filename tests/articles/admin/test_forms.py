"""A form that is saved as it was shown changes nothing, whatever it holds and cannot show."""

import datetime as dt

import pytest
from django.urls import reverse

from articles.editing import posts
from articles.models import (
    ArchiveVersion,
    Category,
    Mention,
    Post,
    PostCategory,
    PostTag,
    Security,
    Source,
    StoryPost,
    Tag,
)
from tests.articles.admin.forms import sent

pytestmark = pytest.mark.django_db

LANGUAGES = ["zh-hans", "en"]
FINE = {
    "slug": "fine",
    "source": "财联社",
    "securities": [("1.600519", "贵州茅台"), ("0.000001", "")],
}
AWKWARD = {
    "parts of a second": {"at": "2022-03-04 09:02:03.456789"},
    "seconds": {"at": "2022-03-04 09:02:03"},
    # The clocks of Shanghai went back that night: both are half past one.
    "the first 1:30": {"at": "1988-09-10T16:30:01Z"},
    "the second 1:30": {"at": "1988-09-10T17:30:01Z"},
    "a year of three digits": {"at": "0987-06-05 04:03:02"},
    "blanks": {"title": " \u00a0标题\u3000 ", "digest": " 摘要 \n", "body_html": "\n <p>一</p>\n "},
    "lines": {"title": "一\n二", "digest": "一\r\n二\r三\n", "body_html": "\r\n<p>一</p>\r\n\r"},
    "a long title": {"title": "长" * 3000},
    "markup": {"title": "\"<b>&amp;'", "digest": "</textarea>&lt;", "body_html": "&amp;lt;"},
    "no title": {"title": ""},
    "no scheme": {"original_url": "//finance.example/a,1.html"},
    "a host with _": {"original_url": "https://a_b.example/1?a=1&amp=2"},
    "no address": {"original_url": " 见 报 纸\n第三版 "},
    "a body that is no HTML of ours": {"body_html": '<P onclick="x()">一<script>x()</script>'},
    "no source": {"source": None, "categories": (), "securities": ()},
    "scheduled": {"at": "2099-01-01 00:00"},
    "hidden": {"status": "hidden"},
    "draft": {"status": "draft"},
    "in another order": {"securities": FINE["securities"][::-1], "tags": ["乙", "甲", "7"]},
}


@pytest.fixture(params=AWKWARD.values(), ids=AWKWARD)
def post(request, indexed):
    return indexed(**{**FINE, **request.param})


def address(stored):
    return reverse(f"admin:articles_{stored._meta.model_name}_change", args=[stored.pk])


def state(stored):
    """All that is stored of it, and how often it was recorded."""
    row = type(stored).objects.filter(pk=stored.pk).values().get()
    joins = [
        list(model.objects.filter(post_id=stored.pk).order_by("position").values())
        for model in (PostCategory, PostTag, Mention)
        if isinstance(stored, Post)
    ]
    return row, joins, stored.history.count(), ArchiveVersion.objects.current()


def form_of(client, stored, language):
    page = client.get(address(stored), headers={"accept-language": language})
    assert page.headers["Content-Language"] == language
    return sent(page, f"{stored._meta.model_name}_form")


def save(client, stored, data, language):
    saved = client.post(address(stored), data, headers={"accept-language": language})
    assert saved.status_code == 302, saved.context["adminform"].form.errors


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_post_saved_as_it_was_shown_stays_as_it_is(admin_client, post, language):
    before = state(post)
    save(admin_client, post, form_of(admin_client, post, language), language)
    assert state(post) == before


CHANGES = {
    "title": {"title": "别的"},
    "digest": {"digest": "别的"},
    "body_html": {"body_html": "<p>别的</p>"},
    "published_at": {"published_at_1": "23:59:00"},
    "original_url": {"original_url": "https://example.com/"},
    "source": {"source": ""},
    "status": {"status": "hidden"},
    "categories": {"categories": []},
    "tags": {"tags": []},
    "securities": {"securities": []},
    "story": {"story": ""},
    "tells_first": {"tells_first": "on"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("field", posts.EDITABLE_FIELDS)
def test_of_a_post_that_alone_changes_which_was_changed(admin_client, indexed, field, language):
    post = indexed(
        **{
            **FINE,
            "tags": ["甲"],
            "title": " 标\n题 ",
            "digest": "一\r二 ",
            "body_html": "\r<p>一</p>",
            "original_url": "//a_b/",
            "at": "1988-09-10T16:30:01.000005Z",
        }
    )
    before = posts.values_of(Post.objects.get())
    data = form_of(admin_client, post, language)
    save(admin_client, post, data | CHANGES[field], language)
    post = Post.objects.get()
    assert post.hand_edited == [field]
    after = posts.values_of(post)
    assert [name for name in posts.EDITABLE_FIELDS if before[name] != after[name]] == [field]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_time_whose_day_was_changed_keeps_its_parts_of_a_second(admin_client, indexed, language):
    post = indexed("2022-03-04 09:02:03.456789")
    data = form_of(admin_client, post, language)
    save(admin_client, post, data | {"published_at_0": "2022-03-05"}, language)
    post.refresh_from_db()
    assert post.published_at == dt.datetime(2022, 3, 5, 1, 2, 3, 456789, dt.UTC)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"original_url": "//b_a/"}, "original_url"),
        ({"title": " "}, "title"),
        ({"status": "gone"}, "status"),
        ({"published_at_0": "1988-09-11", "published_at_1": "01:30:00"}, "published_at"),
    ],
)
def test_what_was_changed_is_checked(admin_client, indexed, changes, field):
    post = indexed(original_url="//a_b/")
    page = admin_client.post(address(post), form_of(admin_client, post, "en") | changes)
    assert [*page.context["adminform"].form.errors] == [field]


@pytest.mark.parametrize(
    ("address_of_other", "slug"),
    [
        ("20220304{}", "20220304{}"),
        ("NW20220304{}", "20220304{}"),
        ("/posts/20220304{}/", "20220304{}"),
        (" posts/20220304{} ", "20220304{}"),
        ("https://example.com/posts/20220304{}/?q=%E9%94%82#same-news", "20220304{}"),
        ("https://example.com/posts/NW20220304{}/", "20220304{}"),
        ("https://example.com/posts/%E9%94%82%E4%BB%B7/", "锂价"),
        ("/", "/"),
    ],
)
def test_a_post_is_told_with_another_by_any_address_of_that(
    admin_client, indexed, address_of_other, slug
):
    address_of_other, slug = address_of_other.format("0" * 10), slug.format("0" * 10)
    other = indexed(slug=slug if slug != "/" else "other", story="")
    post = indexed(story="")
    data = form_of(admin_client, post, "en") | {"story": address_of_other}
    save(admin_client, post, data, "en")
    post.refresh_from_db()
    assert post.story == slug
    assert {*StoryPost.objects.values_list("post", flat=True)} == (
        {post.pk, other.pk} if slug != "/" else set()
    )
    before = state(post)
    save(admin_client, post, form_of(admin_client, post, "en"), "en")
    assert state(post) == before


def save_and_read(client, stored, **data):
    data = form_of(client, stored, "en") | data
    page = client.post(address(stored), data, headers={"accept-language": "en"}, follow=True)
    return page.content.decode()


def test_the_post_that_is_last_said_to_be_the_first_of_its_story_is(admin_client, indexed):
    one, other = (indexed(title=f"新闻{slug}", story="1", slug=slug) for slug in "12")
    save_and_read(admin_client, one, tells_first="on")
    page = save_and_read(admin_client, other, tells_first="on")
    assert "“新闻1” is no longer the first of this story." in page
    assert Post.objects.get(tells_first=True) == StoryPost.objects.get(place=0).post == other
    assert one.history.first().tells_first is False
    third = indexed(title="新闻3", story="", slug="3")
    assert "“新闻2” is no" in save_and_read(admin_client, third, tells_first="on", story="1")
    assert Post.objects.get(tells_first=True) == StoryPost.objects.get(place=0).post == third
    assert "no longer the first" not in save_and_read(admin_client, third, why="nothing")


def test_the_first_of_a_story_that_is_moved_leaves_one_first_in_the_other(admin_client, indexed):
    one, other = (indexed(title=f"新闻{slug}", story="", slug=slug) for slug in "12")
    for post in (one, other):
        save_and_read(admin_client, post, tells_first="on")
    page = save_and_read(admin_client, other, story=one.slug)
    assert "“新闻1” is no longer the first of this story." in page
    assert Post.objects.get(tells_first=True) == StoryPost.objects.get(place=0).post == other


def test_how_many_posts_come_along_with_one_that_is_told_with_another_is_said(
    admin_client, indexed
):
    text = "云岭锗业公告，股东华锦投资计划通过大宗交易减持不超过419.18万股，即公司总股本的1.83%。"
    first, second, third = (
        indexed(f"2022-03-02 1{hour}:00", title="云岭锗业股东减持", body_text=text, story="")
        for hour in "012"
    )
    other = indexed("2022-03-02 09:00", title="别的", body_text="别的新闻。", story="")
    page = save_and_read(admin_client, third, story=other.slug)
    assert "came with it" not in page
    assert "moved alone: the others of its former story stay" in page
    assert {*StoryPost.objects.filter(first=other).values_list("post", flat=True)} == {
        other.pk,
        third.pk,
    }
    page = save_and_read(admin_client, first, story=other.slug)
    assert "1 other post that is like this one came with it." in page
    assert "moved alone" not in page
    assert StoryPost.objects.filter(first=other, post=second).exists()


@pytest.mark.parametrize(
    "nobody", ["https://example.com/posts/nobody/", "//", "?", "%00", "http://["]
)
def test_an_address_of_no_post_is_refused(admin_client, indexed, nobody):
    post = indexed()
    data = form_of(admin_client, post, "en") | {"story": nobody}
    page = admin_client.post(address(post), data, headers={"accept-language": "en"})
    assert page.context["adminform"].form.errors == {"story": ["There is no such post."]}


def test_the_preview_shows_what_stands_as_it_is_stored(admin_client, indexed):
    post = indexed(title=" 标题 ", body_html="<p>一</p>", original_url="//a_b/")
    data = form_of(admin_client, post, "en")
    url = reverse("admin:articles_post_preview", args=[post.pk])
    page = admin_client.post(url, data | {"digest": "新的摘要"}).content.decode()
    assert '<div class="body" lang="zh-Hans"><p>一</p></div>' in page
    assert "新的摘要" in page


TERMS = {
    "of a source": (Source, {"name": " 甲\u00a0 ", "slug": "../x "}),
    "of a source of two lines": (Source, {"name": "甲\r\n乙", "slug": ""}),
    "of a category": (Category, {"name": " 甲\n", "slug": "."}),
    "of a category without a name": (Category, {"name": "", "slug": "x"}),
    "of a tag": (Tag, {"name": "甲" * 900, "slug": "\x01"}),
    "of a security": (Security, {"market": 12345, "code": "a/b", "kind": "fund", "name": " 基\n"}),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("model", "values"), TERMS.values(), ids=TERMS)
class TestFormsOfTerms:
    def test_one_saved_as_it_was_shown_stays_as_it_is(self, admin_client, model, values, language):
        term = model.objects.create(**values)
        before = state(term)
        save(admin_client, term, form_of(admin_client, term, language), language)
        assert state(term) == before

    def test_of_one_that_alone_changes_which_was_changed(
        self, admin_client, model, values, language
    ):
        term = model.objects.create(**values)
        before = model.objects.values().get()
        data = form_of(admin_client, term, language)
        save(admin_client, term, data | {"name": "别的"}, language)
        follows = {"names", "pinyin", "is_name_fixed", "stated_name", "stated_at"}
        after = model.objects.values().get()
        changed = {key for key in after if after[key] != before[key]}
        assert changed == {"name", "full_pinyin", *(follows if model is Security else ())}
