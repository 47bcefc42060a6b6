import logging.config

import pytest
from django.conf import settings


@pytest.fixture
def log(capsys):
    """A function that returns what was logged."""
    logging.config.dictConfig(settings.LOGGING)  # anew, for the stream that is captured
    yield lambda: capsys.readouterr().err
    logging.config.dictConfig(settings.LOGGING)


@pytest.mark.django_db
def test_a_request_that_is_refused_is_a_line(client, django_user_model, log):
    client.force_login(django_user_model.objects.create_user("li", is_staff=True))
    assert client.get("/admin/articles/post/").status_code == 403
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400
    denied, misled, *rest = log().splitlines()
    assert denied.endswith("django.request: Forbidden (Permission denied): /admin/articles/post/")
    assert "Invalid HTTP_HOST header: 'elsewhere.example'" in misled
    assert [line.partition("django.request: ")[2] for line in rest] == ["Bad Request: /"]


@pytest.mark.django_db
def test_a_fault_of_ours_has_its_traceback(client, log, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("articles.views.home.by_day", None)
    assert client.get("/").status_code == 500
    assert "Traceback (most recent call last)" in log()
