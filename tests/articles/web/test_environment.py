import datetime as dt
import re

import jinja2
import pytest
from django.conf import settings
from django.template import engines
from django.utils import timezone, translation

from articles.models import Facet

#: The name of a component, and the comment that begins with it.
DESCRIBED = re.compile(r"{#\s+(\w+): ((?:(?!#}).)*)", re.DOTALL)
PAGES = settings.BASE_DIR / "templates" / "pages"


def rendered(template, **context):
    return engines["jinja2"].env.from_string(template).render(context)


def test_what_is_not_there_is_an_error():
    for template in ("{{ nothing }}", "{{ day.nothing }}", "{% if nothing %}{% endif %}"):
        with pytest.raises(jinja2.UndefinedError):
            rendered(template, day=dt.date(2022, 3, 4))


def test_templates_take_what_they_are_given_from_one_mapping():
    env = engines["jinja2"].env
    for name in ("home.html", "components/entries.html"):
        assert env.get_template(name).globals is env.globals


def test_today_and_yesterday_have_names():
    today = timezone.localdate()
    names = [rendered("{{ day | day_name }}", day=today - dt.timedelta(ago)) for ago in (0, 1, 2)]
    assert names == ["今天", "昨天", ""]
    assert rendered("{{ now | day_name }}", now=timezone.localtime()) == "今天"


def test_values_are_escaped_in_messages_too():
    name = "<b>&'\""
    assert rendered("{{ name }}", name=name) == "&lt;b&gt;&amp;&#39;&#34;"
    with translation.override("en"):
        words = rendered("{% trans words=name %}Search for “{{ words }}”{% endtrans %}", name=name)
    assert words == "Search for “&lt;b&gt;&amp;&#39;&#34;”"


def test_chinese_in_a_sentence_says_so_where_the_page_is_english():
    sentence = "“茅台” & <b> was read as 贵州茅台、五粮液."
    with translation.override("en"):
        marked = rendered("{{ sentence | mark_chinese }}", sentence=sentence)
    assert marked == (
        '“<span lang="zh-Hans">茅台</span>” &amp; &lt;b&gt; was read as '
        '<span lang="zh-Hans">贵州茅台、五粮液</span>.'
    )
    with translation.override("zh-hans"):
        assert rendered("{{ sentence | mark_chinese }}", sentence=sentence) == (
            "“茅台” &amp; &lt;b&gt; was read as 贵州茅台、五粮液."
        )


def test_a_message_over_several_lines_is_one():
    template = """
    {%- trans number=2, count="2" %}
      {{ count }}
      post
    {% pluralize number %}
      {{ count }}
      posts
    {% endtrans %}"""
    for language, words in (("zh-hans", "2 篇"), ("en", "2 posts")):
        with translation.override(language):
            assert rendered(template) == words


def test_times_are_those_of_shanghai():
    moment = dt.datetime(2022, 3, 3, 16, 30, tzinfo=dt.UTC)
    assert rendered("{{ moment | date('Y-m-d H:i') }}", moment=moment) == "2022-03-04 00:30"
    with translation.override("zh-hans"):
        assert rendered("{{ day | date('l') }}", day=dt.date(2022, 3, 4)) == "星期五"
    assert rendered("{{ moment | date('c') }}", moment=None) == ""


@pytest.mark.parametrize(
    ("query", "changes", "expected"),
    [
        ("", "sort=none", ""),
        ("sort=pinyin", "sort=none", "?"),
        ("a=1&a=2&b=3", "b='4 5'", "?a=1&amp;a=2&amp;b=4+5"),
        ("b=3&c=4", "b=5", "?b=5&amp;c=4"),
    ],
)
def test_the_query_of_the_page_can_be_changed(rf, query, changes, expected):
    template = f"{{{{ querystring({changes}) }}}}"
    assert rendered(template, request=rf.get(f"/?{query}")) == expected


@pytest.mark.parametrize(
    ("facet", "key", "expected"),
    [
        (Facet.SECURITY, "1.600519", "/security/1.600519/"),
        (Facet.SECURITY, "105.BRK.A", "/security/105.BRK.A/"),
        (Facet.SECURITY, "600519", ""),
        (Facet.TAG, "1.600519", "/tag/1.600519/"),
        (Facet.SOURCE, "..", ""),
    ],
)
def test_a_facet_leads_to_the_page_of_its_term(facet, key, expected):
    assert rendered("{{ term_url(facet, key) }}", facet=facet, key=key) == expected


def test_every_component_says_what_it_takes():
    for path in (PAGES / "components").iterdir():
        source = path.read_text()
        comments = dict(DESCRIBED.findall(source))
        for macro in engines["jinja2"].env.parse(source).find_all(jinja2.nodes.Macro):
            described = comments[macro.name]
            assert [name.name for name in macro.args if name.name not in described] == []


@pytest.mark.parametrize("path", sorted(PAGES.rglob("*.*")), ids=lambda path: path.name)
class TestTemplates:
    def test_lines_are_short(self, path):
        assert [line for line in path.read_text().splitlines() if len(line) > 120] == []

    def test_what_is_not_escaped_was_sanitised(self, path):
        """The body of a post, up to its first chart and the rest, is sanitised by the importer, and
        by the form of the desk; links to the securities that it names are added to that."""
        unescaped = re.findall(r"\S+ \| safe\b|Markup|autoescape", path.read_text())
        assert set(unescaped) <= {"charted | safe", "rest | safe"}
