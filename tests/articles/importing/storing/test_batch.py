import pytest
from django.db import connection

from articles.importing.storing.batch import write
from articles.models import (
    Category,
    Document,
    Post,
    Security,
    Source,
    Tag,
)
from tests.articles.importing.storing.written import (
    CODE,
    archive,
    article,
    document,
    mark,
)

pytestmark = pytest.mark.django_db


def test_a_document_is_stored_whole_with_its_post_and_all_that_it_names():
    new = document(body=f"<p>{mark('0.002466', '天齐锂业')}走弱。</p>")

    written = write([new])

    assert written.created == {new.parsed.file_name}
    stored = Document.objects.get()
    assert bytes(stored.content) == new.content
    assert bytes(stored.sha256) == new.sha256
    assert (stored.path, stored.size) == (f"/srv/site/{stored.file_name}", len(new.content))
    assert (stored.category, stored.tags) == ("emnews", ["东财滚动新闻"])
    post = stored.post
    assert (post.slug, post.title, post.status) == (CODE, "锂价回落", "published")
    assert post.source.name == "财联社"
    assert post.source.slug == "cailianshe"
    assert [str(category) for category in post.categories.all()] == ["东财滚动新闻"]
    assert [tag.slug for tag in post.tags.all()] == ["dongcaigundongxinwen"]
    security = post.securities.get()
    assert (security.symbol, security.name) == ("0.002466", "天齐锂业")
    assert security.pinyin.split()[0] == "tqly"
    assert post.postcategory_set.get().published_at == post.published_at


def test_both_kinds_of_an_article_make_one_post_in_one_batch_or_two_in_any_order():
    flash = document(
        body=f"<p>{mark('0.002466', '天齐锂业')}走弱。</p>", date="2022-03-04 09:31:00"
    )
    archives = []
    for batches in ([[flash, article()]], [[flash], [article()]], [[article()], [flash]]):
        for model in (Document, Post, Category, Source, Tag, Security):
            model.objects.all().delete()
        for batch in batches:
            write(batch)
        assert Post.objects.count() == 1
        archives.append(archive())
    assert archives[0] == archives[1] == archives[2]


def test_writing_the_same_again_changes_nothing():
    batch = [document(body=f"<p>{mark('0.002466', '天齐锂业')}</p>"), article()]
    write(batch)
    before, modified = archive(), Post.objects.get().modified_at

    assert write(batch).created == set()

    assert archive() == before
    assert Post.objects.get().modified_at == modified


def test_a_document_that_changed_changes_its_post():
    write([document(body=f"<p>{mark('0.002466', '天齐锂业')}</p>")])
    write([document(title="锂价大跌", category="cailianshe", tag="财联社新闻")])

    post = Post.objects.get()
    assert post.title == "锂价大跌"
    assert [category.slug for category in post.categories.all()] == ["cailianshe"]
    assert [tag.name for tag in post.tags.all()] == ["财联社新闻"]
    assert not post.securities.exists()
    assert Document.objects.count() == 1


def test_a_batch_costs_the_same_queries_however_many_documents():
    def batch(count, offset):
        return [
            document(f"2022-03-04-2022030400{n:08}.md", body=f"<p>{mark(f'0.{n:06}', 'x')}</p>")
            for n in range(offset, offset + count)
        ]

    def queries(documents):
        with connection.execute_wrapper(counter := Counter()):
            write(documents)
        return counter.count

    write(batch(1, 0))
    assert queries(batch(2, 1)) == queries(batch(40, 10))


class Counter:
    count = 0

    def __call__(self, execute, *args):
        self.count += 1
        return execute(*args)
