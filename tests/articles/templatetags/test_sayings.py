import ast
import re
from collections import defaultdict

import pytest
from django.conf import settings
from django.utils import translation

from articles.importing.pipeline import import_posts
from articles.importing.reading.dates import read_date
from articles.importing.reading.documents import DocumentError
from articles.templatetags.sayings import said

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
                assert said(note) != note


IMPORTING = settings.BASE_DIR / "articles" / "importing"
#: Whose texts are for the terminal, or for files.
NOT_FOR_THE_DESK = {"export.py", "samples.py", "watch.py"}
#: What only who runs a command is told.
ON_A_TERMINAL = {
    "-: standard input is closed",
    "-: standard input is a terminal: send a document or a tar to it",
    "7: no such file or folder",
    "7: git is not installed",
    "no such revision",
    "it is not in 7",
}
#: What sayings are put together of. Other tests have the whole.
IN_PARTS = {
    "control character",
    "zero-width character",
    "7 7(s) removed, the first U+7 on line 7",
    "The database went away",
    "The database could not go on",
    "7 What was imported so far is whole; the next run goes on from here.",
}
#: SQL, expressions, elements, types and what is logged.
CODE = re.compile(
    r"SELECT|DELETE|TABLE|COPY|RESET|SET |ANY ?\(|EXISTS|\bint[248]|text,|[\\<|\[]|^\(|_config|%s"
)


def texts(tree):
    """Each text of a module, with a 7 for what stands in it of a file."""
    left_out = set()  # docstrings, lists of names, and the parts of texts
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr | ast.Attribute):
            left_out.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            left_out.update(id(part) for part in ast.walk(node) if part is not node)
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(v.value if isinstance(v, ast.Constant) else "7" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_whatever_an_import_can_say_has_a_chinese_form():
    modules = [path for path in IMPORTING.rglob("*.py") if path.name not in NOT_FOR_THE_DESK]
    said_there = {text for path in modules for text in texts(ast.parse(path.read_text()))}
    sayings = {t for t in said_there if re.search(r"[a-z]{2,} | [a-z]{2,}", t)}
    sayings -= ON_A_TERMINAL | IN_PARTS
    sayings = {text for text in sayings if not CODE.search(text)}
    assert len(sayings) > 80
    with translation.override("zh-hans"):
        assert sorted(text for text in sayings if said(text) == text) == []


@pytest.mark.parametrize(
    ("told", "chinese"),
    [
        (
            "The database went away: server closed the connection. What was imported so far is "
            "whole; the next run goes on from here.",
            "数据库已断开：server closed the connection。已导入的部分是完整的，下次导入由此继续。",
        ),
        (
            "Another import is running: root@vm, process 20006, since 2022-03-04 09:30:00.",
            "另一个导入正在进行：root@vm，进程 20006，始于 2022-03-04 09:30:00。",
        ),
        ("root@vm, process 20006", "root@vm，进程 20006"),
        ("The uploaded files are no longer there.", "上传的文件已不存在。"),
    ],
)
def test_what_runs_say_of_themselves_is_said_in_chinese(told, chinese):
    with translation.override("zh-hans"):
        assert said(told) == chinese


def test_parts_of_a_saying_are_said_too():
    with translation.override("zh-hans"):
        assert said("no date: taken from the code or the file's name: 2022-05-26") == (
            "没有日期：取自代码或文件名：2022-05-26"
        )
        assert said("Another import is running: a dry run.") == "另一个导入正在进行：一次试运行。"
        assert said("no such date: '2022-13-01' (month must be in 1..12)") == (
            "没有这个日期：'2022-13-01'（月份应为 1 至 12）"
        )


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
        assert said(refused.value.reason) == f"没有这个日期：'{date}'（{why}）"


def test_what_earlier_imports_said_is_still_said():
    told = "the front matter is not YAML: a tab, line 3: values taken as they stand"
    with translation.override("zh-hans"):
        assert said(told) == "题头不是有效的 YAML：a tab, line 3：按原样取值"


def test_what_is_not_known_is_left_as_it_is():
    with translation.override("zh-hans"):
        assert said("disk on fire") == "disk on fire"
    with translation.override("en"):
        assert said("the file is empty") == "the file is empty"
