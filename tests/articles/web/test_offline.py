import pytest

pytestmark = pytest.mark.django_db


def test_the_service_worker_is_a_script_for_all_pages(client):
    response = client.get("/worker.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"


def test_the_site_can_be_installed(client):
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    about = response.json()
    assert (about["start_url"], about["scope"]) == ("/", "/")
    assert [icon["src"] for icon in about["icons"]] == ["/static/icon.svg", "/static/icon.png"]
