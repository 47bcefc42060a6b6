import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from articles.editing.posts import change
from articles.models import LEAD, UPDATED, PageKey, Post

pytestmark = pytest.mark.django_db


def test_a_post_was_updated_when_it_was_published_until_somebody_edits_it(make_post):
    now = timezone.now()
    imported, edited = make_post("2022-03-04 09:30"), make_post(edited_at=now)
    assert imported.updated_at == imported.published_at
    assert edited.updated_at == now
    ahead = make_post("2999-01-01 00:00", edited_at=now)
    assert ahead.updated_at == ahead.published_at
    for post in (imported, edited, ahead):
        assert Post.objects.values_list(UPDATED).get(pk=post.pk) == (post.updated_at,)


def titles(posts):
    return [post.title for post in posts]


class TestPublished:
    def test_drafts_hidden_posts_and_those_of_the_future_are_not_shown(self, make_post):
        make_post(title="已发布")
        make_post(title="草稿", status="draft")
        make_post(title="隐藏", status="hidden")
        tomorrow = timezone.now() + dt.timedelta(days=1)
        make_post(f"{tomorrow:%Y-%m-%d %H:%M}", title="未来")
        assert titles(Post.objects.published()) == ["已发布"]

    def test_hidden_posts_are_known_to_have_been_there(self, make_post):
        make_post(title="草稿", status="draft")
        make_post(title="隐藏", status="hidden")
        assert titles(Post.objects.published_or_hidden()) == ["隐藏"]


class TestDays:
    def test_a_day_is_from_midnight_to_midnight_in_shanghai(self, make_post):
        make_post("2022-03-03 23:59", title="前一天")
        make_post("2022-03-04 00:00", title="零点")
        make_post("2022-03-04 23:59", title="深夜")
        make_post("2022-03-05 00:00", title="后一天")
        day = dt.date(2022, 3, 4)
        posts = Post.objects.published_between(day, day).newest_first()
        assert titles(posts) == ["深夜", "零点"]


class TestFlashes:
    def test_the_newest_are_found_in_an_index_of_flashes(self, make_post):
        make_post(body_text="短")
        for _ in range(20):
            make_post(body_text="长" * 200)
        newest = Post.objects.published().flashes().newest_first()[:1]
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE articles_post")
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        assert "post_newest_flash" in newest.explain()


class TestPage:
    @pytest.fixture
    def posts(self, make_post):
        """Seven posts, of which three have the same time."""
        minutes = ["09:30", "09:31", "09:32", "09:32", "09:32", "09:33", "09:34"]
        for number, minute in enumerate(minutes):
            make_post(f"2022-03-04 {minute}", title=str(number))
        return Post.objects.all()

    def test_pages_follow_each_other_without_gap_or_overlap(self, posts):
        seen, before = [], None
        while True:
            page = posts.page(size=2, before=before)
            seen += titles(page.posts)
            if page.older is None:
                break
            before = page.older
        assert seen == ["6", "5", "4", "3", "2", "1", "0"]

    def test_and_back_again(self, posts):
        last = posts.page(size=2, before=PageKey.of(posts.get(title="2")))
        assert titles(last.posts) == ["1", "0"]
        newer = posts.page(size=2, after=last.newer)
        assert titles(newer.posts) == ["3", "2"]
        newest = posts.page(size=2, after=posts.page(size=2, after=newer.newer).newer)
        assert titles(newest.posts) == ["6"]
        assert newest.newer is None
        assert newest.older is not None

    def test_one_page_has_no_neighbours(self, posts):
        page = posts.page(size=7)
        assert (page.newer, page.older) == (None, None)

    def test_an_empty_archive_has_one_empty_page(self):
        assert Post.objects.page(size=2) == ([], None, None)

    def test_a_page_is_one_query(self, posts, django_assert_num_queries):
        with django_assert_num_queries(1):
            posts.page(size=2)


class TestPageKey:
    def test_a_key_is_read_as_it_was_written(self, make_post):
        key = PageKey.of(make_post("2022-03-04 09:30:00.123456"))
        assert PageKey.parse(str(key)) == key

    @pytest.mark.parametrize(
        "text", ["", "-", "1", "1-", "x-1", "1-x", "9" * 40 + "-1", "1-" + "9" * 40]
    )
    def test_anything_else_is_no_key(self, text):
        assert PageKey.parse(text) is None


class TestListings:
    def test_bodies_are_not_loaded(self, make_post):
        make_post()
        assert {"body_html", "body_text"} <= Post.objects.for_listing().get().get_deferred_fields()
        assert "body_html" in Post.objects.for_headline().get().get_deferred_fields()

    def test_an_entry_has_the_first_words_of_the_body(self, make_post):
        make_post(body_text="长" * 500)
        assert Post.objects.for_listing().get().lead == "长" * LEAD


class TestNeighbours:
    def test_posts_are_newer_or_older_than_a_place(self, make_post):
        first, place, last = (
            make_post(f"2022-03-0{day} 09:30", title=str(day)) for day in (1, 2, 3)
        )
        key = PageKey.of(place)
        assert list(Post.objects.older_than(key)) == [first]
        assert list(Post.objects.newer_than(key)) == [last]


def test_the_last_editor_is_who_made_the_newest_record(make_post, django_user_model):
    post, untouched = make_post(), make_post()
    for name in ("wang", "li"):
        user = django_user_model.objects.create_user(name)
        change(post, {"title": name}, by=user)
    editors = dict(Post.objects.with_last_editor().values_list("pk", "last_editor"))
    assert editors == {post.pk: "li", untouched.pk: None}
