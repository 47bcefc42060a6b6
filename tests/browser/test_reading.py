"""What makes reading pleasanter, each thing as a reader meets it; and reading without scripts."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from articles.models import Post, Security
from tests.browser.shifts import SHIFTS

pytestmark = pytest.mark.django_db(transaction=True)

POST = '---\ntitle: "{title}"\ndate: {at} +0800\ncategories: {category}\ntags: 要闻\n---\n{body}\n'
SECURITIES = "".join(
    f'<a class="keytip" data-code="1,{600500 + n}" href="#">名称{n}</a>、' for n in range(40)
)
ROW = f"<tr>{'<td>一格里的文字</td>' * 18}</tr>"
TABLE = f"<table>{ROW * 4}</table>"
PICTURES = (
    '<p>图前</p><p><img src="https://pictures.example/a.png" width="580" height="330"></p>'
    '<p><img src="https://pictures.example/b.png" alt="走势图"></p><p>图后</p>'
)
POSTS = [
    ("贵州茅台涨停", "emnews", "<p>茅台收于高位。</p>"),
    ("五粮液发布年报", "emnews", "<p>净利润同比增长。</p>"),
    ("白酒板块走强", "cailianshe", f"<p>{'白酒板块今日走强。' * 60}</p>"),
    ("长标题" * 66, "emnews", "<p>正文</p>"),
    ("", "emnews", "<p>没有标题也没有来源的一条</p>"),
    ("四十只证券", "emnews", f"<p>{SECURITIES}</p>"),
    ("一段一万字", "emnews", f"<p>{'今日沪指低开高走，量能有所放大。' * 625}</p>"),
    ("很宽的表", "emnews", TABLE),
    ("没有空格的长词", "emnews", f"<p>{'0123456789' * 50}</p>"),
    ("找不到的图片", "emnews", PICTURES),
]


@pytest.fixture
def write(tmp_path):
    """Import posts, each a minute after the one before it, from 8:00 of 2022-03-04 on unless `day`
    is another."""

    def write(*posts, day="2022-03-04"):
        codes = [f"{day.replace('-', '')}{number:010}" for number in range(len(posts))]
        for number, (code, (title, category, body)) in enumerate(zip(codes, posts, strict=True)):
            at = f"{day} 08:{number:02}:00"
            (tmp_path / f"{day}-{code}.md").write_text(
                POST.format(title=title, at=at, category=category, body=body)
            )
        call_command("import_posts", tmp_path, verbosity=0)
        return list(Post.objects.filter(slug__in=codes).order_by("slug"))

    return write


@pytest.fixture
def posts(write):
    return write(*POSTS)


def test_the_colours_chosen_stay_and_are_there_before_anything_is_drawn(posts, open_page):
    page = open_page("/", scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="深色").click()
    dark = page.evaluate(paper)
    assert dark != light
    # The module that offers the choice comes late; the one line in the head is enough.
    page.route("**/reading*.js", lambda route: route.abort())
    page.goto("/posts/")
    assert page.evaluate(paper) == dark
    page.unroute("**/reading*.js")
    page.reload()
    assert page.get_by_role("button", name="深色").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="自动").click()
    assert page.evaluate(paper) == light


def test_a_listing_is_walked_by_keys_but_not_while_typing(posts, open_page):
    page = open_page("/posts/")
    focused = "document.activeElement.textContent.trim()"
    titles = page.locator(".entry :is(h2, h3) a").all_inner_texts()
    for key, expected in (("j", titles[0]), ("j", titles[1]), ("k", titles[0]), ("k", titles[0])):
        page.keyboard.press(key)
        assert page.evaluate(focused) == expected

    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("j?/")
    assert page.locator("#q").input_value() == "j?/"
    assert not page.locator("#keys").is_visible()

    page.locator("#q").fill("")
    page.locator(".entry :is(h2, h3) a").first.focus()
    compose = "new KeyboardEvent('keydown', {key: '?', isComposing: true, bubbles: true})"
    page.evaluate(f"document.activeElement.dispatchEvent({compose})")
    assert not page.locator("#keys").is_visible()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()

    page.locator(".entry :is(h2, h3) a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(titles[0])


def test_keys_are_linked_and_can_be_switched_off(posts, open_page):
    page = open_page("/posts/")
    page.get_by_role("button", name="快捷键").click()
    page.get_by_label("启用快捷键").uncheck()
    page.get_by_role("button", name="关闭").click()
    page.reload()
    for key in "j/?":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.body")
    assert not page.locator("#keys").is_visible()


def test_text_can_be_larger_from_the_start(posts, open_page):
    page = open_page("/posts/")
    size = "parseFloat(getComputedStyle(document.querySelector('.entry h3')).fontSize)"
    normal = page.evaluate(size)
    page.get_by_role("button", name="特大").click()
    assert page.evaluate(size) > 1.2 * normal
    page.route("**/reading*.js", lambda route: route.abort())
    page.goto("/posts/")
    assert page.evaluate(size) > 1.2 * normal


def test_the_drawer_stays_open_while_one_chooses(posts, open_page):
    page = open_page("/posts/", width=390)
    page.locator(".filters summary").click()
    drawer = page.locator(".drawer")
    drawer.locator("a[href*='category=cailianshe']").click()
    expect(page.locator(".entry")).to_have_count(1)
    expect(drawer).to_be_visible()
    expect(page.locator(".filters summary")).to_be_focused()
    assert "category=cailianshe" in page.url
    assert page.locator("form.search [name=category]").input_value() == "cailianshe"
    page.go_back()
    expect(page.locator(".entry")).not_to_have_count(1)


def test_the_drawer_closes_when_a_period_is_chosen(posts, open_page):
    page = open_page("/posts/", width=390)
    page.locator(".filters summary").click()
    drawer = page.locator(".drawer")
    drawer.locator("#facet-date a").first.click()
    expect(page.locator("header .chip")).not_to_have_count(0)
    expect(drawer).to_be_hidden()
    expect(page.locator(".filters summary")).to_be_focused()


def test_the_filters_are_a_drawer_on_a_phone(posts, open_page):
    page = open_page("/posts/", width=390)
    drawer = page.locator(".drawer")
    expect(drawer).to_be_hidden()
    page.locator("summary").click()
    expect(drawer).to_be_visible()
    assert drawer.bounding_box()["width"] == 390
    page.mouse.click(200, 60)  # beside it
    expect(drawer).to_be_hidden()
    page.locator("summary").click()
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.locator("summary").click()
    drawer.locator("a[href*='category=cailianshe']").click()
    expect(page.locator(".entry")).to_have_count(1)
    assert open_page("/posts/", width=1280).locator(".drawer").is_visible()


def test_news_of_new_posts_come_quietly_and_only_to_who_is_looking(posts, write, open_page):
    page = open_page("/posts/")
    page.context.unroute_all()  # with routes the browser would keep nothing to ask about
    page.clock.install()
    asked = []
    page.on("request", lambda request: "/news/" in request.url and asked.append(request))
    page.goto("/")
    with page.expect_response("**/news/**"):
        page.clock.fast_forward(61_000)
    expect(page.locator(".fresh")).to_be_hidden()

    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => window.away})")
    page.evaluate("window.away = true")
    page.clock.fast_forward(180_000)

    write(("新来的一条", "emnews", "<p>正文</p>"), day="2022-03-05")
    page.evaluate("window.away = false")
    with page.expect_response("**/news/**") as again:
        page.clock.fast_forward(61_000)
    assert again.value.request.all_headers()["if-none-match"]
    assert len(asked) == 2
    link = page.locator(".fresh a")
    expect(link).to_have_text("有 1 篇新文章")
    assert page.locator(".entry").first.inner_text().count("新来的一条") == 0
    assert page.evaluate(SHIFTS) == []
    link.press("Enter")
    expect(page.locator(".entry").first).to_contain_text("新来的一条")
    expect(page.locator("#content")).to_be_focused()


KLINE = '<p>K线如图。</p><p><img src="https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=1.600519"></p>'
SHORT = [
    ("盘中快讯", "emnews", "<p>沪指拉升。</p>"),
    ("指数走势", "emnews", KLINE),
    ("收盘快讯", "emnews", "<p>沪指回落。</p>"),
]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [375, 768])
def test_what_scripts_show_of_a_short_page_moves_nothing(write, open_page, locale, width):
    posts = write(*SHORT)
    page = open_page("/", width=width, height=812, locale=locale)
    moved = {}
    for address in (*map(Post.get_absolute_url, posts), "/posts/feed/?q=沪指", "/trends/?q=沪指"):
        page.goto(address)
        moved[address] = page.evaluate(SHIFTS)
    assert not any(moved.values()), moved


def test_a_post_is_copied_cited_and_dated(posts, open_page):
    post = posts[2]
    page = open_page(post.get_absolute_url(), permissions=["clipboard-read", "clipboard-write"])
    address = page.url
    page.clock.pause_at("2030-01-01")  # or the buttons would soon have their own names again
    link, citation = page.locator("button[data-copy]").all()
    expect(link).to_have_text("复制链接")
    link.click()
    expect(link).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == address
    expect(citation).to_have_text("复制引用")
    citation.click()
    expect(citation).to_have_text("已复制")
    cited = page.evaluate("navigator.clipboard.readText()")
    assert "白酒板块走强[EB/OL]. (2022-03-04)[" in cited
    assert cited.endswith(f"]. {address}.")
    page = open_page(post.get_absolute_url(), timezone_id="America/Los_Angeles")
    page.clock.install(time="2029-12-31T20:00:00Z")  # in Beijing 2030 has begun
    page.reload()
    expect(page.locator(".cited")).to_contain_text("(2022-03-04)[2030-01-01]")
    time = page.locator(".post .meta time")
    time.hover()
    expect(time).to_have_attribute("title", "8年前")


def test_a_printed_post_is_the_post_alone_with_where_it_is_from(posts, open_page):
    page = open_page(posts[2].get_absolute_url())
    page.emulate_media(media="print")
    for hidden in (".masthead nav", "search", ".colophon", ".actions", ".related", ".neighbours"):
        assert not page.locator(hidden).is_visible(), hidden
    assert page.url in page.locator(".cited").inner_text()
    assert page.locator(".body").is_visible()


def test_a_link_is_copied_over_plain_http_too(posts, open_page):
    page = open_page("/", permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(posts[0].get_absolute_url())
    page.get_by_role("button", name="复制链接").click()
    expect(page.get_by_role("button", name="已复制")).to_be_focused()
    page.locator("#q").focus()
    page.keyboard.press("Control+V")
    assert page.locator("#q").input_value() == page.url


def test_a_post_is_shared_where_the_browser_can_do_that(posts, open_page):
    page = open_page("/")
    page.add_init_script("navigator.share = async (what) => { window.shared = what; }")
    page.goto(posts[0].get_absolute_url())
    page.get_by_role("button", name="分享").click()
    assert page.evaluate("shared") == {"title": posts[0].title, "url": page.url}


def test_no_post_breaks_its_page(posts, open_page):
    page = open_page("/")
    for address in ["/", "/posts/", *(post.get_absolute_url() for post in posts)]:
        page.goto(address)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, f"{page.title()[:20]} is wider than {width} px by {overflow}"
        assert page.locator("h1").inner_text().strip()
    assert not page.complaints


def test_pictures_have_their_room_before_they_come(posts, open_page):
    page = open_page(posts[-1].get_absolute_url())  # they never come
    sized, unsized = page.locator(".body img").all()
    assert sized.bounding_box()["height"] == pytest.approx(330, abs=1)
    assert unsized.bounding_box()["height"] > 200
    below = page.get_by_text("图后").bounding_box()["y"]
    assert below > unsized.bounding_box()["y"] + unsized.bounding_box()["height"]


def test_without_scripts_everything_can_be_read_and_found(posts, open_page):
    page = open_page("/", width=390, java_script_enabled=False)
    assert not page.get_by_role("button", name="深色").is_visible()
    page.locator("#q").fill("茅台")
    page.get_by_role("button", name="搜索", exact=True).click()
    expect(page.locator(".entry :is(h2, h3)")).to_have_text(["贵州茅台涨停"])
    page.get_by_role("link", name="贵州茅台涨停").click()
    expect(page.locator("h1")).to_have_text("贵州茅台涨停")
    assert not page.get_by_role("button", name="复制链接").is_visible()
    with page.expect_navigation():
        page.get_by_role("navigation", name="主导航").get_by_role("link", name="全部文章").click()
    page.locator("summary").click()
    page.get_by_label("起始日").fill("2022-03-05")
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".found")).to_contain_text("没有符合条件的文章")
    page.goto(Security.objects.get(code="600500").get_absolute_url())
    assert "名称0" in page.locator("h1").inner_text()
    page.goto("/archive/2022/03/")
    page.get_by_role("link", name="3月4日，10 篇").click()
    expect(page.locator(".entry")).to_have_count(10)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_form_of_the_api_asks_only_for_what_was_filled_in(posts, open_page):
    page = open_page("/api/")
    form = page.locator("form[action='/api/v1/posts']")
    form.get_by_label("q", exact=True).fill("茅台")
    form.get_by_role("button").click()
    page.wait_for_url("**/api/v1/posts?**")
    assert "known_at" not in page.url
    assert "贵州茅台涨停" in page.content()
