from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from articles.editing import bulk
from articles.models import BulkChange, EmptySearch, Tag

migration = import_module("articles.migrations.0022_names")

pytestmark = pytest.mark.django_db


def test_a_merge_that_was_planned_before_goes_on():
    kept, other = (Tag.objects.create(name=name, slug=name) for name in ("锂", "碳酸锂"))
    parameters = {"model": "tag", "nouns": [other.pk], "target": kept.pk, "summary": "…"}
    action = BulkChange.Action.MERGE
    merge = BulkChange.objects.create(action=action, parameters=parameters, post_ids=[])
    migration.rename_parameters(apps, None)
    merge.refresh_from_db()
    assert bulk.operation_of(merge).terms == (other,)


def test_permissions_go_by_the_names_of_their_models():
    of_searches = ContentType.objects.get_for_model(EmptySearch)
    Permission.objects.filter(content_type=of_searches, codename="view_emptysearch").update(
        codename="view_fruitlesssearch", name="Can view fruitless search"
    )
    migration.rename_permissions(apps, None)
    view = Permission.objects.get(content_type=of_searches, codename="view_emptysearch")
    assert view.name == "Can view empty search"
