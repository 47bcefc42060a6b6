"""Links on the securities that a text names."""

from html import escape


def security_link(symbol: str, address: str, inner: str) -> str:
    """A link to the page of a security around HTML."""
    return f'<a class="security" data-code="{escape(symbol)}" href="{escape(address)}">{inner}</a>'
