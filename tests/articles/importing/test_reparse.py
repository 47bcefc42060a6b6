import pytest
from django.core.management import CommandError, call_command

from articles.importing.options import Options
from articles.importing.pipeline import import_posts
from articles.models import (
    ArchiveChange,
    ArchiveVersion,
    Document,
    Mention,
    Post,
    PostCategory,
    SearchEntry,
)
from articles.samples import sample_posts

pytestmark = pytest.mark.django_db


def test_posts_are_derived_again_and_hand_edits_stay(tmp_path, capsys):
    for file in sample_posts(40, seed=2):
        (tmp_path / file.name).write_text(file.text, newline="")
    import_posts([tmp_path])
    edited, other = Post.objects.order_by("pk")[:2]
    Post.objects.filter(pk=edited.pk).update(title="改", hand_edited=["title"])
    titles = dict(Post.objects.values_list("pk", "title"))
    Post.objects.filter(pk=other.pk).update(title="旧的解析", body_text="", body_html="")
    Mention.objects.all().delete()
    SearchEntry.objects.all().delete()

    call_command("reparse_posts")

    assert dict(Post.objects.values_list("pk", "title")) == titles
    assert Mention.objects.exists()
    assert SearchEntry.objects.count() == Post.objects.count()
    assert SearchEntry.objects.get(post=edited).text.startswith("改\n")
    assert capsys.readouterr().out.endswith(f"{Post.objects.count()} posts derived again\n")


def test_only_posts_that_are_read_otherwise_count_as_changed(tmp_path):
    for file in sample_posts(40, seed=2):
        (tmp_path / file.name).write_text(file.text, newline="")
    import_posts([tmp_path])
    read, linked, *_ = Post.objects.published().order_by("pk")
    call_command("reparse_posts")
    before = ArchiveVersion.objects.number()
    call_command("reparse_posts")
    assert not ArchiveChange.objects.filter(version__gt=before).exists()
    Post.objects.filter(pk=read.pk).update(title="旧的解析")
    PostCategory.objects.filter(post=linked).update(position=7)
    call_command("reparse_posts")
    told = ArchiveChange.objects.filter(version__gt=before).values_list("kind", "address")
    assert set(told) == {("post", read.slug), ("post", linked.slug)}


def test_a_document_that_cannot_be_read_any_more_is_told_and_stops_no_other(tmp_path, capsys):
    for file in sample_posts(5, seed=2):
        (tmp_path / file.name).write_text(file.text, newline="")
    import_posts([tmp_path])
    titles = dict(Post.objects.values_list("pk", "title"))
    broken, other = Document.objects.order_by("pk")[:2]
    Document.objects.filter(pk=broken.pk).update(content=b"")
    Post.objects.filter(pk=other.post_id).update(title="旧的解析")

    with pytest.raises(CommandError, match="1 documents"):
        call_command("reparse_posts")

    assert dict(Post.objects.values_list("pk", "title")) == titles
    assert f"unreadable {broken.file_name}: the file is empty" in capsys.readouterr().err


def test_a_post_is_of_the_documents_that_are_there_and_hidden_without_any(tmp_path, capsys):
    for file in sample_posts(20, seed=2):
        (tmp_path / file.name).write_text(file.text, newline="")
    import_posts([tmp_path])
    gone = Document.objects.order_by("pk").first()
    (tmp_path / gone.file_name).unlink()
    import_posts([tmp_path], Options(prune=True))
    assert Post.objects.get(pk=gone.post_id).status == "hidden"

    call_command("reparse_posts")

    assert Post.objects.get(pk=gone.post_id).status == "hidden"
    assert not SearchEntry.objects.filter(post=gone.post_id).exists()
    derived = Post.objects.exclude(pk=gone.post_id).count()
    assert capsys.readouterr().out.endswith(f"{derived} posts derived again\n")
