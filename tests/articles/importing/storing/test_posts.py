import pytest

from articles.importing.storing.batch import write
from articles.models import (
    Post,
    PostCategory,
)
from tests.articles.importing.storing.written import (
    CODE,
    document,
    read_text,
)

pytestmark = pytest.mark.django_db


def test_what_editors_changed_by_hand_is_left_alone_and_said():
    write([document()])
    Post.objects.update(title="碳酸锂回落", hand_edited=["title", "categories"])
    Post.objects.get().categories.clear()

    new = document(title="锂价大跌", body="<p>新的正文。</p>")
    written = write([new])

    post = Post.objects.get()
    assert post.title == "碳酸锂回落"
    assert post.body_text == "新的正文。"
    assert not post.categories.exists()
    assert tuple(map(str, written.kept[new.parsed.file_name])) == (
        "edited by hand, so left alone: categories, title",
    )


def test_joins_follow_the_time_of_their_post():
    write([document()])
    write([document(date="2022-03-05 10:00:00")])
    assert PostCategory.objects.get().published_at == Post.objects.get().published_at


def test_a_post_that_its_only_document_left_is_hidden_not_deleted():
    name, text = "2022-03-04-lithium.md", document().content.decode()
    for code in (CODE, "202203040000000009"):
        flash = f"//finance.eastmoney.com/news/1354,{CODE}.html"
        link = f"//x.example/NewsShare.html?infoCode=NW{code}"
        write([read_text(name, text.replace(flash, link))])

    assert Post.objects.get(slug=CODE).status == Post.Status.HIDDEN
    assert Post.objects.get(slug="202203040000000009").status == Post.Status.PUBLISHED
