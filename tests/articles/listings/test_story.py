import pytest

from articles import changes
from articles.listings.story import tellings_of
from articles.models import Post

pytestmark = pytest.mark.django_db

TEXT = "沪惠保三期今日上线，保费129元，不限年龄和职业。"
MORE = "由九家保险公司共保，上海市民可为父母子女投保。"


@pytest.fixture
def story(indexed):
    fields = {"title": "沪惠保三期今日上线 保费129元", "digest": "", "story": ""}
    texts = [TEXT + MORE, TEXT, TEXT + MORE]
    return [
        indexed(f"2022-03-01 {9 + hour:02}:00", body_html=text, body_text=text, **fields)
        for hour, text in enumerate(texts)
    ]


def test_a_story_is_told_from_the_first_post_on(story, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = tellings_of(story[1])
        assert [str(telling.post.source) for telling in found] == ["财联社"] * 3
    assert [telling.post for telling in found] == story
    assert [telling.is_first for telling in found] == [True, False, False]
    assert [telling.is_this for telling in found] == [False, True, False]
    assert [telling.is_copy for telling in found] == [False, False, True]


def test_each_says_what_it_adds_to_the_post_of_the_page(story):
    first, this, _ = tellings_of(story[1])
    assert first.difference == ([MORE], [])
    assert this.difference == ([], [])
    assert tellings_of(story[0])[1].difference == ([], [MORE])


def test_a_post_that_nobody_else_tells_has_no_story(indexed):
    assert tellings_of(indexed()) == []


def test_readers_see_no_hidden_telling(story):
    Post.objects.filter(pk__in=[story[1].pk, story[2].pk]).update(status="hidden")
    changes.posts_changed([story[1].pk, story[2].pk])
    assert tellings_of(story[0]) == []


def test_the_page_of_a_post_has_its_story(story, client):
    page = client.get(story[1].get_absolute_url()).content.decode()
    assert story[0].get_absolute_url() in page
    assert MORE in page
