"""Pages of the site, as a parser reads them; `selector` is one of CSS."""

from bs4 import BeautifulSoup


def parsed(response):
    return BeautifulSoup(response.content, "lxml")


def words(response, selector="body"):
    """What the first such element says, with a space between the texts of its elements."""
    return " ".join(parsed(response).select_one(selector).get_text(" ").split())


def links(response, selector):
    """Where such links lead, in the order of the page."""
    return [link["href"] for link in parsed(response).select(selector)]
