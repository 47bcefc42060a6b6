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


@pytest.mark.parametrize(
    "value",
    [
        "2022年1月21日 15时04分05秒", "2022年1月21日下午3:04:05", "20220121 150405",
        "20220121150405",
        "2022-01-21 星期五 15:04:05", "2022-01-21 15:04:05 北京时间", "2022-01-21 15:04:05 CST",
        "2022-01-21T07:04:05.678Z", "2022-01-21 15:04:05 +8",
        "Fri, 21 Jan 2022 15:04:05 +0800",
        "Jan 21, 2022 3:04:05 PM", "21 January 2022 15:04:05", "1642748645", "1642748645123",
        "２０２２－０１－２１ １５：０４：０５", "2022.1.21 15:04:05", "2022-01-21 02:04:05 -0500",
    ],
)  # fmt: skip
def test_dates_in_every_common_spelling(value):
    expected = dt.datetime(2022, 1, 21, 7, 4, 5, tzinfo=dt.UTC)
    assert header(f"date: {value}").published_at == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("soon", "date not understood: 'soon'"),
        ("05/06/2022", "date not understood: '05/06/2022'"),
        ("2022-02-30", "no such date: '2022-02-30' (day is out of range for month)"),
        ("0000-01-01", "no such date: '0000-01-01' (year 0 is out of range)"),
        ("9999-12-31", "no such date: '9999-12-31' (year 9999)"),
        ("2022-01-01 25:00", "no such date: '2022-01-01 25:00' (no such time of day)"),
    ],
)
def test_a_date_that_cannot_be_is_said_with_its_line_and_loses_nothing_else(value, reason):
    front_matter = header("title: x", f"date: {value}")
    assert front_matter.published_at is None
    assert front_matter.title == "x"
    assert (front_matter.undated.reason, front_matter.undated.line) == (reason, 3)


def test_front_matter_that_nothing_closes_ends_behind_its_last_field():
    front_matter, rest = split('---\ntitle: "x"\ndate: 2022-01-21\n\n<p>正文</p>')
    assert front_matter.title == "x"
    assert rest == "\n<p>正文</p>"
    assert front_matter.notes == ("the front matter has no closing ---: taken to end above line 4",)


def test_raw_text_that_yaml_takes_for_a_list_is_taken_as_it_stands():
    front_matter = header("title: [快讯] 沪指收涨", "tags: 要闻")
    assert front_matter.title == "[快讯] 沪指收涨"
    assert front_matter.tags == ("要闻",)
    assert front_matter.notes == ("title is not YAML: taken as it stands, line 2",)


def test_what_jekyll_does_not_publish_is_a_draft():
    assert header("published: false").is_draft
    assert not header("published: true").is_draft


@pytest.mark.parametrize("value", ["", " +0800"])
def test_no_date_is_none_and_not_an_error(value):
    assert header(f"date: {value}").published_at is None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "the file is empty"),
        ("正文", 1, "no front matter: the first line is not ---"),
        ("\n---\n正文\n", 2, "the front matter has no closing ---"),
        ("---\ntitle: x\n- tags: [a\n---\n", 3, "the front matter is not YAML"),
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


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ('"https://example.com/a"', "https://example.com/a"),
        ("//example.com/a", "//example.com/a"),
        ("javascript:alert(1)", ""),
        ("[https://example.com/a]", ""),
        ("", ""),
    ],
)
def test_the_original_may_be_named_where_it_gives_no_address(value, url):
    header, _ = split(f"---\ntitle: x\noriginal_url: {value}\n---\n")
    assert header.original_url == url
