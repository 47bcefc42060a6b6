import json

import pytest

from articles.importing.outcomes import Outcome
from articles.importing.report import ReportError, json_report, summary


def test_a_summary_counts_what_became_of_the_files():
    assert summary({"created": 1200, "refused": 1}) == (
        "1,200 created, 0 updated, 0 unchanged, 0 repaired, 1 refused, 0 skipped"
    )
    assert summary({"hidden": 2}, dry_run=True, prune=True) == (
        "Would be: 0 created, 0 updated, 0 unchanged, 0 repaired, 0 refused, 0 skipped, "
        "2 hidden, their files gone"
    )


def test_a_report_counts_the_unchanged_and_names_the_others(tmp_path):
    path = tmp_path / "report.json"
    with json_report(path) as add:
        add(Outcome("/a.md", "unchanged"))
        add(Outcome("/坏.md", "refused", ("no text",), line=3))
        assert not path.exists()
    report = json.loads(path.read_text())
    assert report["files"] == [
        {"path": "/坏.md", "status": "refused", "notes": ["no text"], "line": 3}
    ]
    assert (report["counts"]["unchanged"], report["counts"]["refused"]) == (1, 1)


def test_a_report_of_a_run_that_could_not_go_on_says_why(tmp_path):
    path = tmp_path / "report.json"
    with pytest.raises(ValueError, match="the disk is away"), json_report(path):
        raise ValueError("the disk is away")
    assert json.loads(path.read_text())["error"] == "the disk is away"


def test_a_report_cannot_take_the_place_of_a_folder(tmp_path):
    with pytest.raises(ReportError, match="Is a directory"), json_report(tmp_path):
        pass


def test_without_a_path_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with json_report(None) as add:
        add(Outcome("/a.md", "created"))
    assert list(tmp_path.iterdir()) == []
