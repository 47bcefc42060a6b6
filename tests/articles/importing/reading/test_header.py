import random
from contextlib import suppress

import pytest

from articles.importing.reading.documents import DocumentError, decode, is_document
from articles.importing.reading.front_matter import split

DATE = "date: 2022-01-02 10:00:00"
RULED = "\n第一段。\n\n---\n\n第二段。"
LIKE_FIELDS = "一\n\n---\n\ntitle: 不是\n\n---\n"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"---\ntitle: x\n{DATE}\n...\n{RULED}", RULED),
        (f"---\ntitle: x\n{DATE}\n…\n正文", "正文"),
        (f"----\ntitle: x\n{DATE}\n----\n正文", "正文"),
        (f"---\ntitle: x\n{DATE}\n----\n正文", "正文"),
        (f" ---\ntitle: x\n{DATE}\n ---\n正文", "正文"),
        (f"---  \ntitle: x\n{DATE}\n---  \n正文", "正文"),
        (f"<!-- 注释\n 二 -->\n---\ntitle: x\n{DATE}\n---\n正文", "正文"),
        (f"\n\n  \n---\ntitle: x\n{DATE}\n---\n正文", "正文"),
        (f"---\n\ntitle: x\n\n# 注释\n\n{DATE}\n\n---\n正文", "正文"),
        (f"---\ntitle: x\n{DATE}\n---\n{LIKE_FIELDS}", LIKE_FIELDS),
        (f"---\ntitle: x\ndescription: |\n  一\n  ---\n  ...\n{DATE}\n---\n正文", "正文"),
        (f"---\ntitle: x\n{DATE}\n---", ""),
        (f"title: x\n{DATE}\ntags:\n- t\n---\n正文\n---\n", "正文\n---\n"),
        (f"Title：x\n{DATE}\n---\n正文", "正文"),
        ("title: x\n---\n正文\n", "正文\n"),
        ('+++\ntitle = "x"\n+++\n正文', "正文"),
        ('{\n  "title": "x",\n  "a": {"b": "}"}\n}\n正文', "\n正文"),
        (';;;\n"title": "x"\n;;;\n正文', "正文"),
        ('"title": "x",\n"date": "2022-01-02"\n;;;\n正文', "正文"),
    ],
)
def test_front_matter_ends_where_its_writer_ended_it(text, rest):
    front_matter, found = split(text)
    assert (front_matter.title, found) == ("x", rest)
    assert front_matter.notes == ()


@pytest.mark.parametrize(
    ("text", "line", "rest"),
    [
        (f"---\ntitle: x\n{DATE}\n{RULED}", 4, RULED),
        (f"---\ntitle: x\n{DATE}{RULED}", 4, RULED[1:]),
        (f"---\ntitle: x\n{DATE}\n\n# 小标题\n\n- 一\n- 二", 4, "\n# 小标题\n\n- 一\n- 二"),
        (f"---\ntitle: x\n{DATE}\n\nUpdate: 新\n", 4, "\nUpdate: 新\n"),
        (f"---\ntitle: x\n{DATE}\n　　第一段。", 4, "　　第一段。"),
        (f"---\ntitle: x\n{DATE}\n> 摘要", 4, "> 摘要"),
        (f"---\ntitle: x\n{DATE}\n- 一\n- 二\n\n正文", 4, "- 一\n- 二\n\n正文"),
        (f"---\ntitle: x\n{DATE}\n  第一段。\n第二段。", 4, "  第一段。\n第二段。"),
        (f"---\ntitle: x\n{DATE}\n# 小标题\n\n正文", 4, "# 小标题\n\n正文"),
        (f"---\ntitle: x\n{DATE}\n---正文\n后", 4, "---正文\n后"),
        (f"---\ntitle: x\ntags:\n- t\n# 注\n{DATE}\n\n# 小标题\n文", 7, "\n# 小标题\n文"),
    ],
)
def test_a_rule_in_the_text_does_not_close_what_nobody_closed(text, line, rest):
    front_matter, found = split(text)
    assert (front_matter.title, found) == ("x", rest)
    assert tuple(map(str, front_matter.notes)) == (
        f"the front matter has no closing ---: taken to end above line {line}",
    )


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("第一段\n\n-----------\n\n第二段: x\n", 1, "no front matter: the first line is not ---"),
        ("title: x\n正文\n---\n", 1, "no front matter: the first line is not ---"),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
            1,
            "a pointer of Git LFS: its text is not here until `git lfs pull`",
        ),
        ("{% include x %}\n", 1, "no front matter: the first line is not ---"),
        ("{{ page.title }}\n", 1, "no front matter: the first line is not ---"),
        (f"---\ntitle: x\n废话\n{DATE}\n---\n", 3, "the front matter is not YAML: no `key: value`"),
        ("---\nauthor: x\n正文\n", 1, "the front matter has no closing ---"),
        ("---\n\n第一段\n\n---\n\n第二段", 2, "the front matter is not a list of `key: value`"),
        ("<!-- 只有注释 -->\n\n", 1, "the file is empty"),
        ("<!-- 没有完", 1, "no front matter: the first line is not ---"),
    ],
)
def test_what_is_no_front_matter_is_refused_with_its_line(text, line, reason):
    with pytest.raises(DocumentError) as error:
        split(text)
    assert (str(error.value.reason), error.value.line) == (reason, line)


FIELDS = [
    "关键词: 甲", "作者: 张三", "og:title: x", "标签 名: x", "seo.title: x", "2022: x",
    "key with space: v", '"quoted key": v', "{a: b}", "? a\n: b", "x: 'a\n\nb'",
    'x: [a, "]",\nb]', "base: &b {a: 1}\n<<: *b",
]  # fmt: skip


@pytest.mark.parametrize("odd", FIELDS[:8] + FIELDS[9:])
@pytest.mark.parametrize(
    "form", ["{0}\n{1}", "{1}\n{0}", "{1}\n\n{0}\nlayout: post", "\n{1}\n{0}\n"]
)
def test_a_field_of_any_name_is_no_end_of_a_header(odd, form):
    fields = form.format(odd, f"title: x\n{DATE}")
    front_matter, rest = split(f"---\n{fields}\npublished: false\n---\n秘密草稿")
    assert (front_matter.title, front_matter.is_draft, rest) == ("x", True, "秘密草稿")
    assert front_matter.published_at
    assert front_matter.notes == ()


@pytest.mark.parametrize(
    "text",
    [
        "---\n{title: x, date: 2022-01-02 10:00, draft: true}\n---\n正文",
        "---\n{draft: true, title: x, date: 2022-01-02 10:00}\n---\n正文",
        f"%YAML 1.1\n---\ntitle: x\n{DATE}\ndraft: true\n---\n正文",
        f"---\n%YAML 1.1\ntitle: x\n{DATE}\ndraft: true\n---\n正文",
        f"---\n%YAML 1.1\n---\ntitle: x\n{DATE}\ndraft: true\n---\n正文",
        f"---\na: &a\n  draft: true\n  title: x\n<<: *a\n{DATE}\n---\n正文",
        f"---\na: &a {{draft: true}}\nb: &b {{<<: *a, title: x}}\n<<: [*b, *a]\n{DATE}\n---\n正文",
        f"---\na: &a {{draft: false, title: z}}\ntitle: x\ndraft: true\n<<: *a\n{DATE}\n---\n正文",
    ],
)
def test_what_yaml_takes_for_a_map_is_a_header(text):
    assert is_document("x.md", text.encode())
    front_matter, rest = split(text)
    assert (front_matter.title, front_matter.is_draft, rest) == ("x", True, "正文")
    assert front_matter.published_at


@pytest.mark.parametrize(
    "hiding",
    [
        *("published: false", "draft: true", "Published： no # 未定"),
        *("publish: false", "private: true", "Hidden: yes"),
    ],
)
@pytest.mark.parametrize(
    "foreign", ["第一段。", "作者：张三", "**甲**: 乙", "看点: 甲\n\n第一段。"]
)
@pytest.mark.parametrize("end", ["---\n秘密草稿", ""])
def test_what_may_be_a_header_that_says_draft_makes_a_draft(hiding, foreign, end):
    front_matter, rest = split(f"---\ntitle: x\n{DATE}\n\n{foreign}\n{hiding}\n{end}")
    assert front_matter.is_draft
    assert foreign in rest
    line = 6 + foreign.count("\n")
    assert str(front_matter.notes[-1]) == f"not published, as line {line} says"


@pytest.mark.parametrize("before", ["甲", '"甲', "[甲]", '"甲"', "@", "\n- 甲", "*a", "'甲"])
def test_a_field_that_is_indented_by_mistake_makes_a_draft(before):
    front_matter, rest = split(
        f"---\ntitle: x\n{DATE}\n{before and f'author: {before}'}\n  published: false\n---\n正文"
    )
    assert (front_matter.is_draft, rest) == (True, "正文")
    line = 5 + before.count("\n")
    assert tuple(map(str, front_matter.notes)) == (f"not published, as line {line} says",)


@pytest.mark.parametrize(
    "field",
    [
        *("published: false,", 'published: "false', "published: [false", "published: 否"),
        *("draft: 是", "published: {a: false}", "published: ｆａｌｓｅ", "draft: TRUE。"),
        *("published=false", "published: &false", "draft: [true, x]"),
        *("published:", "published: ~", 'published: ""'),
        *('"published: false', "`draft: true", "> published: false", "％draft＝yes"),
        *("“published”: false", "‘published’: no", "「draft」: maybe", "“published”： 0"),
        *("[published]: false", "[draft: true]", "рublishеd: no", "ΡUBLISHED: no", "drаft: true"),
        *("ｐublished: false", "published\xa0: false", "1. published: no", "__draft__: true"),
        *(
            f"author: 甲{end}{said}"
            for end in "\x0b\x0c\x1c\x85\u2028\u2029"
            for said in (
                *("published: false", '  "draft": yes # 未定', "\0\x85Published:no"),
                *("> draft: true", "“published”： 0", "ｄｒａｆｔ: true", "рublished: false"),
            )
        ),
        'author: "甲\u2028published: false"',
        *(
            "author: 甲\u2028published:\u2028x: y",
            "published: no\x85x: y",
            "author: 甲\x85published:\n",
        ),
    ],
)
def test_what_cannot_be_read_of_published_and_draft_makes_a_draft(field):
    text, _ = decode(f"---\ntitle: x\n{DATE}\n{field}\n---\n正文".encode())
    front_matter, _ = split(text)
    assert front_matter.is_draft
    assert "not published, as line 4 says" in map(str, front_matter.notes)


@pytest.mark.parametrize("space", ["\u3000", "\xa0", " ", "\t"])
def test_any_space_may_stand_before_published(space):
    assert split(f"---\ntitle: x\n{space}published: false\n{DATE}\n---\n正文")[0].is_draft


def test_random_front_matter_that_says_draft_is_never_published():
    dice = random.Random(1)
    signs = "\"'[]{}:,-|>&*!%@`。：“” \t\u3000甲a"
    for _ in range(300):
        odd = "".join(dice.choices(signs, k=dice.randint(0, 6)))
        with suppress(DocumentError):
            assert split(f"---\ntitle: x\n{DATE}\npublished: {odd}false\n---\n正文")[0].is_draft


@pytest.mark.parametrize(
    "held",
    [
        "seo:\n  draft: true",
        "seo: # 注释\n  draft: true",
        "description: |\n  draft: true",
        'description: "甲\n  draft: true"',
        "author:\n- name: 甲\n  draft: true",
        "published: 2022-01-02",
        "draft: ~",
        "“published”: true",
        "is published: false",
        "author: published: false",
        "author: 甲\u2028published: true",
    ],
)
def test_what_another_field_holds_hides_nothing(held):
    front_matter, _ = split(f"---\ntitle: x\n{DATE}\n{held}\n---\n正文")
    assert (front_matter.title, front_matter.is_draft) == ("x", False)


def test_what_text_says_after_a_rule_hides_nothing():
    assert not split(f"---\ntitle: x\n{DATE}\n\n第一段。\n\n---\n\ndraft: true\n")[0].is_draft
    assert not split(f"---\ntitle: x\n{DATE}\n\ndraft: false\n第一段。")[0].is_draft


@pytest.mark.parametrize(
    "prose", ["他说，今天: 好", "1. 步骤: 甲", '<p style="a: b">甲</p>', "- 甲: 乙"]
)
def test_prose_with_a_colon_is_no_field(prose):
    _, rest = split(f"---\ntitle: x\n{DATE}\n\n{prose}\n\n---\n\n第二段")
    assert rest == f"\n{prose}\n\n---\n\n第二段"
