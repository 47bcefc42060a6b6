"""Posts that are alike in pairs → stories.

A post belongs to the first telling of a story that is like it, not to whatever is like one of its
posts: so a story does not drift, and it spans no more time than two posts that are compared. The
result depends on the posts that are there, and not on the order in which they came.
"""

from collections.abc import Mapping, Sequence


def first_tellings(
    posts: Sequence[int], links: Mapping[int, Mapping[int, float]]
) -> dict[int, int]:
    """For each of `posts`, in the order of their appearance, the post that told its story first,
    which may be itself. `links` has for each post those that tell the same, with their scores,
    both ways round."""
    place = {post: number for number, post in enumerate(posts)}
    first: dict[int, int] = {}
    for post in posts:
        told = [
            (score, -place[other], other)
            for other, score in links.get(post, {}).items()
            if first.get(other) == other
        ]
        first[post] = max(told)[2] if told else post
    return first
