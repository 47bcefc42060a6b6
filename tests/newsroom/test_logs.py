import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsroom.logs import JsonLine, TextLine, in_a_line, request_id, what_failed, without_tokens


@pytest.fixture(autouse=True)
def no_request():
    request_id.set("")


@pytest.fixture
def log(monkeypatch):
    """What is logged, as it is written."""
    [console] = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, TextLine)
    ]
    monkeypatch.setattr(console, "stream", io.StringIO())
    return console


def record_of(error=None, message="it %s", **more):
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.makeLogRecord(
        {"name": "news", "levelname": "ERROR", "msg": message, "args": ("fails",)} | more
    )
    record.exc_info = exc_info
    return record


def raised():
    try:
        in_a_line(None)
    except AttributeError as error:
        return error


@pytest.mark.django_db
def test_a_request_that_is_refused_is_a_line(client, django_user_model, log):
    client.force_login(django_user_model.objects.create_user("li", is_staff=True))
    assert client.get("/admin/articles/post/").status_code == 403
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400
    assert client.get("/preview/sesame/").status_code == 404
    denied, misled, missing = log.stream.getvalue().splitlines()
    assert "django.request: Forbidden (Permission denied): /admin/articles/post/ request=" in denied
    assert " WARNING django.security.DisallowedHost: Invalid HTTP_HOST header: 'else" in misled
    assert "django.request: Not Found: /preview/…/ request=" in missing


@pytest.mark.parametrize("between", ["/", "//", ";/", "/%20", "/./", "/../preview/"])
def test_what_opens_a_preview_is_in_no_line(between):
    assert without_tokens(f"a /PREVIEW{between}sesame/?a b") == "a /PREVIEW/…/?a b"
    assert without_tokens("/previews/sesame/") == "/previews/sesame/"


@pytest.mark.django_db
@pytest.mark.parametrize("formatter", [TextLine(), JsonLine()])
def test_a_fault_of_ours_is_a_line_too_with_its_traceback(client, log, monkeypatch, formatter):
    monkeypatch.setattr("articles.web.home.by_day", None)
    monkeypatch.setattr(log, "formatter", formatter)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    [line] = log.stream.getvalue().splitlines()
    assert "TypeError: 'NoneType' object is not callable (articles/web/home.py:" in line
    assert "Traceback (most recent call last)" in line
    assert response["X-Request-ID"] in line


def test_an_error_is_named_with_the_place_in_our_code():
    assert what_failed(raised()).startswith("AttributeError: ")
    assert what_failed(raised()).endswith(", in in_a_line)")
    assert "(newsroom/logs.py:" in what_failed(raised())
    assert what_failed(ValueError("two\nlines")) == "ValueError: two lines"


def test_a_line_for_people():
    request_id.set("5f0c")
    line = TextLine().format(record_of(ValueError("no date")))
    time, told = line.split(" ", 1)
    assert "T" in time
    assert told == (
        'ERROR news: it fails request=5f0c error="ValueError: no date"'
        ' traceback="ValueError: no date\\n"'
    )


def test_a_line_of_json():
    request_id.set("5f0c")
    line = json.loads(JsonLine().format(record_of(ValueError("没有日期"), fields={"status": 500})))
    assert line.pop("time")
    assert line == {
        "level": "ERROR",
        "logger": "news",
        "message": "it fails",
        "status": 500,
        "request": "5f0c",
        "error": "ValueError: 没有日期",
        "traceback": "ValueError: 没有日期\n",
    }


@pytest.mark.parametrize("formatter", [TextLine(), JsonLine()])
def test_nobody_can_write_a_line_of_their_own(formatter):
    forged = formatter.format(record_of(message="/\r\n2022 INFO \x1b[31m\u2028%s"))
    assert "\n" not in forged
    assert "\x1b" not in forged


@pytest.mark.parametrize("chosen", ["text", "json"])
def test_gunicorn_logs_in_the_same_form(free_tcp_port, chosen):
    gunicorn = Path(sys.executable).with_name("gunicorn")
    command = [gunicorn, "-c", "newsroom/gunicorn.py", "wsgiref.simple_server:demo_app"]
    environment = {
        **os.environ,
        "LOG_FORMAT": chosen,
        "PORT": str(free_tcp_port),
        "LOG_LEVEL": "ERROR",
    }
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
        first = server.stderr.readline()
        server.terminate()
    assert "Starting gunicorn" in first
    if chosen == "json":
        assert json.loads(first)["logger"] == "gunicorn.error"
    else:
        assert " INFO gunicorn.error: Starting gunicorn" in first
