"""The sources, categories, tags and securities that posts name: those that are new are added, and
those that editors merged or renamed go by their names of today."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ...models import (
    Category,
    CategoryAlias,
    Security,
    SecurityAlias,
    SourceAlias,
    TagAlias,
)
from ...pinyin import pinyin_initials, pinyin_slug
from ...terms import SOURCE, TAG, TermKind
from ..reading.body import SecurityMark
from ..reading.derive import DerivedPost, ParsedDocument, medium_of
from .staging import stage


def canonical(posts: Iterable[DerivedPost]) -> list[DerivedPost]:
    """The posts with today's terms in place of those that documents call by an old name: editors
    have merged or renamed them."""
    posts = list(posts)
    source = renamed(SourceAlias, "name", {post.source for post in posts})
    tag = renamed(TagAlias, "name", {name for post in posts for name in post.tags})
    category = renamed(CategoryAlias, "slug", {slug for post in posts for slug in post.categories})
    marks = {mark.symbol for post in posts for mark in post.securities}
    security = renamed(SecurityAlias, "slug", marks)
    if not (source or tag or category or security):
        return posts
    return [
        replace(
            post,
            source=source[post.source].name if post.source in source else post.source,
            tags=once(tag[name].name if name in tag else name for name in post.tags),
            categories=once(
                category[slug].slug if slug in category else slug for slug in post.categories
            ),
            securities=tuple(canonical_marks(post.securities, security)),
        )
        for post in posts
    ]


def canonical_marks(
    marks: Iterable[SecurityMark], securities: dict[str, Security]
) -> Iterable[SecurityMark]:
    found: dict[str, SecurityMark] = {}
    for mark in marks:
        if security := securities.get(mark.symbol):
            mark = replace(mark, market=security.market, code=security.code)
        found.setdefault(mark.symbol, mark)
    return found.values()


def renamed(aliases: Any, key: str, names: set[str]) -> dict[str, Any]:
    """The terms that some of `names` are aliases of."""
    found = aliases.objects.filter(**{f"{key}__in": names}).select_related("term")
    return {getattr(alias, key): alias.term for alias in found}


def once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def write_terms(
    cursor: Any, posts: Sequence[DerivedPost], parsed: Iterable[ParsedDocument]
) -> dict[str, dict[str, int]]:
    """Add the terms that are new. Return the ids of all terms of these posts, by the name of their
    kind and by what documents call them."""
    return {
        "category": write_categories(posts, parsed),
        "source": write_named(SOURCE, posts),
        "tag": write_named(TAG, posts),
        "security": write_securities(cursor, posts),
    }


def write_categories(
    posts: Iterable[DerivedPost], parsed: Iterable[ParsedDocument]
) -> dict[str, int]:
    wanted: dict[str, str] = {slug: slug for post in posts for slug in post.categories}
    for document in parsed:
        for slug in document.categories:
            # A category is named after the medium in its posts' tags; pages of the site
            # that name it otherwise are wrong.
            if wanted.get(slug) == slug and (medium := medium_of(document.tags)):
                wanted[slug] = medium
    known = ids_of(Category, "slug", wanted)
    missing = sorted(wanted.keys() - known.keys())
    Category.objects.bulk_create(Category(slug=slug, name=wanted[slug]) for slug in missing)
    return known | (ids_of(Category, "slug", missing) if missing else {})


def ids_of(model: Any, key: str, values: Iterable[str]) -> dict[str, int]:
    return dict(model.objects.filter(**{f"{key}__in": list(values)}).values_list(key, "pk"))


def write_named(kind: TermKind, posts: Iterable[DerivedPost]) -> dict[str, int]:
    """Terms that documents call by their name. New ones get an address that no term of the kind
    has or had."""
    names = {name for post in posts for name in post.terms[kind.name]}
    ids = ids_of(kind.model, "name", names)
    for name in sorted(names - ids.keys()):
        base = pinyin_slug(name)
        taken = {
            slug
            for terms in (kind.objects, kind.aliases)
            for slug in terms.filter(slug__startswith=base).values_list("slug", flat=True)
        }
        slug, number = base, 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        ids[name] = kind.objects.create(name=name, slug=slug).pk
    return ids


def write_securities(cursor: Any, posts: Iterable[DerivedPost]) -> dict[str, int]:
    """Add new securities and new names; the newest post that names one gives it its name.

    Returns the ids of these posts' securities, by symbol."""
    found: dict[tuple[int, str], list[tuple[dt.datetime, str]]] = defaultdict(list)
    kinds = {}
    for post in posts:
        for mark in post.securities:
            kinds[mark.market, mark.code] = mark.kind
            found[mark.market, mark.code] += [(post.published_at, mark.name)] if mark.name else []
    stage(
        cursor,
        "staged_security",
        "market int4, code text, kind text, name text, names text[], named_at timestamptz, "
        "pinyin text",
        (
            (
                market,
                code,
                kinds[market, code],
                max(named)[1] if named else "",
                sorted({name for _, name in named}),
                max(named)[0] if named else None,
                pinyin_initials(max(named)[1]) if named else "",
            )
            for (market, code), named in sorted(found.items())
        ),
    )
    cursor.execute(
        """
        UPDATE articles_security stored
        SET names = ARRAY(SELECT DISTINCT unnest(stored.names || staged.names) ORDER BY 1)
        FROM staged_security staged
        WHERE (stored.market, stored.code) = (staged.market, staged.code)
          AND NOT stored.names @> staged.names;

        INSERT INTO articles_security (market, code, kind, name, names, pinyin)
        SELECT market, code, kind, '', names, '' FROM staged_security staged
        WHERE NOT EXISTS (
            SELECT FROM articles_security stored
            WHERE (stored.market, stored.code) = (staged.market, staged.code)
        )
        """
    )
    cursor.execute(
        """
        UPDATE articles_security stored
        SET name = staged.name, named_at = staged.named_at, pinyin = staged.pinyin
        FROM staged_security staged
        WHERE (stored.market, stored.code) = (staged.market, staged.code)
          AND NOT stored.is_name_fixed
          AND (staged.named_at, staged.name)
              > (coalesce(stored.named_at, '-infinity'), stored.name)
        """
    )
    cursor.execute(
        """
        SELECT stored.market || '.' || stored.code, stored.id
        FROM articles_security stored JOIN staged_security USING (market, code)
        """
    )
    return dict(cursor.fetchall())
