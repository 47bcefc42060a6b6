"""Search as one types, and without JavaScript, in a real browser."""

import re
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from articles.changes import posts_changed
from articles.models import Mention, Post, Security

pytestmark = pytest.mark.django_db(transaction=True)

POST = """---
title: "{title}"
date: {date} 09:30:00 +0800
categories: {category}
tags: {tag}
---
<p>{body}</p>
"""
MOUTAI = """<span id="stock_1.600519"><a href="http://quote.eastmoney.com/unify/r/1.600519"
class="keytip" data-code="1,600519">贵州茅台</a></span>"""
POSTS = [
    ("贵州茅台涨停", "2022-03-04", "emnews", "要闻", f"今日，茅台收于高位。{MOUTAI}"),
    ("五粮液发布年报", "2022-03-03", "emnews", "公告", "净利润同比增长3.5%。"),
    ("白酒板块走强", "2022-03-02", "cailianshe", "财联社新闻", "茅台、五粮液领涨。"),
    ("沪惠保上线", "2021-12-31", "cailianshe", "财联社新闻", "与白酒无关。"),
]


@pytest.fixture(autouse=True)
def archive(tmp_path):
    for number, (title, date, category, tag, body) in enumerate(POSTS):
        code = f"{date.replace('-', '')}{number:010}"
        (tmp_path / f"{date}-{code}.md").write_text(
            POST.format(title=title, date=date, category=category, tag=tag, body=body)
        )
    call_command("import_posts", tmp_path, verbosity=0)


def wait_for(page, titles):
    expect(page.locator(".entry :is(h2, h3)")).to_have_text(titles)


def compose(page, text):
    """Type as an input method does: what is not yet chosen stands in the field meanwhile."""
    session = page.context.new_cdp_session(page)
    for length in range(1, len(text) + 1):
        session.send(
            "Input.imeSetComposition",
            {"text": text[:length], "selectionStart": length, "selectionEnd": length},
        )
    return session


@pytest.fixture
def field(open_page):
    def open_field(address="/posts/", **options):
        page = open_page(address, **options)
        page.wait_for_selector("[role=combobox]")
        return page, page.get_by_role("combobox", name=re.compile("搜索|Search"))

    return open_field


class TestResults:
    def test_they_follow_what_is_typed(self, field):
        page, q = field()
        q.press_sequentially("茅台")
        expect(page).to_have_url(re.compile(r"/posts/\?q=%E8%8C%85%E5%8F%B0$"))
        wait_for(page, ["贵州茅台涨停", "白酒板块走强"])
        assert "茅台" in page.title()
        assert page.locator("mark").first.inner_text() == "茅台"
        expect(page.locator("#search-status")).to_contain_text("2 篇")
        q.press_sequentially(" -涨停")
        wait_for(page, ["白酒板块走强"])
        assert not page.complaints

    def test_their_count_is_still_said_when_suggestions_come_later(self, field):
        page, q = field()
        held = []
        page.route("**/suggest/**", lambda route: held.append(route))
        q.fill("茅台")
        wait_for(page, ["贵州茅台涨停", "白酒板块走强"])
        held[-1].continue_()
        page.get_by_role("option").wait_for()
        assert re.fullmatch(r"2 篇.* · 1 条建议", page.locator("#search-status").inner_text())

    def test_going_back_leads_through_what_was_asked(self, field):
        page, q = field()
        page.clock.install()
        q.fill("茅台")
        wait_for(page, ["贵州茅台涨停", "白酒板块走强"])
        page.clock.fast_forward(2000)  # what is typed in one go is one step
        q.fill("沪惠保")
        wait_for(page, ["沪惠保上线"])
        page.go_back()
        wait_for(page, ["贵州茅台涨停", "白酒板块走强"])
        assert q.input_value() == "茅台"
        page.go_back()
        wait_for(page, [title for title, *_ in POSTS])
        assert q.input_value() == ""

    def test_never_while_an_input_method_composes(self, field):
        page, q = field()
        page.clock.install()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        q.focus()
        session = compose(page, "maotai")
        page.clock.fast_forward(1000)
        session.send("Input.insertText", {"text": "茅台"})
        wait_for(page, ["贵州茅台涨停", "白酒板块走强"])
        assert {urlsplit(url).query for url in asked} - {""} == {"q=%E8%8C%85%E5%8F%B0"}

    def test_what_is_pending_is_given_up_when_an_input_method_begins(self, field):
        page, q = field()
        page.clock.install()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        q.fill("茅台")
        session = compose(page, "z")
        page.clock.fast_forward(1000)
        assert q.input_value() == "茅台z"
        assert not asked
        session.send(
            "Input.imeSetComposition", {"text": "", "selectionStart": 0, "selectionEnd": 0}
        )
        wait_for(page, ["贵州茅台涨停", "白酒板块走强"])
        assert {urlsplit(url).query for url in asked} == {"q=%E8%8C%85%E5%8F%B0"}

    def test_an_answer_is_not_shown_when_an_input_method_has_begun(self, field):
        page, q = field()
        asked = r"\?q=%E8%8C%85%E5%8F%B0$"
        page.route(re.compile(asked), lambda route: None)
        with (
            page.expect_request(re.compile(f"/posts/{asked}")),
            page.expect_request(re.compile(f"/suggest/{asked}")),
        ):
            q.fill("茅台")
        with (
            page.expect_event("requestfailed", lambda request: "/posts/" in request.url),
            page.expect_event("requestfailed", lambda request: "/suggest/" in request.url),
        ):
            compose(page, "z")
        expect(page.locator("#content")).not_to_have_attribute("aria-busy", "true")
        wait_for(page, [title for title, *_ in POSTS])

    def test_enter_of_an_input_method_chooses_no_suggestion(self, field):
        """Safari ends the composition first, so that the key seems to come after it."""
        page, q = field("/")
        q.fill("茅台")
        page.get_by_role("option").first.wait_for()
        q.press("ArrowDown")
        q.evaluate(
            """field => field.dispatchEvent(new KeyboardEvent(
                "keydown", {key: "Enter", keyCode: 229, bubbles: true, cancelable: true}))"""
        )
        assert q.get_attribute("aria-expanded") == "true"
        assert urlsplit(page.url).path == "/"

    def test_the_answer_to_an_older_question_is_dropped(self, field):
        page, q = field()
        held = []
        # The first answer could arrive only when the second is there.
        older = re.compile(r"/posts/\?q=%E8%8C%85%E5%8F%B0$")
        page.route(older, lambda route: held.append(route))
        with page.expect_request(older):
            q.fill("茅台")
        with page.expect_event("requestfailed", lambda request: older.search(request.url)):
            q.fill("沪惠保")
        wait_for(page, ["沪惠保上线"])
        held[0].continue_()
        expect(page).to_have_url(re.compile("%E6%B2%AA%E6%83%A0%E4%BF%9D$"))
        wait_for(page, ["沪惠保上线"])

    def test_nothing_is_shown_of_what_was_taken_back_before_its_answer(self, field):
        page, q = field()
        question = re.compile(r"/posts/\?q=%E8%8C%85%E5%8F%B0$")
        page.route(question, lambda route: None)
        with page.expect_request(question):
            q.fill("茅台")
        with page.expect_event("requestfailed", lambda request: question.search(request.url)):
            q.fill("")
        expect(page.locator("#content")).not_to_have_attribute("aria-busy", "true")
        wait_for(page, [title for title, *_ in POSTS])
        assert page.url.endswith("/posts/")

    def test_filters_are_kept(self, field):
        page, q = field("/posts/?to=2021-12-31")
        q.fill("白酒")
        expect(page).to_have_url(re.compile("q=.*to=2021-12-31|to=2021-12-31.*q="))
        wait_for(page, ["沪惠保上线"])


class TestUnanswered:
    @pytest.mark.parametrize(
        ("locale", "said"), [("zh-CN", "网络已断开"), ("en", "The network is gone")]
    )
    def test_it_is_said_that_the_network_is_gone_until_it_is_back(self, field, locale, said):
        page, q = field("/posts/?q=白酒", locale=locale)
        shown = ["白酒板块走强", "沪惠保上线"]
        wait_for(page, shown)
        page.context.set_offline(True)
        q.fill("茅台")
        expect(page.locator("#unanswered")).to_contain_text(said)
        wait_for(page, shown)
        assert page.url.endswith("q=%E7%99%BD%E9%85%92")
        page.context.set_offline(False)
        wait_for(page, ["贵州茅台涨停", "白酒板块走强"])
        expect(page.locator("#unanswered")).to_be_empty()

    def test_so_it_is_on_pages_that_show_no_results(self, field):
        page, q = field("/")
        page.route("**/suggest/**", lambda route: route.abort())
        q.fill("茅台")
        expect(page.locator("#unanswered")).to_contain_text("网络已断开")
        page.unroute("**/suggest/**")
        q.press_sequentially("涨")
        expect(page.locator("#unanswered")).to_be_empty()

    @pytest.mark.parametrize("status", [500, 503])
    def test_an_error_leaves_the_last_answer_where_it_is(self, field, status):
        page, q = field()
        page.route("**/posts/?q=*", lambda route: route.fulfill(status=status, body="<h1>!</h1>"))
        q.fill("茅台")
        expect(page.locator("#unanswered")).to_contain_text("暂时无法回答")
        wait_for(page, [title for title, *_ in POSTS])
        q.fill("")  # which is what is shown
        expect(page.locator("#unanswered")).to_be_empty()


class TestCompletions:
    def test_the_keyboard_chooses_one(self, field):
        page, q = field("/")
        q.fill("gzmt")
        option = page.get_by_role("option")
        option.wait_for()
        assert "贵州茅台" in option.inner_text()
        assert q.get_attribute("aria-expanded") == "true"
        assert page.locator("#search-status").inner_text() == "1 条建议"
        q.press("ArrowDown")
        assert q.get_attribute("aria-activedescendant") == option.get_attribute("id")
        assert option.get_attribute("aria-selected") == "true"
        q.press("Enter")
        page.wait_for_url("**/security/1.600519/")

    def test_escape_closes_them_and_keeps_the_words(self, field):
        page, q = field("/")
        q.fill("茅台")
        page.get_by_role("option").first.wait_for()
        q.press("Escape")
        assert page.get_by_role("listbox").count() == 0
        assert q.get_attribute("aria-expanded") == "false"
        assert q.input_value() == "茅台"

    def test_the_values_of_a_field_are_put_into_the_query(self, field):
        page, q = field()
        q.fill("白酒 来源:财")
        page.get_by_role("option").first.wait_for()
        page.get_by_role("option").first.click()
        assert q.input_value() == "白酒 来源:财联社 "
        wait_for(page, ["白酒板块走强", "沪惠保上线"])

    def test_the_last_of_several_words_is_completed_and_the_others_stay(self, field):
        page, q = field()
        q.fill("涨停 gzmt")
        page.get_by_role("option").first.wait_for()
        q.press("ArrowDown")
        q.press("Enter")
        assert q.input_value() == "涨停 贵州茅台 "
        wait_for(page, ["贵州茅台涨停"])

    def test_the_box_of_a_filter_is_completed_by_keyboard(self, open_page):
        page = open_page("/posts/")
        box = page.get_by_role("combobox", name="证券")
        box.press_sequentially("mao")
        option = page.get_by_role("option")
        option.wait_for()
        assert "贵州茅台" in option.inner_text()
        assert box.get_attribute("aria-expanded") == "true"
        box.press("ArrowDown")
        assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
        box.press("Enter")
        assert box.input_value() == "1.600519"
        assert page.get_by_role("option").count() == 0
        box.press("Enter")
        wait_for(page, ["贵州茅台涨停", "白酒板块走强"])
        assert "security=1.600519" in page.url
        assert not page.complaints

    def test_enter_searches_while_none_is_chosen(self, field):
        page, q = field("/")
        q.fill("茅台")
        page.get_by_role("option").first.wait_for()
        q.press("Enter")
        page.wait_for_url("**/posts/?q=*")
        wait_for(page, ["贵州茅台涨停", "白酒板块走强"])


def test_without_javascript_search_facets_and_pages_work(open_page):
    page = open_page("/", java_script_enabled=False)
    page.get_by_label("搜索").fill("白酒")
    page.get_by_role("button", name="搜索").click()
    wait_for(page, ["白酒板块走强", "沪惠保上线"])
    page.get_by_role("complementary", name="筛选").get_by_role("link", name="2021 1").click()
    wait_for(page, ["沪惠保上线"])
    for name in ("日期", "最相关在前"):
        with page.expect_navigation():
            page.get_by_role("link", name=name).click()
    expect(page.locator(".entry h2").first).to_have_text("白酒板块走强")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="全部文章").click()
    expect(page.locator(".entry")).to_have_count(len(POSTS))


def test_the_chart_is_read_and_followed_by_keys_on_a_phone(open_page):
    page = open_page("/posts/?q=白酒", width=390, java_script_enabled=False)
    summary = page.locator(".chart-of-posts summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="2022-01")).to_be_visible()  # without a post
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_for(page, ["沪惠保上线"])
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0


ADDRESSES = [
    "/posts/?q=茅台",
    "/posts/?q=茅台&sort=relevance",
    "/posts/?q=贵州茅台",
    "/posts/?q=贵州矛台 x",
    "/posts/?q=date:2022-13 | “a",
    "/search-help/",
    "/posts/?q=" + "茅" * 256,
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_their_screen(open_page, scheme):
    page = open_page("/", scheme=scheme)
    for address in ADDRESSES:
        page.goto(address)
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, f"{address} is wider than {width} px by {overflow}"
        assert not page.complaints, address
        assert page.locator("h1").count() == 1, address


def test_the_chart_stands_over_the_filters(open_page):
    page = open_page("/posts/?q=茅台", width=1440)
    chart, filters = page.locator(".chart-of-posts"), page.locator(".filters")
    assert chart.bounding_box()["x"] == filters.bounding_box()["x"]


def test_a_closed_chart_on_a_phone_is_a_link_without_the_names_of_its_ends(open_page):
    summary = open_page("/posts/?q=茅台", width=375).locator(".chart-of-posts summary")
    expect(summary.locator("span").first).to_be_hidden()
    summary.click()
    expect(summary.locator("span").first).to_be_visible()


def test_several_cards_are_a_line_each(open_page):
    for code in ("600001", "600002", "600003"):
        Security.objects.create(market=1, code=code, kind="stock", name=f"平安{code[-1]}号")
    posts = Post.objects.all()
    for security in Security.objects.filter(name__startswith="平安"):
        for post in posts:
            Mention.objects.create(security=security, post=post, published_at=post.published_at)
    posts_changed([post.pk for post in posts])
    page = open_page("/posts/?q=pingan", width=390, height=844)
    cards = page.locator(".card")
    expect(cards).to_have_count(3)
    assert all(card.bounding_box()["height"] < 40 for card in cards.all())
    assert page.locator(".entry").first.bounding_box()["y"] < 600


def test_a_long_query_leaves_room_for_its_results(open_page):
    words = " | ".join(["茅台", *(f"绝无此词{number}" for number in range(25))])
    page = open_page(f"/posts/?q={words}", width=375, height=812)
    assert page.locator(".entry").first.bounding_box()["y"] < 500
    expect(page.locator(".understood .chips")).to_be_hidden()
    page.locator(".understood summary").click()
    expect(page.locator(".understood .chips")).to_be_visible()
