"""How much of a list is seen at once, and how one gets about in it without a pointer."""

from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from articles.models import Category, Post, Security, StoryPost
from tests.browser.accessibility import violations
from tests.browser.shifts import SHIFTS

pytestmark = pytest.mark.django_db(transaction=True)

BODY = "{name}今日公告，公司净利润同比增长，业绩说明会如期举行。" * 12
SECURITY = '<a class="keytip" data-code="1,600519" href="#">贵州茅台</a>'
IN_VIEW = """() => [...document.querySelectorAll(".entry")]
  .map((entry) => entry.getBoundingClientRect())
  .filter(({ top, bottom }) => top >= 0 && bottom <= innerHeight).length"""

#: By how many pixels one column of the front page ends before the other, or what is seen in the one
#: beside the stream ends before its next part begins.
ENDS = """() => {
  const [last, next] = [".front > :first-child > :last-child", ".rail > :last-child"].map($);
  const filling = $(".filling").getBoundingClientRect();
  const seen = [...document.querySelectorAll(".filling li")]
    .map((item) => item.getBoundingClientRect())
    .filter(({ left, bottom }) => left < filling.right && bottom <= filling.bottom + 1);
  function $(selector) { return document.querySelector(selector); }
  const bottom = (element) => element.getBoundingClientRect().bottom;
  return [
    Math.abs(bottom(last) - bottom(next)),
    filling.bottom - Math.max(filling.top, ...seen.map((box) => box.bottom)),
  ];
}"""
HEADING = 130  # pixels that a heading and the first line below it need
IS_WHOLE = "element => element.scrollWidth <= element.clientWidth"


@pytest.fixture
def archive(tmp_path):
    """Forty long posts that name a security, two a day and four on every fifth."""
    for number in range(40):
        day = f"2022-03-{28 - number // 2 if number % 10 > 3 else 28 - number // 10 * 5:02}"
        code = f"{day.replace('-', '')}{number:010}"
        body = f"<p>{SECURITY}{BODY.format(name=f'第{number}家公司')}</p>"
        (tmp_path / f"{day}-{code}.md").write_text(
            f"---\ntitle: 贵州茅台等公司发布第{number}份业绩公告\n"
            f"date: {day} 09:{number:02}:00 +0800\n"
            f"categories: cailianshe\ntags: 财联社新闻\n---\n{body}\n"
        )
    call_command("import_posts", tmp_path, verbosity=0)
    StoryPost.objects.all().delete()  # or those of a day would be one
    return Post.objects.newest_first()


@pytest.mark.parametrize(
    ("width", "height", "least"),
    [
        (
            1440,
            900,
            {
                "/posts/": 8,
                "/posts/?q=业绩说明会": 8,
                "/posts/?q=贵州茅台": 8,
                "/posts/?q=贵州茅台&category=cailianshe": 8,
                "/posts/?q=贵州茅台&category=cailianshe&from=2022-03-02": 8,
                "/security/1.600519/": 6,
            },
        ),
        (
            375,
            812,
            {
                "/": 2,
                "/posts/": 2,
                "/posts/?q=业绩说明会": 2,
                "/posts/?q=贵州茅台&category=cailianshe&from=2022-03-02": 2,
                "/security/1.600519/": 2,
            },
        ),
    ],
)
def test_a_screen_shows_several_posts(archive, open_page, width, height, least):
    assert Security.objects.get().code == "600519"
    page = open_page("/", width=width, height=height)
    for address, number in least.items():
        page.goto(address)
        expect(page.locator(".found .card")).to_have_count(int("贵州茅台" in address))
        expect(page.locator("header .chip")).to_have_count(address.count("&"))
        assert page.evaluate(IN_VIEW) >= number, address


def test_passages_have_two_lines(archive, open_page):
    for width in (375, 1440):
        page = open_page("/posts/?q=业绩说明会", width=width)
        for lead in page.locator(".lead").all()[:5]:
            height = lead.evaluate(
                "e => e.clientHeight / parseFloat(getComputedStyle(e).lineHeight)"
            )
            assert height <= 2.1


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_today_stands_beside_the_date(archive, open_page, locale):
    for days in (0, 1):
        post = Post.objects.newest_first()[days]
        Post.objects.filter(pk=post.pk).update(published_at=timezone.now() - timedelta(days))
    page = open_page("/posts/", locale=locale)
    for width in (375, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        times = page.locator(".entry > time:has(b)").all()
        assert len(times) == 2
        for time in times:
            lines = time.evaluate(
                "e => e.clientHeight / parseFloat(getComputedStyle(e).lineHeight)"
            )
            assert lines < 1.5, width


@pytest.mark.parametrize("width", [320, 375, 768])
def test_the_page_of_a_company_has_its_chart_and_what_else_there_is_at_the_top(
    archive, open_page, width
):
    page = open_page("/security/1.600519/", width=width)
    first = page.locator(".entry").first.bounding_box()["y"]
    for shown in (page.locator(".bars"), page.locator(".jumps").get_by_role("link", name="比较")):
        expect(shown).to_be_visible()
        assert shown.bounding_box()["y"] < first
    assert page.locator(".bars").bounding_box()["x"] > page.locator("h1 span").bounding_box()["x"]
    page.locator(".chart-of-posts summary").click()
    expect(page.locator(".chart-of-posts td").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("locale", "least"), [("zh-CN", 12), ("en", 7)])
def test_the_words_of_the_menu_stand_apart_on_a_phone(open_page, locale, least):
    page = open_page("/", width=375, locale=locale)
    boxes = [one.bounding_box() for one in page.locator(".masthead nav a").all()]
    assert len({box["y"] for box in boxes}) == 1
    gaps = [after["x"] - one["x"] - one["width"] for one, after in pairwise(boxes)]
    assert min(gaps) > least


def test_a_choice_looks_like_the_field_beside_it(archive, open_page):
    page = open_page("/hot/", scheme="dark")
    look = """e => { const { backgroundColor, borderColor, font, height } = getComputedStyle(e);
      return [backgroundColor, borderColor, font, height] }"""
    assert page.locator("#by").evaluate(look) == page.locator("#on").evaluate(look)


def test_the_link_to_the_content_leads_there_and_asks_nothing(archive, open_page):
    for address in ("/", "/posts/?q=公司", "/security/1.600519/"):
        page = open_page(address)
        page.evaluate("window.same = true")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#content")).to_be_focused()
        assert page.evaluate("window.same")
        assert page.url.endswith("#content")


def test_posts_come_before_filters_for_the_keyboard_and_a_link_leads_to_these(archive, open_page):
    page = open_page("/posts/?q=公司")
    page.locator("#content").focus()
    reached = []
    while "article" not in reached:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.closest('article, aside')?.localName"))
    assert "aside" not in reached
    assert len(reached) < 12
    page.get_by_role("link", name="跳到筛选").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#filters")).to_be_focused()


def test_how_many_posts_there_are_is_said_and_that_there_are_none(archive, open_page):
    page = open_page("/posts/")
    said = page.locator("#search-status")
    page.locator("#q").fill("业绩说明会")
    expect(said).to_have_text("40 篇")
    page.locator("#q").fill("业绩说明会 绝无此词")
    expect(said).to_have_text("没有文章同时符合这些条件。")


def characters(number, count):
    """A text of its own for each number."""
    draw = Random(number)
    return "".join(chr(ord("一") + draw.randrange(5000)) for _ in range(count))


@pytest.fixture
def tell(tmp_path):
    """Import stories, each told so many times and that long, in so many categories, with securities
    that many posts name or none."""

    def tell(times, length, categories, names):
        for number in range(60):
            at = f"2022-03-04 {9 + number // 20:02}:{number % 20 * 2:02}"
            body = characters(number, length) + SECURITY.replace("19", f"{number % 8 + 10}") * names
            for telling in range(times):
                (tmp_path / f"2022-03-04-20220304{number * 2 + telling:010}.md").write_text(
                    f"---\ntitle: {characters(-number, 14 + number % 14)}\n"
                    f"date: {at}:{telling:02} +0800\nsource: 来源{telling}\n"
                    f"categories: 栏目{number % categories}\n---\n<p>{body}</p>\n"
                )
        call_command("import_posts", tmp_path, verbosity=0)

    return tell


@pytest.mark.parametrize(
    ("times", "length", "categories", "names"),
    [(2, 300, 6, 1), (2, 300, 6, 0), (2, 300, 2, 1), (1, 60, 6, 1), (1, 60, 2, 0), (1, 300, 3, 1)],
)
def test_no_column_of_the_front_page_ends_before_the_other(
    tell, open_page, times, length, categories, names
):
    tell(times, length, categories, names)
    watched = f"category={Category.objects.first().slug}"
    page = open_page("/", width=1440)
    assert page.locator(".also-told").count() == (12 if times == 2 else 0)
    for watchlist in ("", watched):
        page.evaluate("watchlist => { localStorage.watch = watchlist }", watchlist)
        for width in (1440, 1280, 1000):
            page.set_viewport_size({"width": width, "height": 900})
            page.reload()
            if watchlist:
                expect(page.locator(".watched li")).not_to_have_count(0)
            assert max(ends := page.evaluate(ENDS)) < HEADING, (watchlist, width, ends)
            assert page.evaluate(SHIFTS) == []


@pytest.fixture
def tape(tmp_path):
    """Three flashes: without a text, with one company, and with six."""
    names = ["贵州茅台", "五粮液", "宁德时代", "美的集团", "格力电器", "中国平安"]
    links = [
        f'<a class="keytip" data-code="1,60000{number}" href="#">{name}</a>'
        for number, name in enumerate(names)
    ]
    bodies = ("", f"{links[0]}公告称，敬请投资者注意风险。", "、".join(links))
    for number, body in enumerate(bodies):
        (tmp_path / f"2022-03-04-20220304{number:010}.md").write_text(
            f"---\ntitle: 盘中快讯\ndate: 2022-03-04 09:0{number}:00 +0800\n---\n<p>{body}</p>\n"
        )
    call_command("import_posts", tmp_path, verbosity=0)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_each_flash_of_a_tape_is_one_line(tape, open_page, locale):
    page = open_page("/flash/", locale=locale)
    for width in (768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        heights = [one.bounding_box()["height"] for one in page.locator(".entry").all()]
        assert len(heights) == 3
        assert max(heights) < 40
        assert max(heights) - min(heights) <= 1  # pixel: the last has no rule below it


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_companies_for_which_a_line_has_no_room_are_behind_their_number(tape, open_page, locale):
    page = open_page("/flash/", width=1440, locale=locale)
    for width in (1440, 768):
        page.set_viewport_size({"width": width, "height": 900})
        links = page.locator(".entry").first.locator(".meta a:visible")
        names = ["贵州茅台", "五粮液", "宁德时代", "+3：美的集团、格力电器、中国平安"]
        assert links.all_text_contents() == names
        assert [one.inner_text() for one in links.all()[:-1] if not one.evaluate(IS_WHOLE)] == []
    links.last.click()
    expect(page.locator("h1")).to_have_text("盘中快讯")


def test_on_a_phone_the_companies_of_a_flash_take_two_lines_and_can_be_tapped(tape, open_page):
    page = open_page("/flash/", width=375)
    links = page.locator(".entry").first.locator(".meta a:visible")
    expect(links).to_have_count(6)
    assert links.first.is_visible()
    boxes = [link.bounding_box() for link in links.all()]
    assert len({box["y"] for box in boxes}) == 2
    assert all(box["height"] >= 24 and box["x"] + box["width"] <= 375 for box in boxes)
    assert not list(violations(page))


def test_a_printed_tape_has_all_of_each_flash(tape, open_page):
    page = open_page("/flash/", width=768)
    page.emulate_media(media="print")
    for part in page.locator(".said, .entry .meta").all():
        assert part.evaluate(IS_WHOLE)
    expect(page.locator(".entry").first.locator(".meta a:visible")).to_have_count(6)


def test_tools_and_examples_stand_as_they_are_read(archive, open_page):
    page = open_page("/security/1.600519/", locale="en")
    for width in (768, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator("header .meta").first.bounding_box()["height"] < 30
    page.goto("/search-help/")
    page.set_viewport_size({"width": 375, "height": 812})
    examples = page.locator(".help td code").all()
    assert [one.inner_text() for one in examples if one.bounding_box()["height"] > 30] == []
    for locale in ("zh-CN", "en"):
        page = open_page("/posts/?q=业绩", width=375, locale=locale)
        files = [link.bounding_box()["y"] for link in page.locator(".exports a").all()]
        assert files.count(max(files)) > 1
        links = page.locator(".colophon > p").first.locator("a").all()
        assert len({link.bounding_box()["y"] for link in links}) == 1
        page.evaluate("document.documentElement.dataset.size = 'larger'")
        menu = page.locator(".masthead nav a").all()
        assert locale == "en" or len({link.bounding_box()["y"] for link in menu}) == 1


def test_a_printed_list_has_no_controls(archive, open_page):
    page = open_page("/posts/?q=业绩")
    page.emulate_media(media="print")
    controls = (
        ".sort",
        ".filters",
        ".pager",
        ".feed",
        "button",
        ".chip [aria-hidden]",
        "summary b",
    )
    for hidden in controls:
        for one in page.locator(hidden).all():
            assert not one.is_visible(), hidden
    assert page.locator(".entry").first.is_visible()
    page.goto("/security/1.600519/")
    assert not page.locator(".jumps").is_visible()
