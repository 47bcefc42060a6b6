"""How often clients may ask, and by which keys more often."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection

from articles.api import limits
from articles.models import ApiKey, ApiUsage

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/status"


@pytest.fixture(autouse=True)
def first_second(settings, monkeypatch):
    """Two requests are allowed, and the minute does not end."""
    settings.API_LIMIT = 2
    monkeypatch.setattr(limits.time, "time", lambda: 1_646_357_400 // 60 * 60 + 10)


def issued(**fields):
    key = ApiKey(name="研究组", **fields)
    secret = key.issue()
    key.save()
    return key, {"authorization": f"Bearer {secret}"}


def test_a_client_is_told_how_often_it_may_still_ask(client):
    response = client.get(ADDRESS)
    assert response["RateLimit-Policy"] == '"address";q=2;w=60'
    assert response["RateLimit"] == '"address";r=1;t=50'


def test_who_asks_too_often_has_to_wait_for_the_next_minute(client, monkeypatch):
    for _ in range(2):
        assert client.get(ADDRESS).status_code == 200
    refused = client.get(ADDRESS)
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["Retry-After"] == "50"
    assert refused["RateLimit"] == '"address";r=0;t=50'
    later = limits.time.time() + 50
    monkeypatch.setattr(limits.time, "time", lambda: later)
    assert client.get(ADDRESS).status_code == 200


def test_addresses_are_counted_apart_and_pages_are_not(client):
    for _ in range(3):
        client.get(ADDRESS)
        assert client.get("/posts/").status_code == 200
        assert client.get("/api/").status_code == 200
    assert client.get(ADDRESS, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_key_has_a_limit_of_its_own(client):
    _, header = issued(limit=3)
    found = [client.get(ADDRESS, headers=header).status_code for _ in range(4)]
    assert found == [200, 200, 200, 429]
    assert client.get(ADDRESS).status_code == 200


@pytest.mark.parametrize("header", ["Bearer nothing", "Bearer", "Basic eDp5", "x"])
def test_an_unknown_key_is_refused(client, header):
    response = client.get(ADDRESS, headers={"authorization": header})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_is_refused(client):
    key, header = issued()
    assert client.get(ADDRESS, headers=header).status_code == 200
    key.revoke()
    assert client.get(ADDRESS, headers=header).status_code == 401


def test_keys_are_kept_as_hashes():
    key, header = issued()
    secret = header["authorization"].removeprefix("Bearer ")
    assert len(secret) > 40
    assert secret not in str(vars(key))


def test_without_a_limit_nothing_is_counted(client, settings):
    settings.API_LIMIT = 0
    assert "RateLimit" not in client.get(ADDRESS)
    assert not ApiUsage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_processes_that_count_at_the_same_time_count_each_request():
    def count(_number):
        try:
            return [ApiUsage.objects.count_one("address 192.0.2.1", 1) for _ in range(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        found = sorted(number for some in threads.map(count, range(4)) for number in some)
    assert found == list(range(1, 41))


class TestTheDesk:
    @pytest.fixture
    def desk(self, client):
        client.force_login(User.objects.create_superuser("root"))
        return client

    def test_gives_out_keys_and_shows_them_once(self, desk):
        data = {"name": "研究组", "limit": 600}
        page = desk.post("/admin/articles/apikey/add/", data, follow=True).content.decode()
        key = ApiKey.objects.get()
        assert (key.name, key.limit, key.made_by.username) == ("研究组", 600, "root")
        words = page.replace("<", " ").replace("：", " ").split()
        [secret] = [one for one in words if one.startswith(key.beginning) and len(one) > 40]
        assert ApiKey.objects.valid(secret) == key

    def test_revokes_them(self, desk):
        key, header = issued()
        data = {"action": "revoke", "_selected_action": key.pk}
        desk.post("/admin/articles/apikey/", data)
        assert desk.get(ADDRESS, headers=header).status_code == 401
