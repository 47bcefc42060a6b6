"""What the files for Prometheus and Grafana ask for is what /metrics has."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from articles import monitoring
from articles.models import ImportRun, Post
from newsroom.environment import Environment

ROOT = Path(__file__).resolve().parents[2]
ALERTS = ROOT / "deploy" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "grafana-dashboard.json"
OF_PROMETHEUS = {"instance", "job", "le"}  # labels that it adds, or that buckets have

RULES = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
PANELS = json.loads(DASHBOARD.read_text())["panels"]
EXPRESSIONS = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in PANELS for target in panel.get("targets", [])
]

#: What each alert looks at, two hours long: a series with its values each minute while all is well,
#: and when something is wrong.
SERIES = {
    "NewsroomDown": [("up{", "1", "0")],
    "NewsroomNotReady": [("newsroom_ready{part='database'", "1", "0")],
    "NewsroomDegraded": [("newsroom_ready{part='worker'", "1", "0")],
    "NewsroomErrors": [
        ("newsroom_requests_total{status='200'", "0+600", "0+600"),
        ("newsroom_requests_total{status='503'", "0+1", "0+60"),
    ],
    "NewsroomSlow": [
        ("newsroom_request_duration_seconds_bucket{route='posts', le='1'", "0+99", "0+90"),
        ("newsroom_request_duration_seconds_bucket{route='posts', le='5'", "0+100", "0+100"),
        ("newsroom_request_duration_seconds_bucket{route='posts', le='+Inf'", "0+100", "0+100"),
    ],
    "NewsroomSearchTimeouts": [
        ("newsroom_searches_total{kind='newest', outcome='found'", "0+600", "0+600"),
        ("newsroom_searches_total{kind='newest', outcome='timeout'", "0+1", "0+60"),
    ],
    "NewsroomConnectionsExhausted": [("newsroom_pool_connections{state='awaited'", "0", "9")],
    "NewsroomNoNewPosts": [("newsroom_newest_post_timestamp_seconds{", "0", "-90000")],
    "NewsroomNoBackup": [("newsroom_backup_timestamp_seconds{", "0", "-130000")],
    "NewsroomTasksWait": [("newsroom_oldest_task_age_seconds{", "10", "1000")],
    "NewsroomFilesRefused": [
        ("newsroom_import_files{outcome='refused'", "3", "3"),
        ("newsroom_import_problems_waiting{", "0", "2"),
    ],
    "NewsroomDiskAlmostFull": [("newsroom_disk_free_bytes{", "10000000000", "1000000000")],
}


@pytest.fixture
def told(client, settings, db, monkeypatch):
    """The labels of each metric, by its name."""
    settings.METRICS_NETWORKS = Environment({"METRICS_NETWORKS": "127.0.0.1"}).metrics_networks
    monkeypatch.setattr(monitoring.archive, "until", 0)
    monkeypatch.setattr(monitoring, "pool_statistics", dict)
    Post.objects.create(slug="1", title="茅台", published_at=timezone.now())
    ImportRun.objects.create(finished_at=timezone.now())
    client.get("/posts/?q=茅台")
    found = {}
    for family in text_string_to_metric_families(client.get("/metrics").content.decode()):
        for sample in family.samples:
            if not sample.name.endswith("_created"):
                found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_every_expression_is_of_metrics_that_there_are(told):
    used = set()
    for expression in EXPRESSIONS:
        for name, labels in re.findall(r"\b(newsroom_\w+)(?:\{([^}]*)\})?", expression):
            assert name in told, expression
            named = set(re.findall(r"(\w+)(?:=~|!~|!=|=)", labels))
            assert named <= told[name] | OF_PROMETHEUS, expression
            used.add(name)
        for labels in re.findall(r"\bby \(([^)]*)\)", expression):
            of_all = set().union(*told.values())
            assert set(labels.split(", ")) <= of_all | OF_PROMETHEUS, expression
    assert len(used) > 10


def test_the_document_has_every_metric_with_its_labels(told):
    text = (ROOT / "docs" / "monitoring.md").read_text()
    rows = re.findall(r"^\| `(newsroom_\w+)` \|(.*?)\|", text, re.MULTILINE)
    documented = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    ours = {name: labels for name, labels in told.items() if name.startswith("newsroom_")}
    histograms = {name.removesuffix("_bucket") for name in ours if name.endswith("_bucket")}
    for name in histograms:
        ours[name] = ours.pop(f"{name}_bucket")
        del ours[f"{name}_count"], ours[f"{name}_sum"]
    assert documented == ours


def test_the_document_says_what_to_do_about_each_alert():
    text = (ROOT / "docs" / "monitoring.md").read_text()
    rows = re.findall(r"^\| (`Newsroom.*?) \|", text, re.MULTILINE)
    assert {rule["alert"] for rule in RULES} == set(re.findall(r"`(\w+)`", "".join(rows)))


@pytest.fixture
def promtool():
    program = shutil.which("promtool")
    if not program:
        reason = "promtool is not installed: apt-get install prometheus"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)

    def run(*arguments):
        return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)

    return run


def test_prometheus_reads_the_alerts(promtool):
    done = promtool("check", "rules", ALERTS)
    assert done.returncode == 0, done.stderr


def trial(alert, is_well):
    """What promtool is to try: the series of this alert, and whether it fires after two hours."""
    series = [
        {
            "series": f"{name}, instance='a', job='newsroom'}}".replace("{, ", "{"),
            "values": f"{well if is_well else ill}x120",
        }
        for name, well, ill in SERIES[alert]
    ]
    fires = f"count(ALERTS{{alertname='{alert}', alertstate='firing'}})"
    samples = [] if is_well else [{"labels": "{}", "value": 1}]
    asked = {"expr": fires, "eval_time": "2h", "exp_samples": samples}
    return {"interval": "1m", "input_series": series, "promql_expr_test": [asked]}


def test_each_alert_fires_when_something_is_wrong_and_only_then(promtool, tmp_path):
    trials = [trial(rule["alert"], is_well) for rule in RULES for is_well in (True, False)]
    file = tmp_path / "test.yml"
    file.write_text(yaml.safe_dump({"rule_files": [str(ALERTS)], "tests": trials}))
    done = promtool("test", "rules", file)
    assert done.returncode == 0, done.stdout


def test_the_panels_of_the_dashboard_do_not_overlap():
    taken = set()
    for panel in PANELS:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
