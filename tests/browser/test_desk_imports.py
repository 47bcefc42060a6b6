"""A morning at the import desk, in a real browser."""

import zipfile

import pytest
from playwright.sync_api import expect

from articles.models import ImportProblem, ImportRun

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("children")]

HEAD = 'title: "{}"\ndate: 2022-03-04 09:30:00\ncategories: emnews\n---\n<p>{}</p>\n'
TEXTS = {
    "2022-03-04-202203040000000001.md": "---\n" + HEAD.format("锂价回落", "锂价周五走弱。"),
    "2022-03-04-202203040000000002.md": '---\ntitle: "没有日期"\n---\n<p>钠价走强。</p>\n',
    "2022-03-04-202203040000000003.md": "# 镍价\n"
    + HEAD.format("镍价大涨", "伦镍逼空，交易所停牌。"),
}


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "posts.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, text in TEXTS.items():
            file.writestr(f"_posts/{name}", text)
    return path


def see(page, text):
    page.get_by_text(text).first.wait_for(timeout=60_000)


def test_an_archive_is_tried_out_imported_and_its_refused_file_mended(desk, archive, live_server):
    page = desk("/admin/articles/importrun/")
    page.get_by_role("link", name="导入文件").click()
    page.get_by_label("文件：").set_input_files(archive)
    page.get_by_role("button", name="试运行").click()

    see(page, "这是一次试运行")
    expect(page.get_by_role("link", name="已拒绝 1")).to_be_visible()
    see(page, "没有题头：第一行不是 ---")
    page.get_by_role("link", name="已修复 1").click()
    see(page, "没有日期：取自代码或文件名：2022-03-04")
    page.get_by_role("link", name="新增 1").click()
    see(page, "2022-03-04-202203040000000001.md")
    with page.expect_navigation():  # to the page of another run
        page.get_by_role("button", name="导入", exact=True).click()

    see(page, "已完成")
    page.get_by_role("link", name="已拒绝 1").click()
    page.get_by_role("link", name="问题", exact=True).click()
    assert page.locator(".at-fault").inner_text().split("\t") == ["1", "# 镍价"]
    text = page.get_by_label("修正")
    text.fill("---\n" + text.input_value())
    page.get_by_role("button", name="导入此内容").click()
    see(page, "已导入：")

    assert page.complaints == []
    page.goto(f"{live_server.url}/posts/?q=伦镍逼空")
    assert page.get_by_role("link", name="镍价大涨").is_visible()
    assert not ImportProblem.objects.waiting().exists()
    assert ImportRun.objects.filter(error="").count() == 3


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_desks_pages_fit_their_screen_and_complain_of_nothing(
    desk, archive, tmp_path, width, scheme
):
    from django.core.management import call_command

    from articles.models import Document, DocumentVersion

    with pytest.raises(SystemExit):
        call_command("import_posts", archive, verbosity=0)
    changed = tmp_path / "2022-03-04-202203040000000001.md"
    changed.write_text("---\n" + HEAD.format("锂价回落", "锂价周五走强。" * 90))
    call_command("import_posts", changed, verbosity=0)
    addresses = [
        "/admin/articles/importrun/",
        "/admin/articles/importrun/add/",
        f"/admin/articles/importrun/{ImportRun.objects.earliest().pk}/change/",
        "/admin/articles/importproblem/",
        f"/admin/articles/importproblem/{ImportProblem.objects.get().pk}/change/",
        f"/admin/articles/document/?post__id__exact={Document.objects.first().post_id}",
        f"/admin/articles/document/{DocumentVersion.objects.get().document_id}/change/",
        f"/admin/articles/document/version/{DocumentVersion.objects.get().pk}/",
    ]
    page = desk("/admin/", width=width, scheme=scheme)
    for address in addresses:
        page.goto(page.url.partition("/admin/")[0] + address)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{address} is wider than {width} px by {overflow}"
        assert page.complaints == [], address
        assert page.locator("h1").count() == 1, address
