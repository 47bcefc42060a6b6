"""What an operator sets, and what is said of it at the start."""

import ast
import os
import re
import secrets
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from newsroom.environment import Environment

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs" / "settings.md").read_text()
#: Names of what shells, systemd, containers, CI and libraries set: none is taken for a misspelling.
OF_OTHERS = """
    PATH HOME USER SHELL PWD OLDPWD LANG LC_ALL TERM HOSTNAME LOGNAME TMPDIR TZ EDITOR PAGER DISPLAY
    INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID NOTIFY_SOCKET CREDENTIALS_DIRECTORY WATCHDOG_USEC
    STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY RUNTIME_DIRECTORY CONFIGURATION_DIRECTORY
    KUBERNETES_SERVICE_HOST KUBERNETES_PORT NEWSROOM_SERVICE_HOST NEWSROOM_SERVICE_PORT_HTTP
    NEWSROOM_PORT_8000_TCP NEWSROOM_WEB_PORT_8000_TCP_ADDR
    HTTP_PROXY HTTPS_PROXY NO_PROXY PGHOST PGPORT PGDATABASE PGUSER CI GITHUB_ACTIONS
    DEBUGINFOD_URLS
    DJANGO_SETTINGS_MODULE DJANGO_SUPERUSER_PASSWORD DJANGO_COLORS DJANGO_RUNSERVER_HIDE_WARNING
    OTEL_LOG_LEVEL AWS_SECRET_KEY DATABASE_POOL_URL
    PYTHONPATH PYTHONUNBUFFERED VIRTUAL_ENV GUNICORN_CMD_ARGS
    CI_SERVER_HOST CI_SERVER_PORT CI_DEBUG_TRACE GITLAB_CI GITHUB_API_URL RUNNER_DEBUG BUILD_URL
    GITHUB_TOKEN ACTIONS_CACHE_URL ACTIONS_STEP_DEBUG JENKINS_URL DOCKER_HOST DOCKER_BUILDKIT
    SSH_CONNECTION SSH_AUTH_SOCK SUDO_USER MAIL SHLVL XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS
    LISTEN_FDS LISTEN_PID MAINPID MANAGERPID MEMORY_PRESSURE_WATCH EXIT_STATUS FDSTORE
    NEWS_PORT_80_TCP NEWS_SERVICE_PORT REDIS_PORT POSTGRES_USER POSTGRES_DB POSTGRES_HOST PG_MAJOR
    POST PORTS HOSTS HTTP_HOST LOG_FILE SENTRY_DSN REDIS_URL DEBIAN_FRONTEND DEBEMAIL
    MAKEFLAGS MAKELEVEL PYTHON SAMPLES POSTS ARGS SSL_CERT_FILE PIP_CACHE_DIR XDG_CACHE_HOME
""".split()


def rows(text: str) -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))


@pytest.fixture(scope="module")
def documented() -> tuple[set[str], set[str]]:
    """What the reference has: settings, and parameters of make."""
    settings, of_make = REFERENCE.split("\n## make\n")
    return rows(settings), rows(of_make)


def test_the_reference_has_every_setting_and_no_other(documented):
    assert documented[0] == Environment({}).names


def test_the_reference_has_every_parameter_of_make(documented):
    makefile = (ROOT / "Makefile").read_text()
    used = {a or b for a, b in re.findall(r"\$\(([A-Z]+)\)|\$\$([A-Z]+)\b", makefile)}
    ours = set(re.findall(r"^([A-Z]+) :?= ", makefile, re.MULTILINE))
    assert documented[1] == used - ours - {"MAKECMDGOALS"}


@pytest.mark.parametrize("name", sorted(Environment({}).names))
def test_a_default_is_as_the_reference_says(name):
    for default in re.findall(rf"^\| `{name}` \| `([^`]+)` \|", REFERENCE, re.MULTILINE):
        named, unset = vars(Environment({name: default})), vars(Environment({}))
        told_apart = {"variables", "has_named_proxies"}
        assert {key for key in unset if named[key] != unset[key]} <= told_apart


def test_nothing_else_reads_the_environment():
    for folder in ("newsroom", "articles"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                match node:
                    case ast.Subscript(ast.Attribute(_, "environ"), ast.Constant(name), ast.Load()):
                        pytest.fail(f"{path} reads {name}")
                    case ast.Call(
                        ast.Attribute(ast.Attribute(_, "environ"), "get" | "pop"),
                        [ast.Constant(name), *_],
                    ) | ast.Call(ast.Attribute(_, "getenv"), [ast.Constant(name), *_]):
                        pytest.fail(f"{path} reads {name}")


def test_an_empty_setting_is_as_one_that_is_not_set():
    names = Environment({}).names
    empty = Environment(dict.fromkeys(names, ""))
    assert vars(empty) == vars(Environment({})) | {"variables": empty.variables}


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("ALOWED_HOSTS", "ALLOWED_HOSTS"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("NEWSROOM_SECRET_KEY", "SECRET_KEY"),
        ("NEWSROOM_TRUSTED_PROXY", "TRUSTED_PROXIES"),
        ("allowed_hosts", "ALLOWED_HOSTS"),
        ("NEWSROOM_PORT", "PORT"),
        ("NEWSROOM_HOST", "HOST"),
        ("newsroom_debug", "DEBUG"),
        ("DJANGO_ALLOWED_HOSTS", "ALLOWED_HOSTS"),
        ("DJANGO_DEBUG", "DEBUG"),
        ("DJANGO_PORT", "PORT"),
        ("DJANGO_ALOWED_HOSTS", "ALLOWED_HOSTS"),
        ("HTPPS", "HTTPS"),
        ("HTTSP", "HTTPS"),
        ("HTTPX", "HTTPS"),
        ("DEBGU", "DEBUG"),
        ("debig", "DEBUG"),
        ("PROT", "PORT"),
        ("HSOT", "HOST"),
        ("NEWSROM_PORT", "PORT"),
        ("NEWSROOMDEBUG", "DEBUG"),
        ("PAGE_CACHE", "PAGE_CACHE_MIB"),
        ("UPLOAD_MAX", "UPLOAD_MAX_MIB"),
    ],
)
def test_a_misspelt_name_is_said(variable, meant):
    with pytest.raises(ValueError, match=f"^{variable} is not a setting. Did you mean {meant}"):
        Environment({variable: "x"})


def test_a_name_of_ours_that_is_no_setting_is_said():
    with pytest.raises(ValueError, match=r"^NEWSROOM_FOO is not a setting\. docs/settings.md"):
        Environment({"NEWSROOM_FOO": "x"})


def test_names_of_others_are_not_misspelt_ones():
    Environment(dict.fromkeys(OF_OTHERS, "x") | {"NEWSROOM_PORT": "tcp://10.0.0.1:8000"})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DEBUG", "ture", "DEBUG=ture: write on or off."),
        ("PORT", "http", "PORT=http: write a whole number from 1 to 65535."),
        ("PORT", "65536", "PORT=65536: write a whole number from 1 to 65535."),
        ("PORT", "８０００", "PORT=８０００: write a whole number from 1 to 65535."),
        ("PAGE_CACHE_MIB", "-1", "PAGE_CACHE_MIB=-1: write a whole number from 0"),
        ("PAGE_CACHE_MIB", "1000000", "PAGE_CACHE_MIB=1000000: write a whole number from 0 to"),
        ("WEB_CONCURRENCY", "0", "WEB_CONCURRENCY=0: write a whole number from 1"),
        ("WEB_CONCURRENCY", "1001", "WEB_CONCURRENCY=1001: write a whole number from 1 to 1000."),
        ("HOST", "not a host", "HOST=not a host: write an IP address or the name of a host"),
        ("HOST", "localhost:80", "HOST=localhost:80: write an IP address or the name of a host"),
        ("HOST", "999.0.0.1", "HOST=999.0.0.1: write an IP address or the name of a host"),
        ("HOST", "[::1", "HOST=[::1: write an IP address or the name of a host"),
        ("HOST", "[::g]", "HOST=[::g]: write an IP address or the name of a host"),
        ("LOG_LEVEL", "chatty", "LOG_LEVEL=chatty: write one of DEBUG, INFO"),
        ("CACHE_URL", "http://x", "CACHE_URL must begin with redis, rediss, unix"),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL must begin with postgres"),
        ("CACHE_URL", "redis://h/0?foo=bar", "CACHE_URL makes no sense as an address"),
        ("CACHE_URL", "redis://h/0?socket_timeout=x", "CACHE_URL makes no sense as an address"),
        ("CACHE_URL", "redis://h/0?protocol=9", "CACHE_URL makes no sense as an address"),
        ("CACHE_URL", "redis://h/abc", "CACHE_URL makes no sense as an address"),
        ("CACHE_URL", "redis://h:99999", "CACHE_URL makes no sense as an address"),
        ("CACHE_URL", "redis://h:0", "CACHE_URL makes no sense as an address"),
        ("CACHE_URL", "redis://a,b", "CACHE_URL makes no sense as an address"),
        ("CACHE_URL", "unix://", "CACHE_URL makes no sense as an address"),
        ("CACHE_URL", "unix://run/redis.sock", "CACHE_URL makes no sense as an address"),
        *(
            ("DATABASE_URL", f"postgres://h/n?{option}=/no/file", f"{option}=/no/file is not there")
            for option in ("sslrootcert", "sslcert", "sslkey", "sslcrl", "passfile")
        ),
        ("DATABASE_REPLICA_URLS", "postgres://h/n?sslkey=/no/x", "sslkey=/no/x is not there, or"),
        ("CACHE_URL", "rediss://h?ssl_ca_certs=/no/file", "ssl_ca_certs=/no/file is not there"),
        ("DATABASE_URL", "postgres://a:b@h:x/y", "DATABASE_URL makes no sense as an address"),
        ("DATABASE_URL", "postgres://", "DATABASE_URL makes no sense as an address"),
        ("DATABASE_URL", "postgres://u@h", "DATABASE_URL makes no sense as an address"),
        ("DATABASE_URL", "postgres://h/n?foo=bar", "DATABASE_URL makes no sense as an address"),
        *(
            ("DATABASE_URL", f"postgres://{rest}", "DATABASE_URL makes no sense as an address")
            for rest in (
                "h/n?sslmode=wrong",
                "h/n?connect_timeout=abc",
                "h/n?keepalives=yes",
                "h/n?conn_max_age=60",
                "h/n?atomic_requests=1",
                "h/n?pool=true",
                "h/n%00",
                "u%00@h/n",
                "h:0/n",
                "h:70000/n",
                "one:5432,two:70000/n",
                "one,,two/n",
                "999.1.1.1/n",
                "a b/n",
                "-a/n",
                "a..b/n",
                "[::g]/n",
                "run%2Fpostgresql/n",
                "h//n",
                "h/n/x",
                "h/n#x",
                f"h/{'n' * 64}",
            )
        ),
        *(
            ("CACHE_URL", f"redis://h/0?{options}", "CACHE_URL makes no sense as an address")
            for options in (
                "encoding=nope",
                "socket_timeout=-1",
                "socket_timeout=0",
                "socket_type=1",
                "retry=1",
                "decode_responses=true",
                "client_name=a%20b",
                "client_name=",
                "db=-1",
                "db",
                "x",
                "socket_keepalive=1",
                "ssl_cert_reqs=bogus",
            )
        ),
        ("DATABASE_REPLICA_URLS", "http://x", "DATABASE_REPLICA_URLS must begin with postgres"),
        ("DATABASE_REPLICA_URLS", "postgres://a/n;postgres://b/n", "DATABASE_REPLICA_URLS makes"),
        ("DATABASE_REPLICA_URLS", "postgres://a/n,postgres://A:5432/n", "names a server twice."),
        ("DATABASE_REPLICA_URLS", "postgres://x/y", "so DATABASE_URL must be set too"),
        ("DATABASE_SESSION_URL", "postgres://x/y", "so DATABASE_URL must be set too"),
        ("ERROR_DSN", "https://errors.example/1", "ERROR_DSN makes no sense as an address"),
        ("ERROR_DSN", "https://k@h/abc", "ERROR_DSN makes no sense as an address"),
        ("ERROR_DSN", "https://k@h:x/1", "ERROR_DSN makes no sense as an address"),
        ("ERROR_DSN", "https://k@a b/1", "ERROR_DSN makes no sense as an address"),
        ("WEBSUB_HUB", "https://-/", "WEBSUB_HUB makes no sense as an address"),
        ("WEBSUB_HUB", "https://999.9.9.9/", "WEBSUB_HUB makes no sense as an address"),
        ("WEBSUB_HUB", "https://", "WEBSUB_HUB makes no sense as an address"),
        ("WEBSUB_HUB", "https://h:99999/", "WEBSUB_HUB makes no sense as an address"),
        ("PICTURE_FONT", "/etc/passwd", "PICTURE_FONT=/etc/passwd: this is not a font"),
        ("PICTURE_FONT", "/etc", "PICTURE_FONT=/etc: there is no such file"),
        ("PICTURE_FONT", "f" * 300, "f: this is not a font that can be read"),
        ("UPLOAD_DIR", "/etc/passwd", "UPLOAD_DIR=/etc/passwd: /etc/passwd is not a folder"),
        ("UPLOAD_DIR", "/etc/passwd/a", "UPLOAD_DIR=/etc/passwd/a: /etc/passwd is not a folder"),
        ("UPLOAD_DIR", "/dev/null/x", "UPLOAD_DIR=/dev/null/x: /dev/null is not a folder"),
        *(
            ("UPLOAD_DIR", path, "write the path of a folder in full.")
            for path in (
                *("~/uploads", "$HOME/uploads", "%h/uploads", "'/srv/up'", '"/srv/up"'),
                *("#/srv/up", "/srv/up # of editors", "s3://bucket/up", "file:///srv/up"),
            )
        ),
        ("UPLOAD_DIR", "u" * 300, "u: File name too long."),
        ("UPLOAD_DIR", "a\0b", "write the path of a folder in full."),
        ("METRICS_TOKEN", "a" * 16, "METRICS_TOKEN can be guessed: write 16 random"),
        ("METRICS_TOKEN", "芝麻开门芝麻开门芝麻开门芝麻开门", "METRICS_TOKEN: write letters"),
        ("METRICS_TOKEN", "sesame", "METRICS_TOKEN is short: write 16 characters or more."),
        ("METRICS_TOKEN", "change-me-change-me", "METRICS_TOKEN can be guessed: write 16 random"),
        ("ALLOWED_HOSTS", "https://a.example", "https://a.example is not the name of a host"),
        *(
            ("ALLOWED_HOSTS", host, f"{host} is not the name of a host")
            for host in ("-a.example", "a..example", "..", "[1]", "999.9.9.9", "茅台.cn", "a" * 64)
        ),
        ("ALLOWED_HOSTS", ",", "ALLOWED_HOSTS=,: write something between the commas"),
        ("ALLOWED_HOSTS", "a.example", "so SECRET_KEY must be set too"),
        ("TRUSTED_PROXIES", ",", "TRUSTED_PROXIES=,: write something between the commas"),
        ("TRUSTED_PROXIES", "nginx", "TRUSTED_PROXIES: 'nginx' does not appear to be"),
    ],
)
def test_a_value_that_makes_no_sense_is_said(name, value, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Environment({name: value})


@pytest.mark.parametrize(
    "key",
    [
        *("change-me", "k" * 64, "django-insecure-" + "abcdefgh" * 8),
        *("change-me-" * 6, "0123456789" * 5 + "012", "your-secret-key-here-" * 3),
        "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'",
        "$(python3 -c 'import secrets; print(secrets.token_urlsafe(64))')",
        "<50 random characters or more, the same on all machines>",
        "change-me-to-50-random-characters-or-more-and-keep-it-secret",
        "REPLACE_THIS_WITH_A_LONG_RANDOM_STRING_OF_FIFTY_CHARACTERS",
        "insecure-secret-key-for-development-only-do-not-use-in-production",
    ],
)
def test_a_public_site_has_a_key_that_nobody_guesses(key):
    with pytest.raises(ValueError, match=r"^SECRET_KEY (is short|can be guessed)"):
        Environment({"ALLOWED_HOSTS": "news.example.com", "SECRET_KEY": key})
    Environment({"ALLOWED_HOSTS": "localhost,[::1]", "SECRET_KEY": key})
    Environment({"ALLOWED_HOSTS": "news.example.com", "SECRET_KEY": key, "DEBUG": "on"})


@pytest.mark.parametrize(
    "token", ["change-me-please-now", "CHANGEME0123456789", "password12345678", "0123456789abcdef"]
)
def test_nor_does_anybody_guess_the_token_of_metrics(token):
    with pytest.raises(ValueError, match=r"^METRICS_TOKEN can be guessed"):
        Environment({"METRICS_TOKEN": token})


def test_a_random_secret_is_taken():
    for _ in range(1000):
        for key in (secrets.token_urlsafe(64), secrets.token_hex(32)):
            Environment({"ALLOWED_HOSTS": "news.example.com", "SECRET_KEY": key})
        Environment({"METRICS_TOKEN": secrets.token_urlsafe(32)})


@pytest.mark.parametrize(
    "url",
    ["mysql://ann:secret@db/news", "postgres://ann:secret/@db/news", "db/news?password=secret"],
)
def test_no_password_is_repeated(url):
    for name in ("DATABASE_URL", "CACHE_URL"):
        with pytest.raises(ValueError, match=name) as refused:
            Environment({name: url})
        assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgres://ann:p#s@db/news", "postgres://one:5432,two:5433/news", "pgsql:///news",
        "postgres://news@%2Frun%2Fpostgresql/news", "postgres://[::1]:5432/news", "postgres://my_db/1",
        "postgres://db/news?sslmode=verify-full&sslrootcert=system&sslcert=/etc/hosts",
        "postgres://db/news?sslmode=verify-full&connect_timeout=5&options=-c%20work_mem=8MB",
    ],
)  # fmt: skip
def test_a_database_may_have_any_password_and_several_hosts(url):
    assert Environment({"DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize(
    "url",
    [
        "redis://h", "redis://:p%40ss@h:6379/0", "unix:///run/redis.sock?db=3",
        "unix://news:p@/run/redis.sock", "redis://h?protocol=3",
        "rediss://h/0?ssl_cert_reqs=required&ssl_ca_certs=/etc/hosts&client_name=news",
    ],
)  # fmt: skip
def test_a_shared_server_may_have_options(url):
    assert Environment({"CACHE_URL": url}).cache_url == url


@pytest.mark.parametrize(
    ("value", "networks"),
    [
        (None, "127.0.0.1/32 ::1/128"),
        ("10.0.0.1, 10.1.0.0/16 ,::1,", "10.0.0.1/32 10.1.0.0/16 ::1/128"),
        ("10.0.0.1/8", "10.0.0.0/8"),
    ],
)
def test_proxies_are_addresses_and_networks(value, networks):
    named = Environment({} if value is None else {"TRUSTED_PROXIES": value})
    assert " ".join(map(str, named.trusted_proxies)) == networks


@pytest.mark.parametrize(
    ("host", "listening"),
    [("::1", "[::1]"), ("[::1]", "[::1]"), ("10.0.0.1", "10.0.0.1"), ("db-1.local", "db-1.local")],
)
def test_the_site_listens_at_addresses_and_names(host, listening):
    assert Environment({"HOST": host}).host == listening


@pytest.mark.parametrize("value", ["nginx", "*", "10.0.0.0/33", "unix:/run/x", "10.0.0.1 10.0.0.2"])
def test_proxies_that_are_neither_are_said(value):
    with pytest.raises(ValueError, match="Write IP addresses or networks"):
        Environment({"TRUSTED_PROXIES": value})


@pytest.mark.parametrize(
    "arguments",
    [
        ["manage.py", "check"],
        ["-m", "newsroom.serve"],
        ["-m", "newsroom.web"],
        ["-m", "newsroom.embedded", "psql"],
        [Path(sys.executable).with_name("gunicorn"), "-c", "newsroom/gunicorn.py"],
    ],
)
def test_every_program_says_it_in_a_line_and_ends(arguments):
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABSE_URL": "postgres://localhost/news"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    assert done.stdout == ""
    assert done.stderr == (
        "DATABSE_URL is not a setting. Did you mean DATABASE_URL? docs/settings.md has all.\n"
    )


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("two", 1, "WEB_CONCURRENCY=two: write a whole number from 1 to 1000.\n"),
        ("", 0, ""),
    ],
)
def test_the_number_of_web_processes_is_read_before_gunicorn_reads_it(text, status, said):
    done = subprocess.run(
        [sys.executable, "-m", "newsroom.web"],
        cwd=ROOT,
        env={
            **os.environ,
            "WEB_CONCURRENCY": text,
            "GUNICORN_CMD_ARGS": "--check-config",
            "PYTHONWARNINGS": "ignore",  # of static files that are not collected
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (status, said)


def test_commands_run_where_nothing_can_be_printed():
    command = f"exec {shlex.quote(sys.executable)} manage.py help >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], cwd=ROOT, check=False).returncode == 0
