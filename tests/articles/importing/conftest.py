"""What tests of the import share."""

import sys

import pytest

from articles.models import (
    Category,
    Document,
    Facet,
    FacetCount,
    Mention,
    Post,
    SearchEntry,
    Security,
    Source,
    Tag,
)
from articles.search.text.tokens import facet_token


@pytest.fixture
def send(tmp_path_factory, monkeypatch):
    """A function that puts bytes on standard input."""
    folder = tmp_path_factory.mktemp("standard-input")
    opened = []

    def send(content):
        path = folder / str(len(opened))
        path.write_bytes(content)
        opened.append(path.open("rb"))
        monkeypatch.setattr(sys, "stdin", opened[-1])

    yield send
    for file in opened:
        file.close()


@pytest.fixture(scope="session")
def everything_stored():
    """A function that returns what is stored."""

    def stored():
        """The archive, without ids and the times of writing."""
        return [
            sorted(map(repr, model.objects.values_list(*fields)))
            for model, fields in {
                Document: ["file_name", "sha256", "category", "tags", "post__slug", "notes"],
                Post: ["slug", "info_code", "title", "digest", "body_html", "body_text", "status",
                       "published_at", "original_url", "source__name"],
                Mention: ["post__slug", "security__market", "security__code", "position"],
                Security: ["market", "code", "name", "names", "pinyin"],
                Category: ["slug", "name"],
            }.items()
        ] + [search_entries(), facet_counts()]  # fmt: skip

    return stored


def search_entries():
    names = facet_names()
    return sorted(
        (slug, title, text, sorted(str(named(token, names)) for token in tokens))
        for slug, title, text, tokens in SearchEntry.objects.values_list(
            "post__slug", "title", "text", "tokens"
        )
    )


def facet_counts():
    names = facet_names()
    counts = FacetCount.objects.exclude(posts=0).values_list("facet", "key", "posts")
    return sorted(
        (str(named(facet_token(facet, key), names)), posts) for facet, key, posts in counts
    )


def facet_names():
    """What the facets that ids stand for are called, by their tokens."""
    keys = {
        Facet.SOURCE: (Source, "name"),
        Facet.CATEGORY: (Category, "slug"),
        Facet.TAG: (Tag, "name"),
        Facet.SECURITY: (Security, "symbol"),
    }
    return {
        facet_token(facet, row.pk): (facet, getattr(row, key))
        for facet, (model, key) in keys.items()
        for row in model.objects.all()
    }


def named(token, names):
    return names.get(token, token)
