"""Each kind of damage, done by SQL, is found and repaired."""

import signal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from articles import verifying
from articles.editing import bulk, merging
from articles.editing.posts import change
from articles.models import Document, Mention, Post, Security
from articles.pinyin import pinyin_initials
from articles.search import days_told

pytestmark = pytest.mark.django_db

CODE = "202203041234567890"
#: A post of two documents, with a category, a tag, a medium and a security that it marks.
TEXT = f"""---
layout: post
title: "贵州茅台涨停"
date: 2022-03-04 09:30:00 +0800
categories: cailianshe
tags: 财联社新闻
---
> 白酒走强。

<div class="body"><p>周五<span id="stock_1.600519"><a class="keytip" data-code="1,600519"
href="https://quote.eastmoney.com/unify/r/1.600519">贵州茅台</a></span>涨停。</p>
<p class="em_media">（文章来源：财联社）</p></div>

<https://finance.eastmoney.com/a/{CODE}.html>
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / f"{CODE}.md").write_text(TEXT)
    (folder / "2022-03-05-note.md").write_text('---\ntitle: "开站"\ndate: 2022-03-05\n---\n欢迎')
    return folder


@pytest.fixture
def archive(folder):
    call_command("import_posts", folder, quiet=True)
    days_told.keep_days(9)
    assert found() == []


def found(**options):
    return [str(one) for one in verifying.differences(**options)]


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # without PostgreSQL's checks
        cursor.execute(statement)
        assert cursor.rowcount, "it damages nothing"
        cursor.execute("SET LOCAL session_replication_role = origin")


#: What is done, and what is then said first.
REPAIRABLE = {
    "UPDATE articles_post SET title = 'x' WHERE slug = '{CODE}'": (
        "post {CODE}: not as its documents make it: title"
    ),
    "UPDATE articles_post SET body_html = '', body_text = '' WHERE slug = '{CODE}'": (
        "post {CODE}: not as its documents make it: body_html, body_text, securities"
    ),
    "UPDATE articles_post SET source_id = NULL WHERE slug = '{CODE}'": (
        "post {CODE}: not as its documents make it: source"
    ),
    "UPDATE articles_post SET status = 'hidden' WHERE slug = '{CODE}'": (
        "post {CODE}: not as its documents make it: status"
    ),
    "DELETE FROM articles_posttag": "post {CODE}: not as its documents make it: tags",
    "DELETE FROM articles_postcategory": "post {CODE}: not as its documents make it: categories",
    "DELETE FROM articles_mention": "post {CODE}: not as its documents make it: securities",
    "UPDATE articles_mention SET nth = 7": (
        "post {CODE}: not as its documents make it: securities"
    ),
    "UPDATE articles_mention SET marked_as = 'x'": (
        "post {CODE}: not as its documents make it: securities"
    ),
    "UPDATE articles_post SET slug = 'x y/' WHERE slug = '{CODE}'": (
        "post x y/: not as its documents make it: {CODE} is not there"
    ),
    "UPDATE articles_document SET tags = '{{}}' WHERE file_name = '{CODE}.md'": (
        "post {CODE}: not as its documents make it: tags of {CODE}.md"
    ),
    "UPDATE articles_document SET post_id = (SELECT min(id) FROM articles_post)": (
        "post 2022-03-05-note: not as its documents make it: "
    ),
    "UPDATE articles_document SET size = 0 WHERE file_name = '{CODE}.md'": (
        "document {CODE}.md: its size is not that of its content"
    ),
    "UPDATE articles_posttag SET published_at = now()": (
        "post {CODE}: its tag {tag} has another time"
    ),
    "UPDATE articles_security SET full_pinyin = '', pinyin = ''": (
        "security 1.600519: full_pinyin, pinyin not of its names"
    ),
    """
    WITH made AS (
        INSERT INTO articles_tag (name, slug, full_pinyin) VALUES ('2022', 'old', '| 2 0 2 2 |')
        RETURNING slug
    )
    INSERT INTO articles_archivechange (kind, address, version, known_since)
    SELECT 'tag', slug, 1, now() FROM made
    """: "tag old: told as there, without a post",
    "UPDATE articles_archivechange SET address = 'old' WHERE kind = 'tag'": (
        "tag old: told as there, without a post"
    ),
    "UPDATE articles_archivechange SET known_since = NULL WHERE kind = 'source'": (
        "source {slug}: not told, with a post"
    ),
    "DELETE FROM articles_tag": "articles_posttag {join}: its tag, {tag}, is not there",
    "DELETE FROM articles_security": "articles_mention {mention}: its security, ",
    "DELETE FROM articles_source": "articles_post {post}: its source, {source}, is not there",
    "DELETE FROM articles_searchentry WHERE post_id = {note}": "post {note}: not indexed",
    "UPDATE articles_facetcount SET posts = 9 WHERE facet = 0": "count of year 2022: off by +7",
    "UPDATE articles_facetcount SET facet = 77 WHERE facet = 0": (
        "count of facet 77, 2022: off by +2"
    ),
    "UPDATE articles_facetcount SET key = 99999999 WHERE facet = 0": (
        "count of year 2022: off by -2"
    ),
    "UPDATE articles_searchentry SET facets = '{{-2147483648, 5}}'": (
        "post {post}: facets out of date"
    ),
    "UPDATE articles_posttag SET tag_id = 99999999": (
        "articles_posttag {join}: its tag, 99999999, is not there"
    ),
    "UPDATE articles_post SET source_id = 99999999 WHERE slug = '{CODE}'": (
        "articles_post {post}: its source, 99999999, is not there"
    ),
    "UPDATE articles_category SET id = 99999999": (
        "category cailianshe: its key, 99999999, is too large"
    ),
    "UPDATE articles_source SET id = 99999999": "source {slug}: its key, 99999999, is too large",
    "UPDATE articles_edition SET vocabulary = 0": "vocabulary: ",
    "UPDATE articles_daytold SET titles = 'x'": "day 2022-03-04: what it told is out of date",
    "UPDATE articles_daytold SET securities = ''": "day 2022-03-04: what it told is out of date",
}


@pytest.mark.parametrize("damage", REPAIRABLE)
def test_what_can_be_repaired_is_found_and_repaired(archive, damage):
    post = Post.objects.get(slug=CODE)
    join = post.posttag_set.get()
    names = {
        "CODE": CODE,
        "post": post.pk,
        "note": Post.objects.exclude(pk=post.pk).get().pk,
        "source": post.source_id,
        "slug": post.source.slug,
        "join": join.pk,
        "tag": join.tag_id,
        "mention": post.mention_set.first().pk,
    }
    before = readable()
    sql(damage.format(**names))
    expected = REPAIRABLE[damage].format(**names)
    said = found()
    assert any(one.startswith(expected) for one in said), said
    assert found() == said  # nothing was repaired yet
    assert all(one.endswith(": repaired") for one in found(repair=True))
    assert found() == []
    assert readable() == before


def readable():
    """What readers see."""
    return [
        (
            post.slug,
            post.title,
            post.body_html,
            post.status,
            str(post.source),
            [str(tag) for tag in post.tags.all()],
            [str(category) for category in post.categories.all()],
            [str(security) for security in post.securities.all()],
        )
        for post in Post.objects.order_by("slug")
    ]


@pytest.fixture
def wuliangye():
    """With initials that the list of an exchange gave it."""
    pinyin = f"wlye {pinyin_initials('五粮液')}"
    return Security.objects.create(
        market=0, code="000858", name="五粮液", kind="stock", pinyin=pinyin
    )


def test_what_editors_changed_is_no_difference(archive, wuliangye):
    post = Post.objects.get(slug=CODE)
    change(post, {"title": "茅台涨停", "body_html": "<p>另文</p>"}, by=None)
    change(post, {"securities": [wuliangye], "tags": []}, by=None)
    assert found() == []
    assert found(repair=True) == []
    assert Mention.objects.get(post=post, security=wuliangye).origin == "added"


@pytest.mark.parametrize("with_it", [True, False])
def test_merged_securities_are_no_difference(archive, wuliangye, with_it):
    """Whether an editor had taken the one that the post marks out, or not."""
    post = Post.objects.get(slug=CODE)
    marked = post.securities.get()
    change(post, {"securities": [*[marked] * with_it, wuliangye]}, by=None)
    bulk.start(merging.create([marked], wuliangye, by=None))
    assert found() == []
    assert Mention.objects.get(post=post).written == "贵州茅台"


def test_a_security_that_was_imported_with_two_names_is_no_difference(archive, folder):
    (folder / "2022-03-06-note.md").write_text(TEXT.replace("贵州茅台", "茅台股份", 1))
    call_command("import_posts", folder, quiet=True)
    assert found() == []


@pytest.mark.parametrize("codes", [("000001", "600001"), ("600001", "000001")])
def test_a_name_that_one_of_two_securities_had_is_no_difference(archive, folder, codes):
    named = "---\ntitle: 早盘\ndate: {}\n---\n<a data-code='{},{}'>{}</a>走强"
    (folder / "2022-03-06-text.md").write_text("---\ndate: 2022-03-06\n---\n甲乙股份走强")
    for day, code, name in [
        ("2022-03-06", codes[0], "甲乙股份"),
        ("2022-03-07", codes[1], "甲乙股份"),
        ("2022-03-08", codes[0], "丙丁股份"),
        ("2022-03-09", codes[1], "戊己股份"),
    ]:
        text = named.format(day, int(code.startswith("6")), code, name)
        (folder / f"{day}-note.md").write_text(text)
        call_command("import_posts", folder, quiet=True)
        days_told.keep_days(9)
        assert found() == []


def test_what_a_release_stored_that_kept_no_names_of_marks_is_no_difference(archive):
    Mention.objects.update(marked_as="")
    assert found() == []


class TestDamagedDocument:
    DAMAGE = "UPDATE articles_document SET content = 'x' WHERE file_name LIKE '2022030412%'"
    SAID = f"document {CODE}.md: its content is not what was imported"

    def test_its_file_is_imported_again(self, archive, folder):
        sql(self.DAMAGE)
        assert f"{self.SAID}; --repair lets its file be imported again" in found()
        for repair in (True, False, True):
            assert f"{self.SAID}; import its file again" in found(repair=repair)
        call_command("import_posts", folder, quiet=True)
        assert found() == []
        assert bytes(Document.objects.get(file_name=f"{CODE}.md").content).decode() == TEXT

    def test_its_post_stays_as_it_is(self, archive):
        before = readable()
        sql(self.DAMAGE)
        found(repair=True)
        assert readable() == before

    def test_an_earlier_version_of_the_same_content_takes_its_place(self, archive, folder):
        path = folder / f"{CODE}.md"
        for text in (TEXT.replace("涨停", "跌停"), TEXT):
            path.write_text(text)
            call_command("import_posts", folder, quiet=True)
        sql(self.DAMAGE)
        assert f"{self.SAID}: repaired" in found(repair=True)
        assert found() == []

    def test_a_damaged_version_is_named_once(self, archive, folder):
        (folder / f"{CODE}.md").write_text(TEXT.replace("涨停", "跌停"))
        call_command("import_posts", folder, quiet=True)
        sql("UPDATE articles_documentversion SET content = 'x'")
        [said] = found(repair=True)
        assert said.startswith(f"document version {CODE}.md ")
        assert found() == []


class TestDocumentWithoutItsPost:
    LOSE = "DELETE FROM articles_post WHERE slug LIKE '2022030412%'"

    def test_its_post_is_derived_again(self, archive):
        before, post = readable(), Post.objects.get(slug=CODE)
        sql(self.LOSE)
        said = f"document {CODE}.md: its post, {post.pk}, is not there"
        assert said in found()
        assert f"{said}: repaired" in found(repair=True)
        assert found() == []
        assert readable() == before
        assert Post.objects.get(slug=CODE).pk == post.pk

    def test_one_that_is_damaged_too_is_beyond_repair(self, archive):
        post = Post.objects.get(slug=CODE)
        sql(TestDamagedDocument.DAMAGE)
        sql(self.LOSE)
        said = found(repair=True)
        assert (
            f"document {CODE}.md: its post, {post.pk}, is not there; "
            "nothing here can repair it: restore a backup"
        ) in said
        assert set(found()) == {one for one in said if not one.endswith(": repaired")}
        sql(
            "DELETE FROM articles_document WHERE file_name LIKE '2022030412%'"
        )  # or the test would fail


def test_a_sample_is_of_so_many_posts(archive):
    sql("UPDATE articles_post SET digest = 'x'")
    said = [one for one in found(sample=1) if "digest" in one]
    assert len(said) == 1


def terminated(execute, statement, *args):
    """The command is told to stop as soon as it counts posts."""
    if 'COUNT(*) AS "__count" FROM "articles_post"' in statement:
        signal.raise_signal(signal.SIGTERM)
    return execute(statement, *args)


class TestCommand:
    def test_it_names_each_difference_and_ends_with_status_1(self, archive, capsys):
        sql("UPDATE articles_post SET digest = 'x' WHERE slug LIKE '2022030412%'")
        with pytest.raises(
            CommandError, match="differences; --repair repairs what can be"
        ) as error:
            call_command("check_archive")
        assert error.value.returncode == 1
        assert f"post {CODE}: not as its documents make it: digest\n" in capsys.readouterr().out
        with connection.execute_wrapper(terminated), pytest.raises(CommandError) as interrupted:
            call_command("check_archive")
        assert (str(interrupted.value), interrupted.value.returncode) == ("Interrupted.", 130)
        call_command("check_archive", repair=True)
        assert capsys.readouterr().out.endswith("2 posts: differences repaired: 1\n")
        call_command("check_archive")
        assert capsys.readouterr().out == "2 posts: no differences\n"
