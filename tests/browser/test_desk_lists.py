"""The lists of the desk: a line for each row on a desktop, a card on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from articles.messages import verbatim
from articles.models import (
    BulkChange,
    ImportRun,
    Post,
    Source,
)

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "长江电力：拟以8.5亿元至10亿元回购股份，用于员工持股计划或股权激励，回购价不超过每股28.60元"
POSTS = reverse("admin:articles_post_changelist")


@pytest.fixture
def posts():
    source = Source.objects.create(name="上海证券报·中国证券网（北京分社）特约通讯员", slug="shzq")
    Post.objects.bulk_create(
        Post(
            slug=f"long-{n:03}",
            title=f"{n:03}{TITLE}",
            published_at="2022-03-04T01:00Z",
            source=source,
            status="published",
            hand_edited=["title"],
        )
        for n in range(338)
    )


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_twenty_posts_stand_on_a_screen_a_line_each(desk, posts, locale):
    page = desk(POSTS, locale=locale, width=1280, height=900)
    rows = page.locator("#result_list tbody tr")
    expect(rows.nth(19)).to_be_in_viewport(ratio=1)
    title = rows.first.locator(".field-title")
    title.hover()
    expect(title).to_have_attribute("title", f"337{TITLE}")


@pytest.mark.parametrize("width", [768, 1024])
def test_a_list_on_a_tablet_has_room_for_its_titles_and_its_search(desk, posts, width):
    page = desk(POSTS, locale="en", width=width)
    title = page.locator("td.field-title, th.field-title").first.bounding_box()
    table = page.locator("#changelist .results").bounding_box()
    assert title["x"] + title["width"] <= table["x"] + table["width"]
    assert page.locator("#searchbar").bounding_box()["width"] > 200


def test_a_row_on_a_phone_is_a_card_that_names_each_of_its_columns(desk):
    ImportRun.objects.create(paths=["posts"], started_by=verbatim("cron"), refused=7, created=1234)
    page = desk(reverse("admin:articles_importrun_changelist"), width=375, locale="en")
    shown = page.locator("#result_list tbody :is(td, th)").evaluate_all(
        "cells => cells.map((cell) => [getComputedStyle(cell, '::before').content.slice(1, -1),"
        " cell.innerText])"
    )
    assert [label for label, _ in shown] == [
        "Started at",
        "State",
        "Paths",
        "Started by",
        "Refused",
        "Repaired",
        "Updated",
        "Created",
        "Unchanged",
        "Duration",
    ]
    assert dict(shown)["Refused"] == "7"
    assert dict(shown)["Created"] == "1234"


def test_posts_are_selected_and_changed_on_a_phone(desk, posts):
    page = desk(POSTS, width=375, locale="en")
    count = page.get_by_text("338 posts", exact=True).bounding_box()
    assert count["x"] + count["width"] <= 375
    rows = page.locator("#result_list tbody tr")
    rows.nth(1).get_by_role("checkbox").check()
    rows.nth(2).get_by_role("checkbox").check()
    page.locator("[name=action]").select_option("bulk_hide")
    page.get_by_role("button", name="Go").click()
    page.wait_for_url("**/bulkchange/*/change/")
    assert len(BulkChange.objects.get().post_ids) == 2
