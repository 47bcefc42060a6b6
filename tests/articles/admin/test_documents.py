import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from articles.importing.pipeline import import_posts
from articles.models import Document, DocumentVersion, Post

pytestmark = pytest.mark.django_db

CODE = "202203040000000001"
FLASH, ARTICLE = f"2022-03-04-{CODE}.md", f"2022-03-04-NW{CODE}.md"


def text(body, category="emnews"):
    return (
        f"---\ntitle: 锂价\ndate: 2022-03-04 09:30:00\ncategories: {category}\n---\n<p>{body}</p>\n"
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / FLASH).write_text(text("锂价周三走弱。"))
    (tmp_path / ARTICLE).write_text(text("锂价周三走弱，钠价走强。", "cailianshe"))
    import_posts([tmp_path])
    return tmp_path


@pytest.fixture
def flash(folder):
    return Document.objects.get(file_name=FLASH)


@pytest.fixture
def article(folder):
    return Document.objects.get(file_name=ARTICLE)


@pytest.fixture
def reader(client, django_user_model):
    user = django_user_model.objects.create_user("anna", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_document", "view_post"])
    )
    client.force_login(user)
    return client


def url(action, *args):
    return reverse(f"admin:articles_document_{action}", args=args)


def lines_of(page):
    return [
        (line.kind, [part.text for part in line.parts if part.is_changed])
        for line in page.context["lines"]
        if line.kind not in ("same", "gap")
    ]


def test_the_documents_of_a_post_are_listed_with_a_way_to_see_how_they_differ(
    reader, flash, article
):
    page = reader.get(url("changelist"), {"post__id__exact": flash.post_id})
    assert list(page.context["cl"].result_list) == [flash, article]
    content = page.content.decode()
    assert url("compare", flash.pk, article.pk) in content
    assert reverse("admin:articles_post_change", args=[flash.post_id]) in content


@pytest.mark.parametrize("term", ["2022-03-04-NW", f"NW{CODE}", CODE])
def test_documents_are_found_by_the_beginning_of_their_name_or_the_code(reader, article, term):
    found = reader.get(url("changelist"), {"q": term}).context["cl"].result_list
    assert article in found
    assert not reader.get(url("changelist"), {"q": "锂价"}).context["cl"].result_list


def test_the_two_forms_of_an_article_are_compared(reader, flash, article):
    page = reader.get(url("compare", flash.pk, article.pk))
    assert lines_of(page) == [
        ("removed", ["emnews"]),
        ("added", ["cailianshe"]),
        ("removed", []),
        ("added", ["，钠价走强"]),
    ]
    assert "<ins>，钠价走强</ins>" in page.content.decode()


def test_documents_that_are_too_different_are_said_to_be(reader, folder, flash, article):
    for name, side in ((FLASH, "a"), (ARTICLE, "b")):
        (folder / name).write_text(text("\n".join(f"{side}{i}" for i in range(600))))
    import_posts([folder])
    page = reader.get(url("compare", flash.pk, article.pk))
    assert "差异太大，无法比较。" in page.content.decode()


def test_what_a_document_held_before_is_compared_with_what_came_after_it(reader, folder, flash):
    for day in ("周四", "周五"):
        (folder / FLASH).write_text(text(f"锂价{day}走弱。"))
        import_posts([folder])
    newer, older = DocumentVersion.objects.all()

    page = reader.get(url("change", flash.pk)).content.decode()
    assert url("version", older.pk) in page
    assert url("version", newer.pk) in page
    steps = [lines_of(reader.get(url("version", version.pk))) for version in (older, newer)]
    assert steps == [
        [("removed", ["三"]), ("added", ["四"])],
        [("removed", ["四"]), ("added", ["五"])],
    ]
    raw = reader.get(url("version_raw", older.pk))
    assert raw.content.decode() == text("锂价周三走弱。")


def test_a_document_is_downloaded_byte_for_byte_and_never_shown_as_a_page(reader, flash):
    raw = reader.get(url("raw", flash.pk))
    assert raw.content == bytes(flash.content)
    assert raw["Content-Type"] == "application/octet-stream"
    assert raw["Content-Disposition"] == f'attachment; filename="{FLASH}"'


def test_markup_in_documents_is_shown_and_does_nothing(reader, folder, flash, article):
    (folder / FLASH).write_text(text("<script>alert(1)</script>"))
    import_posts([folder])
    for address in (url("change", flash.pk), url("compare", flash.pk, article.pk)):
        page = reader.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_who_may_not_see_documents_sees_none_of_these_pages(client, django_user_model, flash):
    client.force_login(django_user_model.objects.create_user("otto", is_staff=True))
    for address in (
        url("changelist"),
        url("change", flash.pk),
        url("compare", flash.pk, flash.pk),
        url("raw", flash.pk),
    ):
        assert client.get(address).status_code == 403


def test_no_page_takes_many_queries_or_counts_every_document(
    reader, folder, flash, article, django_assert_max_num_queries
):
    post = Post.objects.get()
    for number in range(60):
        document = Document(file_name=f"x{number}", content=b"", sha256=b"", post=post)
        document.save()
    for address in (
        url("changelist"),
        url("change", flash.pk),
        url("compare", flash.pk, article.pk),
    ):
        with django_assert_max_num_queries(12) as queries:
            reader.get(address)
        counts = [query["sql"] for query in queries if "COUNT(*) AS" in query["sql"]]
        assert all("LIMIT" in sql for sql in counts), counts


def test_what_an_import_assumed_is_said_in_chinese(reader, tmp_path):
    (tmp_path / FLASH).write_text("---\ntitle: 锂价\n---\n<p>锂价走弱。</p>\n")
    import_posts([tmp_path])
    page = reader.get(url("change", Document.objects.get().pk))
    assert "没有日期：取自代码或文件名：2022-03-04" in page.content.decode()
