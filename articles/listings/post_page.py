"""What the page of a post shows: to readers, and in a preview before they see it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import models

from ..models import Post
from ..search.related import beside, related
from ..terms import JOINED

RELATED: Final = 5  # posts
LONG: Final = 1500  # characters, from which a post says how long it takes to read
SPEED: Final = 400  # characters a minute


def page_of(post: Post) -> dict[str, Any]:
    """The context of the page of a public post."""
    shown = stored_terms(post)
    category = next(iter(shown["categories"]), None)
    length = len(post.body_text)
    return {
        "post": post,
        **shown,
        "category": category,
        "beside": beside(post, category) if category else {},
        "related": related(post, shown["securities"], RELATED),
        "minutes": round(length / SPEED) if length >= LONG else 0,
    }


def preview_of(
    post: Post, terms: Mapping[str, Sequence[models.Model]] | None = None
) -> dict[str, Any]:
    """The context of a preview. `terms` replaces the stored categories, tags and securities: it
    has those that an editor has not saved, by the field of a post."""
    shown = {kind.field: terms[kind.field] for kind in JOINED} if terms else stored_terms(post)
    return {"post": post, **shown, "is_preview": True}


def stored_terms(post: Post) -> dict[str, Any]:
    """The categories, tags and securities of a post, by field, each in the order of the post.
    Three queries."""
    return {
        kind.field: list(
            getattr(post, kind.field).order_by(f"{kind.join._meta.model_name}__position")
        )
        for kind in JOINED
    }
