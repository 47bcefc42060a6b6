"""Posts → front-matter files, as the site keeps them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from django.utils import timezone

from ..models import Document, Post
from .body import HTML_START

PLAIN = re.compile(r"[\w·(][\w·() -]*")


@dataclass(frozen=True, slots=True)
class ExportedFile:
    name: str
    content: bytes


def exported_files() -> Iterator[ExportedFile]:
    """The archive as files: each document that no editor has touched byte for byte as it came;
    a post that was edited as one document that gives just that post."""
    untouched = Document.objects.filter(post__hand_edited=[]).order_by("file_name")
    for document in untouched.iterator(chunk_size=200):
        yield ExportedFile(document.file_name, bytes(document.content))
    edited = Post.objects.exclude(hand_edited=[]).select_related("source").order_by("pk")
    for post in edited.iterator(chunk_size=200):
        yield rewritten(post)


def rewritten(post: Post) -> ExportedFile:
    """A post as a document in the writing script's form."""
    original = post.documents.order_by("-file_name").first()
    when = timezone.localtime(post.published_at)
    categories = post.categories.order_by("postcategory__position")
    tags = post.tags.order_by("posttag__position")
    lines = [
        "---",
        "layout: post",
        f"title: {quoted(post.title)}",
        f"date: {when:%Y-%m-%d %H:%M:%S %z}",
        f"categories: {one_or_list([category.slug for category in categories])}",
        f"tags: {one_or_list([tag.name for tag in tags])}",
        *(["published: false"] if post.status != Post.Status.PUBLISHED else []),
        "---",
    ]
    body = post.body_html
    if body and not HTML_START.match(body):
        body = f"<!-- -->{body}"  # or its first paragraph would be taken for a digest
    if post.source:
        body += f'<p class="em_media">（文章来源：{escape(post.source.name)}）</p>'
    digest = f"> {escape(post.digest)}\n\n" if post.digest else ""
    text = "\n".join(lines) + f"\n{digest}{body}\n\n<{post.original_url}>\n"
    name = original.file_name if original else f"{when:%Y-%m-%d}-{post.slug}.md"
    return ExportedFile(name, text.encode())


def quoted(text: str) -> str:
    """A text as YAML has it between quotes, of which JSON is a part."""
    return json.dumps(text, ensure_ascii=False)


def one_or_list(values: list[str]) -> str:
    """One value as it stands, as the script writes it, where YAML reads it so too."""
    if len(values) == 1 and PLAIN.fullmatch(values[0]):
        return values[0]
    return f"[{', '.join(map(quoted, values))}]" if values else ""
