"""Readers are answered by replicas, and never see an older archive than before."""

import datetime as dt
import os
import time
from contextlib import ExitStack, nullcontext
from functools import partial
from io import BytesIO
from types import SimpleNamespace
from urllib.parse import quote

import psycopg
import pytest
from django.db import close_old_connections, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import changes, database, monitoring, readiness, replicas
from articles.backups.making import backup
from articles.backups.restoring import on_database, restore
from articles.database import Router, read_connection
from articles.editing import pending, previews
from articles.models import TIMELINE, ApiKey, ArchiveVersion, EmptySearch, PendingChange, Post
from articles.replicas import Server, primary
from articles.web import page_cache, reading
from articles.web.shared_store import SharedStore
from newsroom import silence, slots
from newsroom.environment import Environment
from tests.replication import Replica, away, connected, keeping_wal, move
from tests.waiting import PATIENCE, wait_until

ALIASES = ("replica1", "replica2")
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", *ALIASES, "promoted"])

QUICK = {
    "pool": {
        "timeout": 0.3,
        "min_size": 1,
        "max_size": 5,
        "reconnect_timeout": 1,
        "connection_class": silence.Connection,
    }
}
SAVING_WAITS = "暂时无法保存"


@pytest.fixture(scope="module")
def replicas_there(django_db_setup, django_db_blocker, tmp_path_factory):
    """Two replicas of the server of the tests."""
    if (
        connections["default"].vendor != "postgresql"
        or "DATA_DIR" not in (connections.settings["default"])
    ):
        pytest.skip("the tests do not run on the embedded server")
    with django_db_blocker.unblock(), keeping_wal():
        made = [Replica(tmp_path_factory.mktemp("replica")) for _ in ALIASES]
        with ExitStack() as stack:
            for alias, replica in zip(ALIASES, made, strict=True):
                stack.enter_context(connected(alias, OPTIONS=QUICK, HOST=replica.host))
            stack.enter_context(connected("promoted", OPTIONS=QUICK, HOST="/nowhere"))
            yield made
    for one in made:
        one.remove()


@pytest.fixture
def both(replicas_there, transactional_db, settings, monkeypatch):
    """A site with two replicas, which have all that the primary has."""
    for replica in replicas_there:
        replica.start()
        replica.catch_up()
    monkeypatch.setattr(reading, "shown", reading.Shown())
    monkeypatch.setattr(reading, "LOOK", PATIENCE)
    monkeypatch.setattr(replicas, "PAUSE", 0.02)
    monkeypatch.setattr(readiness, "PATIENCE", 1)
    monkeypatch.setattr(replicas, "replicas", [Server(alias) for alias in ALIASES])
    with connected("default", OPTIONS=QUICK):
        connections["default"].pool.open(wait=True, timeout=PATIENCE)
        settings.DATABASE_ROUTERS = [Router()]
        monkeypatch.setattr(primary, "identity", database.identity())
        yield replicas_there
        for replica in replicas_there:
            replica.start()
            replica.catch_up()
        wait_until(lambda: not any(server.is_away for server in replicas.all_servers()))


@pytest.fixture
def post(both, indexed):
    post = indexed(title="旧标题")
    for replica in both:
        replica.catch_up()
    return post


def retitle(post, title="新标题"):
    Post.objects.filter(pk=post.pk).update(title=title)
    changes.posts_changed([post.pk])


def clock(act):
    """The time, except that something happens where somebody would sleep."""
    return SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: act())


def asked(client, address, **options):
    """The aliases of the servers that a page asks, and the page."""
    found = set()

    def noting(alias):
        def note(execute, *args):
            found.add(alias)
            return execute(*args)

        return connections[alias].execute_wrapper(note)

    with noting("default"), noting("replica1"), noting("replica2"):
        return found, client.get(address, **options)


class Visitor(Client):
    """After each request connections are given back, as by a server."""

    def request(self, **request):
        try:
            return super().request(**request)
        finally:
            close_old_connections()


@pytest.fixture
def client():
    return Visitor()


class TestWhoIsAsked:
    @pytest.mark.parametrize("address", ["/", "/posts/?q=标题", "/feed.xml", "/suggest/?q=旧"])
    def test_all_of_a_page_is_read_from_one_replica_each_in_its_turn(self, post, client, address):
        turns = [asked(client, address)[0] for _ in range(4)]
        assert all(len(turn) == 1 for turn in turns)
        assert {*turns[0], *turns[1]} == {"replica1", "replica2"}
        assert turns[:2] == turns[2:]

    def test_a_kept_page_costs_one_question(self, post, client):
        def questions():
            with (
                CaptureQueriesContext(connections["replica1"]) as first,
                CaptureQueriesContext(connections["replica2"]) as second,
            ):
                client.get("/")
            return len(first) + len(second)

        wait_until(lambda: questions() == 1)  # a new connection is asked for its migrations

    def test_the_desk_asks_the_primary(self, post, admin_client):
        assert asked(admin_client, "/admin/")[0] == {"default"}

    def test_so_do_the_pages_of_who_has_a_session(self, post, admin_client):
        assert asked(admin_client, "/posts/")[0] == {"default"}

    def test_an_empty_search_is_counted_at_the_primary(self, post, client):
        client.get("/posts/?q=绝无", headers={"sec-fetch-dest": "document"})
        assert EmptySearch.objects.get().times == 1


class TestNobodySeesAnOlderArchive:
    def test_an_editor_sees_an_edit_at_once(self, post, both, admin_client):
        for replica in both:
            replica.pause()
        retitle(post)
        assert "新标题" in admin_client.get("/").text

    def test_nor_does_any_reader_after_somebody_saw_it(self, post, both, client, admin_client):
        for replica in both:
            replica.pause()
        assert "旧标题" in client.get("/").text
        retitle(post)
        assert "旧标题" in client.get("/").text  # which no replica knows yet
        admin_client.get("/")
        assert "新标题" in client.get("/").text

    def test_a_replica_that_lags_is_left_out_until_it_has_caught_up(self, post, both, client):
        lagging, other = both
        lagging.pause()
        retitle(post)
        other.catch_up()
        pages = [client.get("/").text for _ in range(4)]
        first = next(number for number, page in enumerate(pages) if "新标题" in page)
        assert first < 2
        assert all("新标题" in page for page in pages[first:])
        assert "default" not in asked(client, "/posts/")[0]
        lagging.catch_up()
        wait_until(lambda: asked(client, "/posts/")[0] == {"replica1"})

    def test_what_nobody_has_seen_is_shown_though_no_replica_follows(
        self, post, both, client, monkeypatch
    ):
        for replica in both:
            replica.pause()
        retitle(post)
        assert "旧标题" in client.get("/").text
        monkeypatch.setattr(reading, "LOOK", 0)
        assert "新标题" in client.get("/").text
        monkeypatch.setattr(reading, "LOOK", PATIENCE)
        assert all("新标题" in client.get("/").text for _ in range(4))

    def test_what_a_browser_has_counts_in_every_process(self, post, both, client):
        for replica in both:
            replica.pause()
        retitle(post)
        tag = f'W/"{ArchiveVersion.objects.get().number}-0.000000-of-another-day"'
        assert "旧标题" in client.get("/posts/").text
        assert "新标题" in client.get("/posts/", headers={"if-none-match": tag}).text

    def test_a_version_that_never_was_does_no_harm(self, post, client):
        tag = f'W/"{2**59}-0.000000-20220304-0-zh-hans"'
        assert client.get("/", headers={"if-none-match": tag}).status_code == 200
        assert reading.shown.number < 2**59
        assert asked(client, "/posts/")[0] < {"replica1", "replica2"}

    def test_processes_that_share_pages_share_what_was_shown(
        self, post, both, client, admin_client, monkeypatch, server
    ):
        url, process = server
        monkeypatch.setattr(page_cache, "store", SharedStore(url))
        for replica in both:
            replica.pause()
        client.get("/")
        retitle(post)
        admin_client.get("/")
        monkeypatch.setattr(page_cache, "store", SharedStore(url))
        monkeypatch.setattr(reading, "shown", reading.Shown())
        assert "新标题" in client.get("/").text
        process.terminate()
        process.wait()
        assert "新标题" in client.get("/").text

    def test_so_do_those_of_one_node_without_it(self):
        shown = reading.Shown()
        shown.show(6)
        if (process := os.fork()) == 0:
            slots.slot = "3"
            shown.show(7)
            os._exit(0)
        os.waitpid(process, 0)
        assert shown.newest() == 7
        shown.forget(7, 5)
        assert shown.newest() == 5

    def test_a_change_that_arrives_while_a_page_is_made_counts(self, post, both, monkeypatch):
        """The page may show it, under the version before."""
        before = ArchiveVersion.objects.get().number
        reading.shown.show(before)
        with replicas.asking(replicas.replicas[0]):
            retitle(post)
            both[0].catch_up()
            reading.made(None)
        assert reading.shown.number == before + 1

    def test_a_change_that_is_due_is_published_and_shown(self, post, both, client, admin_user):
        change = pending.hold_back(post, {"title": "到时的标题"}, by=admin_user)
        pending.approve(change, by=admin_user)
        pending.schedule(change, timezone.now() - dt.timedelta(seconds=1))
        for replica in both:
            replica.catch_up()
            replica.pause()
        for _ in range(2):
            assert "到时的标题" in client.get("/").text
        assert PendingChange.objects.get().published_at


class TestAReplicaThatIsGone:
    def test_no_page_fails_and_it_comes_back_by_itself(self, post, both, client):
        client.get("/")
        both[0].stop()
        both[1].catch_up()
        for _ in range(4):
            assert client.get("/posts/").status_code == 200
        assert replicas.replicas[0].is_away
        assert asked(client, "/")[0] == {"replica2"}
        both[0].start()
        wait_until(lambda: not replicas.replicas[0].is_away)
        wait_until(lambda: "replica1" in asked(client, "/posts/")[0])

    @pytest.mark.parametrize("hangs", [False, True])
    def test_nor_is_it_waited_for_by_who_asks_whether_it_is_there(
        self, post, both, client, monkeypatch, hangs
    ):
        assert client.get("/readyz").json()["replicas"] == "ok"  # so there are connections
        monkeypatch.setattr(connections["replica1"].pool, "timeout", 3600)  # s
        monkeypatch.setattr(silence, "PATIENCE", 3600)
        with both[0].frozen() if hangs else nullcontext(both[0].stop()):
            assert client.get("/readyz").json()["replicas"] == "some away"

    def test_nor_is_it_waited_for_in_a_page(self, post, client, both):
        with away("replica1"):
            client.get("/")
            client.get("/")
            assert replicas.replicas[0].is_away
            assert all("replica1" not in asked(client, "/posts/")[0] for _ in range(4))

    def test_nor_for_long_if_it_hangs(self, post, client, both):
        for _ in range(2):
            client.get("/")  # each has a connection
        with both[0].frozen():
            for _ in range(4):
                assert client.get("/posts/").status_code == 200
            assert replicas.replicas[0].is_away
            assert not replicas.replicas[1].is_away
        wait_until(lambda: not replicas.replicas[0].is_away)

    def test_a_slow_query_of_one_that_answers_is_waited_for(self, post, both, monkeypatch):
        monkeypatch.setattr(silence, "PATIENCE", 0)
        with replicas.asking(replicas.replicas[0]), read_connection().cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
            assert cursor.fetchone() == ("",)

    def test_the_primary_answers_if_all_are_gone(self, post, client):
        with away("replica1"), away("replica2"):
            found, response = asked(client, "/")
            assert response.status_code == 200
            assert "default" in found

    def test_a_page_that_one_began_is_made_by_another(self, post, client, monkeypatch):
        """As when a replica ends a query that is in the way of a change."""
        from psycopg.errors import SerializationFailure

        from articles.web import home

        failed = []
        first = home.newest_of_busiest

        def fail_once(*args, **options):
            if not failed:
                failed.append(1)
                raise_from(SerializationFailure("conflict with recovery"))
            return first(*args, **options)

        monkeypatch.setattr(home, "newest_of_busiest", fail_once)
        client.raise_request_exception = False
        assert client.get("/").status_code == 200
        assert failed
        assert not any(server.is_away for server in replicas.replicas)


def raise_from(cause):
    from django.db import OperationalError

    raise OperationalError(str(cause)) from cause


class TestAReplicaWithOtherTables:
    """Its archive's version says nothing of them: a migration raises none, and another archive may
    have a higher one."""

    @pytest.fixture
    def client(self):
        return Visitor(raise_request_exception=False)

    @pytest.fixture(params=["not migrated", "of another archive"])
    def unlike(self, request, both, post, monkeypatch):
        """The first replica, until it is mended by what this yields; and what it is."""
        if request.param == "of another archive":
            name = connections.settings["default"]["NAME"]
            other = request.getfixturevalue("another")
            retitle(post, "别家的标题")
            saved = BytesIO()
            backup(saved)
            retitle(post, "旧标题")
            with on_database(other):
                restore(saved)
                ArchiveVersion.objects.update(number=1_000_000)
            for replica in both:
                replica.catch_up()
            mend = partial(move, "replica1", both[0].host, NAME=name)
            move("replica1", both[0].host, NAME=other)
            yield mend, request.param
            mend()
            return
        added = ("articles", "9999_added")
        newest = database.newest_migrations() | {added}
        monkeypatch.setattr(database, "newest_migrations", lambda: newest)
        recorder = MigrationRecorder(connections["default"])
        both[0].pause()
        recorder.record_applied(*added)
        both[1].catch_up()
        yield both[0].catch_up, request.param
        recorder.record_unapplied(*added)

    def test_it_is_left_out_until_it_is_as_the_primary(self, unlike, client, caplog):
        mend, what = unlike
        for _ in range(4):
            assert "旧标题" in client.get("/posts/").text
        told = client.get("/readyz")
        assert told.status_code == 200
        assert (told.json()["status"], told.json()["replicas"]) == ("degraded", what)
        assert caplog.text.count(f"it is {what}.") == 1
        assert replicas.versions().keys() == {primary, replicas.replicas[1]}
        with away("default"):
            for _ in range(4):
                assert "旧标题" in client.get("/posts/").text
        mend()
        wait_until(lambda: "replica1" in asked(client, "/posts/")[0])
        assert client.get("/readyz").json()["replicas"] == "ok"


class TestThePrimaryGone:
    @pytest.fixture
    def client(self):
        return Visitor(raise_request_exception=False)

    def test_reading_and_searching_go_on_and_saving_says_that_it_waits(
        self, post, both, client, admin_user, make_post
    ):
        key = ApiKey(name="研究组")
        with_key = {"authorization": f"Bearer {key.issue()}"}
        key.save()
        hidden = make_post(title="尚未公开", status=Post.Status.HIDDEN)
        preview = previews.make(hidden, admin_user).get_absolute_url()
        for replica in both:
            replica.catch_up()
        with away("default"):
            pages = ("/", "/posts/?q=标题", "/feed.xml", post.get_absolute_url(), "/api/v1/posts")
            for address in pages:
                assert client.get(address).status_code == 200
            for _ in range(2):  # by who notices that the primary is away, and by who knows it
                assert client.get("/api/v1/posts", headers=with_key).status_code == 200
                assert "尚未公开" in client.get(preview).text
                assert client.get("/language/?language=en").status_code == 302
            assert primary.is_away
            unknown = {"authorization": "Bearer unknown"}
            assert client.get("/api/v1/posts", headers=unknown).status_code == 401
            del client.cookies["django_language"]
            response = client.post("/admin/login/", {"username": "li", "password": "secret"})
            assert response.status_code == 503
            assert response["Retry-After"] == "30"
            assert SAVING_WAITS in response.text
            assert "nothing was saved" in response.text
            assert client.get("/admin/").status_code == 503
        wait_until(lambda: not primary.is_away)
        assert client.get("/admin/login/").status_code == 200

    def test_who_has_a_session_can_read(self, post, admin_client):
        with away("default"):
            assert "旧标题" in admin_client.get("/").text

    def test_a_search_that_finds_nothing_is_answered_and_not_counted(self, post, client):
        with away("default"):
            headers = {"sec-fetch-dest": "document"}
            assert client.get("/posts/?q=绝无", headers=headers).status_code == 200
        wait_until(lambda: not primary.is_away)
        assert not EmptySearch.objects.exists()

    def test_what_no_replica_has_is_waited_for_and_then_given_up(
        self, post, both, client, admin_client, monkeypatch
    ):
        monkeypatch.setattr(reading, "PATIENCE", 0.1)
        for replica in both:
            replica.pause()
        retitle(post)
        admin_client.get("/")
        with away("default"):
            assert "旧标题" in client.get("/").text
        wait_until(lambda: not primary.is_away)
        assert all("新标题" in client.get("/").text for _ in range(4))

    def test_a_replica_that_catches_up_is_waited_for(
        self, post, both, client, admin_client, monkeypatch
    ):
        monkeypatch.setattr(reading, "PATIENCE", 60)
        for replica in both:
            replica.pause()
        retitle(post)
        admin_client.get("/")
        resume = partial(both[1].ask, "SELECT pg_wal_replay_resume()")
        monkeypatch.setattr(reading, "time", clock(resume))
        with away("default"):
            assert "新标题" in client.get("/").text

    def test_a_server_that_is_back_is_waited_for(self, post, client, monkeypatch, settings):
        """By a web node that was cut off from all of them, and that had just looked in vain."""
        now = [0.0]

        def sleep(seconds):
            now[0] += seconds
            if now[0] > settings.CONNECT_TIMEOUT + 0.5:
                replicas.replicas[1].is_away = False

        with monkeypatch.context() as patch:
            for server in replicas.all_servers():
                patch.setattr(server, "is_away", True)
            patch.setattr(reading, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))
            assert "旧标题" in client.get("/").text

    def test_nobody_there_is_503(self, post, client, monkeypatch):
        monkeypatch.setattr(replicas, "UNTIL_BACK", 0.1)
        with away("default"), away("replica1"), away("replica2"):
            for _ in range(2):
                assert client.get("/").status_code == 503

    def test_monitors_are_told(self, post, client, settings, monkeypatch):
        settings.METRICS_NETWORKS = Environment({"METRICS_NETWORKS": "127.0.0.1"}).metrics_networks
        monkeypatch.setattr(monitoring, "FRESH", 0)
        monkeypatch.setattr(monitoring.archive, "until", 0)
        assert client.get("/readyz").json()["replicas"] == "ok"
        with away("default"), away("replica1"):
            ready = client.get("/readyz")
            assert ready.status_code == 200
            told = ready.json()
            assert (told["status"], told["database"]) == ("degraded", "read only")
            assert told["replicas"] == "some away"
            figures = client.get("/metrics").text
            assert "newsroom_posts 1.0" in figures
            assert figures.count("newsroom_replica_up{") == 2
        with away("default"), away("replica1"), away("replica2"):
            assert client.get("/readyz").status_code == 503

    def test_they_are_told_that_all_are_slow_while_a_table_is_locked(self, post, both, client):
        with psycopg.connect(**connections["default"].get_connection_params()) as other:
            other.execute(f"LOCK TABLE {ArchiveVersion._meta.db_table}")
            key = ApiKey(name="研究组")
            key.issue()
            key.save()  # the lock goes to replicas with what is committed after it
            for replica in both:
                replica.catch_up()
            told = client.get("/readyz").json()
        assert (told["database"], told["replicas"]) == ("down", "slow")

    def test_they_are_told_of_one_that_stands_still(self, post, both, client, monkeypatch):
        monkeypatch.setattr(replicas, "MOTIONLESS", 0)
        both[0].pause()
        retitle(post)
        both[1].catch_up()
        assert client.get("/readyz").json()["replicas"] == "ok"  # it may only lag
        told = client.get("/readyz").json()
        assert (told["status"], told["replicas"]) == ("degraded", "standing still")
        both[0].catch_up()
        assert client.get("/readyz").json()["replicas"] == "ok"


class TestLongChanges:
    def test_they_wait_for_a_replica_that_follows(self, post, both, monkeypatch):
        monkeypatch.setattr(replicas, "MOST_BEHIND", 0)
        both[0].pause()
        retitle(post)
        both[1].catch_up()
        monkeypatch.setattr(replicas, "time", clock(both[0].catch_up))
        replicas.wait_until_near()
        assert len(set(replicas.versions().values())) == 1

    def test_and_not_for_one_that_does_not(self, post, both, monkeypatch):
        monkeypatch.setattr(replicas, "MOST_BEHIND", 0)
        monkeypatch.setattr(replicas, "MOTIONLESS", 0.1)
        both[0].pause()
        retitle(post)
        both[1].catch_up()
        replicas.wait_until_near()
        assert not replicas.replicas[0].may_be_asked


def test_a_replica_is_another_database_than_its_primary(both, children):
    ours = os.environ["DATABASE_URL"]
    host = connections["default"].settings_dict["HOST"]
    assert database.lead_to_one(ours, ours)
    assert not database.lead_to_one(ours, ours.replace(quote(host, ""), quote(both[0].host, "")))


def test_a_new_primary_goes_on_with_numbers_that_no_page_was_kept_under(post, tmp_path):
    """Versions that were lost with the former one may be in caches."""
    former = ArchiveVersion.objects.get().number
    replica = Replica(tmp_path / "promoted")
    replica.start()
    try:
        replica.catch_up()
        replica.promote()
        move("promoted", replica.host)
        versions = ArchiveVersion.objects.using("promoted")
        versions.advance()
        assert versions.get().number == max(former + 1, TIMELINE)
        versions.advance()
        assert versions.get().number == TIMELINE + 1
    finally:
        replica.remove()
