import io
import logging

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from articles import replicas
from articles.api import v1
from articles.replicas import Server
from articles.web import errors, home, reading
from newsroom.logs import TextLine


def text(response):
    return response.content.decode()


@pytest.fixture
def log(monkeypatch):
    """What is logged, as it is written."""
    handlers = logging.getLogger().handlers
    [console] = [handler for handler in handlers if isinstance(handler.formatter, TextLine)]
    monkeypatch.setattr(console, "stream", io.StringIO())
    return console.stream


class TestServerError:
    @pytest.fixture(autouse=True)
    def nobody_looks_whether_it_is_back(self, monkeypatch):
        server = Server("default")
        for module in reading, replicas:
            monkeypatch.setattr(module, "primary", server)
        monkeypatch.setattr(Server, "wait_until_back", lambda _: None)

    @pytest.fixture
    def failing(self, monkeypatch, db):
        def fail_with(error):
            def answer(*_):
                raise error

            monkeypatch.setattr(home, "answer", answer)
            return Client(raise_request_exception=False)

        return fail_with

    def test_a_fault_of_ours_is_500(self, failing):
        response = failing(ZeroDivisionError()).get("/")
        assert response.status_code == 500
        assert "出错了" in text(response)

    @pytest.mark.parametrize("error", [OperationalError, psycopg.OperationalError])
    def test_a_database_that_is_away_is_503_for_a_while(self, failing, error, log):
        response = failing(error("the connection is closed")).get("/")
        assert response.status_code == 503
        assert response["Retry-After"] == "30"
        assert "暂时无法访问" in text(response)
        outage, line = log.getvalue().splitlines()
        assert " ERROR articles.replicas: The database at " in outage
        assert " WARNING django.request: Service Unavailable: / " in line
        assert "OperationalError: the connection is closed" in line
        assert "Traceback" not in line

    @pytest.mark.parametrize("asked", ["1 FROM no_table", "no_column FROM articles_post"])
    def test_a_database_of_another_release_is_503_and_the_log_says_what_to_do(
        self, failing, asked, log, monkeypatch
    ):
        client = failing(None)

        def ask(*_):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {asked}")

        monkeypatch.setattr(home, "answer", ask)
        response = client.get("/")
        assert response.status_code == 503
        assert "暂时无法访问" in text(response)
        advice, line = log.getvalue().splitlines()
        assert errors.OTHER_RELEASE in advice
        assert " WARNING django.request: Service Unavailable: / " in line

    def test_only_who_sends_a_form_is_told_that_nothing_was_saved(self, db):
        replicas.primary.is_away = True
        client = Client(raise_request_exception=False)
        assert "暂时无法访问" in text(client.get("/admin/login/"))
        assert "暂时无法保存" in text(client.post("/admin/login/"))

    def test_the_api_logs_it_once(self, log, monkeypatch, db):
        def fail(*_):
            raise OperationalError("the connection is closed")

        monkeypatch.setattr(v1, "suggest", fail)
        Client(raise_request_exception=False).get("/api/v1/suggest?q=a")
        Client(raise_request_exception=False).get("/api/v1/posts?x=1")
        _outage, unavailable, bad = log.getvalue().splitlines()
        assert "Service Unavailable: /api/v1/suggest" in unavailable
        assert "Bad Request: /api/v1/posts" in bad

    def test_neither_page_asks_the_database(self, failing, django_assert_num_queries):
        client = failing(OperationalError())
        with django_assert_num_queries(1):  # the version, before it failed
            client.get("/")


class TestForbidden:
    @pytest.mark.parametrize(
        ("language", "told"), [("zh-hans", "您没有权限"), ("en", "You may not")]
    )
    def test_the_desk_says_so_in_the_frame_and_language_of_the_site(
        self, client, django_user_model, language, told
    ):
        client.force_login(django_user_model.objects.create_user("li", is_staff=True))
        response = client.get("/admin/articles/post/", headers={"Accept-Language": language})
        assert response.status_code == 403
        assert told in text(response)
        assert 'class="masthead"' in text(response)


class TestCsrfFailure:
    @pytest.fixture
    def client(self, db):
        return Client(enforce_csrf_checks=True)

    @pytest.mark.parametrize(
        ("language", "told"), [("zh-hans", "保留在本浏览器中"), ("en", "kept in this browser")]
    )
    def test_it_tells_what_to_do(self, client, language, told):
        response = client.post("/admin/login/", headers={"Accept-Language": language})
        assert response.status_code == 403
        assert told in text(response)
        assert 'class="masthead"' in text(response)

    @pytest.mark.parametrize(
        ("referer", "link"),
        [
            ("http://testserver/admin/articles/post/1/change/?q=1", None),
            ("http://elsewhere.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("", "/"),
        ],
    )
    def test_it_leads_back_to_our_own_pages_alone(self, client, referer, link):
        response = client.post("/admin/login/", headers={"Referer": referer})
        assert f'<a href="{link or referer}">重新打开该页</a>' in text(response)


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "太多"), ("en", "too much")])
def test_more_than_a_form_may_send_is_said_in_words(client, settings, language, words):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    headers = {"accept-language": language}
    answer = client.post("/admin/login/", {"username": "x" * 2**21}, headers=headers)
    assert answer.status_code == 413
    assert words in answer.text
    assert " 1 MiB" in answer.text
    many = {f"field{number}": "" for number in range(1001)}
    assert client.post("/admin/login/", many, headers=headers).status_code == 413


@pytest.mark.django_db
def test_a_reader_who_sends_too_much_is_told_to_send_less_and_nothing_of_the_desk(client):
    answer = client.get("/watch/", {f"field{number}": "" for number in range(1001)})
    assert answer.status_code == 413
    assert "先提交一半的行" in answer.text
    assert "编辑台" not in text(answer)
    assert 'href="/watch/"' in answer.text
