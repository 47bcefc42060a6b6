"""A post as an import stores it."""

from articles.importing.discovery import Found
from articles.importing.reading.files import read
from articles.importing.storing.batch import write
from articles.models import Post


def import_text(text: str) -> Post:
    """Import a text as the one document of the one post that there is."""
    write([read(Found("2022-03-04-202203040000000001.md", content=text.encode()))])
    return Post.objects.get()
