import pytest
from django.urls import reverse

from articles.importing.discovery import Found
from articles.importing.reading import read
from articles.importing.writer import write
from articles.models import Document, Post

pytestmark = pytest.mark.django_db

TEXT = """---
title: "锂价回落"
date: 2022-03-04 09:30:00
categories: emnews
tags: 东财滚动新闻
---
<p>锂价走弱。</p>

<http://finance.eastmoney.com/news/1,202203040000000001.html>
"""


def import_text(text):
    content = text.encode()
    write([read(Found("2022-03-04-202203040000000001.md", content=content))])
    return Post.objects.get()


@pytest.fixture
def post(db):
    return import_text(TEXT)


def change(client, post, **changes):
    """Submit the change form as it stands, but for `changes`."""
    url = reverse("admin:articles_post_change", args=[post.pk])
    page = client.get(url)
    form = page.context["adminform"].form
    data = {}
    for inline in page.context["inline_admin_formsets"]:
        formset = inline.formset
        for subform in (formset.management_form, *formset.initial_forms):
            data |= {subform.add_prefix(name): subform.get_initial_for_field(field, name)
                     for name, field in subform.fields.items()}  # fmt: skip
    data |= {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    moment = form["published_at"].subwidgets[0].data["subwidgets"]
    data |= {part["name"]: part["value"] for part in moment}
    data |= changes
    data = {name: value for name, value in data.items() if value is not None}
    data.pop("published_at", None)
    response = client.post(url, data)
    assert response.status_code == 302, response.context["errors"]
    post.refresh_from_db()


def test_a_field_changed_by_hand_is_marked_and_survives_the_next_import(admin_client, post):
    change(admin_client, post, title="碳酸锂回落")
    assert (post.title, post.hand_edited) == ("碳酸锂回落", ["title"])

    import_text(TEXT.replace("锂价回落", "锂价大跌").replace("走弱", "走强"))

    post.refresh_from_db()
    assert (post.title, post.body_text) == ("碳酸锂回落", "锂价走强。")


def test_saving_without_a_change_marks_nothing(admin_client, post):
    change(admin_client, post)
    assert post.hand_edited == []


def test_a_body_changed_by_hand_is_sanitised_and_its_text_follows(admin_client, post):
    change(admin_client, post, body_html='<p onclick="x()">新<b>正文</b><script>x()</script></p>')
    assert post.body_html == "<p>新<b>正文</b></p>"
    assert post.body_text == "新正文"


def test_hiding_a_post_takes_it_from_readers_and_imports_leave_it_hidden(
    admin_client, client, post
):
    change(admin_client, post, status="hidden")
    assert client.get(post.get_absolute_url()).status_code == 410
    import_text(TEXT.replace("走弱", "走强"))
    assert client.get(post.get_absolute_url()).status_code == 410


def test_a_category_taken_off_by_hand_stays_off(admin_client, post):
    change(admin_client, post, **{"postcategory_set-0-DELETE": "on"})
    assert not post.categories.exists()
    assert post.hand_edited == ["categories"]
    import_text(TEXT.replace("走弱", "走强"))
    assert not post.categories.exists()


def test_joins_follow_a_time_changed_by_hand(admin_client, post):
    change(admin_client, post, published_at_0="2022-03-05", published_at_1="10:00:00")
    assert post.postcategory_set.get().published_at == post.published_at
    assert post.hand_edited == ["published_at"]


def test_posts_are_neither_added_nor_deleted_here(admin_client, post):
    assert admin_client.get(reverse("admin:articles_post_add")).status_code == 403
    delete = reverse("admin:articles_post_delete", args=[post.pk])
    assert admin_client.get(delete).status_code == 403


def test_a_document_is_shown_whole_and_cannot_be_changed(admin_client, post):
    url = reverse("admin:articles_document_change", args=[Document.objects.get().pk])
    page = admin_client.get(url)
    assert "title: &quot;锂价回落&quot;" in page.content.decode()
    assert admin_client.post(url, {}).status_code == 403


@pytest.mark.parametrize(
    "model",
    ["post", "document", "source", "category", "tag", "security", "importrun", "importproblem"],
)
def test_every_list_opens_searches_and_costs_the_same_however_long(
    admin_client, post, make_post, model, django_assert_max_num_queries
):
    for number in range(30):
        make_post(source=f"来源{number}", tags=[f"t{number}"], categories=[f"c{number}"])
    url = reverse(f"admin:articles_{model}_changelist")
    with django_assert_max_num_queries(8):
        assert admin_client.get(url).status_code == 200
    if model != "importrun":
        assert admin_client.get(url, {"q": "锂价"}).status_code == 200


def test_the_admin_speaks_chinese(admin_client):
    page = admin_client.get(reverse("admin:index")).content.decode()
    for name in ("文章", "来源", "分类", "标签", "证券", "文档", "导入记录", "导入问题"):
        assert name in page
