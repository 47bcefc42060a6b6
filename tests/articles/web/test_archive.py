import pytest

from articles.web.archive import level, shades_of

pytestmark = pytest.mark.django_db


def cells(response):
    return {
        f"{cell.date:%m-%d}": (cell.posts, cell.level)
        for _, _, weeks in response.context["months"]
        for week in weeks
        for cell in week
        if cell and cell.posts
    }


@pytest.fixture(autouse=True)
def posts(indexed):
    for at in ("2021-12-31 09:30", "2022-03-04 09:30", "2022-03-04 10:30", "2022-03-05 00:00"):
        indexed(at)
    indexed("2022-03-06 09:30", status="draft")


def test_every_month_is_there_with_its_posts(client):
    years = client.get("/archive/").context["years"]
    assert [(year, posts) for year, posts, _ in years] == [(2022, 3), (2021, 1)]
    months = [(cell.posts, cell.level) for cell in years[0][2]]
    assert months == [(0, 0), (0, 0), (3, 4), *[(0, 0)] * 9]


def test_days_are_shaded_by_their_posts(client):
    assert cells(client.get("/archive/2022/03/")) == {"03-04": (2, 4), "03-05": (1, 1)}
    assert cells(client.get("/archive/2022/")) == {"03-04": (2, 4), "03-05": (1, 1)}


@pytest.mark.parametrize(
    ("counts", "levels"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 2, 3, 3, 4, 4]),
        ([1, 2, 3, 900], [1, 2, 3, 4]),
        ([5, 5, 5], [1, 1, 1]),
        ([0, 1, 1, 1, 9], [0, 1, 1, 1, 4]),
        ([1, 2, 3], [1, 2, 4]),
        ([*[1] * 9, 2, 3, 5, 222], [*[1] * 10, 2, 3, 4]),
        ([], []),
    ],
)
def test_each_shade_has_a_quarter_of_the_counts_that_occur(counts, levels):
    shades = shades_of(counts)
    assert [level(count, shades) for count in counts] == levels


def test_cells_say_in_full_what_they_show(client):
    assert 'aria-label="3月4日，2 篇"' in client.get("/archive/2022/03/").content.decode()
    assert 'aria-label="2022年3月，3 篇"' in client.get("/archive/").content.decode()


def test_months_lead_to_those_beside_them_that_have_posts(client):
    page = client.get("/archive/2022/03/").content.decode()
    assert 'href="/archive/2021/12/"' in page
    assert 'href="/archive/2022/03/04/"' in page
    assert 'rel="next"' not in page


@pytest.mark.parametrize("address", ["2022/02", "2022/13", "2019", "0000", "9999", "9999/12"])
def test_what_has_no_posts_is_not_found(client, address):
    assert client.get(f"/archive/{address}/").status_code == 404
