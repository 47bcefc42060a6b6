import pytest


@pytest.fixture
def get(client):
    """What an address of the API answers, as data."""

    def ask(address, status=200, **headers):
        response = client.get(f"/api/v1/{address}", headers=headers)
        assert response.status_code == status, response.content.decode()
        return response.json()

    return ask
