import datetime as dt

import pytest
from django.utils import timezone

from articles.editing import posts, previews
from articles.models import Post, PreviewLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(make_post):
    return make_post(status="draft", title="尚未发布", tags=["要闻"])


@pytest.fixture
def link(draft, editor):
    return previews.make(draft, editor)


@pytest.fixture
def status_of(client):
    return lambda link: client.get(link.get_absolute_url()).status_code


def test_whoever_has_the_link_reads_a_draft(client, link):
    page = client.get(link.get_absolute_url())
    assert "尚未发布" in page.content.decode()
    assert "预览" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    assert not page.has_header("ETag")


def test_a_scheduled_post_and_a_hidden_one_can_be_previewed(status_of, make_post, editor):
    for post in (make_post("2099-01-01 08:00"), make_post(status="hidden")):
        assert status_of(previews.make(post, editor)) == 200


def test_once_the_post_is_public_the_link_leads_there(client, draft, link, editor):
    posts.change(draft, {"status": "published"}, by=editor)
    address = client.get(link.get_absolute_url()).headers["Location"]
    assert address == draft.get_absolute_url()


def test_a_link_expires(client, link):
    PreviewLink.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    page = client.get(link.get_absolute_url())
    assert page.status_code == 410
    assert "过期" in page.content.decode()


def test_a_link_that_was_revoked_has_ended(status_of, link):
    previews.revoke(link)
    assert status_of(link) == 410


def test_a_link_ends_with_the_account_of_who_made_it(status_of, link, editor):
    editor.is_active = False
    editor.save()
    assert status_of(link) == 410


def test_a_link_ends_when_the_post_is_hidden_and_for_good(status_of, draft, link, editor):
    posts.change(draft, {"status": "hidden"}, by=editor)
    assert status_of(link) == 410
    posts.change(draft, {"status": "draft"}, by=editor)
    assert status_of(link) == 410


def test_it_ends_too_when_an_import_hides_the_post(status_of, draft, link):
    Post.objects.update(status="hidden")
    assert status_of(link) == 410


def test_a_link_goes_on_when_a_draft_is_scheduled(status_of, draft, link, editor):
    later = timezone.now() + dt.timedelta(days=1)
    posts.change(draft, {"status": "published", "published_at": later}, by=editor)
    assert status_of(link) == 200


def test_a_link_ends_when_another_changes_the_text(status_of, draft, link, editor, admin_user):
    posts.change(draft, {"body_html": "<p>甲</p>"}, by=editor)
    posts.change(draft, {"tags": []}, by=admin_user)
    assert status_of(link) == 200
    posts.change(draft, {"body_html": "<p>乙</p>"}, by=admin_user)
    assert status_of(link) == 410


def test_a_link_that_was_not_made_here_is_no_page(client, link):
    assert client.get(link.get_absolute_url()[:-2] + "/").status_code == 404
    assert client.get("/preview/5/").status_code == 404
