from urllib.parse import urlencode

import pytest
from django.urls import reverse

from articles.models import Source, Tag

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def posts(indexed):
    indexed("2022-03-01", title="新能源车下乡", source="财联社", tags=["要闻"])
    indexed("2022-04-01", title="新能源股走强", source="财联社")
    indexed("2022-03-02", title="财联社称新能源走强", source="证券时报网", tags=["要闻"])
    indexed("2022-03-03", title="券商评级", source="上海证券报·中国证券网")


def media(client, **parameters):
    listing = client.get(reverse("posts"), parameters).context["listing"]
    return {str(one.source): (one.query, one.found.posts) for one in listing.media}


def posts_of(client, query):
    return [one.title for one in client.get(f"{reverse('posts')}?{query}").context["listing"].posts]


def test_a_medium_among_words_leads_to_what_it_wrote_of_the_rest(client):
    [(query, count)] = media(client, q="财联社 新能源 2022年3月").values()
    assert posts_of(client, query) == ["新能源车下乡"]
    assert count == 1


def test_a_medium_alone_leads_to_all_that_it_wrote(client):
    [(query, count)] = media(client, q="财联社").values()
    assert query == urlencode({"source": Source.objects.get(name="财联社").slug})
    assert count == 2


def test_filters_are_kept(client):
    [(query, count)] = media(client, q="财联社 新能源", tag=Tag.objects.get().slug).values()
    assert posts_of(client, query) == ["新能源车下乡"]
    assert count == 1


@pytest.mark.parametrize("word", ["证券时报", "上海证券报"])
def test_a_medium_is_called_without_its_end(client, word):
    [name] = media(client, q=word)
    assert name.startswith(word)


@pytest.mark.parametrize(
    "query",
    [
        "新能源",
        '"财联社" 新能源',
        "-财联社 新能源",
        "财联社 | 新能源",
        "来源：财联社",
        "财联社 评级",
    ],
)
def test_nothing_else_is_a_medium(client, query):
    assert not media(client, q=query)


def test_posts_of_a_medium_are_not_narrowed_to_one(client):
    slug = Source.objects.get(name="证券时报网").slug
    assert not media(client, q="财联社", source=slug)
    listing = client.get(reverse("source", args=[slug]), {"q": "财联社"}).context["listing"]
    assert listing.posts
    assert not listing.media
