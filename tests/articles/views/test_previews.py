import datetime as dt

import pytest
from django.core import signing
from django.utils import timezone

from articles.editing import previews

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(make_post):
    return make_post(status="draft", title="尚未发布", tags=["要闻"])


def test_whoever_has_the_link_reads_a_draft(client, draft):
    page = client.get(previews.link(draft))
    assert "尚未发布" in page.content.decode()
    assert "预览" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    assert not page.has_header("ETag")


def test_a_scheduled_post_and_a_hidden_one_can_be_previewed(client, make_post):
    scheduled = make_post("2099-01-01 08:00")
    assert client.get(previews.link(scheduled)).status_code == 200
    assert client.get(previews.link(make_post(status="hidden"))).status_code == 200


def test_once_the_post_is_public_the_link_leads_there(client, draft):
    link = previews.link(draft)
    draft.status = "published"
    draft.save()
    assert client.get(link).headers["Location"] == draft.get_absolute_url()


def test_a_link_expires(client, draft, monkeypatch):
    link = previews.link(draft)
    later = timezone.now() + dt.timedelta(days=previews.DAYS, minutes=1)
    monkeypatch.setattr(signing.time, "time", later.timestamp)
    page = client.get(link)
    assert page.status_code == 410
    assert "过期" in page.content.decode()


@pytest.mark.parametrize("change", [lambda link: link[:-2] + "/", lambda link: "/preview/5/"])
def test_a_link_that_was_not_made_here_is_no_page(client, draft, change):
    assert client.get(change(previews.link(draft))).status_code == 404
