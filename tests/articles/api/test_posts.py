"""Posts over the API: which ones, in which order, and what is said of each."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from articles import changes
from articles.api import known
from articles.editing import posts
from articles.models import ArchiveChange, Document, Post
from articles.search import engine
from tests.articles.imported import import_text

pytestmark = pytest.mark.django_db


def titles(answer):
    return [post["title"] for post in answer["posts"]]


def every_page(get, address):
    """The posts of all pages."""
    answer = get(address)
    found = answer["posts"]
    while answer["next"]:
        answer = get(f"{address}&cursor={answer['next']}")
        found += answer["posts"]
    return found


def test_a_post_has_its_terms_and_times(get, indexed):
    indexed(
        "2022-03-04 09:30",
        slug="202203049999999999",
        title="茅台涨停",
        tags=["要闻"],
        securities=[("1.600519", "贵州茅台")],
    )
    assert get("posts")["posts"] == [
        {
            "slug": "202203049999999999",
            "url": "http://testserver/posts/202203049999999999/",
            "title": "茅台涨停",
            "digest": "摘要1。",
            "published_at": "2022-03-04T09:30:00+08:00",
            "updated_at": "2022-03-04T09:30:00+08:00",
            "source": {"slug": "s-财联社", "name": "财联社"},
            "categories": [{"slug": "cailianshe", "name": "cailianshe"}],
            "tags": [{"slug": "t-要闻", "name": "要闻"}],
            "securities": [{"symbol": "1.600519", "name": "贵州茅台", "kind": "stock"}],
            "original_url": None,
            "info_code": None,
        }
    ]


def test_only_the_fields_that_were_asked_for_are_given(get, indexed):
    indexed(title="快讯", body_text="正文。", body_html="<p>正文。</p>")
    assert get("posts?fields=title,text,html")["posts"] == [
        {"title": "快讯", "text": "正文。", "html": "<p>正文。</p>"}
    ]


def test_it_searches_and_filters_as_the_site_does(get, indexed):
    indexed("2022-03-04 09:30", title="茅台涨停", source="财联社")
    indexed("2022-03-05 09:30", title="茅台跌停", source="新华社")
    indexed("2022-03-06 09:30", title="五粮液涨停", source="新华社")
    assert titles(get("posts")) == ["五粮液涨停", "茅台跌停", "茅台涨停"]
    assert titles(get("posts?q=茅台")) == ["茅台跌停", "茅台涨停"]
    assert titles(get("posts?q=茅台 -跌停")) == ["茅台涨停"]
    assert titles(get("posts?source=新华社&q=茅台")) == ["茅台跌停"]
    assert titles(get("posts?source=新华社&source=财联社&to=2022-03-05")) == [
        "茅台跌停",
        "茅台涨停",
    ]
    assert titles(get("posts?from=2022-03-05&to=2022-03-05")) == ["茅台跌停"]
    for period in ("from=2021Q4", "from=2021年下半年", "to=2022Q2", "to=2022-04..2022-05"):
        assert len(get(f"posts?{period}")["posts"]) == 3  # one end each, not both


def test_it_says_how_a_search_was_understood(get, indexed):
    indexed(title="茅台涨停")
    assert get("posts?q=茅台", **{"accept-language": "en"})["notes"] == []
    [note] = get("posts?q=“茅台", **{"accept-language": "en"})["notes"]
    assert "is not closed" in note


def test_posts_that_readers_do_not_see_are_not_there(get, indexed):
    for status, at in [
        ("draft", "2022-03-04"),
        ("hidden", "2022-03-04"),
        ("published", "2999-01-01"),
    ]:
        indexed(at, slug=f"a-{status}", title="茅台", status=status)
    assert get("posts")["posts"] == get("posts?q=茅台")["posts"] == []
    assert get("posts?q=茅台&count=on")["count"] == get("posts?count=on")["count"] == 0
    assert get("posts/a-draft", 404)["status"] == 404
    assert get("posts/a-published", 404)["status"] == 404
    assert get("posts/a-hidden", 410)["status"] == 410


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=快讯",
        "source=财联社",
        "order=changed",
        "order=changed&q=快讯",
        "order=changed&source=财联社&stories=on",
    ],
)
def test_pages_have_every_post_once_even_of_one_second(get, make_post, query):
    ids = [make_post().pk for _ in range(25)]
    changes.posts_changed(ids)
    found = every_page(get, f"posts?limit=4&fields=slug&{query}")
    newest = Post.objects.newest_first().values_list("slug", flat=True)
    slugs = [post["slug"] for post in found]
    if "changed" in query:  # all at once
        slugs, newest = sorted(slugs), newest.order_by("slug")
    assert slugs == list(newest)


def test_a_new_post_moves_none_to_another_page(get, indexed):
    for minute in range(4):
        indexed(f"2022-03-04 09:3{minute}")
    first = get("posts?limit=2&fields=slug")
    indexed("2022-03-05 09:30")
    second = get(f"posts?limit=2&fields=slug&cursor={first['next']}")
    assert len({post["slug"] for post in first["posts"] + second["posts"]}) == 4
    assert second["next"] is second["next_url"] is None


def test_the_address_of_the_next_page_is_whole(client, get, indexed):
    indexed("2022-03-04 09:30", title="甲")
    indexed("2022-03-04 09:31", title="乙")
    answer = get("posts?limit=1&source=财联社&fields=title")
    assert answer["next_url"].startswith("http://testserver/api/v1/posts?")
    following = client.get(answer["next_url"]).json()
    assert titles(answer) + titles(following) == ["乙", "甲"]


def test_relevance_goes_from_page_to_page(get, indexed):
    indexed("2022-03-04 09:30", title="茅台茅台", body_text="茅台")
    for minute in range(4):
        indexed(f"2022-03-05 09:3{minute}", title="别的", body_text="也有茅台。")
    found = every_page(get, "posts?q=茅台&order=relevance&limit=2")
    assert len(found) == len({post["slug"] for post in found}) == 5
    assert found[0]["title"] == "茅台茅台"


@pytest.mark.parametrize(
    ("query", "second"),
    [
        ("", "别的"),
        ("&q=快讯", "快讯3"),
        ("&source=财联社", "快讯3"),
    ],
)
def test_what_changed_last_comes_first(get, indexed, query, second):
    posts = [indexed(f"2022-03-04 09:3{number}", title=f"快讯{number}") for number in range(4)]
    indexed("2022-03-04 09:30", title="别的", source="新华社")
    Post.objects.filter(pk=posts[1].pk).update(title="快讯1，改过")
    changes.posts_changed([posts[1].pk])
    Post.objects.filter(pk=posts[2].pk).update(status="hidden")
    changes.posts_changed([posts[2].pk])
    address = f"posts?order=changed&limit=2{query}"
    first = get(address)
    assert titles(first) == ["快讯1，改过", second]
    changes.posts_changed([posts[3].pk])  # which moves to the front
    assert titles(get(f"{address}&cursor={first['next']}")) == ["快讯0"]


def test_matches_are_counted_where_that_is_asked(get, indexed, monkeypatch):
    for minute in range(3):
        indexed(f"2022-03-04 09:3{minute}")
    assert "count" not in get("posts?q=快讯")
    for query in ("q=快讯&", ""):
        answer = get(f"posts?{query}count=on&limit=1")
        assert (answer["count"], answer["count_truncated"]) == (3, False)
    monkeypatch.setattr(engine, "COUNT_LIMIT", 2)
    changes.advance_version()
    answer = get("posts?q=快讯&count=on&limit=1")
    assert (answer["count"], answer["count_truncated"]) == (2, True)


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ("sorce=财联社", "sorce", "source"),
        ("source=没有", "source", None),
        ("from=2022-13-45", "from", None),
        ("limit=201", "limit", None),
        ("limit=x", "limit", None),
        ("order=best", "order", "newest"),
        ("order=relevance", "order", "newest"),
        ("fields=titel", "fields", "title"),
        ("count=yes", "count", "on"),
        ("cursor=x", "cursor", None),
        ("limit=1&limit=2", "limit", None),
        ("limit=1_0", "limit", None),
        ("limit=1.0", "limit", None),
        ("limit=%2B5", "limit", None),
        ("published_before=", "published_before", None),
        ("known_at=", "known_at", None),
        ("known_at=9999-12-31T23:59:59-14:00", "known_at", None),
        ("known_at=2099-01-01&stories=on", "stories", None),
        ("known_at=2099-01-01&order=changed", "order", None),
        ("known_at= now", "known_at", None),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would(get, indexed, query, parameter, allowed):
    indexed()
    answer = get(f"posts?{query}", 400)
    [error] = answer["errors"]
    assert error["parameter"] == parameter
    assert error["detail"] == answer["detail"]
    if allowed:
        assert allowed in error["allowed"]


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("source=财联", "s-财联社"),
        ("source=c", "s-财联社"),
        ("source=cls", "s-财联社"),
        ("security=茅台", "1.600519"),
        ("security=gzmt", "1.600519"),
        ("security=60051", "1.600519"),
        ("source=财联社", None),
        ("security=贵州茅台", None),
        ("security=600519", None),
        ("security=SH600519", None),
    ],
)
def test_a_part_of_a_name_is_no_term(get, indexed, query, allowed):
    indexed(source="财联社", securities=[("1.600519", "贵州茅台")])
    for address in ("posts", "stories", "trends"):
        answer = get(
            f"{address}?{query}{'&q=快讯' * (address == 'trends')}", 400 if allowed else 200
        )
        assert not allowed or answer["errors"][0]["allowed"] == [allowed]


def test_a_misspelt_term_is_refused_with_those_it_may_mean(get, indexed):
    indexed(source="财联社", securities=[("1.600519", "贵州茅台")])
    [error] = get("posts?security=贵州茅苔", 400)["errors"]
    assert error["allowed"] == ["1.600519"]


def test_trends_of_a_period_without_posts_name_what_was_asked(get, indexed):
    indexed()
    told = get("trends?q=茅台&q=五粮液&from=2999")
    assert [(one["q"], one["matches"]) for one in told["trends"]] == [("茅台", []), ("五粮液", [])]


@pytest.mark.parametrize("query", ["", "&q=快讯"])
def test_nothing_is_given_that_was_published_later(get, indexed, query):
    indexed("2022-03-04 09:30:00", title="快讯甲")
    indexed("2022-03-04 09:30:01", title="快讯乙")
    for moment in (
        "2022-03-04T09:30:01",
        "2022-03-04T09:30:01%2B08:00",
        "2022-03-04T09:30:01+08:00",  # in which the plus sign means a space
        "2022-03-04T01:30:01Z",
        "2022-03-04t01:30:01z",
    ):
        assert titles(get(f"posts?published_before={moment}{query}")) == ["快讯甲"]
    assert titles(get(f"posts?published_before=2022-03-04{query}")) == []


@pytest.mark.parametrize("query", ["", "&q=快讯"])
def test_nothing_is_given_that_was_imported_later(get, indexed, query, monkeypatch, editor):
    def at(day):
        moment = dt.datetime(2022, 3, day, 12, tzinfo=dt.UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(4)
    indexed("2022-03-04 09:30", title="快讯甲")
    at(6)
    indexed("2022-03-04 09:31", title="快讯乙，晚到")
    at(8)
    posts.change(Post.objects.get(title="快讯甲"), {"title": "快讯甲，改过"}, by=editor)
    assert titles(get(f"posts?known_at=2022-03-05{query}")) == ["快讯甲"]
    assert titles(get(f"posts?known_at=2022-03-07{query}")) == ["快讯乙，晚到", "快讯甲"]
    assert titles(get(f"posts?known_at=2022-03-03{query}")) == []
    assert not get(f"posts?known_at=2022-03-07{query}")["notes"]
    assert get(f"posts?known_at=2022-03-09{query}")["notes"] == [
        "known_at 的时刻尚未到来：文章是现在的样子。"
    ]


@pytest.fixture
def corrected(db):
    """The address of a post that a later import and an editor changed: what it said from 5, 7 and
    9 March on."""

    def at(day):
        return dt.datetime(2022, 3, day, tzinfo=dt.UTC)

    texts = ["茅台涨停", "茅台跌停", "五粮液跌停"]
    for day, title in zip((5, 7, 9), texts, strict=True):
        tags = "旧标签" if day == 5 else "新标签"
        post = import_text(
            f"---\ntitle: {title}\ndate: 2022-03-04 09:30:00 +0800\ntags: {tags}\n---\n"
            f"<p>{title}。</p>\n"
        )
        Document.objects.update(imported_at=at(day))
    ArchiveChange.objects.update(known_since=at(5))
    return post.slug


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("known_at=2022-03-06", "茅台涨停"),
        ("known_at=2022-03-08", "茅台跌停"),
        ("known_at=2022-03-10", "五粮液跌停"),
        ("known_at=2022-03-04", None),
        ("known_at=2022-03-06&q=跌停", None),  # which it said later
        ("known_at=2022-03-06&q=-涨停", None),
        ("known_at=2022-03-08&q=跌停", "茅台跌停"),
        ("known_at=2022-03-08&q=跌停&order=relevance", "茅台跌停"),
        ("known_at=2022-03-08&q=title:五粮液 | 跌停", "茅台跌停"),
        ("known_at=2022-03-08&q=五粮液", None),
        ("known_at=2022-03-06&q=:", None),
        ("known_at=2022-03-06&tag=新标签", None),
        ("known_at=2022-03-08&tag=新标签", "茅台跌停"),
    ],
)
def test_a_post_is_given_as_it_was(client, get, corrected, query, found):
    answer = get(f"posts?count=on&{query}")
    assert titles(answer) == [found] * (found is not None)
    assert (answer["count"], answer["count_truncated"]) == (len(answer["posts"]), False)
    file = client.get(f"/api/v1/posts.jsonl?{query.replace('&order=relevance', '')}").getvalue()
    rows = [json.loads(line) for line in file.splitlines()]
    assert rows == answer["posts"]


def test_one_post_is_given_as_it_was(get, corrected):
    then = get(f"posts/{corrected}?known_at=2022-03-06")
    assert (then["title"], then["text"]) == ("茅台涨停", "茅台涨停。")
    assert [tag["name"] for tag in then["tags"]] == ["旧标签"]
    assert (len(then["files"]), then["versions"], then["story"]) == (1, [], [])
    assert len(get(f"posts/{corrected}?known_at=2022-03-08")["versions"]) == 1
    now = get(f"posts/{corrected}")
    assert get(f"posts/{corrected}?known_at=2022-03-10") == now
    assert get(f"posts/{corrected}?known_at=2999-01-01") == now
    assert get(f"posts/{corrected}?known_at=2022-03-04", 404)["status"] == 404


@pytest.fixture(params=["an editor", "an import"])
def moved(request, indexed, editor, monkeypatch):
    """The address of a post of 4 March that was there on the 5th, of which somebody said on the 9th
    that it is of the 8th."""

    def at(day):
        moment = dt.datetime(2022, 3, day, tzinfo=dt.UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    text = "---\ntitle: 茅台涨停\ndate: 2022-03-0{} 09:30:00 +0800\n---\n<p>茅台。</p>\n"
    first = at(5)
    post = import_text(text.format(4))
    last = at(9)
    if request.param == "an editor":
        posts.change(post, {"published_at": at(8)}, by=editor)
        Document.objects.update(imported_at=first)
        Post.history.filter(history_user=editor).update(history_date=last)
    else:
        Document.objects.update(imported_at=first)
        import_text(text.format(8))
        Document.objects.update(imported_at=last)
    at(10)
    return post.slug


@pytest.mark.parametrize(
    ("query", "times"),
    [
        ("known_at=2022-03-06", ["2022-03-04"]),
        ("known_at=2022-03-06&q=茅台", ["2022-03-04"]),
        ("known_at=2022-03-06&published_before=2022-03-06&source=", ["2022-03-04"]),
        ("known_at=2022-03-06&published_before=2022-03-04", []),
        ("known_at=2022-03-03", []),
        ("published_before=2022-03-06", []),
        ("known_at=2022-03-10", ["2022-03-08"]),
    ],
)
def test_a_post_that_was_given_a_later_time_was_known_before(get, moved, query, times):
    answer = get(f"posts?count=on&{query}")
    assert [post["published_at"][:10] for post in answer["posts"]] == times
    assert answer["count"] == len(times)
    then = get(f"posts/{moved}?known_at=2022-03-06")
    assert then["published_at"].startswith("2022-03-04")


def test_posts_that_changed_are_not_counted_where_they_are_too_many(get, corrected, monkeypatch):
    monkeypatch.setattr(known, "MOST_COMPARED", 0)
    answer = get("posts?count=on&known_at=2022-03-08")
    assert (answer["count"], answer["count_truncated"]) == (0, True)


@pytest.mark.parametrize(
    "address",
    [
        *("posts?order=changed&", "posts?stories=on&", "stories?", "trends?q=茅台&", "hot?"),
        *("changes?", "status?", "securities?", "suggest?q=茅台&"),
    ],
)
def test_what_is_known_only_as_of_now_is_not_given_as_of_then(get, db, address):
    answer = get(f"{address}known_at=2022-03-06", 400, **{"accept-language": "en"})
    assert "as of now" in answer["detail"]


@pytest.mark.parametrize("name", ["published_before", "known_at"])
def test_what_is_no_moment_is_refused(get, db, name):
    for text in ("yesterday", "2022-13-01", "9999-12-31T23:59:59.999999Z", "0001-01-01"):
        [error] = get(f"posts?{name}={text}", 400)["errors"]
        assert error["parameter"] == name


def test_now_is_as_if_no_moment_was_given(get, indexed):
    slug = indexed().slug
    both = "published_before=now&known_at=now"
    for address in ("posts", "posts?order=changed", "posts?stories=on"):
        assert get(f"{address}{'&' if '?' in address else '?'}{both}") == get(address)
    assert get(f"posts/{slug}?known_at=now") == get(f"posts/{slug}")


def test_the_cursor_of_another_question_is_refused(get, indexed):
    indexed("2022-03-04 09:30")
    indexed("2022-03-04 09:31")
    cursor = get("posts?limit=1")["next"]
    for query in (f"q=快讯&cursor={cursor}", f"cursor={cursor[:-3]}", f"cursor={cursor}AAA"):
        [error] = get(f"posts?limit=1&{query}", 400)["errors"]
        assert error["parameter"] == "cursor"
    for other in ("stories", "posts.jsonl", "sources"):
        [error] = get(f"{other}?limit=1&cursor={cursor}", 400)["errors"]
        assert error["parameter"] == "cursor"


def test_one_post_has_all_that_is_known_of_it(get, indexed):
    indexed(slug="202203049999999999", title="茅台涨停", securities=[("1.600519", "贵州茅台")])
    post = get("posts/202203049999999999")
    assert get("posts/NW202203049999999999") == post
    assert post["html"] == "<p>正文1。</p>"
    assert post["files"] == post["versions"] == []
    [mention] = post["mentions"]
    assert (mention["symbol"], mention["origin"], mention["nth"]) == ("1.600519", "marked", 0)


def test_one_post_has_its_story(get, indexed):
    text = "沪惠保三期今日上线，保费129元，不限年龄和职业，由九家保险公司共保。"
    told = {
        "title": "沪惠保三期今日上线 保费129元",
        "story": "",
        "digest": "",
        "body_html": text,
        "body_text": text,
    }
    indexed("2022-03-04 09:30", slug="a", source="新华社", **told)
    indexed("2022-03-04 10:30", slug="b", **told)
    indexed(slug="c")
    story = get("posts/b")["story"]
    assert story == get("posts/a")["story"]
    assert [(one["slug"], one["source"]["name"], one["is_copy"]) for one in story] == [
        ("a", "新华社", False),
        ("b", "财联社", True),
    ]
    assert get("posts/c")["story"] == []
    assert get("stories/b") == get("stories/a")
    whole = get("stories/b")
    assert whole["told"] == story
    assert get("stories/c")["told"][0]["slug"] == get("stories/c")["first"]["slug"] == "c"
    for query in ("from=2022-03-04&to=2022-03-04", "q=沪惠保", "q=沪惠保&source=财联社"):
        [told] = [one for one in get(f"stories?{query}")["stories"] if one["first"]["slug"] != "c"]
        assert (told["posts"], told["first"]["slug"], told["newest"]["slug"]) == (2, "a", "b")
        assert whole == told | {"told": story}
    [told] = get("stories?q=沪惠保&published_before=2022-03-04T10:00")["stories"]
    assert (told["posts"], told["newest"]["slug"]) == (1, "a")
    for query in ("", "&q=沪惠保"):
        for stories, found in [("on", ["a"]), ("off", ["b", "a"])]:
            posts = get(f"posts?order=changed&to=2022-03-04&stories={stories}{query}")["posts"]
            assert [one["slug"] for one in posts if one["slug"] != "c"] == found


def test_the_files_of_a_post_are_named(get, db):
    post = import_text("---\ntitle: 甲\ndate: 2022-03-04 09:30:00 +0800\n---\n<p>正文。</p>\n")
    assert get(f"posts/{post.slug}")["files"] == ["2022-03-04-202203040000000001.md"]


def test_an_answer_that_has_not_changed_is_not_sent_again(client, indexed):
    indexed()
    first = client.get("/api/v1/posts")
    again = client.get("/api/v1/posts", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    indexed("2022-03-05")
    assert client.get("/api/v1/posts", headers={"if-none-match": first["ETag"]}).status_code == 200
