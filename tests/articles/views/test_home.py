import pytest

pytestmark = pytest.mark.django_db


def test_the_newest_posts_and_the_categories_are_there(client, make_post):
    make_post(title="最新一篇", categories=["emnews"])
    make_post(title="撤下的", status="hidden")
    response = client.get("/")
    assert [post.title for post in response.context["posts"]] == ["最新一篇"]
    assert "撤下的" not in response.content.decode()


def test_an_empty_archive_says_so(client):
    assert "这里还没有文章" in client.get("/").content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_cost_is_four_queries_however_many_posts(
    client, make_post, django_assert_num_queries, count
):
    for number in range(count):
        make_post(categories=[f"c{number % 8}", "emnews"], tags=["要闻"])
    # posts, their categories; the busiest categories, their newest posts
    with django_assert_num_queries(4):
        client.get("/")
