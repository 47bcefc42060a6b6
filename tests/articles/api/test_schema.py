"""The API is described, and says when it changes."""

import json
import re
from hashlib import sha256
from pathlib import Path

from articles.api.v1 import api

DOCUMENT = Path(__file__).parents[3] / "docs" / "api.md"
WORDS = {"description", "title", "summary", "examples"}  # which do not matter to programs


def bare(value):
    """A description without what only people read."""
    if isinstance(value, dict):
        return {
            key: bare(one)
            for key, one in value.items()
            if key not in WORDS or not isinstance(one, str | list)
        }
    return [bare(one) for one in value] if isinstance(value, list) else value


def test_a_change_of_the_api_is_told():
    """If this fails, say under "What changed" in docs/api.md what is new, with the number that is
    wanted here. What is promised above it may not change."""
    described = bare(api.get_openapi_schema(path_prefix="/api/v1/"))
    number = sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:8]
    told = re.findall(
        r"^- \d{4}-\d\d-\d\d \((\w+)\)", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert told[-1] == number
