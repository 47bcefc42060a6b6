"""Two editors change one post: which fields each has changed since the second one opened it.

The form carries a fingerprint of every field as it was shown. Others changed a field if its stored
value differs from that; this editor did if the submitted value does.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import models


class Conflict(NamedTuple):
    """The fields that others changed, and those of them that this editor changed to something
    else."""

    theirs: list[str]
    both: list[str]


def fingerprints(values: Mapping[str, Any]) -> dict[str, str]:
    """A short hash of each value, by field."""
    return {
        name: hashlib.blake2b(canonical(value).encode(), digest_size=8).hexdigest()
        for name, value in values.items()
    }


def read_fingerprints(text: str) -> dict[str, Any]:
    """The fingerprints that a form was submitted with, as JSON; none if a script broke them."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def canonical(value: Any) -> str:
    if isinstance(value, list):
        return json.dumps([canonical(item) for item in value])
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, dt.datetime):
        # Forms show no fractions of a second.
        return value.astimezone(dt.UTC).isoformat(timespec="seconds")
    return "" if value is None else str(value)


def conflict(
    shown: Mapping[str, str], stored: Mapping[str, Any], submitted: Mapping[str, Any]
) -> Conflict:
    """Compare what the editor saw, as fingerprints, with the stored and the submitted values."""
    now, mine = fingerprints(stored), fingerprints(submitted)
    theirs = [name for name in now if shown.get(name, now[name]) != now[name]]
    both = [name for name in theirs if name in mine and mine[name] not in (shown[name], now[name])]
    return Conflict(theirs, both)
