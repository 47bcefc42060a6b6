import pytest

from articles.listings.post_page import page_of, preview_of
from articles.models import Category, Post
from articles.search.repeats import FEWEST

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(make_post):
    return make_post(
        categories=["b", "a"],
        tags=["乙", "甲"],
        securities=[("1.600519", "茅台")],
        body_text="字" * 2000,
    )


def test_terms_are_shown_in_the_order_of_the_post(post):
    page = page_of(post)
    assert [category.slug for category in page.categories] == ["b", "a"]
    assert page.category.slug == "b"
    assert [tag.name for tag in page.tags] == ["乙", "甲"]
    assert [security.symbol for security in page.securities] == ["1.600519"]


def test_a_medium_that_is_also_a_category_is_shown_once(make_post):
    post = make_post(source="财联社", categories=["cailianshe", "finance"])
    Category.objects.filter(slug="cailianshe").update(name="财联社")
    page = page_of(post)
    assert [category.slug for category in page.channels] == ["finance"]
    assert page.category.slug == "cailianshe"  # in which the neighbours are


def test_kinds_of_term_that_repeat_another_are_not_shown(make_post, index):
    terms = {"source": "甲报", "categories": ["c"], "tags": ["甲报新闻"]}
    [*_, post] = index(make_post(**terms) for _ in range(FEWEST))
    page = page_of(post)
    assert (page.channels, page.labels) == ([], ())
    assert [one.slug for one in page.categories] == ["c"]


def test_a_long_post_says_how_many_minutes_it_takes_to_read(post, make_post):
    assert page_of(post).minutes == 5
    assert page_of(make_post(body_text="短")).minutes == 0


def test_a_preview_shows_what_is_stored(post):
    preview = preview_of(post)
    assert preview.is_preview
    assert [tag.name for tag in preview.tags] == ["乙", "甲"]


def test_a_preview_shows_terms_that_are_not_saved(post):
    other = Category.objects.create(slug="c", name="丙")
    preview = preview_of(post, {"categories": [other], "tags": [], "securities": []})
    assert (preview.categories, preview.tags) == ([other], [])
    assert Post.objects.get().categories.count() == 2
