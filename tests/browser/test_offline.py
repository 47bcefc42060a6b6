"""What was read, without a network."""

from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tests.browser.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(tmp_path, open_page):
    """A page that the service worker stands before."""
    (tmp_path / "2022-03-04-202203040000000001.md").write_text(
        "---\ntitle: 白酒降价\ndate: 2022-03-04 09:00:00 +0800\n---\n<p>正文</p>\n"
    )
    call_command("import_posts", tmp_path, verbosity=0)
    page = open_page("/", service_workers="allow", timezone_id="America/New_York")
    page.evaluate(
        """() => new Promise((controlled) => {
          navigator.serviceWorker.addEventListener("controllerchange", controlled);
          if (navigator.serviceWorker.controller) controlled();
        })"""
    )
    return page


def test_what_was_read_opens_and_says_of_when_it_is(page):
    wait_until(page, "await caches.match('/')")  # it came before the worker did
    page.goto("/posts/202203040000000001/")
    page.goto("/posts/")
    page.context.set_offline(True)
    page.get_by_role("link", name="白酒降价").click()
    expect(page.locator("h1")).to_have_text("白酒降价")
    expect(page.locator("#unanswered")).to_contain_text("没有网络")
    page.goto("/posts/")
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator("#unanswered")).to_contain_text("没有网络")

    page.evaluate("localStorage.setItem('watch', 's=1.600519')")
    page.goto("/")
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator(".watched")).to_have_count(0)

    page.goto("/archive/")  # was never opened
    expect(page.locator("h1")).to_have_text("没有网络")
    expect(page.locator(".history li")).to_have_count(1)

    page.context.set_offline(False)
    page.goto("/posts/")
    expect(page.locator("#unanswered")).to_be_empty()


def test_the_time_of_what_is_kept_is_that_of_the_site(page):
    page.goto("/posts/")
    kept = "async () => (await caches.match('/posts/')).headers.get('Date')"
    wait_until(page, "await caches.match('/posts/')")
    moment = parsedate_to_datetime(page.evaluate(kept))
    page.context.set_offline(True)
    page.goto("/posts/")
    in_shanghai = moment.astimezone(ZoneInfo("Asia/Shanghai"))
    expect(page.locator("#unanswered")).to_contain_text(f"{in_shanghai:%H:%M}")


def test_what_is_kept_is_not_shown_while_the_site_answers(page, tmp_path):
    page.goto("/posts/")
    (tmp_path / "2022-03-05-202203050000000001.md").write_text(
        "---\ntitle: 新的\ndate: 2022-03-05 09:00:00 +0800\n---\n<p>正文</p>\n"
    )
    call_command("import_posts", tmp_path, verbosity=0)
    page.goto("/posts/")
    expect(page.locator(".entry")).to_have_count(2)


def test_what_is_forgotten_is_not_kept_either(page):
    page.goto("/posts/202203040000000001/")
    page.goto("/watch/")
    page.get_by_role("button", name="清除").click()
    wait_until(page, "(await caches.keys()).length === 0")
