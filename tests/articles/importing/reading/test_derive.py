import datetime as dt
from itertools import permutations

import pytest

from articles.importing.reading.derive import (
    derive,
    first_sentence,
    parse_document,
    told_apart,
)
from articles.importing.reading.documents import DocumentError

CODE = "202203040000000001"
FLASH = """---
layout: post
title: "锂价回落"
date: 2022-03-04 09:30:00 +0800
categories: emnews
tags: 东财滚动新闻
---
> 锂价连跌三日。（财联社）

<p>锂价连跌三日，<a class="keytip" data-code="0,002466">天齐锂业</a>走弱。</p>
 <p class="em_media">（文章来源：财联社）</p>

<http://finance.eastmoney.com/news/1354,202203040000000001.html>
"""
ARTICLE = """---
layout: post
title: "锂价回落"
date: 2022-03-04 09:29:00 +0800
categories: cailianshe
tags: 财联社新闻
---
<p>锂价连跌三日，天齐锂业走弱。更多内容。</p><p class="em_media">（文章来源：财联社）</p>

<http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202203040000000001>
"""
BROKEN = FLASH.replace("锂价回落", "").replace("2022-03-04 09:30:00", "")


def flash(text=FLASH, name=f"2022-03-04-{CODE}.md"):
    return parse_document(name, text.encode())


def article():
    return parse_document(f"2022-03-04-NW{CODE}.md", ARTICLE.encode())


def broken_twin():
    return flash(BROKEN, f"-{CODE}.md")


def test_the_code_in_the_name_is_the_slug_with_or_without_nw():
    assert flash().slug == article().slug == broken_twin().slug == CODE
    assert article().info_code == f"NW{CODE}"
    assert flash().info_code == ""


def test_the_info_code_of_another_article_is_not_taken():
    assert flash(ARTICLE.replace(CODE, "202203040000000002")).info_code == ""


def test_without_a_code_the_stem_of_the_name_is_the_slug():
    text = '---\ntitle: "开站"\n---\n欢迎'
    assert parse_document("2021-12-01-init.md", text.encode()).slug == "2021-12-01-init"


def test_an_info_code_in_the_link_joins_where_the_name_has_none():
    assert parse_document("2022-03-04-lithium.md", ARTICLE.encode()).slug == CODE


@pytest.mark.parametrize(
    "name",
    ["2022-03-04-note", f"2022-03-04-tweet-{CODE}", f"2022-03-05-{CODE}-2", f"{CODE}-again"],
)
def test_what_only_mentions_a_flash_is_a_post_of_its_own(name):
    assert flash(name=f"{name}.md").slug == name


@pytest.mark.parametrize(
    "name", ["2022-02-21-1256789012345678901", "NW1256789012345678901", "1256789012345678901"]
)
def test_eighteen_digits_of_a_longer_number_are_no_code(name):
    text = "---\ntitle: 推\ndate: 2022-02-21\n---\n<p>文</p>\n\n<http://x.example/{}.html>"
    number = name[-19:]
    document = parse_document(f"{name}.md", text.format(number).encode())
    assert (document.slug, document.info_code) == (name, "")
    linked = parse_document("2022-02-21-a.md", text.format(f"NW{number}").encode())
    assert (linked.slug, linked.info_code) == ("2022-02-21-a", "")


def named(*names):
    return [parse_document(name, "---\ntitle: x\n---\n文".encode()) for name in names]


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        (["2022-02-20-a.md", "2022-02-20-a.html"], ["2022-02-20-a", "2022-02-20-a.html"]),
        (
            ["2022-02-20-a.markdown", "2022-02-20-a.html", "2022-02-20-a.txt"],
            ["2022-02-20-a", "2022-02-20-a.html", "2022-02-20-a.txt"],
        ),
        (["2022-02-20-a.html"], ["2022-02-20-a"]),
        (["2022-02-20-a.md", "2022-02-20-a.MD"], ["2022-02-20-a", "2022-02-20-a.MD"]),
        ([f"2022-03-04-{CODE}.md", f"2022-03-04-{CODE}.html", f"-{CODE}.md"], [CODE] * 3),
    ],
)
def test_documents_that_their_endings_tell_apart_are_posts_of_their_own(names, slugs):
    for order in permutations(named(*names)):
        found = {document.file_name: document.slug for document in told_apart(order)}
        assert found == dict(zip(names, slugs, strict=True))


def test_one_that_is_told_apart_says_from_which():
    [markdown, html] = told_apart(named("2022-02-20-a.md", "2022-02-20-a.html"))
    assert tuple(map(str, html.notes)) == (
        *map(str, markdown.notes),
        "another post than 2022-02-20-a.md",
    )


@pytest.mark.parametrize("name", ["2022-01-25.md", "22-01-25-x.md"])
def test_a_name_that_is_a_day_dates_its_post(name):
    [document] = named(name)
    assert document.published_at == dt.datetime(2022, 1, 24, 16, tzinfo=dt.UTC)


def test_the_day_in_the_name_tells_which_number_is_the_month():
    text = "---\ntitle: x\ndate: 02/10/2022 10:00\n---\n文"
    document = parse_document("2022-02-10-x.md", text.encode())
    assert document.published_at == dt.datetime(2022, 2, 10, 2, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("lines", "addresses"),
    [
        ("permalink: /old/here.html", ("/old/here",)),
        ("permalink: /:year/:title/\nredirect_from:\n  - /a/\n  - /b", ("/2022/锂价", "/a", "/b")),
        ("slug: other\ncategories: [Cai, jing]", ("/cai/jing/2022/03/04/other",)),
        ("permalink: /:title/\nslug: other", ("/other",)),
        ("permalink: //evil.example/\nredirect_from: [/admin/, 'javascript:x']", ()),
        ("permalink:\n  a: b", ()),
    ],
)
def test_the_addresses_that_a_document_names_are_its_own(lines, addresses):
    text = f"---\ntitle: x\ndate: 2022-03-04 07:00:00\n{lines}\n---\n文"
    assert parse_document("2022-03-04-锂价.md", text.encode()).addresses == addresses


def test_both_kinds_of_the_same_article_make_one_post():
    post = derive([flash(), article()])
    assert post.slug == CODE
    assert post.info_code == f"NW{CODE}"
    assert post.categories == ("cailianshe", "emnews")
    assert post.tags == ("东财滚动新闻", "财联社新闻")
    assert post.digest == "锂价连跌三日。（财联社）"
    assert post.source == "财联社"
    assert post.published_at == dt.datetime(2022, 3, 4, 1, 29, tzinfo=dt.UTC)
    assert post.original_url == f"http://finance.eastmoney.com/news/1354,{CODE}.html"


def test_the_body_with_more_marked_securities_wins_over_the_longer():
    post = derive([article(), flash()])
    assert [mark.name for mark in post.securities] == ["天齐锂业"]
    assert post.body_text == "锂价连跌三日，天齐锂业走弱。"


def test_what_a_post_takes_from_none_of_its_documents_is_noted():
    other = ARTICLE.replace('"锂价回落"', "另一题").replace("来源：财联社", "来源：证券时报")
    documents = [flash(), parse_document(f"2022-03-04-NW{CODE}.md", other.encode())]
    for post in (derive(documents), derive(documents[::-1])):
        assert post.source == "财联社"
        assert list(map(str, post.notes)) == [
            f"text of 2022-03-04-NW{CODE}.md left out: 锂价连跌三日，天齐锂业走弱。更多内容。",
            f"title of 2022-03-04-NW{CODE}.md left out: 另一题",
            f"source of 2022-03-04-NW{CODE}.md left out: 证券时报",
        ]


def test_what_others_say_too_and_the_channel_are_not():
    text = FLASH.replace("，<a", "</p>\n<p><a").replace("（文章来源：财联社）", "")
    longer = FLASH.replace("</a>走弱。", "</a>走弱。</p><p>更多。")
    assert derive([flash(text), flash(longer, f"2022-03-04-NW{CODE}.md")]).notes == ()


def test_the_order_of_documents_makes_no_difference():
    documents = [flash(), article(), broken_twin()]
    assert len({repr(derive(order)) for order in permutations(documents)}) == 1


def test_a_broken_document_beside_its_twin_needs_no_assumption():
    post = derive([broken_twin(), flash()])
    assert post.title == "锂价回落"
    assert post.published_at == dt.datetime(2022, 3, 4, 1, 30, tzinfo=dt.UTC)
    assert post.notes == ()


def test_alone_it_is_dated_by_its_code_and_titled_by_its_digest_and_says_so():
    post = derive([broken_twin()])
    assert post.title == "锂价连跌三日"
    assert post.published_at == dt.datetime(2022, 3, 3, 16, tzinfo=dt.UTC)
    assert tuple(map(str, post.notes)) == ("no title: taken from the text: 锂价连跌三日",)
    assert tuple(map(str, broken_twin().notes)) == (
        "no date: taken from the code or the file's name: 2022-03-04",
    )


def test_an_impossible_date_gives_way_to_the_day_in_the_name():
    document = flash(FLASH.replace("2022-03-04 09:30:00", "2022-02-30 09:30:00"))
    assert document.published_at == dt.datetime(2022, 3, 3, 16, tzinfo=dt.UTC)
    assert not document.is_dated
    assert str(document.notes[0]).startswith("no such date: '2022-02-30 09:30:00 +0800'")


def test_a_flash_that_credits_nobody_has_its_channel_for_source():
    text = FLASH.replace("（财联社）", "").replace("（文章来源：财联社）", "")
    assert derive([flash(text)]).source == "东财滚动新闻"


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("note.md", '---\ntitle: "x"\n---\n', "no date"),
        ("2022-02-30-note.md", '---\ntitle: "x"\n---\n', "no date"),
        (f"2022-03-04-{CODE}.md", "---\ndate: 2022-03-04\n---\n", "neither title nor text"),
    ],
)
def test_what_cannot_be_dated_or_named_is_refused(name, text, reason):
    with pytest.raises(DocumentError, match=reason):
        parse_document(name, text.encode())


def test_a_long_first_sentence_is_cut():
    assert first_sentence("长" * 100) == "长" * 59 + "…"
    assert first_sentence("一。二。") == "一"
    assert first_sentence("“没有。”他说。又") == "“没有。”他说"


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        (
            f"redirect_from: {[f'/{n}' for n in range(101)]}",
            "101 redirect_from: the first 100 are taken",
        ),
        (f"redirect_from: /{'长' * 400}", "redirect_from is longer than 1,000 bytes: left out"),
        (f"permalink: /{'长' * 400}", "permalink is longer than 1,000 bytes: left out"),
    ],
)
def test_addresses_that_are_not_kept_are_named(lines, note):
    content = f"---\ntitle: x\ndate: 2022-03-04\n{lines}\n---\n正文"
    assert tuple(map(str, parse_document("x.md", content.encode()).notes)) == (note,)
