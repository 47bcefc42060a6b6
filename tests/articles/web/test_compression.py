import gzip

import pytest

pytestmark = pytest.mark.django_db

ACCEPTED = {"accept-encoding": "br, gzip"}


def test_a_page_is_compressed_for_whoever_takes_it(client, make_post):
    address = make_post().get_absolute_url()
    plain = client.get(address)
    compressed = client.get(address, headers=ACCEPTED)
    assert "Content-Encoding" not in plain
    assert compressed["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.content) == plain.content
    assert compressed["Content-Length"] == str(len(compressed.content))
    assert all("Accept-Encoding" in page["Vary"] for page in (plain, compressed))


def test_the_same_page_is_the_same_bytes(client, no_kept_pages):
    first, second = (client.get("/search-help/", headers=ACCEPTED).content for _ in range(2))
    assert first == second


def test_the_length_of_a_page_of_the_desk_is_hidden(admin_client):
    pages = [admin_client.get("/admin/guide/", headers=ACCEPTED) for _ in range(8)]
    assert {page["Content-Encoding"] for page in pages} == {"gzip"}
    assert len({len(page.content) for page in pages}) > 1


def test_what_is_short_is_sent_as_it_is(client):
    page = client.get("/news/?after=1-1", headers=ACCEPTED)
    assert "Content-Encoding" not in page
