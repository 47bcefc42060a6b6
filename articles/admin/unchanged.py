"""Forms in which only what an editor changed counts as new."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import cached_property

from ..characters import clean

LINE_ENDS = re.compile(r"\r\n?")


class UnchangedStands(forms.ModelForm):
    """A value that comes back as it was shown stands as it is stored: with what its widget cannot
    show (parts of a second, blanks at the ends, the ends of lines), and even where it would not be
    accepted as a new one."""

    standing: Mapping[str, Any] = {}  # what a field holds if nobody touches it; none of what is new

    @cached_property
    def changed_data(self):
        return [
            name
            for name in super().changed_data
            if not (name in self.standing and is_as_shown(self[name]))
        ]

    @property
    def unchanged(self):
        return (self.standing.keys() & self.fields.keys()) - {*self.changed_data}

    def _clean_fields(self):
        super()._clean_fields()
        for name in self.unchanged:
            self.errors.pop(name, None)
            self.cleaned_data[name] = self.standing[name]

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | self.unchanged


def is_as_shown(bound):
    """Whether what was sent of a field is what a browser sends of it when nobody touches it."""
    widget, value = bound.field.widget, bound.initial
    if isinstance(value, list):
        return False  # what is chosen is shown whole: its field compares it
    if isinstance(widget, forms.MultiWidget):
        parts = zip(widget.widgets, widget.decompress(value), bound.data, strict=True)
        return all(as_sent(part.format_value(v), part) == as_sent(d, part) for part, v, d in parts)
    return as_sent(widget.format_value(value), widget) == as_sent(bound.data, widget)


def as_sent(value, widget):
    """Text as a browser sends it and as it gets here, except for lines that end in CRLF: one line,
    where it is shown in one (https://html.spec.whatwg.org/#value-sanitization-algorithm)."""
    if not isinstance(value, str | None):
        return value
    text = clean(LINE_ENDS.sub("\n", value or ""))
    return text if isinstance(widget, forms.Textarea) else text.replace("\n", "")
