"""Lists as files."""

import csv
import datetime as dt
import json
from io import StringIO
from urllib.parse import unquote

import pytest
from django.utils import timezone

from articles import changes
from articles.api import exports, parameters
from articles.models import Post
from tests.html import links

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(client):
    """The text of a file that an address sends, and the answer."""

    def ask(address):
        response = client.get(f"/api/v1/{address}")
        assert response.status_code == 200, response.content
        return response.getvalue().decode(), response

    return ask


def rows(text):
    return list(csv.reader(StringIO(text)))


def test_a_search_is_a_table(file, indexed):
    indexed(
        "2022-03-04 09:30",
        slug="202203049999999999",
        title="五粮液涨停",
        categories=["emnews", "stock"],
        securities=[("0.000858", "五粮液")],
    )
    indexed(title="别的")
    fields = ["slug", "published_at", "title", "source", "categories", "securities"]
    text, response = file(f"posts.csv?q=五粮液&fields={','.join(fields)}")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="posts.csv"' in response["Content-Disposition"]
    assert "X-Truncated" not in response
    assert rows(text) == [
        fields,
        [
            "202203049999999999",
            "2022-03-04T09:30:00+08:00",
            "五粮液涨停",
            "财联社",
            "emnews; stock",
            "五粮液 0.000858",
        ],
    ]


def test_a_spreadsheet_computes_and_shortens_nothing(file, indexed):
    indexed(slug="202203049999999999", title="=1+1", digest="＠x")
    text, _ = file("posts.csv?fields=slug,title,digest")
    assert rows(text)[1] == ["202203049999999999", "'=1+1", "'＠x"]
    text, _ = file("posts.csv?fields=slug,title&bom=on")
    assert text.startswith("\ufeff")
    assert rows(text)[1] == ["\t202203049999999999", "'=1+1"]


@pytest.mark.parametrize(
    ("title", "is_kept"),
    [
        ("007", True),
        ("0010.50", True),
        ("600519", True),
        ("1E5", True),
        ("1-2", True),
        ("3/15", True),
        ("1,234", True),
        ("１２％", True),
        ("￥5", True),
        ("(5)", True),
        ("9:30 pm", True),
        ("5-Mar-22", True),
        ("March 5", True),
        ("2022年3月4日", True),
        ("true", True),
        ("#N/A", True),
        ("#div/0!", True),
        ("#名称?", False),
        ("3月快讯", False),
        ("5G", False),
        ("May", False),
        ("2022-03-04T09:30", False),
    ],
)
def test_what_a_spreadsheet_would_write_in_its_own_way_stays_text(file, indexed, title, is_kept):
    indexed("2022-03-04 09:30", title=title, securities=[("1.603990", "")])
    text, _ = file("posts.csv?fields=title,securities,published_at&bom=on")
    tab = "\t" if is_kept else ""
    assert rows(text)[1] == [f"{tab}{title}", "\t1.603990", "2022-03-04T09:30:00+08:00"]


def test_json_lines_have_a_post_each(file, indexed):
    indexed("2022-03-04 09:30", title="甲")
    indexed("2022-03-04 09:31", title="乙")
    text, response = file("posts.jsonl?fields=title,text&from=2022-03-05&to=2022-03-04")
    assert unquote(response["X-Notes"]).startswith("截止日")
    assert response["Content-Type"].startswith("application/jsonl")
    assert [json.loads(line)["title"] for line in text.splitlines()] == ["乙", "甲"]


def test_posts_are_cited(file, indexed):
    indexed("2022-03-04 09:30", slug="a", title="涨3% & {跌} ~^")
    text, _ = file("posts.bib")
    assert text.startswith("@online{a,\n")
    assert r"title = {涨3\% \& \{跌\} \textasciitilde{}\textasciicircum{}}" in text
    assert "organization = {财联社}" in text
    assert "date = {2022-03-04}" in text
    text, _ = file("posts.ris")
    assert text.splitlines()[:2] == ["TY  - NEWS", "TI  - 涨3% & {跌} ~^"]
    assert text.endswith("ER  - \r\n")


def test_citations_have_the_day_of_access_in_beijing(file, indexed, monkeypatch):
    indexed("2022-03-04 09:30")
    evening = dt.datetime(2022, 3, 5, 16, 30, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: evening)
    assert "  urldate = {2022-03-06}\n" in file("posts.bib")[0]
    assert "Y2  - 2022/03/06\r\n" in file("posts.ris")[0]


def test_a_file_has_every_post_once_however_many_are_read_at_once(file, make_post, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 4)
    changes.posts_changed([make_post().pk for _ in range(10)])
    for query in ("", "&q=快讯"):
        text, _ = file(f"posts.csv?fields=slug{query}")
        newest = Post.objects.newest_first().values_list("slug", flat=True)
        assert [row[0] for row in rows(text)[1:]] == list(newest)


def test_a_file_that_is_cut_says_so_and_where_to_go_on(client, file, make_post):
    changes.posts_changed([make_post().pk for _ in range(5)])
    text, response = file("posts.jsonl?limit=3&fields=slug")
    assert response["X-Truncated"] == "true"
    assert "X-Truncated" in response["Access-Control-Expose-Headers"]
    *first, end = map(json.loads, text.splitlines())
    assert end["truncated"]
    rest = client.get(end["next_url"])
    assert "X-Truncated" not in rest
    found = first + [json.loads(line) for line in rest.getvalue().decode().splitlines()]
    assert len({post["slug"] for post in found}) == len(found) == 5
    text, _ = file("posts.csv?limit=3&fields=slug")
    assert "http://testserver/api/v1/posts.csv" in rows(text)[-1][0]


def test_what_makes_no_sense_is_refused(get, db):
    assert get("posts.xls", 400)["errors"][0]["allowed"] == ["csv", "jsonl", "bib", "ris"]
    assert get("posts.csv?source=nobody", 400)["errors"][0]["parameter"] == "source"
    too_many = parameters.MOST_EXPORTED + 1
    assert get(f"posts.csv?limit={too_many}", 400)["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize(
    "page",
    [
        "/posts/",
        "/posts/?q=五粮液&from=2022-03-01",
        "/archive/2022/03/04/",
        "/source/s-财联社/?q=五粮液",
        "/posts/?source=s-财联社&utm_source=x&sort=relevance&q=五粮液",
    ],
)
def test_a_list_links_to_files_of_its_posts(client, file, indexed, page):
    indexed("2022-03-04 09:30", slug="a", title="五粮液涨停", source="财联社")
    indexed("2022-02-04 09:30", slug="b", title="五粮液跌停", source="财联社")
    indexed("2022-03-04 09:30", slug="c", title="别的", source="新华社")
    shown = client.get(page)
    listed = [post.slug for post in shown.context["listing"].posts]
    files = links(shown, ".exports a")
    assert len(files) == 5
    for link in files:
        text, _ = file(link.removeprefix("/api/v1/"))
        assert all(slug in text for slug in listed)
    text, _ = file(files[0].removeprefix("/api/v1/") + "&fields=slug")
    assert [slug for (slug,) in rows(text)[1:]] == listed
