"""Each role at each page and action of the desk: a row says who is let in."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db.models import Q
from django.urls import reverse

from articles.editing import pending, posts
from articles.messages import Message
from articles.models import (
    BulkChange,
    Category,
    Document,
    ImportProblem,
    ImportRun,
    PendingChange,
    Post,
    Security,
    Source,
    Tag,
)
from articles.roles import make_groups

pytestmark = pytest.mark.django_db

ROLES = ("nobody", "Reader", "Editor", "Importer", "Administrator")
ALL = {"Reader", "Editor", "Importer", "Administrator"}
EDITORS = {"Editor", "Administrator"}
IMPORTERS = {"Importer", "Administrator"}
ADMINISTRATORS = {"Administrator"}
NOBODY: set[str] = set()


def page(name, model=None):
    """The address of a page of a model, of its first object where it is of one."""

    def address():
        ids = [] if model is None else [model.objects.earliest("pk").pk]
        return reverse(f"admin:{name}", args=ids)

    return address


def unused(name, model):
    """The address of a page of the newest object of a model, which no post has."""
    return lambda: reverse(f"admin:{name}", args=[model.objects.latest("pk").pk])


def version(name, model):
    """The address that restores the oldest version of the first object of a model."""

    def address():
        obj = model.objects.earliest("pk")
        return reverse(f"admin:{name}", args=[obj.pk, obj.history.last().pk])

    return address


def of_change(name):
    """The address of a page of the pending change, which the first post has."""

    def address():
        change = PendingChange.objects.get()
        return reverse(f"admin:{name}", args=[change.post_id, change.pk])

    return address


#: What is asked for, and who is let in. A page that is posted to stands for its action.
TABLE = [
    ("GET", page("index"), {*ALL, "nobody"}),
    ("GET", lambda: reverse("guide"), {*ALL, "nobody"}),
    ("GET", page("password_change"), {*ALL, "nobody"}),
    ("GET", page("articles_post_changelist"), ALL),
    ("GET", page("articles_post_change", Post), ALL),
    ("POST", page("articles_post_change", Post), EDITORS),
    ("GET", page("articles_post_delete", Post), NOBODY),
    ("GET", page("articles_post_history", Post), ALL),
    ("GET", page("articles_source_changelist"), ALL),
    ("GET", page("articles_source_history", Source), ALL),
    ("GET", page("articles_source_delete", Source), NOBODY),  # posts use it
    ("GET", unused("articles_source_delete", Source), ADMINISTRATORS),
    ("GET", page("articles_source_merge"), EDITORS),
    ("GET", page("articles_category_merge"), EDITORS),
    ("GET", page("articles_tag_merge"), EDITORS),
    ("GET", page("articles_security_merge"), EDITORS),
    ("GET", page("articles_post_preview", Post), ALL),
    ("POST", page("articles_post_preview", Post), EDITORS),
    ("POST", page("articles_post_preview_new"), EDITORS),
    ("GET", page("articles_post_erase", Post), ADMINISTRATORS),
    ("POST", page("articles_post_erase", Post), ADMINISTRATORS),
    ("GET", page("articles_erasure_changelist"), ALL),
    ("GET", page("articles_post_links", Post), ALL),
    ("POST", page("articles_post_links", Post), EDITORS),
    ("POST", of_change("articles_post_pending"), EDITORS),
    ("GET", of_change("articles_post_pending_preview"), ALL),
    ("POST", page("articles_post_presence", Post), EDITORS),
    ("POST", version("articles_post_restore", Post), EDITORS),
    ("POST", version("articles_source_restore", Source), EDITORS),
    ("GET", page("articles_bulkchange_changelist"), ALL),
    ("GET", page("articles_bulkchange_change", BulkChange), ALL),
    ("POST", page("articles_bulkchange_change", BulkChange), EDITORS),
    ("GET", page("articles_document_raw", Document), ALL),
    ("GET", page("articles_importrun_add"), IMPORTERS),
    ("POST", page("articles_importrun_add"), IMPORTERS),
    ("POST", page("articles_importrun_import", ImportRun), IMPORTERS),
    ("POST", page("articles_importrun_discard", ImportRun), IMPORTERS),
    ("POST", page("articles_importrun_stop", ImportRun), IMPORTERS),
    ("POST", page("articles_importproblem_change", ImportProblem), IMPORTERS),
    ("GET", page("articles_source_change", Source), ALL),
    ("POST", page("articles_source_change", Source), EDITORS),
    ("GET", page("articles_source_add"), EDITORS),
    ("GET", page("articles_category_changelist"), ALL),
    ("GET", page("articles_category_add"), EDITORS),
    ("GET", page("articles_tag_changelist"), ALL),
    ("GET", page("articles_tag_add"), EDITORS),
    ("GET", page("articles_category_history", Category), ALL),
    ("POST", page("articles_category_change", Category), EDITORS),
    ("GET", page("articles_tag_history", Tag), ALL),
    ("POST", page("articles_tag_change", Tag), EDITORS),
    ("GET", page("articles_security_history", Security), ALL),
    ("GET", page("articles_security_changelist"), ALL),
    ("GET", page("articles_security_change", Security), ALL),
    ("POST", page("articles_security_change", Security), EDITORS),
    ("GET", page("articles_security_add"), EDITORS),
    ("GET", page("articles_document_changelist"), ALL),
    ("GET", page("articles_document_change", Document), ALL),
    ("GET", page("articles_importrun_changelist"), ALL),
    ("GET", page("articles_importrun_change", ImportRun), ALL),
    ("GET", page("articles_importproblem_changelist"), ALL),
    ("GET", page("articles_importproblem_change", ImportProblem), ALL),
    ("GET", page("auth_user_changelist"), ADMINISTRATORS),
    ("GET", page("auth_user_change", User), ADMINISTRATORS),
    ("POST", page("auth_user_change", User), ADMINISTRATORS),
    ("GET", page("auth_user_add"), ADMINISTRATORS),
    ("POST", page("auth_user_add"), ADMINISTRATORS),
    ("GET", page("auth_user_delete", User), NOBODY),  # they are made inactive
    ("GET", page("auth_user_password_change", User), ADMINISTRATORS),
    ("GET", page("auth_group_changelist"), ADMINISTRATORS),
    ("GET", page("auth_group_change", Group), ADMINISTRATORS),
]


@pytest.fixture
def archive(groups, make_post):
    post = make_post(securities=[("1.600519", "贵州茅台")], tags=["要闻"])
    posts.change(post, {"title": "改过"}, by=None)
    pending.hold_back(post, {"title": "再改"}, by=None)
    Source.objects.create(name="无文章", slug="none")
    Document.objects.create(file_name="a.md", content=b"", sha256=b"", post=post)
    run = ImportRun.objects.create()
    ImportProblem.objects.create(run=run, path="b.md", reason=Message("no-front-matter"))
    BulkChange.objects.create(action="hide", post_ids=[post.pk])
    User.objects.create_user("somebody")


@pytest.mark.parametrize("role", ROLES)
def test_who_is_let_in(archive, client_of, role):
    client = client_of(None if role == "nobody" else role)
    wrong = []
    for method, address, allowed in TABLE:
        url = address()
        status = client.generic(method, url).status_code
        is_in = status in (200, 302)
        assert is_in or status == 403, f"{method} {url}: {status}"
        if is_in != (role in allowed):
            wrong.append(f"{method} {url}: {status}")
    assert not wrong


def test_a_migration_gives_no_permission_again_that_a_newsroom_took(groups):
    editors = Group.objects.get(name="Editor")
    editors.permissions.clear()
    make_groups(apps, among=Q(content_type__model="pendingchange"))
    given = set(editors.permissions.values_list("codename", flat=True))
    assert given == {"view_pendingchange", "add_pendingchange", "approve_pendingchange"}


def test_who_is_not_logged_in_is_asked_to(archive, client):
    for method, address, _ in TABLE:
        response = client.generic(method, address())
        assert response.url.startswith(reverse("admin:login"))


def test_an_editor_may_find_names_to_choose_from(archive, client_of):
    client = client_of("Reader")
    query = {"app_label": "articles", "model_name": "post", "field_name": "source", "term": "财"}
    found = client.get(reverse("admin:autocomplete"), query).json()
    assert [option["text"] for option in found["results"]] == ["财联社"]


class TestSuperusers:
    @pytest.fixture
    def superuser(self, db):
        return User.objects.create_superuser("root")

    def test_an_administrator_makes_none_and_changes_none(self, client_of, superuser):
        client = client_of("Administrator")
        form = client.get(reverse("admin:auth_user_add")).context["adminform"].form
        assert "is_superuser" not in form.fields
        mine = reverse(
            "admin:auth_user_change", args=[User.objects.get(username="Administrator").pk]
        )
        assert "is_superuser" not in client.get(mine).context["adminform"].form.fields
        for page in ("change", "delete"):
            theirs = reverse(f"admin:auth_user_{page}", args=[superuser.pk])
            assert client.post(theirs).status_code == 403
        assert client.get(f"/admin/auth/user/{superuser.pk}/password/").status_code == 403

    def test_a_superuser_may(self, admin_client, superuser):
        url = reverse("admin:auth_user_change", args=[superuser.pk])
        assert "is_superuser" in admin_client.get(url).context["adminform"].form.fields
