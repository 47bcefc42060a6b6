import datetime as dt
from dataclasses import fields

import pytest

from articles.models import ArchiveChange, Post, Source, Tag
from articles.search import engine
from articles.search.conditions import Scope, conditions_of
from articles.search.query import parse

pytestmark = pytest.mark.django_db

EXAMPLES = {
    "terms": lambda: (Source.objects.get(name="财联社"),),
    "first": lambda: dt.date(2022, 3, 4),
    "last": lambda: dt.date(2022, 3, 4),
    "before": lambda: dt.datetime(2022, 3, 4, 2, tzinfo=dt.UTC),  # that of the second one
    "known_at": lambda: known(Post.objects.earliest("published_at")),
}


def known(post):
    """A moment at which readers could read this post and no other."""
    moment = dt.datetime(2022, 6, 1, tzinfo=dt.UTC)
    ArchiveChange.objects.filter(address=post.slug).update(known_since=moment)
    return moment


#: Lists ignore `any_of`, and `moved` widens.
NARROWING = [field.name for field in fields(Scope) if field.name not in ("any_of", "moved")]


@pytest.mark.parametrize("name", NARROWING)
def test_lists_and_searches_are_narrowed_alike(name, indexed):
    indexed("2022-03-03 10:00", source="财联社")
    indexed("2022-03-04 10:00", source="新华社")
    indexed("2022-03-05 10:00", source="新华社")
    scope = Scope(**{name: EXAMPLES[name]()})
    listed = [post.pk for post in scope.filter(Post.objects.newest_first())]
    with engine.searching() as search:
        found = [key.id for key in search.keys(conditions_of(parse(""), scope), 9)]
    assert 0 < len(listed) < 3
    assert found == listed


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("来源：财联社和证券时报", 2),
        ("source:财联社或新华社", 2),
        ("来源：财联社和不存在", 0),
        ("来源：“财联社和证券时报”", 0),
        ("来源：人和报", 1),
    ],
)
def test_names_joined_by_a_word_are_alternatives_unless_together_they_are_a_name(
    query, number, indexed
):
    for source in ("财联社", "证券时报", "新华社", "人和报"):
        indexed(source=source)
    with engine.searching() as search:
        assert len(search.keys(conditions_of(parse(query), Scope()), 9)) == number


def test_of_several_terms_of_a_kind_any_will_do_and_of_each_kind_one_is_required(indexed):
    both = indexed("2022-03-05 10:00", source="财联社", tags=["要闻", "公告"])
    one = indexed("2022-03-04 10:00", source="新华社", tags=["公告"])
    indexed("2022-03-03 10:00", source="新华社", tags=["评论"])
    indexed("2022-03-02 10:00", source="证券时报", tags=["公告"])
    tags = Tag.objects.filter(name__in=["要闻", "公告"])
    sources = Source.objects.filter(name__in=["财联社", "新华社"])
    scope = Scope((*tags, *sources))
    assert list(scope.filter(Post.objects.newest_first())) == [both, one]
    with engine.searching() as search:
        found = [key.id for key in search.keys(conditions_of(parse(""), scope), 9)]
    assert found == [both.pk, one.pk]
