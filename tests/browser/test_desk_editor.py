"""The editor of a body, in a real browser: what is written in it, and what it leaves as it was."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from articles.importing.discovery import Found
from articles.importing.reading.files import NewDocument, read
from articles.models import Post, Security

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def form(db):
    """The address of the form of a post."""
    post = Post.objects.create(
        slug="lithium",
        title="锂价回落",
        published_at="2022-03-04T01:30Z",
        body_html="<p>锂价走弱。</p>\n<p>镍价走强。</p>",
    )
    return reverse("admin:articles_post_change", args=[post.pk])


@pytest.fixture
def maotai(db):
    return Security.objects.create(
        market=1, code="600519", name="贵州茅台", kind="stock", pinyin="gzmt"
    )


def area(page):
    """The editor, which takes the place of a textarea of the same role and name."""
    return page.get_by_role("textbox", name="正文").and_(page.locator(".ProseMirror"))


def tool(page, name):
    return page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)


def source(page):
    return page.locator("#id_body_html").input_value()


def give(page, body):
    """Put a body into the textarea as the form does when it takes a copy back."""
    page.locator("#id_body_html").evaluate(
        "(field, body) => { field.value = body; field.dispatchEvent(new Event('change')); }", body
    )


#: What is edited block by block, and comes back as it was however it is written.
EDITABLE = {
    "white space": "\n<p>一</p>\n\n\n  <p>\n   二\t三 </p><p>　　四</p> \n",
    "entities": "<p>a &amp; b &lt;c&gt; &nbsp;&#20013;&quot; ' \"</p>",
    "old marks": "<p><b>粗</b><i>斜</i><strong>粗<em>斜</em></strong></p>",
    "order of marks": '<p><strong><a href="/a">甲</a></strong><a href="/a"><em>乙</em></a></p>',
    "attributes": "<P><a title=甲 href='/a?b=1&amp;c=2'>链接</a><br/><ABBR title=乙>二</abbr></P>",
    "security": '<p><a href="/security/1.600519/" class=security data-code="1.600519">茅台</a></p>',
    "lists": "<ul>\n<li>一</li>\n<li><p>二</p><ul><li>三</ul></li></ul><ol start=3><li>四</ol>",
    "table": "<table><thead><tr><th scope=col>甲<th>乙<tbody><tr><td colspan=2>一</table>",
    "figure": '<figure><img src="/static/icon.svg" alt=""><figcaption>图</figcaption></figure>',
    "quote": "<blockquote>引</blockquote><blockquote><p>一</p><p>二</p></blockquote><hr>",
    "headings": "<h2>一</h2><h3>二</h3><h6>三</h6>",
}

#: What stays as it is, and is shown.
KEPT = {
    "text alone": "今晚**停机**两小时。\n\n- 一\n- 二",
    "unknown tag": "<aside><marquee>甲</marquee></aside>",
    "unknown attribute": '<p style="color: red" data-x=1>甲</p>',
    "comment": "<!-- 注 <p> -->",
    "comment within": "<p>甲<!-- 注 --></p>",
    "nested table": "<table><tr><td><table><tr><td>甲</td></tr></table></td></tr></table>",
    "table with a caption": "<table><caption>甲</caption><tr><td>一</td></tr></table>",
    "rows of different lengths": "<table><tr><td>一</td><td>二</td></tr><tr><td>三</table>",
    "unclosed": "<p>一<p>二<b>三",
    "tags that cross": "<p>一<b>二</p><p>三</b>四</p>",
    "stray end": "</p><p>一</p></div>",
    "definitions": "<dl><dt>甲</dt><dd>乙</dd></dl>",
    "code": "<pre>\n甲\n\n  乙</pre>",
    "script": "<script>document.title = '<p>'</script><style>p { color: red }</style>",
    "frame": '<iframe src="//example.com"><p></iframe><input name="title" value="甲">',
    "address that runs": '<p><a href="javascript:alert(1)">甲</a><img src=x onerror=alert(1)></p>',
}

#: Change the last block, and return what the bodies then are.
CHANGED = """bodies => bodies.map(body => {
  const field = document.getElementById("id_body_html");
  const { editor } = document.querySelector(".ProseMirror");
  field.value = body;
  field.dispatchEvent(new Event("change"));
  const before = field.value;
  const kept = document.querySelectorAll(".ProseMirror .kept-block").length;
  editor.commands.insertContentAt(editor.state.doc.content.size, "<p>新</p>");
  return [before, field.value, kept];
})"""


def test_all_that_is_not_changed_stays_byte_for_byte(desk, form, real_posts):
    real = [
        found.parsed.html
        for path in sorted(real_posts.glob("*.md"))
        if isinstance(found := read(Found(path.name, content=path.read_bytes())), NewDocument)
    ]
    bodies = [*EDITABLE.values(), *KEPT.values(), "\n".join(EDITABLE.values()), *filter(None, real)]
    page = desk(form)
    expect(area(page)).to_be_visible()
    for body, (opened, changed, kept) in zip(bodies, page.evaluate(CHANGED, bodies), strict=True):
        assert opened == body
        end = body[len(body.rstrip(" \n")) :]
        assert changed == f"{body.removesuffix(end)}\n<p>新</p>{end}"
        assert (kept > 0) == (body in KEPT.values()), body
    assert page.complaints == []


def test_who_writes_before_the_editor_has_come_goes_on_writing(desk, form):
    page, held = desk("/admin/"), []
    page.route("**/django_prose_editor/editor.js", lambda route: held.append(route))
    with page.expect_request("**/django_prose_editor/editor.js"):
        page.goto(form)
    page.locator("#id_body_html").fill("<p>锂价</p>")
    held[0].continue_()
    expect(area(page)).to_be_focused()
    page.keyboard.type("走强")
    assert source(page) == "<p>锂价走强</p>"


def test_a_body_is_written_without_html(desk, maotai):
    page = desk(reverse("admin:articles_post_add"))
    keys = page.keyboard
    area(page).click()
    keys.type("要点")
    tool(page, "标题").click()
    keys.press("Enter")
    keys.type("锂价")
    keys.press("Control+b")
    keys.type("走弱")
    tool(page, "粗体").click()
    keys.type("。")
    expect(tool(page, "粗体")).to_have_attribute("aria-pressed", "false")
    keys.press("Enter")
    tool(page, "列表").click()
    keys.type("甲")
    keys.press("Enter")
    keys.press("Tab")
    keys.type("乙")
    for _ in range(3):
        keys.press("Enter")
    tool(page, "引用").click()
    keys.type("据报道")
    assert source(page).split("\n") == [
        "<h2>要点</h2>",
        "<p>锂价<strong>走弱</strong>。</p>",
        "<ul><li>甲<ul><li>乙</li></ul></li></ul>",
        "<blockquote>据报道</blockquote>",
    ]

    keys.press("Control+a")
    keys.press("Delete")
    assert source(page) == ""
    tool(page, "表格").click()
    keys.type("品种")
    keys.press("Tab")
    keys.type("价格")
    for change in ("加行", "删行", "删行", "删行", "删列"):
        tool(page, change).click()
    assert source(page) == "<table><tbody><tr><td></td><td></td></tr></tbody></table>"
    tool(page, "删除表格").click()
    expect(tool(page, "加行")).to_be_hidden()
    tool(page, "撤销").click()
    assert "<td>" in source(page)
    assert page.complaints == []


def test_links_securities_and_pictures_are_asked_for(desk, form, maotai):
    page = desk(form)
    keys, dialog = page.keyboard, page.get_by_role("dialog")
    give(page, "")
    area(page).click()
    tool(page, "链接").click()
    dialog.get_by_label("网址").fill("javascript:alert(1)")
    keys.press("Enter")
    expect(dialog).to_be_visible()  # it is no address
    dialog.get_by_label("网址").fill("https://example.com/?a=1&b=2")
    dialog.get_by_label("文字").fill("公告")
    keys.press("Enter")
    expect(dialog).to_have_count(0)
    keys.type("：")

    for spelling in ("茅台", "600519", "gzmt"):
        keys.press("Control+Shift+k")
        dialog.get_by_role("searchbox").fill(spelling)
        expect(dialog.get_by_role("radio", name="贵州茅台 600519")).to_be_checked()
        keys.press("Enter")
        expect(dialog).to_have_count(0)
    chip = area(page).locator(".chip")
    expect(chip).to_have_text(["贵州茅台"] * 3)
    assert "600519" in chip.first.evaluate("chip => getComputedStyle(chip, '::after').content")
    mark = '<a class="security" data-code="1.600519" href="/security/1.600519/">贵州茅台</a>'
    link = '<a href="https://example.com/?a=1&amp;b=2">公告</a>'
    assert source(page) == f"<p>{link}：{mark * 3}</p>"
    keys.press("Backspace")
    keys.press("Backspace")

    tool(page, "图片").click()
    dialog.get_by_label("网址").fill("/static/icon.svg")
    dialog.get_by_label("图片内容").fill("走势")
    dialog.get_by_label("图注").fill("图")
    keys.press("Enter")
    expect(dialog).to_have_count(0)
    keys.type("一")
    figure = '<figure><img src="/static/icon.svg" alt="走势"><figcaption>图一</figcaption></figure>'
    assert source(page) == f"<p>{link}：{mark}</p>\n{figure}"

    with page.expect_navigation():
        keys.press("Control+s")
    assert Post.objects.get().securities.get() == maotai
    expect(area(page).locator(".chip")).to_have_text("贵州茅台")
    expect(area(page).locator("figcaption")).to_have_text("图一")
    assert page.complaints == []


def test_a_security_is_the_one_that_was_typed_though_enter_came_before_the_answer(
    desk, form, maotai
):
    Security.objects.create(market=1, code="600009", kind="stock", name="上海机场")
    page = desk(form)
    give(page, "")
    area(page).click()
    keys, dialog = page.keyboard, page.get_by_role("dialog")
    keys.press("Control+Shift+k")
    keys.type("600")
    expect(dialog.get_by_role("radio", name="上海机场 600009")).to_be_attached()
    held = []
    page.route("**/autocomplete/**", lambda route: held.append(route))
    keys.type("519")
    keys.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(1)
    for route in held:
        route.continue_()
    expect(dialog).to_have_count(0)
    assert "贵州茅台" in source(page)
    assert "上海机场" not in source(page)
    page.unroute("**/autocomplete/**")

    keys.press("Control+Shift+k")
    keys.type("无此证券")
    keys.press("Enter")
    expect(dialog).to_be_visible()
    keys.press("Escape")


def test_what_was_written_as_source_is_undone_like_all_else(desk, form):
    page = desk(form)
    give(page, "<p>甲</p>")
    area(page).click()
    page.keyboard.press("End")
    page.keyboard.type("一")
    tool(page, "源代码").click()
    page.locator("#id_body_html").fill("<p>甲一</p><p>乙</p>")
    tool(page, "源代码").click()
    expect(area(page)).to_contain_text("乙")
    tool(page, "撤销").click()
    assert "乙" not in source(page)
    tool(page, "重做").click()
    assert source(page) == "<p>甲一</p><p>乙</p>"


def test_a_tool_for_all_that_is_written_is_used_twice_without_a_trace(desk, form):
    page = desk(form)
    give(page, "<p>甲</p>\n<p>乙</p>")
    area(page).click()
    page.keyboard.press("Control+a")
    tool(page, "列表").click()
    assert source(page) == "<ul><li>甲</li><li>乙</li></ul>"
    page.keyboard.press("Control+a")
    tool(page, "列表").click()
    assert source(page).split() == ["<p>甲</p>", "<p>乙</p>"]


def test_only_what_is_changed_is_written_anew(desk, form):
    page = desk(form)
    kept = "<dl><dt>甲</dt><dd>乙</dd></dl>"
    second = "<p  ><abbr title=零>0</abbr><a href=/a title='b style=c'>二</a></p>"
    give(page, f"<p  >一</p>\n\n{second}<table><tr><td>三</table>\n{kept}\n<p  >四</p>")
    area(page).get_by_text("二").click()
    page.keyboard.press("End")
    page.keyboard.type("！")
    written = '<p><abbr title="零">0</abbr><a href="/a" title="b style=c">二</a>！</p>'
    table = "<table><tr><td>三</table>"
    assert source(page) == f"<p  >一</p>\n\n{written}{table}\n{kept}\n<p  >四</p>"
    page.keyboard.press("Backspace")
    assert source(page) == f"<p  >一</p>\n\n{second}{table}\n{kept}\n<p  >四</p>"
    area(page).get_by_text("三").click()
    page.keyboard.type("3")
    table = "<table><tbody><tr><td>三3</td></tr></tbody></table>"
    area(page).get_by_text("原样保留").click()
    page.keyboard.press("Delete")
    assert source(page) == f"<p  >一</p>\n\n{second}{table}\n<p  >四</p>"


def test_the_toolbar_is_one_stop_of_the_tab_key_and_leads_to_the_source(desk, form):
    page = desk(form)
    tool(page, "粗体").focus()
    page.keyboard.press("ArrowRight")
    expect(tool(page, "斜体")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(tool(page, "源代码")).to_be_focused()
    page.keyboard.press("Tab")
    expect(area(page)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(tool(page, "源代码")).to_be_focused()
    tool(page, "源代码").click()
    textarea = page.get_by_role("textbox", name="正文")
    expect(textarea).to_have_value("<p>锂价走弱。</p>\n<p>镍价走强。</p>")
    expect(tool(page, "粗体")).to_be_disabled()
    textarea.fill("<p>铜价</p>\n\n今晚**停机**。\n")
    tool(page, "源代码").click()
    expect(area(page).locator(".kept-block")).to_contain_text("今晚**停机**。")
    area(page).get_by_text("铜价").click()
    page.keyboard.press("End")
    page.keyboard.type("走强")
    assert source(page) == "<p>铜价走强</p>\n\n今晚**停机**。\n"


WORD = """<html><head><style>p.MsoNormal { color: red }</style></head><body lang=ZH-CN>
<!--StartFragment--><h1 style='margin:0'>要点<o:p></o:p></h1>
<p class=MsoNormal style='text-indent:21pt'><span style='font-size:12pt'>锂价<b
style='mso-bidi-font-weight:normal'>走弱</b>，
<span style='font-weight:700'>镍价</span><a href="javascript:" onclick="alert(1)">走强</a></span>
<div><font color=red>铜价</font></div><p class=MsoNormal>&nbsp;</p>
<table style='width:100%'><tr><td style='border:solid'><p class=MsoNormal>甲</p></td></tr></table>
<img src="file:///C:/a.png"><script>alert(1)</script><!--EndFragment--></body></html>"""


def test_what_is_pasted_is_reduced_to_what_a_body_may_have(desk, form):
    page = desk(form)
    give(page, "")
    area(page).click()
    area(page).evaluate(
        """(area, html) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/html", html);
          const given = { clipboardData, bubbles: true, cancelable: true };
          area.dispatchEvent(new ClipboardEvent("paste", given));
        }""",
        WORD,
    )
    assert source(page).split("\n") == [
        "<h2>要点</h2>",
        "<p>锂价<b>走弱</b>， <strong>镍价</strong>走强</p>",
        "<p>铜价</p>",
        "<p>&nbsp;</p>",
        "<table><tbody><tr><td><p>甲</p></td></tr></tbody></table>",
    ]
    assert page.complaints == []


def test_a_copy_is_taken_back_into_it_and_keys_and_preview_are_the_forms(desk, form):
    page = desk(form)
    preview = page.frame_locator("iframe")
    area(page).get_by_text("镍价走强").click()
    page.keyboard.press("End")
    page.keyboard.type("铜价走平。")
    expect(preview.get_by_text("镍价走强。铜价走平。")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(area(page)).not_to_contain_text("铜价")
    page.get_by_role("button", name="取回").click()
    expect(area(page)).to_contain_text("镍价走强。铜价走平。")
    area(page).get_by_text("锂价").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".messagelist")).to_contain_text("锂价回落")
    assert Post.objects.get().body_html == "<p>锂价走弱。</p>\n<p>镍价走强。铜价走平。</p>"
    assert page.complaints == []


def test_the_preview_follows_the_text_cursor_of_the_editor(desk, form):
    Post.objects.update(body_html="".join(f"<p>第{number}段。</p>" for number in range(1, 101)))
    page = desk(form)
    preview = page.frame_locator("iframe")
    preview.get_by_text("第1段").wait_for()
    area(page).get_by_text("第90段").click()
    expect(preview.get_by_text("第90段")).to_be_in_viewport()


def test_without_a_script_the_textarea_is_there(desk, form):
    page = desk(form, java_script_enabled=False)
    page.get_by_role("textbox", name="正文").fill("<p>镍价走强。</p>")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    page.get_by_role("button", name="保存", exact=True).first.click()
    assert Post.objects.get().body_html == "<p>镍价走强。</p>"
