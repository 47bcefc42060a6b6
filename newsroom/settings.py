"""Settings. What an operator may set is read by `newsroom.environment`.

Two ways to run, told apart by ALLOWED_HOSTS:

- *at home* (unset): reachable at localhost only, with a secret key kept in `var/`;
- *in public* (set): SECRET_KEY is required, and everything goes over HTTPS unless HTTPS=off.
"""

import datetime as dt
import os
import secrets
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from . import logs, silence
from .environment import Environment, database_at

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
try:
    environment = Environment(os.environ)
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error

DEBUG = environment.debug
ALLOWED_HOSTS = environment.allowed_hosts or ["localhost", "127.0.0.1", "[::1]"]


def home_secret_key() -> str:
    """The key kept in var/secret_key, made on first use."""
    path = VAR_DIR / "secret_key"
    try:
        if not path.exists():
            make_secret_key(path)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path}: {error.strerror}. Run this as the account that owns it, or set SECRET_KEY."
        ) from error


def make_secret_key(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(64))
    try:
        path.hardlink_to(draft)  # if two processes start at once, one of them wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()


SECRET_KEY = environment.secret_key or home_secret_key()

INSTALLED_APPS = [
    "articles",
    "newsroom.desk.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_filters",
    "csp",
    "simple_history",
    "axes",
    "django_prose_editor",  # only its script is used
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "articles.web.methods.leave_out_bodies",
    "articles.web.health.answer_health_checks",
    "articles.web.traffic.record_traffic",
    "articles.api.problems.answer_programs",
    "newsroom.clients.believe_proxies_alone",
    "django.middleware.security.SecurityMiddleware",
    "newsroom.content_policy.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "articles.api.limits.limit_programs",
    "articles.web.conditional.conditional_get",
    "django.middleware.gzip.GZipMiddleware",
    "articles.web.compression.compress",  # pages are kept compressed
    "articles.web.methods.OnlyRead",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "articles.web.addresses.RedirectMoved",
    "articles.web.clean_input.CleanInput",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"

TEMPLATES = [
    {  # the pages for readers, and what crawlers read
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "pages"],
        "OPTIONS": {"environment": "articles.web.environment.environment"},
    },
    {  # the desk
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")  # TemplatesSetting finds its templates


DATABASES: dict[str, dict[str, Any]]
if environment.database_url:
    DATABASES = {"default": database_at(environment.database_url)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "newsroom.embedded",
            "NAME": "newsroom",
            "DATA_DIR": VAR_DIR / "postgres",
        }
    }
CONNECT_TIMEOUT = 2  # seconds, the least that libpq takes; pages wait for the pool

# A server that hangs is found by its silence, and one that is away once the pool has tried for five
# seconds. A pool that gave up begins anew with the next page: one that went on trying would do so
# ever more seldom, and let pages fail for minutes after the server is back.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", CONNECT_TIMEOUT)
DATABASES["default"]["OPTIONS"]["pool"] = {
    "timeout": 5,
    "reconnect_timeout": 10,
    "connection_class": silence.Connection,
}

# Pages are read from replicas, where there are any (`articles.replicas`). Then no server is waited
# for long: others answer. One that is cut off is found by what it does not acknowledge.
REPLICAS = [f"replica{number}" for number, _ in enumerate(environment.database_replica_urls, 1)]
if REPLICAS:
    addresses = map(database_at, environment.database_replica_urls)
    DATABASES |= dict(zip(REPLICAS, addresses, strict=True))
    DATABASE_ROUTERS = ["articles.database.Router"]
    for alias, at in DATABASES.items():
        seconds = 2 if alias == "default" else 0.3
        at.setdefault("OPTIONS", {}).update(
            pool={
                "timeout": seconds,
                "min_size": 1,
                "max_size": 5,
                "reconnect_timeout": 1,
                "connection_class": silence.Connection,
            },
            connect_timeout=CONNECT_TIMEOUT,
            keepalives_idle=5,
            keepalives_interval=1,
            keepalives_count=2,
            tcp_user_timeout=2000,  # milliseconds
        )

# Where DATABASE_URL leads to a pooler, a transaction is all that holds together there. Commands
# have sessions: `manage.py` takes DATABASE_SESSION_URL for them.
HAS_SESSIONS = environment.database_session_url in ("", environment.database_url)
for at in DATABASES.values():
    if HAS_SESSIONS:
        at["OPTIONS"]["prepare_threshold"] = 0  # for what `articles.prepared` asks
    else:
        at["DISABLE_SERVER_SIDE_CURSORS"] = True
ADDRESSES_OF_ARCHIVE: tuple[str, ...] = ()  # two, if commands have another than pages

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{VALIDATION}.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # stops whoever is locked out
    "django.contrib.auth.backends.ModelBackend",
]
# Whoever fails five times is locked out for an hour: this name from this address, so that nobody
# can lock out somebody else. Older failures are deleted at the next login. Logins that succeed are
# not recorded.
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = dt.timedelta(hours=1)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "admin/locked.html"
AXES_CLIENT_IP_CALLABLE = "newsroom.clients.network"

# Pages are kept by each process in its memory, or in a Valkey or Redis server that several share.
CACHE_URL = environment.cache_url
PAGE_CACHE_MIB = environment.page_cache_mib

# The queue of tasks: `articles.task_queue` puts them into the database, and `manage.py worker` does
# what `articles.tasks` says of them.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # or every process would read the tasks at its start
PROCRASTINATE_IMPORT_PATHS = ["articles.tasks"]
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 24 * 3600}  # seconds for which a worker was away
HEARTBEAT = 5  # seconds between two signs of life of a worker
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": 4,  # threads; each takes a connection of the pool, which has four
    # Seconds between two looks at the queue: nothing tells a worker that a task may begin since the
    # one before it has ended, or is due again. Of new ones it is told.
    "fetch_job_polling_interval": 1,
    "delete_jobs": "successful",
    "update_heartbeat_interval": HEARTBEAT,
    "stalled_worker_timeout": 3 * HEARTBEAT,
    "shutdown_graceful_timeout": 0,  # seconds until a task is told that its worker ends
    "install_signal_handlers": False,  # `worker` has its own
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "articles" / "locale"]
FORMAT_MODULE_PATH = "newsroom.formats"
TIME_ZONE = "Asia/Shanghai"  # the days and hours that readers see; stored in UTC
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Files that a browser sends to be imported. They are streamed to a folder, not held in memory.
UPLOAD_DIR = BASE_DIR / environment.upload_dir
UPLOAD_MAX_MIB = environment.upload_max_mib
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20  # the form of a post with a long body

# Pictures stay on the hosts that posts name. Everything else comes from this site.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "https:", "http:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
TRUSTED_PROXIES = environment.trusted_proxies
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "articles.web.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Whoever follows a link in a mail is still logged in.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 16 * 3600  # seconds: from the first coffee to the last edition
if environment.https:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# Of the addresses of an archive at home.
PORT = environment.port

# Requests a minute from one address that the API answers; 0: any number.
API_LIMIT = environment.api_limit

# Announced in feeds: whoever subscribes there is told of new posts.
WEBSUB_HUB = environment.websub_hub

# What the pictures of posts are written in; none: the picture of the site stands for every page.
PICTURE_FONT = environment.picture_font

# Sites that may show lists and charts in frames; none: nobody may.
EMBED_HOSTS = environment.embed_hosts

# What of the above decides about public pages: these are kept under it, too
# (`articles.web.conditional`).
DECIDE_ABOUT_PAGES = (
    "DEBUG",
    "ALLOWED_HOSTS",
    "API_LIMIT",
    "WEBSUB_HUB",
    "PICTURE_FONT",
    "EMBED_HOSTS",
)

# Who may read /metrics.
METRICS_NETWORKS = environment.metrics_networks
METRICS_TOKEN = environment.metrics_token

LOGGING = logs.configuration(environment)
if environment.error_dsn:
    from .error_reports import report_errors_to

    report_errors_to(environment.error_dsn)
