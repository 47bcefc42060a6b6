"""A second connection to the same database stands for a replica: what is asked of which is seen."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from articles import changes, reindexing
from articles.importing import samples
from articles.importing.options import Options
from articles.importing.pipeline import import_posts
from articles.importing.reparse import reparse_posts
from articles.models import Category, Post, SearchEntry
from articles.samples import sample_posts
from articles.search import engine, facets, mentioned
from articles.search.conditions import Scope, conditions_of
from articles.search.names import ids_spelled, spelled
from articles.search.query import parse
from articles.search.related import beside, related
from articles.terms import SECURITY

pytestmark = pytest.mark.django_db(transaction=True)


class ReadsFromReplica:
    def db_for_read(self, model, **hints):
        return "replica"

    def db_for_write(self, model, **hints):
        return "default"


@pytest.fixture
def post(make_post):
    post = make_post(title="贵州茅台涨停", tags=["要闻"], securities=[("1.600519", "贵州茅台")])
    changes.posts_changed([post.pk])
    return post


@pytest.fixture
def replica(post, settings):
    connections["replica"] = connections["default"].copy("replica")
    settings.DATABASE_ROUTERS = [ReadsFromReplica()]
    yield connections["replica"]
    connections["replica"].close()
    connections["replica"].close_pool()
    del connections["replica"]


def search_page():
    with engine.searching() as search:
        asked = conditions_of(parse("茅台 tag:要闻"), Scope())
        facets.summary(search, asked)
        return search.newest(asked, size=10).posts


READS = {
    "a page of results": lambda post: search_page(),
    "the archive's facets": lambda post: archive_facets(),
    "the most mentioned securities": lambda post: mentioned.most_mentioned(post.published_at, 5),
    "suggestions": lambda post: spelled("茅台", {SECURITY.facet: 5}),
    "securities by name": lambda post: ids_spelled(SECURITY, "茅台"),
    "related posts": lambda post: related(post, [security(post)], 5),
    "the next posts": lambda post: beside(post, Category.objects.get()),
}


def archive_facets():
    with engine.searching() as search:
        return facets.summary(search, conditions_of(parse(""), Scope())).values


def security(post):
    return post.securities.get()


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_readers_are_answered_by_the_database_that_the_router_chooses(post, replica, read):
    with (
        CaptureQueriesContext(connections["default"]) as on_default,
        CaptureQueriesContext(replica) as on_replica,
    ):
        read(post)
    assert on_replica.captured_queries
    assert not on_default.captured_queries


def test_the_replica_finds_what_was_written(post, replica):
    assert search_page() == [post]


def test_entries_are_made_from_the_database_that_is_written_to(post, replica):
    with CaptureQueriesContext(replica) as on_replica:
        changes.posts_changed([post.pk])
    assert not on_replica.captured_queries
    assert SearchEntry.objects.using("default").get().facets


WRITES = {
    "a first import": lambda folder: import_posts([folder]),
    "a dry run": lambda folder: import_posts([folder], Options(dry_run=True)),
    "an import of what is stored": lambda folder: import_again(folder),
    "a prune": lambda folder: prune(folder),
    "posts derived again": lambda folder: import_and(folder, lambda: list(reparse_posts())),
    "samples removed": lambda folder: import_and(folder, lambda: list(samples.remove_samples())),
    "the index rebuilt": lambda folder: import_and(folder, reindexing.rebuild),
}


def import_and(folder, then):
    import_posts([folder])
    then()


def import_again(folder):
    import_posts([folder])
    first = min(folder.iterdir())
    first.write_text(first.read_text().replace("title: ", "title: 更正："))
    import_posts([folder])
    assert Post.objects.using("default").filter(title__startswith="更正").exists()


def prune(folder):
    import_posts([folder])
    min(folder.iterdir()).unlink()
    import_posts([folder], Options(prune=True, prune_all=True))
    assert Post.objects.using("default").hidden().exists()


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_writers_read_from_the_database_that_they_write_to(post, replica, write, tmp_path):
    for name, content in sample_posts(4):
        (tmp_path / name).write_text(content)
    with CaptureQueriesContext(replica) as on_replica:
        write(tmp_path)
    assert not on_replica.captured_queries


def test_connections_that_the_server_has_closed_fail_no_page(replica):
    pool = replica.pool
    pool.open()
    taken = [pool.getconn() for _ in range(3)]
    for each in taken:
        pool.putconn(each)
    with connections["default"].cursor() as cursor:
        for each in taken:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [each.info.backend_pid])
    for _ in taken:
        with replica.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
        replica.close()
