"""The registry agrees with the models that it names: what iterates it needs no list of its own."""

import pytest

from articles.models import Facet, Post, PostQuerySet, Security
from articles.models.posts import PostJoin
from articles.search.query import CHINESE
from articles.terms import BY_FACET, JOINED, TERMS, kind_of

kinds = pytest.mark.parametrize("kind", TERMS, ids=lambda kind: kind.name)


def test_every_facet_is_of_time_or_of_a_kind_of_term():
    assert {*Facet} - BY_FACET.keys() == {Facet.YEAR, Facet.MONTH, Facet.DAY}


def test_every_model_of_a_join_belongs_to_a_kind():
    assert {kind.join for kind in JOINED} == {*PostJoin.__subclasses__()}


@kinds
def test_a_kind_has_the_name_of_its_model_and_facet(kind):
    assert kind.model._meta.model_name == kind.name == kind.facet.name.lower()


@kinds
def test_its_alias_and_its_field_of_a_post_are_of_its_model(kind):
    assert kind.alias._meta.get_field("term").related_model is kind.model
    field = Post._meta.get_field(kind.field)
    assert field.related_model is kind.model
    assert field.remote_field.through is kind.join if kind.join else field.many_to_one


@kinds
def test_its_field_in_queries_has_a_chinese_name(kind):
    assert CHINESE[kind.query_field]


@pytest.mark.django_db
class TestOfAPost:
    @pytest.fixture
    def post(self, make_post):
        return make_post(tags=["要闻"], securities=[("1.600519", "贵州茅台")])

    @pytest.fixture
    def term(self, post, kind):
        value = getattr(post, kind.field)
        return value.get() if kind.join else value

    @kinds
    def test_a_term_tells_its_kind(self, term, kind):
        assert kind_of(term) is kind

    @kinds
    def test_documents_call_it_by_the_document_key(self, term, kind):
        assert kind.objects.called(getattr(term, kind.document_key)) == term

    @kinds
    def test_it_is_at_the_address_of_the_address_key(self, term, kind):
        assert kind.objects.addressed(getattr(term, kind.address_key)) == term

    @kinds
    def test_sql_says_the_same(self, term, kind):
        columns = f"{kind.document_sql} AS document, {kind.address_sql} AS address"
        [row] = kind.objects.raw(f"SELECT id, {columns} FROM {kind.table}")  # noqa: S608  # ours
        assert row.document == getattr(term, kind.document_key)
        assert row.address == getattr(term, kind.address_key)

    @kinds
    def test_a_term_made_of_its_address_has_it(self, term, kind):
        address = getattr(term, kind.address_key)
        assert getattr(kind.model(**{kind.address_key: address}), kind.address_key) == address

    @kinds
    def test_its_posts_are_found_by_the_lookup(self, post, term, kind):
        posts: PostQuerySet = Post.objects.filter(**{kind.lookup: term})
        assert posts.get() == post


def test_a_symbol_is_a_market_and_a_code():
    security = Security(symbol="1.600519")
    assert (security.market, security.code) == (1, "600519")
