"""What the desk's pages ask of a large archive: no page may read a whole table of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.admin.paging import CappedPaginator
from articles.models import (
    Document,
    DocumentVersion,
    ImportedFile,
    ImportRun,
    Post,
)
from tests.plans import nodes

pytestmark = pytest.mark.django_db

LARGE = {"articles_post", "articles_document", "articles_importedfile", "articles_documentversion"}


@pytest.fixture
def archive(make_post):
    """20,000 documents of as many posts, and a run for each fifty and one for them all."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO articles_post (slug, title, digest, body_html, body_text, published_at,
                                       original_url, status, hand_edited, modified_at)
            SELECT n::text, n::text, '', '', '', now(), '', 'published', '{}', now()
            FROM generate_series(1, 20000) n;

            INSERT INTO articles_document (file_name, content, sha256, category, tags, post_id,
                                           imported_at, path, size, mtime_ns, notes,
                                           addresses)
            SELECT slug || '.md', '', '', '', '{}', id, now(), '', 0, 0, '{}', '{}'
            FROM articles_post;

            INSERT INTO articles_documentversion (document_id, content, sha256, imported_at)
            SELECT id, '', '', now() FROM articles_document;

            INSERT INTO articles_importrun (started_at, started_by, paths, is_dry, created, updated,
                                            unchanged, repaired, refused, skipped, error,
                                            stopped_by)
            SELECT now(), 'cron', '{}', false, 100, 0, 0, 0, 0, 0, '', ''
            FROM generate_series(1, 400);

            INSERT INTO articles_importedfile (run_id, path, status, notes)
            SELECT run.id, file_name, 'created', '{}'
            FROM articles_document document JOIN articles_importrun run
              ON run.id % 400 = document.id % 400 OR run.id % 400 = 1;

            ANALYZE articles_post, articles_document, articles_documentversion,
                    articles_importrun, articles_importedfile;
            """
        )


def test_no_page_of_the_desk_reads_a_large_table(archive, admin_client):
    run = ImportRun.objects.filter(files__path="7.md").order_by("pk").first()
    document = Document.objects.get(file_name="7.md")
    middle = ImportedFile.objects.filter(run=run).order_by("pk")[10].pk
    addresses = [
        reverse("admin:articles_importrun_changelist"),
        reverse("admin:articles_importrun_change", args=[run.pk]),
        reverse("admin:articles_importrun_change", args=[run.pk])
        + f"?status=created&after={middle}",
        reverse("admin:articles_importproblem_changelist"),
        reverse("admin:articles_document_changelist"),
        reverse("admin:articles_document_changelist") + "?q=77",
        reverse("admin:articles_document_changelist") + f"?post__id__exact={document.post_id}",
        reverse("admin:articles_document_change", args=[document.pk]),
        reverse("admin:articles_document_compare", args=[document.pk, document.pk]),
        reverse("admin:articles_document_version", args=[document.versions.get().pk]),
    ]
    assert Post.objects.count() >= 20_000
    assert DocumentVersion.objects.count() >= 20_000
    for address in addresses:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert admin_client.get(address).status_code == 200
        assert len(queries) <= 20, address
        for query in queries:
            assert rows_read(query["sql"]) <= CappedPaginator.CAP + 1, f"{address}: {query['sql']}"


def test_counting_a_whole_table_would_be_noticed(archive):
    assert rows_read("SELECT count(*) FROM articles_document") >= 20_000


def rows_read(sql):
    """How many rows a query reads of the large table that it reads most of."""
    if not sql.startswith("SELECT"):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0][0]["Plan"]
    return max(
        (
            (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
            for node in nodes(plan)
            if node.get("Relation Name") in LARGE
        ),
        default=0,
    )
