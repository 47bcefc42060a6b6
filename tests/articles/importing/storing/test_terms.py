import datetime as dt

import pytest

from articles.editing import posts
from articles.importing.reparse import derive_again
from articles.importing.storing.batch import write
from articles.models import (
    Category,
    Document,
    Post,
    Security,
    Source,
)
from articles.pinyin import full_pinyin
from tests.articles.importing.storing.written import (
    document,
    mark,
    plain,
)

pytestmark = pytest.mark.django_db


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


def named(year, name, slug=""):
    slug = slug or f"{year}0304000000000{ord(name) % 1000}"
    return document(
        f"{slug[:4]}-03-04-{slug}.md",
        date=f"{year}-03-04 09:00:00",
        body=f"<p>{mark('1.600145', name)}</p>",
    )


def test_readers_are_told_no_name_that_only_unseen_posts_have():
    write([named(2090, "甲")])
    security = Security.objects.get()
    assert (security.name, security.names, security.full_pinyin) == ("", [], full_pinyin([]))
    write([named(2091, "乙"), named(2022, "丙")])
    write([named(2092, "丁")])
    security = Security.objects.get()
    assert security.name == "丙"
    assert security.names == ["丙"]


@pytest.mark.parametrize(
    "unseen",
    [
        {"status": "hidden"},
        {"status": "draft"},
        {"published_at": dt.datetime(2090, 1, 1, tzinfo=dt.UTC)},
        {"body_html": "<p>另文</p>"},
        {"securities": []},
    ],
)
def test_a_document_teaches_no_name_of_which_its_post_tells_readers_nothing(unseen, editor):
    write([named(2021, "甲"), named(2022, "乙", "202203040000000001")])
    posts.change(Post.objects.get(slug="202203040000000001"), unseen, by=editor)
    write([named(2022, "丙", "202203040000000001")])
    derive_again(["202203040000000001"])
    security = Security.objects.get()
    assert (security.name, security.names) == ("甲", sorted("甲乙"))


def categories(*lines):
    write([plain("2022-02-20-x.md", "题", "正文", *lines)])
    return dict(Category.objects.values_list("slug", "name"))


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (["categories: emnews", "tags: 东财滚动新闻"], {"emnews": "东财滚动新闻"}),
        (["categories: sitenews", "tags: 站长消息"], {"sitenews": "站长消息"}),
        (
            ["categories: shanghaizhengquanbao·zhongguozhengquanwang", "tags: 上海证券报新闻"],
            {"shanghaizhengquanbao·zhongguozhengquanwang": "上海证券报"},
        ),
        (["categories: cailianshe", "tags: 财联社"], {"cailianshe": "财联社"}),
        (["categories: cailianshe", "tags: [白酒, 财联社]"], {"cailianshe": "财联社"}),
    ],
)
def test_a_category_in_pinyin_is_named_after_the_medium_in_the_tag(lines, named):
    assert categories(*lines) == named
    assert Post.objects.get().source.name == next(iter(named.values()))


@pytest.mark.parametrize(
    ("lines", "slugs"),
    [
        (["categories: [[财经, 公司], 要闻]", "tags: [白酒, 茅台]"], ["公司", "要闻", "财经"]),
        (["categories: 财经/公司", "tags: 白酒,茅台"], ["财经/公司"]),
        (["categories: 财经", "tags: 财联社新闻"], ["财经"]),
        (["categories: stocks", "tags: 白酒"], ["stocks"]),
        (["categories: stocks", "tags: [白酒, 财联社新闻]"], ["stocks"]),
        (["categories: [stocks, news]", "tags: 财联社新闻"], ["news", "stocks"]),
        (["categories: stocks"], ["stocks"]),
    ],
)
def test_any_other_category_keeps_the_name_that_it_is_given(lines, slugs):
    assert categories(*lines) == {slug: slug for slug in slugs}
    source = Post.objects.get().source
    assert source is None or source.name == "财联社"


def test_categories_that_differ_in_case_alone_are_two():
    write(
        [
            document("2022-03-01-202203010000000001.md", category="TechWeb", tag="TechWeb新闻"),
            document("2022-03-02-202203020000000002.md", category="Techweb", tag="TechWeb新闻"),
        ]
    )
    assert set(Category.objects.values_list("slug", flat=True)) == {"TechWeb", "Techweb"}


def test_media_whose_names_sound_alike_get_addresses_of_their_own():
    write(
        [
            document("2022-03-01-202203010000000001.md", medium="时报"),
            document("2022-03-02-202203020000000002.md", medium="实报"),
        ]
    )
    assert set(Source.objects.values_list("slug", flat=True)) == {"shibao", "shibao-2"}
