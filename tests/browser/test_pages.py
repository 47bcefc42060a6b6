import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from articles.models import Post

# Chromium reads from a server in another thread, so what it shows must be committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archive(tmp_path):
    call_command("make_sample_posts", tmp_path / "posts", count=45, verbosity=0)
    call_command("import_posts", tmp_path / "posts", verbosity=0)
    return Post.objects.published()


def test_a_reader_finds_a_post_and_reads_it(archive, open_page):
    page = open_page("/", width=390)
    page.get_by_role("link", name="全部文章").first.click()
    with page.expect_navigation():
        page.get_by_role("link", name="较早").click()
    title = page.locator(".entry :is(h2, h3) a").first.inner_text()
    page.locator(".entry :is(h2, h3) a").first.click()
    expect(page.locator("h1")).to_have_text(title)


def test_a_reader_filters_by_day_and_takes_the_filter_off_again(archive, open_page):
    page = open_page("/posts/", width=390)
    first_day = page.locator(".entry time").first.get_attribute("datetime")
    page.locator("summary").click()
    page.get_by_label("截止日").fill("2022-06-30")
    with page.expect_navigation():
        page.get_by_role("button", name="查看").click()
    assert page.locator(".entry time").first.get_attribute("datetime") <= "2022-06-30"
    page.get_by_role("link", name="截止日").click()
    expect(page.locator(".entry time").first).to_have_attribute("datetime", first_day)


def test_a_reader_switches_to_english_and_stays_on_the_page(archive, open_page):
    page = open_page("/posts/?from=2022-01-01")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All posts")
    assert page.url.endswith("/posts/?from=2022-01-01")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_keyboard_reaches_the_content_first(archive, open_page):
    page = open_page("/posts/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


@pytest.mark.parametrize("width", [320, 375, 600, 768, 1440])
def test_the_months_of_a_year_stand_in_full_rows(archive, open_page, width):
    page = open_page("/archive/", width=width)
    heights = (
        page.locator(".heat")
        .first.locator("> li")
        .evaluate_all("months => months.map(month => month.offsetTop)")
    )
    assert len({heights.count(height) for height in heights}) == 1
