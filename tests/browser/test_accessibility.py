"""WCAG 2.2 AA, as far as axe can tell, on every kind of page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command

from articles.models import Post

pytestmark = pytest.mark.django_db(transaction=True)

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
KINDS = {
    "home": lambda post: "/",
    "listing": lambda post: "/posts/",
    "search": lambda post: "/posts/?q=公司 -绝无",
    "ranked": lambda post: "/posts/?q=公司&sort=relevance",
    "nothing found": lambda post: "/posts/?q=绝无此词 公司",
    "category": lambda post: post.categories.first().get_absolute_url(),
    "source": lambda post: post.source.get_absolute_url(),
    "tag": lambda post: post.tags.first().get_absolute_url(),
    "security": lambda post: post.securities.first().get_absolute_url(),
    "post": lambda post: post.get_absolute_url(),
    "archive": lambda post: "/archive/",
    "year": lambda post: f"/archive/{post.published_at:%Y}/",
    "month": lambda post: f"/archive/{post.published_at:%Y/%m}/",
    "day": lambda post: f"/archive/{post.published_at:%Y/%m/%d}/",
    "sources": lambda post: "/sources/",
    "securities": lambda post: "/securities/?sort=pinyin",
    "help": lambda post: "/search-help/",
    "not found": lambda post: "/none/",
}


@pytest.fixture
def post(tmp_path):
    call_command("make_sample_posts", tmp_path / "posts", count=80, verbosity=0)
    call_command("import_posts", tmp_path / "posts", verbosity=0)
    posts = Post.objects.exclude(mention=None).exclude(source=None).exclude(posttag=None)
    return posts.filter(body_html__contains="<figure").latest("published_at")


@pytest.mark.parametrize(
    ("width", "scheme", "locale"),
    [(1280, "light", "zh-CN"), (1280, "dark", "en"), (390, "light", "en"), (390, "dark", "zh-CN")],
)
def test_axe_finds_nothing(post, open_page, width, scheme, locale):
    found = []
    for kind, address in KINDS.items():
        page = open_page(address(post), width=width, scheme=scheme, locale=locale)
        results = Axe().run(page, options=RULES)
        found += [
            f"{kind}: {violation['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for violation in results.response["violations"]
            for node in violation["nodes"][:3]
        ]
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{kind} is wider than {width} px by {overflow}"
        assert page.locator("h1").count() == 1, kind
        complaints = [text for text in page.complaints if "404" not in text]
        assert not complaints, f"{kind}: {complaints}"
        page.context.close()
    assert not found, "\n".join(found)
