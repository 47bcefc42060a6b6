"""Posts that are alike in pairs → stories.

A post belongs to the first telling of a story that is like it, not to whatever is like one of its
posts: so a story does not drift, and it spans no more time than two posts that are compared. Only
editors may say otherwise. The result depends on the posts that are there and on what editors say,
and not on the order in which they came.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

NONE: Mapping[int, Collection[int]] = {}


def first_tellings(
    posts: Sequence[int],
    links: Mapping[int, Mapping[int, float]],
    together: Mapping[int, Collection[int]] = NONE,
    alone: Collection[int] = (),
) -> dict[int, int]:
    """For each of `posts`, in the order of their appearance, the post that told its story first,
    which may be itself. `links` has for each post those that tell the same, with their scores,
    both ways round.

    Editors say which posts are told `together`, as `united` has them; what is like one of these
    belongs to their story. Others stand `alone`: no link counts for them.
    """
    place = {post: number for number, post in enumerate(posts)}
    first: dict[int, int] = {}
    for post in posts:
        told = {first[other] for other in together.get(post, ()) if other in first}
        if not told and post not in alone:
            like = [
                (score, -place[other], first[other])
                for other, score in links.get(post, {}).items()
                if other in first and other not in alone
                if first[other] == other or other in together
            ]
            told = {max(like)[2]} if like else told
        first[post] = told.pop() if told else post
    return first


def beyond(
    posts: Sequence[int], links: Mapping[int, Collection[int]], most: int
) -> list[tuple[int, int]]:
    """The links that these posts, in the order of their appearance, have with earlier ones beyond
    the `most` earliest: pairs of a post and an earlier one."""
    place = {post: number for number, post in enumerate(posts)}
    found = []
    for post in posts:
        others = links.get(post, ())
        if len(others) > most:
            earlier = sorted(place[other] for other in others if place[other] < place[post])
            found += [(post, posts[number]) for number in earlier[most:]]
    return found


def united(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    """For each post of these pairs all that it is united with, itself included."""
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        all_ = found.get(one, {one}) | found.get(other, {other})
        found.update(dict.fromkeys(all_, all_))
    return found
