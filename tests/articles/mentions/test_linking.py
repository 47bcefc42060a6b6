import pytest

from articles.mentions.linking import Link, linked

MOUTAI = Link("贵州茅台", 1, "1.600519", "/security/1.600519/")
LINKED = '<a class="security" data-code="1.600519" href="/security/1.600519/">贵州茅台</a>'


def with_link(html, link=MOUTAI):
    return linked(html, [link])


def test_a_name_becomes_a_link():
    assert with_link("<p>早盘贵州茅台走强</p>") == f"<p>早盘{LINKED}走强</p>"


def test_the_occurrence_that_names_it():
    html = "<p>贵州茅台镇。</p><p>贵州茅台走强，贵州茅台</p>"
    assert (
        with_link(html, MOUTAI._replace(nth=2))
        == f"<p>贵州茅台镇。</p><p>{LINKED}走强，贵州茅台</p>"
    )


def test_the_name_is_shown_as_it_is_written():
    html = with_link("<p>五 粮　液跟涨</p>", Link("五 粮 液", 1, "0.000858", "/s/"))
    assert html == '<p><a class="security" data-code="0.000858" href="/s/">五 粮　液</a>跟涨</p>'


@pytest.mark.parametrize(
    "html",
    [
        '<p><a href="/x/">贵州茅台</a>走强</p>',
        "<pre>贵州茅台</pre>",
        "<p><code>贵州茅台</code></p>",
        '<h2 id="贵州茅台">目录</h2>',
        '<img alt="贵州茅台">',
        '<p title="a > 贵州茅台">无</p>',
        "<figure><figcaption>贵州茅台</figcaption></figure>",
        "<p>贵州<b>茅台</b></p>",
        "<p>贵州</p><p>茅台</p>",
        "<p>别的</p>",
        "",
    ],
)
def test_nothing_else_is_touched(html):
    assert with_link(html) == html


def test_captions_are_not_counted():
    html = "<figure><figcaption>贵州茅台</figcaption></figure><p>贵州茅台</p>"
    assert with_link(html).endswith(f"<p>{LINKED}</p>")


def test_several_links_and_entities():
    other = Link("五粮液", 1, "0.000858", "/s/?a=1&b=2")
    html = linked("<p>A&amp;B：贵州茅台、五粮液</p>", [other, MOUTAI])
    assert html == (
        f'<p>A&amp;B：{LINKED}、<a class="security" data-code="0.000858" href="/s/?a=1&amp;b=2">'
        "五粮液</a></p>"
    )


def test_of_links_that_overlap_the_later_one_is_made():
    inner = Link("茅台", 1, "1.1", "/s/")
    assert linked("<p>贵州茅台</p>", [MOUTAI, inner]).count("<a ") == 1
