import pytest
from django.core.management import call_command
from django.db import connection

from articles import reindexing
from articles.editing import erasing, posts, previews
from articles.importing.export import exported_files
from articles.importing.options import Options
from articles.importing.pipeline import import_posts
from articles.importing.reparse import reparse_posts
from articles.messages import Message
from articles.models import (
    Document,
    Erasure,
    ImportedFile,
    Post,
)

pytestmark = pytest.mark.django_db

CODE = "202203040000000001"
SECRET = "绝密内容"


def text(title):
    return f"---\ntitle: {title}\ndate: 2022-03-04 09:30:00\ncategories: a\n---\n<p>{title}。</p>\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / f"2022-03-04-{CODE}.md").write_text(text(SECRET))
    (tmp_path / f"2022-03-04-NW{CODE}.md").write_text(text(f"{SECRET}之二"))
    (tmp_path / "2022-03-05-other.md").write_text(text("别的"))
    import_posts([tmp_path])
    return tmp_path


@pytest.fixture
def erased(folder, editor):
    """What is left of a post that was edited, previewed, imported in two versions."""
    (folder / f"2022-03-04-{CODE}.md").write_text(text(f"{SECRET}新版"))
    import_posts([folder])
    post = Post.objects.get(slug=CODE)
    posts.change(post, {"title": f"{SECRET}改"}, by=editor)
    previews.make(post, editor)
    return erasing.erase(post, by=editor, why="判决")


def tables_with(text):
    """The tables of which any row has a text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        # Those of a batch are the connection's own, and go with it.
        tables = [table for table in tables if not table.startswith(("staged_", "wanted_"))]
        found = []
        for table in tables:
            has = "strpos(t::text, %s) > 0 OR strpos(t::text, %s) > 0"
            query = f'SELECT EXISTS (SELECT FROM "{table}" t WHERE {has})'  # noqa: S608
            cursor.execute(query, [text, text.encode().hex()])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_nothing_in_the_database_has_the_text(folder, editor):
    assert {"articles_post", "articles_document", "articles_searchentry"} <= {*tables_with(SECRET)}


def test_nothing_in_the_database_has_the_text_any_more(erased):
    assert tables_with(SECRET) == []
    assert list(reindexing.check()) == []


def test_who_when_and_why_is_recorded(erased, editor):
    assert (erased.slug, erased.made_by, erased.reason) == (CODE, editor, "判决")
    assert erased.made_at


def test_its_addresses_answer_that_it_is_gone(erased, client):
    assert client.get(f"/posts/{CODE}/").status_code == 410
    old = client.get(f"/a/2022/03/04/{CODE}.html", follow=True)
    assert old.status_code == 410


def test_imports_do_not_bring_it_back(erased, folder):
    (folder / f"2022-03-04-{CODE}.md").write_text(text("又一版"))  # by its name
    (folder / f"2022-03-06-{CODE}.md").write_text(text("另一个名字"))  # by its code
    (folder / "2022-03-07-copy.md").write_text(text(f"{SECRET}之二"))  # by its bytes
    (folder / f"2022-03-04-NW{CODE}.md").write_bytes(b"---\ntitle")  # though it cannot be read
    for options in (Options(), Options(dry_run=True), Options(prune=True), Options(checksum=True)):
        report = import_posts([folder], options)
        assert report.counts["skipped"] == 4
        assert [post.title for post in Post.objects.all()] == ["别的"]
    assert tables_with(SECRET) == []
    assert ImportedFile.objects.filter(notes=[Message("post-erased")]).exists()


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode("utf-8-sig") + b"\n\n",
        lambda text: text.replace("。", "。  ").encode("gb18030"),
        lambda text: text.encode("utf-16"),
    ],
    ids=["CRLF", "BOM", "GB18030", "UTF-16"],
)
def test_nor_when_they_are_written_in_another_way(erased, tmp_path, written):
    (tmp_path / "2022-03-09-copy.md").write_bytes(written(text(f"{SECRET}新版")))
    import_posts([tmp_path])
    assert tables_with(SECRET) == []


def test_nor_under_another_header(folder, tmp_path, editor):
    long = "机密名单：" + "某公司与某人的往来，" * 9
    (folder / "2022-03-08-long.md").write_text(text(long))
    import_posts([folder])
    erasing.erase(Post.objects.get(slug="2022-03-08-long"), by=editor, why="判决")
    for name, written in {
        "header": f'---\ncategories: b\ntitle: "{long}"\ndate: 2022-03-10\n---\n<p>{long}。</p>',
        "traditional": text(long.replace("与", "與").replace("来", "來")),
        "references": text(long).replace("<p>机", "<p>&#26426;"),
    }.items():
        (tmp_path / f"2022-03-10-{name}.md").write_text(written)
    import_posts([tmp_path])
    assert tables_with("密名单") == []


def test_export_and_reparse_know_nothing_of_it(erased):
    assert [file.name for file in exported_files()] == ["2022-03-05-other.md"]
    assert list(reparse_posts()) == [(1, [])]
    assert Document.objects.count() == 1
    call_command("rebuild_search", check=True)


def test_a_post_that_is_written_here_does_not_get_its_address(folder, editor):
    written = posts.create(
        posts.values_of(Post.objects.get(slug=CODE)) | {"title": "公告"}, by=editor
    )
    erasing.erase(written, by=editor, why="误发")
    again = posts.create(
        posts.values_of(Post.objects.get(slug=CODE)) | {"title": "公告"}, by=editor
    )
    assert again.slug == f"{Erasure.objects.get().slug}-2"
