from contextlib import suppress

import pytest

from articles.importing.reading.documents import DocumentError
from articles.importing.reading.front_matter import split
from articles.importing.values import DEPTH
from tests.growth import is_in_proportion


def header(*lines):
    return split("\n".join(["---", *lines, "---", "正文"]))[0]


class TestTitles:
    @pytest.mark.parametrize(
        ("line", "title"),
        [
            ("title: [快讯] 沪指收涨", "[快讯] 沪指收涨"),
            ("title: [快讯]", "[快讯]"),
            ("title: {快讯}", "{快讯}"),
            ("title: *ST海航复牌", "*ST海航复牌"),
            ("title: *ST", "*ST"),
            ("title: &nbsp;快讯", "快讯"),
            ("title: &a 快讯", "&a 快讯"),
            ("title: !重磅 消息", "!重磅 消息"),
            ("title: !important news", "!important news"),
            ("title: > 50%", "> 50%"),
            ("title: | 快讯 | 财经", "| 快讯 | 财经"),
            ("title: @某人 说", "@某人 说"),
            ("title: `code` 说明", "`code` 说明"),
            ("title: %s 的用法", "%s 的用法"),
            ("title: 标题: 副标题", "标题: 副标题"),
            ("title: 标题：甲: 乙\n  续行", "标题：甲: 乙 续行"),
            ("title: 第一行\n  第二行", "第一行 第二行"),
            ("title: 问题 #1 与 C# 入门", "问题 #1 与 C# 入门"),
            ("title: #锂价# 回落", "#锂价# 回落"),
            ("title: 'It's here'", "It's here"),
            ("title: 'It''s here'", "It's here"),
            ('title: "快讯" # 注释', "快讯"),
            ('title: "php基础篇1', '"php基础篇1'),
            (r'title: "a\u00e9b"', "aéb"),
            ("title: null", ""),
            ("title: ~", ""),
            ("title: 'null'", "null"),
            ('title: "~"', "~"),
            ("title:没有空格", "没有空格"),
            ("title：全角冒号", "全角冒号"),
            ("title:\t制表符", "制表符"),
            ("Title: 大写", "大写"),
            ('"title": 引号', "引号"),
            ("  title: 缩进\n  tags: 甲", "缩进"),
            ("author:\n  name: 张三\n  title: 主笔\ntitle: 真题", "真题"),
            ("description: |\n  多行\n  ---\n  title: 描述\ntitle: 真题", "真题"),
            ("title: A &amp; B &lt;C&gt; &#39;D&#39; <em>强</em><br>调", "A & B <C> 'D' 强 调"),
            ("title: 利率<3%且>2% a<b", "利率<3%且>2% a<b"),
            ("title: A<B 与 C>D", "A<B 与 C>D"),
            ("title: if a<b and c>d", "if a<b and c>d"),
            ("title: 甲<a href='/x' target=_blank >乙</a ><i/>", "甲乙"),
        ],
    )
    def test_a_title_is_its_text_and_nothing_of_it_is_lost(self, line, title):
        front_matter = header(line, "tags: [要闻, 公司]")
        assert front_matter.title == title
        if "tags" not in line:
            assert front_matter.tags == ("要闻", "公司")

    @pytest.mark.parametrize(
        "line", ["title: 平常", 'title: "他说"好""', "title: 甲: 乙", "title:甲"]
    )
    def test_what_the_writer_meant_needs_no_note(self, line):
        assert header(line).notes == ()

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("---\ntitle: 第一\ntitle: 第二\n---\n", 2),
            ('{"title": "第一", "x": {"title": 1}, "Title": "第二"}\n', 1),
        ],
    )
    def test_of_two_titles_the_last_is_taken_and_the_first_is_told(self, text, line):
        front_matter, _ = split(text)
        assert front_matter.title == "第二"
        assert tuple(map(str, front_matter.notes)) == (
            f"title is given twice: passed over on line {line}: 第一",
        )

    def test_a_name_that_another_field_uses_is_no_part_of_the_title(self):
        front_matter = header("title: &t 锚", "tags: [*t, 公司]")
        assert (front_matter.title, front_matter.tags) == ("锚", ("锚", "公司"))
        assert tuple(map(str, front_matter.notes)) == (
            "title: &t is a name that another field uses",
        )


class TestLists:
    @pytest.mark.parametrize(
        ("lines", "tags"),
        [
            ("tags: [a, b]", ("a", "b")),
            ("tags: [\na,\nb\n]", ("a", "b")),
            ("tags:\n- 甲\n- 乙", ("甲", "乙")),
            ("tags:\n\n  - 甲\n  # 注释\n  - 乙", ("甲", "乙")),
            ("tags:\n\t- 甲\n\t- 乙", ("甲", "乙")),
            ('tags:\n- 他说"好"\n- "他说"坏""', ('他说"好"', '他说"坏"')),
            ("tags: [[a, b], c]", ("a", "b", "c")),
            (
                "tags: [2022, 3.5, true, null, ~, 'null', 600519]",
                ("2022", "3.5", "true", "null", "600519"),
            ),
            ("tags: [甲, , null, ~, 'null']", ("甲", "null")),
            ('tags:\n- ~\n- null\n- "他说"坏""', ('他说"坏"',)),
            ("tags: [a, #b]", ("a", "#b")),
            ("tags: [C++, C#]", ("C++", "C#")),
            ("tags: 要闻 # 注释", ("要闻",)),
            ("tags: # 没有", ()),
            ("tags: ~", ()),
            ("tags: null", ()),
            ("tags: 两 个 字", ("两 个 字",)),
            ("tag: [甲, 乙]", ("甲", "乙")),
            ("tags: *none", ("*none",)),
            ("all: &x [甲, 乙]\ntags: *x", ("甲", "乙")),
            ("tags: R&amp;D", ("R&D",)),
            (r'tags: ["a\0b", "c\x02\u200bd"]', ("ab", "cd")),
        ],
    )
    def test_lists_are_read_as_yaml_beside_any_title(self, lines, tags):
        assert header("title: [快讯] 沪指", *lines.split("\n"), "layout: post").tags == tags

    @pytest.mark.parametrize("key", ["tags", "categories"])
    @pytest.mark.parametrize(
        ("value", "names"),
        [
            ("［甲，乙］", ("甲", "乙")),
            ("【甲、乙】", ("甲", "乙")),
            ("［甲, 乙、丙］", ("甲", "乙、丙")),
            ("［甲］", ("甲",)),
            ("［］", ()),
            ("[甲，乙、丙]", ("甲", "乙", "丙")),
            ("[甲，, 乙、丙]", ("甲，", "乙、丙")),
            ("[甲 ， ，~，null、 乙] # 注", ("甲", "乙")),
            ("[，]", ()),
            ("[\n  甲，\n  乙\n]", ("甲", "乙")),
            ("""["甲"，'乙、丙' 、 "丁"]""", ("甲", "乙、丙", "丁")),
            ('["甲，乙"]', ("甲，乙",)),
            ("\n- 甲、乙\n- ［丙，丁］", ("甲、乙", "［丙，丁］")),
            ("甲、乙", ("甲、乙",)),
            ("【甲】与【乙、丙】", ("【甲】与【乙、丙】",)),
        ],
    )
    def test_a_list_in_brackets_may_be_typed_with_a_chinese_keyboard(self, key, value, names):
        front_matter = header(*f"{key}: {value}".split("\n"), "title: x")
        assert getattr(front_matter, key) == names
        assert front_matter.notes == ()

    @pytest.mark.parametrize("value", ["[甲, , 乙, null, ~]", "[甲,\n, 乙,\n null, ~,\n]"])
    def test_no_line_of_a_list_that_yaml_refuses_makes_a_name_of_nothing(self, value):
        assert header(*f"tags: {value}".split("\n"), "title: x").tags == ("甲", "乙")

    def test_of_three_hundred_tags_two_hundred_are_taken_with_a_note(self):
        front_matter = header(f"tags: [{', '.join(f't{n}' for n in range(300))}]")
        assert front_matter.tags == tuple(f"t{n}" for n in range(200))
        assert tuple(map(str, front_matter.notes)) == ("300 tags: the first 200 are taken",)

    def test_dots_that_no_address_can_hold_become_others(self):
        front_matter = header("categories: [.., a/./b, 3.5, ...]")
        assert front_matter.categories == ("··", "a/·/b", "3.5", "...")
        assert len(front_matter.notes) == 1


class TestDrafts:
    @pytest.mark.parametrize(
        "line",
        [
            "published: false", "published: no", "published: off", "published: False",
            "published: FALSE", "published: 'false'", 'published: "no"', "published: 0",
            "published: false # 等等再发", "published: [false]", "Published: no",
            "draft: true", "draft: yes", "draft: 'true'", "draft: true # 未完", "draft:true",
        ],
    )  # fmt: skip
    def test_what_was_not_to_be_published_is_a_draft(self, line):
        assert header("title: [快讯] x", line).is_draft

    @pytest.mark.parametrize(
        "line",
        [
            "published: true",
            *("published: 2022-01-01", "published: 2022/1/1 08:00", "published: 2022年1月1日"),
            "draft: false",
            "draft: no",
        ],
    )
    def test_all_else_is_not(self, line):
        assert not header(line).is_draft

    @pytest.mark.parametrize(
        "text",
        [
            '+++\ntitle = "x"\ndraft = true\n+++\n',
            '{"title": "x", "draft": true}\n',
            "title: x\npublished: false\n---\n",
        ],
    )
    def test_in_every_form(self, text):
        assert split(text)[0].is_draft


class TestUnseenCharacters:
    def test_what_escapes_hide_is_taken_out_with_a_note(self):
        front_matter = header("layout: post", r'title: "a\u0000b\"\x02" # x')
        assert front_matter.title == 'ab"'
        assert tuple(map(str, front_matter.notes)) == (
            "2 control character(s) removed, the first U+0000 on line 3",
        )

    def test_half_a_character_is_replaced(self):
        assert split('{"title": "半\\ud83d边", "tags": ["\\ud83d\\ude00"]}')[0].title == "半�边"

    def test_character_references_are_no_way_round(self):
        assert header("title: a&#8203;b&#0;&#xD800;").title == "ab��"
        assert header(f"title: &#{'9' * 5000};").title.startswith("&#999")


class TestNumbersAndTables:
    def test_toml_and_json_give_texts(self):
        toml = (
            '+++\ntitle = "x"\ntags = [2022, 3.50, true]\ndate = 2022-01-20T10:00:00+08:00\n+++\n'
        )
        json = '{"title": "x", "tags": [2022, 3.50, true, null], "date": "2022-01-20 10:00:00"}\n'
        for text in (toml, json):
            front_matter, rest = split(text + "正文")
            assert front_matter.tags == ("2022", "3.50", "true")
            assert front_matter.published_at.isoformat() == "2022-01-20T02:00:00+00:00"
            assert rest.strip() == "正文"

    @pytest.mark.parametrize(
        ("text", "line", "reason"),
        [
            ("+++\ntitle = x\n+++\n", 2, "the front matter is not TOML: Invalid value"),
            ("+++\ntitle = 'x'\n", 1, "the front matter has no closing +++"),
            ('\n{"title": "x",\n}\n', 3, "the front matter is not JSON: "),
        ],
    )
    def test_what_is_neither_is_refused_with_its_line(self, text, line, reason):
        with pytest.raises(DocumentError) as error:
            split(text)
        assert str(error.value.reason).startswith(reason)
        assert error.value.line == line


#: Headers that cost seconds, or the process, when they were read with recursion or expressions
#: that look again: each for a size.
HOSTILE = {
    "brackets": lambda n: "tags: " + "[" * n,
    "brackets in a field that nobody reads": lambda n: "x: " + "[" * n,
    "braces": lambda n: "tags: " + "{a: " * n,
    "lists in lists": lambda n: "tags:\n" + "".join(f"{' ' * d}-\n" for d in range(int(n**0.5))),
    "dashes": lambda n: "tags:\n  " + "- " * n,
    "questions": lambda n: "tags:\n  " + "? " * n,
    "many tags": lambda n: "tags: [" + ", ".join(map(str, range(n // 8))) + "]",
    "many tags of a letter": lambda n: "tags:\n" + "- a\n" * (n // 4),
    "spaces in a title": lambda n: "title: a" + " " * n + "b",
    "spaces in a date": lambda n: "date: 2022-01-01" + " " * n + "x",
    "digits in a date": lambda n: "date: " + "1" * n,
    "letters in a date": lambda n: "date: " + "jan" * (n // 3),
    "quotes": lambda n: "title: " + "'" * n + "a",
    "backslashes": lambda n: 'title: "' + "\\" * (n + 1) + '"',
    "tags in a title": lambda n: "title: " + "<b " * (n // 3),
    "a tag in a title": lambda n: "title: <b" + " " * n,
    "references in a title": lambda n: "title: " + "&#x41" * (n // 5),
    "a digit's reference": lambda n: "title: &#" + "1" * n + ";",
    "names": lambda n: "".join(f"a{k}: &a{k} [x]\n" for k in range(n // 16)) + "tags: *a1",
    "fields": lambda n: "\n".join(f"k{k}: v" for k in range(n // 8)),
    "one field": lambda n: "title: x\n" * (n // 9),
    "blank lines": lambda n: "title: x\n" + "\n" * n,
    "comments": lambda n: "tags:\n" + "#\n" * (n // 2) + "  - a",
    "open quotation": lambda n: 'title: "a\n' + " b\n" * (n // 3),
    "a field's name": lambda n: "a" * n,
    "spaces after a name": lambda n: "title" + " " * n,
    "redirects": lambda n: "redirect_from: [" + "/a, " * (n // 4) + "]",
    "typed commas": lambda n: "tags: [" + "甲， " * (n // 3),
    "typed commas in quotation marks": lambda n: "tags: [" + "'， " * (n // 3) + "]",
    "spaces in a typed list": lambda n: "tags: [甲，" + " " * n + "] #",
    "anchors": lambda n: "title: &a" + "a" * n,
}


def split_each(text):
    for document in (f"---\n{text}\n---\n正文", f"---\n{text}\n正文", f"{text}\n---\n"):
        with suppress(DocumentError):
            split(document)


@pytest.mark.parametrize("kind", HOSTILE)
def test_sixteen_times_the_header_takes_no_hundred_times_as_long(kind):
    short, long = map(HOSTILE[kind], (4_000, 64_000))
    assert is_in_proportion(
        lambda: split_each(short), lambda: split_each(long), growth=100, floor=1
    )


@pytest.mark.parametrize("opening", ["+++\nx = ", "+++\n", '{"title": "x", "x": '])
@pytest.mark.parametrize("unit", ["[", '{"a":', "{a=", "a."])
def test_other_forms_nested_or_long_are_refused_at_once(opening, unit):
    with pytest.raises(DocumentError):
        split(opening + unit * 100_000 + "\n+++\n")


BOMB = [
    "l0: &l0 [a,a,a,a,a,a,a,a,a,a]",
    *(f"l{n}: &l{n} [{','.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10)),
]


@pytest.mark.parametrize("key", ["published", "draft", "title", "tags", "permalink"])
def test_names_that_multiply_are_refused_under_any_key(key):
    with pytest.raises(DocumentError, match="more than 100,000 values"):
        header("layout: post", *BOMB, f"{key}: *l9")


def test_names_that_multiply_are_no_date_and_nothing_where_nobody_reads_them():
    front_matter = header("title: x", *BOMB, "date: *l9", "author: *l9")
    assert front_matter.title == "x"
    assert "more than 100,000 values" in str(front_matter.undated.reason)


def test_lists_may_be_in_lists_but_not_without_end():
    depth = DEPTH - 1
    assert header(f"tags: {'[' * depth}a{']' * depth}").tags == ("a",)
    with pytest.raises(DocumentError, match="tags: lists in lists, more than 20 deep") as error:
        header("title: x", f"tags: {'[' * 100_000}a")
    assert error.value.line == 3


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("! 'A股：早盘'", "A股：早盘"),
        ('! "A股：早盘"', "A股：早盘"),
        ("!str A股", "A股"),
        ('!!str "A股"', "A股"),
        ("!!str A股", "A股"),
        ("!<tag:yaml.org,2002:str> A股", "A股"),
        (r'"\u4e2d\u56fd A\u80a1"', "中国 A股"),
        (r'"caf\xe9"', "café"),
        (r'"\U0001F4C8涨\/\"跌\""', '📈涨/"跌"'),
        (r'"\ud83d\udcc8涨"', "📈涨"),
        ("!重磅 消息", "!重磅 消息"),
        ("! 重磅", "! 重磅"),
        ("!important news", "!important news"),
        ("!!! wow", "!!! wow"),
        (r'"跌\涨"', r"跌\涨"),
        (r'"C:\users\new"', r"C:\users\new"),
        (r'"\u4e2d"国"', r'\u4e2d"国'),
    ],
)
def test_marks_and_escapes_of_yaml_are_told_from_text(written, meant):
    assert split(f"---\ntitle: {written}\n---\n")[0].title == meant
