import lxml.html
import pytest

from articles.importing.run import import_posts

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
        links = {
            a.get("href").split("#")[0]
            for a in lxml.html.fromstring(response.content).iter("a", "link")
            if a.get("href", "").startswith(("/category/", "/tag/", "/posts/2022"))
        }
        assert not any("/../" in f"{link}/" or "/./" in f"{link}/" for link in links)
        waiting += [link for link in links - seen - set(waiting) if "?" not in link]
    assert sum(path.startswith(("/category/", "/tag/")) for path in seen) >= 2
