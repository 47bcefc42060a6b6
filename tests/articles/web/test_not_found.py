import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.search.kept_names import all_names
from articles.web.not_found import meaning

CODE = "202203040000000001"


def text(response):
    return response.content.decode()


class TestMeaning:
    @pytest.mark.parametrize(
        ("path", "posts", "securities", "days", "words"),
        [
            (f"/news/NW{CODE}.html", [CODE], [], [dt.date(2022, 3, 4)], []),
            ("/stock/sh600519.html", [], ["600519"], [], ["stock"]),
            ("/security/600519/", [], ["600519"], [], []),
            ("/bk0475", [], ["BK0475"], [], []),
            ("/2022/03/04/", [], [], [dt.date(2022, 3, 4)], []),
            ("/2022-13-40/", [], [], [], []),
            ("/%E8%8C%85%E5%8F%B0-涨停", [], [], [], ["茅台", "涨停"]),
            ("/tag/EMNEWS/index.html", [], [], [], ["EMNEWS"]),
            ("/\0/%00/%ED%A0%80", [], [], [], []),
            ("/", [], [], [], []),
        ],
    )
    def test_codes_days_and_words_are_read_from_a_path(self, path, posts, securities, days, words):
        assert meaning(path) == (posts, securities, days, words)


class TestNotFound:
    @pytest.fixture(autouse=True)
    def posts(self, indexed):
        indexed(
            slug=CODE,
            title="茅台发布年报",
            securities=[("1.600519", "贵州茅台")],
            categories=["emnews"],
            tags=["要闻"],
        )
        indexed(title="五粮液提价", status="hidden")

    @pytest.mark.parametrize(
        ("address", "link"),
        [
            (f"/a/{CODE}.html", f"/posts/{CODE}/"),
            (f"/a/nw{CODE}", f"/posts/{CODE}/"),
            ("/quote/sh600519.html", "/security/1.600519/"),
            ("/security/7.600519/", "/security/1.600519/"),
            ("/2022/03/04/", "/archive/2022/03/04/"),
            ("/posts/202203049999999999/", "/archive/2022/03/04/"),
            ("/category/EMNEWS/", "/category/emnews/"),
            ("/source/财联社/", "/source/s-%E8%B4%A2%E8%81%94%E7%A4%BE/"),
            ("/topics/要闻/", "/tag/t-%E8%A6%81%E9%97%BB/"),
            ("/read/茅台-年报/", f"/posts/{CODE}/"),
            ("/read/茅台/绝无此词/", f"/posts/{CODE}/"),
        ],
    )
    def test_it_leads_to_what_the_address_seems_to_mean(self, client, address, link):
        response = client.get(address)
        assert response.status_code == 404
        assert f'href="{link}"' in text(response)

    @pytest.mark.parametrize("address", ["/none/", "/五粮液/", "/1999/01/01/", "/posts/\0/"])
    def test_where_nothing_comes_to_mind_it_leads_to_all(self, client, address):
        page = text(client.get(address))
        assert "您要找的可能是" not in page
        assert 'href="/posts/"' in page
        assert 'href="/archive/"' in page

    @pytest.mark.parametrize("count", [1, 40])
    def test_the_cost_is_bounded(self, client, make_post, index, count):
        index(make_post(title="茅台涨停") for _ in range(count))
        all_names()  # which every process keeps
        for address in ("/category/茅台/涨停/绝无/", f"/category/{CODE}/sh600519/2022-03-04/"):
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            asked = [q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
            assert len(asked) <= 9, asked  # one is for the version of names
