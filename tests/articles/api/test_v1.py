"""Terms, completions, changes and the state of the archive over the API."""

import pytest

from articles import changes
from articles.editing import bulk, merging
from articles.models import Post

pytestmark = pytest.mark.django_db


def test_terms_are_listed_with_how_many_posts_they_have(get, indexed):
    indexed("2022-03-04 09:30", source="财联社")
    indexed("2022-03-04 09:31", source="财联社")
    indexed("2022-03-04 09:32", source="新华社", status="draft")
    answer = get("sources")
    assert answer["terms"] == [
        {
            "slug": "s-财联社",
            "name": "财联社",
            "posts": 2,
            "url": "http://testserver/source/s-%E8%B4%A2%E8%81%94%E7%A4%BE/",
        }
    ]
    assert answer["next"] is answer["next_url"] is None


def test_terms_are_found_by_a_part_of_their_name_and_in_pinyin(get, indexed):
    indexed(securities=[("1.600519", "贵州茅台"), ("0.000858", "五粮液")])
    for text in ("茅台", "600519", "gzmt"):
        assert [one["symbol"] for one in get(f"securities?q={text}")["terms"]] == ["1.600519"]


def test_pages_of_terms_have_every_term_once(get, indexed):
    indexed(tags=[f"标签{number}" for number in range(7)])
    indexed(tags=["标签3"])
    found, cursor = [], ""
    while cursor is not None:
        answer = get(f"tags?limit=3&cursor={cursor}")
        found += [one["name"] for one in answer["terms"]]
        cursor = answer["next"]
    assert len(found) == len({*found}) == 7
    assert found[0] == "标签3"


def test_one_term_is_found_by_its_address_now_or_before(client, get, indexed, editor):
    kept, merged = indexed(source="新华社").source, indexed(source="新华网").source
    bulk.start(merging.create([merged], kept, by=editor))
    answer = get("sources/s-新华社")
    assert (answer["name"], answer["posts"]) == ("新华社", 2)
    assert answer["former_addresses"] == ["s-新华网"]
    moved = client.get("/api/v1/sources/s-新华网", follow=True)
    assert [status for _, status in moved.redirect_chain] == [301]
    assert moved.json() == answer
    assert get("sources/没有", 404)["title"] == "Not Found"


@pytest.mark.parametrize(
    ("called", "symbol"),
    [
        ("600519", "1.600519"),
        ("sh600519", "1.600519"),
        ("贵州茅台", "1.600519"),
        ("000001", None),
        ("贵州", None),
    ],
)
def test_a_name_or_code_leads_to_the_only_one_that_has_it(client, indexed, called, symbol):
    names = {"1.600519": "贵州茅台", "1.000001": "上证指数", "0.000001": "平安银行"}
    indexed(securities=[*names.items()])
    found = client.get(f"/api/v1/securities/{called}")
    assert found.status_code == (301 if symbol else 404)
    assert not symbol or found["Location"] == f"/api/v1/securities/{symbol}"


def test_a_security_has_its_names_and_market(get, indexed):
    indexed(securities=[("1.600519", "贵州茅台")])
    security = get("securities/1.600519")
    assert security["symbol"] == "1.600519"
    assert (security["market"], security["code"], security["kind"]) == (1, "600519", "stock")
    assert security["former_names"] == []


def test_what_is_typed_is_completed(get, indexed):
    indexed(securities=[("1.600519", "贵州茅台")])
    [found] = get("suggest?q=gzmt")["suggestions"]
    assert found == {"kind": "security", "name": "贵州茅台", "address": "1.600519", "posts": 1}
    assert get("suggest", 400)["errors"][0]["parameter"] == "q"


def test_the_state_of_the_archive_is_told(get, indexed):
    assert get("status") == {"version": 0, "posts": 0, "first_month": None, "newest_at": None}
    indexed("2022-03-04 09:30")
    answer = get("status")
    assert answer["posts"] == answer["version"] == 1
    assert answer["first_month"] == "2022-03"
    assert answer["newest_at"] == "2022-03-04T09:30:00+08:00"


def test_changes_are_read_on_from_where_an_answer_ended(client, get, make_post):
    posts = [make_post(slug=f"p{number}") for number in range(3)]
    changes.posts_changed([post.pk for post in posts])
    first = get("changes?limit=4&fields=slug,title")
    assert first["has_more"]
    assert first["changes"][2] == {
        "version": 1,
        "kind": "post",
        "address": "p0",
        "state": "present",
        "post": {"slug": "p0", "title": posts[0].title},
    }
    second = client.get(first["next_url"]).json()
    assert [one["address"] for one in second["changes"]] == ["p2"]
    assert not second["has_more"]
    assert get(f"changes?after={second['next']}")["changes"] == []
    Post.objects.filter(slug="p1").update(status="hidden")
    changes.posts_changed([posts[1].pk])
    [gone] = get(f"changes?after={second['next']}")["changes"]
    assert gone == {"version": 2, "kind": "post", "address": "p1", "state": "gone"}


def test_changes_have_whole_posts_unless_fields_are_named(get, indexed):
    indexed(body_text="正文。", body_html="<p>正文。</p>")
    [*_terms, change] = get("changes")["changes"]
    assert (change["post"]["text"], change["post"]["html"]) == ("正文。", "<p>正文。</p>")


def test_after_a_restoration_changes_have_to_be_read_from_the_beginning(get, indexed):
    indexed()
    after = get("changes")["next"]
    changes.archive_restored()
    assert "after=0" in get(f"changes?after={after}", 410)["detail"]
    assert get("changes?after=0")["changes"]


def test_a_copy_of_another_archive_has_to_read_changes_from_the_beginning(get, indexed):
    indexed()
    after = int(get("changes")["next"]) + 1
    assert "after=0" in get(f"changes?after={after}", 410)["detail"]


@pytest.mark.parametrize("after", ["x", "-1", "1-2-3", ""])
def test_another_text_than_a_version_is_refused(get, db, after):
    [error] = get(f"changes?after={after}", 400)["errors"]
    assert error["parameter"] == "after"


def test_the_description_is_of_openapi_3_1(get, db):
    schema = get("openapi.json")
    assert schema["openapi"].startswith("3.1")
    assert all(list(methods) == ["get"] for methods in schema["paths"].values())
