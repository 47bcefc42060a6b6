import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from articles.importing.options import Options
from articles.importing.pipeline import import_posts
from articles.models import Post, Source
from articles.samples import sample_posts
from tests.articles.importing.emptying import empty_archive

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "posts").mkdir()
    for file in sample_posts(60, seed=5):
        (tmp_path / "posts" / file.name).write_text(file.text, newline="")
    import_posts([tmp_path / "posts"])
    return tmp_path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def posts():
    return {
        post.slug: (
            post.info_code,
            post.title,
            post.digest,
            post.body_text,
            post.published_at,
            str(post.source),
            post.original_url,
            post.status,
            {str(tag) for tag in post.tags.all()},
            {category.slug for category in post.categories.all()},
            {security.symbol for security in post.securities.all()},
        )
        for post in Post.objects.select_related("source").prefetch_related(
            "tags", "categories", "securities"
        )
    }


def test_what_nobody_edited_comes_back_byte_for_byte(folder):
    call_command("export_posts", folder / "out", verbosity=0)
    assert contents(folder / "out") == contents(folder / "posts")


def test_all_real_posts_come_back_byte_for_byte(real_posts, tmp_path):
    import_posts([real_posts])
    call_command("export_posts", tmp_path / "out", verbosity=0)
    expected = contents(real_posts)
    del expected["README.md"]
    assert contents(tmp_path / "out") == expected


def export_and_import_again(folder):
    """The posts before, and as they are when only their export is left of them."""
    before = posts()
    call_command("export_posts", folder / "out", verbosity=0)
    empty_archive()
    import_posts([folder / "out"])
    return before, posts()


def test_titles_and_tags_come_back_as_they_are(folder, make_post):
    titles = {
        f"2026-11-24-{number}": text
        for number, text in enumerate(
            ["A &amp; B", "A & B", "<em>强</em>", "a<b", "null", "~", "[快讯] 一"]
        )
    }
    for slug, text in titles.items():
        make_post("2026-11-24 09:30", slug=slug, title=text, tags=[text], source="晚报")
    before, after = export_and_import_again(folder)
    assert {slug: after[slug][1] for slug in titles} == titles
    assert {slug: after[slug][8] for slug in titles} == {slug: before[slug][8] for slug in titles}


def test_an_edited_post_is_written_so_that_importing_it_gives_the_same(folder):
    edited = Post.objects.order_by("pk")[7]
    edited.title = '改过的"标题": 第#1\\2'
    edited.body_html = "<p>改过的正文。</p>"
    edited.body_text = "改过的正文。"
    edited.source = Source.objects.first()
    edited.hand_edited = ["title", "body_html", "source"]
    edited.save()
    hidden = Post.objects.filter(mention=None).first()  # for a draft gives securities no names
    Post.objects.filter(pk=hidden.pk).update(status="draft", hand_edited=["status"])
    edited.mention_set.all().delete()
    before, after = export_and_import_again(folder)
    assert [(before[slug], after[slug]) for slug in before if before[slug] != after[slug]] == []


@pytest.mark.parametrize("hand_edited", [[], ["title"]])
def test_a_post_that_was_written_here_keeps_its_address(folder, make_post, hand_edited):
    links = {
        "2026-11-24-gui-zhou-mao-tai": "",
        "2026-11-24-wu-liang-ye": "https://example.com/a",
        "2026-11-24-gu-jing": "http://finance.eastmoney.com/news/1354,202611240000000001.html",
    }
    for slug, link in links.items():
        make_post(
            "2026-11-24 09:30",
            slug=slug,
            original_url=link,
            hand_edited=hand_edited,
            source="晚报",
            tags=["手写"],
        )
    before, after = export_and_import_again(folder)
    assert {slug: after[slug] for slug in links} == {slug: before[slug] for slug in links}


def test_a_post_keeps_the_address_that_it_has_from_a_link_though_that_is_edited(folder):
    code = "202203040000000001"
    link = f"http://x.example/NewsShare.html?infoCode=NW{code}"
    text = f"---\ntitle: 锂\n---\n<p>文</p>\n\n<{link}>"
    (folder / "2022-03-04-lithium.md").write_text(text)
    import_posts([folder / "2022-03-04-lithium.md"])
    Post.objects.filter(slug=code).update(
        original_url="https://example.com/a", hand_edited=["original_url"]
    )
    before, after = export_and_import_again(folder)
    assert after[code][6] == before[code][6] == "https://example.com/a"


def pair(folder):
    """The files of a post that has two."""
    post = Post.objects.alias(files=Count("documents")).filter(files=2).first()
    return post.slug, [folder / "posts" / each.file_name for each in post.documents.all()]


@pytest.mark.parametrize("gone", [0, 1])
@pytest.mark.parametrize("hand_edited", [[], ["title"]])
def test_a_post_with_one_file_gone_comes_back_as_it_is(folder, gone, hand_edited):
    slug, paths = pair(folder)
    paths[gone].unlink()
    Post.objects.filter(slug=slug).update(title="改", hand_edited=hand_edited)
    import_posts([folder / "posts"], Options(prune=True))
    before, after = export_and_import_again(folder)
    assert after == before
    if not hand_edited:
        assert contents(folder / "out") == contents(folder / "posts")


def test_a_post_that_was_hidden_because_its_files_are_gone_does_not_come_back(folder):
    slug, paths = pair(folder)
    for path in paths:
        path.unlink()
    import_posts([folder / "posts"], Options(prune=True))
    assert Post.objects.get(slug=slug).status == "hidden"
    before, after = export_and_import_again(folder)
    del before[slug]
    assert after == before
    assert contents(folder / "out") == contents(folder / "posts")


@pytest.mark.parametrize("field", ["title", "status"])
def test_what_an_editor_made_of_a_post_is_kept_though_its_files_are_gone(folder, field):
    slug, paths = pair(folder)
    Post.objects.filter(slug=slug).update(hand_edited=[field])
    for path in paths:
        path.unlink()
    import_posts([folder / "posts"], Options(prune=True))
    before, after = export_and_import_again(folder)
    assert after.keys() == before.keys()
    assert after[slug][7] == ("published" if field == "status" else "draft")


def test_it_does_not_write_into_a_folder_that_is_in_use(folder):
    with pytest.raises(CommandError, match="is not empty"):
        call_command("export_posts", folder / "posts")
