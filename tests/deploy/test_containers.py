"""What can be told of the containers without an engine that builds and runs them."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
BUILD = (ROOT / "deploy" / "Containerfile").read_text()
COPIED = [
    source
    for sources in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", BUILD)
    for source in sources.split()
]


@pytest.mark.parametrize("source", COPIED)
def test_what_is_copied_is_there_and_not_ignored(source):
    assert (ROOT / source).exists()
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"}
    assert {source, *map(str, Path(source).parents)} & kept


def test_nginx_is_told_where_the_site_is():
    old = re.search(r"sed -i 's/([^/]+)/", BUILD)[1]
    assert re.search(old, (ROOT / "deploy" / "nginx.conf").read_text())
    assert "server web:8000;" in BUILD
    assert "web" in SERVICES


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_of_an_image_and_waits_for_services_that_there_are(name):
    service = SERVICES[name]
    stages = re.findall(r"(?m)^FROM .+ AS (\w+)$", BUILD)
    assert service["image"]
    assert service.get("build", {"target": "site"})["target"] in stages
    for other, wait in service.get("depends_on", {}).items():
        if wait["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]


def test_the_site_believes_the_network_of_the_containers():
    [network] = COMPOSE["networks"]["default"]["ipam"]["config"]
    assert SERVICES["web"]["environment"]["TRUSTED_PROXIES"] == network["subnet"]
