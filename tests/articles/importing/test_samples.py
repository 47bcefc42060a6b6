"""Sample posts leave as if they had never been there, and take nothing real with them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction

from articles.editing import (
    bulk,
    posts,
    previews,
    terms,
)
from articles.importing import samples
from articles.importing.listed import store_list
from articles.importing.reading.listed.securities import ListedSecurity, SecurityList
from articles.models import (
    ArchiveVersion,
    Category,
    ChangedPost,
    Document,
    DocumentVersion,
    FacetCount,
    Mention,
    Post,
    PostCategory,
    PostTag,
    SearchEntry,
    Security,
    Source,
    Tag,
    UnpublishedEntry,
)
from articles.samples import SAMPLE_MARK, sample_posts

pytestmark = pytest.mark.django_db

CODE = "202203042300000001"
REAL = {
    f"2022-03-04-{CODE}.md": "---\ntitle: 茅台提价\ndate: 2022-03-04 09:30:00 +0800\n"
    "categories: cailianshe\ntags: 财联社新闻\n---\n<p>"
    '<span id="stock_1.600519"><a href="http://quote.eastmoney.com/unify/r/1.600519" '
    'class="keytip" data-code="1,600519">贵州茅台</a></span>宣布提价。</p>\n\n'
    f"<http://finance.eastmoney.com/news/1354,{CODE}.html>\n",
    "2022-03-05-note.md": "---\ntitle: 短讯\ndate: 2022-03-05\ntags: 自家\n---\n只有一句。\n",
}
EVERYTHING = [
    Category, Document, DocumentVersion, Mention, Post, PostCategory, PostTag, SearchEntry,
    Security, Source, Tag, UnpublishedEntry, Post.history.model, Source.history.model,
    Tag.history.model,
    *(getattr(Post.history.model, name).model for name in ("categories", "tags", "securities")),
]  # fmt: skip


@pytest.fixture
def imported(tmp_path):
    """A function that imports texts by name, in a folder of their own."""
    folders = 0

    def run(files, **options):
        nonlocal folders
        folders += 1
        folder = tmp_path / str(folders)
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, newline="")
        call_command("import_posts", folder, **{"verbosity": 0, **options})
        return folder

    return run


@pytest.fixture
def editor():
    return User.objects.create_user("li")


def test_samples_are_known_by_their_front_matter(imported):
    imported(dict(sample_posts(30, seed=4)) | REAL)
    real = Document.objects.filter(is_sample=False).values_list("file_name", flat=True)
    assert set(real) == {*REAL}
    call_command("reparse_posts", verbosity=0)
    assert Document.objects.filter(is_sample=False).count() == len(REAL)


@pytest.mark.parametrize("count", [40, 70])
def test_samples_from_before_the_mark_are_known_by_their_bytes(imported, count):
    unmarked = {name: text.replace(f"{SAMPLE_MARK}\n", "") for name, text in sample_posts(count)}
    imported(unmarked)
    imported(REAL)
    assert not Post.objects.samples().exists()
    import_module("articles.migrations.0012_samples").mark_earlier_samples(apps, None)
    assert Post.objects.samples().count() == count
    assert Document.objects.filter(is_sample=False).count() == len(REAL)


def test_a_sample_that_was_edited_is_exported_as_one(imported, editor, tmp_path):
    imported(dict(sample_posts(3)))
    posts.change(Post.objects.newest_first()[0], {"title": "改过的标题"}, by=editor)
    call_command("export_posts", tmp_path / "exported", verbosity=0)
    files = [path.read_text() for path in (tmp_path / "exported").iterdir()]
    assert any("改过的标题" in text for text in files)
    assert all(SAMPLE_MARK in text.split("\n---\n")[0] for text in files)


def test_nothing_is_left_of_samples_alone(imported, editor, capsys):
    imported(dict(sample_posts(60)))
    changed = {name: text + "\n后来补充。" for name, text in sample_posts(60)}
    imported(changed)  # so that there are earlier versions
    files = len(changed)
    previews.make(Post.objects.first(), editor)
    change = bulk.create(Post.objects.all(), "derive", by=editor)
    ChangedPost.objects.create(change=change, post=Post.objects.first())
    before = ArchiveVersion.objects.get().number

    call_command("remove_sample_posts")

    assert capsys.readouterr().out == f"60 sample posts removed, of {files} documents\n"
    assert {model.__name__: model.objects.count() for model in EVERYTHING} == {
        model.__name__: 0 for model in EVERYTHING
    }
    assert not FacetCount.objects.exclude(posts=0).exists()
    assert ArchiveVersion.objects.get().number > before
    call_command("rebuild_search", check=True)


@pytest.mark.parametrize("samples_first", [True, False])
def test_what_is_real_is_as_if_there_had_been_no_samples(
    imported, everything_stored, samples_first
):
    with transaction.atomic():
        imported(REAL)
        alone = everything_stored()
        transaction.set_rollback(True)
    for files in sorted((REAL, dict(sample_posts(60))), key=len, reverse=samples_first):
        imported(files)
    assert everything_stored() != alone

    call_command("remove_sample_posts", verbosity=0)

    assert everything_stored() == alone
    call_command("rebuild_search", check=True)


def test_a_post_that_an_editor_edited_stays_until_it_is_asked_for(imported, editor, capsys):
    imported(dict(sample_posts(20)))
    edited = Post.objects.newest_first()[0]
    posts.change(edited, {"title": "改过的标题"}, by=editor)

    call_command("remove_sample_posts")
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("19 sample posts removed")
    assert out[1] == "1 sample post edited by hand, so left alone: --edited removes them too"
    assert list(Post.objects.all()) == [edited]
    assert edited.documents.exists()
    assert not Post.objects.samples().exists()
    call_command("rebuild_search", check=True)

    call_command("remove_sample_posts", edited=True)
    assert not Post.objects.exists()
    assert not Post.history.exists()


def test_a_post_of_a_sample_and_a_real_document_is_the_real_ones(imported, editor, capsys):
    flash = REAL[f"2022-03-04-{CODE}.md"]
    imported({f"2022-03-04-{CODE}.md": flash})
    alone = Post.objects.values("title", "digest", "body_html", "info_code").get()
    article = flash.replace("---\n", f"---\n{SAMPLE_MARK}\n", 1).replace("茅台提价", "样例标题")
    article = article.replace("宣布提价。", "宣布提价，这是更长的正文，由样例写成。" * 3)
    imported({f"2022-03-04-NW{CODE}.md": article})
    assert "样例写成" in Post.objects.get().body_html
    posts.change(Post.objects.get(), {"digest": "编辑写的摘要"}, by=editor)

    call_command("remove_sample_posts")

    assert "1 derived again from their other documents" in capsys.readouterr().out
    post = Post.objects.values("title", "digest", "body_html", "info_code").get()
    assert post == alone | {"digest": "编辑写的摘要"}
    assert Document.objects.get().file_name == f"2022-03-04-{CODE}.md"
    call_command("rebuild_search", check=True)


def test_a_security_gets_its_name_from_real_posts_again(imported):
    real = REAL[f"2022-03-04-{CODE}.md"]
    imported({f"2022-03-04-{CODE}.md": real})
    sample = real.replace("---\n", f"---\n{SAMPLE_MARK}\n", 1).replace("贵州茅台", "样例名称")
    imported(
        {
            "2022-12-31-202212312200000037.md": sample.replace("2022-03-04", "2022-12-31").replace(
                CODE, "202212312200000037"
            )
        }
    )
    assert Security.objects.get().name == "样例名称"
    call_command("remove_sample_posts", verbosity=0)
    assert Security.objects.get().name == "贵州茅台"


def test_terms_that_an_editor_touched_stay(imported, editor, make_post):
    imported(dict(sample_posts(60)))
    renamed, given = Source.objects.order_by("pk")[:2]
    terms.change(renamed, {"name": "改名的来源"}, by=editor)
    tag = Tag.objects.first()
    posts.change(make_post(source="自己的来源", tags=()), {"tags": [tag]}, by=editor)
    was_there = make_post(source="自己的来源")
    posts.change(was_there, {"source": given}, by=editor)
    posts.change(was_there, {"source": None}, by=editor)  # but its history names it

    call_command("remove_sample_posts", verbosity=0)

    left = set(Source.objects.values_list("name", flat=True))
    assert left == {"改名的来源", given.name, "自己的来源"}
    assert list(Tag.objects.all()) == [tag]
    assert Post.objects.count() == 2


def test_securities_that_a_list_of_an_exchange_has_stay(imported):
    imported(dict(sample_posts(20)))
    listed = Mention.objects.first().security
    store_list(SecurityList([ListedSecurity(listed.market, listed.code, listed.name)]))
    call_command("remove_sample_posts", verbosity=0)
    assert list(Security.objects.all()) == [listed]


def test_it_goes_on_where_it_was_interrupted(imported, monkeypatch, capsys):
    imported(dict(sample_posts(60)) | REAL)
    monkeypatch.setattr(samples, "POSTS_AT_ONCE", 7)
    delete = samples.delete_posts
    batches = iter(range(3))

    def interrupted(cursor, post_ids):
        delete(cursor, post_ids)
        if next(batches) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(samples, "delete_posts", interrupted)
    with pytest.raises(SystemExit) as status:
        call_command("remove_sample_posts")
    assert status.value.code == 130
    out = capsys.readouterr().out
    assert out.startswith("14 sample posts removed")
    assert out.endswith("Interrupted. The next run goes on from here.\n")
    assert Post.objects.samples().count() == 46
    call_command("rebuild_search", check=True)

    monkeypatch.setattr(samples, "delete_posts", delete)
    call_command("remove_sample_posts", verbosity=0)
    assert set(Document.objects.values_list("file_name", flat=True)) == {*REAL}
    call_command("rebuild_search", check=True)
