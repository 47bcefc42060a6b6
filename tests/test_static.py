"""What every page brings with it is little, and all our own."""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import django.contrib.admin
import pytest
import tinycss2
from django.conf import settings

STATIC = settings.BASE_DIR / "static"


def test_the_stylesheet_is_small():
    assert len(gzip.compress((STATIC / "newsroom.css").read_bytes())) < 20_000


def test_all_scripts_together_are_small():
    scripts = set(STATIC.glob("*.js"))
    desk = set(STATIC.glob("admin-*.js"))
    editor = STATIC / "admin-editor.js"
    of_site = (len(gzip.compress(path.read_bytes())) for path in scripts - desk)
    assert sum(of_site) < 14_000
    assert sum(path.stat().st_size for path in desk - {editor}) < 15_000
    assert editor.stat().st_size < 27_000


def test_nothing_is_fetched_from_elsewhere():
    for path in (*STATIC.glob("*.css"), *STATIC.glob("*.js")):
        code = re.sub(r"/\*.*?\*/|//.*", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(r"https?:|@import|url\(", code), path


def test_the_desk_has_the_colours_of_the_site():
    site, desk = (
        dict(re.findall(r"(--[\w-]+): (light-dark\([^)]*\))", (STATIC / sheet).read_text()))
        for sheet in ("newsroom.css", "admin.css")
    )
    shared = site.keys() & desk.keys()
    assert shared >= {"--paper", "--ink", "--quiet", "--rule", "--link"}
    assert {name: desk[name] for name in shared} == {name: site[name] for name in shared}
    assert desk["--red"] == site["--accent"]


def parsed(css, parse=tinycss2.parse_blocks_contents):
    return parse(css, skip_comments=True, skip_whitespace=True)


def faults(nodes) -> Iterator[str]:
    """What is wrong with rules: text that is not CSS, and properties that one block sets twice."""
    names = Counter(node.name for node in nodes if node.type == "declaration")
    yield from (f"{name}, twice" for name, times in names.items() if times > 1)
    for node in nodes:
        if node.type == "error":
            yield f"line {node.source_line}: {node.message}"
        elif content := getattr(node, "content", None):
            yield from faults(parsed(content))


@pytest.mark.parametrize(
    "css", ["a { color red }", "@media print { a { color: red; color: blue } }", "a { } }"]
)
def test_faults_of_a_stylesheet_are_found(css):
    assert list(faults(parsed(css, tinycss2.parse_stylesheet)))


@pytest.mark.parametrize("name", ["newsroom.css", "admin.css"])
def test_a_stylesheet_is_without_faults(name):
    css = (STATIC / name).read_text()
    assert not list(faults(parsed(css, tinycss2.parse_stylesheet)))


def test_the_custom_properties_that_are_used_are_declared():
    django_css = Path(django.contrib.admin.__file__).parent / "static/admin/css/base.css"
    sheets = {"newsroom.css": [], "admin.css": [django_css]}
    for name, before in sheets.items():
        css = (STATIC / name).read_text()
        declared = "".join(path.read_text() for path in before) + css
        used = set(re.findall(r"var\((--[\w-]+)", css))
        assert used
        assert used <= set(re.findall(r"(--[\w-]+)\s*:", declared))
