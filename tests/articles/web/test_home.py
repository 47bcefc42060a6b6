import pytest

from articles.search.kept_names import all_names

pytestmark = pytest.mark.django_db


def test_the_newest_posts_and_the_categories_are_there(client, make_post):
    make_post(title="最新一篇", categories=["emnews"])
    make_post(title="撤下的", status="hidden")
    response = client.get("/")
    [(_, entries)] = response.context["days"]
    assert [entry.post.title for entry in entries] == ["最新一篇"]
    assert "撤下的" not in response.content.decode()


def test_an_empty_archive_says_so(client):
    assert "这里还没有文章" in client.get("/").content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_cost_is_five_queries_however_many_posts(
    client, make_post, django_assert_num_queries, count
):
    for number in range(count):
        make_post(categories=[f"c{number % 8}", "emnews"], tags=["要闻"])
    all_names()  # which every process keeps
    # the version; posts; the busiest categories with their newest posts; what the newest day and
    # those before told; securities
    with django_assert_num_queries(5):
        client.get("/")


def test_the_securities_that_the_last_days_name_most_are_there(client, indexed):
    indexed("2022-03-04 09:30", securities=[("1.600519", "贵州茅台"), ("0.000858", "五粮液")])
    indexed("2022-03-04 09:20", securities=[("1.600519", "贵州茅台"), ("0.000858", "五粮液")])
    indexed("2022-03-04 09:10", securities=[("0.002466", "天齐锂业")])
    indexed("2022-03-03 09:30", securities=[("1.600519", "贵州茅台")])
    indexed("2022-02-01 09:30", securities=[("0.000001", "平安银行")])
    mentioned = client.get("/").context["mentioned"]
    assert [(value.name, code, value.posts) for value, code in mentioned] == [
        ("贵州茅台", "600519", 3),
        ("五粮液", "000858", 2),  # what one post names is no news
    ]


def test_news_are_counted_from_the_newest_that_the_reader_has(client, indexed):
    first = indexed("2022-03-04 09:30")
    key = client.get("/").context["newest_key"]
    assert client.get(f"/news/?after={key}").json() == {"count": 0}
    indexed("2022-03-04 09:31")
    indexed("2022-03-04 09:31", status="hidden")
    indexed("2999-01-01 00:00")
    assert client.get(f"/news/?after={key}").json() == {"count": 1}
    assert client.get("/news/?after=nonsense").json() == {"count": 0}
    assert first.pk
