"""What is kept of each day, and forgotten by whatever changes what it told."""

import datetime as dt

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from articles import changes
from articles.models import DayTold, Mention, Post
from articles.search.days_told import days_told, keep_days, wrong_days

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2022, 3, 1), dt.date(2022, 3, 5)
INSURER = ("1.601318", "中国平安")


@pytest.fixture
def posts(make_post):
    """Two posts of each of three days; those of the first two days are of one story each."""
    made = [
        make_post(f"2022-03-0{day} {hour}", title=f"第{day}天", securities=[INSURER], story=story)
        for day, hour, story in [
            (1, "07:00", "a"), (1, "08:00", "a"), (2, "07:00", "b"), (2, "08:00", "b"),
            (4, "07:00", Post.STANDS_ALONE), (4, "08:00", Post.STANDS_ALONE),
        ]
    ]  # fmt: skip
    changes.posts_changed([post.pk for post in made])
    assert keep_days(2) == 2, "the newest first"
    assert keep_days(9) == 1
    return made


def changed(post, **values):
    Post.objects.filter(pk=post.pk).update(**values)
    changes.posts_changed([post.pk])


def unnamed(post):
    Mention.objects.filter(post=post).delete()
    changes.mentions_changed([post.pk])


def read():
    return {
        day.day: (told.titles, told.posts.tolist(), told.securities.tolist())
        for day, told in days_told(FIRST, LAST).items()
    }


@pytest.mark.parametrize(
    ("change", "forgotten"),
    [
        (lambda one: changed(one, title="改"), {1}),
        (lambda one: changed(one, status="hidden"), {1}),
        (lambda one: changed(one, published_at=one.published_at + dt.timedelta(3)), {1, 4}),
        (lambda one: changed(one, published_at=timezone.now() + dt.timedelta(9)), {1}),
        (lambda one: changed(one, story="b"), {1, 2}),
        (lambda one: changes.deleting_posts([one.pk]), {1}),
        (unnamed, {1}),
    ],
)
def test_what_changes_a_day_forgets_it(posts, change, forgotten):
    before = {day.day for day in days_told(FIRST, LAST)}
    change(posts[0])
    assert before - {dt.date.fromordinal(row.key).day for row in DayTold.objects.all()} == forgotten
    assert [*wrong_days()] == []
    made = read()
    keep_days(9)
    assert read() == made


def test_without_what_is_kept_it_is_the_same(posts):
    kept = read()
    assert [*kept] == [1, 2, 4]
    DayTold.objects.all().delete()
    assert read() == kept


def test_only_the_newest_days_are_read_that_have_enough_stories(posts):
    assert [[day.day for day in days_told(FIRST, LAST, most)] for most in (1, 2, 3, 4)] == [
        [4], [4], [2, 4], [1, 2, 4]
    ]  # fmt: skip
    assert [day.day for day in days_told(FIRST, dt.date(2022, 3, 4), 1)] == [2, 4]


def test_a_day_with_posts_unknown_to_the_counts_is_read_anew(posts):
    DayTold.objects.update(titles="")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_daytold SET entries = 3")
    assert read()[1][0] == "第1天\n第1天"


def test_today_is_not_kept(posts, indexed):
    indexed(timezone.localtime().isoformat())
    assert keep_days(9) == 0
    assert len(days_told(FIRST, timezone.localdate())) == 4


@pytest.mark.django_db(transaction=True)
def test_while_somebody_changes_posts_nothing_is_kept(make_post):
    changes.posts_changed([make_post().pk])
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("UPDATE articles_edition SET number = number + 1")
        assert keep_days(9) == 0
    assert keep_days(9) == 1
