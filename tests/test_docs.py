"""What docs/architecture.md and CONTRIBUTING.md name is where they say."""

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "architecture.md").read_text()
PLACES = sorted(set(re.findall(r"`((?:[a-z_]+/)+)([a-z_]+)\.([A-Za-z_.]+)`", TEXT)))
FILES = sorted(set(re.findall(r"`((?:\w+/)+\w+\.\w+)`", (ROOT / "CONTRIBUTING.md").read_text())))


@pytest.mark.parametrize(("folder", "module", "name"), PLACES)
def test_the_architecture_names_what_there_is(folder, module, name):
    if name in ("py", "html"):
        parents = [ROOT, ROOT / "articles"]
        assert any((parent / folder / f"{module}.{name}").is_file() for parent in parents)
        return
    package = f"articles.{folder.replace('/', '.')}{module}".removesuffix(".__init__")
    found = import_module(package)
    for part in name.split("."):
        found = getattr(found, part)


@pytest.mark.parametrize("path", FILES)
def test_contributing_names_files_that_there_are(path):
    assert (ROOT / path).is_file()


def test_they_name_something():
    assert len(PLACES) > 20
    assert len(FILES) > 20
