"""An editor's way in, and the first look around: in a real browser, through the real login."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from playwright.sync_api import expect

from articles import changes
from articles.models import EmptySearch, Post, Source
from articles.roles import make_groups
from tests.browser.accessibility import violations

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse 42"


@pytest.fixture
def archive(tmp_path):
    call_command("make_sample_posts", tmp_path / "posts", count=80, verbosity=0)
    call_command("import_posts", tmp_path / "posts", verbosity=0)
    draft = Post.objects.exclude(source=None).latest("published_at")
    Post.objects.filter(pk=draft.pk).update(title="独一无二的草稿", status="draft")
    changes.posts_changed([draft.pk])
    make_groups(apps)
    editor = User.objects.create_user("li", password=PASSWORD, is_staff=True)
    editor.groups.add(Group.objects.get(name="Editor"))
    EmptySearch.objects.create(text="无人写过", askers=["a", "b", "c"])
    Source.objects.create(name="财联社。", slug="cls-2")
    return draft


def test_from_the_login_to_the_guide(archive, open_page):
    page = open_page("/admin/")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    check(page, "login")

    def log_in(password):
        page.get_by_label("用户名").fill("li")
        page.get_by_label("密码").fill(password)
        with page.expect_navigation():
            page.get_by_role("button", name="登录").click()

    # A wrong password, then the right one.
    log_in("wrong")
    assert "请输入一个正确的" in page.locator(".errornote").inner_text()
    log_in(PASSWORD)

    # What waits: an editor sees what he may act on, and nothing of imports.
    headings = page.locator(".boxes h2").all_inner_texts()
    assert [heading.partition("：")[0] for heading in headings] == [
        "工作进程",
        "样例文章",
        "今日文章",
        "等待批准的修改",
        "最新草稿",
        "近期无结果的搜索",
        "没有名称的证券",
        "名称相近的来源",
    ]
    assert page.get_by_role("link", name="无人写过").is_visible()
    check(page, "dashboard")

    # From the count of drafts to the draft itself.
    page.locator(".boxes").get_by_role("link", name="草稿", exact=True).click()
    rows = page.locator("#result_list tbody tr")
    expect(rows).to_contain_text("独一无二的草稿")

    # Search the list, which keeps the filter; then clear it and search all.
    page.locator("#searchbar").fill("绝无此词")
    with page.expect_navigation():
        page.locator("#searchbar").press("Enter")
    expect(rows).to_have_count(0)
    page.goto(page.url.partition("?")[0])
    page.locator("#searchbar").fill("标题：独一")
    with page.expect_navigation():
        page.locator("#searchbar").press("Enter")
    expect(rows).to_have_count(1)

    # Narrow by a source that is typed.
    page.goto(page.url.partition("?")[0])
    source = page.get_by_role("paragraph").filter(has_text="来源:")
    source.locator(".select2-selection").click()
    source.locator(".select2-search__field").fill(archive.source.name[:2])
    page.locator(".select2-results__option", has_text=archive.source.name).first.click()
    page.get_by_role("button", name="筛选", exact=True).click()
    page.wait_for_url("**source=*")
    sources = set(page.locator("td.field-source").all_inner_texts())
    assert sources == {archive.source.name}
    check(page, "list")

    # The guide, and the other language.
    with page.expect_navigation():
        page.get_by_role("link", name="编辑指南").click()
    expect(page.get_by_role("heading", name="更正与恢复")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Correct and restore")).to_be_visible()
    check(page, "guide")
    assert page.complaints == []


def test_who_guesses_is_locked_out_and_told_so(archive, open_page):
    page = open_page("/admin/login/", width=390, scheme="dark")
    for _ in range(5):
        page.get_by_label("用户名").fill("li")
        page.get_by_label("密码").fill("guess")
        with page.expect_navigation():
            page.get_by_role("button", name="登录").click()
    assert "连续 5 次登录失败" in page.get_by_role("alert").inner_text()
    check(page, "locked out")
    # Chromium itself tells of every 429.
    assert [text for text in page.complaints if "429" not in text] == []


def test_the_desk_is_light_or_dark_as_the_system_is_or_as_one_chose(desk):
    page = desk("/admin/")
    colours = {"light": "rgb(253, 249, 243)", "dark": "rgb(21, 24, 27)"}
    for scheme in colours:
        page.emulate_media(color_scheme=scheme)
        for theme in ("auto", *colours):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            colour = colours.get(theme, colours[scheme])
            expect(page.locator("body")).to_have_css("background-color", colour)


def test_a_list_shows_twenty_posts_at_once(archive, desk):
    page = desk("/admin/articles/post/", width=1280, height=900)
    row = page.locator("#result_list tbody tr").nth(19)
    expect(row).to_be_in_viewport(ratio=1)
    assert row.evaluate("row => row.scrollWidth <= row.clientWidth")


def test_each_row_shows_the_state_of_its_post(archive, desk):
    for status in ("hidden", "draft"):
        Post.objects.filter(pk=archive.pk).update(status=status)
        page = desk(f"/admin/articles/post/?state={status}")
        state = page.locator("#result_list .state")
        expect(state).to_have_text({"hidden": "已隐藏", "draft": "草稿"}[status])
        for width in (1280, 375):
            page.set_viewport_size({"width": width, "height": 900})
            expect(state).to_be_in_viewport(ratio=1)


def check(page, where):
    # Django's select2 gives the inner parts of its boxes no name.
    found = list(violations(page, include="body", exclude=[".select2-container"]))
    assert not found, f"{where}: " + "\n".join(found)
