"""What editors do to posts. Each change is one transaction, which stores it, records it, marks its
fields as edited by hand, so that imports leave them alone, and updates search."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.text import slugify

from .. import changes
from ..importing.reading.body import SecurityMark, plain_text
from ..importing.reading.derive import derive, parse_stored
from ..importing.reading.documents import DocumentError
from ..mentions import storing
from ..models import Erasure, Post, Security, StoryPost
from ..pinyin import syllables
from ..terms import JOINED, SECURITY, TERMS, TermKind
from . import bodies, history, mentions, previews

JOINS: Final = {kind.field: kind for kind in JOINED}
#: Terms in a column of the post.
SINGLE: Final = {kind.field: kind for kind in TERMS if kind.join is None}
#: What editors may say of a story, with the values that say nothing.
STORY: Final = {"story": "", "tells_first": False}
COLUMNS = (
    "title",
    "digest",
    "body_html",
    "published_at",
    "original_url",
    *SINGLE,
    "status",
    *STORY,
)
EDITABLE_FIELDS = (*COLUMNS, *JOINS)

SLUG_LENGTH = 60  # characters of pinyin in the slug of a post that was written at the desk


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of a post: the new values of fields, and all fields that are edited by hand then."""

    post: Post
    values: Mapping[str, Any]
    hand_edited: frozenset[str]
    is_new: bool = False


def values_of(post: Post) -> dict[str, Any]:
    """The value of each field that editors may change; a join is a list of terms, in order."""
    return values_of_each([post])[post.pk]


def values_of_each(posts: Sequence[Post]) -> dict[int, dict[str, Any]]:
    """`values_of` many posts, by primary key, in as few queries as for one."""
    values: dict[int, dict[str, Any]] = {
        post.pk: {name: getattr(post, name) for name in COLUMNS} | {name: [] for name in JOINS}
        for post in posts
    }
    for field, kind in JOINS.items():
        rows = kind.join.objects.filter(post__in=posts).select_related(kind.name)
        for row in rows.order_by("position"):
            values[row.post_id][field].append(getattr(row, kind.name))
    return values


def change(
    post: Post, values: Mapping[str, Any], *, by: AbstractBaseUser | None, why: str = ""
) -> frozenset[str]:
    """Give fields of a stored post new values, and return the names of those that changed.

    `values` has names of `EDITABLE_FIELDS`; a join is a list of terms. The body is sanitised here,
    its text is derived, and the securities that it marks are added. Raises `DocumentError` for a
    body that takes too much time or memory.
    """
    return change_each([post.pk], lambda _old: values, by=by, why=why).get(post.pk, frozenset())


@transaction.atomic
def change_each(
    post_ids: Collection[int],
    new_values: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    *,
    by: AbstractBaseUser | None,
    why: str = "",
) -> dict[int, frozenset[str]]:
    """`change` many posts in as few queries as one. `new_values` makes the new values of a post
    from its old ones. Return the names of the fields that changed, by primary key: also of posts
    that are no longer the first of their stories, since another one is now."""
    posts = locked(post_ids)
    old = values_of_each(posts)
    edits = []
    for post in posts:
        values = read_body(new_values(old[post.pk]), old[post.pk])
        if changed := differing(old[post.pk], values):
            edits.append(Edit(post, changed, frozenset({*post.hand_edited, *changed})))
    told = {edit.post.pk: edit.values for edit in edits if not edit.values.keys().isdisjoint(STORY)}
    edits += no_longer_first({pk: {**old[pk], **values} for pk, values in told.items()})
    history.remember_imports([edit.post for edit in edits])
    store(edits, by=by, why=why)
    return {edit.post.pk: frozenset(edit.values) for edit in edits}


def no_longer_first(changed: Mapping[int, Mapping[str, Any]]) -> list[Edit]:
    """An edit of each post that is `first_before`."""
    return [
        Edit(post, {"tells_first": False}, frozenset({*post.hand_edited, "tells_first"}))
        for post in locked(first_before(changed))
    ]


def first_before(changed: Mapping[int, Mapping[str, Any]]) -> dict[int, str]:
    """The titles, by id, of the posts that an editor made the first of stories to which these new
    values give another first. A post that is now told with another becomes the first of that one's
    story, also if it was the first of its own."""
    first = {pk: values for pk, values in changed.items() if values.get("tells_first")}
    if not first:
        return {}
    named = {pk: values["story"] for pk, values in first.items() if values.get("story")}
    in_story = StoryPost.objects.filter(
        Q(post__in=first.keys() - named.keys()) | Q(post__slug__in=named.values())
    )
    before = Post.objects.filter(
        Q(in_story__first__in=in_story.values("first")) | Q(slug__in=named.values()),
        tells_first=True,
    )
    return dict(before.exclude(pk__in=changed).values_list("pk", "title"))


@transaction.atomic
def create(values: Mapping[str, Any], *, by: AbstractBaseUser | None, why: str = "") -> Post:
    """Write a new post. No document belongs to it, so all of it is edited by hand. It needs a
    title and a time."""
    post = Post(
        slug=free_slug(values["title"], values["published_at"]),
        title=values["title"],
        published_at=values["published_at"],
    )
    Post.objects.bulk_create([post])  # makes no record: `store` does, once the post is complete
    values = read_body(values, values_of(post))
    others = no_longer_first({post.pk: values})
    history.remember_imports([edit.post for edit in others])
    store([Edit(post, values, frozenset(EDITABLE_FIELDS), is_new=True), *others], by=by, why=why)
    return post


@transaction.atomic
def pin_securities(post: Post, *, by: AbstractBaseUser | None, why: str = "") -> None:
    """Keep the securities that a post has, whatever imports find in it from now on."""
    [post] = locked([post.pk])
    if "securities" not in post.hand_edited:
        history.remember_imports([post])
        chosen = {"securities": values_of(post)["securities"]}
        store([Edit(post, chosen, frozenset({*post.hand_edited, "securities"}))], by=by, why=why)


@transaction.atomic
def restore_imported(
    post: Post, fields: Iterable[str], *, by: AbstractBaseUser | None, why: str = ""
) -> None:
    """Give fields the values that the post's documents have, and give them back to imports."""
    [post] = locked([post.pk])
    fields = frozenset(fields)
    imported = imported_values(post)
    values = {name: imported[name] for name in fields & imported.keys()}
    history.remember_imports([post])
    own = frozenset(post.hand_edited) - fields
    store([Edit(post, differing(values_of(post), values), own)], by=by, why=why)


def undo_each(
    changes: Mapping[int, int], *, by: AbstractBaseUser | None, why: str = ""
) -> list[int]:
    """Undo changes of posts, given as records of their history by post: both are primary keys.
    Fields that were changed again since are left alone. Return the posts that were changed."""
    edits = []
    stored = locked(changes.keys())
    now = values_of_each(stored)
    for post in stored:
        after = post.history.get(pk=changes[post.pk])
        before = post.history.filter(history_id__lt=after.pk).order_by("-history_id").first()
        if before is None:
            continue
        old, new = recorded_values(before), recorded_values(after)
        back = {name: old[name] for name in differing(old, new) if now[post.pk][name] == new[name]}
        given_back = {name for name in back if name not in before.hand_edited}
        taken = {name for name in before.hand_edited if name not in after.hand_edited}
        own = frozenset(({*post.hand_edited} - given_back) | taken)
        if back or own != frozenset(post.hand_edited):
            edits.append(Edit(post, back, own))
    history.remember_imports([edit.post for edit in edits])
    store(edits, by=by, why=why)
    return [edit.post.pk for edit in edits]


def recorded_values(record: Any) -> dict[str, Any]:
    """The `values_of` a post as a record of its history has them."""
    values = {name: getattr(record, name) for name in COLUMNS if name not in SINGLE}
    values |= {name: history.related(record, name) for name in SINGLE}
    return values | {name: history.joined(record, name) for name in JOINS}


def restore_version(
    post: Post,
    record: Any,
    *,
    by: AbstractBaseUser | None,
    why: str = "",
    with_status: bool = False,
) -> frozenset[str]:
    """Restore a post as a record of its history has it, and return the names of the fields that
    changed. The status stays unless `with_status`: whoever wants a text back may not want to
    publish it."""
    values = recorded_values(record)
    if not with_status:
        del values["status"]
    return change(post, values, by=by, why=why)


def imported_values(post: Post) -> dict[str, Any]:
    """The values that the post's documents have, by field; empty if it has no documents."""
    stored = post.documents.filter(gone_at=None).order_by("file_name")
    contents = stored.values_list("file_name", "content")
    documents, _unreadable = parse_stored(contents, bodies.parse_document)
    if not documents:
        return {}
    derived = derive(documents)
    terms = {kind.field: known(kind, derived.terms[kind.name]) for kind in TERMS}
    text = (derived.title, derived.digest, derived.body_text)
    return {
        "title": derived.title,
        "digest": derived.digest,
        "body_html": derived.body_html,
        "published_at": derived.published_at,
        "original_url": derived.original_url,
        "status": Post.Status.DRAFT if derived.is_draft else Post.Status.PUBLISHED,
        **STORY,
        **terms,
        "securities": mentions.named(*text, marked=terms["securities"]),
    }


def known(kind: TermKind, names: Iterable[str]) -> Any:
    """Those terms that exist among the ones that documents call by these names: a list; or one or
    None if a post has at most one of this kind."""
    terms = present(map(kind.objects.called, names))
    return terms if kind.join else next(iter(terms), None)


def present(terms: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(term for term in terms if term is not None))


def locked(post_ids: Collection[int]) -> list[Post]:
    posts = Post.objects.select_for_update(of=["self"]).select_related(*SINGLE)
    return list(posts.filter(pk__in=post_ids).order_by("pk"))


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in new.items() if old[name] != value}


def read_body(values: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """`values` with a new body as an import would read it: sanitised, and with the securities that
    it marks. Securities that the text names or that editors added without a mark stay. Raises
    `DocumentError`."""
    html = values.get("body_html", old["body_html"])
    if html == old["body_html"]:
        return dict(values)
    body = bodies.read(html)
    marked = [security_of(mark) for mark in body.securities]
    gone = present(Security.objects.called(mark.symbol) for mark in marks_of(old["body_html"]))
    now = {**old, **values}
    named = mentions.named(now["title"], now["digest"], body.text)
    kept = [one for one in now["securities"] if one in named or one not in gone]
    return {**values, "body_html": body.html, "securities": present([*marked, *kept])}


def marks_of(html: str) -> tuple[SecurityMark, ...]:
    """The marks of a stored body; none if it is too costly to read, so that it can be replaced."""
    try:
        return bodies.read(html).securities
    except DocumentError:
        return ()


def security_of(mark: SecurityMark) -> Security:
    """The security that a body marks. If it is new to the archive it is added, without a name until
    readers see the post."""
    if known := Security.objects.called(mark.symbol):
        return known
    return Security.objects.create(
        market=mark.market,
        code=mark.code,
        kind=mark.kind,
    )


def store(edits: Sequence[Edit], *, by: AbstractBaseUser | None, why: str) -> None:
    """Write, record and index edits of posts. This transaction has locked the posts."""
    if not edits:
        return
    columns = {"hand_edited", "modified_at", "edited_at"}
    for edit in edits:
        edit.post.hand_edited = sorted(edit.hand_edited)
        edit.post.modified_at = timezone.now()
        if edit.values.keys() - {*STORY}:  # it reads as before
            edit.post.edited_at = edit.post.modified_at
        for name in edit.values.keys() & {*COLUMNS}:
            setattr(edit.post, name, edit.values[name])
            columns.add(name)
        if "body_html" in edit.values:
            edit.post.body_text = plain_text(edit.post.body_html)
            columns.add("body_text")
    Post.objects.bulk_update([edit.post for edit in edits], columns)
    chosen = {e.post.pk: e.values["securities"] for e in edits if "securities" in e.values}
    left = {e.post.pk for e in edits if "securities" not in e.hand_edited}
    mentions.decide({pk: those for pk, those in chosen.items() if pk not in left})
    mentions.leave_to_imports(left)
    for field, kind in JOINS.items():
        if kind is not SECURITY:
            write_joins(kind, {e.post: e.values[field] for e in edits if field in e.values})
    if moved := [edit.post for edit in edits if "published_at" in edit.values]:
        their_time = Post.objects.filter(pk=OuterRef("post")).values("published_at")
        for kind in JOINED:
            kind.join.objects.filter(post__in=moved).update(published_at=Subquery(their_time))
    recognise(edits, chosen)
    previews.end({edit.post: edit.values.keys() for edit in edits if not edit.is_new}, by)
    # After the joins, which a record has too.
    history.record([e.post for e in edits if e.is_new], by=by, why=why, are_new=True)
    history.record([e.post for e in edits if not e.is_new], by=by, why=why)
    changes.posts_changed([edit.post.pk for edit in edits])


def recognise(edits: Sequence[Edit], chosen: Mapping[int, Sequence[Security]]) -> None:
    """Write the securities that posts name: those in the texts that were edited, and those that an
    editor chose: `chosen`, by post."""
    marked: dict[int, dict[int, str]] = {}
    touched = []
    for edit in edits:
        if edit.values.keys() & {"title", "digest", "body_html", "securities"} or edit.is_new:
            touched.append(edit.post.pk)
        if edit.values.keys() & {"body_html", "securities"}:
            marks: dict[int, str] = {}
            for mark in marks_of(edit.post.body_html):
                if security := Security.objects.called(mark.symbol):
                    marks.setdefault(security.pk, mark.name)
            if "securities" not in edit.hand_edited:
                for security in edit.values.get("securities", []):
                    marks.setdefault(security.pk, "")
            marked[edit.post.pk] = marks
    if touched:
        ids = {pk: [security.pk for security in those] for pk, those in chosen.items()}
        storing.recognise(touched, marked, ids)


def write_joins(kind: TermKind, wanted: Mapping[Post, Sequence[models.Model]]) -> None:
    """Join posts with exactly these terms of a kind, in this order."""
    if not wanted:
        return
    kept = {(post.pk, term.pk) for post, terms in wanted.items() for term in terms}
    rows = kind.join.objects.filter(post__in=list(wanted))
    stored = rows.values_list("pk", "post", kind.name)
    rows.filter(pk__in=[pk for pk, *pair in stored if tuple(pair) not in kept]).delete()
    kind.join.objects.bulk_create(
        [
            kind.join(
                post=post,
                published_at=post.published_at,
                position=position,
                **{kind.name: term},
            )
            for post, terms in wanted.items()
            for position, term in enumerate(terms)
        ],
        update_conflicts=True,
        unique_fields=["post", kind.name],
        update_fields=["position"],
    )


def free_slug(title: str, at: dt.datetime) -> str:
    """A slug for a post that was written at the desk: its day and the pinyin of its title, as
    Jekyll names files."""
    words = slugify("-".join(syllables(title)))[:SLUG_LENGTH].strip("-") or "post"
    base = f"{timezone.localtime(at):%Y-%m-%d}-{words}"
    taken = {
        slug
        for model in (Post, Erasure)
        for slug in model._default_manager.filter(slug__startswith=base).values_list(
            "slug", flat=True
        )
    }
    return next(slug for slug in numbered(base) if slug not in taken)


def numbered(base: str) -> Iterator[str]:
    """base, base-2, base-3, …"""
    yield base
    yield from (f"{base}-{number}" for number in count(2))
