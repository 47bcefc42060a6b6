"""An editor's work on one post, in a real browser: change, preview, dispute, schedule, restore."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from articles.importing.discovery import Found
from articles.importing.reading.files import read
from articles.importing.storing.batch import write
from articles.models import Post, Source
from articles.roles import make_groups
from tests.browser.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = """---
title: "锂价回落"
date: 2022-03-04 09:30:00
categories: emnews
tags: 东财滚动新闻
---
> 碳酸锂走弱

<p>锂价走弱。</p>

<http://finance.eastmoney.com/news/1,202203040000000001.html>
"""


@pytest.fixture
def post(db):
    write([read(Found("2022-03-04-202203040000000001.md", content=TEXT.encode()))])
    return Post.objects.get()


def form_of(post):
    return reverse("admin:articles_post_change", args=[post.pk])


def save(page):
    """Save, and wait for the list that it leads to."""
    page.get_by_role("button", name="保存", exact=True).first.click()
    page.wait_for_url("**/admin/articles/post/")


def save_and_stay(page):
    with page.expect_navigation():  # not that of the preview, which is a frame
        page.get_by_role("button", name="保存并继续编辑").first.click()


def test_the_preview_follows_what_is_typed_and_saving_shows_at_once(desk, post, live_server):
    page = desk(form_of(post), width=1500)
    preview = page.frame_locator("iframe")
    preview.get_by_role("heading", level=1, name="锂价回落").wait_for()
    page.get_by_label("标题").fill("碳酸锂回落")
    preview.get_by_role("heading", level=1, name="碳酸锂回落").wait_for()
    assert preview.locator("body").evaluate("getComputedStyle(document.body).margin") == "0px"
    page.get_by_label("原因").fill("更正")
    save(page)
    assert page.complaints == []
    page.goto(live_server.url + "/posts/?q=碳酸锂回落")
    assert page.locator(".entry").count() == 1


def test_who_may_only_look_sees_the_preview_too(desk, post, django_user_model):
    make_groups(apps)
    reader = django_user_model.objects.create_user("du", is_staff=True)
    reader.groups.add(Group.objects.get(name="Reader"))
    page = desk(form_of(post), "du")
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text("锂价回落")
    expect(page.locator("iframe")).to_have_count(1)
    assert page.complaints == []


def test_tags_are_found_as_one_types_and_chosen_by_keyboard(desk, post):
    page = desk(form_of(post))
    page.locator(".field-tags .select2-search__field").click()
    page.keyboard.type("东财")
    page.locator(".select2-results__option", has_text="东财滚动新闻").wait_for()
    page.keyboard.press("Escape")
    page.locator(".field-tags .select2-selection__choice__remove").click()
    page.keyboard.press("Escape")
    save(page)
    assert not post.tags.exists()


def test_two_editors_on_one_post(desk, post):
    first, second = desk(form_of(post), "wang"), desk(form_of(post), "li")
    first.get_by_label("标题").fill("王的标题")
    save(first)

    second.get_by_label("标题").fill("李的标题")
    second.get_by_role("button", name="保存", exact=True).first.click()
    second.get_by_text("wang修改了这篇文章").wait_for()
    assert "王的标题" in second.locator(".conflict").inner_text()
    post.refresh_from_db()
    assert post.title == "王的标题"

    save(second)
    post.refresh_from_db()
    assert post.title == "李的标题"


def test_each_editor_is_told_who_else_has_the_post_open(desk, post):
    first = desk(form_of(post), "wang")
    told = first.get_by_role("status")
    expect(told).to_have_text("")
    second = desk(form_of(post), "li")
    expect(second.get_by_role("status")).to_contain_text("wang 自")

    first.evaluate("dispatchEvent(new Event('focus'))")  # somebody comes back to the window
    expect(told).to_contain_text("li 自")
    expect(told).not_to_contain_text("wang")
    assert first.complaints == second.complaints == []


def test_an_untouched_form_is_previewed_once(desk, post):
    page = desk("/robots.txt")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    page.goto(page.url.removesuffix("/robots.txt") + form_of(post))
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text("锂价回落")
    page.clock.run_for(5_000)
    page.get_by_label("标题").fill("碳酸锂回落")
    page.clock.run_for(5_000)
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text("碳酸锂回落")
    assert sum(url.endswith("/preview/") for url in asked) == 2


def test_a_preview_that_cannot_be_shown_says_why(desk, post):
    page = desk(form_of(post))
    failed = page.get_by_role("alert")
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text("锂价回落")
    expect(failed).to_be_hidden()
    session = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_label("标题").fill("碳酸锂回落")
    expect(failed).to_contain_text("您已退出登录")
    page.context.add_cookies(session)
    page.get_by_label("标题").fill("碳酸锂")
    expect(failed).to_be_hidden()


def test_the_preview_stays_where_it_is_read_and_follows_what_is_edited(desk, post):
    paragraphs = [f"<p>第{number}段。</p>" for number in range(1, 101)]
    Post.objects.update(body_html="\n".join(paragraphs))
    page = desk(form_of(post))
    preview = page.frame_locator("iframe")
    preview.get_by_text("第50段").scroll_into_view_if_needed()
    page.get_by_label("标题").fill("碳酸锂回落")
    expect(preview.get_by_role("heading", level=1)).to_have_text("碳酸锂回落")
    expect(preview.get_by_text("第50段")).to_be_in_viewport()

    page.get_by_role("button", name="源代码").click()
    body = page.get_by_label("正文")
    at = body.input_value().index("</p>", body.input_value().index("第90段"))
    body.evaluate("(body, at) => body.setSelectionRange(at, at)", at)
    body.press("Shift")  # the text cursor is moved by keys
    expect(preview.get_by_text("第90段")).to_be_in_viewport()
    body.press("X")
    expect(preview.get_by_text("第90段。X")).to_be_in_viewport()
    expect(preview.get_by_text("第50段")).not_to_be_in_viewport()


@pytest.mark.parametrize("scripts", [True, False])
def test_text_and_preview_stand_side_by_side_with_all_else_beside_them(desk, post, scripts):
    page = desk(form_of(post), width=1280, java_script_enabled=scripts)
    text = page.locator(".ProseMirror" if scripts else "#id_body_html")
    parts = [text, page.locator("iframe"), page.get_by_label("状态"), page.locator(".field-slug")]

    def edges():
        boxes = [part.bounding_box() for part in parts]
        return [box["x"] for box in boxes], [box["y"] for box in boxes]

    lefts, tops = edges()
    assert lefts[0] + 300 < lefts[1] < lefts[2] - 300
    assert abs(lefts[2] - lefts[3]) < 20
    assert max(tops[:3]) < 600

    page.set_viewport_size({"width": 375, "height": 800})
    lefts, tops = edges()
    assert max(lefts) - min(lefts) < 20
    assert tops == sorted(tops)


def test_keys_save_go_on_preview_and_publish(desk, post, live_server):
    Post.objects.update(status="draft")
    older = Post.objects.create(
        slug="older", title="旧稿", status="draft", published_at="2022-03-01T00:00Z"
    )
    page = desk("/admin/articles/post/?state=draft")
    page.locator("#result_list").get_by_role("link", name="锂价回落").click()
    legend = page.locator(".keys")
    expect(legend).to_contain_text("Ctrl+Enter 保存并到下一篇")
    expect(legend).to_contain_text("Ctrl+Shift+Enter 发布")

    preview = page.frame_locator("iframe").get_by_role("heading", level=1)
    expect(preview).to_have_text("锂价回落")
    page.get_by_label("标题").fill("一")
    page.keyboard.press("Alt+Enter")
    expect(preview).to_have_text("一")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    expect(page.locator(".messagelist")).to_contain_text("一")
    expect(page.get_by_label("标题")).to_have_value("一")

    page.get_by_label("标题").fill("二")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_label("标题")).to_have_value("旧稿")
    with page.expect_navigation():
        page.keyboard.press("Control+Shift+Enter")
    page.wait_for_url("**/admin/articles/post/?state=draft")
    expect(page.locator("#result_list .field-title")).to_have_text("二")
    older.refresh_from_db()
    assert older.status == "published"
    assert page.complaints == []


def test_an_imported_value_is_restored(desk, post):
    page = desk(form_of(post))
    page.get_by_label("标题").fill("错的标题")
    save_and_stay(page)
    page.get_by_text("导入值：").wait_for()
    page.get_by_role("button", name="恢复").click()
    page.get_by_text("已恢复导入值").wait_for()
    assert page.get_by_label("标题").input_value() == "锂价回落"


def test_a_draft_is_read_by_its_link_until_it_is_published(desk, post, browser, live_server):
    page = desk(form_of(post))
    page.get_by_label("状态").select_option("draft")
    save_and_stay(page)
    page.get_by_role("link", name="生成与撤销链接").click()
    page.get_by_role("button", name="生成链接").click()
    link = page.locator("#content td a").get_attribute("href")
    reader = browser.new_page()
    reader.goto(link)
    assert reader.locator("h1").inner_text() == "锂价回落"
    assert reader.goto(f"{live_server.url}{post.get_absolute_url()}").status == 404
    reader.close()


def test_a_post_is_written_scheduled_published_and_hidden(desk, browser, live_server):
    page = desk(reverse("admin:articles_post_add"))
    page.get_by_label("标题").fill("系统维护公告")
    page.locator(".ProseMirror").fill("今晚**停机**两小时。")
    page.get_by_label("状态").select_option("published")
    page.locator("#id_published_at_0").fill("2099-01-01")
    save(page)
    assert "待发布" in page.locator("#result_list").inner_text()
    address = live_server.url + Post.objects.get().get_absolute_url()
    reader = browser.new_page()
    assert reader.goto(address).status == 404

    for status, date, answer in (("published", "2022-03-04", 200), ("hidden", "2022-03-04", 410)):
        page.locator("#result_list").get_by_role("link", name="系统维护公告").click()
        page.get_by_label("状态").select_option(status)
        page.locator("#id_published_at_0").fill(date)
        save(page)
        assert reader.goto(address).status == answer
    page.locator("#result_list").get_by_role("link", name="系统维护公告").click()
    page.get_by_text("已发布 → 已隐藏").wait_for()
    assert page.complaints == []
    reader.close()


def test_a_post_is_told_with_the_one_whose_address_is_given(desk, post, live_server):
    text = (
        TEXT.replace("0000001", "0000002").replace("回落", "下跌").replace("锂价走弱", "镍价走强")
    )
    write([read(Found("2022-03-04-202203040000000002.md", content=text.encode()))])
    other = Post.objects.exclude(pk=post.pk).get()
    page = desk(form_of(post))
    page.get_by_role("textbox", name="同一新闻").fill(live_server.url + other.get_absolute_url())
    save(page)
    post.refresh_from_db()
    assert post.story == other.slug
    page.goto(live_server.url + post.get_absolute_url())
    expect(page.locator(".tellings").get_by_role("link", name="锂价下跌")).to_be_visible()
    assert page.complaints == []


def no_network(page):
    page.route("**/change/", lambda route: route.abort())


def server_error(page):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE articles_post ADD CONSTRAINT broken CHECK (id < 0) NOT VALID")


def expired_login(page):
    page.context.clear_cookies(name="sessionid")


def login_in_another_tab(page):
    page.context.clear_cookies(name="csrftoken")


@pytest.mark.parametrize("fails", [no_network, server_error, expired_login, login_in_another_tab])
def test_what_was_typed_survives_a_save_that_failed(desk, post, fails):
    Source.objects.create(name="新华社", slug="xinhua")
    page = desk(form_of(post))
    page.get_by_label("标题").fill("写了很久的标题")
    page.get_by_label("状态").select_option("draft")
    page.get_by_label("原因").fill("更正")
    page.locator("#id_published_at_1").fill("10:11:12")
    choose(page, "source", "新华社")
    page.locator(".field-tags .select2-selection__choice__remove").click()
    page.keyboard.press("Escape")
    fails(page)
    page.get_by_role("button", name="保存", exact=True).first.click()
    expect(page.locator("#post_form")).to_have_count(0)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE articles_post DROP CONSTRAINT IF EXISTS broken")
    page.unroute("**/change/")
    page = desk_again(page, desk, post)

    rows = page.locator(".kept-copy tbody tr")
    expect(rows).to_contain_text(["标题", "状态", "发布时间", "原因", "来源", "标签"])
    expect(rows.first.locator("td")).to_have_text(["锂价回落", "写了很久的标题"])
    page.get_by_role("button", name="取回").click()
    expect(page.locator(".kept-copy")).to_have_count(0)
    expect(page.locator(".field-source .select2-selection")).to_contain_text("新华社")
    save(page)

    post.refresh_from_db()
    assert (post.title, post.status, post.source.name) == ("写了很久的标题", "draft", "新华社")
    assert f"{timezone.localtime(post.published_at):%H:%M:%S}" == "10:11:12"
    assert not post.tags.exists()
    assert post.history.first().history_change_reason == "更正"
    page.goto(page.url + f"{post.pk}/change/")
    expect(page.locator("#post_form")).to_be_visible()
    expect(page.locator(".kept-copy")).to_have_count(0)


def test_a_closed_tab_and_another_one_each_have_their_copy(desk, post):
    page = desk(reverse("admin:articles_post_add"))
    context, address = page.context, page.url
    for title in ("甲", "乙"):
        page.get_by_label("标题").fill(title)
        wait_until(page, f"Object.values(localStorage).join().includes('{title}')")
        page.close()
        page = context.new_page()
        page.goto(address)
    page.frame_locator("iframe").get_by_text("预览").wait_for()
    kept = page.locator(".kept-copy")
    expect(kept).to_have_count(2)
    kept.filter(has_text="甲").get_by_role("button", name="丢弃").click()
    page.reload()
    expect(kept).to_have_count(1)
    expect(kept).to_contain_text("乙")


def test_copies_are_offered_newest_first_and_briefly_with_their_buttons_above(desk, post):
    page = desk(form_of(post))
    page.evaluate(
        """() => {
          for (const at of [2, 9, 1, 8, 3, 7])
            localStorage.setItem(`post:copy-${at}`, JSON.stringify({
              path: location.pathname, at,
              fields: { title: `第${at}份`, body_html: "长".repeat(5e5) },
            }));
        }"""
    )
    page.reload()
    copies = page.locator(".kept-copy")
    expect(copies.locator("tbody tr:first-child td:last-child")).to_have_text(
        [f"第{at}份" for at in (9, 8, 7, 3, 2, 1)]
    )
    for cell in copies.locator("td").all_inner_texts():
        assert len(cell) < 500
    buttons, table = copies.first.locator("button").first, copies.first.locator("table")
    assert buttons.bounding_box()["y"] < table.bounding_box()["y"]


def test_an_untouched_form_lets_one_leave_and_a_changed_one_asks(desk, post, live_server):
    Post.objects.update(digest="甲\n乙 ")
    page = desk(form_of(post))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    for change in ((), ("改了",)):
        page.get_by_label("标题").click()  # Chromium asks only where something was done
        for text in change:
            page.get_by_label("标题").fill(text)
        page.frame_locator("iframe").locator("h1").wait_for()
        page.goto(live_server.url + "/robots.txt")
        assert asked == ["beforeunload" for _ in change]
        page.goto(live_server.url + form_of(post))


def test_a_form_that_was_refused_keeps_what_was_typed(desk, post):
    page = desk(form_of(post))
    page.get_by_label("标题").fill("写了很久的标题")
    page.locator("#id_published_at_0").fill("昨天")
    save_and_stay(page)
    expect(page.locator(".errornote")).to_be_visible()
    expect(page.get_by_label("标题")).to_have_value("写了很久的标题")
    expect(page.locator(".kept-copy")).to_have_count(0)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(page.url)
    expect(page.locator(".kept-copy")).to_contain_text("写了很久的标题")


def choose(page, field, name):
    """Choose by typing, in a field that completes."""
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-search__field").last.type(name)
    page.locator(".select2-results__option", has_text=name).first.click()


def desk_again(page, desk, post):
    """Log in again in the same browser, and open the form."""
    other = desk(form_of(post))
    page.context.add_cookies(other.context.cookies())
    page.goto(other.url)
    return page
