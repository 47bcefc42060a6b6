from collections import defaultdict

import pytest
from django.utils import translation
from django.utils.translation import gettext

from articles.importing.pipeline import import_posts
from articles.importing.reading.dates import read_date
from articles.importing.reading.documents import DocumentError
from articles.messages import TEXTS, Message, quoted, verbatim
from articles.templatetags.words import in_words

HEAD = "---\ntitle: 锂价\ndate: 2022-03-04 09:30:00\n"
#: What imports refuse, repair or skip, by the names of the files.
FILES = {
    "2022-03-01-empty.md": "",
    "2022-03-01-headless.md": "正文",
    "2022-03-01-open.md": "---\n一\n二",
    "2022-03-01-unclosed.md": f"{HEAD}正文",
    "2022-03-01-yaml.md": '---\ntitle: "a\n b: [\n---\n',
    "2022-03-01-list.md": f"---\n- {HEAD}---\n",
    "2022-03-01-mapping.md": f"{HEAD}categories:\n  a: b\n  c: [d]\n---\n",
    "2022-03-01-long.md": f"{HEAD}categories: {'长' * 300}\n---\n",
    "2022-03-01-nothing.md": "---\ndate: 2022-03-04\n---\n",
    "2022-03-01-untitled.md": "---\ndate: 2022-03-04\n---\n<p>正文。</p>",
    "2022-03-01-undated.md": "---\ntitle: 锂价\n---\n正文",
    "2022-03-01-no-such-date.md": "---\ntitle: 锂价\ndate: 2022-02-30\n---\n正文",
    "never.md": "---\ntitle: 锂价\n---\n正文",
    "wrong.md": "---\ntitle: 锂价\ndate: 2022-02-30\n---\n正文",
    "odd.md": "---\ntitle: 锂价\ndate: 明天\n---\n正文",
    "2022-03-01-control.md": f"{HEAD}---\n正\x01文",
    "2022-03-01-zero.md": f"{HEAD}---\n正\u200b文",
    "2022-03-01-gbk.md": f"{HEAD}---\n正文".encode("gb18030"),
    "2022-03-01-utf16.md": f"{HEAD}---\n正文".encode("utf-16"),
    "2022-03-01-bytes.md": f"{HEAD}---\n{'正文' * 100}".encode() + b"\xff",
    "2022-03-01-binary.md": b"---\x00\xff\xfe\x81\x82" * 9,
    "README.md": "# 说明",
}


@pytest.mark.django_db
def test_whatever_an_import_says_of_a_file_is_said_in_chinese(tmp_path):
    for name, content in FILES.items():
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
    (tmp_path / "2022-03-01-link.md").symlink_to("nowhere")
    (tmp_path / "2022-03-01-device.md").symlink_to("/dev/null")
    notes = defaultdict(list)
    import_posts([tmp_path], on_outcome=lambda outcome: notes[outcome.path].extend(outcome.notes))

    assert len(notes) == len(FILES) + 2
    with translation.override("zh-hans"):
        for path, told in notes.items():
            assert told, path
            for note in told:
                assert in_words(note) != str(note)


@pytest.mark.parametrize("key", sorted(TEXTS.keys() - {"text"}))
def test_whatever_an_import_can_say_has_a_chinese_form(key):
    with translation.override("zh-hans"):
        assert gettext(TEXTS[key]) != TEXTS[key]


@pytest.mark.parametrize(
    ("message", "told", "chinese"),
    [
        (
            Message("database-away", why="server closed the connection"),
            "The database went away: server closed the connection. What was imported so far is "
            "whole; the next run goes on from here.",
            "数据库已断开：server closed the connection。已导入的部分是完整的，下次导入由此继续。",
        ),
        (
            Message(
                "import-running",
                who=Message(
                    "run-of",
                    who=Message("process", who="root@vm", number=20006),
                    when="2022-03-04 09:30:00",
                ),
            ),
            "Another import is running: root@vm, process 20006, since 2022-03-04 09:30:00.",
            "另一个导入正在进行：root@vm，进程 20006，始于 2022-03-04 09:30:00。",
        ),
        (
            Message("process", who="root@vm", number=20006),
            "root@vm, process 20006",
            "root@vm，进程 20006",
        ),
        (
            Message("upload-gone"),
            "The uploaded files are no longer there.",
            "上传的文件已不存在。",
        ),
        (
            Message("date-assumed", why=Message("no-date"), day="2022-05-26"),
            "no date: taken from the code or the file's name: 2022-05-26",
            "没有日期：取自代码或文件名：2022-05-26",
        ),
        (
            Message("import-running", who=Message("dry-run")),
            "Another import is running: a dry run.",
            "另一个导入正在进行：一次试运行。",
        ),
        (
            Message("no-such-date", date="'2022-13-01'", why=quoted("month must be in 1..12")),
            "no such date: '2022-13-01' (month must be in 1..12)",
            "没有这个日期：'2022-13-01'（月份应为 1 至 12）",
        ),
        (
            Message("values-as-they-stand", why=Message("not-yaml", why="a tab, line 3")),
            "the front matter is not YAML: a tab, line 3: values taken as they stand",
            "题头不是有效的 YAML：a tab, line 3：按原样取值",
        ),
    ],
)
def test_a_message_and_its_parts_are_said_in_chinese(message, told, chinese):
    assert str(message) == told
    with translation.override("zh-hans"):
        assert in_words(message) == chinese


@pytest.mark.parametrize(
    ("date", "why"),
    [
        ("2022-13-01", "月份应为 1 至 12"),
        ("2022-02-30", "该月没有这一天"),
        ("0000-01-01", "年份 0 超出范围"),
        ("9999999999", "2286 年"),
        ("0001-01-01", "日期超出范围"),
        ("2022-01-01 25:00", "没有这个时刻"),
        ("2022-01-01 10:00 +2500", "没有这个时区"),
    ],
)
def test_why_there_is_no_such_date_is_said_whole(date, why):
    with pytest.raises(DocumentError) as refused:
        read_date(date, line=3)
    with translation.override("zh-hans"):
        assert in_words(refused.value.reason) == f"没有这个日期：'{date}'（{why}）"


def test_the_words_of_others_are_left_as_they_are():
    with translation.override("zh-hans"):
        assert in_words(verbatim("disk on fire")) == "disk on fire"
        assert in_words(verbatim("the file is empty")) == "the file is empty"
    with translation.override("en"):
        assert in_words(Message("file-empty")) == "the file is empty"
