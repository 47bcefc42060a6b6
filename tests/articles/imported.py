"""A post as an import stores it."""

from articles.importing.discovery import Found
from articles.importing.reading.files import read
from articles.importing.storing.batch import write
from articles.models import Post


def import_text(text: str, number: int = 1) -> Post:
    """Import a text as the one document of a post."""
    slug = f"20220304{number:010}"
    write([read(Found(f"2022-03-04-{slug}.md", content=text.encode()))])
    return Post.objects.get(slug=slug)
