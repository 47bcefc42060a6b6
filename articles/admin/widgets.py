"""Widgets that find a term by typing."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

from ..models import Post
from ..terms import TermKind
from .validation import is_key


class TermSelect(AutocompleteSelect):
    """One term of a kind."""

    def __init__(self, kind: TermKind) -> None:
        super().__init__(Post._meta.get_field(kind.field), admin.site)

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> list[Any]:
        return super().optgroups(name, keys_among(value), attr)


class TermSelectMultiple(AutocompleteSelectMultiple):
    """Several terms of a kind, shown in the order in which they were chosen."""

    def __init__(self, kind: TermKind) -> None:
        super().__init__(Post._meta.get_field(kind.field), admin.site)

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> list[Any]:
        keys = keys_among(value)
        (label, options, index), *rest = super().optgroups(name, keys, attr)
        options.sort(key=lambda option: keys.index(str(option["value"])))
        return [(label, options, index), *rest]


def keys_among(values: Sequence[str]) -> list[str]:
    """A refused form shows again what was submitted, which may not be a key at all."""
    return [value for value in values if is_key(str(value))]
