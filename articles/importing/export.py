"""Posts → front-matter files, as the site keeps them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from ..models import Document, Post
from ..samples import SAMPLE_MARK
from .reading.body import HTML_START, ORIGINAL
from .reading.derive import slug_of
from .reading.front_matter import rendered
from .values import NULLS

PLAIN = re.compile(r"[\w·(][\w·() -]*")


@dataclass(frozen=True, slots=True)
class ExportedFile:
    name: str
    content: bytes


class FolderInUseError(Exception):
    """The folder to export to holds files already; the message names it."""


def export_posts(folder: Path) -> int:
    """Write the archive as files into a folder that is new or empty; return how many there are.
    Raises `FolderInUseError`."""
    if folder.is_dir() and any(folder.iterdir()):
        raise FolderInUseError(f"{folder} is not empty; name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for file in exported_files():
        (folder / file.name).write_bytes(file.content)
        written += 1
    return written


def exported_files() -> Iterator[ExportedFile]:
    """The archive as files. A document of a post that nobody changed comes byte for byte as it was
    imported. A post that was edited, hidden or written here comes as one new document, which gives
    the same post when it is imported.

    A document whose file is gone is left out. So is a post that was hidden because all its files
    are gone, unless somebody has edited it."""
    present = Document.objects.filter(gone_at=None)
    is_hidden = Q(status=Post.Status.HIDDEN)
    is_derived = Q(hand_edited=[]) & ~is_hidden
    documents = present.filter(post__in=Post.objects.filter(is_derived)).order_by("file_name")
    for document in documents.iterator(chunk_size=200):
        yield ExportedFile(document.file_name, bytes(document.content))
    has_present = Exists(present.filter(post=OuterRef("pk")))
    has_documents = Exists(Document.objects.filter(post=OuterRef("pk")))
    is_pruned = Q(hand_edited=[]) & is_hidden & has_documents & ~has_present
    others = Post.objects.exclude(is_derived & has_present).exclude(is_pruned)
    others = others.select_related("source")
    for post in others.order_by("pk").iterator(chunk_size=200):
        yield rewritten(post)


def rewritten(post: Post) -> ExportedFile:
    """A post as a document in the form that the writing script gives to its own."""
    # The name of a document that is gone could give the post a code that it no longer has.
    original = post.documents.order_by(F("gone_at").desc(nulls_first=True), "-file_name").first()
    link, stated = post.original_url, []
    if original and slug_of(original.file_name, link) == post.slug:
        name = original.file_name
    else:
        name = f"{post.slug}.md"
    # Either the link holds another post's code, or it would be read as text.
    if slug_of(name, link) != post.slug or (link and not ORIGINAL.fullmatch(link)):
        link, stated = "", [f"original_url: {as_yaml(link)}"]
    when = timezone.localtime(post.published_at)
    categories = post.categories.order_by("postcategory__position")
    tags = post.tags.order_by("posttag__position")
    lines = [
        "---",
        "layout: post",
        f"title: {as_yaml(markup(post.title))}",
        f"date: {when:%Y-%m-%d %H:%M:%S %z}",
        f"categories: {one_or_list([category.slug for category in categories])}",
        f"tags: {one_or_list([markup(tag.name) for tag in tags])}",
        *([SAMPLE_MARK] if is_of_samples(post, original) else []),
        *(["published: false"] if post.status != Post.Status.PUBLISHED else []),
        *stated,
        "---",
    ]
    body = post.body_html
    if body and not HTML_START.match(body):
        body = f"<!-- -->{body}"  # or its first paragraph would be taken for a digest
    if post.source:
        body += f'<p class="em_media">（文章来源：{escape(post.source.name)}）</p>'
    digest = f"> {escape(post.digest)}\n\n" if post.digest else ""
    text = "\n".join(lines) + f"\n{digest}{body}\n\n<{link}>\n"
    return ExportedFile(name, text.encode())


def is_of_samples(post: Post, document: Document | None) -> bool:
    """Whether all documents of the post are samples; `document` is one of them."""
    return bool(document and document.is_sample) and not (
        post.documents.filter(is_sample=False).exists()
    )


def as_yaml(text: str) -> str:
    """A text as a quoted string of YAML: JSON's strings are valid there."""
    return json.dumps(text, ensure_ascii=False)


def markup(text: str) -> str:
    """A title or a tag, escaped if reading it would otherwise change it."""
    return text if rendered(text) == text else escape(text, quote=False)


def one_or_list(values: list[str]) -> str:
    """One value unquoted, as the script writes it, if YAML reads it as that; else a list."""
    if len(values) == 1 and PLAIN.fullmatch(values[0]) and values[0] not in NULLS:
        return values[0]
    return f"[{', '.join(map(as_yaml, values))}]" if values else ""
