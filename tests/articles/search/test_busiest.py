import pytest

from articles.search.busiest import newest_of_busiest

pytestmark = pytest.mark.django_db


def test_the_busiest_categories_come_with_their_newest_posts_in_one_query(
    indexed, django_assert_num_queries
):
    for minute in range(4):
        indexed(f"2022-03-04 09:3{minute}", categories=["emnews"], title=f"快讯{minute}")
    indexed(categories=["emnews"], status="hidden")
    indexed(categories=["cailianshe"], title="文章")
    for _ in range(5):
        indexed("2999-01-01 00:00", categories=["later"])
    with django_assert_num_queries(1):
        found = newest_of_busiest(3, 3)
    assert [(category.slug, [post.title for post in posts]) for category, posts in found] == [
        ("emnews", ["快讯3", "快讯2", "快讯1"]),
        ("cailianshe", ["文章"]),
        ("later", []),
    ]
