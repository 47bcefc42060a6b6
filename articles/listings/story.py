"""The story of a post: who told it first, and what others made of it."""

from dataclasses import dataclass
from typing import Final

from ..models import Post, StoryPost
from ..stories.sentences import Difference, difference

MOST: Final = 40  # posts of a story that its pages show


@dataclass(frozen=True, slots=True)
class Telling:
    """A post of a story. `difference` is what it adds to the post of the page, and leaves out."""

    post: Post
    is_this: bool
    is_first: bool
    is_copy: bool
    difference: Difference


def tellings_of(post: Post) -> list[Telling]:
    """The published posts that tell the story of `post`, the earliest first; none if no other does.
    One query."""
    first = StoryPost.objects.filter(post=post).values("first")
    posts = (
        Post.objects.published()
        .filter(in_story__first__in=first)
        .select_related("source", "in_story")
        .defer("body_html")
        .order_by("published_at", "slug")[:MOST]
    )
    found = [
        Telling(
            one,
            is_this=one.pk == post.pk,
            is_first=number == 0,
            is_copy=one.in_story.is_copy,
            difference=difference(post.body_text, one.body_text),
        )
        for number, one in enumerate(posts)
    ]
    return found if len(found) > 1 else []
