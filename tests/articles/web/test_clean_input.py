import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("character", ["%00", "%0B", "%EF%BF%BE"])
@pytest.mark.parametrize(
    "path",
    ["/preview/{}/", "/preview/x{}y/", "/posts/{}/", "/tag/{}/feed.xml", "/category/{}.html",
     "/a/2022/02/02/{}.html", "/archive/2022/{}/", "/{}", "/posts/{}/index.html"],
)  # fmt: skip
def test_no_address_has_one_of_these_characters(client, path, character):
    assert client.get(path.format(character)).status_code == 404


@pytest.mark.parametrize("character", ["%01", "%EF%BF%BE", "%00%0B", "...", "%E2%80%8B"])
def test_a_query_of_these_characters_alone_does_not_list_the_archive(client, indexed, character):
    indexed(title="茅台...")
    assert client.get(f"/posts/?q={character}").context["listing"].posts == []
    assert len(client.get(f"/posts/?q=茅台{character}").context["listing"].posts) == 1
