"""The sources, categories, tags and securities that posts name: those that are new are added, and
those that editors merged or renamed go by their names of today."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from ...database import write_connection
from ...models import Security
from ...pinyin import full_pinyin, pinyin_slug
from ...terms import CATEGORY, SECURITY, TERMS, TermKind
from ..reading.derive import DerivedPost, ParsedDocument
from ..reading.media import category_name
from .staging import stage

#: What the list of an exchange says of a security, with the types of the columns.
LISTED: Final = {
    "name": "text",
    "names": "text[]",
    "listed_names": "text[]",
    "named_at": "timestamptz",
    "stated_name": "text",
    "stated_at": "timestamptz",
    "pinyin": "text",
    "full_pinyin": "text",
    "english_name": "text",
    "is_listed": "bool",
}


def with_current_terms(posts: Iterable[DerivedPost]) -> list[DerivedPost]:
    """The posts with today's terms in place of those that documents call by an old name: editors
    have merged or renamed them."""
    posts = list(posts)
    renamed = {kind.name: new_names(kind, names_in(posts, kind)) for kind in TERMS}
    if not any(renamed.values()):
        return posts
    return [post.with_terms_renamed(renamed) for post in posts]


def names_in(posts: Iterable[DerivedPost], kind: TermKind) -> set[str]:
    """What documents call the terms of one kind that these posts have."""
    return {name for post in posts for name in post.terms[kind.name]}


def new_names(kind: TermKind, names: Iterable[str]) -> dict[str, str]:
    """What documents call the terms today of which some of `names` are aliases."""
    aliases = kind.aliases.using(write_connection().alias).select_related("term")
    found = aliases.filter(**{f"{kind.alias_key}__in": names})
    return {getattr(each, kind.alias_key): getattr(each.term, kind.document_key) for each in found}


def write_terms(
    cursor: Any, posts: Sequence[DerivedPost], parsed: Iterable[ParsedDocument]
) -> dict[str, dict[str, int]]:
    """Add the terms that are new. Return the ids of all terms of these posts, by the name of their
    kind and by what documents call them."""
    named = {kind.name: write_named(kind, posts) for kind in TERMS if kind.document_key == "name"}
    categories = write_categories(posts, parsed)
    securities = write_securities(cursor, posts)
    return named | {CATEGORY.name: categories, SECURITY.name: securities}


def write_named(kind: TermKind, posts: Iterable[DerivedPost]) -> dict[str, int]:
    """Terms that documents call by their name. New ones get an address that no term of the kind
    has or had."""
    names = names_in(posts, kind)
    ids = ids_of(kind, names)
    for name in sorted(names - ids.keys()):
        base = pinyin_slug(name)
        taken = {
            slug
            for terms in (kind.objects, kind.aliases)
            for slug in terms.using(write_connection().alias)
            .filter(slug__startswith=base)
            .values_list("slug", flat=True)
        }
        slug, number = base, 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        ids[name] = kind.objects.create(name=name, slug=slug).pk
    return ids


def ids_of(kind: TermKind, names: Iterable[str]) -> dict[str, int]:
    """The ids of the stored terms that documents call by these names."""
    terms = kind.objects.using(write_connection().alias)
    found = terms.filter(**{f"{kind.document_key}__in": list(names)})
    return dict(found.values_list(kind.document_key, "pk"))


def write_categories(
    posts: Iterable[DerivedPost], parsed: Iterable[ParsedDocument]
) -> dict[str, int]:
    """Categories, which documents call by their address. A new one keeps that as its name, unless
    a document says what its medium is called, even if a page of the site names it otherwise."""
    names = {slug: slug for slug in names_in(posts, CATEGORY)}
    for document in parsed:
        for slug in document.categories:
            if names.get(slug) == slug:
                names[slug] = category_name(document.categories, document.tags) or slug
    ids = ids_of(CATEGORY, names)
    missing = sorted(names.keys() - ids.keys())
    CATEGORY.objects.bulk_create(CATEGORY.model(slug=slug, name=names[slug]) for slug in missing)
    return ids | (ids_of(CATEGORY, missing) if missing else {})


def write_securities(cursor: Any, posts: Iterable[DerivedPost]) -> dict[str, int]:
    """Add new securities, without a name: those that readers are told are learnt once the posts are
    written. Return the ids of all securities of these posts, by symbol."""
    kinds = {(mark.market, mark.code): mark.kind for post in posts for mark in post.securities}
    stage(
        cursor,
        "staged_security",
        "market int4, code text, kind text",
        ((*symbol, kind) for symbol, kind in sorted(kinds.items())),
    )
    cursor.execute(
        """
        INSERT INTO articles_security (market, code, kind, name, names, pinyin, full_pinyin)
        SELECT market, code, kind, '', '{}', '', %s FROM staged_security staged
        WHERE NOT EXISTS (
            SELECT FROM articles_security stored
            WHERE (stored.market, stored.code) = (staged.market, staged.code)
        )
        """,
        [full_pinyin([])],
    )
    cursor.execute(
        """
        SELECT stored.market || '.' || stored.code, stored.id
        FROM articles_security stored JOIN staged_security USING (market, code)
        """
    )
    return dict(cursor.fetchall())


def add_listed(securities: Sequence[Security]) -> None:
    """Add new securities from the list of an exchange, and give each its key. By COPY, here and
    below, since Django's `bulk_create` and `bulk_update` would take minutes for a hundred
    thousand."""
    columns = ("market", "code", "kind", *LISTED)
    with write_connection().cursor() as cursor:
        with cursor.copy(f"COPY articles_security ({', '.join(columns)}) FROM STDIN") as copy:
            for one in securities:
                copy.write_row([getattr(one, column) for column in columns])
        cursor.execute(
            "SELECT market, code, id FROM articles_security WHERE code = ANY(%s)",
            [[one.code for one in securities]],
        )
        keys = {(market, code): pk for market, code, pk in cursor}
    for one in securities:
        one.pk = keys[one.market, one.code]


def write_former_names(
    keys: Sequence[int], rows: Iterable[tuple[int, str, dt.date | None, dt.date | None]]
) -> None:
    """Replace the former names of the securities with these keys, by rows of key, name, first and
    last day."""
    with write_connection().cursor() as cursor:
        cursor.execute("DELETE FROM articles_formername WHERE security_id = ANY(%s)", [list(keys)])
        with cursor.copy(
            "COPY articles_formername (security_id, name, since, until) FROM STDIN"
        ) as copy:
            for row in rows:
                copy.write_row(row)


def write_listed(securities: Iterable[Security]) -> None:
    """Write what the list of an exchange changed of stored securities."""
    types = ", ".join(f"{column} {of_type}" for column, of_type in LISTED.items())
    with write_connection().cursor() as cursor:
        stage(
            cursor,
            "listed_security",
            f"id int8, {types}",
            ((one.pk, *(getattr(one, column) for column in LISTED)) for one in securities),
        )
        cursor.execute(
            f"""
            UPDATE articles_security stored
            SET {", ".join(f"{column} = listed.{column}" for column in LISTED)}
            FROM listed_security listed WHERE listed.id = stored.id
            """
        )
