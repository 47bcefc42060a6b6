"""Where a body credits its medium."""

import pytest

from articles.importing.reading.body import parse_body
from tests.articles.importing.reading.judged_credits import figures, judged

BOARD = (
    '<span id="bk_90.BK0473"><a class="keytip" data-code="90,BK0473" href="x">证券</a></span>'
    '<span id="quote_90.BK0473"></span>'
)


def read(html):
    return parse_body(f"{html}\n\n<>")


@pytest.mark.parametrize(
    ("html", "medium", "rest"),
    [
        ('<p>文</p><p class="em_media">（文章来源：证券时报）</p>', "证券时报", "<p>文</p>"),
        ('<p>文</p><p class="em_media">证券时报</p>', "证券时报", "<p>文</p>"),
        ('<p>文</p><p class="em_media">（证券时报）</p>', "证券时报", "<p>文</p>"),
        ('<p>文</p><p class="em_media">来源：证券时报</p>', "证券时报", "<p>文</p>"),
        (
            '<p>文（文章来源：甲报）</p><p class="em_media">责编：乙</p>',
            "甲报",
            "<p>文</p><p>责编：乙</p>",
        ),
        ("<p>文</p><div>（文章来源：证券时报）</div>", "证券时报", "<p>文</p>"),
        ("<p>文</p><center>(文章来源: 证券时报 )</center>", "证券时报", "<p>文</p>"),
        ("<p>文</p><p>文章来源：证券时报</p>", "证券时报", "<p>文</p>"),
        ("<p>文</p><p>（文章来源：界面新闻（有限公司））</p>", "界面新闻（有限公司）", "<p>文</p>"),
        ("<p>文</p><p>(文章来源：界面新闻(有限)公司)</p>", "界面新闻(有限)公司", "<p>文</p>"),
        ("<p>涨停。（文章来源：财联社）</p>", "财联社", "<p>涨停。</p>"),
        ("<p>涨停。文章来源：财联社</p>", "财联社", "<p>涨停。</p>"),
        ("<p>涨停<br>文章来源：财联社</p>", "财联社", "<p>涨停</p>"),
        (f"<p>涨停（文章来源：上海{BOARD}报）</p>", "上海证券报", "<p>涨停</p>"),
        ("<div><p>文</p>（文章来源：财联社）</div>", "财联社", "<p>文</p>"),
        (
            '<p>文</p><p class="em_media">（文章来源：甲报）（责任编辑：乙）</p>',
            "甲报",
            "<p>文</p><p>（责任编辑：乙）</p>",
        ),
        (
            "<p>文。（文章来源：甲报）</p><p>（责任编辑：乙）</p>",
            "甲报",
            "<p>文。</p><p>（责任编辑：乙）</p>",
        ),
        (
            "<p>文</p><p>（文章来源：甲报 责任编辑：乙）</p>",
            "甲报",
            "<p>文</p><p>（责任编辑：乙）</p>",
        ),
        (
            '<p>文</p><p class="em_media">(文章来源：甲报，责任编辑：乙)</p>',
            "甲报",
            "<p>文</p><p>(责任编辑：乙)</p>",
        ),
        (
            "<p>文。文章来源：甲报 责任编辑：乙</p>",
            "甲报",
            "<p>文。责任编辑：乙</p>",
        ),
        ("<p>文</p><p>文章来源：甲报 作者：乙</p>", "甲报", "<p>文</p><p>作者：乙</p>"),
        ("<p>文</p><p>文章来源：甲报）</p>", "甲报", "<p>文</p>"),
        ("<p>文</p><p>【文章来源：甲报】</p>", "甲报", "<p>文</p>"),
        ("<p>文[文章来源：甲报]</p>", "甲报", "<p>文</p>"),
        ("<p>文，文章来源：甲报</p>", "甲报", "<p>文，</p>"),
        ("<p>文</p><p>文章<b>来源：</b>甲<i>报</i></p>", "甲报", "<p>文</p>"),
        (
            "<table><tr><td>文</td></tr><tr><td>文章来源：甲报</td></tr></table>",
            "甲报",
            "<table><tbody><tr><td>文</td></tr></tbody></table>",
        ),
        (
            "<table><tr><td>文</td><td><p>（文章来源：甲报）</p></td></tr></table>",
            "甲报",
            "<table><tbody><tr><td>文</td><td></td></tr></tbody></table>",
        ),
        ("<p>文</p><p>文章来源：甲报<br>原标题：乙</p>", "甲报", "<p>文</p><p>原标题：乙</p>"),
        ("<p>文<br>文章来源：甲报<br>乙句</p>", "甲报", "<p>文<br><br>乙句</p>"),
        ("<p>文</p><p>（文章来源：甲报<br>乙）</p>", "甲报", "<p>文</p><p>乙）</p>"),
        ("<p>文</p><div>文章来源：甲报<p>乙</p></div>", "甲报", "<p>文</p><p>乙</p>"),
        (
            "<table><tr><th>文章来源：甲报<br>乙</th></tr></table>",
            "甲报",
            "<table><tbody><tr><th><br>乙</th></tr></tbody></table>",
        ),
        ("<p>文</p><ul><li>（文章来源：甲报）</li></ul>", "甲报", "<p>文</p>"),
        *(
            (
                f"<p>文</p><p>文章来源：甲报<b> {other}</b></p>",
                "甲报",
                f"<p>文</p><p><b>{other}</b></p>",
            )
            for other in (
                *(
                    "阅读 3000",
                    "阅读(3000)",
                    "阅读量：3000",
                    "3000次阅读",
                    "1.2万 阅读",
                    "评论：",
                    "时间：x",
                ),
                *(
                    "2022-03-04 09:30",
                    "2022年3月4日",
                    "09:30",
                    "分享 收藏",
                    "字号 大 中 小",
                    "原标题：乙",
                ),
                *("记者：乙", "文/乙", "股票代码：600519", "免责声明：乙"),
            )
        ),
        *(
            (f"<p>文</p><p>文章来源：甲报 {other}</p>", "甲报", f"<p>文</p><p>{other}</p>")
            for other in (
                *('<a href="https://example.com">分享到微信</a>', "<sup>1</sup>"),
                *("3 小时前", "★★★", "（记者 乙）"),
                *("作者 张三", "记者\u3000张三 李四", '<a href="https://example.com">评论</a>乙'),
            )
        ),
        *(
            (f'<p>文</p><p>文章来源：<a href="{address}">甲报</a></p>', "甲报", "<p>文</p>")
            for address in ("https://example.com", "https://quote.eastmoney.com/sh600519.html")
        ),
        (
            '<p>文</p><p>文章来源：甲<a class="infokey" href="https://example.com">报</a></p>',
            "甲报",
            "<p>文</p>",
        ),
        (
            '<p>文</p><p class="em_media">甲报<a href="https://example.com">乙</a></p>',
            "甲报",
            '<p>文</p><p><a href="https://example.com">乙</a></p>',
        ),
        ("<p>文</p><p>（文章来源：甲报 2022-03-04）</p>", "甲报", "<p>文</p><p>（2022-03-04）</p>"),
        ("<p>文</p><p>文章来源：甲报 · 他的</p>", "甲报", "<p>文</p><p>· 他的</p>"),
        ("<p>文。文章来源：甲报 | 阅读 3000</p>", "甲报", "<p>文。| 阅读 3000</p>"),
        *(
            (f"<p>文</p><p>文章来源：甲报{other}</p>", "甲报", f"<p>文</p><p>{other}</p>")
            for other in (
                *(
                    "（责任编辑：乙）",
                    "(编辑 乙)",
                    "【责编：乙】",
                    "[编辑：乙]",
                    "(阅读 3000)",
                    "（2022-05-01）",
                ),
                *("（北京 记者：乙）", "（作者：丙）2022-05-01", "（文/乙）", "| 乙", "/记者：乙"),
                '（<a href="https://example.com">评论</a>）',
            )
        ),
        *(
            (f"<p>文</p><p>文章来源：甲{hidden}报</p>", "甲报", "<p>文</p>")
            for hidden in (
                *(
                    '<span style="display:none">乙</span>',
                    "<i hidden>乙</i>",
                    "<object>乙</object>",
                ),
                '<b style="visibility:hidden">乙</b>',
            )
        ),
        ("<p>文（文章来源：甲报（责编：乙））</p>", "甲报", "<p>文（（责编：乙））</p>"),
        ("<p>文（文章来源：甲报 | 乙）</p>", "甲报", "<p>文（| 乙）</p>"),
        (
            '<p>文</p><p>（文章来源：甲报 <a href="https://example.com">分享</a>）</p>',
            "甲报",
            '<p>文</p><p>（<a href="https://example.com">分享</a>）</p>',
        ),
        (
            '<p>文</p><p class="em_media">（来源：甲报（责编：乙））</p>',
            "甲报",
            "<p>文</p><p>（（责编：乙））</p>",
        ),
        (
            "<p>文</p><p>文章来源：甲（集团）报（记者：乙）</p>",
            "甲（集团）报",
            "<p>文</p><p>（记者：乙）</p>",
        ),
        *(
            (f"<p>文</p><p>文章来源：{name}</p>", name, "<p>文</p>")
            for name in (
                "21世纪经济报道",
                "36氪",
                "时间财经",
                "新华评论",
                "中国分享报",
            )
        ),
    ],
)
def test_it_is_taken_out_wherever_it_stands(html, medium, rest):
    body = read(html)
    assert body.medium == medium
    assert body.html == rest
    assert body.securities == ()


@pytest.mark.parametrize(
    "credit",
    [
        *(
            "甲报（ID：jia-bao）",
            "甲报(id:jiabao)",
            "甲报（微信号：jiabao）",
            "甲报（微信公众号：jiabao）",
        ),
        *(
            "甲报（公众号）",
            "甲报公众号",
            "甲报微信公众号",
            "“甲报”微信公众号",
            "「甲报」公众号（ID：jia）",
        ),
        *(
            "公众号 甲报",
            "公众号：甲报",
            "微信公众号 甲报",
            "微信公众号：甲报（ID：jia）",
            "公号“甲报”",
        ),
    ],
)
def test_of_an_account_it_is_the_name_alone(credit):
    for text in (f"（文章来源：{credit}）", f"来源：{credit}"):
        body = parse_body(f"文。\n\n{text}")
        assert (body.medium, body.text) == ("甲报", "文。")


@pytest.mark.parametrize("name", ["公众号观察", "甲报（上海）", "甲报（有限公司）", "甲 乙"])
def test_other_names_stay_whole(name):
    assert parse_body(f"文。\n\n来源：{name}").medium == name


@pytest.mark.parametrize("words", ["微信公众号", "公众号", "微信公众号（ID：abc）", "其他公众号"])
def test_an_account_without_a_name_is_none(words):
    assert parse_body(f"文。\n\n来源：{words}").medium == ""


@pytest.mark.parametrize(
    "html",
    [
        "<p>据文章来源：某某说法，不可信。</p>",
        "<p>一（文章来源：甲报）</p><p>二</p>",
        f"<p>文</p><p>（文章来源：{'长' * 60}）</p>",
        f'<p>文</p><p class="em_media">{"长" * 60}</p>',
        "<p>文章来源：甲报。他说，还有下文。</p>",
        "<p>文。文章来源：甲报 2022-03-04，央行宣布降准。</p>",
        "<pre>文章来源：甲报</pre>",
        "<p>文</p><p>文章来源：据记者了解今天央行宣布降准半个百分点释放长期资金一万亿元</p>",
        '<p>文</p><p class="em_media">文章来源：https://example.com/a</p>',
        "<p>文</p><p>文章来源：（甲报 记者：乙）</p>",
    ],
)
def test_what_is_none_stays(html):
    body = read(html)
    assert body.medium == ""
    assert body.html == html.replace(' class="em_media"', "")


@pytest.mark.parametrize(
    ("line", "medium"),
    [
        ("来源：新华社✅", "新华社"),
        ("来源：财联社📈❤️", "财联社"),
        ("【来源：央视新闻🔥】", "央视新闻"),
        ("来源：证券时报▲", "证券时报"),
        ("来源：——格隆汇~", "格隆汇"),
        ("来源：@格隆汇", "格隆汇"),
        ("来源：《财经》杂志", "《财经》杂志"),
        ("来源：Yahoo!", "Yahoo!"),
        ("来源：Canal+", "Canal+"),
        ("来源：新华社 作者王五", "新华社"),
        ("来源：证券时报网 记者王五 李四", "证券时报网"),
        ("本文转自：新华社 记者张三、李四", "新华社"),
        ("来源：新华社记者王五", "新华社"),
        ("来源：中国记者协会", "中国记者协会"),
        ("来源：每日经济新闻（作者张三）", "每日经济新闻"),
        ("来源：“券商中国”", "“券商中国”"),
        ("来源：财联社（图片来源：视觉中国）", "财联社"),
        ("来源：界面新闻 （界面新闻对本文有删节）", "界面新闻"),
        ("来源：新华社，本文略有删改", "新华社"),
        ("来源：财联社，原题《甲乙》", "财联社"),
        ("来源：人民日报 第01版", "人民日报"),
        ("来源：中国新闻网 张三/摄", "中国新闻网"),
        ("文/张三 来源：证券时报网", "证券时报网"),
        ("来源/去向：新华社", ""),
        ("来源/新华社", "新华社"),
    ],
)
def test_a_medium_is_named_without_signs_people_and_notes(line, medium):
    assert read(f"<p>文</p><p>{line}</p>").medium == medium


def test_a_picture_beside_it_stays():
    body = read('<p>文</p><p><img src="https://example.com/a.png">（文章来源：甲报）</p>')
    assert body.medium == "甲报"
    assert "a.png" in body.html


def test_nearly_all_judged_credits_are_found_and_nothing_else_is():
    recall, precision = figures(judged())
    assert recall >= 0.99
    assert precision == 1
