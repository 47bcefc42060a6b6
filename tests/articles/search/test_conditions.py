import datetime as dt
from dataclasses import fields

import pytest

from articles.models import Post, Source
from articles.search import engine
from articles.search.conditions import Scope, conditions_of
from articles.search.query import parse

pytestmark = pytest.mark.django_db

EXAMPLES = {
    "terms": lambda: (Source.objects.get(name="财联社"),),
    "first": lambda: dt.date(2022, 3, 4),
    "last": lambda: dt.date(2022, 3, 4),
}


@pytest.mark.parametrize("name", [field.name for field in fields(Scope)])
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
