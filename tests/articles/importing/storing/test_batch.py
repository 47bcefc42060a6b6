import pytest
from django.db import connection

from articles.importing.discovery import Found
from articles.importing.reading.files import read
from articles.importing.reparse import derive_again
from articles.importing.storing.batch import write
from articles.models import (
    Category,
    Document,
    Mention,
    Post,
    PostCategory,
    Security,
    Source,
    Tag,
)

pytestmark = pytest.mark.django_db

CODE = "202203040000000001"


def document(
    name=f"2022-03-04-{CODE}.md",
    *,
    title="锂价回落",
    date="2022-03-04 09:30:00",
    category="emnews",
    tag="东财滚动新闻",
    body="<p>锂价走弱。</p>",
    medium="财联社",
):
    text = (
        f'---\nlayout: post\ntitle: "{title}"\ndate: {date}\ncategories: {category}\n'
        f"tags: {tag}\n---\n{body}"
        f'<p class="em_media">（文章来源：{medium}）</p>\n\n'
        f"<http://finance.eastmoney.com/news/1354,{CODE}.html>\n"
    )
    return read_text(name, text)


def read_text(name, text):
    content = text.encode()
    return read(Found(f"/srv/site/{name}", len(content), content=content))


def article(**fields):
    fields = {"category": "cailianshe", "tag": "财联社新闻", **fields}
    return document(f"2022-03-04-NW{CODE}.md", **fields)


def mark(symbol, name):
    return f'<a class="keytip" data-code="{symbol.replace(".", ",")}">{name}</a>'


def archive():
    """Everything stored, but for ids and the times of writing."""
    return {
        model.__name__: sorted(
            map(repr, model.objects.values_list(*fields)),
        )
        for model, fields in {
            Document: ["file_name", "content", "sha256", "category", "tags", "post__slug"],
            Post: ["slug", "info_code", "title", "digest", "body_html", "body_text",
                   "published_at", "original_url", "source__name", "status"],
            PostCategory: ["post__slug", "category__slug", "category__name", "published_at"],
            Mention: ["post__slug", "security__market", "security__code", "position"],
            Security: ["market", "code", "kind", "name", "names", "pinyin"],
        }.items()
    }  # fmt: skip


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
    assert written.kept[new.parsed.file_name] == (
        "edited by hand, so left alone: categories, title",
    )


def test_joins_follow_the_time_of_their_post():
    write([document()])
    write([document(date="2022-03-05 10:00:00")])
    assert PostCategory.objects.get().published_at == Post.objects.get().published_at


def test_a_security_goes_by_the_name_in_its_newest_post_in_any_order():
    def renamed(day, name):
        return document(
            f"2022-03-0{day}-20220304000000000{day}.md",
            date=f"2022-03-0{day} 09:00:00",
            body=f"<p>{mark('1.600145', name)}</p>",
        )

    for order in (
        [renamed(1, "旧名"), renamed(2, "新名")],
        [renamed(2, "新名"), renamed(1, "旧名")],
    ):
        Document.objects.all().delete()
        Security.objects.all().delete()
        for new in order:
            write([new])
        security = Security.objects.get()
        assert security.name == "新名"
        assert security.names == sorted(["新名", "旧名"])
        assert security.pinyin == "xm"


def test_categories_that_differ_in_case_alone_are_two():
    write([
        document("2022-03-01-202203010000000001.md", category="TechWeb", tag="TechWeb新闻"),
        document("2022-03-02-202203020000000002.md", category="Techweb", tag="TechWeb新闻"),
    ])  # fmt: skip
    assert set(Category.objects.values_list("slug", flat=True)) == {"TechWeb", "Techweb"}


def test_media_whose_names_sound_alike_get_addresses_of_their_own():
    write([
        document("2022-03-01-202203010000000001.md", medium="时报"),
        document("2022-03-02-202203020000000002.md", medium="实报"),
    ])  # fmt: skip
    assert set(Source.objects.values_list("slug", flat=True)) == {"shibao", "shibao-2"}


def test_what_was_assumed_of_a_post_is_kept_with_its_documents_while_it_is_assumed():
    write([document(title="")])
    assert Document.objects.get().notes == ["no title: taken from the text: 锂价走弱"]
    write([article()])
    assert [stored.notes for stored in Document.objects.all()] == [[], []]


def test_a_post_that_its_only_document_left_is_hidden_not_deleted():
    name, text = "2022-03-04-lithium.md", document().content.decode()
    for code in (CODE, "202203040000000009"):
        flash = f"//finance.eastmoney.com/news/1354,{CODE}.html"
        link = f"//x.example/NewsShare.html?infoCode=NW{code}"
        write([read_text(name, text.replace(flash, link))])

    assert Post.objects.get(slug=CODE).status == Post.Status.HIDDEN
    assert Post.objects.get(slug="202203040000000009").status == Post.Status.PUBLISHED


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


def plain(name, title, body, *lines):
    text = "\n".join(["---", f"title: {title}", "date: 2022-02-20 10:00:00", *lines, "---", body])
    return read_text(name, text)


MARKDOWN = ("2022-02-20-a.md", "甲", "<p>甲的正文。</p>")
HTML = ("2022-02-20-a.html", "乙", "<p>乙的正文，长得多，完全不同。</p>")


def titles():
    return dict(Post.objects.exclude(status="hidden").values_list("slug", "title"))


@pytest.mark.parametrize("batches", [
    [[MARKDOWN, HTML]], [[HTML, MARKDOWN]], [[MARKDOWN], [HTML]], [[HTML], [MARKDOWN]],
    [[HTML], [MARKDOWN], [HTML]],
])  # fmt: skip
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


def test_addresses_are_stored_and_found_again_when_derived_again():
    write([plain("2022-02-20-a.md", "甲", "文", "permalink: /old/a.html", "redirect_from: /b/")])
    assert Document.objects.get().addresses == ["/old/a", "/b"]
    Document.objects.update(addresses=[], notes=["旧"])
    derive_again(["2022-02-20-a"])
    assert Document.objects.get().addresses == ["/old/a", "/b"]
    assert Document.objects.get().notes == []
