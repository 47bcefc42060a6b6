"""Whatever is sent to the desk, it answers in words, and never with 500."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.urls import reverse

from articles.editing import bulk, terms
from articles.messages import Message
from articles.models import (
    BulkChange,
    Category,
    Document,
    DocumentVersion,
    ImportProblem,
    ImportRun,
    Post,
    Security,
    Source,
    Tag,
)
from tests.articles.admin.forms import sent

pytestmark = pytest.mark.django_db

NONSENSE = ["a\0b", "-1", "9" * 5000]
EVERY_LIST = ["q", "p", "o", "_to_field", "_changelist_filters"]
OWN = {
    "post": ["state", "source", "category", "security", "since"],
    "security": ["kind__exact", "market"],
    "document": ["post__id__exact"],
    "bulkchange": ["action__exact"],
    "user": ["groups__id__exact"],
}
MODELS = [
    BulkChange, Category, Document, Group, ImportProblem, ImportRun, Post, Security, Source, Tag,
    User,
]  # fmt: skip
WITH_FORMS = [Category, Group, Post, Security, Source, Tag, User]
TERMS = [Category, Security, Source, Tag]


@pytest.fixture
def desk(admin_client, indexed, settings, tmp_path):
    """An administrator, where there is one of everything."""
    settings.UPLOAD_DIR = tmp_path
    post = indexed(tags=["甲"], securities=[("1.600519", "茅台")])
    run = ImportRun.objects.create(total=1)
    ImportProblem.objects.create(run=run, path="a.md", reason=Message("file-empty"))
    document = Document.objects.create(file_name="b.md", content=b"x", sha256=b"x", post=post)
    DocumentVersion.objects.create(
        document=document, content=b"y", sha256=b"y", imported_at=post.published_at
    )
    terms.change(Source.objects.get(), {"name": "乙"}, by=None)
    for action in ("move", "add_tags", "source"):
        bulk.create(Post.objects.all(), action, by=User.objects.get())
    Group.objects.get_or_create(name="编辑")
    admin_client.raise_request_exception = False
    return admin_client


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def ask(desk, method, url, names, data=None):
    """Send each of these parameters with each of the values that make no sense; the others are as
    in `data`."""
    failed = [
        (name, value[:20])
        for name in names
        for value in NONSENSE
        if getattr(desk, method)(url, {**(data or {}), name: value}).status_code >= 500
    ]
    assert not failed, url


@pytest.mark.parametrize("model", MODELS)
class TestEveryKind:
    def test_of_its_list_and_of_what_is_selected_in_it(self, desk, model):
        url, rows = page(model, "changelist"), model.objects.count()
        ask(desk, "get", url, [*EVERY_LIST, *OWN.get(model._meta.model_name, [])])
        for action in ("merge", "bulk_hide", "delete_selected"):
            ask(desk, "post", url, ["_selected_action"], {"action": action})
        ask(desk, "post", url, ["action", "index"], {"action": "x", "_selected_action": ["1", "1"]})
        assert model.objects.count() >= rows

    def test_of_its_pages(self, desk, model):
        ask(desk, "get", page(model, "change", model.objects.first().pk), ["_to_field", "after"])
        ask(desk, "get", page(model, "add"), ["source", "tags", "published_at", "_to_field"])
        for name in ("change", "delete", "history"):
            for key in ("x", "9" * 30, "9" * 5000, "1\0"):
                assert desk.get(page(model, name, key)).status_code < 500, (name, key)
        key = model.objects.last().pk
        for name in ("change", "history", "delete"):
            for method in (desk.put, desk.delete, desk.post):
                assert method(page(model, name, key)).status_code < 500, (name, method)


LOOKUPS = [
    "articles/post/?title__regex=[",
    "articles/post/?published_at__year=0",
    "articles/post/?hand_edited=a",
    "articles/document/?content__contains=x",
    "articles/source/?name__iregex=*",
    "articles/bulkchange/?post_ids__len=x",
    "auth/user/?password__startswith=md5",
    "auth/user/?groups__name=x",
]


def test_lists_compare_only_what_they_offer(desk):
    for lookup in LOOKUPS:
        answer = desk.get(f"/admin/{lookup}", follow=True)
        assert answer.redirect_chain[0][0].endswith("?e=1"), lookup
        assert answer.status_code == 200


def test_of_a_year_that_has_no_news(desk):
    url = page(Post, "change", Post.objects.get().pk)
    data = sent(desk.get(url), "post_form") | {"published_at_1": "00:00"}
    for day in ("0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"):
        form = desk.post(url, data | {"published_at_0": day}).context["adminform"]
        assert "published_at" in form.errors, day


@pytest.mark.parametrize("model", WITH_FORMS)
def test_of_its_form(desk, model):
    url = page(model, "change", model.objects.first().pk)
    data = sent(desk.get(url), f"{model._meta.model_name}_form")
    chosen = {field.name for field in model._meta.many_to_many}
    fields = {*data, *chosen, "_restore", "_to_field"} - {"csrfmiddlewaretoken"}
    ask(desk, "post", url, sorted(fields), data)


@pytest.mark.parametrize("model", TERMS)
def test_of_a_merge(desk, model):
    first = model.objects.first()
    given = {"market": 1, "code": "1"} if model is Security else {"name": "丙", "slug": "c"}
    second = model.objects.create(**given)
    url, both = page(model, "merge"), {"ids": f"{first.pk},{second.pk}", "target": first.pk}
    ask(desk, "get", url, ["ids", "target", "other"])
    ask(desk, "get", url, ["target", "other"], {"ids": both["ids"]})
    ask(desk, "post", url, ["ids", "target", "other"], {"ids": f"{first.pk},{first.pk},,x,-1"})
    refused = desk.post(url, {**both, "why": "长" * 201})
    assert refused.context["form"].errors
    assert model.objects.count() == 2
    twice = {"ids": f"{second.pk},{second.pk}", "other": first.pk, "why": "同"}
    assert desk.post(url, twice).status_code == 302
    assert model.objects.get() == first


def test_of_a_bulk_change(desk):
    for change in BulkChange.objects.all():
        fields = ["category", "origin", "tags", "source", "why", "give_back"]
        ask(
            desk,
            "post",
            page(BulkChange, "change", change.pk),
            fields,
            {
                "_preview": "1",
                "category": Category.objects.get().pk,
                "source": "1",
                "tags": [Tag.objects.get().pk],
            },
        )


@pytest.mark.parametrize(
    ("model", "field"),
    [("post", "source"), ("posttag", "tag"), ("postcategory", "category"), ("mention", "security")],
)
def test_of_completions(desk, model, field):
    data = {"app_label": "articles", "model_name": model, "field_name": field, "term": "甲"}
    ask(desk, "get", reverse("admin:autocomplete"), [*data, "page"], data)


def test_of_a_version_that_is_restored(desk):
    source = Source.objects.get()
    url = page(Source, "restore", source.pk, source.history.last().pk)
    desk.post(url, {"why": "a\0b"})
    assert source.history.first().history_change_reason == "ab"
    ask(desk, "post", url, ["why"])
    for key in ("x", "9" * 30, "9" * 5000):
        assert desk.post(page(Source, "restore", key, 1)).status_code < 500


def test_of_what_the_form_was_shown_with(desk):
    url = page(Post, "change", Post.objects.get().pk)
    data = sent(desk.get(url), "post_form")
    for shown in ("[", "[]", "1", '{"title": 1}', "[" * 9000):
        assert desk.post(url, {**data, "shown": shown}).status_code < 500, shown


def test_of_a_note_and_a_text(desk):
    problem = ImportProblem.objects.get()
    url = page(ImportProblem, "change", problem.pk)
    ask(desk, "post", url, ["text"], {"mend": "1"})
    desk.post(url, {"dismiss": "1", "note": "a\0b"})
    problem.refresh_from_db()
    assert problem.note == "ab"


ROUTES = [
    "importrun/{}/import/", "importrun/{}/stop/", "importrun/{}/discard/", "document/{}/raw/",
    "document/{}/compare/1/", "document/1/compare/{}/", "document/version/{}/",
    "document/version/{}/raw/", "post/{}/change/preview/", "post/1/history/{}/restore/",
    "../r/{}/1/", "../r/1/{}/", "../auth/user/{}/password/",
]  # fmt: skip


def test_of_what_is_not_there(desk):
    for route in ROUTES:
        for key in ("-1", "999", "9" * 30, "9" * 5000, "1%00"):
            address = f"/admin/articles/{route.format(key)}"
            for method in (desk.get, desk.post):
                assert method(address).status_code < 500, address


class TestLogin:
    URL = "/admin/login/"

    def test_whatever_is_sent_is_answered(self, client):
        client.raise_request_exception = False
        ask(client, "post", self.URL, ["username", "password", "next"], {"username": "li"})
        ask(client, "get", self.URL, ["next"])

    def test_a_name_that_is_longer_than_any_is_refused_in_words(self, client):
        page = client.post(self.URL, {"username": "长" * 256, "password": "x"})
        assert "150" in page.context["form"].errors["username"][0]
        assert not AccessAttempt.objects.exists()

    def test_headers_of_any_length_are_kept_as_far_as_they_fit(self, client):
        long = dict.fromkeys(["user-agent", "accept", "x-forwarded-for", "referer"], "x" * 9000)
        answer = client.post(self.URL, {"username": "li", "password": "x"}, headers=long)
        assert answer.status_code == 200
        assert AccessAttempt.objects.exists()
