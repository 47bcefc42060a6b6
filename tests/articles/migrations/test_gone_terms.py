import datetime as dt
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from articles.data.changes import changes_after
from articles.models import ArchiveChange, ArchiveVersion, ChangePlace, Tag
from articles.verifying import differences

migration = import_module("articles.migrations.0051_gone_terms").Migration

pytestmark = pytest.mark.django_db


def test_copies_hear_that_terms_without_a_post_are_gone(indexed):
    """Also where only scheduled posts have them, or they are told at a former address."""
    post = indexed(tags=["要闻"])
    post.source.aliases.create(slug="former")
    later = timezone.now() + dt.timedelta(hours=1)
    indexed(later.isoformat(), tags=["定时"], source=None)
    Tag.objects.create(name="旧", slug="old").aliases.create(slug="older")
    unseen = {("tag", slug) for slug in ("old", "older", Tag.objects.get(name="定时").slug)}
    known = [*unseen, ("source", "former")]
    ArchiveChange.objects.bulk_create(
        ArchiveChange(kind=kind, address=address, version=1, known_since=timezone.now())
        for kind, address in known
    )
    before = ArchiveVersion.objects.number()
    with connection.cursor() as cursor:
        for operation in migration.operations:
            cursor.execute(operation.sql)
    told = changes_after(ChangePlace(before), 200, ()).found
    assert {(one["kind"], one["address"]) for one in told} == unseen
    assert {one["state"] for one in told} == {"gone"}
    assert ArchiveVersion.objects.number() == before + 1
    assert [*differences()] == []
