"""Never the whole archive, whatever an editor opens: two dozen queries at most, and none that reads
all posts, or all that is joined with them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import reindexing
from articles.models import (
    Category,
    Post,
    Security,
    Source,
    Tag,
)
from tests.databases import connected_to, copied_database

pytestmark = pytest.mark.django_db

LARGE = [
    f"articles_{table}"
    for table in (
        "post",
        "searchentry",
        "unpublishedentry",
        "document",
        "postcategory",
        "posttag",
        "mention",
    )
]
QUERIES = 25


@pytest.fixture(scope="module")
def loaded(loaded, django_db_blocker):
    """With posts in every state."""
    with (
        django_db_blocker.unblock(),
        copied_database("in_every_state") as name,
        connected_to(name),
    ):
        put_in_every_state()
        yield


def put_in_every_state():
    ids = list(Post.objects.values_list("pk", flat=True))
    Post.objects.filter(pk__in=ids[::50]).update(status="draft")
    Post.objects.filter(pk__in=ids[1::50]).update(status="hidden")
    Post.objects.filter(pk__in=ids[2::50]).update(hand_edited=["title"])
    Post.objects.filter(pk__in=ids[3::50]).update(source=None)
    reindexing.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def first(model):
    return model.objects.most_used_first()[20].pk


LIST = "articles_post_changelist"
PAGES = {
    "index": lambda: reverse("admin:index"),
    "list": lambda: reverse(f"admin:{LIST}"),
    "later page": lambda: reverse(f"admin:{LIST}") + "?p=6",
    "oldest first": lambda: reverse(f"admin:{LIST}") + "?o=1",
    "edited by hand": lambda: reverse(f"admin:{LIST}") + "?edited=yes",
    "needs attention": lambda: reverse(f"admin:{LIST}") + "?attention=yes",
    "source": lambda: reverse(f"admin:{LIST}") + f"?source={first(Source)}",
    "category": lambda: reverse(f"admin:{LIST}") + f"?category={Category.objects.first().pk}",
    "tag": lambda: reverse(f"admin:{LIST}") + f"?tag={Tag.objects.first().pk}",
    "security": lambda: reverse(f"admin:{LIST}") + f"?security={first(Security)}",
    "day": lambda: reverse(f"admin:{LIST}") + "?since=2022-03-04&until=2022-03-04",
    "everything": lambda: (
        reverse(f"admin:{LIST}")
        + f"?q=公司&source={first(Source)}&category={Category.objects.first().pk}"
        + f"&tag={Tag.objects.first().pk}&security={first(Security)}&since=2020-01-01"
        + "&state=hidden&edited=yes&attention=yes"
    ),
    "form": lambda: reverse("admin:articles_post_change", args=[Post.objects.first().pk]),
    "add": lambda: reverse("admin:articles_post_add"),
    "documents": lambda: reverse("admin:articles_document_changelist"),
    "guide": lambda: reverse("guide"),
}
PAGES |= {
    f"state {state}": lambda state=state: reverse(f"admin:{LIST}") + f"?state={state}"
    for state in ("draft", "scheduled", "published", "hidden")
}
PAGES |= {
    f"search {query}": lambda query=query: reverse(f"admin:{LIST}") + f"?q={query}"
    for query in ("公司", "沪惠保", "公司 -公告", "title:公司", "date:2022-03")
}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_reads_a_whole_table(loaded, client_of, page):
    client = client_of("Administrator")
    address = PAGES[page]()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code in (200, 403), page  # 403: nobody adds posts here
    assert len(captured) <= QUERIES, [query["sql"] for query in captured]
    for query in captured:
        lines = plan_of(query["sql"])
        for line in () if counts_up_to_its_limit(lines) else lines:
            assert not reads_whole(line), f"{line}\n{query['sql']}"


def plan_of(sql):
    if not sql.lstrip().startswith(("SELECT", "WITH")) or "set_config" in sql or "bucket" in sql:
        return []  # how search asks its own tables is pinned by its own tests
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (COSTS OFF) " + sql.replace("%", "%%"))
        return [line for (line,) in cursor]


def counts_up_to_its_limit(lines):
    """Whether a plan ends at the number of rows to which a list counts, having sorted none: that
    is more than the posts here, and few in a large archive."""
    nodes = [line.replace("->", "").split()[0] for line in lines]
    return nodes[:2] == ["Aggregate", "Limit"] and "Sort" not in nodes


def reads_whole(line):
    return "Seq Scan on" in line and line.partition("Seq Scan on ")[2].split()[0] in LARGE
