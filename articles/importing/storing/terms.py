"""The sources, categories, tags and securities that posts name: those that are new are added, and
those that editors merged or renamed go by their names of today."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.utils import timezone

from ...database import write_connection
from ...models import Security
from ...pinyin import full_pinyin, pinyin_initials, pinyin_slug
from ...terms import CATEGORY, SECURITY, TERMS, TermKind
from ..reading.derive import DerivedPost, ParsedDocument, medium_of
from .staging import stage

#: What the list of an exchange says of a security, with the types of the columns.
LISTED: Final = {
    "name": "text",
    "names": "text[]",
    "listed_names": "text[]",
    "named_at": "timestamptz",
    "pinyin": "text",
    "full_pinyin": "text",
    "english_name": "text",
    "is_listed": "bool",
}


class WrittenTerms(NamedTuple):
    """The ids of terms, by the name of their kind and by what documents call them; and those of
    the securities that have another name now."""

    ids: dict[str, dict[str, int]]
    renamed: list[int]


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
) -> WrittenTerms:
    """Add the terms that are new, and name securities as these posts do. Return all terms of these
    posts."""
    named = {kind.name: write_named(kind, posts) for kind in TERMS if kind.document_key == "name"}
    categories = write_categories(posts, parsed)
    securities, renamed = write_securities(cursor, posts)
    return WrittenTerms(named | {CATEGORY.name: categories, SECURITY.name: securities}, renamed)


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
    """Categories, which documents call by their address. A new one is named after the medium in
    the tags of its posts, even if a page of the site names it otherwise."""
    names = {slug: slug for slug in names_in(posts, CATEGORY)}
    for document in parsed:
        for slug in document.categories:
            if names.get(slug) == slug and (medium := medium_of(document.tags)):
                names[slug] = medium
    ids = ids_of(CATEGORY, names)
    missing = sorted(names.keys() - ids.keys())
    CATEGORY.objects.bulk_create(CATEGORY.model(slug=slug, name=names[slug]) for slug in missing)
    return ids | (ids_of(CATEGORY, missing) if missing else {})


def write_securities(cursor: Any, posts: Iterable[DerivedPost]) -> tuple[dict[str, int], list[int]]:
    """Add new securities and new names; the newest post that names one gives it its name. Readers
    are told names, so those of drafts and of posts with a time to come are taken only as long as
    there are no others.

    Returns the ids of these posts' securities, by symbol, and of those that have another name."""
    now = timezone.now()
    seen: dict[tuple[int, str], list[tuple[dt.datetime, str]]] = defaultdict(list)
    unseen: dict[tuple[int, str], list[tuple[dt.datetime, str]]] = defaultdict(list)
    kinds = {}
    for post in posts:
        names = unseen if post.is_draft or post.published_at > now else seen
        for mark in post.securities:
            kinds[mark.market, mark.code] = mark.kind
            if mark.name:
                names[mark.market, mark.code].append((post.published_at, mark.name))
    named = {symbol: seen.get(symbol) or unseen.get(symbol, []) for symbol in kinds}
    stage(
        cursor,
        "staged_security",
        "market int4, code text, kind text, name text, names text[], named_at timestamptz, "
        "pinyin text, full_pinyin text, is_seen bool",
        (
            (
                *symbol,
                kinds[symbol],
                max(names)[1] if names else "",
                sorted({name for _, name in names}),
                max(names)[0] if symbol in seen else None,
                pinyin_initials(max(names)[1]) if names else "",
                full_pinyin(sorted({name for _, name in names})),
                symbol in seen,
            )
            for symbol, names in sorted(named.items())
        ),
    )
    cursor.execute(  # what editors called wrong is not learnt again
        """
        UPDATE staged_security staged
        SET names = ARRAY(
                SELECT unnest(staged.names) EXCEPT SELECT unnest(stored.wrong_names) ORDER BY 1
            ),
            name = CASE WHEN staged.name <> ALL(stored.wrong_names) THEN staged.name ELSE '' END,
            named_at = CASE WHEN staged.name <> ALL(stored.wrong_names) THEN staged.named_at END
        FROM articles_security stored
        WHERE (stored.market, stored.code) = (staged.market, staged.code)
          AND stored.wrong_names && staged.names
        """
    )
    cursor.execute(
        """
        UPDATE articles_security stored
        SET names = ARRAY(SELECT DISTINCT unnest(stored.names || staged.names) ORDER BY 1)
        FROM staged_security staged
        WHERE (stored.market, stored.code) = (staged.market, staged.code)
          AND (staged.is_seen OR stored.named_at IS NULL)
          AND NOT stored.names @> staged.names
        RETURNING stored.id, stored.names
        """
    )
    write_full_pinyin(cursor, dict(cursor.fetchall()))
    cursor.execute(
        """
        INSERT INTO articles_security (market, code, kind, name, names, pinyin, full_pinyin)
        SELECT market, code, kind, '', names, '', full_pinyin FROM staged_security staged
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
        FROM staged_security staged JOIN articles_security before USING (market, code)
        WHERE stored.id = before.id
          AND NOT stored.is_name_fixed
          AND (coalesce(staged.named_at, '-infinity'), staged.name)
              > (coalesce(stored.named_at, '-infinity'), stored.name)
        RETURNING stored.id, stored.name <> before.name
        """
    )
    renamed = [pk for pk, is_renamed in cursor if is_renamed]
    cursor.execute(
        """
        SELECT stored.market || '.' || stored.code, stored.id
        FROM articles_security stored JOIN staged_security USING (market, code)
        """
    )
    return dict(cursor.fetchall()), renamed


def write_full_pinyin(cursor: Any, names: Mapping[int, Iterable[str]]) -> None:
    """Bring it in step with the names of these securities."""
    if names:
        cursor.execute(
            """
            UPDATE articles_security stored SET full_pinyin = made.full_pinyin
            FROM unnest(%s::bigint[], %s::text[]) AS made (id, full_pinyin)
            WHERE stored.id = made.id
            """,
            [list(names), [full_pinyin(sorted(of_one)) for of_one in names.values()]],
        )


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
