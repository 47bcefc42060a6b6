"""A list shows each story once, wherever its pages begin."""

import random
from dataclasses import replace

import pytest
from django.http import QueryDict

from articles.listings.answering import answer, newest_of_busiest
from articles.listings.request import Detail, ListingRequest
from articles.models import Post, PostCategory, StoryPost
from articles.search import index

pytestmark = pytest.mark.django_db

WORDS = ["减持", "停产", "回购"]


@pytest.fixture
def posts(make_post):
    """Forty posts of two days, among them stories of up to six posts, whose terms and words differ.
    One is hidden, and one is scheduled."""
    chance = random.Random(7)
    made = [
        make_post(
            f"2022-03-0{chance.choice('12')} {chance.randrange(24):02}:{number:02}",
            title=f"{chance.choice(WORDS)}{number}",
            source=chance.choice(["甲报", "乙报"]),
            categories=[chance.choice("xy")],
            body_text=chance.choice(WORDS) * chance.choice([1, 90]),
        )
        for number in range(40)
    ]
    Post.objects.filter(pk=made[0].pk).update(status="hidden")
    to_come = {"published_at": "2922-01-01T00:00Z"}
    Post.objects.filter(pk=made[1].pk).update(**to_come)
    PostCategory.objects.filter(post=made[1]).update(**to_come)
    index.update([post.pk for post in made])  # and no stories: those are written below
    rest = made[1:]
    while rest:
        size = chance.choice([1, 2, 5, 6])
        told, rest = rest[:size], rest[size:]
        chance.shuffle(told)  # an editor may have said which is the first
        StoryPost.objects.bulk_create(
            StoryPost(post=post, first=told[0], place=place, is_copy=False)
            for place, post in enumerate(told)
            if len(told) > 1
        )
    return made


def listing(query, size=100, detail=Detail.PAGE, **place):
    request = ListingRequest.read(QueryDict(query), detail=detail)
    return answer(replace(request, size=size, **place))


def folded(posts):
    """Those posts that come first in their stories."""
    told = StoryPost.objects.in_bulk([post.pk for post in posts])
    first = {}
    for one in sorted(told.values(), key=lambda one: one.place):
        first.setdefault(one.first_id, one.post_id)
    return [one for one in posts if one.pk not in told or one.pk in first.values()]


QUERIES = [
    "",
    "category=x",
    "source=甲报&category=y",
    "category=x&category=y",
    "from=2022-03-01&to=2022-03-01",
    "q=减持",
    "q=减持 OR 停产",
    "q=-减持",
    "q=title:减持 -停产",
    "q=减持&source=乙报",
    "q=date:2022-03-02",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_list_has_the_first_of_each_story_that_it_would_have(posts, query):
    every = listing(f"{query}&stories=off")
    found = listing(query)
    wanted = folded(every.posts)
    assert 0 < len(wanted) < len(every.posts)
    assert found.posts == wanted
    assert listing(f"{query}&stories=on", detail=Detail.WHOLE).posts == wanted
    assert listing(query, detail=Detail.WHOLE).posts == every.posts
    assert found.summary.count == every.summary.count == len(every.posts)
    # What the whole archive leaves out is stored, and the scheduled post may be among that.
    assert found.summary.stories == (len(wanted) if query else None)
    assert found.summary.values == every.summary.values


@pytest.mark.parametrize("query", QUERIES)
def test_pages_have_every_story_once_in_both_directions(posts, query):
    wanted = listing(query).posts
    pages = [listing(query, size=4)]
    while pages[-1].older:
        pages.append(listing(query, size=4, before=pages[-1].older))
    assert [post for page in pages for post in page.posts] == wanted
    back = [pages[-1]]
    while back[-1].newer:
        back.append(listing(query, size=4, after=back[-1].newer))
    assert [page.posts for page in back[1:]][::-1] == [page.posts for page in pages[:-1]]


def test_the_rest_of_a_story_is_beside_its_first_post(posts):
    entry = next(one for one in listing("q=减持").entries if len(one.also_told) == 5)
    told = StoryPost.objects.filter(first=entry.post.in_story.first).order_by("place")
    rest = [one.post for one in told.select_related("post__source") if one.post != entry.post]
    assert [one.slug for one in entry.also_told] == [post.slug for post in rest]
    assert [one.published_at for one in entry.also_told] == [post.published_at for post in rest]
    assert [one.source for one in entry.also_told] == [post.source.name for post in rest]
    assert entry.other_media == 1


def test_the_headlines_of_a_category_have_each_story_once(posts):
    wanted = {one: listing(f"category={one}").posts for one in "xy"}
    assert {str(one.subject): one.posts for one in newest_of_busiest(2, 100)} == wanted


def test_the_address_says_that_every_post_is_shown(posts, client):
    page = client.get("/posts/?category=x").content.decode()
    assert "另有 1 家媒体" in page
    assert "同一新闻只列一次" not in page
    every = client.get("/posts/?category=x&stories=off").content.decode()
    assert "另有" not in every
    assert "同一新闻只列一次" in every


def test_the_api_gives_each_story_once_where_asked(posts, client):
    def slugs(query):
        return [one["slug"] for one in client.get(f"/api/v1/posts?{query}").json()["posts"]]

    assert slugs("stories=on") == [post.slug for post in listing("").posts]
    assert slugs("") == [post.slug for post in listing("stories=off").posts]
