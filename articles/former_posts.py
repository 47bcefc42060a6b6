"""Posts as they were at a moment, where they have changed since.

The records of the desk have a post as it was. If an import changed it between the record and the
moment, or there is no record, the documents of that moment are read again, as they would be today.
Terms have their names of today.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q

from .changes import POST
from .importing.reading.body import plain_text
from .importing.reading.derive import derive, parse_stored
from .mentions.names import known
from .mentions.storing import named_in
from .models import ArchiveChange, Document, DocumentVersion, FormerHome, Mention, Post
from .search.index import EntryRow
from .search.text.tokens import index_text, normal_text
from .terms import SECURITY, TERMS, term_of

COLUMNS: Final = ("title", "digest", "body_html", "published_at", "original_url", "status")

#: How a post names a security.
NAMED: Final = ("origin", "in_title", "in_digest", "in_body", "written", "nth")

Values = dict[str, Any]  # by field; of terms always a list, and of securities their mentions


@dataclass(frozen=True, slots=True)
class Content:
    """What a document of a post contained from one moment until before another; None if it still
    does."""

    stored: Any  # a `Document`, or a `DocumentVersion`, without its bytes
    document: Document
    since: dt.datetime
    until: dt.datetime | None

    def was_there(self, at: dt.datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


class Terms:
    """The terms that posts had, each read once: None for one that was deleted."""

    def __init__(self) -> None:
        self.by_key = cache(lambda kind, key: term_of(kind.model, key))
        self.by_name = cache(lambda kind, name: kind.objects.called(name))


@dataclass(frozen=True, slots=True)
class FormerPost:
    """A post as it was: its columns, in a `Post` that is not to be saved; its terms by the names of
    their fields; how it named its securities; and what its documents contained until then."""

    post: Post
    terms: Mapping[str, Sequence[Any]]
    mentions: Sequence[Mention]
    contents: Sequence[Content]

    @property
    def entry(self) -> EntryRow:
        """How search would read it."""
        post = self.post
        terms = [(kind.facet, term.pk) for kind in TERMS for term in self.terms[kind.field]]
        text = index_text(post.title, post.digest, post.body_text)
        return EntryRow(post.pk, post.published_at, terms, text)


def changed(ids: Iterable[int], since: dt.datetime) -> list[int]:
    """Those of these posts that an editor or an import has changed after a moment. One query."""
    records = Post.history.filter(id=OuterRef("pk"), history_date__gt=since)
    documents = Document.objects.filter(post=OuterRef("pk"))
    came = documents.filter(
        Q(imported_at__gt=since) | Q(gone_at__gt=since) | Q(former_homes__until__gt=since)
    )
    left = FormerHome.objects.filter(until__gt=since, post=OuterRef("pk"))
    posts = Post.objects.filter(Exists(records) | Exists(came) | Exists(left), pk__in=ids)
    return list(posts.order_by("pk").values_list("pk", flat=True))


def moved(at: dt.datetime) -> tuple[int, ...]:
    """The posts that have a time after a moment now, and had an earlier one then, so that readers
    could read them. Two queries."""
    known = ArchiveChange.objects.filter(kind=POST, address=OuterRef("slug"), known_since__lte=at)
    later = Post.objects.filter(Exists(known), published_at__gt=at)
    return tuple(changed(later.values_list("pk", flat=True), at))


def former(ids: Iterable[int], at: dt.datetime) -> dict[int, FormerPost | None]:
    """Those of these posts that have changed since, as they were at a moment: None if readers did
    not see it then, or nothing tells how it was."""
    posts = Post.objects.only("slug", "info_code").in_bulk(changed(ids, at))
    records = Post.history.filter(id__in=posts)
    until = records.filter(history_date__lte=at).order_by("id", "-history_date", "-history_id")
    since = records.filter(history_date__gt=at).order_by("id", "history_date", "history_id")
    last = {one.id: one for one in until.distinct("id")}
    following = {one.id: one for one in since.distinct("id")}
    contents = contents_of(posts)
    terms = Terms()
    found: dict[int, FormerPost | None] = {}
    for pk, post in posts.items():
        edited: Any = last.get(pk)
        values: Values | None
        if record := record_of(at, edited, following.get(pk), contents[pk]):
            values = recorded(record, terms)
        else:
            stored = recorded(edited, terms) if edited else {}
            kept = {name: stored[name] for name in stored if name in edited.hand_edited}
            values = derived(there_at(at, contents[pk], kept), kept, terms)
        edited_at = edited.history_date if edited and edited.history_user_id else None
        found[pk] = (
            former_post(post, values, edited_at, [one for one in contents[pk] if one.since <= at])
            if values and values["status"] == Post.Status.PUBLISHED
            else None
        )
    return found


def record_of(at: dt.datetime, last: Any, following: Any, contents: Sequence[Content]) -> Any:
    """The record that has the post as it was: `last`, the newest until then, or `following`, the
    oldest after it, if no import changed the post between that record and the moment. Before the
    first change of an editor, what imports had made of the post was recorded, by nobody."""
    moments = [one for content in contents for one in (content.since, content.until) if one]
    is_of_imports = following is not None and following.history_user_id is None
    if is_of_imports and not any(at < moment <= following.history_date for moment in moments):
        return following
    if last and not any(last.history_date < moment <= at for moment in moments):
        return last
    return None


def there_at(at: dt.datetime, contents: Sequence[Content], kept: Values) -> Sequence[Content]:
    """What a post was made of at a moment. If its last document goes, an import hides it, unless an
    editor has decided whether it shows: then it stays as it is."""
    there = [one for one in contents if one.was_there(at)]
    if there or "status" not in kept:
        return there
    went = max((one.until for one in contents if one.until and one.until <= at), default=None)
    return [one for one in contents if one.until == went]


def contents_of(ids: Collection[int]) -> Mapping[int, Sequence[Content]]:
    """All that the documents of these posts have contained while they were theirs, by post, in the
    order of the names of files and of time. Three queries."""
    left = FormerHome.objects.filter(post__in=ids).values("document")
    documents = Document.objects.filter(Q(post__in=ids) | Q(pk__in=left)).defer("content")
    stored = list(documents.order_by("file_name"))
    versions: dict[int, list[Any]] = defaultdict(list)
    replaced = DocumentVersion.objects.filter(document__in=stored).defer("content")
    for version in replaced.order_by("imported_at", "pk"):
        versions[version.document_id].append(version)
    homes: dict[int, list[FormerHome]] = defaultdict(list)
    for home in FormerHome.objects.filter(document__in=stored).order_by("until", "pk"):
        homes[home.document_id].append(home)
    found: dict[int, list[Content]] = defaultdict(list)
    for document in stored:
        each = [*versions[document.pk], document]
        moments = [one.imported_at for one in each]
        left_at = [one.until for one in homes[document.pk]]
        for one, since, until in zip(each, moments, [*moments[1:], None], strict=True):
            for post_id, came_at, went_at in zip(
                [*(home.post_id for home in homes[document.pk]), document.post_id],
                [since, *left_at],
                [*left_at, document.gone_at],
                strict=True,
            ):
                start = max(since, came_at)
                end = min(filter(None, [until, went_at]), default=None)
                if post_id is not None and (end is None or start < end):
                    found[post_id].append(Content(one, document, start, end))
    return found


def recorded(record: Any, terms: Terms) -> Values:
    """What a record has."""
    values = {name: getattr(record, name) for name in COLUMNS}
    for kind in TERMS:
        if kind.join is None:
            found = [terms.by_key(kind, getattr(record, f"{kind.field}_id"))]
        else:
            rows = getattr(record, f"historical{kind.join._meta.model_name}_set")
            found = [
                row if kind is SECURITY else terms.by_key(kind, getattr(row, f"{kind.name}_id"))
                for row in rows.order_by("position", "pk")
            ]
        values[kind.field] = list(dict.fromkeys(one for one in found if one))
    values[SECURITY.field] = [
        mention(security, {name: getattr(row, name) for name in NAMED})
        for row in values[SECURITY.field]
        if (security := terms.by_key(SECURITY, row.security_id))
    ]
    return values


def derived(contents: Sequence[Content], kept: Values, terms: Terms) -> Values | None:
    """The values that documents give a post, with `kept` in place of those that imports leave
    alone; None if no document can be read."""
    documents, _unreadable = parse_stored(
        (one.document.file_name, one.stored.content) for one in contents
    )
    if not documents:
        return None
    post = derive(documents)
    values = {name: getattr(post, name) for name in COLUMNS if name != "status"}
    values["status"] = Post.Status.DRAFT if post.is_draft else Post.Status.PUBLISHED
    for kind in TERMS:
        found = [terms.by_name(kind, name) for name in post.terms[kind.name]]
        values[kind.field] = list(dict.fromkeys(one for one in found if one))
    marked = {security.pk: "" for security in values[SECURITY.field]}
    values |= kept
    if SECURITY.field not in kept:
        text = normal_text(values["title"], values["digest"], plain_text(values["body_html"]))
        values[SECURITY.field] = [
            mention(security, {name: getattr(row, name) for name in NAMED})
            for row in named_in(text, marked, known())
            if (security := terms.by_key(SECURITY, row.security_id))
        ]
    return values


def mention(security: Any, columns: Mapping[str, Any]) -> Mention:
    return Mention(security=security, **columns)


def former_post(
    post: Post, values: Values, edited_at: dt.datetime | None, contents: Sequence[Content]
) -> FormerPost:
    columns = {name: values[name] for name in COLUMNS}
    mentions = values[SECURITY.field]
    terms = {kind.field: values[kind.field] for kind in TERMS}
    terms[SECURITY.field] = list(dict.fromkeys(one.security for one in mentions))
    text = plain_text(values["body_html"])
    told = {"pk": post.pk, "slug": post.slug, "info_code": post.info_code, "body_text": text}
    return FormerPost(Post(**told, **columns, edited_at=edited_at), terms, mentions, contents)
