import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from articles.editing import terms
from articles.models import (
    ArchiveVersion,
    BulkChange,
    Category,
    Post,
    Security,
    Source,
    Tag,
)
from tests.html import parsed

pytestmark = pytest.mark.django_db

MODELS = [Source, Category, Tag, Security]
MAY_MERGE = ["view_source", "change_source", "change_post", "view_bulkchange", "add_bulkchange"]


def address(model, page, *args):
    return reverse(f"admin:articles_{model.__name__.lower()}_{page}", args=args)


@pytest.fixture
def archive(indexed):
    for number, name in enumerate(("甲", "乙", "乙")):
        indexed(
            source=name,
            categories=[f"c-{name}"],
            tags=[name],
            securities=[(f"0.00000{1 + (name == '乙')}", name)],
            title=f"标题{number}",
        )


def two(model):
    return list(model.objects.most_used_first()[:2])


@pytest.mark.parametrize("model", MODELS)
def test_the_list_has_what_is_used_most_first_with_counts_and_pages(
    admin_client, archive, model, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        page = admin_client.get(address(model, "changelist"))
    most, least = page.context["cl"].result_list
    assert (most.post_count, least.post_count) == (2, 1)
    assert f'href="{most.get_absolute_url()}"' in page.content.decode()


def test_the_list_can_be_put_in_another_order(admin_client, archive):
    page = admin_client.get(address(Source, "changelist"), {"o": "1"})
    assert [source.name for source in page.context["cl"].result_list] == sorted("甲乙")


@pytest.mark.parametrize(
    ("model", "query"), [(Source, "乙"), (Category, "c-乙"), (Tag, "t-乙"), (Security, "000002")]
)
def test_the_list_is_searched(admin_client, archive, model, query):
    found = admin_client.get(address(model, "changelist"), {"q": query}).context["cl"].result_list
    assert len(found) == 1


def test_securities_are_found_by_initials_and_earlier_names(admin_client, archive):
    security = Security.objects.get(code="000002")
    terms.change(security, {"name": "万科企业"}, by=None)
    for query in ("wkqy", "乙"):
        page = admin_client.get(address(Security, "changelist"), {"q": query})
        assert list(page.context["cl"].result_list) == [security]


def test_the_list_is_searched_by_pinyin(admin_client, archive, indexed):
    indexed(source="证券日报", categories=["证券日报"], tags=["证券日报"])
    for model in (Source, Category, Tag):
        for query in ("zqrb", "zhengquan", "ribao", "証券"):
            page = admin_client.get(address(model, "changelist"), {"q": query})
            assert [str(one) for one in page.context["cl"].result_list] == ["证券日报"]


class TestForm:
    def test_a_slug_that_is_changed_redirects_and_its_alias_is_shown_and_can_be_taken_off(
        self, admin_client, archive, client
    ):
        source = Source.objects.get(name="甲")
        url = address(Source, "change", source.pk)
        inline = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
        data = {"name": "甲", "slug": "jia", "why": "短些"}
        assert admin_client.post(url, data | inline).status_code == 302
        assert client.get("/source/s-甲/")["Location"] == "/source/jia/"
        assert source.history.first().history_change_reason == "短些"

        page = admin_client.get(url)
        assert "s-甲" in page.content.decode()
        before = ArchiveVersion.objects.current()
        alias = source.aliases.get()
        inline = {
            "aliases-TOTAL_FORMS": 1,
            "aliases-INITIAL_FORMS": 1,
            "aliases-0-id": alias.pk,
            "aliases-0-term": source.pk,
            "aliases-0-DELETE": "on",
        }
        admin_client.post(url, data | inline)
        assert client.get("/source/s-甲/").status_code == 404
        assert ArchiveVersion.objects.current() != before

    def test_a_name_that_another_had_is_refused_and_whose_it_is_is_said(
        self, admin_client, archive
    ):
        terms.change(Source.objects.get(name="甲"), {"name": "甲报"}, by=None)
        inline = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
        page = admin_client.post(
            address(Source, "add"), {"name": "甲", "slug": "new", "why": "", **inline}
        )
        assert "甲报" in page.context["adminform"].form.errors["name"][0]
        page = admin_client.post(
            address(Source, "change", Source.objects.get(name="乙").pk),
            {"name": "甲", "slug": "yi", "why": "", **inline},
        )
        assert "甲报" in page.context["adminform"].form.errors["name"][0]

    def test_a_security_is_added_and_renamed(self, admin_client):
        inline = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
        data = {"market": 1, "code": "600519", "kind": "stock", "name": "茅台", "why": ""}
        assert admin_client.post(address(Security, "add"), data | inline).status_code == 302
        security = Security.objects.get()
        url = address(Security, "change", security.pk)
        admin_client.post(
            url, {"kind": "stock", "name": "贵州茅台", "is_name_fixed": "on"} | inline
        )
        security.refresh_from_db()
        assert (security.name, security.names) == ("贵州茅台", ["茅台", "贵州茅台"])
        assert security.is_name_fixed

    @pytest.mark.parametrize(
        ("model", "values", "field"),
        [
            *(
                (model, {"name": "甲", "slug": slug}, "slug")
                for model in (Source, Category, Tag)
                for slug in ("..", "../x", "a/./b", "a\nb\x01")
            ),
            (Source, {"name": "甲", "slug": "长" * 201}, "slug"),
            (Tag, {"name": "长" * 9000, "slug": "a"}, "name"),
            (Security, {"market": 12345, "code": "600519", "kind": "stock"}, "market"),
            (Security, {"market": 1, "code": "600/519", "kind": "stock"}, "code"),
            (Security, {"market": 1, "code": "6" * 201, "kind": "stock"}, "code"),
        ],
    )
    def test_what_has_no_address_is_refused(self, admin_client, model, values, field):
        inline = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
        page = admin_client.post(address(model, "add"), values | inline)
        assert [*page.context["adminform"].form.errors] == [field]
        assert not model.objects.exists()
        with pytest.raises(ValidationError):
            terms.add(model(**values), by=None)

    @pytest.mark.parametrize("model", MODELS)
    def test_it_takes_few_queries(
        self, admin_client, archive, model, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(12):
            page = admin_client.get(address(model, "change", two(model)[0].pk))
        assert page.status_code == 200

    @pytest.mark.parametrize("model", MODELS)
    def test_what_is_used_cannot_be_deleted(self, admin_client, archive, model):
        term = two(model)[0]
        url = address(model, "delete", term.pk)
        assert admin_client.post(url, {"post": "yes"}).status_code == 403
        term.posts.clear() if model is not Source else Post.objects.update(source=None)
        page = parsed(admin_client.get(url))
        assert [
            len(heading.find_next("ul").select("li")) for heading in page.select("main h2")
        ] == [
            1,
            1,
        ]
        assert admin_client.post(url, {"post": "yes"}).status_code == 302
        assert not model.objects.filter(pk=term.pk).exists()


class TestMerge:
    @pytest.mark.parametrize("model", MODELS)
    def test_it_is_told_first_then_done(self, admin_client, archive, client, model):
        target, gone = two(model)
        chosen = admin_client.post(
            address(model, "changelist"),
            {"action": "merge", "_selected_action": [gone.pk, target.pk]},
        )
        page = admin_client.get(chosen["Location"])
        assert page.context["selected"] == [target, gone]
        told = admin_client.get(f"{chosen['Location']}&target={target.pk}")
        assert (told.context["merged"], told.context["posts"]) == ([gone], 1)
        assert gone.get_absolute_url() in told.content.decode()
        assert model.objects.count() == 2

        done = admin_client.post(
            address(model, "merge"),
            {"ids": f"{gone.pk},{target.pk}", "other": target.pk, "why": "同一个"},
            follow=True,
        )

        assert done.context["state"] == "finished"
        assert model.objects.get() == target
        redirected = client.get(gone.get_absolute_url())
        assert (redirected.status_code, redirected["Location"]) == (
            301,
            target.get_absolute_url(),
        )
        assert "同一个" in target.history.first().history_change_reason

    def test_one_alone_is_merged_into_another_that_is_chosen(self, admin_client, archive):
        target, gone = two(Source)
        url = address(Source, "merge")
        told = admin_client.get(url, {"ids": gone.pk, "other": target.pk})
        assert told.context["merged"] == [gone]
        assert told.context["form"]["other"].label == "合并到"
        for other in ("", gone.pk, 999):
            page = admin_client.get(url, {"ids": gone.pk, "other": other})
            assert page.context["form"].errors
            assert not page.context["merged"]

    @pytest.mark.parametrize("missing", ["change_source", "change_post", "add_bulkchange"])
    def test_who_lacks_a_permission_cannot(self, client, archive, make_user, missing):
        target, gone = two(Source)
        client.force_login(make_user(*({*MAY_MERGE} - {missing})))
        url = address(Source, "merge")
        assert client.get(url, {"ids": gone.pk}).status_code == 403
        data = {"ids": f"{gone.pk}", "other": target.pk}
        assert client.post(url, data).status_code == 403
        assert not BulkChange.objects.exists()

    def test_whatever_is_asked_for_makes_sense_or_nothing(self, admin_client, archive):
        for ids in ("", "x", "1,x", "999", "-1", "9" * 30):
            assert admin_client.get(address(Source, "merge"), {"ids": ids}).status_code == 200
