"""What readers, the desk and strangers get by way of nginx."""

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from uuid import uuid4

import psutil
import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction

from articles.models import ApiKey
from tests.waiting import wait_until, waiting

pytestmark = pytest.mark.django_db  # which makes the tables that gunicorn reads


def arrived(front, **headers):
    """What of a request arrives at the site, of an address that nobody has asked for."""
    return json.loads(front.ask(f"/arrived/?{uuid4()}", **headers).body)


@pytest.fixture(scope="module")
def session(front):
    user = get_user_model().objects.create_superuser("li")
    kept = SessionStore()
    kept["_auth_user_id"] = str(user.pk)
    kept["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    kept.create()
    return f"sessionid={kept.session_key}"


@pytest.fixture(scope="module")
def bearer(front):
    key = ApiKey(name="nginx", limit=600)
    issued = key.issue()
    key.save()
    return {"Authorization": f"Bearer {issued}"}


def test_nginx_finds_nothing_wrong_with_the_file(front):
    tested = front.nginx("-t")
    told = tested.communicate()[1]
    assert tested.returncode == 0, told
    assert "[warn]" not in told


class TestKeptPages:
    def test_a_page_is_kept_for_a_second_and_then_asked_about(self, front):
        first = front.ask("/sources/")
        again = front.ask("/sources/")
        assert first.status == 200
        assert first.body == again.body
        assert first.headers["ETag"] == again.headers["ETag"]
        assert again.headers["Cache-Control"] == "no-cache"
        found = set()
        wait_until(lambda: found.add(front.cache_status(front.ask("/sources/"))) or len(found) == 2)
        assert found == {"HIT", "REVALIDATED"}

    def test_a_client_that_has_it_gets_304(self, front):
        etag = front.ask("/tags/").headers["ETag"]
        unchanged = front.ask("/tags/", If_None_Match=etag)
        assert (unchanged.status, unchanged.body) == (304, b"")
        assert front.ask("/tags/", If_None_Match='W/"another"').status == 200

    def test_what_is_not_there_is_kept_too(self, front):
        found = {front.cache_status(front.ask("/nowhere/")) for _ in range(3)}
        assert front.ask("/nowhere/").status == 404
        assert "HIT" in found

    @pytest.mark.parametrize(
        ("accepted", "chosen", "language"),
        [
            ("", "", "zh-hans"),
            ("zh-CN,zh;q=0.9,en;q=0.8", "", "zh-hans"),
            ("zh-TW", "", "zh-hans"),
            ("en-US,en;q=0.9,zh-CN;q=0.8", "", "en"),
            ("EN", "", "en"),
            ("en;q=0.5,zh", "", "zh-hans"),
            ("fr-FR,fr;q=0.9,en;q=0.8", "", "en"),
            ("fr", "", "zh-hans"),
            ("*", "", "zh-hans"),
            ("en-US,en;q=0.9", "zh-hans", "zh-hans"),
            ("zh-CN", "en", "en"),
            ("en", "nonsense", "en"),
        ],
    )
    def test_each_reader_gets_their_language(self, front, accepted, chosen, language):
        headers = {"Accept_Language": accepted} if accepted else {}
        if chosen:
            headers["Cookie"] = f"django_language={chosen}"
        tag = {"zh-hans": b'<html lang="zh-Hans"', "en": b'<html lang="en"'}[language]
        for _ in range(2):
            assert tag in front.ask("/search-help/", **headers).body

    def test_and_an_encoding_that_they_can_read(self, front):
        packed = front.ask("/search-help/", Accept_Encoding="br, gzip")
        plain = front.ask("/search-help/")
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert len(packed.body) < len(plain.body)

    def test_a_host_that_is_not_ours_spoils_no_page(self, front):
        assert front.ask("/feeds/", host="evil.example.com").status == 400
        assert b"evil.example.com" not in front.ask("/feeds/").body

    @pytest.mark.parametrize("path", ["/", "/posts/", "/feed.xml"])
    def test_who_has_a_session_is_answered_by_the_site(self, front, session, path):
        for _ in range(2):
            assert front.cache_status(front.ask(path, Cookie=session)) == "BYPASS"
        front.ask(path)
        assert front.cache_status(front.ask(path)) != "BYPASS"

    @pytest.mark.parametrize(
        "path", ["/admin/", "/%61dmin/login/", "/language/?language=en", "/readyz", "/healthz"]
    )
    def test_nothing_of_the_desk_or_of_one_moment_is_kept(self, front, session, path):
        for _ in range(2):
            assert front.cache_status(front.ask(path, Cookie=session)) == "-"

    def test_the_log_lets_nobody_open_a_preview(self, front):
        front.cache_status(front.ask("/preview/sesame/"))
        assert " GET /preview/... " in (front.folder / "log").read_text()
        assert "sesame" not in (front.folder / "log").read_text()

    def test_no_answer_with_a_cookie_is_kept(self, front):
        for _ in range(2):
            answer = front.ask("/admin/login/")
            assert "csrftoken" in answer.headers["Set-Cookie"]

    def test_a_program_is_answered_by_its_own_limit(self, front, bearer):
        for headers, most in ({}, 120), (bearer, 600), ({}, 120):
            answer = front.ask("/api/v1/", **headers)
            assert front.cache_status(answer) in ("MISS", "BYPASS")
            assert f";q={most};" in answer.headers["RateLimit-Policy"]
        assert front.ask("/api/v1/", Authorization="Bearer unknown").status == 401
        assert front.ask("/sources/", **bearer).status == 200

    def test_a_search_that_finds_nothing_is_asked_each_time_so_that_it_is_counted(self, front):
        for _ in range(2):
            answer = front.ask("/posts/?q=nothing", Sec_Fetch_Dest="document")
            assert front.cache_status(answer) == "MISS"

    def test_each_answer_has_the_number_of_its_own_request(self, front):
        numbers = [front.ask("/sources/").headers.get_all("X-Request-ID") for _ in range(3)]
        assert all(len(each) == 1 for each in numbers)
        assert len({each[0] for each in numbers}) == 3


class TestHeaders:
    SPOOFED = {
        "X_Forwarded_For": "192.0.2.66",
        "X_Forwarded_Proto": "http",
        "X_Forwarded_Host": "evil.example.com",
        "X_Forwarded_Port": "81",
        "X_Request_ID": "made-up",
        "Script_Name": "/evil",
    }

    def test_what_is_said_of_a_client_is_said_by_nginx(self, front):
        found = arrived(front, **self.SPOOFED, X_Test_Address="192.0.2.1")
        assert found["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
        assert found["HTTP_X_FORWARDED_PROTO"] == "https"
        assert found["wsgi.url_scheme"] == "https"
        assert found["HTTP_HOST"] == "news.example.com"
        assert found["SCRIPT_NAME"] == ""
        assert len(found["HTTP_X_REQUEST_ID"]) == 32
        assert not {"HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT"} & found.keys()

    def test_nothing_arrives_that_could_change_a_page_unseen(self, front):
        found = arrived(front, Cookie="a=b", Accept="text/x", X_Own="c", Referer="https://d/")
        assert not {"HTTP_COOKIE", "HTTP_ACCEPT", "HTTP_X_OWN", "HTTP_REFERER"} & found.keys()

    def test_without_tls_readers_are_sent_to_where_there_is(self, front):
        with socket.create_connection(("127.0.0.1", front.plain)) as client:
            client.sendall(b"GET /posts/?q=a HTTP/1.0\r\nHost: news.example.com\r\n\r\n")
            answer = client.makefile("rb").read()
        assert b"301" in answer.splitlines()[0]
        assert b"Location: https://news.example.com/posts/?q=a\r\n" in answer


class TestStaticFiles:
    @pytest.fixture
    def stored(self, front):
        folder = front.folder / "static"
        for name in ("newsroom.0123456789ab.css", "newsroom.css"):
            (folder / name).write_text("a { color: red }")
            (folder / f"{name}.gz").write_bytes(b"\x1f\x8b as whitenoise packs it")

    def test_a_name_with_a_hash_holds_for_ever(self, front, stored):
        answer = front.ask("/static/newsroom.0123456789ab.css", Accept_Encoding="gzip")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.body.endswith(b"as whitenoise packs it")

    def test_another_for_a_minute(self, front, stored):
        answer = front.ask("/static/newsroom.css")
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.body == b"a { color: red }"


class TestLimits:
    @pytest.mark.parametrize(
        ("path", "one"),
        [
            ("/arrived/?q=a", "192.0.2.7"),
            ("/arrived/?page=1&%71=a", "192.0.2.10"),
            ("/arrived/?q=&q=a", "192.0.2.11"),
            ("/arrived/?q%01=a", "192.0.2.12"),
            ("/arrived/?s=1.600519&add=a", "192.0.2.14"),
            ("/suggest/?q=a", "192.0.2.13"),
        ],
    )
    def test_one_client_searches_only_so_often(self, front, path, one):
        wait_until(lambda: front.ask(path, X_Test_Address=one).status == 429)
        refused = next(
            answer
            for answer in iter(lambda: front.ask(path, X_Test_Address=one), None)
            if answer.status == 429
        )
        assert refused.headers["Retry-After"] == "5"
        assert "Too many searches" in refused.body.decode()
        assert front.ask("/sources/", X_Test_Address=one).status == 200
        assert front.ask(path, X_Test_Address="192.0.2.8").status == 200

    def test_one_client_waits_for_two_searches_at_a_time(self, front):
        one = {"X_Test_Address": "192.0.2.30"}
        with ThreadPoolExecutor() as pool, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE articles_post")
            searches = [pool.submit(front.ask, f"/tags/?q={uuid4()}", **one) for _ in range(2)]
            wait_until(lambda: waiting() == 2)
            assert front.ask("/arrived/?q=third", **one).status == 429
            assert front.ask("/arrived/?page=2", **one).status == 200
            assert front.ask("/arrived/?q=other", X_Test_Address="192.0.2.31").status == 200
            transaction.set_rollback(True)  # the lock goes with it
        assert {search.result().status for search in searches} == {200}

    @pytest.mark.parametrize("path", ["/arrived/?q=&tag=%71", "/arrived/?order-by=a&x.q=q"])
    def test_what_is_no_search_may_be_asked_for_as_often_as_one_likes(self, front, path):
        answers = [front.ask(path, X_Test_Address="192.0.2.20") for _ in range(40)]
        assert {answer.status for answer in answers} == {200}

    def test_a_program_with_a_key_has_the_limit_of_that(self, front, bearer):
        answers = [
            front.ask("/api/v1/posts?q=a", X_Test_Address="192.0.2.21", **bearer) for _ in range(40)
        ]
        assert {answer.status for answer in answers} == {200}

    def test_the_addresses_that_one_client_may_choose_from_are_one_client(self, front):
        asked = iter(range(1, 10_000))
        path = "/arrived/?q=b"
        wait_until(
            lambda: front.ask(path, X_Test_Address=f"2001:db8:0:1::{next(asked):x}").status == 429
        )
        assert front.ask(path, X_Test_Address="2001:db8:0:2::1").status == 200

    def test_clients_that_are_slow_keep_nobody_waiting(self, front):
        with ExitStack() as slow:
            for _ in range(20):  # five times the threads of the site
                plain = socket.create_connection(("127.0.0.1", front.port))
                client = slow.enter_context(front.tls.wrap_socket(plain))
                client.sendall(b"POST /admin/login/ HTTP/1.1\r\nHost: news.example.com\r\n")
                client.sendall(b"Content-Length: 1000\r\n\r\nnever")
            assert front.ask("/healthz").status == 200

    def test_a_thousand_clients_that_ask_for_nothing_keep_nobody_waiting(self, front):
        with ExitStack() as crowd:
            for _ in range(500):
                crowd.enter_context(socket.create_connection(("127.0.0.1", front.port)))
                slow = crowd.enter_context(socket.create_connection(("127.0.0.1", front.plain)))
                slow.sendall(b"GET / HTTP/1.1\r\nHost: ")
            assert front.ask("/healthz").status == 200


class TestWithoutTheSite:
    def test_who_waits_for_a_process_that_is_killed_is_told_to_try_again(self, front):
        gunicorn = psutil.Process(front.gunicorn.pid)
        wait_until(gunicorn.children)
        [process] = gunicorn.children()
        with ThreadPoolExecutor() as pool, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE articles_post")
            page = pool.submit(front.ask, f"/tags/?{uuid4()}")
            wait_until(waiting)
            process.kill()
            assert page.result().status == 503
            transaction.set_rollback(True)  # the lock goes with it
        wait_until(lambda: front.ask(f"/tags/?{uuid4()}").status == 200)

    def test_pages_that_were_asked_for_lately_are_still_there(self, front):
        page = front.ask("/search-help/")
        assert page.status == 200
        front.stop_site()
        try:
            wait_until(lambda: front.cache_status(front.ask("/search-help/")) == "STALE")
            again = front.ask("/search-help/")
            assert (again.status, again.body) == (200, page.body)
            other = front.ask("/sources/?asked=never")
            assert other.status == 503
            assert other.headers["Retry-After"] == "30"
            assert "暂时无法访问" in other.body.decode()
        finally:
            front.start_site()
