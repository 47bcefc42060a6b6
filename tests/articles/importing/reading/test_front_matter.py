import datetime as dt

import pytest

from articles.importing.reading.documents import DocumentError
from articles.importing.reading.front_matter import split


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
        (r'title: "甲\t乙\n“丙”\\丁"', r"甲 乙 “丙”\丁"),
        ('title: "快讯：A股: 收评 # 3"', "快讯：A股: 收评 # 3"),
        ("title: 没有引号: 也行", "没有引号: 也行"),
        ('title: "A" 和 "B"', '"A" 和 "B"'),
        ('title: "A"、"B"与"C"', '"A"、"B"与"C"'),
        ("title: 'A' 说：'B'", "'A' 说：'B'"),
        ('title: "双碳"目标下的"新机遇"', '"双碳"目标下的"新机遇"'),
        ('title: "A"B', '"A"B'),
        ('title: "沪指"过山车"行情"', '沪指"过山车"行情'),
        ('title: "他说"是的"，"好"，走了"', '他说"是的"，"好"，走了'),
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


def test_a_date_that_cannot_be_is_said_with_its_line_and_loses_nothing_else():
    front_matter = header("title: x", "date: 2022-02-30")
    assert front_matter.published_at is None
    assert front_matter.title == "x"
    reason = "no such date: '2022-02-30' (day is out of range for month)"
    assert (str(front_matter.undated.reason), front_matter.undated.line) == (reason, 3)


@pytest.mark.parametrize(
    "line",
    ["date: [2022-01-31]", "date: 2022-01-31 # 发布时间", "Date:2022-01-31", "date: '2022-01-31'"],
)
def test_a_date_is_found_in_a_list_before_a_comment_and_in_quotes(line):
    assert header(line).published_at == dt.datetime(2022, 1, 30, 16, tzinfo=dt.UTC)


def test_front_matter_that_nothing_closes_ends_after_its_last_field():
    front_matter, rest = split('---\ntitle: "x"\ndate: 2022-01-21\n\n<p>正文</p>')
    assert front_matter.title == "x"
    assert rest == "\n<p>正文</p>"
    assert tuple(map(str, front_matter.notes)) == (
        "the front matter has no closing ---: taken to end above line 4",
    )


def test_raw_text_that_yaml_takes_for_a_list_is_taken_as_it_stands():
    front_matter = header("title: [快讯] 沪指收涨", "tags: 要闻")
    assert front_matter.title == "[快讯] 沪指收涨"
    assert front_matter.tags == ("要闻",)
    assert tuple(map(str, front_matter.notes)) == ("title is not YAML: taken as it stands, line 2",)


def test_what_jekyll_does_not_publish_is_a_draft():
    assert header("published: false").is_draft
    assert not header("published: true").is_draft


@pytest.mark.parametrize(
    "line",
    [
        *("status: draft", "Status: Private", "status: 'pending' # 待审", "post_status: trash"),
        *("publish: false", "Publish: no", "publish: 否", "private: true", "hidden: yes"),
        *("HIDDEN: true", "“private”: true", "password: 8888", "unlisted: 1", "status: [draft]"),
        *(
            "expiryDate: 2020-01-01",
            "expirydate: 2020-01-01T08:00:00Z",
            "unpublishDate: 2020-01-01",
        ),
        *("publishDate: 9999-12-31", "publishDate: 待定", "published_at: 待定"),
        *("isDraft: true", "is_draft: yes", "state: draft", "State: private"),
        *("visibility: private", "visibility: hidden", "visibility: Unlisted"),
    ],
)
def test_what_other_generators_keep_back_is_a_draft_that_names_its_line(line):
    front_matter = header("date: 2022-01-21", line)
    assert front_matter.is_draft
    assert "not published, as line 3 says" in map(str, front_matter.notes)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "status: publish",
            "status: 已发布",
            "status:",
            "publish: true",
            "publish:",
            "private: 0",
        ),
        *("private:", "hidden: false", "hidden: no", "password:", "unlisted: off"),
        *("expiryDate: 2099-01-01", "expiryDate: 9999-12-31", "expiryDate:", "publishDate:"),
        *("publishDate: 2020-01-01", "published: 2022-01-22", "published_at: 2020-01-01"),
        *("isDraft: false", "state: published", "state: 广东", "visibility: public"),
    ],
)
def test_what_other_generators_show_is_no_draft(line):
    front_matter = header("date: 2022-01-21", line)
    assert not front_matter.is_draft
    assert front_matter.published_at == dt.datetime(2022, 1, 20, 16, tzinfo=dt.UTC)


@pytest.mark.parametrize("lines", [["date: 2022-01-21"], [], ["date: 2022-02-30"]])
@pytest.mark.parametrize(
    "key", ["publishDate", "PUBLISHDATE", "publish_date", "published", "published_at"]
)
def test_a_post_appears_on_the_day_to_come_that_hugo_publishes_it_on(lines, key):
    front_matter = header(*lines, f"{key}: 2099-01-02T08:00:00+08:00")
    assert front_matter.published_at == dt.datetime(2099, 1, 2, tzinfo=dt.UTC)
    assert not front_matter.is_draft
    note = f"appears on 2099-01-02, as line {len(lines) + 2} says"
    assert note in map(str, front_matter.notes)


@pytest.mark.parametrize("other", ["published: false", "draft: true", "Published：no"])
def test_a_field_on_the_line_of_the_date_hides_too(other):
    front_matter = header("title: x", f"date: 2024-01-03 10:00 {other}")
    assert front_matter.is_draft
    assert "not published, as line 3 says" in map(str, front_matter.notes)


@pytest.mark.parametrize("rest", ["published: true", "# draft: true", "draft"])
def test_a_field_on_the_line_of_the_date_that_says_otherwise_does_not(rest):
    assert not header("title: x", f"date: 2024-01-03 10:00 {rest}").is_draft


def test_without_a_date_a_post_has_the_day_on_which_hugo_published_it():
    front_matter = header("publishDate: 2020-01-02 08:00")
    assert front_matter.published_at == dt.datetime(2020, 1, 2, tzinfo=dt.UTC)


def test_of_two_future_days_the_later_one_counts():
    front_matter = header("date: 2099-03-04 08:00", "publishDate: 2099-01-02")
    assert front_matter.published_at == dt.datetime(2099, 3, 4, tzinfo=dt.UTC)


def test_a_status_that_yaml_cannot_read_costs_itself_alone():
    front_matter = header("title: x", "status:", "  - a: [b", "  c")
    assert (front_matter.title, front_matter.is_draft) == ("x", False)


def test_toml_and_json_of_hugo_say_it_too():
    toml = '+++\ntitle = "x"\ndate = 2022-01-21\nexpiryDate = 2022-02-01\n+++\n正文'
    json = '{"title": "x", "date": "2022-01-21", "status": "draft"}\n正文'
    assert split(toml)[0].is_draft
    assert split(json)[0].is_draft


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
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(text, line, reason):
    with pytest.raises(DocumentError) as error:
        split(text)
    assert str(error.value.reason).startswith(reason)
    assert error.value.line == line


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ('"https://example.com/a"', "https://example.com/a"),
        ("//example.com/a", "//example.com/a"),
        ("javascript:alert(1)", ""),
        ("[https://example.com/a]", "https://example.com/a"),
        ("", ""),
    ],
)
def test_the_original_may_be_named_where_it_gives_no_address(value, url):
    header, _ = split(f"---\ntitle: x\noriginal_url: {value}\n---\n")
    assert header.original_url == url


UNUSABLE = "is neither a text nor a list of texts: left out, line 2"


@pytest.mark.parametrize(
    ("field", "tags", "note"),
    [
        ("redirect_from: {a: /x}", (), f"redirect_from {UNUSABLE}"),
        ("aliases:\n- a: /x", (), f"aliases {UNUSABLE}"),
        ("permalink: {a: /x}", (), f"permalink {UNUSABLE}"),
        ("slug:\n  a: b", (), f"slug {UNUSABLE}"),
        ("original_url: {a: b}", (), f"original_url {UNUSABLE}"),
        ("tags: [a, e: f, b]", ("a", "b"), f"tags {UNUSABLE}"),
        ("tags: {a: b}", (), f"tags {UNUSABLE}"),
        ("tags:\n - a: b", (), f"tags {UNUSABLE}"),
        ("categories: {a: b}", (), f"categories {UNUSABLE}"),
        (
            f"tags: [a, {'长' * 201}]",
            ("a",),
            "tags is longer than 200 characters: left out, line 2",
        ),
    ],
)
def test_a_field_that_cannot_be_used_costs_itself_alone(field, tags, note):
    front_matter, rest = split(f"---\n{field}\ntitle: x\ndate: 2022-01-02\n---\n正文")
    assert (front_matter.title, front_matter.tags, rest) == ("x", tags, "正文")
    assert front_matter.published_at
    assert tuple(map(str, front_matter.notes)) == (note,)


def test_a_field_that_yaml_cannot_read_costs_itself_alone():
    front_matter = header("title: x", "tags:", "- [a", "  b: c")
    assert (front_matter.title, front_matter.tags) == ("x", ())
    assert str(front_matter.notes[0]).startswith("the front matter is not YAML: ")
    assert ": left out, line " in str(front_matter.notes[0])


@pytest.mark.parametrize(
    "text",
    [
        '+++\ntitle = "x"\n[taxonomies]\ntags = ["茅台"]\ncategories = ["财经"]\n+++\n正文',
        "---\ntitle: x\ntaxonomies:\n  tags: [茅台]\n  categories: [财经]\n---\n正文",
        "---\ntitle: x\ntags: 茅台\ntaxonomies: {tags: [白酒], categories: 财经}\n---\n正文",
    ],
)
def test_tags_and_categories_of_zola_are_read(text):
    header, _ = split(text)
    assert (header.tags, header.categories, header.notes) == (("茅台",), ("财经",), ())


def test_other_taxonomies_are_no_fields():
    header, _ = split("---\ntitle: x\ntaxonomies: [tags, 茅台]\n---\n正文")
    assert (header.tags, header.notes) == ((), ())


def test_a_table_among_the_tags_of_toml_is_left_out():
    front_matter, _ = split('+++\ntitle = "x"\ntags = ["a", {b = 1}]\n+++\n')
    assert (front_matter.title, front_matter.tags) == ("x", ("a",))
    assert tuple(map(str, front_matter.notes)) == (f"tags {UNUSABLE}",)


def test_other_names_of_addresses_are_known():
    front_matter = header("url: /a", "alias: [/b, /c]")
    assert (front_matter.permalink, front_matter.redirect_from) == ("/a", ("/b", "/c"))


def test_the_singular_prevails_as_in_jekyll():
    front_matter, _ = split(
        "---\ntitle: x\ncategories: [b, c]\ncategory: a\ntags: s\ntag: t\n---\n"
    )
    assert (front_matter.categories, front_matter.tags) == (("a",), ("t",))


def test_a_block_of_text_keeps_what_looks_like_comments():
    front_matter, _ = split("---\ntitle: |-\n  甲: 乙\n  # 丙\ndate: 2022-01-01\n# 注\n---\n")
    assert front_matter.title == "甲: 乙 # 丙"
