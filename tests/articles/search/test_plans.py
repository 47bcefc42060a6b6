"""Never the whole table, whatever is asked: the index on tokens, bucket by bucket."""

import pytest

from articles import changes
from articles.models import Post
from articles.search import engine, index
from articles.search.matching import Contents, lookup_of, matching
from articles.search.query import MAX_ALTERNATIVES
from tests.articles.search.finding import planned
from tests.plans import nodes

pytestmark = pytest.mark.django_db

MANY = "|".join(
    "茅台酒涨停上海证券报的一是在不了有和人这中大为上个国我以要他时来用们到作地于出就分"
)
QUERIES = [
    "", "公司", "的", "沪惠保", "贵州茅台", "600519", "公司 增长", "公司|茅台", "公司 -公告",
    "-公司", "-贵州", "公司 -贵州茅台", "title:公司", "title:公司 | 茅台", "source:财联社",
    "来源:社", "date:2022-03", "date:2022-03 | date:2022-05", "绝无此词",
    "-title:公司 -source:财联社", MANY, f"公司|公告 {MANY}", f"{MANY} -公司 贵州茅台",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("columns", ["post_id, published_at", "facets"])
def test_the_table_is_read_through_its_index(loaded, query, columns):
    limit = 41 if "published_at" in columns else engine.COUNT_LIMIT + 1
    with engine.searching() as search:
        sql, params = matching(planned(query), search.contents, columns, limit)
        search.cursor.execute(f"EXPLAIN (COSTS OFF) {sql}", params)
        lines = [line.strip() for (line,) in search.cursor]
    scans = [line for line in lines if "articles_searchentry" in line]
    assert scans
    assert all("Bitmap Heap Scan" in line for line in scans), lines
    assert "Seq Scan" not in str(lines)
    indexes = [line for line in lines if "Bitmap Index Scan" in line]
    assert all("searchentry_tokens" in line for line in indexes), lines
    assert "BitmapAnd" not in str(lines)  # each scan is of a bucket, and none of all the archive
    # The order of the walk is the order of the result: buckets are the outer side of a loop.
    loop = next(number for number, line in enumerate(lines) if "Nested Loop" in line)
    assert "Function Scan on unnest bucket" in lines[loop + 1] or "bucket" in lines[loop + 1]


@pytest.mark.parametrize(
    ("query", "reads_text"),
    [
        ("净利润", False),
        ("股份有限公司 -净利润", False),
        ("净利润 | 子公司", False),
        ("“有限公司”", False),
        ("沪惠保", True),
        (MANY, False),
        (f"公司|公告 {MANY}", False),
        (f"{MANY}|沪惠保", True),
    ],
)
def test_no_text_is_read_for_frequent_words(query, reads_text):
    sql, _ = matching(planned(query), Contents({202203: 1}, has_words=True), "post_id", 50)
    assert ("strpos" in sql) == reads_text


@pytest.mark.parametrize("field", ["", "title:"])
@pytest.mark.parametrize("sizes", [(110,), (55, 55), (2, 2, 2, 2, 2, 50), (5, 6, 20), (32, 33)])
def test_many_alternatives_are_a_bounded_number_of_probes_and_of_checks(field, sizes):
    words = iter(map(chr, range(0xAC00, 0xAC00 + sum(sizes))))
    query = " ".join(f"{field}({'|'.join(next(words) for _ in range(size))})" for size in sizes)
    lookup = lookup_of(planned(query), index.TABLE, has_words=True)
    probes = len(lookup.conjunctions) * (1 + sum(map(len, lookup.overlaps)))
    assert probes <= 1 + MAX_ALTERNATIVES
    assert sum(len(params) for _, params in lookup.cheap) <= MAX_ALTERNATIVES


def test_as_many_alternatives_as_a_query_may_have_are_each_asked_for_by_all_their_tokens():
    query = "|".join(f"公{number}" for number in range(10, 10 + MAX_ALTERNATIVES))
    lookup = lookup_of(planned(query), index.TABLE, has_words=True)
    assert len(lookup.conjunctions) == MAX_ALTERNATIVES
    assert not lookup.overlaps


def test_many_alternatives_are_asked_for_by_their_characters_and_not_by_frequent_digits():
    query = f"({'|'.join(f'公{number}' for number in range(10, 60))}) (沪惠保|茅台)"
    lookup = lookup_of(planned(query), index.TABLE, has_words=True)
    pairs = {min(planned(f"公{number}").groups[0][0].tokens) for number in range(1, 6)}
    assert {*lookup.overlaps[0]} == pairs


@pytest.mark.parametrize(
    ("query", "subtracts"),
    [("-公司", False), ("-公司 -的 茅台", False), ("净利润 -公告", False), ("公司 -沪惠保", True)],
)
def test_those_without_a_ubiquitous_word_are_asked_for(query, subtracts):
    """And not found among all the others."""
    sql, _ = matching(planned(query), Contents({202203: 1}, has_words=True), "post_id", 50)
    assert ("NOT IN" in sql) == subtracts


def test_the_unpublished_are_read_through_their_index(loaded):
    ids = list(Post.objects.values_list("pk", flat=True)[:2000])
    Post.objects.filter(pk__in=ids).update(status="hidden")
    changes.posts_changed(ids)
    for query in ("", "公司", "公司 -公告", "绝无此词", "source:财联社"):
        with engine.searching() as search:
            sql, params = matching(
                planned(query), search.contents, "post_id", 50, table=index.UNPUBLISHED
            )
            search.cursor.execute(f"EXPLAIN (COSTS OFF) {sql}", params)
            plan = "\n".join(line.strip() for (line,) in search.cursor)
        assert "Seq Scan" not in plan, query
        assert "Bitmap Index Scan on unpublishedentry_tokens" in plan, query


def test_the_walk_ends_when_the_page_is_full(loaded):
    with engine.searching() as search:
        sql, params = matching(planned("公司"), search.contents, "post_id", 5)
        search.cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        explained = search.cursor.fetchone()[0][0]["Plan"]
    loops = [node["Actual Loops"] for node in nodes(explained) if node["Node Type"] == "Sort"]
    assert loops == [1]


def test_a_long_text_is_fetched_once_for_all_alternatives(indexed):
    letters = "".join(map(chr, range(0xAC00, 0xAC00 + 22)))
    pairs = "，".join(letters[at : at + 2] for at in range(21))
    filler = "".join(map(chr, range(0xB000, 0xB000 + 4_000)))
    indexed(title="长文", source=None, body_text=pairs + filler)

    def buffers(words):
        with engine.searching() as search:
            sql, params = matching(planned("|".join(words)), search.contents, "post_id", 5)
            search.cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            plan = search.cursor.fetchone()[0][0]["Plan"]
        scans = [one for one in nodes(plan) if one["Node Type"] == "Bitmap Heap Scan"]
        assert sum(one["Actual Rows"] for one in scans)
        assert not plan["Actual Rows"]
        return plan["Shared Hit Blocks"] - sum(one["Shared Hit Blocks"] for one in scans)

    rare = [letters[at : at + 3] for at in range(20)]
    assert buffers(rare) < 2 * buffers(rare[:1])


def test_of_several_clauses_few_are_multiplied_out():
    """Each of the products asks for the tokens of all of them, and finds little."""
    query = " ".join(f"(公{number}|公{number + 10})" for number in range(10, 16))
    lookup = lookup_of(planned(query), index.TABLE, has_words=True)
    assert len(lookup.conjunctions) == 1
    assert len(lookup.overlaps) == 6
