"""Every kind of page on every kind of screen: WCAG 2.2 AA, as far as axe can tell, no wider than
the screen, with nothing to complain of. With `--screenshots`, what they look like is kept in
var/screenshots/."""

from contextlib import suppress

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.test import RequestFactory
from django.urls import reverse

from articles.editing import posts, previews
from articles.models import (
    BulkChange,
    DocumentVersion,
    EmptySearch,
    Post,
    Security,
    Source,
)
from articles.roles import make_groups
from tests.browser.accessibility import WCAG, violations
from tests.browser.shifts import SHIFTS

pytestmark = pytest.mark.django_db(transaction=True)

SCREENSHOTS = settings.VAR_DIR / "screenshots"

KINDS = {
    "home": lambda post: "/",
    "listing": lambda post: "/posts/",
    "search": lambda post: "/posts/?q=公司 -绝无",
    "several filters": lambda post: (
        f"/posts/?q=公司&source={post.source.slug}&source={Source.objects.last().slug}&facet=source"
    ),
    "ranked": lambda post: "/posts/?q=公司&sort=relevance",
    "nothing found": lambda post: "/posts/?q=绝无此词 公司",
    "category": lambda post: post.categories.first().get_absolute_url(),
    "source": lambda post: post.source.get_absolute_url(),
    "tag": lambda post: post.tags.first().get_absolute_url(),
    "security": lambda post: post.securities.first().get_absolute_url(),
    "watchlist": lambda post: f"/watch/?s={post.securities.first().symbol}&q=公司 增长",
    "comparison": lambda post: (
        "/compare/?" + "&".join(f"s={one.symbol}" for one in Security.objects.most_used_first()[:2])
    ),
    "trends": lambda post: "/trends/?q=公司&q=增长",
    "hot words": lambda post: "/hot/",
    "no network": lambda post: "/offline/",
    "watchlist of nothing": lambda post: "/watch/?s=1.000",
    "post": lambda post: post.get_absolute_url(),
    "flashes": lambda post: "/flash/",
    "feeds": lambda post: "/feeds/",
    "feed": lambda post: f"{post.source.get_absolute_url()}feed/",
    "archive": lambda post: "/archive/",
    "year": lambda post: f"/archive/{post.published_at:%Y}/",
    "month": lambda post: f"/archive/{post.published_at:%Y/%m}/",
    "day": lambda post: f"/archive/{post.published_at:%Y/%m/%d}/",
    "sources": lambda post: "/sources/",
    "securities": lambda post: "/securities/?sort=pinyin",
    "help": lambda post: "/search-help/",
    "the API": lambda post: "/api/",
    "not found": lambda post: f"/stock/{post.securities.first().code}.html",
    "filter that makes no sense": lambda post: "/posts/?source=无人&from=何时",
    "query with notes": lambda post: "/posts/?q=来源：无人 （公司 日期：某日 共识增长",
    "watchlist with notes": lambda post: f"/watch/?s={post.securities.first().symbol},无人&tag=无",
    "comparison with what is unknown": lambda post: "/compare/?s=无人",
    "trends of too many": lambda post: "/trends/?" + "&".join(f"q={n}" for n in range(6)),
    "directory without such a name": lambda post: "/tags/?name=无人",
}


@pytest.fixture
def post(tmp_path):
    # Enough for a second page of posts; what axe takes grows with each that a page shows.
    call_command("make_sample_posts", tmp_path / "posts", count=45, verbosity=0)
    call_command("import_posts", tmp_path / "posts", verbosity=0)
    posts = Post.objects.exclude(mention=None).exclude(source=None).exclude(posttag=None)
    return posts.filter(body_html__contains="<figure").latest("published_at")


@pytest.fixture
def keep_picture(request):
    """A function that keeps what a page looks like, if that was asked for: that takes 0.15 seconds
    for each of 250."""

    def keep(page, name):
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return keep if request.config.getoption("screenshots") else lambda page, name: None


#: How much wider than the screen a page is, how many main headings it has, and its lists without
#: items, which screen readers announce.
# Django's change lists write one of tools even where there are none.
LOOK = """() => ({
  overflow: document.documentElement.scrollWidth - innerWidth,
  headings: document.querySelectorAll("h1").length,
  empty: [...document.querySelectorAll("ul:not(.object-tools), ol, nav")]
    .filter((list) => list.checkVisibility() && !list.querySelector("li, a"))
    .map((list) => list.outerHTML),
})"""

#: Chinese on an English page that is not said to be.
CHINESE = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (parentElement.closest("[lang]").lang === "en" && /[\u4e00-\u9fff]/.test(data)) {
      found.push(parentElement.outerHTML.slice(0, 100));
    }
  }
  return found;
}"""

#: What is narrower on a phone than a finger, if anything is.
LISTS = ["home", "listing", "search", "security", "watchlist", "flashes", "feeds", "day"]

WIDTHS = [1280, 768, 640, 390, 320]  # 640 is 1280 at 200%


@pytest.mark.parametrize(
    ("locale", "width", "scheme"), [("zh-CN", 1280, "light"), ("en", 390, "dark")]
)
def test_every_page_is_fit_for_every_reader(post, open_page, keep_picture, locale, width, scheme):
    page = open_page("/", locale=locale, scheme=scheme)
    found = []
    for kind, address in KINDS.items():
        page.goto(address(post))
        for other in WIDTHS:
            page.set_viewport_size({"width": other, "height": 900})
            found += [f"{kind}, {other}: {fault}" for fault in faults(page)]
        if locale == "en" and (unmarked := page.evaluate(CHINESE)):
            found.append(f"{kind}: Chinese that is not marked: {unmarked}")
        page.set_viewport_size({"width": width, "height": 900})
        keep_picture(page, f"{kind}, {width}, {scheme}, {locale}")
        rules = [*WCAG, "best-practice"]
        found += [f"{kind}, {scheme}: {violation}" for violation in violations(page, rules)]
    page.set_viewport_size({"width": 375, "height": 812})
    for kind in LISTS:
        page.goto(KINDS[kind](post))
        found += [f"{kind}, 375: {violation}" for violation in violations(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [1440, 375])
def test_nothing_moves_while_a_page_is_loaded(post, open_page, width):
    page = open_page("/", width=width)
    moved = {}
    for kind in ("home", "listing", "post", "security", "flashes"):
        page.goto(KINDS[kind](post))
        moved[kind] = page.evaluate(SHIFTS)
    assert not any(moved.values()), moved


DESK_WIDTHS = [1280, 375]

#: What Django makes without a name or a role of its own.
NAMELESS = [".select2-container", ".help-tooltip", ".datetime input"]

#: What begins or ends beyond the screen, be it that one can scroll there.
CUT_OFF = """() => [...document.querySelectorAll("#container *")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .filter((element) => !element.closest(".visually-hidden, .select2-hidden-accessible"))
  .filter((element) => {
    const { left, right } = element.getBoundingClientRect();
    return right > innerWidth + 1 || left < -1;
  })
  .slice(0, 3).map((element) => element.outerHTML.slice(0, 200))"""

#: Words that are broken in the middle, which only those longer than 20 characters may be.
BROKEN = """() => {
  const container = document.getElementById("container");
  const texts = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const broken = [];
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (!parentElement.checkVisibility()) continue;
    if (parentElement.closest(".visually-hidden, thead")) continue;
    for (const { 0: run, index } of data.matchAll(/[!-,.-~]+/g)) {
      if (run.length > 20) continue;
      for (const { 0: word, index: within } of run.matchAll(/[a-z0-9]+/gi)) {
        range.setStart(texts.currentNode, index + within);
        range.setEnd(texts.currentNode, index + within + word.length);
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        if (lines.size > 1) broken.push(`${word} in ${parentElement.outerHTML.slice(0, 150)}`);
      }
    }
  }
  return broken.slice(0, 3);
}"""

#: Cells that a table leaves out.
LEFT_OUT = """() => [...document.querySelectorAll("#container table tbody :is(td, th)")]
  .filter((cell) => cell.closest("table").checkVisibility())
  .filter((cell) => !cell.checkVisibility({ visibilityProperty: true }))
  .slice(0, 3).map((cell) => cell.outerHTML.slice(0, 200))"""

#: English where Chinese is asked for: what the desk says, not what it is about.
UNTRANSLATED = """() => [...document.querySelectorAll(
    "label, legend, button, thead th, dt, h1, h3, .help, .description, .object-tools a, " +
    "#nav-sidebar a, #changelist-filter a, #content p")]
  .filter((element) => element.checkVisibility() && !element.closest("[lang]:not(html)"))
  .map((element) => element.textContent.trim())
  .filter((text) => /[a-z]{2,}/i.test(text) && !/[\u4e00-\u9fff]|^InfoCode|^http/.test(text))"""

WHOLE = {"cut off": CUT_OFF, "broken": BROKEN, "left out": LEFT_OUT}
FAULTS = {"en": WHOLE, "zh-CN": WHOLE | {"not translated": UNTRANSLATED}}


@pytest.fixture
def waiting(post, tmp_path, admin_user):
    """Something for every page of the desk to show."""
    make_groups(apps)
    refused = tmp_path / "2022-03-04-a-rather-long-name-of-a-file-that-was-refused.md"
    refused.write_text("# 镍价\n\n伦镍逼空，交易所停牌。\n")
    changed = tmp_path / "posts" / post.documents.first().file_name
    changed.write_text(changed.read_text() + "\n<p>更正。</p>\n")
    with suppress(SystemExit):  # of which the import tells: a file was refused
        call_command("import_posts", refused, changed, verbosity=0)
    BulkChange.objects.create(action="hide", post_ids=[post.pk], made_by=admin_user)
    EmptySearch.objects.create(text="无人写过的一个很长的词语")
    Source.objects.create(name=f"{post.source.name}。", slug="alike")
    Post.objects.filter(pk=post.pk).update(status="draft")
    previews.make(post, admin_user)
    words = "International semiconductor manufacturing representatives meet in Chongqing"
    changes = {"title": words, "body_html": f"<p>{words}</p>\n<p>{words}.</p>"}
    posts.change(Post.objects.get(pk=post.pk), changes, by=admin_user)
    return post


def desk_pages(user, post):
    """The address of each page of the desk, of the newest object where it is of one."""
    yield from map(reverse, ("admin:index", "guide", "admin:password_change"))
    yield f"{reverse('admin:articles_post_change', args=[post.pk])}"
    yield reverse("admin:articles_post_links", args=[post.pk])
    yield f"{reverse('admin:articles_source_merge')}?ids={post.source_id}"
    yield reverse("admin:articles_document_version", args=[DocumentVersion.objects.get().pk])
    request = RequestFactory().get("/")
    request.user = user
    for model, options in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        if options.has_add_permission(request):
            yield reverse(f"{name}_add")
        if pk := model.objects.order_by("-pk").values_list("pk", flat=True).first():
            yield reverse(f"{name}_change", args=[pk])
            yield reverse(f"{name}_history", args=[pk])


@pytest.mark.parametrize(("locale", "scheme"), [("zh-CN", "light"), ("en", "dark")])
def test_every_page_of_the_desk_is_whole_and_translated(
    waiting, desk, admin_user, keep_picture, locale, scheme
):
    page = desk("/admin/", admin_user.username, locale=locale, scheme=scheme)
    found = []
    for address in desk_pages(admin_user, waiting):
        page.goto(f"{page.url.partition('/admin/')[0]}{address}")
        name = address.strip("/").replace("/", " ")
        for width in DESK_WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            keep_picture(page, f"{name}, {width}, {scheme}, {locale}")
            found += [f"{address}, {width}: {fault}" for fault in faults(page)]
            for fault, script in FAULTS[locale].items():
                found += [f"{address}, {width}: {fault}: {at}" for at in page.evaluate(script)]
        rules = WCAG if scheme == "light" else ["color-contrast"]
        found += [f"{address}: {fault}" for fault in violations(page, rules, exclude=NAMELESS)]
    assert not found, "\n".join(found)


def faults(page):
    seen = page.evaluate(LOOK)
    if seen["overflow"] > 0:
        yield f"too wide by {seen['overflow']}"
    if seen["headings"] != 1:
        yield "not one h1"
    if seen["empty"]:
        yield f"lists of nothing: {seen['empty']}"
    if others := {request.resource_type for request in page.foreign} - {"image"}:
        yield f"asks other hosts for {others}"
    yield from page.complaints
    page.complaints.clear()
    page.foreign.clear()
