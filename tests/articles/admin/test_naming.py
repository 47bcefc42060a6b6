from types import SimpleNamespace

import pytest
from django.urls import reverse

from articles import task_queue, tasks
from articles.editing import terms
from articles.models import NamingRule, Security
from tests.articles.admin.posts import TEXT, address, filled
from tests.articles.imported import import_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def lithium(db):
    return Security.objects.create(
        market=0, code="002460", kind="stock", name="锂价走", names=["锂价走"]
    )


@pytest.fixture
def post(lithium):
    return import_text(TEXT)


def save(client, post, **changes):
    response = client.post(address(post), filled(client.get(address(post)), **changes))
    assert response.status_code == 302
    post.refresh_from_db()


def test_a_rule_of_an_editor_counts_for_what_is_stored(client_of, post, lithium):
    client = client_of("Editor")
    assert post.securities.get() == lithium
    rules = reverse("admin:articles_namingrule_add")
    assert client.post(rules, {"text": "锂价走", "kind": "doubtful"}).status_code == 302
    assert not post.securities.exists()
    rule = NamingRule.objects.get(text="锂价走")
    client.post(reverse("admin:articles_namingrule_delete", args=[rule.pk]), {"post": "yes"})
    assert post.securities.get() == lithium


def test_a_longer_word_that_an_editor_adds_counts_too(admin_client, post):
    rules = reverse("admin:articles_namingrule_add")
    admin_client.post(rules, {"text": "锂价走弱", "kind": "longer"})
    assert not post.securities.exists()


def test_what_is_in_many_posts_is_left_to_a_worker_and_said(admin_client, post, monkeypatch):
    monkeypatch.setattr(terms, "SOUGHT", 0)
    rules = reverse("admin:articles_namingrule_add")
    page = admin_client.post(rules, {"text": "锂价走弱", "kind": "longer"}, follow=True)
    assert "manage.py worker" in page.content.decode()
    assert post.securities.exists()
    assert task_queue.open_keys(task_queue.SEEK) == {0}
    tasks.seek_names(SimpleNamespace(should_abort=lambda: False), key=0)
    assert not post.securities.exists()


def test_a_security_may_be_recognised_by_code_alone(admin_client, post, lithium):
    form = reverse("admin:articles_security_change", args=[lithium.pk])
    data = {"name": "锂价走", "kind": "stock", "needs_code": "on", "why": ""}
    management = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    assert admin_client.post(form, data | management).status_code == 302
    assert not post.securities.exists()


def test_a_wrong_name_is_taken_away_and_stays_away(admin_client, post, lithium):
    form = reverse("admin:articles_security_change", args=[lithium.pk])

    def save(**changes):
        data = {"name": "锂业", "kind": "stock", "why": ""} | changes
        management = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
        assert admin_client.post(form, data | management).status_code == 302
        lithium.refresh_from_db()

    save(name="走弱")
    save(wrong_names=["锂价走"])
    assert lithium.names == ["走弱", "锂业"]
    assert post.securities.get() == lithium
    save(wrong_names=["走弱", "锂价走"])
    assert lithium.names == ["锂业"]
    assert not post.securities.exists()
    import_text(TEXT.replace("走弱。", '<a data-code="0,002460">走弱</a>。'))
    lithium.refresh_from_db()
    assert (lithium.name, lithium.names) == ("锂业", ["锂业"])
    save()
    assert lithium.names == ["走弱", "锂业", "锂价走"]


def test_the_form_of_a_rule_asks_for_a_name_or_word(admin_client):
    page = admin_client.get(reverse("admin:articles_namingrule_add"))
    assert page.context["adminform"].form["text"].label == "名称或词语"


def test_readers_see_rules_and_change_none(client_of):
    client = client_of("Reader")
    assert client.get(reverse("admin:articles_namingrule_changelist")).status_code == 200
    assert client.get(reverse("admin:articles_namingrule_add")).status_code == 403


class TestPostForm:
    def test_it_says_how_each_security_is_known_and_where(self, admin_client, post):
        page = admin_client.get(address(post), headers={"accept-language": "en"}).content.decode()
        assert "<b>锂价走</b> recognised、in the body</span>" in page

    def test_an_untouched_form_decides_nothing(self, admin_client, post):
        save(admin_client, post)
        assert post.hand_edited == []
        assert not post.mention_decisions.exists()

    def test_what_is_taken_out_stays_out(self, admin_client, post):
        save(admin_client, post, securities=[])
        import_text(TEXT.replace("走弱", "走弱，锂价走强"))
        assert not post.securities.exists()

    def test_securities_are_pinned_by_a_box(self, admin_client, post, lithium):
        save(admin_client, post, pin="on")
        assert post.hand_edited == ["securities"]
        import_text(TEXT.replace("锂价走弱", "走弱"))
        assert post.securities.get() == lithium
        form = admin_client.get(address(post)).context["adminform"].form
        assert form["pin"].value() is True
