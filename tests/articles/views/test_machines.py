from xml.etree import ElementTree as ET

import pytest

pytestmark = pytest.mark.django_db
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def xml(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/")
    return ET.fromstring(response.content)  # noqa: S314, our own


def locations(root):
    return [loc.text for loc in root.findall(".//s:loc", SITEMAP)]


def test_robots_are_told_where_the_sitemap_is(client):
    response = client.get("/robots.txt")
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


@pytest.mark.parametrize("month", ["2022-13", "0000-01"])
def test_what_is_no_month_has_none(client, month):
    assert client.get(f"/sitemap-{month}.xml").status_code == 404


def test_browsers_can_add_the_search(client):
    root = xml(client, "/opensearch.xml")
    templates = [url.get("template") for url in root if url.tag.endswith("Url")]
    assert "http://testserver/posts/?q={searchTerms}" in templates
