"""A correction held back in a browser without JavaScript, approved and published on a phone."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.urls import reverse
from playwright.sync_api import expect

from articles.importing.discovery import Found
from articles.importing.reading.files import read
from articles.importing.storing.batch import write
from articles.models import Post
from articles.roles import make_groups

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = """---
title: 锂价回落
date: 2022-03-04 09:30:00
categories: emnews
---
<p>锂价走弱。</p>
"""


@pytest.fixture
def form(db):
    """The address of the form of a post."""
    write([read(Found("2022-03-04-202203040000000001.md", content=TEXT.encode()))])
    return reverse("admin:articles_post_change", args=[Post.objects.get().pk])


@pytest.fixture
def editors(db, django_user_model):
    make_groups(apps)
    for name in ("wang", "li"):
        editor = django_user_model.objects.create_user(name, is_staff=True)
        editor.groups.add(Group.objects.get(name="Editor"))


def test_one_editor_holds_back_and_another_publishes(desk, form, editors, live_server):
    page = desk(form, "wang", java_script_enabled=False)
    page.get_by_label("标题").fill("碳酸锂回落")
    page.get_by_label("正文").fill("<p>锂价走强。</p>")
    page.get_by_role("button", name="暂不生效").first.click()
    note = page.get_by_role("region", name="待生效的修改").first
    expect(note).to_contain_text("碳酸锂回落")
    expect(note.get_by_role("button", name="批准")).to_have_count(0)
    note.get_by_role("link", name="编辑").click()
    expect(page.get_by_label("标题")).to_have_value("碳酸锂回落")
    page.get_by_label("标题").fill("碳酸锂大涨")
    page.get_by_role("button", name="暂不生效").first.click()
    expect(note).to_contain_text("碳酸锂大涨")

    page = desk(form, "li", width=375)
    note = page.get_by_role("region", name="待生效的修改").first
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_label("标题")).to_have_value("锂价回落")
    note.get_by_role("button", name="立即生效").click()
    expect(page.get_by_text("修改已生效。")).to_be_visible()
    expect(note).to_have_count(0)
    assert page.complaints == []
    page.goto(live_server.url + Post.objects.get().get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text("碳酸锂大涨")
