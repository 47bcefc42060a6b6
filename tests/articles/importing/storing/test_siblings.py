import pytest

from articles.importing.reparse import derive_again
from articles.importing.storing.batch import write
from articles.models import (
    Document,
    Post,
)
from tests.articles.importing.storing.written import (
    archive,
    plain,
)

pytestmark = pytest.mark.django_db


MARKDOWN = ("2022-02-20-a.md", "甲", "<p>甲的正文。</p>")


HTML = ("2022-02-20-a.html", "乙", "<p>乙的正文，长得多，完全不同。</p>")


def titles():
    return dict(Post.objects.exclude(status="hidden").values_list("slug", "title"))


@pytest.mark.parametrize(
    "batches",
    [
        [[MARKDOWN, HTML]],
        [[HTML, MARKDOWN]],
        [[MARKDOWN], [HTML]],
        [[HTML], [MARKDOWN]],
        [[HTML], [MARKDOWN], [HTML]],
    ],
)
def test_documents_that_their_endings_tell_apart_stay_readable_in_any_order(batches):
    for batch in batches:
        write([plain(*document) for document in batch])
    assert titles() == {"2022-02-20-a": "甲", "2022-02-20-a.html": "乙"}
    homes = dict(Document.objects.values_list("file_name", "post__title"))
    assert homes == {"2022-02-20-a.md": "甲", "2022-02-20-a.html": "乙"}
    before = archive()
    assert derive_again(list(titles())) == []
    assert archive() == before


def test_one_alone_has_the_plain_address():
    write([plain(*HTML)])
    assert titles() == {"2022-02-20-a": "乙"}


def test_posts_that_were_joined_by_mistake_are_told_apart_when_derived_again():
    names = ["2022-02-21-1256789012345678901", "2022-02-21-1256789012345678902"]
    write([plain(f"{name}.md", name[-1], f"<p>正文{name[-1]}。</p>") for name in names])
    first, second = Document.objects.order_by("file_name")
    joined = Post.objects.create(slug="125678901234567890", published_at=first.post.published_at)
    Document.objects.update(post=joined)
    Post.objects.exclude(pk=joined.pk).delete()

    assert derive_again([joined.slug]) == []

    assert titles() == dict(zip(names, "12", strict=True))
    assert {first.pk, second.pk} == {post.documents.get().pk for post in published()}
    assert Post.objects.get(pk=joined.pk).status == "hidden"


def published():
    return Post.objects.filter(status="published")
