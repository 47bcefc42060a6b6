"""Who works at the desk, how they get in, and how they do not."""

import datetime as dt
import io

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from articles.editing import posts
from tests.articles.admin.forms import sent
from tests.html import parsed

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse 42"
LOGIN = "/admin/login/"


@pytest.fixture
def editor(user_of):
    user = user_of("Editor")
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client, password, name="Editor", **extra):
    return client.post(LOGIN, {"username": name, "password": password}, **extra)


def fail(client, times, **extra):
    for _ in range(times):
        response = log_in(client, "wrong", **extra)
    return response


class TestLogin:
    def test_five_failures_lock_a_name_out_of_an_address(self, client, editor):
        assert fail(client, 4).status_code == 200
        response = fail(client, 1)
        assert response.status_code == 429
        assert "连续 5 次登录失败" in response.content.decode()
        assert log_in(client, PASSWORD).status_code == 429

    def test_it_is_said_in_english_too(self, client, editor):
        response = fail(client, 5, headers={"accept-language": "en"})
        assert "Too many failed logins: 5 in a row." in response.content.decode()

    def test_others_may_log_in_and_so_may_the_editor_from_elsewhere(self, client, editor):
        fail(client, 5, name="nobody")
        assert log_in(client, PASSWORD).status_code == 302
        client.logout()
        fail(client, 5)
        assert log_in(client, PASSWORD, REMOTE_ADDR="10.0.0.9").status_code == 302

    def test_an_ipv6_network_is_one_place_for_whoever_has_it_may_choose_from_it(
        self, client, editor
    ):
        for number in range(5):
            answer = fail(client, 1, REMOTE_ADDR=f"2001:db8:1:1::{number}")
        assert answer.status_code == 429
        assert log_in(client, PASSWORD, REMOTE_ADDR="2001:db8:1:2::1").status_code == 302

    def test_a_success_begins_the_count_anew(self, client, editor):
        fail(client, 4)
        assert log_in(client, PASSWORD).status_code == 302
        client.logout()
        assert fail(client, 4).status_code == 200

    def test_it_ends_after_an_hour_and_leaves_nothing(self, client, editor):
        fail(client, 5)
        hour_ago = timezone.now() - dt.timedelta(minutes=61)
        AccessAttempt.objects.update(attempt_time=hour_ago)
        assert log_in(client, PASSWORD).status_code == 302
        assert not AccessAttempt.objects.exists()

    def test_a_failure_while_locked_out_makes_it_no_longer(self, client, editor):
        fail(client, 5)
        before = AccessAttempt.objects.get().attempt_time
        fail(client, 1)
        assert AccessAttempt.objects.get().attempt_time == before

    def test_passwords_are_not_kept(self, client, editor):
        fail(client, 1)
        assert "wrong" not in AccessAttempt.objects.get().post_data

    def test_an_administrator_may_end_it(self, client, editor, user_of):
        fail(client, 5)
        client.force_login(user_of("Administrator"))
        chosen = {"action": "unlock", "_selected_action": [editor.pk]}
        response = client.post(reverse("admin:auth_user_changelist"), chosen, follow=True)
        assert "1 人可以重新登录" in response.content.decode()
        client.logout()
        assert log_in(client, PASSWORD).status_code == 302

    def test_who_has_no_address_is_locked_out_as_well(self, client, editor):
        assert fail(client, 5, REMOTE_ADDR="").status_code == 429


class TestCookies:
    def test_they_are_for_this_site_alone(self, client, editor):
        client.get(LOGIN)
        log_in(client, PASSWORD)
        for name in ("sessionid", "csrftoken"):
            cookie = client.cookies[name]
            assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert client.cookies["sessionid"]["max-age"] == 16 * 3600


class TestUsers:
    def test_a_new_one_works_here_in_a_group(self, client_of):
        client = client_of("Administrator")
        url = reverse("admin:auth_user_add")
        form = client.get(url).context["adminform"].form
        assert form.get_initial_for_field(form.fields["is_staff"], "is_staff") is True
        labels = [label for _, label in form.fields["groups"].choices]
        assert labels == ["管理员", "编辑", "导入员", "读者"]
        data = {
            "username": "li",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "is_staff": "on",
            "groups": [Group.objects.get(name="Editor").pk],
        }
        assert client.post(url, data).status_code == 302
        assert User.objects.get(username="li").has_perm("articles.change_post")
        assert "编辑" in client.get(reverse("admin:auth_user_changelist")).content.decode()

    def test_passwords_are_strong(self, client_of):
        client = client_of("Administrator")
        data = {"usable_password": "true"}
        for weak in ("short-pass1", "123456789012", "q1w2e3r4t5y6", "li-li-li-li-li"):
            data |= {"username": "li-li-li-li", "password1": weak, "password2": weak}
            form = client.post(reverse("admin:auth_user_add"), data).context["adminform"].form
            assert "password2" in form.errors, weak
        assert not User.objects.filter(username="li-li-li-li").exists()

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("email", ["bad@@x", "Li@EXAMPLE.com", " "])
    def test_what_is_stored_stands_until_it_is_changed(self, admin_client, email, language):
        stored = {"username": "li li", "first_name": " 李 ", "email": email}
        user = User.objects.create(password="!", **stored)
        url = reverse("admin:auth_user_change", args=[user.pk])
        form = sent(admin_client.get(url, headers={"accept-language": language}), "user_form")
        before = User.objects.values().get(pk=user.pk)
        assert admin_client.post(url, form).status_code == 302
        assert User.objects.values().get(pk=user.pk) == before
        assert admin_client.post(url, form | {"last_name": "四"}).status_code == 302
        assert User.objects.values().get(pk=user.pk) == before | {"last_name": "四"}
        refused = admin_client.post(url, form | {"email": "worse@@x"})
        assert [*refused.context["adminform"].form.errors] == ["email"]


class TestGroups:
    @pytest.fixture
    def group(self, groups):
        return Group.objects.get(name="Reader")

    @pytest.fixture
    def url(self, group):
        return reverse("admin:auth_group_change", args=[group.pk])

    def test_one_is_called_the_same_everywhere(self, admin_client, group, url):
        soup = parsed(admin_client.get(url))
        for place in ("title", ".breadcrumbs", "#content > h2"):
            assert "读者" in soup.select_one(place).text
            assert "Reader" not in soup.select_one(place).text
        english = admin_client.get(url, headers={"accept-language": "en"}).content.decode()
        assert "Reader" in english
        assert "读者" not in english

    def test_deleting_one_names_it_and_not_what_joins_it(self, admin_client, group):
        url = reverse("admin:auth_group_delete", args=[group.pk])
        page = parsed(admin_client.get(url))
        assert [item.text for item in page.select("main li")] == ["用户组: 1", "读者"]

    def test_permissions_are_named_in_chinese(self, admin_client, url):
        page = admin_client.get(url).content.decode()
        assert "修改：文章" in page
        assert "批准他人的待生效的修改" in page
        assert "Can " not in page

    def test_those_of_what_the_desk_does_not_show_are_neither_offered_nor_lost(
        self, admin_client, group, url
    ):
        before = set(group.permissions.all())
        assert "view_archiveversion" in {permission.codename for permission in before}
        form = sent(admin_client.get(url), "group_form")
        offered = admin_client.get(url).context["adminform"].form.fields["permissions"].queryset
        models = set(offered.values_list("content_type__model", flat=True))
        assert {"post", "pendingchange", "user", "group"} <= models
        assert not models & {"archiveversion", "historicalpost", "categoryalias", "facetcount"}
        assert admin_client.post(url, form).status_code == 302
        assert set(group.permissions.all()) == before

        see_posts = str(Permission.objects.get(codename="view_post").pk)
        form["permissions"].remove(see_posts)
        admin_client.post(url, form)
        assert {p.codename for p in before - set(group.permissions.all())} == {"view_post"}


@pytest.mark.parametrize("name", ["user_add", "group_add"])
def test_groups_and_permissions_are_ticked(admin_client, name):
    Group.objects.get_or_create(name="Editor")
    page = admin_client.get(reverse(f"admin:auth_{name}")).content.decode()
    assert 'type="checkbox" name="groups"' in page or 'type="checkbox" name="permissions"' in page
    assert "SelectFilter" not in page


def test_who_leaves_is_made_inactive_and_stays_in_the_history(admin_client, editor, make_post):
    post = make_post()
    posts.change(post, {"title": "改"}, by=editor)
    delete = reverse("admin:auth_user_delete", args=[editor.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [editor.pk], "post": "yes"}
    admin_client.post(reverse("admin:auth_user_changelist"), chosen)
    assert post.history.first().history_user == editor


@pytest.mark.usefixtures("groups")
class TestMakeEditor:
    def run(self, monkeypatch, *args, password=PASSWORD):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        out = io.StringIO()
        call_command("make_editor", *args, stdout=out)
        return out.getvalue()

    def test_somebody_new_may_log_in_and_edit(self, client, monkeypatch):
        assert self.run(monkeypatch, "li") == "li may log in at /admin/: Editor\n"
        assert log_in(client, PASSWORD, name="li").status_code == 302
        assert User.objects.get(username="li").has_perm("articles.change_post")

    def test_somebody_known_keeps_the_password(self, client, monkeypatch):
        self.run(monkeypatch, "li")
        self.run(monkeypatch, "li", "--group", "Importer", password="another password 7")
        assert log_in(client, PASSWORD, name="li").status_code == 302
        user = User.objects.get(username="li")
        assert sorted(group.name for group in user.groups.all()) == ["Editor", "Importer"]

    @pytest.mark.parametrize("password", ["short", "123456789012", ""])
    def test_a_weak_password_is_refused(self, monkeypatch, password):
        with pytest.raises(CommandError):
            self.run(monkeypatch, "li", password=password)
        assert not User.objects.filter(username="li").exists()
