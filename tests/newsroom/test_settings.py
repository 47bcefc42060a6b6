import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsroom import settings
from newsroom.settings import database_at


def printed(code, **environment):
    """What a program prints in which these settings are in force."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "newsroom.settings", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("debug", "level", "times"), [("0", "WARNING", 1), ("1", "WARNING", 1), ("1", "ERROR", 0)]
)
def test_the_log_has_what_log_level_says_once(debug, level, times):
    loggers = ("django.request", "articles.web")
    code = f"import logging; [logging.getLogger(name).warning('not found') for name in {loggers}]"
    log = printed(code, DEBUG=debug, LOG_LEVEL=level)
    assert {name: log.count(f"{name}: not found") for name in loggers} == dict.fromkeys(
        loggers, times
    )
    assert log.count("not found") == len(loggers) * times


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://ann:p%40ss@db.example:5433/news",
            {"USER": "ann", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": 5433, "NAME": "news"},
        ),
        ("postgresql://localhost/news", {"HOST": "localhost", "NAME": "news"}),
        ("postgres://ann@%2Frun%2Fpostgresql/news", {"HOST": "/run/postgresql", "NAME": "news"}),
        ("postgres://[::1]:5433/news", {"HOST": "::1", "PORT": 5433}),
        ("postgres://one,two/news", {"HOST": "one,two"}),
        ("postgres://db.example/news?sslmode=require", {"OPTIONS": {"sslmode": "require"}}),
    ],
)
def test_database_url_names_a_postgresql_server(url, expected):
    found = database_at(url)
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [("postgres://db/news", "0 False\n"), ("postgres://db:6432/news", "None True\n")],
)
def test_between_transactions_nothing_is_kept_at_a_pooler(url, expected):
    code = (
        "from django.conf import settings; at = settings.DATABASES['default'];"
        "print(at['OPTIONS'].get('prepare_threshold'), 'DISABLE_SERVER_SIDE_CURSORS' in at)"
    )
    found = printed(code, DATABASE_URL=url, DATABASE_SESSION_URL="postgres://db/news")
    assert found == expected


def test_what_is_wrong_with_a_setting_is_a_fault_of_configuration():
    with pytest.raises(subprocess.CalledProcessError) as refused:
        printed("", DATABASE_URL="mysql://ann:secret@db/news")
    last = refused.value.stderr.splitlines()[-1]
    assert "ImproperlyConfigured: DATABASE_URL must begin with postgres" in last
    assert "secret" not in refused.value.stderr


def test_a_key_is_made_once_and_one_that_cannot_be_read_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path / "var")
    assert settings.home_secret_key() == settings.home_secret_key()
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret_key"]
    (tmp_path / "file").touch()
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path / "file")
    with pytest.raises(ImproperlyConfigured, match=r"file/secret_key: .*or set SECRET_KEY\.$"):
        settings.home_secret_key()
