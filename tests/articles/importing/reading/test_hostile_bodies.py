"""Bodies that cost minutes once: now the time grows as the text does, and no text is lost."""

import pytest

from articles.importing.reading.body import parse_body
from articles.importing.reading.liquid import without_liquid
from tests.growth import is_in_proportion

SHORT, TIMES, GROWTH, FLOOR = 2_000, 16, 64, 0.3  # characters; seconds of the processor

HOSTILE = {
    "links back": ("", "[返回](./a) ", "x"),
    "links back without an end": ("", "[返回](./a(", ""),
    "brackets": ("", "[", ""),
    "closed brackets": ("", "[]", "x"),
    "pictures in descriptions": ("", "![", ""),
    "links without an end": ("", "[a](b ", ""),
    "titles without an end": ("", '[a](b "', ""),
    "addresses without an end": ("", "[a](b (c d) ", ""),
    "tags without an end": ("a ", "<o:p a='b' c=\"d", ""),
    "closed tags with a colon": ("a ", "<o:p>", "</o:p>"),
    "quotes": ("", ">", "x"),
    "lists on one line": ("", "- ", "x"),
    "emphasis": ("", "**a", ""),
    "comments without an end": ("a ", "<!-- ", ""),
    "definitions": ("", "[a\n", ""),
    "Liquid without an end": ("", "{{ ", ""),
    "footnotes": ("甲[^1]", "\n[^1]: a", ""),
    "footnotes in a row": ("a[^1]\n\n", "[^1]: ", "x"),
    "footnotes in footnotes": ("a[^1]b[^2]\n\n", "[^1]: [^2]: ", "x"),
    "definitions of terms": ("", "a\n: b\n", ""),
    "terms without a definition": (": x\n\n", "a\n# b\n", ""),
    "definitions in definitions": ("a", "\n: ", "x"),
    "bars": ("", "|a\n", ""),
    "bars above a text": ("", "|a\n", "x"),
    "raw Liquid": ("a", "{% raw %}", ""),
    "Liquid's comments without an end": ("a", "{% comment %} {% highlight x %}", ""),
    "Hugo's comments without an end": ("a", "{{< comment >}} {{< highlight x >}}", ""),
    "raw Liquid without an end in code": (
        "a",
        "{% highlight x %}{% raw %}{% endhighlight %}",
        "",
    ),
    "captions of code": ("", "{% code a: b %}c{% endcode %}", "x"),
    "a long caption": ("{% code ", "a: lang:b ", "%}c{% endcode %}"),
    "kramdown's comments without an end": ("a", "{::comment} ", ""),
    "comments before a text": ("a\n", "<!-- b --> *c*\n", ""),
    "comments in a row": ("", "<!-- b --> ", "*c*"),
    "code without an end": ("{", "`a``", ""),
    "breaks": ("<p>甲<br>乙", "<br>", "丙</p>"),
    "breaks at the end": ("<p>甲", "<br> ", "</p>"),
    "spaces before a tag": ("<p>甲<br>", " ", "乙</p>"),
    "divisions": ("", "<div>", "x"),
    "divisions with others closed": ("<div>" * 2000, "</b>", "x"),
    "unclosed spans": ("", "<p><span>", "x"),
    "marks in marks": ("", '<span data-code="1,600519">', "x"),
    "figures in figures": ("", "<figure>", "<img src=a>"),
    "tables in tables": ("", "<table><tr><td>", "x"),
    "hidden in hidden": ("", "<template>", "x"),
    "charts": ('<img src="', "GetPic.aspx?nid=1.2", '">'),
    "credits": ("<p>", "<b>文（文章来源：</b>", "</p>"),
    "long credits": ("", f'<p class="em_media">{"长" * 60}</p>', ""),
    "lines of spaces": ("", " \n", "x\n\n<>"),
    "links at the end": ("x\n\n", "<>\n", ""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_as_the_text_does(name):
    start, unit, end = HOSTILE[name]
    short = start + unit * (SHORT // len(unit)) + end
    long = start + unit * (TIMES * SHORT // len(unit)) + end
    assert is_in_proportion(
        lambda: parse_body(short), lambda: parse_body(long), growth=GROWTH, floor=FLOOR
    )


@pytest.mark.parametrize("name", ["highlight", "comment", "codeblock"])
@pytest.mark.parametrize("inner", ["", "{% endNAME %}"])
def test_time_grows_as_raw_marks_within_others_do(name, inner):
    raw = f"{{% raw %}}{inner}{{% endraw %}}".replace("NAME", name)
    short, long = (f"{{% {name} %}}{raw * count}{{% end{name} %}}" for count in (1_000, 8_000))
    assert is_in_proportion(
        lambda: without_liquid(short), lambda: without_liquid(long), growth=24, floor=FLOOR
    )


@pytest.mark.parametrize("mark", ["<div>", ">", "[", "<b>", "<ul><li>", "<span><p>", "- ", "!["])
def test_no_depth_is_too_deep(mark):
    body = parse_body(f"前\n\n{mark * 50_000}深处")
    assert "前" in body.text
    assert "深处" in body.text


def test_a_number_of_no_character_is_one_that_is_not_known():
    assert parse_body(f"涨&#{'1' * 5000};停\n\n<>").digest == "涨\ufffd停"
