"""The desk's pages about work on all posts."""

import pytest
from django.urls import reverse

from articles import locks
from articles.models import MaintenanceRun
from tests.workers import beat

pytestmark = pytest.mark.django_db

START = reverse("admin:articles_maintenancerun_add")


def page_of(run, action="change"):
    return reverse(f"admin:articles_maintenancerun_{action}", args=[run.pk])


@pytest.fixture
def administrator(client_of):
    return client_of("Administrator")


@pytest.fixture
def run(administrator):
    administrator.post(START, {"kind": "rebuild"})
    return MaintenanceRun.objects.get()


def test_it_is_started_with_a_button_and_waits_for_a_worker(administrator, run):
    assert "更正有误的搜索条目" in administrator.get(START).content.decode()
    page = administrator.get(page_of(run))
    assert page.context["state"] == "waiting"
    assert page["Refresh"] == "2"
    assert "没有工作进程在运行" in page.content.decode()
    beat()
    assert "正等工作进程空闲" in administrator.get(page_of(run)).content.decode()


def test_its_page_says_how_far_it_is(administrator, run):
    MaintenanceRun.objects.update(done=1, total=3)
    with locks.exclusive(locks.MAINTENANCE, run.pk):
        page = administrator.get(page_of(run))
    assert page.context["state"] == "running"
    assert '<progress value="1" max="3">' in page.content.decode()


def test_it_is_stopped_and_done_again_by_buttons(administrator, run):
    administrator.post(page_of(run, "stop"))
    page = administrator.get(page_of(run)).content.decode()
    assert "已停止。" in page
    assert "再做一次" in page
    assert "Refresh" not in administrator.get(page_of(run)).headers
    administrator.post(START, {"kind": "rebuild"})
    assert MaintenanceRun.objects.count() == 2


def test_runs_are_listed(administrator, run):
    page = administrator.get(reverse("admin:articles_maintenancerun_changelist")).content.decode()
    assert "等待工作进程" in page
    assert "更正有误的搜索条目" in page


@pytest.mark.parametrize("role", ["Editor", "Importer", "Reader"])
def test_others_only_look(client_of, role, run):
    client = client_of(role)
    assert client.get(page_of(run)).status_code == 200
    assert client.get(START).status_code == 403
    assert client.post(START, {"kind": "rebuild"}).status_code == 403
    assert client.post(page_of(run, "stop")).status_code == 403


def test_what_makes_no_sense_is_asked_again(administrator):
    assert administrator.post(START, {"kind": "odd"}).status_code == 200
    assert not MaintenanceRun.objects.exists()
