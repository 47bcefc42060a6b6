"""What becomes of a post of which files are gone: it is made of the documents that are there."""

import shutil

import pytest
from django.core.management import CommandError, call_command

from articles import reindexing
from articles.importing import discovery
from articles.importing import prune as pruning
from articles.importing.export import exported_files
from articles.importing.options import Options
from articles.importing.outcomes import PruneRefusedError
from articles.importing.pipeline import import_posts
from articles.models import Document, Post, SearchEntry

pytestmark = pytest.mark.django_db

CODE = "202203040000000001"
FLASH = f"""---
title: 锂价回落
date: 2022-03-04 09:30:00
categories: emnews
tags: 东财滚动新闻
---
> 碳酸锂跌破十万元。

<http://finance.eastmoney.com/news/1354,{CODE}.html>
"""
ARTICLE = f"""---
title: 锂价为何回落
date: 2022-03-04 09:10:00
categories: cailianshe
tags: 财联社新闻
---
<p>要撤下的正文：<a class="keytip" data-code="1,600519">贵州茅台</a>也提到了。</p>
<p class="em_media">（文章来源：财联社）</p>

<http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW{CODE}>
"""


@pytest.fixture
def folder(tmp_path):
    """Two documents of one post, and twenty others, so that one is less than a tenth."""
    for name, text in {
        f"_posts/2022-03-04-{CODE}.md": FLASH,
        f"old_post/2022-03-04-NW{CODE}.md": ARTICLE,
        **{
            f"_posts/2022-03-05-{number}.md": f"---\ntitle: 第{number}\n---\n文"
            for number in range(20)
        },
    }.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    import_posts([tmp_path / "site"])
    return tmp_path / "site"


@pytest.fixture
def flash(folder):
    return folder / "_posts" / f"2022-03-04-{CODE}.md"


@pytest.fixture
def article(folder):
    return folder / "old_post" / f"2022-03-04-NW{CODE}.md"


def prune(folder, **options):
    """What a run that prunes says of the files that are gone."""
    said = []
    import_posts([folder], Options(prune=True, **options), lambda outcome: said.append(outcome))
    return [(outcome.status, str(outcome)) for outcome in said if outcome.status != "unchanged"]


def the_post():
    """All that is made of the documents of the one post, in the archive and in the search."""
    post = Post.objects.select_related("source").get(slug=CODE)
    return (
        post.title,
        post.digest,
        post.body_html,
        post.body_text,
        post.published_at,
        post.original_url,
        post.info_code,
        str(post.source),
        post.status,
        [str(category) for category in post.categories.all()],
        [str(tag) for tag in post.tags.all()],
        [security.symbol for security in post.securities.all()],
        list(SearchEntry.objects.filter(post=post).values_list("title", "text")),
        list(Document.objects.filter(gone_at=None, post=post).values_list("file_name", "notes")),
    )


def from_the_start(folder):
    """The same post as a first import of the folder makes it."""
    for model in (Document, Post):
        model.objects.all().delete()
    import_posts([folder])
    return the_post()


def test_a_post_with_one_file_gone_is_what_the_other_says(folder, article):
    article.unlink()
    assert prune(folder) == [
        ("updated", f"{article}: its file is gone: its post is now made of 2022-03-04-{CODE}.md")
    ]
    pruned = the_post()
    assert "要撤下的正文" not in repr(pruned)
    assert not list(reindexing.check())
    assert pruned == from_the_start(folder)


def test_what_had_to_be_assumed_since_is_noted(folder, flash, article):
    flash.write_text(FLASH.replace("title: 锂价回落\n", ""))
    import_posts([folder])
    article.unlink()
    prune(folder)
    assert [str(note) for note in Document.objects.get(file_name=flash.name).notes] == [
        "no title: taken from the text: 碳酸锂跌破十万元"
    ]
    assert the_post() == from_the_start(folder)


@pytest.mark.parametrize("gone", ["flash", "article"])
def test_it_is_of_both_again_when_the_file_comes_back(folder, request, gone):
    path = request.getfixturevalue(gone)
    before = the_post()
    content = path.read_bytes()
    path.unlink()
    prune(folder)
    assert the_post() != before
    path.write_bytes(content)
    import_posts([folder])
    assert the_post() == before


def test_what_was_edited_by_hand_stays(folder, article):
    Post.objects.filter(slug=CODE).update(title="编辑的题目", hand_edited=["title"])
    article.unlink()
    prune(folder)
    post = Post.objects.get(slug=CODE)
    assert (post.title, post.digest) == ("编辑的题目", "碳酸锂跌破十万元。")
    assert "要撤下的正文" not in post.body_html
    assert not list(reindexing.check())


@pytest.mark.parametrize("batch", [1, 500])
def test_a_post_with_all_files_gone_is_hidden_whatever_the_batches(
    folder, flash, article, monkeypatch, batch
):
    monkeypatch.setattr(pruning, "DOCUMENTS_AT_ONCE", batch)
    flash.unlink()
    article.unlink()
    expected = [("hidden", f"{path}: its file is gone") for path in (flash, article)]
    assert prune(folder, dry_run=True) == expected
    told = prune(folder)
    assert told[-1] == expected[-1]
    assert Post.objects.get(slug=CODE).status == "hidden"
    assert not SearchEntry.objects.filter(post__slug=CODE).exists()
    call_command("reparse_posts", verbosity=0)
    assert Post.objects.get(slug=CODE).status == "hidden"
    assert "要撤下的正文".encode() not in b"".join(file.content for file in exported_files())


def test_a_dry_run_says_what_would_become_of_the_post(folder, article):
    article.unlink()
    before = the_post()
    would_be = prune(folder, dry_run=True)
    assert the_post() == before
    assert would_be == prune(folder)


def test_a_post_is_hidden_if_what_is_left_cannot_be_read_any_more(folder, flash, article):
    Document.objects.filter(file_name=flash.name).update(content=b"")
    article.unlink()
    assert prune(folder) == [
        ("hidden", f"{article}: its file is gone, and {flash.name} cannot be read")
    ]
    assert Post.objects.get(slug=CODE).status == "hidden"


def test_a_post_that_an_editor_published_stays_and_that_is_said(folder):
    alone = folder / "_posts" / "2022-03-05-7.md"
    Post.objects.filter(slug="2022-03-05-7").update(hand_edited=["status"])
    alone.unlink()
    assert prune(folder) == [
        ("skipped", f"{alone}: its file is gone: its post stays as an editor set it")
    ]
    assert Post.objects.get(slug="2022-03-05-7").status == "published"


def test_a_deleted_article_leaves_page_search_and_export(cases, tmp_path, client):
    shutil.copytree(cases / "two" / "s", tmp_path / "s")
    import_posts([tmp_path / "s"])
    article = next((tmp_path / "s" / "old_post").iterdir())
    address = Document.objects.get(file_name=article.name).post.get_absolute_url()
    assert "修好了" in client.get(address).text
    article.unlink()
    prune(tmp_path / "s")
    assert "修好了" not in client.get(address).text
    assert "短文" in client.get(address).text
    assert not SearchEntry.objects.filter(text__contains="修好了").exists()
    call_command("reparse_posts", verbosity=0)
    call_command("export_posts", tmp_path / "out", verbosity=0)
    assert not [path for path in (tmp_path / "out").iterdir() if "修好了" in path.read_text()]


def test_a_prune_that_is_refused_says_so_and_hides_nothing(folder):
    for path in (folder / "_posts").iterdir():
        path.unlink()
    with pytest.raises(CommandError, match="21 of 22 documents are gone, so nothing was pruned"):
        call_command("import_posts", folder, prune=True, verbosity=0)
    assert not Post.objects.filter(status="hidden").exists()


def test_it_can_be_stopped_and_the_next_run_goes_on(folder, monkeypatch):
    monkeypatch.setattr(pruning, "DOCUMENTS_AT_ONCE", 1)
    for path in sorted((folder / "_posts").iterdir())[:5]:
        path.unlink()
    options = Options(prune=True, prune_all=True)
    said = []
    report = import_posts(
        [folder],
        options,
        said.append,
        should_stop=lambda: any(outcome.status == "hidden" for outcome in said),
    )
    assert (pruned(said), str(report.interrupted)) == (1, "Interrupted.")
    said.clear()
    import_posts([folder], options, said.append)
    assert pruned(said) == 4


def pruned(outcomes):
    return sum("its file is gone" in str(outcome) for outcome in outcomes)


def test_a_folder_that_went_away_since_it_was_named_prunes_nothing(folder, monkeypatch):
    def move_away(paths):
        folder.rename(folder.parent / "elsewhere")

    monkeypatch.setattr(discovery, "count", move_away)
    with pytest.raises(PruneRefusedError, match="Not everything could be read"):
        import_posts([folder], Options(prune_all=True, prune=True))
    assert not Post.objects.filter(status="hidden").exists()


@pytest.fixture
def small(folder, tmp_path):
    """A second folder, of two posts, which are less than a tenth of all."""
    path = tmp_path / "small"
    path.mkdir()
    for number in range(2):
        (path / f"2022-03-06-{number}.md").write_text(f"---\ntitle: 小{number}\n---\n文")
    import_posts([folder, path])
    return path


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_folder_of_which_all_is_gone_is_named_and_nothing_is_pruned(folder, small, dry_run):
    for path in small.iterdir():
        path.unlink()
    (folder / "_posts" / "2022-03-05-7.md").unlink()
    with pytest.raises(PruneRefusedError, match=f"^{small}: 2 of 2 documents .*--prune-all"):
        import_posts([folder, small], Options(prune=True, dry_run=dry_run))
    assert not Post.objects.filter(status="hidden").exists()
    import_posts([folder, small], Options(prune=True, prune_all=True, dry_run=dry_run))
    assert Post.objects.filter(status="hidden").count() == (0 if dry_run else 3)


def test_what_is_left_in_a_small_folder_shows_that_it_is_there(folder, small):
    next(small.iterdir()).unlink()
    import_posts([folder, small], Options(prune=True))
    assert Post.objects.filter(status="hidden").count() == 1


def test_a_folder_whose_posts_were_pruned_before_stops_no_prune(folder, small):
    shutil.rmtree(small)
    small.mkdir()
    import_posts([folder, small], Options(prune=True, prune_all=True))
    (folder / "_posts" / "2022-03-05-7.md").unlink()
    import_posts([folder, small], Options(prune=True))
    assert Post.objects.filter(status="hidden").count() == 3


def test_a_folder_whose_posts_moved_to_another_is_not_missed(folder, small):
    for path in small.iterdir():
        path.rename(folder / "_posts" / path.name)
    import_posts([folder, small], Options(prune=True))
    assert not Post.objects.filter(status="hidden").exists()
