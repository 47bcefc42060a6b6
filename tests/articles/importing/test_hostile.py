"""Nothing is lost: whatever a folder holds, each file is accounted for."""

from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import call_command

from articles.importing.discovery import may_be_document
from articles.importing.export import exported_files
from articles.importing.outcomes import Outcome, Report
from articles.importing.pipeline import import_posts
from articles.models import (
    Document,
    ImportProblem,
    Post,
    SearchEntry,
)
from tests.emptying import empty_tables

pytestmark = pytest.mark.django_db

CODE = "202203040000000"
HEADER = (
    '---\nlayout: post\ntitle: "{title}"\ndate: {date}\ncategories: emnews\ntags: 财联社新闻\n---\n'
)
BODY = "<p>锂价走弱，<b>碳酸锂</b>跌破十万元。</p>\n\n<http://finance.eastmoney.com/news/1,2.html>"


def text(title="锂价回落", date="2022-03-04 09:30:00", body=BODY):
    return HEADER.format(title=title, date=date) + body


#: What each becomes, and its text: file names are `FORMS`' order under the day 2022-03-04.
FORMS = [
    ("created", text()),
    ("created", text('他说"好"，跌\\涨: 第#1')),
    ("created", text().replace("tags: 财联社新闻", "tags:\n  - 要闻\n  - 公司")),
    ("created", text().replace("tags: 财联社新闻", "tags: [要闻, 公司]\nauthor:\n  name: 某人")),
    ("created", text().replace("\n", "\r\n")),
    ("created", "\ufeff" + text()),
    ("created", text(body="")),
    ("created", text(body="<p>" + "长" * 7_000_000 + "</p>")),
    ("repaired", text(body="<div>" * 3000 + "深处的字" + "<b><i>" * 500)),
    ("created", text(body="<TABLE><TR><TD>大写<TD>未闭合</TABLE><P>之后&nbsp;&amp;&#0;&#xD800;")),
    ("repaired", text(body="<p>" + "<svg onload=x><math><mi>" * 50 + "字")),
    ("created", text(date="2022-03-04T09:30:00-05:00")),
    ("created", text("标题" * 5000)),
    ("repaired", text().encode("utf-16")),
    ("repaired", text().encode("gb18030")),
    ("repaired", text("锂\0价\x1b回落")),
    ("repaired", text("锂\u200b价\u202e回落")),
    ("repaired", text(body=BODY * 9 + "半\ud83d边").encode("utf-8", "surrogatepass")),
    ("repaired", text().replace("---\n<p>", "\n<p>")),
    ("repaired", text(date="2022-02-30 09:30:00")),
    ("repaired", text(date="0000-01-01")),
    ("repaired", text(date="9999-12-31 23:59:59")),
    ("repaired", text(date="哪天")),
    ("repaired", text("")),
    ("repaired", text("x").replace('"x"', "[快讯] 未加引号")),
    ("repaired", text().replace("layout: post", "layout: [\ndate: {")),
    ("refused", b""),
    ("refused", b"\n \n"),
    ("refused", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xd8\xff"),
    ("refused", "没有题头的正文"),
    ("refused", "---\n- 不是\n- 字段\n---\n正文"),
    ("refused", text("", body="")),
    ("repaired", text().replace("categories: emnews", f"categories: {'长' * 300}")),
]


#: Names that are not UTF-8: text in no encoding, and in GB18030.
NAMES = {"\udcff2022-03-04-a.md": "refused", "\udcb9\udcab2022-03-04-b.md": "created"}


def write_hostile(folder: Path) -> dict[str, int]:
    """Write them all to `folder`; return how many there are of what each becomes."""
    expected: dict[str, int] = {}
    for number, (status, content) in enumerate(FORMS):
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        (folder / f"2022-03-04-{CODE}{number:03}.md").write_bytes(raw)
        expected[status] = expected.get(status, 0) + 1
    for name, status in NAMES.items():
        (folder / name).write_text(text())
        expected[status] += 1
    (folder / "other").mkdir()
    (folder / "other" / f"2022-03-04-{CODE}000.md").write_text(text("同名而不同"))
    expected["refused"] += 1
    return expected


class Imported(NamedTuple):
    folder: Path
    expected: dict[str, int]
    report: Report
    outcomes: list[Outcome]


@pytest.fixture(scope="class")
def imported(django_db_setup, django_db_blocker, tmp_path_factory):
    """All of them, imported once."""
    folder = tmp_path_factory.mktemp("hostile")
    expected = write_hostile(folder)
    outcomes = []
    with django_db_blocker.unblock():
        report = import_posts([folder], on_outcome=outcomes.append)
        yield Imported(folder, expected, report, outcomes)
        empty_tables()


class TestHostileFiles:
    def test_each_is_created_repaired_or_refused_and_none_is_lost(self, imported):
        folder, expected, report, outcomes = imported
        by_form = {outcome.path: outcome.status for outcome in outcomes}
        wrong = [
            (path.name, by_form[str(path)], status)
            for path, (status, _) in zip(sorted(folder.glob("2022*.md")), FORMS, strict=True)
            if by_form[str(path)] != status
        ]
        assert wrong == []
        assert report.counts == expected
        files = list(folder.rglob("*.md"))
        assert sum(report.counts.values()) == len(files) == len(outcomes)
        assert Document.objects.count() + ImportProblem.objects.count() == len(files)
        assert SearchEntry.objects.count() == Post.objects.count()
        refused = {o.path for o in outcomes if o.status == "refused"}
        assert all(o.notes for o in outcomes if o.status in ("repaired", "refused"))
        assert set(ImportProblem.objects.values_list("path", flat=True)) == refused

    def test_what_is_refused_is_kept_byte_for_byte(self, imported):
        problems = ImportProblem.objects.exclude(path__contains="\\udc")
        assert problems.count() > 5
        for problem in problems:
            assert Path(problem.path).read_bytes() == bytes(problem.content)

    def test_deep_and_unclosed_html_keeps_its_text(self, imported):
        texts = Post.objects.values_list("body_text", flat=True)
        for kept in ("深处的字", "大写", "未闭合", "之后"):
            assert any(kept in text for text in texts), kept

    def test_exporting_gives_back_every_byte(self, imported):
        written_as = {"公2022-03-04-b.md": "\udcb9\udcab2022-03-04-b.md"}
        files = list(exported_files())
        assert len(files) == Document.objects.count()
        for file in files:
            path = imported.folder / written_as.get(file.name, file.name)
            assert path.read_bytes() == file.content

    def test_a_second_run_finds_nothing_to_do(self, imported):
        again = import_posts([imported.folder]).counts
        assert again["refused"] == imported.expected["refused"]
        assert again["unchanged"] == imported.expected["created"] + imported.expected["repaired"]
        call_command("reparse_posts", verbosity=0)


def test_hostile_files_keep_no_good_one_from_being_imported(cases, tmp_path):
    for number in range(20):
        (tmp_path / f"2022-03-05-{number}.md").write_text(text(f"第{number}篇"))
    folders = [tmp_path, *(cases / name for name in ("arch", "dos", "em", "fm", "hexo1113"))]
    archives = [path for path in (cases / "arch").iterdir() if path.is_file()]

    report = import_posts([*folders, *archives])

    assert not report.interrupted
    assert Post.objects.filter(title__regex=r"^第\d+篇$").count() == 20
    for name in ("em", "fm", "hexo1113"):
        stored = Document.objects.filter(path__startswith=f"{cases / name}/").count()
        refused = ImportProblem.objects.filter(path__startswith=f"{cases / name}/").count()
        files = [path for path in (cases / name).iterdir() if may_be_document(path.name)]
        assert stored + refused == len(files)
        assert refused <= 1
