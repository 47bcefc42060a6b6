"""A morning at the import desk, in a real browser."""

import zipfile

import pytest
from playwright.sync_api import expect

from articles.models import ImportProblem, ImportRun

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("worker")]

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
