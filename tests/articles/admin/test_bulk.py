import pytest
from django.urls import reverse

from articles import task_queue
from articles.editing import bulk, posts
from articles.models import (
    BulkChange,
    Post,
    Source,
    Tag,
)

pytestmark = pytest.mark.django_db

POSTS = "/admin/articles/post/"
MAY_APPLY = ["view_post", "change_post", "view_bulkchange", "add_bulkchange"]


@pytest.fixture
def many(indexed):
    return [indexed(source=name) for name in "甲甲乙"]


def choose(client, action, selected, **more):
    data = {"action": f"bulk_{action}", "_selected_action": [post.pk for post in selected]}
    return client.post(POSTS, {**data, **more})


def test_hiding_is_told_first_then_done(admin_client, admin_user, many):
    response = choose(admin_client, "hide", many[:2])
    change = BulkChange.objects.get()
    assert response["Location"] == reverse("admin:articles_bulkchange_change", args=[change.pk])
    page = admin_client.get(response["Location"])
    assert page.context["preview"].changing == 2
    assert many[0].title in page.content.decode()
    assert not Post.objects.hidden().exists()

    admin_client.post(response["Location"], {"_preview": "", "why": "重复"})
    done = admin_client.post(response["Location"], {"_apply": ""}, follow=True)

    assert done.context["state"] == "finished"
    assert set(Post.objects.hidden()) == set(many[:2])
    record = many[0].history.first()
    assert (record.history_user, record.history_change_reason) == (admin_user, "重复")


def test_a_change_lists_what_it_changed_and_is_undone_as_a_whole(admin_client, many):
    address = choose(admin_client, "hide", many[:2])["Location"]
    admin_client.post(address, {"_apply": ""})
    page = admin_client.get(address).content.decode()
    assert all((post.title in page) == (post in many[:2]) for post in many)

    told = admin_client.post(address, {"_undo": ""}, follow=True)
    assert told.context["preview"].changing == 2
    assert Post.objects.hidden().count() == 2
    undo = reverse("admin:articles_bulkchange_change", args=[BulkChange.objects.latest("pk").pk])
    admin_client.post(undo, {"_preview": "", "why": "误操作"})
    admin_client.post(undo, {"_apply": ""})
    assert not Post.objects.hidden().exists()


def test_before_hidden_posts_are_published_it_is_told_who_hid_them(admin_client, admin_user, many):
    posts.change(many[0], {"status": "hidden"}, by=admin_user)
    page = admin_client.get(choose(admin_client, "publish", many)["Location"])
    assert "由 admin 逐篇隐藏：1" in page.content.decode()


def test_all_pages_of_the_list_can_be_selected(admin_client, make_post):
    made = [make_post() for _ in range(60)]
    choose(admin_client, "hide", made[:1], select_across="1")
    assert len(BulkChange.objects.get().post_ids) == 60


@pytest.mark.parametrize(
    ("action", "parameters", "field"),
    [
        ("move", lambda: {"category": Post.objects.first().categories.first().pk}, "category"),
        ("add_tags", lambda: {"tags": [Tag.objects.create(name="新", slug="x").pk]}, "tags"),
        ("remove_tags", lambda: {"tags": [Tag.objects.create(name="新", slug="x").pk]}, "tags"),
        ("source", lambda: {"source": Source.objects.get(name="乙").pk}, "source"),
        ("derive", lambda: {"give_back": "on"}, None),
    ],
)
def test_each_action_asks_for_what_it_needs_before_it_can_be_applied(
    admin_client, many, action, parameters, field
):
    address = choose(admin_client, action, many)["Location"]
    if field:
        assert admin_client.get(address).context["preview"] is None
        page = admin_client.post(address, {"_preview": ""})
        assert field in page.context["form"].errors
        admin_client.post(address, {"_apply": ""})
        assert BulkChange.objects.get().started_at is None
    told = admin_client.post(address, {"_preview": "", **parameters()}, follow=True)
    assert told.context["preview"].total == 3
    done = admin_client.post(address, {"_apply": ""}, follow=True)
    assert done.context["state"] == "finished"


def test_a_plan_can_be_discarded(admin_client, many):
    address = choose(admin_client, "hide", many)["Location"]
    assert admin_client.post(address, {"_discard": ""})["Location"] == POSTS
    assert not BulkChange.objects.exists()


def test_one_that_stopped_says_why_and_can_be_continued(admin_client, admin_user, many):
    source = Source.objects.create(name="丙", slug="bing")
    address = choose(admin_client, "source", many)["Location"]
    admin_client.post(address, {"_preview": "", "source": source.pk})
    name, key = source.name, source.pk
    source.delete()
    stopped = admin_client.post(address, {"_apply": ""}, follow=True)
    assert stopped.context["state"] == "stopped"
    assert "它所指的内容已不存在。" in stopped.content.decode()
    english = admin_client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "What it names is no longer there." in english

    Source.objects.create(pk=key, name=name, slug="bing")
    done = admin_client.post(address, {"_continue": ""}, follow=True)
    assert done.context["state"] == "finished"
    assert Post.objects.filter(source=key).count() == 3


def test_one_that_is_at_work_is_followed(admin_client, admin_user, many):
    change = bulk.create(Post.objects.all(), "hide", by=admin_user)
    BulkChange.objects.update(started_at=change.made_at, done=1)
    task_queue.put(task_queue.APPLY_BULK_CHANGE, change.pk)
    address = reverse("admin:articles_bulkchange_change", args=[change.pk])
    page = admin_client.get(address)
    assert page.headers["Refresh"] == "2"
    assert '<progress value="1" max="3"' in page.content.decode()
    assert "没有工作进程在运行" in page.content.decode()
    admin_client.post(address, {"_apply": ""})  # a second click
    assert not Post.objects.hidden().exists()
    admin_client.post(address, {"_stop": ""})
    assert admin_client.get(address).context["state"] == "stopped"


def test_too_many_are_refused(admin_client, many, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_POSTS", 2)
    choose(admin_client, "hide", many)
    assert not BulkChange.objects.exists()


@pytest.mark.parametrize("missing", ["change_post", "add_bulkchange"])
def test_who_lacks_a_permission_neither_plans_nor_applies(
    client, admin_user, many, make_user, missing
):
    change = bulk.create(Post.objects.all(), "hide", by=admin_user)
    bulk.prepare(change, {})
    client.force_login(make_user(*({*MAY_APPLY} - {missing})))
    choose(client, "hide", many)
    assert BulkChange.objects.count() == 1
    address = reverse("admin:articles_bulkchange_change", args=[change.pk])
    assert client.get(address).status_code == 200
    for button in ("_preview", "_apply", "_continue", "_discard"):
        assert client.post(address, {button: ""}).status_code == 403
    assert not Post.objects.hidden().exists()


def test_who_may_not_see_changes_sees_none(client, admin_user, many, make_user):
    change = bulk.create(Post.objects.all(), "hide", by=admin_user)
    client.force_login(make_user("view_post"))
    address = reverse("admin:articles_bulkchange_change", args=[change.pk])
    assert client.get(address).status_code == 403
    assert client.get("/admin/articles/bulkchange/").status_code == 403


def test_what_never_was_is_not_found(admin_client):
    for key in ("1", "x", "1/change/widgets.css"):
        assert admin_client.get(f"/admin/articles/bulkchange/{key}/change/").status_code == 404


@pytest.mark.parametrize(
    ("action", "parameters", "chinese", "english"),
    [
        ("hide", {}, "已隐藏", "hidden"),
        ("derive", {"give_back": True}, "放弃人工修改，交还导入", "giving back to imports"),
    ],
)
def test_what_a_change_does_is_said_in_the_language_of_who_reads_it(
    admin_client, admin_user, many, action, parameters, chinese, english
):
    change = bulk.create(Post.objects.all(), action, by=admin_user)
    bulk.prepare(change, parameters)  # in Chinese
    bulk.apply(change.pk)
    for address in [
        reverse("admin:articles_bulkchange_changelist"),
        reverse("admin:articles_bulkchange_change", args=[change.pk]),
    ]:
        assert chinese in admin_client.get(address).content.decode()
        page = admin_client.get(address, headers={"accept-language": "en"}).content.decode()
        assert english in page
        assert chinese not in page


def test_so_is_what_is_undone(admin_client, admin_user, many):
    address = choose(admin_client, "hide", many)["Location"]
    admin_client.post(address, {"_apply": ""})
    undo = bulk.create_undo(BulkChange.objects.get(), by=admin_user)
    address = reverse("admin:articles_bulkchange_change", args=[undo.pk])
    assert admin_client.get(address).context["summary"].startswith("隐藏 ")
    page = admin_client.get(address, headers={"accept-language": "en"})
    assert page.context["summary"].startswith("hide ")


def test_the_list_says_who_did_what_and_how_far_it_is(
    admin_client, admin_user, many, django_assert_max_num_queries
):
    for _ in range(10):
        bulk.create(Post.objects.all(), "hide", by=admin_user)
    with django_assert_max_num_queries(10):
        page = admin_client.get("/admin/articles/bulkchange/").content.decode()
    assert page.count("待执行") == 10
    assert "admin" in page


def test_pages_take_few_queries(admin_client, admin_user, many, django_assert_max_num_queries):
    change = bulk.create(Post.objects.all(), "move", by=admin_user)
    bulk.prepare(change, {"category": many[0].categories.get().pk})
    address = reverse("admin:articles_bulkchange_change", args=[change.pk])
    with django_assert_max_num_queries(15):
        assert admin_client.get(address).status_code == 200
