"""Whatever the bytes, each pure room answers or refuses, and nothing active survives."""

import re

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.discovery import Found
from articles.importing.preparing import read_and_index
from articles.importing.reading.body import parse_body, plain_text
from articles.importing.reading.dates import read_date
from articles.importing.reading.derive import derive
from articles.importing.reading.documents import DocumentError, decode
from articles.importing.reading.files import (
    NewDocument,
    NoDocument,
    Refused,
)
from articles.importing.reading.front_matter import split
from articles.importing.reading.sanitizer import ATTRIBUTES, TAGS, sanitize

POST = (
    '---\nlayout: post\ntitle: "锂价"回落""\ndate: 2022-03-04 09:30:00 +0800\ncategories: emnews\n'
    "tags: 财联社新闻\n---\n> 锂价连跌三日。（财联社）\n\n<p>　　锂价走弱，"
    '<span id="stock_0.002466"><a class="keytip" data-code="0,002466" href="http://x/">天齐锂业</a>'
    '</span>。</p><center><img src="http://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=0.002466'
    '&imageType=k" alt="x"></center><p class="em_media">（文章来源：财联社）</p>\n\n'
    "<http://finance.eastmoney.com/news/1354,202203040000000001.html>\n\n[返回首页](../)"
).encode()
NAME = "2022-03-04-202203040000000001.md"
FRAGMENTS = [
    *(b"---\n", b'"', b"\\", b"\0", b"\xff", b"\xe4\xb8", b"\r", b"<", b"</p>", b"<p", b"&#0;"),
    *("（文章来源：".encode(), "\ufeff".encode(), b"<!--", b"<table><tr><td>", b"data-code='1,2'"),
    *(b"<script>", b"<style>", b"&#xD800;", b"<svg>", b"<math>", b"date: ", b"- ", b": ", b"\n"),
]


TAGS_AND_TRAPS = [
    "<p>",
    "</p>",
    "<b>",
    "<a href='javascript:x'>",
    "</a>",
    "<table>",
    "<td>",
    "<svg>",
    "</svg>",
    "<math>",
    "<mtext>",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "<img src=x onerror=x>",
    "<title>",
    "<noscript>",
    "<textarea>",
    "</textarea>",
    "<select>",
    "<mglyph>",
    "<p title='</style>'>",
    "文",
    "<template>",
    "<frameset>",
    "<plaintext>",
    "<xmp>",
    "<iframe>",
    "&lt;script&gt;",
    "<form>",
    "<?x",
]


@st.composite
def mutated_posts(draw):
    content = POST
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 40)))
        new = draw(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=8)))
        content = content[:start] + new + content[end:]
    return content


# As browsers find it, once they have dropped tabs and ends of lines (WHATWG URL, 4.4).
SCHEME = re.compile(r"[\0-\x20]*([A-Za-z][A-Za-z0-9+.\-]*):")


def assert_harmless(html):
    """Only allowed tags and attributes, and no address that runs something."""
    if not html.strip():
        return
    for element in lxml.html.fragment_fromstring(html, create_parent="section").iter():
        if element.tag == "section":
            continue
        assert isinstance(element.tag, str), "a comment"
        assert element.tag in TAGS
        for name, value in element.attrib.items():
            assert name == "class" or name in ATTRIBUTES.get(element.tag, ())
            if name in ("href", "src"):
                scheme = SCHEME.match(re.sub(r"[\t\n\r]", "", value))
                assert not scheme or scheme[1].lower() in ("http", "https", "mailto")


def reason_of(work, *arguments):
    """Why `work` refuses its arguments, with the line; None where it does not."""
    try:
        work(*arguments)
    except DocumentError as error:
        return error.reason, error.line
    return None


def assert_storable(text):
    assert "\0" not in text
    text.encode()  # no lone surrogate


@given(st.one_of(st.binary(max_size=300), mutated_posts()))
def test_any_bytes_are_read_or_refused(content):
    reading = read_and_index(Found(NAME, content=content))
    if isinstance(reading, Refused):
        assert reading.reason
        assert reading.content == content
        return
    assert isinstance(reading, NewDocument), NoDocument
    post = derive([reading.parsed])
    texts = [post.title, post.digest, post.body_html, post.body_text, post.source]
    texts += [post.original_url, *post.tags, *post.categories, reading.indexed.text]
    for text in texts:
        assert_storable(text)
    assert_harmless(post.body_html)
    assert post.body_text == plain_text(post.body_html)


@given(st.binary())
def test_decoding_gives_text_or_a_reason(content):
    if reason_of(decode, content) is None:
        assert_storable(decode(content)[0])


@given(st.text())
def test_front_matter_is_split_or_refused_with_a_line(text):
    assert reason_of(split, text) is None or all(reason_of(split, text))


@given(st.text())
def test_any_value_of_front_matter_is_read_or_refused_with_a_line(value):
    refusal = reason_of(split, f"---\ntitle: {value}\ndate: {value}\n---\n")
    assert refusal is None or all(refusal)


@given(st.one_of(st.text(), st.text("0123456789-/:年月日时分秒 TZ+APMapmJan下午", max_size=30)))
def test_any_date_is_a_time_or_a_reason(value):
    refusal = reason_of(read_date, value, 1)
    assert refusal is None or all(refusal)


@given(st.text())
def test_any_text_is_a_body(text):
    assert_harmless(parse_body(text).html)


@given(st.lists(st.sampled_from(TAGS_AND_TRAPS)))
def test_no_mixture_of_tags_is_harmful_however_often_it_is_read(pieces):
    once = sanitize("".join(pieces))
    assert_harmless(once)
    assert_harmless(sanitize(once))  # which can nest otherwise: <a><table><a>
    assert_harmless(parse_body("".join(pieces)).html)


LINES = [
    "", "# {}", "- {}", "1. {}", "> {}", "    {}", "<!-- more -->", "<img src='/a.png'>", "<div>",
    "</div>", "<p>{}</p>", "<table><tr><td>{}</td></tr></table>", "```", "~~~", "**{}**", "---",
    "<b>{}</b> {}", "[{}](/a)", "![{}](/a.png)", "`{}`", "|{}|{}|", "|-|-|", "{{% raw %}}",
    "{{% endraw %}}", "{{% highlight c %}}", "{{% endhighlight %}}", "<center>{}", "<br>{}",
    "[^{}]: {}", "[{}]: {}", "<pre>", "</pre>", "{}", "　　{}", "<https://example.com/{}>",
    "{}[^1]", "[^1]: {}", ": {}", "<!-- x --> {}", "|---", "{{::comment}}", "{{% comment %}}",
]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_no_body_loses_text_without_a_note(lines):
    """Every word that is written somewhere in a body is shown, or a note says what is not."""
    words = iter(f"词{number}尾" for number in range(100))
    written: list[str] = []

    def filled(line):
        parts = [next(words) for _ in range(line.replace("{{", "").count("{}"))]
        written.extend(parts)
        return line.format(*parts)

    body = parse_body("\n".join(map(filled, lines)))
    shown = body.digest + body.text + body.html + body.link
    lost = [word for word in written if word not in shown]
    assert not lost or body.notes


@pytest.mark.parametrize("depth", [50, 500, 5000])
def test_depth_loses_no_text(depth):
    for tag in ("div", "b", "blockquote", "span", "font", "ul><li"):
        body = parse_body(f"<p>前</p>{f'<{tag}>' * depth}深处<p>后</p>")
        assert "".join(body.text.split()) == "前深处后", tag
