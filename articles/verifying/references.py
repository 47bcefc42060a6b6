"""Rows against the rows that they belong to.

PostgreSQL sees to it that those exist. Where it did not, because its checks were off or the disk
has lost something, this does what deleting the missing row would have done.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import CASCADE, SET_NULL, Exists, OuterRef

from .. import changes
from ..database import write_connection
from ..models import Document
from .difference import Difference
from .documents import RESTORE


def differences(*, repair: bool = False) -> Iterator[Difference]:
    is_changed = False
    for model, field in references():
        rows = model._base_manager.using(write_connection().alias)
        target = field.target_field.attname
        others = field.related_model._base_manager.filter(**{target: OuterRef(field.attname)})
        lost = rows.filter(~Exists(others), **{f"{field.attname}__isnull": False}).order_by()
        for pk, key in lost.values_list("pk", field.attname).iterator():
            is_repaired = repair and let_go(rows.filter(pk=pk), field)
            is_changed |= is_repaired
            yield Difference(
                f"{model._meta.db_table} {pk}: its {field.name}, {key}, is not there",
                remedy="" if can_be_let_go(field) else RESTORE,
                repaired=is_repaired,
            )
    if is_changed:
        changes.terms_changed()


def references() -> Iterator[tuple[Any, Any]]:
    """The columns that PostgreSQL checks, except those that `documents` does, and those by which
    the terms of a record belong to it. (Records may well name what was deleted since.)"""
    for model in apps.get_app_config("articles").get_models():
        for field in model._meta.local_fields:
            if field is Document._meta.get_field("post"):
                continue
            if isinstance(field, models.ForeignKey) and (
                getattr(field, "db_constraint", False)  # which the stubs lack
                or field.name == "history"
            ):
                yield model, field


def can_be_let_go(field: Any) -> bool:
    return field.null or field.remote_field.on_delete is CASCADE or field.name == "history"


def let_go(row: Any, field: Any) -> bool:
    """Do with a row what deleting the missing one would have done; a post that has lost its source
    gets it back from its documents. Returns whether that can be done."""
    if not can_be_let_go(field):
        return False
    if field.remote_field.on_delete is SET_NULL or field.null:
        row.update(**{field.attname: None})
    else:
        row._raw_delete(row.db)
    return True
