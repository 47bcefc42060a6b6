"""What a reader follows and has read, which only the browser keeps."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from articles.editing import posts
from articles.models import Post
from tests.browser.shifts import SHIFTS

pytestmark = pytest.mark.django_db(transaction=True)

POST = '---\ntitle: "{title}"\ndate: {day} {at}:00 +0800\ntags: {tag}\n---\n{body}\n'
MAOTAI = '<p><a class="keytip" data-code="1,600519" href="#">贵州茅台</a></p>'

#: The boxes that an element takes, be it seen or not.
ROOM = "element => element.getClientRects().length"


@pytest.fixture
def write(tmp_path):
    """Import a post of a day."""

    def write(day, title, body="<p>正文</p>", tag="要闻", *, at="09:00", number=1):
        text = POST.format(title=title, day=day, at=at, tag=tag, body=body)
        (tmp_path / f"{day}-{day.replace('-', '')}{number:010}.md").write_text(text)
        call_command("import_posts", tmp_path, verbosity=0)

    return write


@pytest.fixture
def archive(write):
    write("2022-03-01", "茅台提价", MAOTAI)
    write("2022-03-02", "补贴", tag="新能源")
    write("2022-03-03", "白酒降价")
    write("2022-03-04", "别的")


def titles(page):
    return page.locator(".entry :is(h2, h3)").all_inner_texts()


def test_three_are_followed_and_read_in_one_list(archive, open_page):
    page = open_page("/security/1.600519/")
    for address in ("/security/1.600519/", "/tag/xinnengyuan/", "/posts/?q=白酒"):
        page.goto(address)
        star = page.get_by_role("button", name="关注")
        expect(star).to_have_attribute("aria-pressed", "false")
        star.click()
        expect(star).to_have_attribute("aria-pressed", "true")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="关注").click()
    expect(page.locator(".entry")).to_have_count(3)
    assert titles(page) == ["白酒降价", "补贴", "茅台提价"]
    expect(page.locator(".kept-list")).to_be_hidden()

    page.get_by_role("link", name="不再关注新能源").click()
    expect(page.locator(".entry")).to_have_count(2)
    page.goto("/watch/")  # leads to the list
    expect(page.locator(".entry")).to_have_count(2)

    page.evaluate("localStorage.watch = 'q=' + [...Array(10).keys()].join('&q=')")
    page.goto("/posts/?q=白酒")
    star.click()
    expect(page.get_by_text("最多有 100 个名称和 10 个搜索")).to_be_visible()
    expect(star).to_have_attribute("aria-pressed", "false")
    page.goto("/tag/xinnengyuan/")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    page.evaluate("localStorage.watch = 's=1.600519&q=%E7%99%BD%E9%85%92'")
    page.goto("/watch/")

    page.locator(".additions summary").click()
    page.get_by_label("每行一个").fill("标签：新能源\n999999")
    page.locator(".additions").get_by_role("button", name="关注").click()
    expect(page.locator(".entry")).to_have_count(3)
    expect(page.get_by_text("“999999”没有")).to_be_visible()
    assert "unread" not in page.url  # which would be in a bookmark
    page.goto("/watch/")
    expect(page.locator(".entry")).to_have_count(3)


HOUR = 3_600_000  # milliseconds


@pytest.fixture
def front(archive, open_page):
    """The front page of a reader who follows 贵州茅台 since the page was opened."""
    page = open_page("/security/1.600519/")
    page.clock.install()
    page.reload()
    expect(page.locator(".watched")).to_have_count(0)
    page.get_by_role("button", name="关注").click()
    page.goto("/")
    expect(page.locator(".watched li")).to_have_text(["茅台提价 03-01 09:00"])
    return page


def come_back(page, path="/"):
    """Open a page an hour later, which is another visit."""
    page.clock.fast_forward(HOUR)
    page.goto(path)


def test_the_front_page_shows_what_is_new_since_the_last_visit(front, write):
    watched = front.locator(".watched")
    expect(watched.locator(".total")).to_have_text("")
    unknown = watched.bounding_box()["height"]

    write("2022-03-05", "茅台分红", MAOTAI)
    come_back(front)
    expect(watched.locator("li")).to_have_text(["茅台分红 03-05 09:00", "茅台提价 03-01 09:00"])
    expect(watched.locator(".new")).to_have_text("茅台分红 03-05 09:00")
    expect(watched.locator(".total")).to_have_text("1 篇新的")
    assert front.evaluate(SHIFTS) == []
    # There is room for one more than there was the last time, not for a full list.
    last = watched.locator("li").last.bounding_box()
    box = watched.bounding_box()
    assert box["y"] + box["height"] - last["y"] - last["height"] < 20
    assert box["height"] < unknown / 2 + 20


def test_a_post_that_arrives_late_is_new_though_others_are_newer(front, write):
    write("2022-02-28", "茅台旧闻", MAOTAI)
    come_back(front)
    watched = front.locator(".watched")
    expect(watched.locator("li")).to_have_text(["茅台旧闻 02-28 09:00", "茅台提价 03-01 09:00"])
    expect(watched.locator(".new")).to_have_text("茅台旧闻 02-28 09:00")
    expect(watched.locator(".total")).to_have_text("1 篇新的")


def test_marks_of_what_is_new_last_as_long_as_a_visit(front, write):
    total = front.locator(".watched .total")
    write("2022-03-05", "茅台分红", MAOTAI)
    come_back(front)
    expect(total).to_have_text("1 篇新的")
    front.clock.fast_forward(HOUR / 3)
    write("2022-03-06", "茅台换届", MAOTAI)
    front.goto("/")
    expect(total).to_have_text("2 篇新的")
    front.clock.fast_forward(HOUR / 3)
    other = front.context.new_page()
    other.goto("/")  # another tab, in the same visit
    expect(other.locator(".watched .new")).to_have_count(2)
    other.close()

    come_back(front)
    expect(total).to_have_text("没有新的")
    expect(front.locator(".watched .new")).to_have_count(0)
    front.clock.set_system_time("2020-01-01")  # put right
    write("2022-03-07", "茅台扩产", MAOTAI)
    front.goto("/")
    expect(total).to_have_text("1 篇新的")
    come_back(front, "/posts/")  # a visit that did not ask
    write("2022-03-08", "茅台涨停", MAOTAI)
    come_back(front)
    expect(total).to_have_text("1 篇新的")


def test_a_tab_that_was_left_open_asks_again_when_it_is_looked_at(front, write):
    front.evaluate("Object.defineProperty(document, 'hidden', {get: () => window.away})")
    turn = "away => { window.away = away; document.dispatchEvent(new Event('visibilitychange')); }"
    watched = front.locator(".watched")
    for day, title in (("05", "茅台分红"), ("06", "茅台换届")):
        front.evaluate(turn, True)
        write(f"2022-03-{day}", title, MAOTAI)
        front.clock.fast_forward(HOUR)
        front.evaluate(turn, False)
        expect(watched.locator(".new")).to_have_text(f"{title} 03-{day} 09:00")
        expect(watched.locator(".total")).to_have_text("1 篇新的")


def test_a_tab_is_not_seen_before_it_is_looked_at(front, write):
    write("2022-03-05", "茅台分红", MAOTAI)
    front.add_init_script(
        "window.away = true; Object.defineProperty(document, 'hidden', {get: () => window.away})"
    )
    come_back(front)
    expect(front.locator(".watched li")).to_have_count(0)
    front.clock.fast_forward(HOUR)
    turn = "window.away = false; document.dispatchEvent(new Event('visibilitychange'))"
    front.evaluate(turn)
    expect(front.locator(".watched .total")).to_have_text("1 篇新的")


def test_what_the_page_of_the_list_showed_is_not_new(front, write):
    write("2022-03-05", "茅台分红", MAOTAI)
    come_back(front, "/watch/")
    expect(front.locator(".entry")).to_have_count(2)
    front.goto("/")
    expect(front.locator(".watched .total")).to_have_text("1 篇新的")
    write("2022-03-06", "茅台换届", MAOTAI)
    come_back(front, "/watch/")
    expect(front.locator(".entry")).to_have_count(3)
    come_back(front)
    expect(front.locator(".watched .total")).to_have_text("没有新的")


def test_what_was_there_before_one_followed_it_is_not_new(front, write):
    for at in ("2022-03-04T12:00:00+08:00", "2022-03-04T13:00:00+08:00"):  # two visits
        front.clock.set_system_time(at)
        front.goto("/")
        expect(front.locator(".watched .total")).to_have_text("没有新的")
    front.goto("/tag/xinnengyuan/")
    front.get_by_role("button", name="关注").click()
    front.goto("/")
    watched = front.locator(".watched")
    expect(watched.locator("li")).to_have_text(["补贴 03-02 09:00", "茅台提价 03-01 09:00"])
    expect(watched.locator(".total")).to_have_text("没有新的")
    write("2022-03-05", "充电桩", tag="新能源")
    front.goto("/")
    expect(watched.locator(".new")).to_have_text("充电桩 03-05 09:00")


def test_an_old_archive_is_new_as_far_as_the_first_page_goes(front, write, tmp_path):
    for number in range(10, 69):
        title = "".join(chr(ord("一") + number * 97 + other * 13) for other in range(8))
        at = f"10:{number - 10:02}"
        text = POST.format(title=title, day="2022-02-01", at=at, tag="要闻", body=title + MAOTAI)
        (tmp_path / f"2022-02-01-202202010000000{number:03}.md").write_text(text)
    write("2022-02-01", "茅台旧闻", MAOTAI)
    come_back(front)
    expect(front.locator(".watched .total")).to_have_text("39+ 篇新的")
    hidden = Post.objects.get(title="茅台提价")
    posts.change(hidden, {"status": "hidden"}, by=None)  # so that one comes from the second page
    write("2022-01-31", "茅台更旧", MAOTAI)
    come_back(front)
    expect(front.locator(".watched .total")).to_have_text("没有新的")


def test_clearing_the_history_forgets_what_was_new(front, write):
    front.goto("/posts/202203030000000001/")
    front.goto("/watch/")
    front.get_by_role("button", name="清除").click()
    write("2022-03-05", "茅台分红", MAOTAI)
    come_back(front)
    expect(front.locator(".watched li")).to_have_count(2)
    expect(front.locator(".watched .new")).to_have_count(0)
    expect(front.locator(".watched .total")).to_have_text("")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (375, 1200)])
def test_a_short_page_ends_at_the_bottom_of_the_window(archive, open_page, width, height):
    page = open_page("/watch/", width=width, height=height)
    footer = page.locator(".colophon").bounding_box()
    assert footer["y"] + footer["height"] == pytest.approx(height, abs=1)
    assert page.evaluate("document.documentElement.scrollHeight") == height


def test_in_english_too_the_tools_of_a_list_take_two_rows_of_a_phone(archive, open_page):
    page = open_page("/watch/?s=1.600519", width=375, height=812, locale="en")
    bar = page.locator(".listing .bar")
    expect(page.get_by_role("button", name="Replace mine")).to_be_visible()
    tools = bar.locator("button, a").all()
    assert len({tool.bounding_box()["y"] // 12 for tool in tools if tool.is_visible()}) <= 2


def test_on_a_phone_a_list_and_its_tools_are_near_the_top(archive, open_page):
    page = open_page("/security/1.600519/", width=375, height=812)
    page.get_by_role("button", name="关注").click()
    page.goto("/")
    expect(page.locator(".watched li")).to_have_count(1)
    watched, stream = (page.locator(part).bounding_box() for part in (".watched", ".stream"))
    assert watched["y"] + watched["height"] <= stream["y"]
    assert page.evaluate(SHIFTS) == []
    page.goto("/watch/?s=1.600519")
    link = page.locator(".count").get_by_role("link", name="添加、导出、导入")
    assert link.bounding_box()["y"] < page.locator(".entry").first.bounding_box()["y"]
    link.click()
    expect(page.locator("#add")).to_be_in_viewport()


def test_a_list_of_somebody_else_is_taken_only_if_one_wants(archive, open_page):
    page = open_page("/security/1.600519/")
    page.get_by_role("button", name="关注").click()
    page.goto("/watch/?tag=xinnengyuan")
    assert titles(page) == ["补贴"]
    page.get_by_role("button", name="加到我的").click()
    expect(page.locator(".entry")).to_have_count(2)
    page.evaluate("sessionStorage.adding = 'yes'")  # to which there was no answer
    page.goto("/watch/?tag=xinnengyuan")
    page.get_by_role("button", name="替换我的").click()
    expect(page.locator(".kept-list")).to_be_hidden()
    page.goto("/watch/")
    expect(page.locator(".entry")).to_have_count(1)


def test_what_was_read_is_marked_and_can_be_forgotten(archive, open_page):
    page = open_page("/posts/")
    expect(page.locator(".entry a.read")).to_have_count(0)
    page.get_by_role("link", name="白酒降价").click()
    expect(page.locator("h1")).to_have_text("白酒降价")
    page.goto("/posts/")
    expect(page.locator(".entry a.read")).to_have_text("白酒降价")
    page.goto("/watch/")
    expect(page.locator(".history li")).to_have_text(["白酒降价 03-03 09:00"])
    page.get_by_role("button", name="清除").click()
    expect(page.locator(".history")).to_be_hidden()
    expect(page.locator(".additions summary")).to_be_focused()
    page.goto("/posts/")
    expect(page.locator(".entry a.read")).to_have_count(0)


def test_what_was_read_comes_late_and_moves_nothing_that_is_seen(archive, open_page):
    page = open_page("/posts/202203030000000001/", height=1500)
    page.goto("/watch/?tag=xinnengyuan")
    expect(page.locator(".history li")).to_have_count(1)
    expect(page.locator(".colophon")).not_to_be_in_viewport()
    assert page.evaluate(SHIFTS) == []


def test_a_damaged_history_is_dropped(archive, open_page):
    page = open_page("/posts/")
    for damaged in ("null", "{", "123", "{}", '["text", null, 1, [], ["/posts/", null, 1]]'):
        page.evaluate("damaged => localStorage.setItem('read', damaged)", damaged)
        page.goto("/posts/202203030000000001/")
        page.goto("/watch/")
        expect(page.locator(".history li")).to_have_text(["白酒降价 03-03 09:00"])


def test_without_scripts_stars_and_lists_are_links(archive, open_page):
    page = open_page("/security/1.600519/", java_script_enabled=False)
    page.locator(".star").click()
    expect(page.locator(".entry")).to_have_count(1)
    page.locator(".additions summary").click()
    page.get_by_label("每行一个").fill("标签：新能源\n白酒")
    page.locator(".additions").get_by_role("button", name="关注").click()
    expect(page.locator(".entry")).to_have_count(3)


def test_flashes_are_narrowed_to_companies_that_are_followed(archive, open_page):
    page = open_page("/flash/2022/03/01/")
    mine = page.get_by_role("link", name="只看我关注的公司")
    expect(mine).to_be_hidden()
    assert page.locator("[data-watched]").evaluate(ROOM) == 0
    page.goto("/posts/?q=600519")
    page.get_by_role("button", name="关注 贵州茅台").click()
    many = ",".join(f"0.{number:06}" for number in range(50))
    page.evaluate(f"localStorage.setItem('watch', localStorage.getItem('watch') + ',{many}')")
    page.goto("/flash/2022/03/02/")
    expect(page.locator(".entry")).to_have_count(1)
    mine.click()
    expect(page.locator(".entry")).to_have_count(0)
    page.get_by_role("link", name="2022-03-01").click()
    expect(page.locator(".entry h2")).to_have_text(["茅台提价"])


def test_a_company_is_followed_from_a_post_that_names_it(archive, open_page):
    page = open_page("/posts/202203010000000001/")
    page.get_by_role("button", name="关注 贵州茅台").click()
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="关注").click()
    expect(page.locator(".entry h2")).to_have_text(["茅台提价"])


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_navigation_shows_the_watchlist_on_a_narrow_phone(open_page, locale):
    # The page whose name is the longest in bold letters.
    page = open_page("/securities/", locale=locale)
    nav = page.locator(".masthead nav")
    for width in (375, 320):
        page.set_viewport_size({"width": width, "height": 900})
        expect(nav.locator("a").last).to_be_in_viewport(ratio=1)
        assert nav.evaluate("nav => new Set([...nav.children].map((a) => a.offsetTop)).size") == 1
        assert nav.evaluate("nav => nav.scrollWidth <= nav.clientWidth")
