import datetime as dt
import re
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone

from articles.models import Post
from articles.web import crawlers

pytestmark = pytest.mark.django_db
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def xml(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/")
    return ET.fromstring(response.content)  # noqa: S314, our own


def locations(root):
    return [loc.text for loc in root.findall(".//s:loc", SITEMAP)]


def test_robots_are_told_where_the_sitemap_is_even_without_the_database(
    client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        response = client.get("/robots.txt")
    assert response["Cache-Control"] == "max-age=3600"
    assert response["Content-Type"] == "text/plain"
    assert "Sitemap: http://testserver/sitemap.xml" in response.content.decode()


def test_the_sitemap_has_one_for_each_month_with_its_posts(client, indexed):
    post = indexed("2022-03-04 09:30")
    indexed("2022-03-05 09:30", status="hidden")
    indexed("2021-12-31 23:59", slug="2021-12-31-开站 a&b")
    months = locations(xml(client, "/sitemap.xml"))
    assert months == [f"http://testserver/sitemap-{month}.xml" for month in ("2022-03", "2021-12")]
    newest = locations(xml(client, "/sitemap-2022-03.xml"))
    assert newest[-1] == f"http://testserver/posts/{post.slug}/"
    assert "http://testserver/sources/" in newest
    [other] = locations(xml(client, "/sitemap-2021-12.xml"))
    assert client.get(other).status_code == 200


def test_an_address_is_spelled_as_everywhere_else(client, indexed):
    post = indexed("2022-03-04 09:30")
    Post.objects.filter(pk=post.pk).update(slug="a:b&f'g 甲")
    post.refresh_from_db()
    addresses = locations(xml(client, "/sitemap-2022-03.xml"))
    assert f"http://testserver{post.get_absolute_url()}" in addresses


@pytest.mark.parametrize("address", ["/favicon.ico", "/apple-touch-icon.png"])
def test_browsers_find_the_picture_of_the_site_where_they_look(client, address):
    assert client.get(address).url == "/static/icon.png"


def test_a_sitemap_is_marked_with_the_last_edit_in_it(client, indexed):
    indexed("2021-12-31 23:59")
    post = indexed("2022-03-04 09:30")
    changed = indexed("2022-03-03 09:30", edited_at=timezone.now())
    index_ = xml(client, "/sitemap.xml")
    newest = dt.datetime.fromisoformat(index_.find(".//s:lastmod", SITEMAP).text)
    assert newest == changed.edited_at
    assert len(index_.findall(".//s:lastmod", SITEMAP)) == 2
    month = xml(client, "/sitemap-2022-03.xml")
    times = [
        dt.datetime.fromisoformat(time.text) for time in month.findall(".//s:lastmod", SITEMAP)
    ]
    assert times == [changed.edited_at, post.published_at]


@pytest.mark.parametrize(
    "name", ["2022-04", "2022-13", "0000-01", "0001-01", "9999-12", "2022-03-0", "2022-03-2",
             "2022-03-99999999999999999999", f"2022-03-{'9' * 5000}"],
)  # fmt: skip
def test_what_the_index_does_not_name_is_not_there(client, indexed, name):
    indexed("2022-03-04 09:30")
    assert client.get(f"/sitemap-{name}.xml").status_code == 404


def test_a_month_with_many_posts_has_several(client, indexed, monkeypatch):
    monkeypatch.setattr(crawlers, "MOST_IN_SITEMAP", 2)
    posts = [indexed(f"2022-03-0{day} 09:30") for day in range(1, 6)]
    sitemaps = locations(xml(client, "/sitemap.xml"))
    assert [address.partition("sitemap-")[2] for address in sitemaps] == [
        "2022-03.xml",
        "2022-03-2.xml",
        "2022-03-3.xml",
    ]
    found = [place for address in sitemaps for place in locations(xml(client, address))]
    assert [place for place in found if "/posts/2" in place] == [
        f"http://testserver{post.get_absolute_url()}" for post in posts
    ]


@pytest.mark.parametrize("count", [1, 30])
def test_the_cost_does_not_grow(client, indexed, django_assert_num_queries, count):
    for day in range(count):
        indexed(f"2022-03-{day + 1:02} 09:30")
    with django_assert_num_queries(2):  # the version, and the months
        client.get("/sitemap.xml")
    with django_assert_num_queries(3):  # and the posts
        client.get("/sitemap-2022-03.xml")


@pytest.mark.parametrize("month", ["2022-13", "0000-01"])
def test_what_is_no_month_has_none(client, month):
    assert client.get(f"/sitemap-{month}.xml").status_code == 404


def test_browsers_can_add_the_search(client):
    root = xml(client, "/opensearch.xml")
    templates = [url.get("template") for url in root if url.tag.endswith("Url")]
    assert "http://testserver/posts/?q={searchTerms}" in templates


def test_each_link_for_a_language_model_leads_somewhere(client, indexed):
    indexed()
    text = client.get("/llms.txt").content.decode()
    links = re.findall(r"\]\(http://testserver(.*?)\)", text)
    assert {client.get(link).status_code for link in links} == {200}
