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
