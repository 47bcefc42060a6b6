"""An editor puts the archive in order: in bulk, by merging and renaming, and takes a thing back."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from articles.models import (
    Category,
    Post,
    PostCategory,
    Source,
)
from tests.browser.accessibility import violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archive(tmp_path):
    call_command("make_sample_posts", tmp_path / "posts", count=30, verbosity=0)
    call_command("import_posts", tmp_path / "posts", verbosity=0)
    Category.objects.create(slug="new", name="新分类")
    return list(Post.objects.published().newest_first()[:3])


@pytest.fixture
def desk(desk, live_server):
    """The page of an administrator, who goes from there: `page.go("post_changelist")`."""
    page = desk("/search-help/")
    page.go = lambda name, *args: page.goto(
        live_server.url + reverse(f"admin:articles_{name}", args=args)
    )
    return page


def assert_accessible(page):
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        # Django's own header, sidebar and completing fields are not ours to mend.
        found = list(violations(page, include="#content", exclude=[".select2"]))
        assert not found, "\n".join(found)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"wider than {width} px by {overflow}"
    page.set_viewport_size({"width": 1280, "height": 900})


def press(page, name):
    """Press the first button of that name, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def complete(page, label, text):
    """Choose by typing, in a field that completes."""
    field = page.locator(".form-row", has=page.get_by_text(label, exact=False))
    field.locator(".select2-selection").click()
    page.locator(".select2-search__field").last.type(text)
    page.locator(".select2-results__option", has_text=text).first.click()


def test_a_day_of_putting_in_order(desk, archive, live_server):
    page = desk

    # Hide two posts at once, told first what that does.
    page.go("post_changelist")
    for post in archive[:2]:
        page.locator(f"input[name=_selected_action][value='{post.pk}']").check()
    page.locator("select[name=action]").select_option("bulk_hide")
    press(page, "执行")
    assert "将更改：2" in page.locator(".told").first.inner_text()
    page.get_by_label("理由").fill("重复")
    press(page, "预览结果")
    assert_accessible(page)
    press(page, "执行（2 篇）")
    assert "更改 2 篇" in page.locator("#content").inner_text()
    assert_accessible(page)
    assert set(Post.objects.hidden()) == set(archive[:2])

    # Move one to another category, which is completed as one types.
    page.go("post_changelist")
    page.locator(f"input[name=_selected_action][value='{archive[2].pk}']").check()
    page.locator("select[name=action]").select_option("bulk_move")
    press(page, "执行")
    complete(page, "移到分类", "新分类")
    press(page, "预览结果")
    press(page, "执行（1 篇）")
    assert PostCategory.objects.get(post=archive[2]).category.name == "新分类"

    # Merge two sources: the old address leads to the new one.
    target, gone = Source.objects.most_used_first()[:2]
    page.go("source_changelist")
    for source in (target, gone):
        page.locator(f"input[name=_selected_action][value='{source.pk}']").check()
    page.locator("select[name=action]").select_option("merge")
    press(page, "执行")
    page.locator(f"input[name=target][value='{target.pk}']").check()
    press(page, "预览结果")
    assert gone.get_absolute_url() in page.locator(".told").inner_text()
    assert_accessible(page)
    press(page, "合并")
    assert "已完成" in page.locator(".facts").inner_text()
    page.goto(live_server.url + gone.get_absolute_url())
    assert page.url.endswith(target.get_absolute_url())

    # Give it another address; the one that it had leads there.
    page.go("source_change", target.pk)
    page.locator("#id_slug").fill("jia")
    page.locator("#id_why").fill("短些")
    press(page, "保存")
    page.goto(live_server.url + target.get_absolute_url())
    assert page.url.endswith("/source/jia/")

    # And take that back.
    page.go("source_history", target.pk)
    assert "短些" in page.locator(".step").first.inner_text()
    assert_accessible(page)
    press(page, "恢复此版本")
    page.get_by_text("已恢复该版本。").wait_for()
    target.refresh_from_db()
    assert target.slug != "jia"

    assert not page.complaints
