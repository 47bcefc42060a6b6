"""The front page of the desk: what waits, for those who may act on it."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone

from articles.editing import pending, posts
from articles.messages import Message, verbatim
from articles.models import (
    EmptySearch,
    ImportProblem,
    ImportRun,
    PendingChange,
    Security,
    Source,
)
from tests.html import parsed, words
from tests.workers import beat, fall_silent

pytestmark = pytest.mark.django_db

EVERYTHING = [
    "今日文章",
    "等待批准的修改",
    "待处理的拒收文件",
    "最近一次导入",
    "近期无结果的搜索",
    "没有名称的证券",
    "名称相近的来源",
]


@pytest.fixture(autouse=True)
def worker_is_there(db):
    beat()


def boxes(client):
    """The rows of each box, by its title."""
    found = client.get("/admin/").context["boxes"]
    return {box.title.partition("：")[0]: box.rows for box in found}


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        ("Administrator", EVERYTHING),
        ("Editor", [*EVERYTHING[:2], *EVERYTHING[4:]]),
        ("Importer", [EVERYTHING[0], *EVERYTHING[2:4]]),
        ("Reader", EVERYTHING[:1]),
        (None, []),
    ],
)
def test_each_box_is_for_those_who_may_act_on_it(client_of, role, titles):
    assert list(boxes(client_of(role))) == titles


def test_a_worker_that_has_gone_is_missed(admin_client):
    assert "工作进程" not in boxes(admin_client)
    fall_silent()
    [row] = boxes(admin_client)["工作进程"]
    assert row.text == "没有工作进程在运行，上传和较大的批量操作都在等待。"
    assert "manage.py worker" in row.note


@pytest.mark.parametrize("role", ["Administrator", "Editor", "Importer", "Reader"])
def test_sample_posts_are_named_as_long_as_there_are_any(client_of, tmp_path, role):
    call_command("make_sample_posts", tmp_path / "samples", count=2, verbosity=0)
    call_command("import_posts", tmp_path / "samples", verbosity=0)
    client = client_of(role)
    chinese = client.get("/admin/").content.decode()
    english = client.get("/admin/", headers={"accept-language": "en"}).content.decode()
    for page in (chinese, english):
        assert "remove_sample_posts" in page
    assert "The archive still holds 2 sample posts." in english

    call_command("remove_sample_posts", verbosity=0)
    assert "remove_sample_posts" not in client.get("/admin/").content.decode()


def test_todays_posts_are_counted_by_state_and_lead_to_their_lists(
    admin_client, indexed, monkeypatch
):
    now = timezone.localtime()
    monkeypatch.setattr(timezone, "now", lambda: now)
    today = now.replace(hour=0, minute=0)
    indexed(f"{today:%Y-%m-%d %H:%M}", title="今日")
    indexed(f"{today - dt.timedelta(minutes=1):%Y-%m-%d %H:%M}", title="昨日")
    indexed(f"{now + dt.timedelta(hours=1):%Y-%m-%d %H:%M}", title="将来")
    indexed(status="draft", title="草稿")
    rows = boxes(admin_client)["今日文章"]
    assert [(row.text, row.note) for row in rows] == [
        ("今日已发布", "1"),
        ("待发布", "1"),
        ("草稿", "1"),
    ]
    for row, title in zip(rows, ("今日", "将来", "草稿"), strict=True):
        page = admin_client.get(row.address)
        assert [post.title for post in page.context["cl"].result_list] == [title]


def test_changes_that_are_held_back_wait_for_approval(admin_client, admin_user, indexed):
    for title in ("等待", "已批准", "未能生效", "已撤回"):
        pending.hold_back(indexed(title=title), {"title": "新"}, by=admin_user)
    changes = {change.post.title: change for change in PendingChange.objects.all()}
    pending.withdraw(changes["已撤回"])
    for title in ("已批准", "未能生效"):
        pending.approve(changes[title], by=admin_user)
    PendingChange.objects.filter(pk=changes["未能生效"].pk).update(stopped_at=timezone.now())
    rows = boxes(admin_client)["等待批准的修改"]
    assert [(row.text, row.note) for row in rows] == [("未能生效", "未能生效"), ("等待", "admin")]
    assert "新" in admin_client.get(rows[1].address).content.decode()


def test_drafts_and_scheduled_posts_wait_by_name(admin_client, admin_user, indexed):
    now = timezone.localtime()
    soon, later = (now + dt.timedelta(days=days) for days in (1, 2))
    indexed(f"{later:%Y-%m-%d %H:%M}", title="后天")
    indexed(f"{soon:%Y-%m-%d %H:%M}", title="明天")
    untouched, touched = (indexed(title=title, status="draft") for title in ("初稿", "二稿"))
    posts.change(touched, {"title": "定稿"}, by=admin_user)
    found = boxes(admin_client)
    assert [(row.text, row.note) for row in found["最新草稿"]] == [("定稿", "admin"), ("初稿", "")]
    assert [(row.text, row.note) for row in found["即将发布"]] == [
        ("明天", f"{soon:%Y-%m-%d %H:%M}"),
        ("后天", f"{later:%Y-%m-%d %H:%M}"),
    ]
    assert found["最新草稿"][1].address.endswith(f"/{untouched.pk}/change/")


def test_refused_files_wait_until_they_are_settled(admin_client):
    run = ImportRun.objects.create(created=3, refused=2, finished_at=timezone.now())
    for name, settled_at in [("a.md", None), ("b.md", timezone.now())]:
        ImportProblem.objects.create(
            run=run,
            path=f"/srv/{name}",
            reason=Message("nothing-to-read"),
            content=b"",
            settled_at=settled_at,
        )
    (row,) = boxes(admin_client)["待处理的拒收文件"]
    assert (row.text, row.note) == ("a.md", "既没有标题，也没有正文")
    assert admin_client.get(row.address).status_code == 200
    run_row, counts = boxes(admin_client)["最近一次导入"]
    assert run_row.note == "已完成"
    assert counts.text == "新建 3，更新 0，修补 0，拒收 2"


def test_empty_searches_of_late_are_shown_the_commonest_first(admin_client):
    for text, times, days in [("甲", 3, 0), ("乙", 5, 1), ("丙", 9, 60), ("丁", 2, 0)]:
        askers = list(map(str, range(times)))
        search = EmptySearch.objects.create(text=text, times=times, askers=askers)
        moment = timezone.now() - dt.timedelta(days=days)
        EmptySearch.objects.filter(pk=search.pk).update(last_at=moment)
    rows = boxes(admin_client)["近期无结果的搜索"]
    assert [(row.text, row.note) for row in rows] == [("乙", "5 位读者"), ("甲", "3 位读者")]


def test_securities_without_a_name_lead_to_where_they_get_one(admin_client, indexed):
    Security.objects.create(market=1, code="600000", kind="stock")
    indexed(securities=[("1.688001", ""), ("1.600519", "贵州茅台")])
    rows = boxes(admin_client)["没有名称的证券"]
    assert [(row.text, row.note) for row in rows] == [("1.688001", "1 篇"), ("1.600000", "0 篇")]
    assert admin_client.get(rows[0].address).status_code == 200


def test_sources_that_look_alike_are_named_together(admin_client):
    for name in ("财联社", "财联社。", "每日经济新闻", "新华社"):
        Source.objects.create(name=name, slug=name)
    (row,) = boxes(admin_client)["名称相近的来源"]
    assert row.text == "财联社 · 财联社。"


def test_a_great_archive_costs_no_more_queries(
    admin_client, make_post, django_assert_max_num_queries
):
    run = ImportRun.objects.create()
    for number in range(30):
        make_post(source=f"来源{number}", securities=[(f"1.6000{number:02}", "")], status="draft")
        ImportProblem.objects.create(run=run, path=f"{number}", reason=verbatim("x"), content=b"")
        EmptySearch.objects.create(text=f"{number}")
    with django_assert_max_num_queries(21):
        page = admin_client.get("/admin/")
    assert "没有名称的证券：30" in page.content.decode()


@pytest.mark.parametrize(("language", "heading"), [("zh-hans", "查找"), ("en", "Find")])
def test_the_guide_is_in_the_editors_language(client_of, language, heading):
    client = client_of("Reader")
    headers = {"accept-language": language}
    assert 'href="/admin/guide/"' in client.get("/admin/", headers=headers).content.decode()
    page = client.get("/admin/guide/", headers=headers)
    assert words(page, "h2#find") == heading
    assert [section["id"] for section in parsed(page).select("h2[id]")] == [
        "find",
        "correct",
        "write",
        "states",
        "pending",
        "preview",
        "bulk",
        "securities",
        "import",
        "history",
        "rights",
    ]


def test_a_run_that_was_killed_is_said_to_be(admin_client):
    run = ImportRun.objects.create(paths=["x"])
    ImportRun.objects.update(started_at=timezone.now() - dt.timedelta(hours=1))
    row, _counts = boxes(admin_client)["最近一次导入"]
    assert row.note == "已中断"
    assert run.finished_at is None


@pytest.mark.parametrize("app", ["articles", "auth"])
def test_the_index_of_an_app_is_the_front_page(admin_client, app):
    assert admin_client.get(f"/admin/{app}/").url == "/admin/"


@pytest.mark.parametrize("page", ["/admin/", "/admin/password_change/"])
def test_every_page_leads_to_the_guide_and_the_other_language(admin_client, page):
    shown = admin_client.get(page).content.decode()
    assert shown.count('href="/admin/guide/"') == 1
    assert shown.count('action="/language/"') == 1
