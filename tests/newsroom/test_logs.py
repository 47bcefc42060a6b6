import io
import logging

import pytest

from newsroom.logs import RefusalsInALine

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(monkeypatch):
    """What is logged, as it is written."""
    [console] = [
        handler
        for handler in logging.getLogger().handlers
        if any(isinstance(part, RefusalsInALine) for part in handler.filters)
    ]
    monkeypatch.setattr(console, "stream", io.StringIO())
    return console.stream


def test_a_request_that_is_refused_is_a_line(client, django_user_model, log):
    client.force_login(django_user_model.objects.create_user("li", is_staff=True))
    assert client.get("/admin/articles/post/").status_code == 403
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400
    denied, misled = log.getvalue().splitlines()
    assert denied.endswith("django.request: Forbidden (Permission denied): /admin/articles/post/")
    assert "Invalid HTTP_HOST header: 'elsewhere.example'" in misled


def test_a_fault_of_ours_has_its_traceback(client, log, monkeypatch):
    monkeypatch.setattr("articles.web.home.by_day", None)
    client.raise_request_exception = False
    assert client.get("/").status_code == 500
    assert "Traceback (most recent call last)" in log.getvalue()
