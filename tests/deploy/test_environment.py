"""The environment file of a public site explains each setting that docs/settings.md has."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_it_has_every_setting_in_the_same_order():
    reference, _ = (ROOT / "docs" / "settings.md").read_text().split("\n## make\n")
    settings = re.findall(r"(?m)^\| `([A-Z_]+)`", reference)
    explained = re.findall(r"(?m)^#([A-Z_]+)=", (ROOT / "deploy" / "environment").read_text())
    assert explained == settings
