"""What Prometheus reads at /metrics."""

import datetime as dt

import pytest
from django.db import DatabaseError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from articles import monitoring, readiness
from articles.messages import Message
from articles.models import ArchiveVersion, ImportProblem, ImportRun
from articles.search import index
from newsroom.environment import Environment


@pytest.fixture(autouse=True)
def figures_of_this_test(monkeypatch):
    monkeypatch.setattr(monitoring, "FRESH", 0)
    monkeypatch.setattr(monitoring.archive, "until", 0)


@pytest.fixture
def read(client, settings):
    """The value of a metric with these labels, as /metrics tells it; None without it."""
    settings.METRICS_NETWORKS = Environment({"METRICS_NETWORKS": "127.0.0.1"}).metrics_networks

    def read(name, **labels):
        text = client.get("/metrics").content.decode()
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == f"newsroom_{name}" and sample.labels == labels:
                    return sample.value
        return None

    return read


@pytest.mark.django_db
class TestWhoMayRead:
    def test_nobody_by_default(self, client):
        assert client.get("/metrics").status_code == 404

    def test_a_network(self, client, settings):
        settings.METRICS_NETWORKS = Environment(
            {"METRICS_NETWORKS": "10.2.0.0/16"}
        ).metrics_networks
        response = client.get("/metrics", REMOTE_ADDR="10.2.3.4")
        assert response.status_code == 200
        assert response["Content-Type"].startswith("text/plain; version=0.0.4")
        assert "no-store" in response["Cache-Control"]
        assert client.get("/metrics", REMOTE_ADDR="10.3.0.1").status_code == 404

    def test_a_client_cannot_say_that_it_is_in_the_network(self, client, settings):
        settings.METRICS_NETWORKS = Environment(
            {"METRICS_NETWORKS": "10.2.0.0/16"}
        ).metrics_networks
        asked = {"path": "/metrics", "headers": {"x-forwarded-for": "10.2.3.4"}}
        assert client.get(**asked, REMOTE_ADDR="203.0.113.7").status_code == 404
        assert client.get(**asked, REMOTE_ADDR="127.0.0.1").status_code == 200  # a proxy of ours

    def test_whoever_has_the_token(self, client, settings):
        settings.METRICS_TOKEN = "sesame"
        for sent, status in [
            ("Bearer sesame", 200),
            ("bearer  sesame", 200),
            ("Bearer x", 404),
            ("sesame", 404),
            ("", 404),
        ]:
            response = client.get("/metrics", headers={"authorization": sent})
            assert response.status_code == status
        assert (
            client.post("/metrics", headers={"authorization": "Bearer sesame"}).status_code == 405
        )


@pytest.mark.django_db
class TestRequests:
    def test_they_are_counted_by_page_method_and_status(self, client, read):
        before = read("requests_total", route="tags", method="GET", status="200") or 0
        timed = read("request_duration_seconds_count", route="tags") or 0
        for _ in range(2):
            client.get("/tags/")
        assert read("requests_total", route="tags", method="GET", status="200") == before + 2
        assert read("request_duration_seconds_count", route="tags") == timed + 2

    def test_no_label_is_the_clients_choice(self, client, read):
        before = read("requests_total", route="none", method="GET", status="404") or 0
        for name in "ab":
            client.get(f"/nowhere/{name}")
        assert read("requests_total", route="none", method="GET", status="404") == before + 2
        client.generic("BREW", "/tags/")
        assert read("requests_total", route="tags", method="other", status="405") or read(
            "requests_total", route="tags", method="other", status="200"
        )

    def test_probes_are_not_counted(self, client, read):
        client.get("/healthz")
        assert read("requests_total", route="none", method="GET", status="200") is None

    def test_pages_are_counted_by_origin(self, client, read, django_user_model):
        def origins():
            return [read("pages_total", origin=o) or 0 for o in ("kept", "made", "bypassed")]

        kept, made, bypassed = origins()
        for _ in range(3):
            client.get("/tags/")
        assert origins() == [kept + 2, made + 1, bypassed]
        client.get("/posts/?q=nothing-finds-this")  # is never kept, since it is counted
        assert origins() == [kept + 2, made + 1, bypassed + 1]

    def test_searches_are_counted_by_kind_and_outcome(self, client, read, indexed):
        indexed(title="茅台")
        cases = [
            ("/posts/?q=茅台", "newest", "found"),
            ("/posts/?q=茅台&sort=relevance", "relevance", "found"),
            ("/posts/feed.xml?q=茅台", "whole", "found"),
            ("/posts/?q=五粮液", "newest", "nothing"),
        ]
        for address, kind, outcome in cases:
            before = read("searches_total", kind=kind, outcome=outcome) or 0
            client.get(address)
            assert read("searches_total", kind=kind, outcome=outcome) == before + 1

    def test_so_are_those_that_take_too_long(self, client, read, monkeypatch, indexed):
        from articles.listings import answering

        def too_long(*_):
            raise answering.engine.SearchTimeoutError(lacks_index=False)

        monkeypatch.setattr(answering, "page", too_long)
        before = read("searches_total", kind="newest", outcome="timeout") or 0
        assert client.get("/posts/?q=茅台").status_code == 503
        assert read("searches_total", kind="newest", outcome="timeout") == before + 1


@pytest.mark.django_db
class TestTheArchive:
    def test_the_parts_are_ready_or_not(self, read, indexed, monkeypatch):
        index.finish_load()
        indexed()
        assert read("ready", part="database") == 1
        assert read("ready", part="search") == 1
        monkeypatch.setattr(readiness, "state_of_search", lambda: "old index")
        assert read("ready", part="search") == 0

    def test_its_posts(self, read, indexed):
        assert read("newest_post_timestamp_seconds") is None
        newest = [indexed(at=at) for at in ("2022-03-01", "2022-03-04 09:30")][-1]
        assert read("posts") == 2
        assert read("newest_post_timestamp_seconds") == newest.published_at.timestamp()

    def test_its_imports(self, read):
        now = timezone.now().replace(microsecond=0)
        old = ImportRun.objects.create(created=100, finished_at=now - dt.timedelta(days=2))
        ImportRun.objects.filter(pk=old.pk).update(started_at=now - dt.timedelta(days=2))
        run = ImportRun.objects.create(created=3, refused=1, finished_at=now)
        ImportRun.objects.create(created=5, refused=1)
        ImportRun.objects.create(created=7, is_dry=True, finished_at=now)
        problem = {"run": run, "reason": Message("file-empty"), "content": b""}
        ImportProblem.objects.create(path="a.md", **problem)
        ImportProblem.objects.create(path="b.md", settled_at=now, **problem)
        assert read("import_files", outcome="created") == 8
        assert read("import_files", outcome="refused") == 2
        assert read("import_files", outcome="skipped") == 0
        assert read("import_finished_timestamp_seconds") == now.timestamp()
        assert read("import_problems_waiting") == 1

    def test_its_newest_backup(self, read, indexed):
        indexed()
        assert read("backup_timestamp_seconds") == 0
        now = timezone.now().replace(microsecond=0)
        ArchiveVersion.objects.update(backed_up_at=now)
        assert read("backup_timestamp_seconds") == now.timestamp()

    def test_its_sizes(self, read):
        assert read("database_size_bytes") > 2**20
        assert read("search_index_size_bytes") > 0
        assert read("disk_free_bytes") > 0

    def test_it_is_asked_only_now_and_then(self, read, monkeypatch, django_assert_num_queries):
        monkeypatch.setattr(monitoring, "FRESH", 15)
        read("posts")
        with django_assert_num_queries(0):
            read("posts")


def test_without_a_database_the_rest_is_told(read, monkeypatch):
    def fail(seconds):
        raise DatabaseError("gone")

    monkeypatch.setattr(readiness, "reading_within", fail)
    assert read("ready", part="database") == 0
    assert read("disk_free_bytes") > 0
    assert read("posts") is None


def test_the_pool_is_published(read, monkeypatch):
    found = {"pool_size": 4, "pool_available": 3, "requests_waiting": 2, "requests_errors": 5}
    monkeypatch.setattr(monitoring, "pool_statistics", lambda: found)
    monkeypatch.setattr(readiness, "parts", lambda: {"database": "down"})
    pool = monitoring.Pool()
    before = read("pool_timeouts_total")
    pool.publish()
    assert read("pool_connections", state="open") == 4
    assert read("pool_connections", state="awaited") == 2
    assert read("pool_timeouts_total") == before + 5
    found |= {"requests_waiting": 0}
    pool.publish()  # at once, since requests waited
    assert read("pool_connections", state="awaited") == 0
    assert read("pool_timeouts_total") == before + 5
