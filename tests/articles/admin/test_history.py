import pytest
from django.urls import reverse

from articles.editing import terms
from articles.models import Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(db, admin_user):
    source = Source.objects.create(name="财联社", slug="cls")
    terms.change(source, {"name": "财联社电报"}, by=admin_user, why="改版<b>")
    terms.change(source, {"name": "长" * 80}, by=admin_user)
    terms.change(source, {"name": "长" * 80 + "尾"}, by=admin_user)
    return source


def history_of(source):
    return reverse("admin:articles_source_history", args=[source.pk])


def restore_of(source, record):
    return reverse("admin:articles_source_restore", args=[source.pk, record.pk])


def test_each_change_is_shown_with_who_and_why(admin_client, source):
    page = admin_client.get(history_of(source)).content.decode()
    assert "<del>财联社</del>" in page
    assert "<ins>财联社电报</ins>" in page
    assert "改版&lt;b&gt;" in page
    assert "· admin" in page


def test_of_long_texts_it_shows_what_differs(admin_client, source):
    page = admin_client.get(history_of(source)).content.decode()
    assert f"{'长' * 60}<ins>尾</ins>" in page


def test_a_version_is_restored_by_a_post_alone(admin_client, admin_user, source):
    record = source.history.filter(name="财联社").last()
    assert admin_client.get(restore_of(source, record)).status_code == 405
    response = admin_client.post(restore_of(source, record), {"why": "误改"})
    assert response["Location"] == history_of(source)
    source.refresh_from_db()
    assert source.name == "财联社"
    newest = source.history.first()
    assert (newest.history_user, newest.history_change_reason) == (admin_user, "误改")


def test_a_version_that_cannot_be_restored_is_told(admin_client, admin_user, source):
    source.aliases.filter(name="财联社").delete()
    Source.objects.create(name="财联社", slug="cls-2")
    record = source.history.filter(name="财联社").last()
    page = admin_client.post(restore_of(source, record), follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


def test_only_a_version_of_its_own_can_be_restored(admin_client, source):
    other = Source.objects.create(name="乙", slug="yi")
    assert admin_client.post(restore_of(other, source.history.first())).status_code == 404


def test_who_may_only_look_cannot_restore(client, source, make_user):
    client.force_login(make_user("view_source"))
    page = client.get(history_of(source))
    assert page.status_code == 200
    assert "restore" not in page.content.decode()
    assert client.post(restore_of(source, source.history.last())).status_code == 403


def test_who_may_not_even_look_sees_nothing(client, source, make_user):
    client.force_login(make_user("view_tag"))
    assert client.get(history_of(source)).status_code == 403
