"""Every error under /api/ is a problem, and every answer may be read from another site."""

import json

import pytest
from django.http import HttpResponse
from django.test import Client

from articles.api.problems import answer_programs
from articles.search import engine

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/posts?x=1", 400),
        ("/api/v1/posts/nowhere", 404),
        ("/api/v1/nowhere", 404),
        ("/api/v2/posts", 404),
        ("/api/v1/sources/nowhere", 404),
        ("/api/v1/posts/a%00b", 404),
    ],
)
def test_errors_are_problems(client, address, status):
    response = client.get(address)
    assert response.status_code == status
    assert response["Content-Type"] == PROBLEM
    told = response.json()
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]


@pytest.mark.parametrize(
    "address", ["/api/v1/posts", "/api/v1/openapi.json", "/api/v1/", "/api/v1"]
)
def test_another_method_is_not_allowed(address):
    client = Client(enforce_csrf_checks=True)
    for method in ("post", "put", "patch", "delete", "trace"):
        response = getattr(client, method)(address, headers={"accept-language": "zh-hans"})
        assert response.status_code == 405
        assert response["Content-Type"] == PROBLEM
        assert {*response["Allow"].split(", ")} == {"GET", "HEAD", "OPTIONS"}
        assert response.json()["detail"] == "这里的内容都用 GET 读取。"


def test_a_search_that_takes_too_long_says_when_to_try_again(client, indexed, monkeypatch):
    indexed()

    def too_long(names):
        raise engine.SearchTimeoutError(lacks_index=False)

    monkeypatch.setattr(engine, "searching", too_long)
    response = client.get("/api/v1/posts?q=茅台")
    assert response.status_code == 503
    assert response["Content-Type"] == PROBLEM
    assert int(response["Retry-After"]) > 0


def test_what_breaks_is_a_problem_too(client, monkeypatch):
    from articles.api import v1

    client.raise_request_exception = False
    monkeypatch.setattr(v1, "suggest", lambda text: 1 / 0)
    response = client.get("/api/v1/suggest?q=a")
    assert response.status_code == 500
    assert response["Content-Type"] == PROBLEM
    assert "division" not in response.content.decode()


def test_an_error_of_the_server_keeps_its_headers(rf):
    away = HttpResponse("<p>away", status=503, headers={"Retry-After": "30"})
    response = answer_programs(lambda request: away)(rf.get("/api/v1/posts"))
    assert response["Retry-After"] == "30"
    assert json.loads(response.content)["status"] == 503
    elsewhere = answer_programs(lambda request: away)(rf.get("/posts/"))
    assert elsewhere is away


def test_problems_are_in_the_language_that_was_asked_for(client):
    def detail(language):
        return client.get("/api/v1/posts?x=1", headers={"accept-language": language}).json()[
            "detail"
        ]

    assert detail("en") == "There is no such parameter."
    assert detail("zh-hans") == "没有这个参数。"


@pytest.mark.parametrize("address", ["/api/v1/posts", "/api/v1/nowhere"])
def test_scripts_of_other_sites_may_read_it(client, address):
    assert client.get(address)["Access-Control-Allow-Origin"] == "*"


def test_a_browser_may_ask_whether_it_may_ask(client):
    response = client.options("/api/v1/posts")
    assert response.status_code == 204
    assert "GET" in response["Access-Control-Allow-Methods"]
    assert "Authorization" in response["Access-Control-Allow-Headers"]
    preflight = {"Access-Control-Request-Method": "GET"}
    assert client.options("/api/v1/nothing", headers=preflight).status_code == 204
    assert client.options("/api/v1/nothing").status_code == 404


def test_head_is_get_without_the_body(client, indexed):
    indexed()
    response = client.head("/api/v1/posts")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert not response.content
