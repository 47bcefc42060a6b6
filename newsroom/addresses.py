"""Addresses by their names in `newsroom.urls`."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse

KEPT = 2**14  # of which each takes some 400 bytes


def url(name: str, *parts: object) -> str:
    """The path of the page that is called `name`, as `reverse` makes it. Raises `NoReverseMatch`
    where no address can be made of these parts.

    The last ones are kept: to make them takes as long as all the rest of a page with hundreds.
    """
    return made(get_script_prefix(), name, parts)


@lru_cache(KEPT)
def made(_prefix: str, name: str, parts: tuple[object, ...]) -> str:
    return reverse(name, args=parts)
