import pytest

from articles.importing.documents import DocumentError
from articles.importing.front_matter import split

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
        ('title: x\n---\n正文\n', "正文\n"),
        ('+++\ntitle = "x"\n+++\n正文', "正文"),
        ('{\n  "title": "x",\n  "a": {"b": "}"}\n}\n正文', "\n正文"),
        (';;;\n"title": "x"\n;;;\n正文', "正文"),
    ],
)  # fmt: skip
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
    ],
)  # fmt: skip
def test_a_rule_in_the_text_does_not_close_what_nobody_closed(text, line, rest):
    front_matter, found = split(text)
    assert (front_matter.title, found) == ("x", rest)
    assert front_matter.notes == (
        f"the front matter has no closing ---: taken to end above line {line}",
    )


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("第一段\n\n-----------\n\n第二段: x\n", 1, "no front matter: the first line is not ---"),
        ("title: x\n正文\n---\n", 1, "no front matter: the first line is not ---"),
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
    assert (error.value.reason, error.value.line) == (reason, line)
