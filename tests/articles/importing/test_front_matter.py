import datetime as dt

import pytest

from articles.importing.documents import DocumentError
from articles.importing.front_matter import split


def header(*lines):
    return split("\n".join(["---", *lines, "---", "正文"]))[0]


def test_the_five_lines_of_the_writing_script():
    front_matter, rest = split(
        "---\n"
        "layout: post\n"
        'title: "沪指收涨1.2%"\n'
        "date: 2022-03-04 15:00:01 +0800\n"
        "categories: emnews\n"
        "tags: 东财滚动新闻\n"
        "---\n"
        "> 摘要\n"
    )
    assert front_matter.title == "沪指收涨1.2%"
    assert front_matter.published_at == dt.datetime(2022, 3, 4, 7, 0, 1, tzinfo=dt.UTC)
    assert front_matter.categories == ("emnews",)
    assert front_matter.tags == ("东财滚动新闻",)
    assert rest == "> 摘要\n"


def test_blank_lines_before_the_first_fence_are_passed_over():
    assert split("\n \n---\ntitle: x\n---\n")[0].title == "x"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ('title: "他说"好"，便走了"', '他说"好"，便走了'),
        (r'title: "C:\table\new"', r"C:\table\new"),
        ('title: "快讯：A股: 收评 # 3"', "快讯：A股: 收评 # 3"),
        ("title: 没有引号: 也行", "没有引号: 也行"),
        ('title: ""', ""),
        ("title:", ""),
        (r'title: "a \"quoted\" word"', 'a "quoted" word'),
        ("title: '单引号'", "单引号"),
        ("title: >-\n  折叠的\n  标题", "折叠的 标题"),
        ('title: "  空白   收拢　"', "空白 收拢"),
    ],
)
def test_titles_are_read_as_the_writer_meant(line, title):
    assert header(line).title == title


@pytest.mark.parametrize(
    "value",
    [
        "21shijijingjibaodao  nancailicaitong",
        "anxinguojizhengquan(xianggang)",
        "shanghaizhengquanbao·zhongguozhengquanwang",
        "TechWeb",
    ],
)
def test_a_category_is_one_value_never_split(value):
    assert header(f"categories: {value}").categories == (value,)


@pytest.mark.parametrize(
    ("lines", "tags"),
    [
        (["tags: [要闻, 公司]"], ("要闻", "公司")),
        (["tags:", "  - 600519", "  - 公司"], ("600519", "公司")),
        (["tags:"], ()),
        (["layout: post"], ()),
    ],
)
def test_lists_of_yaml_are_read_too(lines, tags):
    assert header(*lines).tags == tags


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2021-12-08 10:46:18", "2021-12-08T02:46:18"),
        ("2021-12-08 10:46:18 +0800", "2021-12-08T02:46:18"),
        ("2021-12-08T10:46:18+08:00", "2021-12-08T02:46:18"),
        ("2021-12-08T10:46:18Z", "2021-12-08T10:46:18"),
        ("2021-12-08 10:46 -0130", "2021-12-08T12:16:00"),
        ("2021-12-08", "2021-12-07T16:00:00"),
        ("2021/12/8 9:05", "2021-12-08T01:05:00"),
        ("2021年12月8日 10:46", "2021-12-08T02:46:00"),
    ],
)
def test_dates_are_shanghai_time_unless_they_say_otherwise(value, moment):
    expected = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)
    assert header(f"date: {value}").published_at == expected


@pytest.mark.parametrize("value", ["", " +0800"])
def test_no_date_is_none_and_not_an_error(value):
    assert header(f"date: {value}").published_at is None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "the file is empty"),
        ("正文", 1, "no front matter: the first line is not ---"),
        ("\n---\ntitle: x\n", 2, "the front matter has no closing ---"),
        ("---\ntitle: x\ndate: soon\n---\n", 3, "date not understood: 'soon'"),
        ("---\ntitle: x\n\ndate: 2022-02-30\n---\n", 4, "no such date: '2022-02-30'"),
        ("---\ndate: 0000-01-01\n---\n", 2, "no such date"),
        ("---\ndate: 0001-01-01\n---\n", 2, "no such date"),
        ("---\ndate: 2022-01-01 +9900\n---\n", 2, "no such date"),
        ("---\ntitle: x\ntags: [a\n---\n", 4, "the front matter is not YAML"),
        ("---\ntitle:\n  a: b\n---\n", 2, "title is not a text"),
        ("---\n- a\n---\n", 2, "the front matter is not a list of `key: value`"),
        (f"---\ntags: {'长' * 201}\n---\n", 2, "tags is longer than 200 characters"),
        ("---\ntags:\n  - a: b\n---\n", 2, "tags is neither a text nor a list of texts"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(text, line, reason):
    with pytest.raises(DocumentError) as error:
        split(text)
    assert error.value.reason.startswith(reason)
    assert error.value.line == line
