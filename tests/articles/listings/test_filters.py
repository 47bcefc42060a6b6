import pytest
from django.http import QueryDict

from articles.listings.filters import PostFilter
from articles.models import Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts(make_post):
    make_post("2022-03-03 10:00", title="一", source="财联社", categories=["emnews"], tags=["要闻"])
    make_post(
        "2022-03-04 10:00",
        title="二",
        source="新华社",
        categories=["emnews", "Tech Web"],
        securities=[("1.600519", "贵州茅台")],
    )
    make_post("2022-03-05 10:00", title="三", source="新华社", categories=["xinhuashe"])


def filtered(query):
    return PostFilter(QueryDict(query))


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", "三二一"),
        ("source=s-新华社", "三二"),
        ("category=emnews", "二一"),
        ("category=Tech+Web", "二"),
        ("tag=t-要闻", "一"),
        ("security=1.600519", "二"),
        ("from=2022-03-04", "三二"),
        ("to=2022-03-04", "二一"),
        ("from=2022-03-04&to=2022-03-04", "二"),
        ("source=s-新华社&category=emnews", "二"),
        ("unknown=1", "三二一"),
    ],
)
def test_filters_narrow_and_combine(posts, query, titles):
    found = filtered(query).scope().filter(Post.objects.newest_first())
    assert "".join(post.title for post in found) == titles


@pytest.mark.parametrize(
    "query",
    [
        "source=nobody",
        "category=EMNEWS",
        "tag=x",
        "security=600519",
        "security=1.999999",
        "security=99999999999.1",
        "security=٣.1",
        "security=.",
        "from=2022-13-45",
        "to=yesterday",
        "source=%00",
    ],
)
def test_what_makes_no_sense_has_no_scope_and_says_so(posts, query):
    filters = filtered(query)
    assert filters.scope() is None
    name = query.partition("=")[0]
    assert filters.form.errors[name]


def test_each_filter_in_force_can_be_removed_alone_and_drops_the_page(posts):
    filters = filtered("source=s-新华社&from=2022-03-04&before=1-1")
    assert [(str(label), str(value), rest) for label, value, rest in filters.chips()] == [
        ("来源", "新华社", "from=2022-03-04"),
        ("起始日", "2022-03-04", "source=s-%E6%96%B0%E5%8D%8E%E7%A4%BE"),
    ]
