"""What axe holds against a page (Web Content Accessibility Guidelines)."""

from collections.abc import Iterator

from axe_playwright_python.base import AXE_SCRIPT

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NODES = 3  # of a violation: as many are told of


def violations(page, rules: list[str] = WCAG, *, include="html", exclude=()) -> Iterator[str]:
    """Each violation of rules, or of rules with these tags, in the parts of a page that selectors
    include and do not exclude."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    parts = {"include": [[include]], "exclude": [[selector] for selector in exclude]}
    # To tell of all that is well would take as long again.
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("(given) => axe.run(...given)", [parts, options])
    for violation in found["violations"]:
        for node in violation["nodes"][:NODES]:
            yield f"{violation['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
