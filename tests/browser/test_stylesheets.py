"""What a browser does not understand in a style sheet it ignores in silence."""

import pytest
import tinycss2
from django.conf import settings

NOT_UNDERSTOOD = """
([declarations, selectors]) => {
    const fails = selector => {
        try { document.querySelector(selector) } catch { return true }
    }
    const unknown = declarations.filter(([name, value]) => !CSS.supports(name, value))
    return [...unknown.map(pair => pair.join(": ")), ...selectors.filter(fails)]
}
"""


def read(css, parse=tinycss2.parse_blocks_contents):
    """The declarations in CSS, each a name and a value, and the selectors."""
    declarations, selectors = [], []
    for node in parse(css, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration":
            declarations.append((node.name, tinycss2.serialize(node.value).strip()))
        elif node.type == "qualified-rule":
            selectors.append(tinycss2.serialize(node.prelude).strip())
        if content := getattr(node, "content", None):
            declarations_inside, selectors_inside = read(content)
            declarations += declarations_inside
            selectors += selectors_inside
    return declarations, selectors


@pytest.fixture
def not_understood(browser):
    page = browser.new_page()
    yield lambda css: page.evaluate(NOT_UNDERSTOOD, read(css, tinycss2.parse_stylesheet))
    page.close()


@pytest.mark.parametrize("name", ["newsroom.css", "admin.css"])
def test_a_browser_understands_a_stylesheet(not_understood, name):
    assert not_understood((settings.BASE_DIR / "static" / name).read_text()) == []


def test_what_a_browser_does_not_understand_is_found(not_understood):
    css = "@media print { a { colr: red; width: 1pp } } b:hoover { margin: var(--m) } c { top: 0 }"
    assert not_understood(css) == ["colr: red", "width: 1pp", "b:hoover"]
