"""Checks of input that no form field makes."""

import datetime as dt
import re

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..importing.reading.dates import YEARS

KEY = re.compile(r"[0-9]{1,18}")  # fits PostgreSQL's bigint, and int() reads it


def is_key(text: str) -> bool:
    """Whether this may be the primary key of a row."""
    return KEY.fullmatch(text) is not None


def cleaned_text(request: HttpRequest, name: str, max_length: int | None = None) -> str:
    """The text submitted in an input that belongs to no form. Raises `ValidationError`."""
    field = forms.CharField(required=False, max_length=max_length)
    return str(field.clean(request.POST.get(name, "")))


def validate_year(moment: dt.datetime) -> None:
    """Raises `ValidationError` for an implausible year, which may also be impossible to convert to
    another time zone."""
    if moment.year not in YEARS:
        years = {"first": YEARS[0], "last": YEARS[-1]}
        raise ValidationError(_("The year must be between %(first)s and %(last)s.") % years)
