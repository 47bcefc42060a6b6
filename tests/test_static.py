"""What every page brings with it is little, and all our own."""

import gzip
import re

from django.conf import settings

STATIC = settings.BASE_DIR / "static"


def test_the_stylesheet_is_small():
    assert len(gzip.compress((STATIC / "newsroom.css").read_bytes())) < 20_000


def test_all_scripts_together_are_small():
    scripts = set(STATIC.glob("*.js"))
    desk = set(STATIC.glob("admin-*.js"))
    editor = STATIC / "admin-editor.js"
    assert sum(path.stat().st_size for path in scripts - desk) < 15_000
    assert sum(path.stat().st_size for path in desk - {editor}) < 15_000
    assert editor.stat().st_size < 25_000


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
