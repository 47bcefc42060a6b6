"""The form that every form of the desk builds on."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import cached_property

from ..characters import clean

LINE_ENDS = re.compile(r"\r\n?")


class DeskForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    """A form in which a field that nobody touched keeps its stored value, even one that would be
    refused as a new one, and with what its widget cannot show: parts of a second, blanks at the
    ends, line ends."""

    #: The values that the form shows at first, by field; none of an object that is new.
    shown_values: Mapping[str, Any] = {}

    @cached_property
    def changed_data(self) -> list[str]:
        return [
            name
            for name in super().changed_data
            if not (name in self.shown_values and is_as_shown(self[name]))
        ]

    @property
    def unchanged(self) -> set[str]:
        return (self.shown_values.keys() & self.fields.keys()) - {*self.changed_data}

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]  # the stubs leave it out
        for name in self.unchanged:
            self.errors.pop(name, None)
            self.cleaned_data[name] = self.shown_values[name]

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # the stubs leave it out
        return excluded | self.unchanged


def is_as_shown(bound: BoundField) -> bool:
    """Whether a field was submitted as a browser submits it if nobody touched it."""
    widget, value = bound.field.widget, bound.initial
    if isinstance(value, list):
        return False  # the field itself compares a choice of several, which is shown whole
    if isinstance(widget, forms.MultiWidget):
        parts = zip(widget.widgets, widget.decompress(value) or [], bound.data, strict=True)
        return all(as_sent(part.format_value(v), part) == as_sent(d, part) for part, v, d in parts)
    return bool(as_sent(widget.format_value(value), widget) == as_sent(bound.data, widget))


def as_sent(value: Any, widget: forms.Widget) -> Any:
    """Text as a browser submits it, with line ends as they are stored. An input of one line loses
    them (https://html.spec.whatwg.org/#value-sanitization-algorithm)."""
    if not isinstance(value, str | None):
        return value
    text = clean(LINE_ENDS.sub("\n", value or ""))
    return text if isinstance(widget, forms.Textarea) else text.replace("\n", "")
