"""What the files for Prometheus and Grafana ask for is what /metrics has."""

import json
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


def test_prometheus_reads_the_alerts():
    promtool = shutil.which("promtool")
    if not promtool:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    subprocess.run([promtool, "check", "rules", ALERTS], check=True)


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
