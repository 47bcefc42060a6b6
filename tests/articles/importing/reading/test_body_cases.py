"""Bodies as people and Eastmoney's later pages have them, beside the project where we have them."""

import pytest

from articles.importing.reading.body import parse_body


@pytest.fixture
def body_of(cases):
    """A function that reads the body of a case."""
    return lambda name: parse_body((cases / name).read_text().partition("\n---\n")[2])


@pytest.mark.parametrize(
    ("number", "symbols", "medium"),
    [
        ("01", ["0.002353", "1.688376"], "证券时报网"),
        ("02", ["1.600030", "90.BK1036"], "财联社"),
        ("03", [], "界面新闻（有限公司）"),
        ("04", [], "证券日报"),
    ],
)
def test_eastmoneys_later_forms(body_of, number, symbols, medium):
    body = body_of(f"em/2026-06-13-2026061337706241{number}.md")
    assert [mark.symbol for mark in body.securities] == symbols
    assert body.medium == medium
    assert body.digest == "摘要一句。（财联社）"
    assert "文章来源" not in body.text
    assert body.notes == ()


def test_code_in_fences(body_of):
    body = body_of("fm/2022-03-11-codefence.md")
    assert "<script>alert(1)</script>" in body.text
    assert "<strong>粗体</strong>" in body.html
    assert "<h2>小标题</h2>" in body.html
    assert "more" not in body.text


def test_an_address_at_the_end_of_markdown_is_text(body_of):
    body = body_of("fm/2022-03-12-autolink-end.md")
    assert body.digest == ""
    assert body.link == ""
    assert "<h2>小标题</h2>" in body.html
    assert '<a href="https://example.com/ref">' in body.html


def test_one_after_html_is_the_link(body_of):
    body = body_of("fm/2022-03-01-emoji.md")
    assert (body.html, body.link) == ("<p>正文一句。</p>", "http://example.com/a")


def test_liquid(body_of):
    body = body_of("fm/2022-02-04-liquid.md")
    assert "<pre><code>puts 1\n</code></pre>" in body.html
    assert "{{ site.url }}" in str(body.notes[0])


def test_what_cost_minutes_is_read(body_of, cases):
    for path in sorted((cases / "dos").glob("2022-01-0[126]-*.md")):
        body = body_of(path.relative_to(cases))
        text = path.read_text().partition("\n---\n")[2]
        assert set("甲乙丙正文返回x") & set(text) <= set(body.text), path.name
