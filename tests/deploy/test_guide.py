"""docs/operations.md names what there is; `make deploy-check` runs it."""

import re
from pathlib import Path

import pytest

from tests.deploy.site import GUIDE, sections

ROOT = Path(__file__).resolve().parents[2]
TEXT = GUIDE.read_text()
WEEK = (ROOT / "tests" / "deploy" / "week.py").read_text()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"/srv/newsroom/([\w./-]*\w)", TEXT))))
def test_the_files_of_the_project_that_it_names_are_there(path):
    made = ("var", ".venv")
    assert path.startswith(made) or (ROOT / path).exists()


def test_each_section_with_commands_is_checked():
    for title, commands in sections().items():
        assert (f'site.follow("{title}")' in WEEK) == bool(commands), title
