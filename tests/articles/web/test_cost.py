"""Pages ask the database as often as README says, and no question reads a table that grows with the
archive from end to end."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from articles import changes
from articles.models import Category, Post, Security, Source, Tag
from articles.search.kept_names import all_names
from tests.plans import nodes

pytestmark = pytest.mark.django_db

MOST = 8
MOST_OF = {  # searches that nothing matches as they are typed, one with a filter, and several
    "a search with a filter": 9,
    "a search that is cut": 10,
    "a search in pinyin": 13,
    "a search that finds nothing": 9,
    "a search of two words that finds nothing": 17,
    "not found, with words": 9,
    "a watchlist": 10,
    "the feed of a watchlist": 9,
    "changes": 21,  # of posts, and of terms of each kind
}
LARGE = {f"articles_{name}" for name in "post searchentry postcategory posttag mention".split()}
CONTROL = ("SAVEPOINT", "RELEASE")

PAGES = {
    "home": lambda post: "/",
    "news": lambda post: "/news/?after=1646357400000000-1",
    "all posts": lambda post: "/posts/",
    "older posts": lambda post: "/posts/?before=1655251200000000-1",
    "newer posts": lambda post: "/posts/?after=1655251200000000-1",
    "posts of a category": lambda post: f"/posts/?category={category().slug}",
    "posts of a category and a source": lambda post: (
        f"/posts/?category={category().slug}&source={Source.objects.most_used_first()[0].slug}"
    ),
    "posts of a time": lambda post: "/posts/?from=2022-03-01&to=2022-06-30",
    "a search": lambda post: "/posts/?q=公司",
    "a search, ranked": lambda post: "/posts/?q=公司&sort=relevance",
    "a search for a security": lambda post: "/posts/?q=宁德时代",
    "a search with a filter": lambda post: f"/posts/?q=宁德时代&category={category().slug}",
    "a search that is cut": lambda post: "/posts/?q=宁德时代公司",
    "a search in pinyin": lambda post: "/posts/?q=gzmt",
    "a search that finds nothing": lambda post: "/posts/?q=龘靐",
    "a search of two words that finds nothing": lambda post: "/posts/?q=龘靐 齉爩",
    "a category": lambda post: category().get_absolute_url(),
    "older posts of a category": lambda post: (
        f"{category().get_absolute_url()}?before=1655251200000000-1"
    ),
    "a source": lambda post: Source.objects.most_used_first()[0].get_absolute_url(),
    "a tag": lambda post: Tag.objects.most_used_first()[0].get_absolute_url(),
    "a security": lambda post: Security.objects.most_used_first()[0].get_absolute_url(),
    "a comparison": lambda post: f"/compare/?{compared()}",
    "figures of a comparison": lambda post: f"/compare/figures.csv?{compared()}",
    "trends": lambda post: "/trends/?q=公司&q=增长",
    "trends in stories": lambda post: "/trends/?q=公司&q=增长&stories=on",
    "figures of trends": lambda post: "/trends/figures.csv?q=公司&q=增长",
    "hot words of a day": lambda post: f"/hot/?on={post.published_at:%Y-%m-%d}",
    "hot words of a week": lambda post: f"/hot/?on={post.published_at:%Y-%m-%d}&by=week",
    "a watchlist": lambda post: f"/watch/?{watchlist()}",
    "the feed of a watchlist": lambda post: f"/watch/feed.xml?{watchlist()}",
    "a day": lambda post: f"/archive/{post.published_at:%Y/%m/%d}/",
    "flashes": lambda post: "/flash/",
    "flashes of a day": lambda post: f"/flash/{post.published_at:%Y/%m/%d}/",
    "news of flashes": lambda post: "/news/?after=1646357400000000-1&flashes=1",
    "a post": lambda post: post.get_absolute_url(),
    "the archive": lambda post: "/archive/",
    "a year": lambda post: f"/archive/{post.published_at:%Y}/",
    "a month": lambda post: f"/archive/{post.published_at:%Y/%m}/",
    "sources": lambda post: "/sources/",
    "categories": lambda post: "/categories/?sort=pinyin",
    "tags": lambda post: "/tags/?name=新闻",
    "securities": lambda post: "/securities/",
    "all feeds": lambda post: "/feeds/",
    "all feeds as OPML": lambda post: "/feeds.opml",
    "what is said of a feed": lambda post: f"{category().get_absolute_url()}feed/",
    "the feed": lambda post: "/feed.xml",
    "the feed of a category": lambda post: f"{category().get_absolute_url()}feed.xml",
    "the feed as JSON": lambda post: "/posts/feed.json",
    "data of posts": lambda post: "/api/v1/posts?limit=200",
    "data of a search": lambda post: "/api/v1/posts?q=公司&count=on",
    "data of what changed last": lambda post: "/api/v1/posts?order=changed",
    "data of a search by change": lambda post: "/api/v1/posts?q=公司&order=changed",
    "data of a post": lambda post: f"/api/v1/posts/{post.slug}",
    "data of stories": lambda post: "/api/v1/stories?limit=200",
    "data of trends": lambda post: "/api/v1/trends?q=公司&q=增长&stories=on",
    "data of a story": lambda post: f"/api/v1/stories/{post.slug}",
    "data of securities": lambda post: "/api/v1/securities",
    "changes": lambda post: "/api/v1/changes?limit=200",
    "what stands out, as data": lambda post: f"/api/v1/hot?on={post.published_at:%Y-%m-%d}",
    "the state of the archive": lambda post: "/api/v1/status",
    "what is said of the API": lambda post: "/api/",
    "the sitemaps": lambda post: "/sitemap.xml",
    "a sitemap": lambda post: f"/sitemap-{post.published_at:%Y-%m}.xml",
    "not found, with a code": lambda post: "/a/202203049999999999/sh600519.html",
    "not found, with words": lambda post: "/category/公司/增长/",
}


def category():
    return Category.objects.most_used_first()[0]


def compared():
    return "&".join(f"s={one.symbol}" for one in Security.objects.most_used_first()[:4])


def watchlist():
    securities = Security.objects.most_used_first()[:20]
    source = Source.objects.most_used_first()[0]
    symbols = ",".join(security.symbol for security in securities)
    return f"s={symbols}&source={source.slug}&q=公司 增长&q=回购"


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_asks_little_and_reads_little(client, loaded, kind):
    newest = Post.objects.published().newest_first()
    address = PAGES[kind](newest.exclude(mention=None)[700])
    _ = all_names().repeated  # which a process reads again only after a change
    queries = asked(client, address)
    questions = [sql for sql in queries if not sql.startswith(CONTROL)]
    assert len(questions) <= MOST_OF.get(kind, MOST), "\n".join(questions)
    assert not read_whole(queries)


def test_plans_for_all_values_read_little(client, loaded):
    newest = Post.objects.published().newest_first()
    for kind in ("home", "all posts", "older posts", "newer posts", "a search", "a post"):
        client.get(PAGES[kind](newest.exclude(mention=None)[700]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, cardinality(parameter_types) FROM pg_prepared_statements")
        statements = cursor.fetchall()
        assert len(statements) >= 9
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        for name, values in statements:
            nothing = ", ".join(["NULL"] * values)
            cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE {name}({nothing})")
            [(plan,)] = cursor.fetchall()
            assert not tables_read_whole(plan), plan


def test_the_first_search_after_a_change_reads_names_again(client, loaded):
    _ = all_names().repeated
    before = asked(client, PAGES["a search"](None))
    changes.advance_version()
    after = asked(client, PAGES["a search"](None))
    assert len(after) == len(before) + 5


def asked(client, address):
    """The statements that a page puts to the database."""
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return [query["sql"] for query in queries]


def read_whole(queries):
    """The large tables that queries read from end to end, if they are put once more, with the
    settings that they were put with."""
    found, savepoint = set(), None
    for sql in queries:
        if sql.startswith("SAVEPOINT"):
            savepoint = transaction.savepoint()
        elif sql.startswith("RELEASE"):
            transaction.savepoint_rollback(savepoint)
        else:
            with connection.cursor() as cursor:
                if "set_config" in sql:
                    cursor.execute(sql.replace("%", "%%"), [])
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}".replace("%", "%%"), [])
                [(plan,)] = cursor.fetchall()
            found |= {f"{table}: {sql}" for table in tables_read_whole(plan)}
    return found


def tables_read_whole(plan):
    return {
        node["Relation Name"]
        for node in nodes(plan[0]["Plan"])
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE
    }
