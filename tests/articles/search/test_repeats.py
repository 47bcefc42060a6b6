import pytest

from articles.models import Facet
from articles.search.kept_names import all_names
from articles.search.repeats import FEWEST

pytestmark = pytest.mark.django_db
MEDIA = ["甲报", "乙报"]


def channel(_number, medium):
    """The address of the category that has the posts of a medium."""
    return [f"c{MEDIA.index(medium)}"]


@pytest.fixture
def publish(make_post, index):
    """Publish posts of two media in turn, with what is made of the number and medium of each."""

    def publish(posts, categories, tags):
        index(
            make_post(
                f"2022-03-04 09:{number % 60:02}",
                source=medium,
                categories=categories(number, medium),
                tags=tags(number, medium),
            )
            for number in range(posts)
            for medium in [MEDIA[number % 2]]
        )

    return publish


def test_categories_and_tags_of_the_media_are_whatever_they_are_called(publish):
    publish(FEWEST, channel, lambda _, medium: [f"{medium[0]}频道"])
    assert all_names().repeated == {Facet.CATEGORY, Facet.TAG}


def test_tags_may_repeat_categories_that_media_share(publish):
    publish(FEWEST, lambda number, _: [f"c{number // 10}"], lambda number, _: [f"{number // 10}"])
    assert all_names().repeated == {Facet.TAG}


def test_a_few_other_posts_make_no_difference(publish):
    publish(
        FEWEST * 2,
        lambda number, medium: ["other"] if number < 4 else channel(number, medium),
        lambda number, _: [f"{number // 20}"],
    )
    assert all_names().repeated == {Facet.CATEGORY}


def test_equal_names_and_counts_alone_do_not_tell(publish):
    publish(FEWEST, lambda number, _: [f"c{number % 5}"], lambda number, _: [MEDIA[number // 25]])
    assert all_names().repeated == frozenset()


def test_a_few_posts_tell_nothing(publish):
    publish(FEWEST - 1, channel, lambda _, medium: [medium])
    assert all_names().repeated == frozenset()


def publish_in_channels(make_post, index, channels_of):
    """Posts of twelve media: of each five in its channels, and three in one for all media."""
    index(
        make_post(
            f"2022-03-04 {medium:02}:{number:02}",
            source=f"medium {medium}",
            categories=["rolling"] if number < 3 else channels_of(medium, number),
        )
        for medium in range(12)
        for number in range(8)
    )


def test_channels_of_the_media_beside_one_of_all_are_the_media(make_post, index):
    publish_in_channels(make_post, index, lambda medium, _: [f"c{medium}"])
    assert all_names().repeated == {Facet.CATEGORY}


def test_channels_within_the_media_tell_more(make_post, index):
    publish_in_channels(make_post, index, lambda medium, number: [f"c{medium} {number % 2}"])
    assert all_names().repeated == frozenset()
