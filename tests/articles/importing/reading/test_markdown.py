"""Bodies in Markdown, as Jekyll reads them."""

import re

import pytest

from articles.importing.reading.body import parse_body
from articles.importing.reading.markdown import NESTING


def html_of(text):
    return parse_body(text).html


class TestHtmlInMarkdown:
    @pytest.mark.parametrize(
        "html",
        [
            "<!-- more -->",
            "<!-- 多行\n\n注释 -->",
            '<img src="https://example.com/a.png">',
            "<div>块</div>",
            "<table><tr><td>格</td></tr></table>",
            "<br>",
            "</div>",
        ],
    )
    def test_markdown_goes_on_after_html(self, html):
        body = parse_body(f"# 题\n\n{html}\n\n后面的**粗体**\n\n- 一\n")
        assert "<h2>题</h2>" in body.html
        assert "<p>后面的<strong>粗体</strong></p>" in body.html
        assert "<li>一</li>" in body.html
        assert body.notes == ()

    def test_it_goes_on_in_the_very_next_line(self):
        assert html_of("文\n\n<div>块</div>\n**后**") == (
            "<p>文</p>\n<p>块</p>\n<p><strong>后</strong></p>"
        )

    def test_the_rest_of_a_paragraph_that_begins_with_a_picture_is_markdown(self):
        html = html_of("文\n\n<img src='http://example.com/b.png'>\n图 **粗**")
        assert "<strong>粗</strong>" in html

    def test_a_table_with_empty_lines_and_indents_is_no_code(self):
        html = html_of(
            "# 表\n\n<table>\n<tr>\n\n    <td>甲*乙*</td>\n\n</tr>\n</table>\n\n后 **粗**"
        )
        assert "<td>甲*乙*</td>" in html
        assert "<pre>" not in html
        assert "<p>后 <strong>粗</strong></p>" in html

    def test_markdown_between_tags_and_empty_lines_is_read(self):
        assert html_of("<div>\n\n# 题\n\n文\n\n</div>") == "<h2>题</h2>\n<p>文</p>"

    def test_a_script_that_closes_itself_hides_nothing(self):
        body = parse_body('文\n\n<script src="//example.com/a.js" />\n\n后 **粗**')
        assert body.html == "<p>文</p>\n<p>后 <strong>粗</strong></p>"
        assert body.notes == ()

    @pytest.mark.parametrize("tag", ['p markdown="1"', "div markdown='span'"])
    def test_a_line_of_a_tag_that_says_so_is_markdown(self, tag):
        text = f"<{tag}>甲 **粗**</{tag.split()[0]}>\n\n后"
        assert html_of(text) == "<p>甲 <strong>粗</strong></p>\n<p>后</p>"

    def test_so_is_what_a_tag_says_is_markdown(self):
        assert html_of('<div markdown="1">\n文 **粗**\n</div>') == "<p>文 <strong>粗</strong></p>"

    @pytest.mark.parametrize(
        "text",
        [
            "<p>甲</p>\n<!-- 乙\n\n丙 -->\n\n**丁**",
            "<p>甲 <!-- 乙 --> <!-- <p>\n\n丙 --></p>\n**丁**",
            "<p>甲\n<!--\n\n乙\n\n-->\n</p>\n**丁**",
            "<!-- 乙 --> <!-- 丙\n\n--> 甲\n\n**丁**",
            "- 甲\n\n  <div>\n  <!-- 乙\n\n  丙 -->\n  </div>\n\n**丁**",
        ],
    )
    def test_a_comment_ends_where_it_is_closed(self, text):
        body = parse_body(text)
        assert (body.text.split(), body.notes) == (["甲", "丁"], ())
        assert "<p><strong>丁</strong></p>" in body.html

    @pytest.mark.parametrize(
        "text",
        [
            "<!-- 甲 --> *乙*\n丙",
            "<!-- 甲\n\n甲 --> *乙*\n丙",
            "<!-- 甲 --> <!-- 甲 -->\n<!-- 甲 --> *乙*\n丙",
            "<!-- 甲 --><b></b> *乙*\n丙",
        ],
    )
    def test_markdown_goes_on_in_the_line_where_it_is_closed(self, text):
        assert html_of(text).replace("<b></b> ", "") == "<p><em>乙</em>\n丙</p>"

    @pytest.mark.parametrize(
        ("opening", "shown"),
        [
            ("<!-- more", "<p>&lt;!-- more</p>"),
            ("前 <!-- more", "<p>前 &lt;!-- more</p>"),
            ("<div>\n<!-- more\n</div>", "<p>\n&lt;!-- more\n</p>"),
            ("<!-- 一 --> 二\n\n<!-- 三", "<p>&lt;!-- 三</p>"),
            ('<div class="x>', '<p>&lt;div class="x&gt;</p>'),
            ("<div class='x>", "<p>&lt;div class='x&gt;</p>"),
        ],
    )
    def test_what_nothing_closes_is_text(self, opening, shown):
        body = parse_body(f"# 题\n\n{opening}\n\n后[面](https://example.com/)的**粗体**\n")
        assert shown in body.html
        assert "的<strong>粗体</strong></p>" in body.html
        assert body.notes == ()

    @pytest.mark.parametrize(
        "text",
        [
            "甲<o:p></o:p>**乙**",
            '甲<st1:place w:st="on">**乙**</st1:place>',
            "甲<st1:place>**乙**</st1:place>",
            '甲<v:shape style="a\nb" v:x=1 y>**乙**</v:shape>',
            "甲<o:p/>**乙**<o:p />",
            "<o:p>甲</w:t>**乙**",
            "<st1:place>甲</ST1:PLACE>**乙**",
        ],
    )
    def test_tags_with_a_colon_are_tags_and_their_text_stays(self, text):
        assert html_of(f"# 题\n\n{text}") == "<h2>题</h2>\n<p>甲<strong>乙</strong></p>"

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("<https://example.com/a>", "https://example.com/a"),
            ("<mailto:x@example.com>", "mailto:x@example.com"),
            ("<skype:name>", "skype:name"),
            ("<10:30>", "<10:30>"),
            ("<a:b 乙", "<a:b 乙"),
            ("`<o:p/>`", "<o:p/>"),
            (r"\<o:p/>", "<o:p/>"),
        ],
    )
    def test_addresses_and_what_is_no_tag_with_a_colon_stay(self, text, shown):
        assert parse_body(f"# 题\n\n甲 {text}").text == f"题\n甲 {shown}"

    @pytest.mark.parametrize("text", ["{}乙", "甲 {}乙", "<div>\n{}乙\n</div>", "{}\n\n**粗**"])
    def test_sections_of_xml_are_text_as_in_kramdown(self, text):
        cdata = "<![CDATA[数据\n二]]>"
        assert "<![CDATA[数据 二]]>" in parse_body(f"# 题\n\n{text.format(cdata)}").text

    def test_many_comments_before_a_text_are_read(self):
        assert html_of("<!-- 甲 --> " * 5000 + "*乙*") == "<p><em>乙</em></p>"
        assert html_of("<!-- 甲 --> *乙*\n" * 2000).count("<em>乙</em>") == 2000

    def test_what_others_wrote_is_sanitised(self):
        assert html_of("文 <b onclick=x()>粗</b><script>x()</script> [a](javascript:x)") == (
            "<p>文 <b>粗</b> [a](javascript:x)</p>"
        )


class TestWhatIsMarkdown:
    @pytest.mark.parametrize(
        "text",
        [
            "<center><img src='/a.png'></center>\n## 题\n**粗** [链](http://example.com/x)",
            '<img src="/1.png">\n## 题\n**粗** 参见 <https://example.com/a>',
            "<!-- more -->\n## 题\n**粗**<br>",
            '<p align="center"><img src="/a.png"></p>\n## 题\n\n<br>**粗**<br>',
            "<blockquote>引</blockquote>\n## 题\n**粗**",
            "<a name=top></a>\n## 题\n正文 `x<y` **粗** <br/>",
            "<p>甲</p>\n\n<p>乙</p>\n\n<p>丙</p>\n## 题\n**粗**",
        ],
    )
    def test_markdown_outside_of_html_makes_it_so(self, text):
        body = parse_body(text)
        assert "<h2>题</h2>" in body.html
        assert "<strong>粗</strong>" in body.html
        assert "x&lt;y" in body.html or "x<y" not in text

    @pytest.mark.parametrize("above", ["<!-- more -->", "<div>甲</div>", "<br>", "<hr>"])
    @pytest.mark.parametrize(
        ("mark", "html"),
        [
            (
                "<https://example.com/z>",
                '<a href="https://example.com/z">https://example.com/z</a>',
            ),
            ("<me@example.com>", '<a href="mailto:me@example.com">me@example.com</a>'),
            ("*乙*", "<em>乙</em>"),
            ("_乙 丙_", "<em>乙 丙</em>"),
            ("**乙**", "<strong>乙</strong>"),
            ("~~乙~~", "<s>乙</s>"),
            ("`乙`", "<code>乙</code>"),
            ("[乙](/c)", '<a href="/c">乙</a>'),
        ],
    )
    def test_one_mark_directly_below_it_does(self, above, mark, html):
        assert f"正文 {html}" in html_of(f"{above}\n正文 {mark}")

    @pytest.mark.parametrize("line", ["*ST海润和*ST中安", "1.5 * 2 * 3", "a_b_c", "甲*", "5*6*7"])
    def test_other_signs_there_do_not(self, line):
        assert html_of(f"<p>甲</p>\n{line}\n<p>乙</p>") == f"<p>甲</p>\n{line}\n<p>乙</p>"

    @pytest.mark.parametrize(
        "text",
        [
            "<p>甲\n- 一\n# 题 **粗** `码`\n</p>\n\n<p>乙</p>",
            "<div>\n<p>甲\n\n<p>- 一\n\n</div>",
            "<p>甲</p>\n<script>\n- `x`\n</script>\n<hr>\n<p>**乙**</p>",
            "<pre>\n# 甲\n\n- 一\n</pre>\n<p>乙</p>",
            "<b>甲</b>\n无标记的文字<br>\n\n<p>乙</p>",
            "<p>甲<!-- # x\n# y --></p>\n<table><tr><td>\n| 乙 |\n</td></tr></table>",
        ],
    )
    def test_markdown_inside_of_it_does_not(self, text):
        html = html_of(text)
        assert not any(tag in html for tag in ("<li>", "<h2>", "<strong>", "<code>"))


class TestCode:
    @pytest.mark.parametrize(
        "code",
        [
            '<div class="x">\n<script>alert(1)</script>\n</div>',
            "{{ site.url }} {% include x %}",
            "<!-- 没有关上",
            "{: .attribute}",
            "第一行\n\n第二行",
        ],
    )
    @pytest.mark.parametrize(
        ("opening", "closing"),
        [
            ("```html", "```"),
            ("~~~", "~~~"),
            ("{% highlight html %}", "{% endhighlight %}"),
            ("{%- codeblock lang:html -%}", "{%- endcodeblock -%}"),
            ("{% code lang:html first_line:5 mark:1,4-7 %}", "{% endcode %}"),
            ('{{< highlight html "linenos=table" >}}', "{{< /highlight >}}"),
            ("{{% highlight html %}}", "{{% /highlight %}}"),
        ],
    )
    def test_it_is_verbatim(self, opening, closing, code):
        body = parse_body(f"前\n\n{opening}\n{code}\n{closing}\n\n后 **粗**")
        shown = code.replace("<", "&lt;").replace(">", "&gt;")
        assert f"<pre><code>{shown}\n</code></pre>" in body.html
        assert "<p>后 <strong>粗</strong></p>" in body.html
        assert body.notes == ()

    @pytest.mark.parametrize(
        ("info", "is_told"),
        [(" note: keep this", True), ("js title=x", False), ("js {1,3}", False)],
    )
    def test_words_after_its_fence_are_told_if_nobody_sees_them(self, info, is_told):
        assert bool(parse_body(f"前\n\n~~~{info}\nx\n~~~\n").notes) == is_told

    @pytest.mark.parametrize(
        ("line", "text"),
        [("~~~一行~~~", "~一行~"), ("~~~ 一 行 ~~~", "~~~ 一 行 ~~~"), ("```一行```", "一行")],
    )
    def test_signs_that_end_in_their_line_are_no_fence(self, line, text):
        body = parse_body(f"前\n{line}\n\n后 {{{{ x }}}}**粗**")
        assert body.text == f"前 {text}\n后 粗"
        assert [*map(str, body.notes)] == ["1 Liquid or kramdown mark(s) left out: {{ x }}"]

    @pytest.mark.parametrize("info", [" ~/.vimrc", " file=~/a", "C~C++", "~ a~b", "a~", "甲~~"])
    def test_signs_within_its_first_line_do_not_keep_a_fence_from_opening(self, info):
        body = parse_body(f"前\n\n~~~{info}\nset {{{{ nu }}}}\n~~~~\n\n后 **粗** （来源：财联社）")
        assert "<pre><code>set {{ nu }}\n</code></pre>" in body.html
        assert "后 <strong>粗</strong>" in body.html

    @pytest.mark.parametrize(
        "formula", ["$$x<y>z$$", "$$a*b*c$$", r"$$\|x\|$$", "$$\n" + r"a\\b" + "\n$$"]
    )
    def test_so_are_formulas(self, formula):
        shown = formula.replace("<", "&lt;").replace(">", "&gt;")
        assert html_of(f"前 {formula} **粗**") == f"<p>前 {shown} <strong>粗</strong></p>"

    def test_a_span_is_too(self):
        body = parse_body("写 `{{ x }}` 与 `<b>`")
        assert body.html == "<p>写 <code>{{ x }}</code> 与 <code>&lt;b&gt;</code></p>"
        assert body.notes == ()

    @pytest.mark.parametrize(
        ("tag", "caption"),
        [
            ("codeblock lang:js 代码标题", "代码标题"),
            ("code 沪指 &lt;b> line_number:false lang:js", "沪指 &amp;lt;b&gt;"),
            (
                "codeblock _.compact https://a.cn/#x Underscore.js",
                "_.compact https://a.cn/#x Underscore.js",
            ),
        ],
    )
    def test_hexos_caption_stands_above_it(self, tag, caption):
        name = tag.split()[0]
        body = parse_body(f"前\n\n{{% {tag} %}}\n甲\n\n乙\n{{% end{name} %}}\n\n后")
        assert f"<p>{caption}</p>\n<pre><code>甲\n\n乙\n</code></pre>" in body.html
        assert body.notes == ()


class TestLiquid:
    def test_the_texts_of_all_tags_are_named(self):
        tags = [
            *("{% blockquote 鲁迅, 故乡 %}", "{% note info 提示标题 %}", "{% pullquote 类 %}"),
            *('{{< figure src="/a.png" caption="图说" >}}', "{% include_code 示例 a.js %}"),
            *('{% img /a.png "题名" "替代" %}', "{% asset_img a.png 图题 %}"),
            *('{{% notice tip "要点" %}}', "{% label primary @重点 %}", "{% ruby 漢|かん %}"),
        ]
        [note] = parse_body("\n\n".join(("甲", *tags, "乙"))).notes
        assert all(tag in str(note) for tag in tags)

    def test_a_shortcode_that_is_a_comment_is_left_out_and_named(self):
        body = parse_body("前\n\n{{< comment >}}\n私密\n{{< /comment >}}\n\n后")
        assert body.text == "前\n后"
        assert "私密" in str(body.notes[0])

    def test_hugo_knows_no_raw_text(self):
        body = parse_body("{{< highlight >}}\n{% raw %}\n{{< /highlight >}}\n\n**后** {% endraw %}")
        assert "<pre><code>{% raw %}\n</code></pre>\n<p><strong>后</strong>" in body.html

    def test_code_about_hugo_ends_where_it_does(self):
        code = "{{< highlight go >}}甲{{< /highlight >}} {% endhighlight x"
        body = parse_body(f"{{% highlight text %}}\n{code}\n{{% endhighlight %}}\n\n**后**")
        assert "&lt; /highlight &gt;}} {% endhighlight x\n</code>" in body.html
        assert "<strong>后</strong>" in body.html

    def test_other_tags_are_left_out_and_named(self):
        body = parse_body("{% include JB/setup %}\n看 {{ site.url }} 与")
        assert body.html == "<p>看  与</p>"
        assert tuple(map(str, body.notes)) == (
            "2 Liquid or kramdown mark(s) left out: {% include JB/setup %}, {{ site.url }}",
        )

    def test_an_address_that_begins_with_one_is_still_an_address(self):
        assert 'src="/a.png"' in html_of("![图]({{ site.url }}/a.png) 文")
        assert 'src="/a.png"' in html_of('<img src="{{ site.url }}/a.png">')

    @pytest.mark.parametrize(
        "text",
        [
            "[前文]({% post_url 2022-03-04-x %})",
            '<a href="{% post_url 2022-03-04-x %}">前文</a>',
            "[前文]( {{ site.url }} )",
        ],
    )
    def test_an_address_of_nothing_else_leads_nowhere(self, text):
        assert html_of(f"见{text}") == "<p>见<a>前文</a></p>"

    @pytest.mark.parametrize(
        "text", ["{% raw %}{{ x }}{% endraw %}", "{% raw %}\n{{ x }}\n{% endraw %}"]
    )
    def test_raw_text_is_kept(self, text):
        body = parse_body(text)
        assert body.html == "<p>{{ x }}</p>"
        assert body.notes == ()

    @pytest.mark.parametrize(
        ("inside", "code"),
        [
            ("{% raw %}\n<b>{{ 甲 }}</b>\n{% endraw %}\n", "&lt;b&gt;{{ 甲 }}&lt;/b&gt;"),
            ("{%- raw -%}{{ 甲 }}{%- endraw -%}", "{{ 甲 }}"),
            ("乙\n\n{% raw %}{{ 甲 }}{% endraw %}\n{{ 丙 }}", "乙\n\n{{ 甲 }}\n{{ 丙 }}"),
            (
                "{% raw %}\n{% highlight x %}甲{% endhighlight %}\n{% endraw %}",
                "{% highlight x %}甲{% endhighlight %}",
            ),
        ],
    )
    @pytest.mark.parametrize("tag", ["highlight", "codeblock"])
    def test_so_it_is_in_code_of_liquid(self, tag, inside, code):
        inside, code = inside.replace("highlight", tag), code.replace("highlight", tag)
        body = parse_body(f"# 题\n\n{{% {tag} %}}\n{inside}\n{{% end{tag} %}}\n\n后")
        assert body.html == f"<h2>题</h2>\n<pre><code>{code}\n</code></pre>\n<p>后</p>"
        assert body.notes == ()

    @pytest.mark.parametrize(
        "code",
        [
            "```{% raw %}\n{{ x }}\n{% endraw %}```",
            "```{% raw %}\n{{ x }}{% endraw %}```",
            "```{% raw %}{{ x }}\n```\n{% endraw %}",
            "{% raw %}```\n{{ x }}\n```{% endraw %}",
            "{% raw %}\n~~~\n{{ x }}\n~~~\n{% endraw %}",
            "```\n{% raw %}\n{{ x }}\n{% endraw %}\n```",
            "```\n{% raw %}{{ x }}{% endraw %}\n```",
            "```{% raw %}{{ x }}{% endraw %}```",
            "`{% raw %}{{ x }}{% endraw %}`",
        ],
    )
    def test_so_is_raw_code_and_what_follows_it(self, code):
        body = parse_body(f"前\n\n{code}\n\n后 **粗** {{{{ y }}}}")
        assert "<code>{{ x }}" in body.html
        assert "raw" not in body.text
        assert "<p>后 <strong>粗</strong></p>" in body.html
        assert tuple(map(str, body.notes)) == ("1 Liquid or kramdown mark(s) left out: {{ y }}",)

    @pytest.mark.parametrize(
        "text",
        [
            "前\n{% comment %}\n私\n密\n{% endcomment %}\n后",
            "前 {% comment %} 私\n密 {% endcomment %} 后",
            "前 {%- comment -%} 私\n\n密 {%- endcomment -%} 后",
            "> 前\n> {% comment %}\n> 私 密\n> {% endcomment %}\n>\n> 后",
            "- 前 {% comment %} 私\n  密 {% endcomment %}\n- 后",
            "前 {::comment}私\n密{:/comment} 后",
            "{::comment}\n私密\n{:/}\n\n前后",
            "<p>前</p>\n\n<p>{% comment %}私密{% endcomment %}</p>\n\n<p>后</p>",
            "前{% include x\n caption='私' %}后",
        ],
    )
    def test_comments_and_tags_over_lines_are_left_out_and_named(self, text):
        body = parse_body(text)
        assert "".join(body.text.split()) == "前后"
        assert "私" in str(body.notes[0])
        assert "\n" not in str(body.notes[0])

    @pytest.mark.parametrize(
        "tag",
        [
            "{::comment}",
            "{::nomarkdown}",
            "{% comment %}",
            "{% raw %}",
            "{%- highlight x -%}",
            "{% codeblock %}",
            "{{< highlight x >}}",
            "{{% comment %}}",
            "{::comment /}",
        ],
    )
    @pytest.mark.parametrize(
        "form", ["甲 {} 乙\n\n**丙**", "{}\n甲 乙\n\n**丙**", "<p>甲 {} 乙 丙</p>"]
    )
    def test_what_follows_a_tag_that_nothing_ends_stays(self, tag, form):
        body = parse_body(form.replace("{}", tag))
        assert body.text.replace(tag, "").split() == ["甲", "乙", "丙"]
        assert "<strong>丙</strong>" in body.html or "<p>" in form
        # As kramdown has it, which reads `{::comment}` as text then.
        assert (tag in body.text) == (tag == "{::comment}")
        assert (tag in str(body.notes)) != (tag in body.text)

    def test_html_is_treated_alike(self):
        body = parse_body(
            "<p>甲 {% include x %}{{ y }}</p>\n"
            "{% highlight html %}\n<b>\n\n{{ z }}\n{% endhighlight %}"
        )
        assert body.html == "<p>甲 </p>\n<pre><code>&lt;b&gt;\n\n{{ z }}\n</code></pre>"
        assert tuple(map(str, body.notes)) == (
            "2 Liquid or kramdown mark(s) left out: {% include x %}, {{ y }}",
        )

    def test_eastmoneys_form_has_none(self):
        link = "\n\n<http://finance.eastmoney.com/news/1354,202203040000000001.html>"
        for text in ("<p>甲 {{ x }}</p>" + link, '<p class="em_media">甲 {{ x }}</p>'):
            assert "{{ x }}" in parse_body(text).html + parse_body(text).medium

    def test_attributes_of_kramdown_too(self):
        body = parse_body("# 题\n{: .no_toc}\n\n*强*{: .x} `码`{: .y} 后 {不是}")
        assert body.html == "<h2>题</h2>\n<p><em>强</em> <code>码</code> 后 {不是}</p>"
        for marked in ("<https://a.cn>{:.x}", "[甲](https://a.cn){: .x}{:target='_blank'}"):
            assert "{" not in parse_body(marked).text
        assert "{: .no_toc}, {: .x}, {: .y}" in str(body.notes[0])
        body = parse_body("- {: .x} 甲\n1. {:.y} 乙")
        assert "{" not in body.html
        assert "{: .x}, {:.y}" in str(body.notes[0])

    @pytest.mark.parametrize("before", ["甲\n", "*甲*", "# 甲\n", "- 甲\n  "])
    def test_also_over_lines(self, before):
        marks = '{: style="color:gray;\nfont-size:small"}'
        body = parse_body(f"{before}{marks}\n\n乙")
        assert body.text == "甲\n乙"
        assert 'style="color:gray; font-size:small"' in str(body.notes[0])
        text = f"{before}{marks[:10]}\n\n{marks[10:]}"  # two paragraphs
        assert "style" in parse_body(text).text

    def test_and_the_names_of_headings_and_lists_of_contents(self):
        body = parse_body("* 目录\n{:toc}\n\n## 题 {#a1}\n\n文 {#b} 后")
        assert body.html == "<h2>题</h2>\n<p>文 {#b} 后</p>"
        assert tuple(map(str, body.notes)) == (
            "2 Liquid or kramdown mark(s) left out: * 目录 {:toc}, {#a1}",
        )


class TestEmphasis:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("**中文：**紧跟", "<strong>中文：</strong>紧跟"),
            ("**“引号”**紧跟**《书》**后", "<strong>“引号”</strong>紧跟<strong>《书》</strong>后"),
            ("前**(括号)**后", "前<strong>(括号)</strong>后"),
            ("前**`码`**后", "前<strong><code>码</code></strong>后"),
            ("*强调。*后", "<em>强调。</em>后"),
            ("~~删除，~~后", "<s>删除，</s>后"),
            ("**甲：**乙**丙。**", "<strong>甲：</strong>乙<strong>丙。</strong>"),
            ("前***重：***后", "前<em><strong>重：</strong></em>后"),
            ("**粗：** 后", "<strong>粗：</strong> 后"),
            ("乘 ** 号 ** 与 3 * 4 * 5", "乘 ** 号 ** 与 3 * 4 * 5"),
            ("a_b_c 中_文_字", "a_b_c 中_文_字"),
            ("：_强_。", "：<em>强</em>。"),
            ('a**"b"**c', 'a**"b"**c'),
        ],
    )
    def test_it_stands_beside_chinese_as_writers_mean_it(self, text, html):
        assert html_of(text) == f"<p>{html}</p>"


class TestTables:
    @pytest.mark.parametrize(("mark", "name"), [("> ", "blockquote"), ("- ", "li"), ("+ ", "li")])
    def test_one_that_begins_with_a_line_between_parts_stays_where_it_is(self, mark, name):
        more = mark if name == "blockquote" else "  "
        html = html_of(f"# 题\n\n{mark}|:-|:-:|\n{more}|甲|乙|\n\n后")
        table = "<table>\n<tbody>\n<tr>\n<td>甲</td>\n<td>乙</td>\n</tr>\n</tbody>\n</table>"
        assert f"<{name}>\n{table}\n</{name}>" in html

    @pytest.mark.parametrize(
        ("line", "cells"),
        [
            ("| 1 | 2 | 3 多出 |", ["1", "2 | 3 多出"]),
            ("1 | 2 | | 4", ["1", "2 |  | 4"]),
            ("| `x|y` | 乙 |", ["<code>x|y</code>", "乙"]),
            ("| ``a`|`b`` | c | `d|e`", ["<code>a`|`b</code>", "c | <code>d|e</code>"]),
            ("| `甲 | 乙 |", ["`甲", "乙"]),
            (r"| 甲\|乙 |", ["甲|乙", ""]),
            (r"| `\`, `c` | 乙 |", ["<code>\\</code>, <code>c</code>", "乙"]),
            (r"| \` | `乙` |", ["`", "<code>乙</code>"]),
        ],
    )
    def test_a_row_keeps_all_its_cells(self, line, cells):
        html = html_of(f"| a | b |\n|---|---|\n{line}\n| 末 | 行 |")
        row = "".join(f"<td>{cell}</td>" for cell in cells)
        assert f"<tr>{row}</tr><tr><td>末</td><td>行</td></tr>" in html.replace("\n", "")

    @pytest.mark.parametrize("line", ["|---|:---|", "--- | ---", "|===|===|", "|---+---|"])
    def test_a_line_between_parts_is_no_row(self, line):
        html = html_of(f"甲 | 乙\n---|---\n1 | 2\n{line}\n| - | - |").replace("\n", "")
        rows = "<tr><td>1</td><td>2</td></tr><tr><td>-</td><td>-</td></tr>"
        assert f"<tbody>{rows}</tbody>" in html

    @pytest.mark.parametrize(
        ("lines", "header", "rows"),
        [
            ("| a | b |\n| c | `d|e` |", "", "ab c<code>d|e</code>"),
            ("|:-|-:|\n| a | b |\n| c | d |", "", "ab cd"),
            ("|---\na | b\nc | d", "", "ab cd"),
            ("|---+---|\n| a | b |\n|---|:-:|\n| c | d |", "ab", "cd"),
            ("| a | b |\n|---+---|\n| c | d |\n|===+===|\n| e | f |", "ab", "cd ef"),
            ("| a | b |\n|---|\n| c | d | e |", "ab", "cde"),
        ],
    )
    def test_those_that_only_kramdown_has_are_read(self, lines, header, rows):
        html = html_of(f"前\n\n{lines}\n\n后")
        for tag in ("<p>前</p>", "<p>后</p>", "<table>", "</table>"):
            html = html.replace(tag, "")
        head, _, body = html.replace("\n", "").rpartition("<tbody>")
        assert head == (f"<thead><tr>{cells(header, 'th')}</tr></thead>" if header else "")
        assert body == "".join(f"<tr>{cells(row)}</tr>" for row in rows.split()) + "</tbody>"

    @pytest.mark.parametrize(
        "text", ["作者 | 张三\n编辑 | 李四", "| 甲 |", "| 甲 | 乙 |\n文字", "|---|"]
    )
    def test_other_lines_with_bars_are_text(self, text):
        assert html_of(text) == f"<p>{text}</p>"


def cells(row, tag="td"):
    found = re.findall("<code>.*?</code>|.", row)
    return "".join(f"<{tag}>{cell}</{tag}>" for cell in found)


class TestAddresses:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("[甲](/files/2021 年报.pdf)", '<a href="/files/2021%20%E5%B9%B4%E6%8A%A5.pdf">甲</a>'),
            ('[甲](/a b.pdf "题")', '<a href="/a%20b.pdf" title="题">甲</a>'),
            ("[甲](/a b.pdf\n'题' )", '<a href="/a%20b.pdf" title="题">甲</a>'),
            ("[甲]( /a  (b) c )后)", '<a href="/a%20%20(b)%20c">甲</a>后)'),
            ("[甲](/a(b c).pdf)", '<a href="/a(b%20c).pdf">甲</a>'),
            ("[甲](/a b\nc)", '<a href="/a%20bc">甲</a>'),
            ("[甲](/a%20b c)", '<a href="/a%20b%20c">甲</a>'),
            ('[甲](/a b"c")', '<a href="/a%20b%22c%22">甲</a>'),
            ('[甲](/a (b c "题")', '<a href="/a%20(b%20c" title="题">甲</a>'),
            ("[甲](/a*b* c)*d*", '<a href="/a*b*%20c">甲</a><em>d</em>'),
            (
                "[甲](/a b)、[乙 [丙]](/c d)",
                '<a href="/a%20b">甲</a>、<a href="/c%20d">乙 [丙]</a>',
            ),
            ("[甲](/a (b) [丙](/c d)", '[甲](/a (b) <a href="/c%20d">丙</a>'),
        ],
    )
    def test_they_may_have_spaces(self, text, html):
        assert html_of(f"正*文*\n\n{text}") == f"<p>正<em>文</em></p>\n<p>{html}</p>"

    def test_so_may_those_of_pictures(self):
        [picture] = re.findall("<img [^>]*>", html_of('![K线图](/images/K线 图 1.png "题")'))
        assert 'src="/images/K%E7%BA%BF%20%E5%9B%BE%201.png" alt="K线图" title="题"' in picture

    @pytest.mark.parametrize(
        "text",
        [
            "[甲]（乙 丙）",
            "[甲] (乙 丙)",
            "[注1](见附件 二)",
            "[Q1](2022-01-01 至 03-31)",
            "[甲](乙 (丙 丁)",
            '[甲](乙 "丙 丁)',
            '[甲](乙 "丙" 丁)',
            "[甲](it 's 丁)",
            '[甲]( "乙" 丙)',
            f"[甲](乙 {'丙' * 1000})",
        ],
    )
    def test_other_brackets_after_brackets_are_text(self, text):
        assert html_of(f"正*文*\n\n{text}") == f"<p>正<em>文</em></p>\n<p>{text}</p>"

    @pytest.mark.parametrize("title", ['"题"', "'题'", "(题)"])
    def test_a_title_after_an_address_without_spaces_is_none_of_it(self, title):
        assert html_of(f"[甲](/a {title})") == '<p><a href="/a" title="题">甲</a></p>'


class TestFootnotes:
    TEXT = (
        "甲[^1]乙[^注]丙[^1]丁[^无]。\n\n[^注]: 第二 *注*\n[^1]:第一注\n    续行\n\n    又一段\n\n"
        "[^z]: 无号\n\n末段"  # whose sign stands nowhere
    )

    def test_signs_are_numbers_and_the_texts_stand_at_the_end(self):
        body = parse_body(self.TEXT)
        assert body.html.replace("\n", "") == (
            "<p>甲<sup>[1]</sup>乙<sup>[2]</sup>丙<sup>[1]</sup>丁[^无]。</p>"
            "<p>[^z]: 无号</p><p>末段</p><hr><ol>"
            "<li><p>第一注续行</p><p>又一段</p></li><li><p>第二 <em>注</em></p></li></ol>"
        )
        assert body.notes == ()

    def test_two_texts_of_one_sign_both_stay(self):
        assert parse_body("甲[^1]\n\n[^1]: 乙\n\n[^1]: 丙").text == "甲[1]\n[1]: 丙\n乙"

    @pytest.mark.parametrize("text", ["[^1]: [^2]: [^3]: 甲", "> [^1]: 甲\n\n- [^2]: 乙[^1]"])
    def test_one_in_another_stays(self, text):
        assert "甲" in parse_body(f"正文[^2]\n\n{text}").text

    def test_their_sources_are_not_that_of_the_text(self):
        body = parse_body("正文[^1]\n\n来源：新华社\n\n[^1]: 来源：财新")
        assert (body.medium, body.text) == ("新华社", "正文[1]\n来源：财新")
        assert parse_body("正文[^1]\n\n[^1]: 来源：财新").medium == ""


class TestDefinitions:
    def test_terms_and_what_defines_them_are_a_list(self):
        text = "甲\n: 一 *二*\n: 三\n  四\n\n乙\n丙\n\n: 五\n\n    六\n\n正文: 七\n"
        assert html_of(text).replace("\n", "") == (
            "<dl><dt>甲</dt><dd>一 <em>二</em></dd><dd>三四</dd>"
            "<dt>乙</dt><dt>丙</dt><dd><p>五</p><p>六</p></dd></dl><p>正文: 七</p>"
        )

    @pytest.mark.parametrize(
        "text", ["甲\n:乙", "甲\n：乙", ": 甲\n乙", "# 甲\n: 乙", "甲\n\n\n: 乙"]
    )
    def test_no_other_colons_make_one(self, text):
        assert "<dl>" not in html_of(text)


class TestNothingVanishes:
    @pytest.mark.parametrize(
        "text",
        [
            "[注]: 没有空格的说明",
            "[注]: 见a/b.md的表",
            "[1]: 来源：https://a.b/",
        ],
    )
    def test_notes_are_no_definitions_of_links(self, text):
        assert text in parse_body(f"正文[1]\n\n{text}").text

    def test_definitions_of_links_are(self):
        html = html_of("[甲][a] [乙]\n\n[a]: https://example.com/a\n[乙]: /b\n")
        assert html == '<p><a href="https://example.com/a">甲</a> <a href="/b">乙</a></p>'

    @pytest.mark.parametrize("mark", [">", "- ", "1. ", "> - "])
    def test_what_is_nested_too_deep_is_plain_text(self, mark):
        body = parse_body("前\n\n" + mark * 500 + "深处*的*字")
        assert "深处*的*字" in body.text
        assert tuple(map(str, body.notes)) == (
            f"what is nested more than {NESTING} deep is shown as plain text",
        )

    def test_so_are_lists_over_many_lines(self):
        body = parse_body("".join("  " * depth + f"- 第{depth}项\n" for depth in range(300)))
        assert all(f"第{depth}项" in body.text for depth in range(300))

    @pytest.mark.parametrize("hard", ["[" * 20_000, "![" * 300 + "a" + "](b)" * 300])
    def test_a_paragraph_that_is_too_intricate_is_plain_text(self, hard):
        body = parse_body(f"前 *强*\n\n{hard}\n\n后 **粗**")
        assert hard in body.text
        assert "<em>强</em>" in body.html
        assert "<strong>粗</strong>" in body.html
        assert tuple(map(str, body.notes)) == (
            "a paragraph that is too intricate is shown as plain text",
        )

    def test_many_links_are_not_too_intricate(self):
        text = "\n".join(f"- [链接{n}](https://example.com/{n}) 说明[{n}]" for n in range(2000))
        body = parse_body(text + "\n\n" + text.replace("- ", ""))
        assert body.html.count("<a ") == 4000
        assert body.notes == ()
