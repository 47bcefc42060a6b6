"""A post that is published with a time to come is nowhere until then, and everywhere from then
on, with nothing that has to run at that time."""

import datetime as dt

import pytest
from django.utils import timezone

from articles import changes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_kept_pages")]

TERMS = {"categories": ["wait"], "tags": ["待发标签"], "securities": [("1.688999", "待发股份")]}
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def moment(monkeypatch):
    """Noon of a day in the middle of a month, which tests may move on."""
    clock = [dt.datetime(2022, 3, 15, 4, tzinfo=dt.UTC)]
    monkeypatch.setattr(timezone, "now", lambda: clock[0])
    return clock


@pytest.fixture
def posts(indexed, moment):
    """One post of that morning, one that waits for the afternoon, one for another month."""
    seen = indexed("2022-03-15 09:30", title="已发", categories=["wait"])
    later = indexed("2022-03-15 15:00", title="待发稿", source="待发社", **TERMS)
    much_later = indexed("2022-05-01 09:30", title="待发稿之二", source="待发社", **TERMS)
    return seen, later, much_later


def addresses(post):
    return [
        "/", "/posts/", "/posts/?q=已发", "/posts/?category=wait", "/archive/", "/archive/2022/",
        "/archive/2022/03/", "/archive/2022/03/15/", "/sources/", "/categories/", "/tags/",
        "/securities/", "/sources/?sort=pinyin", "/category/wait/", "/feed.xml",
        "/posts/feed.xml?q=已发", "/category/wait/feed.xml", "/sitemap.xml",
        "/sitemap-2022-03.xml", "/posts/不在/", post.get_absolute_url(),
    ]  # fmt: skip


def text(client, address):
    return client.get(address).content.decode()


def test_before_its_time_no_page_knows_of_it(client, posts):
    seen, later, _ = posts
    for address in addresses(seen):
        page = text(client, address)
        for name in ("待发", "688999", later.slug, "2022-05"):
            assert name not in page, f"{address}: {name}"
    assert client.get(later.get_absolute_url()).status_code == 404
    assert client.get("/archive/2022/05/").status_code == 404
    assert not client.get("/posts/?q=待发稿").context["listing"].posts
    assert client.get("/posts/").context["listing"].summary.count == 1
    assert client.get("/archive/").context["years"][0][1] == 1
    assert client.get("/archive/2022/03/").context["posts"] == 1
    assert client.get(seen.get_absolute_url()).context["page"].beside == {}


def test_when_its_time_comes_every_page_does(client, posts, moment):
    seen, later, _ = posts
    tags = {address: client.get(address).get("ETag") for address in addresses(seen)}
    moment[0] += 3 * HOUR
    for address, tag in tags.items():
        again = client.get(address, headers={"if-none-match": tag or ""})
        assert again.status_code == (404 if "不在" in address else 200), address
    assert client.get(later.get_absolute_url()).status_code == 200
    assert client.get("/posts/?q=待发稿").context["listing"].posts == [later]
    assert client.get("/posts/").context["listing"].summary.count == 2
    assert client.get("/archive/2022/03/").context["posts"] == 2
    assert client.get(seen.get_absolute_url()).context["page"].beside == {"newer": later}
    for address in ("/sources/", "/posts/"):
        assert "待发社" in text(client, address)
    assert later.slug in text(client, "/sitemap-2022-03.xml")
    assert "2022-05" not in text(client, "/archive/")


def test_the_months_follow_the_calendar(client, posts, moment):
    moment[0] += dt.timedelta(days=60)
    assert client.get("/archive/").context["years"][0][1] == 3
    assert client.get("/archive/2022/05/").context["posts"] == 1


def test_hiding_one_that_waits_changes_no_count(client, posts):
    _, later, _ = posts
    later.status = "hidden"
    later.save()
    changes.posts_changed([later.pk])
    assert client.get("/posts/").context["listing"].summary.count == 1
    assert client.get("/archive/2022/03/").context["posts"] == 1
