"""Posts as data."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func

from ..days import local
from ..models import Post, PostQuerySet, address
from ..models.posts import CHANNELS

#: The slug and the name of each tag of a post, in the order of the post.
LABELS: Final = Func(
    F("id"),
    template="""ARRAY(
        SELECT ARRAY[slug, name] FROM articles_posttag joined
        JOIN articles_tag tag ON tag.id = tag_id
        WHERE joined.post_id = %(expressions)s ORDER BY position, slug
    )""",
    output_field=ArrayField(ArrayField(models.TextField())),
)
#: The market, code, name and kind of each security that a post names, in the order of the post.
NAMED: Final = Func(
    F("id"),
    template="""ARRAY(
        SELECT ARRAY[market::text, code, name, kind] FROM articles_mention joined
        JOIN articles_security security ON security.id = security_id
        WHERE joined.post_id = %(expressions)s ORDER BY position, market, code
    )""",
    output_field=ArrayField(ArrayField(models.TextField())),
)

Data = dict[str, Any]

#: What each field has of a post that `with_data` read. `root` is put before paths.
READERS: Final[Mapping[str, Callable[[Any, str], Any]]] = {
    "slug": lambda post, root: post.slug,
    "url": lambda post, root: root + post.get_absolute_url(),
    "title": lambda post, root: post.title,
    "digest": lambda post, root: post.digest,
    "text": lambda post, root: post.body_text,
    "html": lambda post, root: post.body_html,
    "published_at": lambda post, root: written(post.published_at),
    "updated_at": lambda post, root: written(post.updated_at),
    "source": lambda post, root: source_of(post),
    "categories": lambda post, root: [named(*one) for one in post.channels],
    "tags": lambda post, root: [named(*one) for one in post.labels],
    "securities": lambda post, root: [traded(*one) for one in post.traded],
    "original_url": lambda post, root: post.original_url or None,
    "info_code": lambda post, root: post.info_code,
}
BODIES: Final = {"text": "body_text", "html": "body_html"}
FIELDS: Final = tuple(READERS)
USUAL_FIELDS: Final = tuple(name for name in FIELDS if name not in BODIES)


def with_data(posts: PostQuerySet, fields: Collection[str] = FIELDS) -> PostQuerySet:
    """The posts with what `data_of` takes from them. One query."""
    columns = ["slug", "title", "digest", "published_at", "edited_at", "original_url", "info_code"]
    columns += [column for name, column in BODIES.items() if name in fields]
    found = posts.select_related("source")
    wanted = {"categories": "channels", "tags": "labels", "securities": "traded"}
    expressions = {"channels": CHANNELS, "labels": LABELS, "traded": NAMED}
    for name, attribute in wanted.items():
        if name in fields:
            found = found.annotate(**{attribute: expressions[attribute]})
    return found.only(*columns, "source__name", "source__slug")


def data_of(post: Post, fields: Iterable[str] = FIELDS, root: str = "") -> Data:
    """These fields of a post, in this order. Times are in ISO 8601, with the offset of Shanghai."""
    return {name: READERS[name](post, root) for name in fields}


def read(ids: Sequence[int], fields: Collection[str] = USUAL_FIELDS, root: str = "") -> list[Data]:
    """The data of these posts, in this order, without those that readers do not see. One query."""
    found = read_by_id(ids, fields, root)
    return [found[pk] for pk in ids if pk in found]


def read_by_id(ids: Sequence[int], fields: Collection[str], root: str = "") -> dict[int, Data]:
    """The same, by the ids of the posts."""
    found = with_data(Post.objects.published(), fields).in_bulk(ids)
    return {pk: data_of(post, fields, root) for pk, post in found.items()}


def given_terms(post: Post, terms: Mapping[str, Sequence[Any]]) -> Post:
    """A post that is not stored, with these terms, by field, for `data_of`."""
    given: Any = post
    given.source = next(iter(terms["source"]), None)
    given.channels = sorted((one.slug, one.name) for one in terms["categories"])
    given.labels = [(one.slug, one.name) for one in terms["tags"]]
    given.traded = [(str(s.market), s.code, s.name, s.kind) for s in terms["securities"]]
    return post


def written(moment: dt.datetime) -> str:
    return local(moment).isoformat()


def source_of(post: Post) -> Data | None:
    return named(post.source.slug, post.source.name) if post.source else None


def named(slug: str, name: str) -> Data:
    return {"slug": slug, "name": name}


def traded(market: str, code: str, name: str, kind: str) -> Data:
    return {"symbol": f"{market}.{code}", "name": name, "kind": kind}


def page_of(kind: str, key: str, root: str) -> str | None:
    """The address of the page of a term; None if it can have none."""
    path = address(kind, key)
    return root + path if path else None
