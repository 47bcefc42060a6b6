"""What readers come for, each from the front page in three steps or fewer: with a pointer, by the
keyboard alone, on a phone, and at 400 % of the size, where 1280 × 1024 pixels are 320 × 256.

All is found by role and name, as in the tree that a screen reader reads.
"""

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)

MOST_STEPS = 3
MOST_TABS = 120
POST = '---\ntitle: "{title}"\ndate: {at} +0800\ntags: {medium}\n---\n{body}\n'
MAOTAI = '<a class="keytip" data-code="1,600519" href="#">贵州茅台</a>'
WULIANGYE = '<a class="keytip" data-code="0,000858" href="#">五粮液</a>'
CLIPBOARD = ["clipboard-read", "clipboard-write"]
WAYS = {
    "pointer": {"width": 1280, "height": 900},
    "keyboard": {"width": 1280, "height": 900},
    "phone": {"width": 375, "height": 812},
    "magnified": {"width": 320, "height": 256},
}
#: Whether an element is on the screen, and nothing lies over it.
IS_SEEN = """element => {
  const { left, top, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(left + 9, top + height / 2));
}"""


class Reader:
    """Takes steps on a page and counts them. A step is a link or button that is used, a key, or a
    text that is typed and sent."""

    def __init__(self, page, way):
        self.page, self.steps = page, 0
        self.by_keyboard, self.is_magnified = way == "keyboard", way == "magnified"
        self.has_drawer = way in ("phone", "magnified")  # of the filters

    def use(self, control, role="link"):
        """Follow a link or press a button, by its name."""
        self.steps += 1
        if isinstance(control, str):
            control = self.page.get_by_role(role, name=control, exact=True).first
        expect(control).to_be_visible()
        if self.by_keyboard:
            self.tab_to(control)
            expect(control).to_be_in_viewport()  # a page glides to what has the focus
            self.page.keyboard.press("Enter")
        else:
            control.click()

    def type(self, text, into=("combobox", "搜索"), send="Enter"):
        self.steps += 1
        role, name = into
        field = self.page.get_by_role(role, name=name).first
        if self.by_keyboard:
            self.tab_to(field)
        else:
            field.click()
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press(send)

    def tab_to(self, control):
        for _ in range(MOST_TABS):
            if control.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{control} is not reached by {MOST_TABS} tabs")

    def go_back(self):
        self.steps += 1
        self.page.go_back()

    def reads(self, *titles):
        headings = self.page.get_by_role("main").get_by_role("article").get_by_role("heading")
        expect(headings).to_have_text(titles)
        if self.is_magnified:
            headings.first.scroll_into_view_if_needed()
        assert headings.first.evaluate(IS_SEEN)

    def compares(self, *names):
        figures = self.page.get_by_role("table").last
        expect(figures.get_by_role("columnheader")).to_have_text(["月", *names])

    def is_done(self):
        assert self.steps <= MOST_STEPS
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert self.page.complaints == []


@pytest.fixture
def archive(tmp_path):
    today = timezone.localdate()

    def write(number, title, day, body="", medium="证券时报新闻"):
        code = f"{day:%Y%m%d}{number:010}"
        (tmp_path / f"{day}-{code}.md").write_text(
            POST.format(title=title, at=f"{day} 00:00:01", medium=medium, body=f"<p>{body}</p>")
        )

    write(
        1, "茅台提价", today - dt.timedelta(days=4), f"{MAOTAI}今日公告。{'公司称需求稳定。' * 9}"
    )
    write(2, "茅台分红", today - dt.timedelta(days=90), f"{MAOTAI}和{WULIANGYE}{'公告分红。' * 9}")
    write(3, "今日快讯", today)
    march = dt.date(2022, 3, 1)
    write(4, "新能源车下乡", march, "新能源汽车", "财联社新闻")
    write(5, "新能源补贴", march, "新能源汽车", "证券时报新闻")
    write(6, "新能源股走强", march + dt.timedelta(days=31), "新能源汽车", "财联社新闻")
    write(27, "新能源快评", march, "财联社：新能源汽车", "证券时报新闻")
    for number in range(7, 27):
        write(number, f"旧闻{number}", dt.date(2022, 1, number), "往日的消息。" * 40)
    call_command("import_posts", tmp_path, verbosity=0)


@pytest.fixture(params=WAYS)
def reader(request, archive, open_page):
    page = open_page("/", **WAYS[request.param], timezone_id="Asia/Shanghai", permissions=CLIPBOARD)
    reader = Reader(page, request.param)
    yield reader
    reader.is_done()


def test_what_happened_to_a_company_last_week(reader):
    reader.type("贵州茅台")
    if reader.has_drawer:
        reader.use(reader.page.locator("summary", has_text="筛选"))
    reader.use("近7天 1")
    reader.reads("茅台提价")


def test_the_flashes_of_today(reader):
    reader.use("快讯")
    reader.reads("今日快讯")


def test_two_companies_are_compared(reader):
    reader.type("贵州茅台")
    reader.use("贵州茅台 600519")
    reader.type("五粮液", into=("combobox", "名称、代码或拼音首字母"))
    reader.compares("贵州茅台", "五粮液")


def test_a_company_that_was_found_is_compared_with_another(reader):
    reader.type("贵州茅台")
    reader.use("比较")
    reader.type("五粮液", into=("combobox", "名称、代码或拼音首字母"))
    reader.compares("贵州茅台", "五粮液")


def test_two_companies_are_compared_that_were_searched_for(reader):
    reader.type("贵州茅台 vs 五粮液")
    reader.use("比较贵州茅台、五粮液")
    reader.compares("贵州茅台", "五粮液")


def test_three_things_are_followed(reader):
    reader.use("关注")
    reader.type("600519\n五粮液\n补贴", into=("textbox", "每行一个"), send="Tab")
    reader.use("关注", "button")
    reader.reads("茅台提价", "茅台分红", "新能源补贴")
    expect(
        reader.page.get_by_role("list", name="关注的内容").get_by_role("listitem")
    ).to_have_count(3)


def test_one_medium_in_march_on_one_thing(reader):
    reader.type("来源：财联社 新能源 2022年3月")
    reader.reads("新能源车下乡")


def test_one_medium_among_words_in_two_steps(reader):
    reader.type("财联社 新能源 2022年3月")
    reader.use("只看它发布的：1 篇")
    reader.reads("新能源车下乡")


def test_a_post_is_cited(reader):
    reader.use("茅台提价")
    reader.use("复制引用", "button")
    expect(reader.page.get_by_role("button", name="已复制")).to_be_visible()
    today = timezone.localdate()
    day = today - dt.timedelta(days=4)
    assert reader.page.evaluate("navigator.clipboard.readText()") == (
        f"证券时报. 茅台提价[EB/OL]. ({day})[{today}]. {reader.page.url}."
    )


def test_back_to_the_place_in_a_long_list(reader):
    reader.use("全部文章")
    reader.use("旧闻9")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("旧闻9")
    reader.go_back()
    expect(reader.page.get_by_role("link", name="旧闻9")).to_be_in_viewport()
    expect(reader.page.get_by_role("link", name="旧闻9")).to_be_focused()
    reader.page.keyboard.press("j")
    expect(reader.page.get_by_role("link", name="旧闻8")).to_be_focused()
