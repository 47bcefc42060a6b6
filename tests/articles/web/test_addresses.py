from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import reverse

from articles.importing.listed import store_list
from articles.importing.pipeline import import_posts
from articles.importing.reading.listed.securities import read_list
from articles.models import (
    Category,
    Security,
    Source,
    Tag,
)
from articles.search.suggest import suggest
from tests.html import links, parsed, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    [
        "..", ".", "a/../b", "a/b c?d#e%", "/a/", "a//b", "x.html", "x/feed.xml", "\\a\\b", "50%",
        "a&b=c;d", "<b>", "'\"", "C++", "名 字·（二）", "👨‍👩‍👧", "null", "2022", "%2e%2e", "a\\0b",
    ],
)  # fmt: skip
def test_a_post_of_a_category_or_tag_of_any_name_is_imported_and_every_list_has_a_page(
    client, tmp_path, name
):
    value = name.replace('"', '\\"') if "\\0" in name else name.replace("'", "''")
    value = f'"{value}"' if "\\0" in name else f"'{value}'"
    file = tmp_path / "2022-02-02-x.md"
    file.write_text(
        f"---\ntitle: 分类\ndate: 2022-02-02\ncategories: {value}\ntags: [{value}]\n---\n文"
    )
    report = import_posts([file])
    assert report.counts["refused"] == 0
    pages = {"/", "/news/", "/posts/", "/categories/", "/tags/", "/feed.xml", "/sitemap.xml"}
    waiting, seen = sorted(pages), set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        response = client.get(path)
        assert response.status_code == 200, path
        if path.endswith((".xml", "feed.xml")):
            continue
        found = {
            link.split("#")[0]
            for link in links(response, "a[href], link[href]")
            if link.startswith(("/category/", "/tag/", "/posts/2022"))
        }
        assert not any("/../" in f"{link}/" or "/./" in f"{link}/" for link in found)
        waiting += [link for link in found - seen - set(waiting) if "?" not in link]
    assert sum(path.startswith(("/category/", "/tag/")) for path in seen) >= 2


NO_SLUGS = ["", "..", "a/./b", "a\x1fb"]
NO_SYMBOLS = [(12345, "600519"), (1, "a/b"), (1, ""), (1, "600\n519")]


@pytest.fixture(params=[*range(len(NO_SLUGS))], ids=map(repr, NO_SLUGS))
def unaddressed(request, indexed):
    """A post all of whose terms were stored without an address that leads to them."""
    slug, symbol = NO_SLUGS[request.param], NO_SYMBOLS[request.param % len(NO_SYMBOLS)]
    post = indexed(tags=["要闻"], securities=[("1.600519", "贵州茅台")], title="贵州茅台 财联社")
    indexed(tags=["要闻"], securities=[("1.600519", "贵州茅台"), ("0.000001", "平安银行")])
    for model in (Source, Category, Tag):
        model.objects.update(slug=slug)
    market, code = symbol
    Security.objects.filter(code="600519").update(market=market, code=code)
    return post


PAGES = [
    "/", "/posts/", "/news/?after=0-0", "/posts/?q=贵州茅台", "/posts/?q=source:财联社",
    "/posts/?q=财联社 -code:贵州茅台", "/posts/?q=贵州茅苔", "/posts/?q=茅台&sort=relevance",
    "/posts/?source=..", "/posts/?category=../x", "/posts/?tag=.", "/posts/?security=12345.600519",
    "/sources/", "/categories/", "/tags/", "/securities/", "/sources/?sort=pinyin",
    "/securities/?name=茅台&sort=pinyin", "/suggest/?q=贵州", "/suggest/?q=财联",
    "/suggest/?q=要闻", "/suggest/?q=cailianshe", "/suggest/?q=source:财",
    "/suggest/?q=code:茅", "/archive/", "/archive/2022/", "/archive/2022/03/",
    "/archive/2022/03/04/", "/feed.xml", "/posts/feed.xml", "/archive/2022/03/04/feed.xml",
    "/security/0.000001/", "/security/0.000001/feed.xml", "/sitemap.xml", "/sitemap-2022-03.xml",
    "/opensearch.xml", "/search-help/", "/flash/", "/feeds/", "/feeds.opml", "/posts/feed/",
]  # fmt: skip
NO_PAGES = [
    "/财联社/", "/要闻.html", "/cailianshe/x/", "/600519.html", "/source/%2E%2E/", "/tag/a%1Fb/",
    "/category/../x.html", "/category/%0A/", "/category/..html", "/security/12345.600519/",
    "/security/1.a/b/", "/security/1.600%0A519/", "/security/600519/", "/source//",
]  # fmt: skip


TERMS = ("source/", "category/", "tag/", "security/")
PLACES = {  # of the one that has an address
    *("security/0.000001/", "security/0.000001/feed/", "security/0.000001/feed.xml"),
}


class TestWhatHasNoAddress:
    def test_every_page_shows_it_as_text(self, client, unaddressed):
        for path in [*PAGES, unaddressed.get_absolute_url()]:
            page = client.get(path)
            assert page.status_code == 200, path
            if "html" in page["Content-Type"]:
                resolved = [urljoin("http://host/x/y/", link) for link in links(page, "a[href]")]
                kinds = [urlsplit(link).path.partition("/")[2] for link in resolved]
                assert {kind for kind in kinds if kind.startswith(TERMS)} <= PLACES, path

    def test_it_is_named_and_suggested(self, client, unaddressed):
        page = parsed(client.get(unaddressed.get_absolute_url()))
        texts = [link.text for link in page.select("main a:not([href])")]
        assert {"cailianshe", "财联社", "要闻"} <= {*texts}
        [option] = client.get("/suggest/?q=财联社").json()["options"]
        assert (option["name"], option["query"]) == ("财联社", "财联社")

    def test_it_has_no_page(self, client, unaddressed):
        for path in NO_PAGES:
            assert client.get(path).status_code == 404, path

    def test_old_addresses_do_not_lead_to_it(self, client, unaddressed):
        Source.objects.get().aliases.create(slug="old")
        Category.objects.get().aliases.create(slug="old")
        for path in (
            "/source/old/",
            "/source/old/feed.xml",
            "/category/old/",
            "/category/old.html",
        ):
            assert client.get(path).status_code == 404, path

    def test_the_desk_shows_it(self, admin_client, unaddressed):
        paths = [reverse("admin:index"), reverse("admin:articles_post_changelist")]
        paths.append(reverse("admin:articles_post_change", args=[unaddressed.pk]))
        for model in (Source, Category, Tag, Security):
            term, name = model.objects.order_by("pk").first(), model._meta.model_name
            paths += [
                reverse(f"admin:articles_{name}_changelist"),
                reverse(f"admin:articles_{name}_changelist") + f"?q={term.name}",
                reverse(f"admin:articles_{name}_merge") + f"?ids={term.pk}",
                *(
                    reverse(f"admin:articles_{name}_{page}", args=[term.pk])
                    for page in ("change", "history", "delete")
                ),
            ]
        for path in paths:
            assert admin_client.get(path).status_code in (200, 403), path

    def test_it_can_be_merged_and_merged_into(self, admin_client, unaddressed):
        bad = Source.objects.get()
        good = Source.objects.create(name="甲", slug="jia")
        url = reverse("admin:articles_source_merge")
        for into in (good, bad):
            told = admin_client.get(url, {"ids": f"{good.pk},{bad.pk}", "target": into.pk})
            assert "将不复存在，导入时" in told.content.decode()
        admin_client.post(url, {"ids": f"{good.pk},{bad.pk}", "target": good.pk})
        assert Source.objects.get() == good


def told(client, path):
    """What an address answers, less the address itself and what it was looked up by."""
    response = client.get(path)
    if response.status_code == 404 or "text/html" not in response["Content-Type"]:
        return response.status_code, response.get("Location"), ""
    return response.status_code, None, words(response, "main")


@pytest.mark.parametrize(
    ("status", "at"),
    [("draft", "2022-03-04"), ("hidden", "2022-03-04"), ("published", "2999-03-04")],
    ids=["draft", "hidden", "scheduled"],
)
def test_what_only_unpublished_posts_have_answers_like_what_does_not_exist(
    client, indexed, status, at
):
    indexed()
    unseen = indexed(
        at,
        status=status,
        source="秘闻",
        categories=["secret"],
        tags=["密"],
        securities=[("1.688999", "未名科技")],
    )
    unseen.source.aliases.create(slug="s-旧名")
    Category.objects.get(slug="secret").aliases.create(slug="hush")
    pairs = [
        ("/source/s-秘闻/", "/source/s-无/"),
        ("/source/s-旧名/", "/source/s-无/"),
        ("/category/secret/", "/category/x/"),
        ("/category/secret.html", "/category/x.html"),
        ("/category/hush.html", "/category/x.html"),
        ("/tag/t-密/", "/tag/t-无/"),
        ("/security/1.688999/", "/security/1.688998/"),
        ("/security/1.688999/feed.xml", "/security/1.688998/feed.xml"),
        ("/posts/?source=s-秘闻", "/posts/?source=s-无名"),
        ("/posts/?security=1.688999", "/posts/?security=1.688998"),
        ("/posts/?q=来源:秘闻", "/posts/?q=来源:无名"),
        ("/posts/?q=代码:688999", "/posts/?q=代码:688998"),
        ("/posts/?q=688999", "/posts/?q=688998"),
    ]
    for path, unknown in pairs:
        answer = str(told(client, path))
        for there, not_there in [("秘闻", "无名"), ("688999", "688998")]:
            answer = answer.replace(there, not_there)
        assert answer == str(told(client, unknown)), path
    for path in ("/688999.html", "/secret.html", "/t-密.html"):
        found = links(client.get(path), "main a[href]")
        assert not [
            link for link in found if link.startswith(("/category/", "/tag/", "/security/"))
        ]


def test_a_listed_security_has_a_page_before_it_has_posts(client, indexed):
    indexed(securities=[("1.600518", "康美药业")])
    store_list(read_list("代码,简称\n600519,贵州茅台\n000001,平安银行\n1.000001,上证\n".encode()))
    assert "暂无文章" in client.get("/security/1.600519/").text
    assert client.get("/security/1.600519/feed.xml").status_code == 200
    assert "贵州茅台" in client.get("/watch/?s=1.600519").text
    assert "贵州茅台" not in client.get("/securities/").text
    assert "600519" not in client.get("/sitemap.xml").text
    assert [one.term.name for one in suggest("贵州茅")] == ["贵州茅台"]
    assert [one.term.code for one in suggest("60051")] == ["600518", "600519"]
    assert "尚无文章提到它" in client.get("/posts/?q=贵州茅台").text
    assert client.get("/api/v1/securities/1.600519").json()["posts"] == 0


@pytest.mark.parametrize("key", ["600519", "sh600519", "SH600519", "600519.SH"])
def test_a_security_is_found_without_its_market_if_no_other_has_the_code(client, indexed, key):
    indexed(securities=[("1.600519", "贵州茅台"), ("0.000001", "平安银行"), ("1.000001", "上证")])
    found = client.get(f"/security/{key}/")
    assert (found.status_code, found["Location"]) == (302, "/security/1.600519/")
    assert client.get(f"/security/{key}/?from=2022&q=x").url == "/security/1.600519/?from=2022&q=x"
    assert client.get("/security/000001/").status_code == 404
    assert client.get("/security/sz600519/").status_code == 404
