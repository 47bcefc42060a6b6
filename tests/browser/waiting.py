"""Waiting for what only a script of the page can tell."""

from playwright.sync_api import Page


def wait_until(page: Page, condition: str, seconds: float = 30) -> None:
    """Wait until `condition`, a JavaScript expression that may await, is true.

    `Page.wait_for_function` compiles its expression anew each time it looks, which the
    site's CSP forbids unless the first look already succeeds.

    Raises:
        playwright.sync_api.Error: The condition was not true within `seconds`.
    """
    page.evaluate(
        f"""async (seconds) => {{
          const end = performance.now() + 1000 * seconds;
          while (!({condition})) {{
            if (performance.now() > end) throw new Error("not within " + seconds + " s");
            await new Promise((again) => setTimeout(again, 20));
          }}
        }}""",
        seconds,
    )
