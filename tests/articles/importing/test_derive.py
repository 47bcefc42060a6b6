import datetime as dt
from itertools import permutations

import pytest

from articles.importing.derive import derive, first_sentence, medium_of, parse_document
from articles.importing.documents import DocumentError

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


def test_a_code_in_the_link_joins_where_the_name_has_none():
    assert parse_document("2022-03-04-lithium.md", ARTICLE.encode()).slug == CODE


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
    assert post.notes == ("no title: taken from the text: 锂价连跌三日",)
    assert broken_twin().notes == ("no date: taken from the code or the file's name: 2022-03-04",)


def test_an_impossible_date_gives_way_to_the_day_in_the_name():
    document = flash(FLASH.replace("2022-03-04 09:30:00", "2022-02-30 09:30:00"))
    assert document.published_at == dt.datetime(2022, 3, 3, 16, tzinfo=dt.UTC)
    assert not document.is_dated
    assert document.notes[0].startswith("no such date: '2022-02-30 09:30:00 +0800'")


@pytest.mark.parametrize(
    ("tags", "medium"),
    [
        (["财联社新闻"], "财联社"),
        (["每日经济新闻新闻"], "每日经济新闻"),
        (["东财滚动新闻"], "东财滚动新闻"),
        (["站长消息"], "站长消息"),
        (["新闻"], ""),
        (["新闻", "财联社新闻"], "财联社"),
        ([], ""),
    ],
)
def test_a_tag_is_its_medium_and_one_trailing_word(tags, medium):
    assert medium_of(tags) == medium


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
