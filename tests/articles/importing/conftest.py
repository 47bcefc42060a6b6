"""What tests of the import share."""

import pytest

from articles.models import Category, Document, Mention, Post, SearchEntry, Security


@pytest.fixture
def everything_stored():
    """A function that returns the archive but for ids and the times of writing."""

    def stored():
        """The archive but for ids and the times of writing."""
        return [
            sorted(map(repr, model.objects.values_list(*fields)))
            for model, fields in {
                Document: ["file_name", "sha256", "category", "tags", "post__slug", "notes"],
                Post: ["slug", "info_code", "title", "digest", "body_html", "body_text", "status",
                       "published_at", "original_url", "source__name"],
                Mention: ["post__slug", "security__market", "security__code", "position"],
                Security: ["market", "code", "name", "names", "pinyin"],
                Category: ["slug", "name"],
                SearchEntry: ["post__slug", "text", "tokens"],
            }.items()
        ]  # fmt: skip

    return stored
