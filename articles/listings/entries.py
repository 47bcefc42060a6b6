"""Posts → entries of a listing."""

import datetime as dt
from collections.abc import Sequence

from ..models import LEAD, Category, Post, PostQuerySet
from ..search.text.snippets import Piece, best_passage, highlight
from .listing import AlsoTold, Entry
from .request import Detail


def with_detail(posts: PostQuerySet, detail: Detail) -> PostQuerySet:
    match detail:
        case Detail.HEADLINE:
            return posts.for_headline()
        case Detail.FLASH:
            return posts.flashes().for_tape()
        case Detail.WHOLE:
            return posts.for_feed()
    return posts.for_listing()


def entry(post: Post, detail: Detail) -> Entry:
    title = [Piece(post.title, False)]
    match detail:
        case Detail.HEADLINE:
            return Entry(post, title)
        case Detail.FLASH:
            return Entry(post, title, lead=post.lead, securities=post.named)
        case Detail.WHOLE:
            return Entry(post, title, categories=channels(post), also_told=also_told(post))
    return Entry(post, title, lead=post.lead, categories=channels(post), also_told=also_told(post))


def also_told(post: Post) -> list[AlsoTold]:
    """The other posts of its story, if it was read with them."""
    return [
        AlsoTold(slug, title, dt.datetime.fromisoformat(at), source)
        for slug, title, at, source in getattr(post, "also_told", ())
    ]


def channels(post: Post) -> list[Category]:
    return [Category(slug=slug, name=name) for slug, name in post.channels]


def highlighted(post: Post, words: Sequence[str]) -> Entry:
    """A post that a search found, with the matches of its words highlighted."""
    text = f"{post.body_text}\n{post.digest}".rstrip()
    return Entry(
        post,
        highlight(post.title, words),
        best_passage(text, words, post.title),
        post.body_text[:LEAD],
        channels(post),
        also_told=also_told(post),
    )
