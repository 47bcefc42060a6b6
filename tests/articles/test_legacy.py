import pytest

pytestmark = pytest.mark.django_db

CODE = "202203040000000001"


@pytest.mark.parametrize(
    ("slug", "old"),
    [
        (CODE, f"/emnews/2022/03/04/{CODE}.html"),
        (CODE, f"/cailianshe/2022/03/04/NW{CODE}.html"),
        (CODE, f"/21shijijingjibaodao  nancailicaitong/2022/03/04/NW{CODE}.html"),
        (CODE, f"/a/b/2022/03/04/{CODE}.html"),
        ("2021-12-01-init", "/sitenews/2021/12/01/init.html"),
        ("2021-12-01-开站", "/sitenews/2021/12/01/开站.html"),
    ],
)
def test_a_post_is_found_at_its_old_address(client, make_post, slug, old):
    post = make_post(slug=slug)
    response = client.get(old)
    assert response.status_code == 301
    assert response["Location"] == post.get_absolute_url()


@pytest.mark.parametrize(
    "slug",
    [
        "emnews",
        "TechWeb",
        "21shijijingjibaodao  nancailicaitong",
        "anxinguojizhengquan(xianggang)",
        "shanghaizhengquanbao·zhongguozhengquanwang",
        "a/b",
        "50%?#",
    ],
)
def test_a_category_is_found_at_its_old_address_and_its_new(client, make_post, slug):
    category = make_post(categories=[slug]).categories.get()
    new = category.get_absolute_url()
    response = client.get(new.removesuffix("/") + ".html")
    assert response.status_code == 301
    assert response["Location"] == new
    assert client.get(new).status_code == 200


def test_the_old_page_of_flashes(client, make_post):
    make_post(categories=["emnews"])
    response = client.get("/emnews/")
    assert response.status_code == 301
    assert response["Location"] == "/category/emnews/"


@pytest.mark.parametrize(
    "old", [f"/emnews/2022/03/04/{CODE}.html", "/category/none.html", "/emnews/"]
)
def test_what_never_was_is_not_found(client, old):
    assert client.get(old).status_code == 404
