import re

import pytest
from bs4 import BeautifulSoup

from articles.importing.reading.body import SecurityMark, parse_body, plain_text
from articles.importing.reading.front_matter import split

LINK = "<http://finance.eastmoney.com/news/1354,202203040000000001.html>"
INFO_LINK = "<http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202203040000000001>"
CHART = (
    '<!-- EM_StockImg_Start --><p style="text-align:center;">'
    '<a href="http://quote.eastmoney.com/unify/r/106.NIO" data-code="NIO|106|7" '
    'class="EmImageRemark" target="_blank">'
    '<img src="https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=106.NIO&imageType=k&at=1" '
    'border="0" alt="K图 NIO_0" data-code="K NIO|106|7" width="578" height="276" /></a></p>'
    "<!-- EM_StockImg_End -->"
)


def keytip(symbol, name, kind="stock"):
    """A first mention, as Eastmoney marks it."""
    return (
        f'<span id="{kind}_{symbol}"><a href="http://quote.eastmoney.com/unify/r/{symbol}" '
        f'class="keytip" data-code="{symbol.replace(".", ",")}">{name}</a></span>'
        f'<span id="quote_{symbol}"></span>'
    )


def document(html, link=LINK):
    return (
        f"{html}\n\n{link}\n\n[返回东财滚动新闻](//example.com/emnews/)｜[返回首页](//example.com/)"
    )


def html_of(html):
    return parse_body(document(html)).html


class TestParts:
    """Which part of a document is what."""

    def test_a_flash_of_2021_is_a_digest_alone(self):
        body = parse_body(f"\n康泰生物午后拉升，涨超5%。\n\n{LINK}\n")
        assert body.digest == "康泰生物午后拉升，涨超5%。"
        assert body.html == ""
        assert body.text == ""
        assert body.link == LINK.strip("<>")

    def test_a_flash_of_2022_is_a_quote_and_html(self):
        body = parse_body(document("> 午后拉升。（新华社）\n\n<p>全文。</p>"))
        assert body.digest == "午后拉升。（新华社）"
        assert body.html == "<p>全文。</p>"
        assert body.medium == "新华社"

    def test_an_article_is_html_alone(self):
        body = parse_body(document("<p>全文。</p>", INFO_LINK))
        assert body.digest == ""
        assert body.html == "<p>全文。</p>"
        assert body.link == INFO_LINK.strip("<>")

    def test_a_post_of_the_site_itself_is_markdown(self):
        body = parse_body("\n本站**开放**。\n")
        assert body.digest == ""
        assert body.html == "<p>本站<strong>开放</strong>。</p>"

    def test_an_empty_link_still_makes_a_flash(self):
        body = parse_body("> 摘要。\n\n<>\n\n[返回首页](//example.com/)")
        assert body.digest == "摘要。"
        assert body.link == ""

    @pytest.mark.parametrize(
        "back_links",
        [
            "",
            "[返回新闻](./emnews/)\n[返回首页](./)",
            "[返回新闻](../emnews/)\n[返回首页](../)",
            "[返回新闻](//finews.zning.me/emnews/)\n[返回首页](//finews.zning.me/)",
            "[返回新闻](//example.com/category/a b(c).html)｜[返回首页](//example.com/)",
        ],
    )
    def test_back_links_of_every_age_are_dropped(self, back_links):
        body = parse_body(f"\n摘要。\n\n{LINK}\n\n{back_links}")
        assert body.digest == "摘要。"
        assert body.html == ""
        assert body.link == LINK.strip("<>")

    @pytest.mark.parametrize(
        "link",
        [
            "http://hk.eastmoney.com/news/1533,202112082206738071.html",
            "https://finance.eastmoney.com/news/1354,202112082206738071.html",
            "//mss.eastmoney.com/news/c1,202112082206738071.html",
            "http://choicewzp1.eastmoney.com/NewsShare.html?infoCode=NW202112082206738071",
            "http://example.com/any/NewsShare.html?infoCode=NW202112082206738071",
        ],
    )
    def test_the_addresses_of_flashes_and_articles_make_a_flash(self, link):
        body = parse_body(f"涨。\n\n<{link}>")
        assert (body.digest, body.html, body.link) == ("涨。", "", link)

    @pytest.mark.parametrize(
        "address",
        [
            "https://example.com/ref",
            "https://eastmoney.com.example.com/news/1354,202112082206738071.html",
            "https://finance.eastmoney.com/news/1354,2021.html",
            "//example.com/a",
        ],
    )
    def test_any_other_at_the_end_of_markdown_is_text(self, address):
        body = parse_body(f"## 题\n\n参见：\n\n<{address}>")
        assert (body.digest, body.link) == ("", "")
        assert "<h2>题</h2>" in body.html
        assert address in body.text

    @pytest.mark.parametrize(
        "before", ["<p>文</p>", "<!-- --><b>文</b>", "<p>一</p>\n\n    <p>文</p>"]
    )
    def test_any_after_html_is_the_link(self, before):
        body = parse_body(f"{before}\n\n<http://example.com/a>\n")
        assert body.link == "http://example.com/a"
        assert "文" in body.html
        assert "<pre>" not in body.html

    def test_a_quote_before_such_html_is_the_digest(self):
        body = parse_body("> 摘要\n\n<p>文</p>\n\n<http://example.com/a>\n")
        assert (body.digest, body.html) == ("摘要", "<p>文</p>")

    def test_html_with_eastmoneys_marks_is_no_markdown(self):
        body = parse_body(f"<p>看{keytip('1.600160', '巨化')}</p>\n\n　　*一*\n\n<p>二</p>")
        assert body.text == "看巨化\n*一*\n二"

    def test_links_back_at_the_end_of_markdown_are_noted(self):
        body = parse_body("正文\n\n[返回首页](../)")
        assert body.text == "正文"
        assert tuple(map(str, body.notes)) == ("links back to lists left out at the end",)

    def test_text_after_a_link_back_is_text(self):
        assert "详见" in parse_body("正文\n\n[返回](./a) 详见（某处）").text

    def test_paragraphs_after_the_digest_are_not_lost(self):
        body = parse_body(f"第一段。\n\n第二段 a<b。\n\n{LINK}")
        assert body.digest == "第一段。"
        assert body.html == "<p>第二段 a&lt;b。</p>"

    @pytest.mark.parametrize(
        ("digest", "medium"),
        [
            ("涨5%。（证券时报·e公司）", "证券时报·e公司"),
            ("涨5%。（单位：亿元）", ""),
            ("涨5%。（2021年）", ""),
            ("据（明年）计划，涨5%。", ""),
        ],
    )
    def test_a_digest_may_end_in_its_medium(self, digest, medium):
        assert parse_body(f"{digest}\n\n{LINK}").medium == medium


class TestMarkdownWithALink:
    @pytest.mark.parametrize(
        ("lead", "html"),
        [
            ("一 **粗**。", "<p>一 <strong>粗</strong>。</p>"),
            ("一\n\n[二](http://a.b)。", '<p>一</p>\n<p><a href="http://a.b">二</a>。</p>'),
            ("一\n\n> 二", "<p>一</p>\n<blockquote>\n<p>二</p>\n</blockquote>"),
            ("题\n====\n\n一", "<h2>题</h2>\n<p>一</p>"),
            ("一\n\n二 `码`。", "<p>一</p>\n<p>二 <code>码</code>。</p>"),
            ("一\n\n二 <b>粗</b>", "<p>一</p>\n<p>二 <b>粗</b></p>"),
        ],
    )
    def test_wherever_its_marks_stand(self, lead, html):
        body = parse_body(f"{lead}\n\n{LINK}")
        assert (body.digest, body.html) == ("", html)

    def test_a_table_is_one_too(self):
        assert "<td>1</td>" in parse_body(f"一\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n{LINK}").html

    @pytest.mark.parametrize("link", [LINK, "<>"])
    @pytest.mark.parametrize(
        "start",
        ["# 笔记", "```\n码\n```", "![图](http://example.com/a.png)", "- 一\n- 二", "1. 一\n2. 二"],
    )
    def test_markdown_before_the_link_is_the_body(self, start, link):
        body = parse_body(f"{start}\n\n后 **粗**\n\n{link}\n\n[返回首页](//example.com/)")
        assert body.digest == ""
        assert body.html.endswith("<p>后 <strong>粗</strong></p>")
        assert body.link == link.strip("<>")
        assert body.notes == ()

    @pytest.mark.parametrize(
        "lead",
        [
            "1. 一条快讯。",
            "1.5%的涨幅。",
            "#话题# 快讯。",
            "-3%，跌。",
            "> - 引",
            "*ST甲与*ST乙涨停。",
            "甲 | 乙 ** 丙",
        ],
    )
    def test_a_digest_is_none_of_it(self, lead):
        assert parse_body(f"{lead}\n\n{LINK}").digest == lead.removeprefix("> ")


class TestSecurities:
    def test_a_first_mention_becomes_a_link_to_our_own_page(self):
        assert html_of(f"<p>看好{keytip('1.600160', '巨化股份')}。</p>") == (
            '<p>看好<a class="security" data-code="1.600160" href="/security/1.600160/">'
            "巨化股份</a>。</p>"
        )

    def test_a_later_mention_too(self):
        html = html_of(
            '<p><span web="1" href="http://quote.eastmoney.com/unify/r/90.BK0493" '
            'class="em_stock_key_common" data-code="90,BK0493">新能源</span>车</p>'
        )
        assert html == (
            '<p><a class="security" data-code="90.BK0493" href="/security/90.BK0493/">'
            "新能源</a>车</p>"
        )

    def test_securities_come_in_the_order_in_which_they_are_named(self):
        body = parse_body(
            document(
                f"{CHART}<p>{keytip('90.BK0493', '新能源', 'bk')}"
                f"{keytip('116.00981', '中芯', 'Info')}"
                f"{keytip('106.NIO', '蔚来')}{keytip('116.00981', '中芯国际', 'Info')}</p>"
            )
        )
        assert body.securities == (
            SecurityMark(90, "BK0493", "新能源"),
            SecurityMark(116, "00981", "中芯"),
            SecurityMark(106, "NIO", "蔚来"),
        )

    def test_glossary_links_and_quote_spans_vanish_and_their_text_stays(self):
        html = html_of(
            '<p>新的<span id="Info.3321"><a href="http://data.eastmoney.com/bbsj/" class="infokey">'
            '业绩</a></span>增长点<span id="quote_1.600160"></span></p>'
        )
        assert html == "<p>新的业绩增长点</p>"

    @pytest.mark.parametrize(
        ("market", "code", "kind"),
        [
            (1, "600519", "stock"),
            (0, "300750", "stock"),
            (116, "00700", "stock"),
            (90, "BK0493", "board"),
            (1, "000001", "index"),
            (0, "000001", "stock"),
            (0, "399001", "index"),
            (1, "510300", "fund"),
            (0, "159915", "fund"),
        ],
    )
    def test_kinds_follow_the_exchanges_code_ranges(self, market, code, kind):
        assert SecurityMark(market, code).kind == kind


class TestPictures:
    def test_a_chart_is_a_figure_captioned_with_its_security(self):
        body = parse_body(document(f"{CHART}<p>{keytip('106.NIO', '蔚来')}涨</p>"))
        figure = BeautifulSoup(body.html, "lxml").figure
        assert figure["class"] == ["chart"]
        assert figure["data-code"] == "106.NIO"
        assert figure.img["alt"] == "蔚来（NIO）走势图"
        assert figure.figcaption.get_text() == "蔚来（NIO）"
        assert "quote.eastmoney.com" not in body.html

    def test_a_chart_without_its_link_and_name_goes_by_its_code(self):
        chart = re.sub(r"</?a\b[^>]*>", "", CHART)
        body = parse_body(document(chart + "<p>文</p>"))
        assert body.securities == (SecurityMark(106, "NIO"),)
        assert 'alt="NIO走势图"' in body.html
        assert body.text == "文"

    def test_two_charts_in_a_row_are_two_figures(self):
        second = CHART.replace("106.NIO", "0.000338").replace("NIO", "000338")
        assert html_of(CHART + second + "<p>文</p>").count('<figure class="chart"') == 2

    def test_a_picture_is_a_figure_with_the_size_that_its_address_states(self):
        html = html_of(
            '<center><img src="http://dfscdn.dfcfw.com/download/D1_w800h343.jpg" alt="Image" '
            'width="552" style="border:1px" /></center>'
        )
        figure = BeautifulSoup(html, "lxml").figure
        assert figure.img["src"] == "https://dfscdn.dfcfw.com/download/D1_w800h343.jpg"
        assert (figure.img["width"], figure.img["height"]) == ("800", "343")
        assert figure.img["alt"] == ""
        assert "style" not in figure.img.attrs

    @pytest.mark.parametrize(
        "text",
        [
            "# 题\n\n[![图](/t.png)](/report.pdf)",
            "# 题\n\n<center>\n<a href='/report.pdf'><img src='/t.png' alt='图'></a>\n</center>",
            "<p>文</p>\n<p><a href='/report.pdf'><b><img src='/t.png' alt='图'></b></a></p>",
        ],
    )
    def test_one_that_stands_alone_keeps_its_link(self, text):
        figure = BeautifulSoup(parse_body(text).html, "lxml").figure
        assert (figure.a["href"], figure.a.img["src"]) == ("/report.pdf", "/t.png")

    @pytest.mark.parametrize("end", ["<p class='em_media'>（文章来源：甲报）</p>", f"\n\n{LINK}"])
    def test_but_not_in_eastmoneys_bodies_where_that_is_an_advertisement(self, end):
        picture = "<p><a href='https://acttg.eastmoney.com/pub/x'><img src='/t.png'></a></p>"
        figure = BeautifulSoup(parse_body(f"<p>文</p>{picture}{end}").html, "lxml").figure
        assert figure.img["src"] == "/t.png"
        assert figure.a is None

    def test_a_host_that_may_not_answer_over_https_is_left_alone(self):
        assert 'src="http://example.com/a.jpg"' in html_of(
            '<p><img src="http://example.com/a.jpg"></p>'
        )

    def test_a_picture_that_is_loaded_late_has_its_address_beside_a_stand_in(self):
        html = html_of('<p>甲<img src="data:image/gif;base64,R0" data-src="/a.png"></p>')
        assert 'src="/a.png"' in html

    @pytest.mark.parametrize(
        "address", ["data:image/png;base64,iVBO", r"C:\a.png", "file:///a.png"]
    )
    def test_one_that_no_reader_can_see_is_noted(self, address):
        body = parse_body(f'<p>甲<img src="{address}"></p>')
        assert body.html == "<p>甲</p>"
        assert tuple(map(str, body.notes)) == (f"picture left out: {address}",)

    @pytest.mark.parametrize(
        ("attributes", "said"),
        [
            (
                'src="data:image/png;base64,iVBO" alt="锂价走势"',
                "锂价走势 data:image/png;base64,iVBO",
            ),
            ('alt="锂价走势"', "锂价走势"),
            ('src="data:image/png;base64,iVBO" alt="image"', "data:image/png;base64,iVBO"),
        ],
    )
    def test_its_description_which_browsers_would_show_is_noted(self, attributes, said):
        notes = parse_body(f"<p>甲<img {attributes}></p>").notes
        assert [*map(str, notes)] == [f"picture left out: {said}"]

    @pytest.mark.parametrize("address", ['src="C:\\a.png"', 'src="data:image/png;base64,iVBO"', ""])
    @pytest.mark.parametrize(
        ("before", "shown"), [("甲", "<p>甲锂价&lt;走势</p>"), ("", "<p>锂价&lt;走势</p>")]
    )
    def test_its_description_stands_in_its_place(self, address, before, shown):
        picture = f'<img {address} alt="锂价&lt;走势">'
        assert html_of(f"<p>{before}{picture}</p>") == shown
        assert html_of(f"<div>{before}<b>{picture}</b></div>").count("锂价&lt;走势") == 1

    @pytest.mark.parametrize("alt", ["", "image"])
    def test_one_without_address_and_description_is_left_out_silently(self, alt):
        assert parse_body(f'<p>甲<img alt="{alt}"></p>').notes == ()

    @pytest.mark.parametrize("name", ["iframe", "textarea", "plaintext", "title", "xmp"])
    def test_a_tag_that_nothing_closes_makes_no_text_of_others(self, name):
        assert html_of(f"<p>甲</p><{name}><p>乙</p>") == "<p>甲</p><p>乙</p>"

    def test_a_picture_within_a_sentence_stays_there(self):
        assert "<figure" not in html_of('<p>图<img src="https://example.com/a.png">标</p>')


class TestCleaning:
    def test_the_credit_is_taken_out_and_its_marks_read_as_text(self):
        board = keytip("90.BK0473", "证券", "bk")
        body = parse_body(document(f'<p>文</p><p class="em_media">（文章来源：上海{board}报）</p>'))
        assert body.medium == "上海证券报"
        assert body.html == "<p>文</p>"
        assert body.securities == ()

    def test_hidden_and_empty_paragraphs_vanish(self):
        html = html_of('<p style="display:none;height:1px"><br /></p><p>文<br /></p><p> </p>')
        assert html == "<p>文</p>"

    def test_text_is_otherwise_untouched(self):
        assert html_of("<p>　　《&lt;议定书&gt;》 1 &amp; 2</p>") == (
            "<p>　　《&lt;议定书&gt;》 1 &amp; 2</p>"
        )

    def test_what_others_wrote_is_sanitised(self):
        assert html_of("<p onclick=x()>文<script>x()</script></p>") == "<p>文</p>"

    def test_tables_keep_their_cells(self):
        html = html_of("<table><tr><td>代码</td><td>600519</td></tr></table>")
        assert BeautifulSoup(html, "lxml").get_text(" ", strip=True) == "代码 600519"


class TestNotes:
    """What a reader might miss is said."""

    @pytest.mark.parametrize(
        ("html", "note"),
        [
            ('<p style="display: none">藏<b>的</b></p>', "hidden text left out: 藏的"),
            ('<p style="display:block;display:none;display:x">藏</p>', "hidden text left out: 藏"),
            ('<p style="display:none!important;display:block">藏</p>', "hidden text left out: 藏"),
            ("<template><p>模</p></template>", "hidden text left out: 模"),
            ("<p><template>模</template><img src='/a.png'></p>", "hidden text left out: 模"),
            ("<noscript>无</noscript>", "hidden text left out: 无"),
            ("<object>旧</object>", "hidden text left out: 旧"),
            ("<p hidden>藏</p>", "hidden text left out: 藏"),
            ('<div hidden="until-found"><p>藏</p></div>', "hidden text left out: 藏"),
            ('<p style="VISIBILITY : Collapse">藏</p>', "hidden text left out: 藏"),
            ("<dialog>藏</dialog>", "hidden text left out: 藏"),
            ("<datalist><option>藏</datalist>", "hidden text left out: 藏"),
            ('<p class="a>乙</p><p class="b">', "hidden text left out: 乙"),
            ("<p class=a乙</p>", "hidden text left out: a乙"),
            ("<p data-a 乙</p>", "hidden text left out: 乙"),
            (
                f"<p hidden style='visibility:hidden'>{'长' * 50}</p>",
                f"hidden text left out: {'长' * 39}…",
            ),
            (
                '<iframe src="https://example.com/v"></iframe>',
                "iframe left out: https://example.com/v",
            ),
            (
                '<iframe title="行情 图" src="https://example.com/v"></iframe>',
                "iframe left out: 行情 图 https://example.com/v",
            ),
            ('<video src="/v.mp4"></video>', "video left out: /v.mp4"),
            ('<form><input value="值"></form>', "input left out: 值"),
            ('<form><input placeholder="股票代码"></form>', "input left out: 股票代码"),
            ("<div>" * 2000 + "深", "what is nested more than 100 deep is shown without its form"),
        ],
    )
    def test_what_is_left_out(self, html, note):
        body = parse_body(document(f"<p>文</p>{html}"))
        assert body.html.startswith("<p>文</p>")
        assert tuple(map(str, body.notes)) == (note,)

    @pytest.mark.parametrize(
        ("html", "what", "text"),
        [
            ('<p class="a>乙</p><p>丙</p>', "tag", "乙 丙"),
            ("<img alt='甲>乙<p>丙</p>", "tag", "乙 丙"),
            ("<script>x()", "script", "x()"),
            ("<style>p{} <p>乙</p>", "style", "p{} 乙"),
            ("<!-- x", "comment", "x"),
            ("<!-- <script> x </script> 乙", "comment", "x 乙"),
            ("<!-- 注 --><!-- x <!-- 乙", "comment", "x <!-- 乙"),
            ("<p 乙", "tag", "p 乙"),
            ("<? 乙", "tag", "? 乙"),
            ("<![CDATA[ 乙", "tag", "![CDATA[ 乙"),
        ],
    )
    def test_what_nothing_closes_hides_the_rest_which_is_quoted(self, html, what, text):
        body = parse_body(document(f"<p>文</p>{html}"))
        assert body.html.startswith("<p>文</p>")
        assert tuple(map(str, body.notes)) == (
            f"a {what} that nothing closes hides the rest",
            f"hidden text left out: {text}",
        )

    @pytest.mark.parametrize(
        "html",
        [
            "<p>{}</p>",
            "<p>甲</p>{}",
            "<p>甲</p>\n{}\n<p>乙</p>",
            "<div>\n{}\n</div>",
            "<p>甲</p>\n<script>//{}</script>\n{}",
        ],
    )
    def test_sections_of_xml_are_shown_as_kramdown_shows_them(self, html):
        section = "<![CDATA[数据]]>"
        body = parse_body(html.format(section, section))
        assert body.text.count(section) == 1

    def test_what_is_hidden_is_no_credit_and_no_mark(self):
        hidden = f"<p hidden>{keytip('1.600519', '茅台')}</p><p hidden>文章来源：甲报</p>"
        body = parse_body(document(f"<p>文</p>{hidden}"))
        assert (body.html, body.medium, body.securities) == ("<p>文</p>", "", ())

    def test_a_title_at_the_head_too(self):
        assert tuple(map(str, parse_body("<title>头</title><p>文</p>").notes)) == (
            "hidden text left out: 头",
        )

    def test_text_after_the_fence_of_code_too(self):
        assert tuple(map(str, parse_body("```js\n甲\n```\n\n``` 乙\n丙\n```\n").notes)) == (
            "hidden text left out: 乙",
        )

    def test_nothing_is_said_of_what_every_post_has(self):
        html = f"{CHART}<style>p{{}}</style><script>x()</script><p style='display:none'><br></p>"
        credit = '<p class="em_media">（文章来源：甲报）</p>'
        assert parse_body(document(f"{html}<p>文</p><!-- 注 -->{credit}")).notes == ()


class TestUnseenCharacters:
    """References to them go as they do."""

    @pytest.mark.parametrize(
        "reference",
        (
            "&#8203; &#x200B; &#xfeff; &shy; &#173; &zwnj; &lrm; &rlm; &#x202e; &NoBreak;"
            " &ZeroWidthSpace; &zwj; &#11; &#x1f; &#x81; &#xfffe; &#00011;"
        ).split(),
    )
    @pytest.mark.parametrize("form", [document("<p>甲{}乙</p>"), "<p>甲{}乙</p>", "甲{}乙"])
    def test_they_are_removed(self, form, reference):
        body = parse_body(form.replace("{}", reference))
        assert body.text == "甲乙"
        note = "1 reference(s) to characters that show nothing removed"
        assert tuple(map(str, body.notes)) == (note,)

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("<p>&#128104;&#8205;&#x1f469;</p>", "👨\u200d👩"),
            ("👨&zwj;👩", "👨\u200d👩"),
            ("`甲&#8203;乙`", "甲&#8203;乙"),
            ("<p>&lt;甲&amp;shy;&#60;乙&#146;</p>", "<甲&shy;<乙’"),
            ("甲&#146;乙", "甲’乙"),
            ("<p>甲&shy乙&#8203丙</p>", "甲乙丙"),
        ],
    )
    def test_what_is_seen_stays(self, text, shown):
        assert parse_body(text).text == shown

    def test_in_digests_media_and_descriptions_too(self):
        html = '<p><img src="/a.png" alt="甲&shy;乙">文</p><p>文章来&#8203;源：甲&shy;报</p>'
        body = parse_body(f"摘&shy;要\n\n{document(html)}")
        assert (body.digest, body.medium) == ("摘要", "甲报")
        assert 'alt="甲乙"' in body.html


class TestNothingVanishes:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ('<p>甲</p><embed src="x.swf"><p>乙</p>', "甲 乙"),
            ('甲<embed src="x.swf">乙\n\n丙', "甲乙 丙"),
            ("<p>甲 <me@example.com> 乙</p>", "甲 <me@example.com> 乙"),
            ("<p>市盈率<10倍，a<b股</p><p>乙</p>", "市盈率<10倍，a<b股 乙"),
            ("<p>甲</p\n\n乙<p>丙</p>", "甲 乙 丙"),
            ("<p>甲</p乙<x-y丙</ 丁", "甲</p乙<x-y丙</ 丁"),
            ("<dialog open>甲</dialog><details>乙</details>", "甲 乙"),
            ('<p hidden style="display:block">甲</p><p aria-hidden="true">乙</p>', "甲 乙"),
            ('<p style="x-display:none;--visibility:hidden">甲</p>', "甲"),
            ('<p style="display:none;color:red;DISPLAY : block">甲</p>', "甲"),
            ('<p style="visibility:hidden;visibility:visible">甲</p>', "甲"),
            ('<p style="display:block !important;display:none">甲</p>', "甲"),
            (
                '<p>甲</p><div style="visibility:hidden">藏'
                '<p>藏<b style="visibility:visible">乙</b></p>'
                '<p style="visibility:inherit">藏</p></div>',
                "甲 乙",
            ),
            (
                '<p>甲</p><div id="js_content" style="visibility: hidden; opacity: 0;">乙</div>',
                "甲 乙",
            ),
        ],
    )
    def test_what_a_parser_takes_for_a_tag_or_its_content_stays(self, text, shown):
        assert " ".join(parse_body(text).text.split()) == shown

    @pytest.mark.parametrize(
        ("text", "shown", "note"),
        [
            ('<div style="visibility:hidden"><p>甲</p></div>', "甲", True),
            ("<p hidden>甲</p><p>文章来源：乙报</p>", "甲", True),
            ('<p><img src="/a.png"></p><p style="display:none">甲</p>', "甲", True),
            ("<p hidden></p><template>甲</template>", "", False),
        ],
    )
    def test_a_post_keeps_its_text_though_all_of_it_is_hidden(self, text, shown, note):
        body = parse_body(text)
        assert body.text == shown
        said = "all of the text is hidden on its page, and is shown here"
        assert (said in map(str, body.notes)) is note

    @pytest.mark.parametrize(
        "text",
        [
            "甲写在 </body> 之前。\n\n乙",
            "<html><body><p>甲</p></body></html>\n\n乙",
            "<html><body><p>甲</p></body></html><p>乙</p>",
            "<p>甲</p></HTML ><p>乙</p>",
            "<frameset><p>甲</p></frameset><p>乙</p>",
            "<p>甲</p></body\n\n<p>乙</p>",
            f"<p>甲</p></body><p>乙</p>\n\n{LINK}",
        ],
    )
    def test_what_follows_the_end_of_a_page_stays(self, text):
        body = parse_body(text)
        assert "甲" in body.text
        assert "乙" in body.text

    @pytest.mark.parametrize("declaration", ['<?xml version="1.0"?>', "<?XML\nencoding='utf-8' ?>"])
    @pytest.mark.parametrize(
        "text", ["{}\n<p>甲</p>", "甲\n\n{}\n\n<div>{}</div>", "<p>{}甲</p>\n\n<>"]
    )
    def test_a_declaration_of_xml_is_passed_over_without_a_warning(
        self, declaration, text, recwarn
    ):
        assert parse_body(text.replace("{}", declaration)).text == "甲"
        assert recwarn.list == []

    def test_neither_does_ruby(self):
        body = parse_body("<p><ruby>汉<rp>(</rp><rt>hàn<b>!</b></rt><rp>)</rp></ruby>字</p>")
        assert body.text == "汉(hàn!)字"

    def test_scripts_styles_and_templates_are_no_text(self):
        body = parse_body("<p>文<script>一</script><style>二</style></p><template>三</template>")
        assert body.text == "文"
        assert tuple(map(str, body.notes)) == ("hidden text left out: 三",)


class TestPlainText:
    def test_text_in_links_joins_its_neighbours_and_blocks_are_lines(self):
        assert plain_text("<p>上海<a>证券</a>报<br>二</p>\n <p>三 </p>") == "上海证券报\n二\n三"

    def test_an_empty_text_has_none(self):
        assert plain_text("") == ""


def visible_text(text):
    return "".join(text.split())


def test_every_real_post_keeps_its_text(real_posts):
    """All that is not chrome is there after parsing, to the letter."""
    for path in sorted(real_posts.glob("*.md")):
        if path.name == "README.md":
            continue
        _, rest = split(path.read_text(encoding="utf-8-sig"))
        body = parse_body(rest)
        start = rest.find("<p")
        if start < 0 or not body.html:
            continue
        soup = BeautifulSoup(rest[start : rest.rfind("</p>") + 4], "lxml")
        for credit in soup.find_all("p", class_="em_media"):
            credit.decompose()
        assert visible_text(body.text) == visible_text(soup.get_text()), path.name
