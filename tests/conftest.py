"""What every test may use."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import hypothesis
import pytest
from django.conf import settings
from django.template.backends.jinja2 import Template
from django.test import TransactionTestCase, override_settings
from django.test.signals import template_rendered
from django.utils import translation

from articles.web import page_cache
from tests.emptying import empty_tables
from tests.waiting import PATIENCE

# The same examples in every run, so that a failure belongs to the change that shows it. New ones
# are looked for by `make test ARGS="-k properties --hypothesis-profile explore"`.
PROPERTIES = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("repeatable", derandomize=True, **PROPERTIES)
hypothesis.settings.register_profile("explore", max_examples=5000, **PROPERTIES)
hypothesis.settings.load_profile("repeatable")

# Tests start a hundred processes: what the first compiles the others load, though the environment
# would have each compile it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Whoever runs the tests in the background, or after `nohup`, ignores these for all processes.
for number, handler in {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGHUP: signal.SIG_DFL,
}.items():
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)

ROOT = Path(__file__).resolve().parents[1]
CASES = (Path(__file__).resolve().parents[2] / "shared" / "cases" / "import").resolve()
REAL_POSTS = Path(__file__).resolve().parents[2] / "shared" / "posts"


def pytest_addoption(parser):
    about = "keep what pages look like in var/screenshots/ (browser/test_every_page.py)"
    parser.addoption("--screenshots", action="store_true", help=about)


@pytest.fixture(scope="session", autouse=True)
def quickly_emptied_tables():
    """After a test with transactions of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: empty_tables())
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_static_files():
    """Static files by their own names: the hashed ones exist only after collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Hashed in a moment, where the real ones take as long as a test."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def kept_pages(monkeypatch):
    """Those of no other test, whose archive had the same version."""
    monkeypatch.setattr(page_cache, "store", page_cache.MemoryStore(16 * 2**20))


@pytest.fixture
def no_kept_pages(monkeypatch):
    """Every page is made anew: a kept one has no context."""
    monkeypatch.setattr(page_cache, "store", page_cache.MemoryStore(0))


@pytest.fixture(scope="session", autouse=True)
def contexts_of_pages():
    """What a page was made from, as `response.context`: Django's own templates alone tell the test
    client, by a signal."""
    render = Template.render

    def and_tell(template, context=None, request=None):
        page = render(template, context, request)
        template_rendered.send(sender=template, template=template, context=context or {})
        return page

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", and_tell)
        yield


@pytest.fixture(autouse=True)
def default_language():
    """Whatever language the last request of another test left active."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def names_of_this_test():
    """The versions of a test's archive are those of others, too."""
    from articles.search import kept_names, shown

    kept_names.kept = None
    shown.answers.clear()


@pytest.fixture(autouse=True)
def patient_statements(monkeypatch):
    """However busy the machine is, no search or probe takes too long, unless a test sets a limit
    itself."""
    from articles import readiness
    from articles.search import budget

    monkeypatch.setattr(readiness, "PATIENCE", PATIENCE)
    monkeypatch.setattr(budget, "TIMEOUT", PATIENCE * 1000)
    monkeypatch.setattr(budget, "EXTRAS", PATIENCE * 1000)


@pytest.fixture
def children(transactional_db, settings, monkeypatch, tmp_path):
    """Processes that a test starts work where it does: in its database, and with its folder of
    uploads."""
    from django.db import connection

    at = connection.settings_dict
    monkeypatch.setenv(
        "DATABASE_URL",
        f"postgres://{quote(at['USER'])}:{quote(at['PASSWORD'])}@{quote(at['HOST'], safe='')}"
        f":{at['PORT']}/{at['NAME']}",
    )
    settings.UPLOAD_DIR = tmp_path / "uploads"
    monkeypatch.setenv("UPLOAD_DIR", str(settings.UPLOAD_DIR))


@pytest.fixture
def start_worker(children):
    """Start a worker in a process of its own, by `manage.py worker` or by another Python program.
    It ends before the tables are emptied."""
    with ExitStack() as running:

        def start(command=("manage.py", "worker"), **options):
            process = running.enter_context(
                subprocess.Popen([sys.executable, *command], cwd=ROOT, **options)
            )
            running.callback(process.terminate)
            return process

        yield start


@pytest.fixture
def worker(start_worker):
    return start_worker()


@pytest.fixture(scope="session")
def real_posts() -> Path:
    """The folder of real posts, beside the project where we have it."""
    if not REAL_POSTS.is_dir():
        pytest.skip(f"the real posts are not at {REAL_POSTS}")
    return REAL_POSTS


@pytest.fixture(scope="session")
def cases() -> Path:
    """The folder of small inputs that once were read wrongly, beside the project where we have
    it."""
    if not CASES.is_dir():
        pytest.skip(f"the cases are not at {CASES}")
    return CASES
