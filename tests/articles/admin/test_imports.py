import io
import os
import resource
import zipfile
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import locks, task_queue
from articles.admin.paging import CappedPaginator
from articles.editing import runs, uploads
from articles.importing import ledger
from articles.importing.options import Options
from articles.importing.outcomes import CannotRunError
from articles.importing.pipeline import import_posts
from articles.messages import Message, verbatim
from articles.models import (
    Document,
    ImportProblem,
    ImportRun,
    Post,
)
from tests.waiting import wait_until
from tests.workers import beat, fall_silent

pytestmark = pytest.mark.django_db

GOOD = "2022-03-04-202203040000000001.md"
REPAIRED = "2022-03-04-202203040000000002.md"
REFUSED = "2022-03-04-202203040000000003.md"
TEXTS = {
    GOOD: '---\ntitle: "锂价回落"\ndate: 2022-03-04 09:30:00\n---\n<p>锂价走弱。</p>',
    REPAIRED: '---\ntitle: "没有日期"\n---\n<p>钠价走强。</p>',
    REFUSED: '# 镍价\ntitle: "镍价"\ndate: 2022-03-04 09:30:00\n---\n<p>镍价走强。</p>',
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "posts"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def run(folder):
    import_posts([folder], Options(started_by=verbatim("cron")))
    return ImportRun.objects.get()


@pytest.fixture
def problem(run):
    return ImportProblem.objects.get()


@pytest.fixture
def importer(client, django_user_model):
    """The browser of somebody who runs imports and mends what they refuse."""
    return logged_in(
        client,
        django_user_model,
        "view_importrun",
        "add_importrun",
        "view_importproblem",
        "change_importproblem",
        "view_document",
    )


@pytest.fixture
def reader(django_user_model):
    return logged_in(
        Client(), django_user_model, "view_importrun", "view_importproblem", "view_document"
    )


def logged_in(client, users, *permissions):
    user = users.objects.create_user("-".join(permissions)[:100], is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client


def url(row, action="change"):
    return reverse(f"admin:articles_{row._meta.model_name}_{action}", args=[row.pk])


def text_of(response):
    return response.content.decode()


@contextmanager
def elsewhere(*lock):
    """While inside, another connection holds the lock of a run, or the one of all imports."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({', '.join(map(str, lock))})")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()


@contextmanager
def each_run_stopped(*, by):
    """While inside, somebody asks each run to stop as soon as it has begun."""

    def stop(instance, created, **_):
        if created:
            runs.stop(instance, by=by)

    post_save.connect(stop, sender=ImportRun)
    try:
        yield
    finally:
        post_save.disconnect(stop, sender=ImportRun)


class TestRuns:
    @pytest.mark.parametrize(
        ("words", "is_found"),
        [("root@h 进程", True), ("process 7", True), ("wang", False), ("who", False), ("", True)],
    )
    def test_they_are_found_by_who_started_them_as_shown_or_in_english(
        self, importer, words, is_found
    ):
        run = ImportRun.objects.create(
            paths=["/srv/posts"], started_by=Message("process", who="root@h", number="7")
        )
        address = reverse("admin:articles_importrun_changelist")
        listed = importer.get(address, {"q": words}).context["cl"].result_list
        assert list(listed) == [run] * is_found

    def test_they_are_sought_among_as_many_as_the_list_shows_newest_first(
        self, importer, monkeypatch
    ):
        monkeypatch.setattr(CappedPaginator, "CAP", 2)
        runs = [ImportRun.objects.create(started_by=verbatim("cron")) for _ in range(3)]
        address = reverse("admin:articles_importrun_changelist")
        listed = importer.get(address, {"q": "cron"}).context["cl"].result_list
        assert list(listed) == [runs[2], runs[1]]

    @pytest.mark.parametrize("model", ["importrun", "importproblem"])
    def test_no_column_is_sorted_by_how_its_messages_are_stored(self, importer, model):
        listed = importer.get(reverse(f"admin:articles_{model}_changelist")).context["cl"]
        columns = map(listed.get_ordering_field, listed.list_display)
        assert {"started_by", "reason"}.isdisjoint(columns)

    def test_a_run_is_listed_with_its_state_counts_and_who_started_it(self, importer, run):
        page = importer.get(reverse("admin:articles_importrun_changelist"))
        row = page.context["cl"].result_list[0]
        assert (row.state, row.refused, row.repaired, row.created) == ("finished", 1, 1, 1)
        assert "cron" in text_of(page)
        assert '<td class="field-what">posts</td>' in text_of(page)

    def test_who_started_a_run_is_said_in_chinese(self, importer, run):
        ImportRun.objects.update(started_by=Message("process", who="root@vm", number=20006))
        for address in (reverse("admin:articles_importrun_changelist"), url(run)):
            assert "root@vm，进程 20006" in text_of(importer.get(address))

    def test_a_run_that_nobody_runs_and_that_never_ended_was_killed(self, importer, run):
        ImportRun.objects.update(finished_at=None)
        page = importer.get(url(run))
        assert (page.context["state"], page.context["duration"]) == ("killed", "–")

    def test_a_run_that_goes_on_shows_how_far_it_is_and_looks_again(self, importer, run):
        ImportRun.objects.update(finished_at=None, total=12)
        with elsewhere(locks.IMPORT, run.pk):
            page = importer.get(url(run))
        assert page.context["state"] == "running"
        assert page["Refresh"] == "2"
        assert '<progress value="3" max="12">' in text_of(page)

    def test_a_run_that_goes_on_can_be_stopped_by_who_may_import(self, importer, reader, run):
        ImportRun.objects.update(finished_at=None)
        with elsewhere(locks.IMPORT, run.pk):
            assert url(run, "stop") in text_of(importer.get(url(run)))
            assert url(run, "stop") not in text_of(reader.get(url(run)))
            importer.post(url(run, "stop"))
            page = text_of(importer.get(url(run)))
        assert url(run, "stop") not in page
        assert "正在停止。" in page
        run.refresh_from_db()
        assert run.stopped_by.startswith("view_importrun-add_importrun")

    def test_a_run_that_has_ended_cannot_be_stopped(self, importer, run):
        assert url(run, "stop") not in text_of(importer.get(url(run)))
        importer.post(url(run, "stop"))
        run.refresh_from_db()
        assert run.stopped_by == ""

    def test_a_run_that_has_ended_does_not_look_again(self, importer, run):
        assert "Refresh" not in importer.get(url(run)).headers

    def test_its_refused_files_come_first_with_line_reason_and_problem(self, importer, problem):
        page = text_of(importer.get(url(problem.run)))
        assert f"<strong>{REFUSED}</strong>:1" in page
        assert "没有题头：第一行不是 ---" in page
        assert url(problem) in page

    def test_its_repaired_files_are_shown_with_what_was_assumed_and_their_posts(
        self, importer, run
    ):
        page = text_of(importer.get(url(run), {"status": "repaired"}))
        document = Document.objects.get(file_name=REPAIRED)
        assert "没有日期：取自代码或文件名" in page
        assert url(document) in page
        assert url(document.post) in page
        assert GOOD not in page

    def test_files_are_paged_by_key_for_the_same_few_queries(
        self, importer, run, django_assert_max_num_queries
    ):
        ledger.add_files(run, [(f"/srv/{n:04}.md", "created", None, []) for n in range(250)])
        seen, after = [], ""
        for _ in range(3):
            with django_assert_max_num_queries(9):
                page = importer.get(url(run), {"status": "created", "after": after})
            seen += [listed.file.path for listed in page.context["files"]]
            after = page.context["next_page"]
        assert len(seen) == len(set(seen)) == 251
        assert after is None

    @pytest.mark.parametrize("pk", ["x", "0", "9" * 30])
    def test_what_is_not_there_is_not_found(self, importer, run, pk):
        for model in ("importrun", "importproblem"):
            address = reverse(f"admin:articles_{model}_change", args=[pk])
            assert importer.get(address).status_code == 404

    @pytest.mark.parametrize("query", [{"after": "x"}, {"after": "9" * 30}, {"status": "x"}])
    def test_an_address_that_makes_no_sense_is_no_error(self, importer, run, query):
        assert importer.get(url(run), query).status_code == 200


class TestProblems:
    def test_those_that_wait_come_first(self, importer, problem):
        ImportProblem.objects.create(run=problem.run, path="/a", reason=verbatim("x"), content=b"")
        ImportProblem.objects.filter(path="/a").update(settled_at=timezone.now())
        address = reverse("admin:articles_importproblem_changelist")
        listed = importer.get(address).context["cl"].result_list
        assert [row.path for row in listed] == [problem.path, "/a"]
        waiting = importer.get(address, {"state": "waiting"}).context["cl"].result_list
        assert [row.path for row in waiting] == [problem.path]

    @pytest.mark.parametrize(
        ("words", "is_found"),
        [
            ("没有题头", True),
            ("front matter", True),
            ("FIRST 0003.md", True),
            ("no-front-matter", False),
            ("没有标题", False),
            ("", True),
        ],
    )
    def test_they_are_found_by_path_and_by_reason_as_shown_or_in_english(
        self, importer, problem, words, is_found
    ):
        address = reverse("admin:articles_importproblem_changelist")
        listed = importer.get(address, {"q": words}).context["cl"].result_list
        assert [row.path for row in listed] == [problem.path] * is_found

    def test_one_is_shown_with_its_reason_and_the_line_marked(self, importer, problem):
        page = text_of(importer.get(url(problem)))
        assert "没有题头：第一行不是 ---" in page
        assert '<tr id="line-1" class="at-fault">' in page
        assert "<mark># 镍价</mark>" in page

    def test_bytes_that_are_no_text_are_shown_as_far_as_they_can_be(self, importer, problem):
        problem.content = "---\ntitle: 镍价\n\0".encode("gb18030") + b"<script>"
        problem.save()
        page = text_of(importer.get(url(problem)))
        assert "title: 镍价" in page
        assert "&lt;script&gt;" in page
        assert "<script>" not in page

    def test_a_mended_text_is_imported_and_the_old_one_does_not_come_up_again(
        self, importer, problem, folder
    ):
        mended = "---\n" + TEXTS[REFUSED]
        sent = mended.replace("\n", "\r\n")  # as browsers do
        answer = importer.post(url(problem), {"mend": "", "text": sent}, follow=True)

        document = Document.objects.get(file_name=REFUSED)
        assert bytes(document.content).decode() == mended
        assert document.post.title == "镍价"
        assert answer.redirect_chain == [(url(document), 302)]
        problem.refresh_from_db()
        assert problem.settled_at
        assert problem.settled_by == answer.wsgi_request.user.get_username()
        assert bytes(problem.content).decode() == TEXTS[REFUSED]
        assert ImportRun.objects.latest().created == 1

        counts = import_posts([folder]).counts
        assert (counts["skipped"], counts["refused"]) == (1, 0)
        assert Post.objects.get(slug="202203040000000003").status == "published"

    def test_what_is_refused_again_says_why_and_keeps_what_was_typed(self, importer, problem):
        text = "---\ndate: 2022-03-04 09:30:00\nlayout: post\ntitle:\n  镍价: 涨\n---\n"
        page = importer.post(url(problem), {"mend": "", "text": text})
        assert page.context["text"] == text
        assert page.context["line"] == 4
        assert str(page.context["reason"]) == "title is not a text"
        problem.refresh_from_db()
        assert bytes(problem.content).decode() == TEXTS[REFUSED]
        assert str(problem.reason) == "no front matter: the first line is not ---"
        assert not problem.settled_at

    def test_a_file_is_tried_again_as_it_is_now(self, importer, problem, folder):
        (folder / REFUSED).write_text("---\n---\n")
        page = importer.post(url(problem), {"retry": ""})
        assert str(page.context["reason"]) == "neither title nor text"
        assert page.context["text"] == "---\n---\n"
        (folder / REFUSED).write_text("---\n" + TEXTS[REFUSED])
        importer.post(url(problem), {"retry": ""})
        assert Document.objects.filter(file_name=REFUSED).exists()
        assert not ImportProblem.objects.exists()

    def test_one_from_an_archive_is_tried_again_as_it_was_kept(self, importer, problem):
        ImportProblem.objects.update(path=f"/srv/a.zip/{REFUSED}", content=TEXTS[GOOD].encode())
        importer.post(url(problem), {"retry": ""})
        assert Document.objects.filter(file_name=REFUSED).exists()

    def test_one_is_dismissed_with_a_note_and_not_without(self, importer, problem, folder):
        assert importer.post(url(problem), {"dismiss": "", "note": " "}).context["error"]
        importer.post(url(problem), {"dismiss": "", "note": "是说明"})
        problem.refresh_from_db()
        assert problem.note == "是说明"
        assert problem.settled_at
        assert import_posts([folder]).counts["refused"] == 0

    def test_while_another_import_runs_it_says_who_and_keeps_what_was_typed(
        self, importer, problem
    ):
        with elsewhere(locks.IMPORT):
            page = importer.post(url(problem), {"mend": "", "text": "---\n"})
        assert "Another import is running" in str(page.context["error"])
        assert page.context["text"] == "---\n"

    @pytest.mark.parametrize("action", ["mend", "retry"])
    def test_one_whose_import_is_stopped_says_so_and_keeps_what_was_typed(
        self, importer, problem, monkeypatch, action
    ):
        monkeypatch.setattr(ledger, "ASK_AGAIN", 0)
        typed = "---\n" + TEXTS[REFUSED]
        with each_run_stopped(by="anna"):
            page = importer.post(url(problem), {action: "", "text": typed})
        assert str(page.context["error"]) == "Stopped by anna."
        assert page.context["text"] == (typed if action == "mend" else TEXTS[REFUSED])
        assert str(ImportRun.objects.latest().error) == "Stopped by anna."
        assert not Document.objects.filter(file_name=REFUSED).exists()
        problem.refresh_from_db()
        assert not problem.settled_at

    def test_who_may_only_look_cannot_mend(self, reader, problem):
        assert "textarea" not in text_of(reader.get(url(problem)))
        for action in ("mend", "retry", "dismiss"):
            assert reader.post(url(problem), {action: "", "note": "x"}).status_code == 403
        assert ImportProblem.objects.waiting().exists()


@pytest.fixture
def own_folder(settings, tmp_path):
    """Of uploads, whose runs wait until they are performed here."""
    settings.UPLOAD_DIR = tmp_path / "uploads"


UPLOAD = "admin:articles_importrun_add"


def archive(texts=TEXTS):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, text in texts.items():
            file.writestr(f"_posts/{name}", text)
    return SimpleUploadedFile("posts.zip", packed.getvalue())


def upload(client, *files):
    return client.post(reverse(UPLOAD), {"files": list(files)})


@pytest.mark.usefixtures("own_folder")
class TestUploads:
    def test_files_are_tried_out_then_imported_and_then_thrown_away(self, importer, settings):
        answer = upload(importer, archive())
        tried = ImportRun.objects.get()
        assert answer.url == url(tried)
        assert (tried.is_dry, tried.paths, tried.total) == (True, ["posts.zip"], 3)

        uploads.perform(tried)
        page = importer.get(url(tried))
        assert page.context["can_import"]
        assert "upload/posts.zip/_posts/" in text_of(page)
        assert str(settings.UPLOAD_DIR) not in text_of(page)
        assert not Post.objects.exists()

        answer = importer.post(url(tried, "import"))
        real = ImportRun.objects.exclude(pk=tried.pk).get()
        assert answer.url == url(real)
        uploads.perform(real)
        real.refresh_from_db()
        assert (real.created, real.repaired, real.refused) == (1, 1, 1)
        assert list(settings.UPLOAD_DIR.iterdir()) == []
        path = f"upload/posts.zip/_posts/{REFUSED}"
        assert ImportProblem.objects.get().path == path

    def test_what_is_imported_once_is_not_imported_twice(self, importer):
        upload(importer, archive())
        tried = ImportRun.objects.get()
        uploads.perform(tried)
        importer.post(url(tried, "import"))
        answer = importer.post(url(tried, "import"), follow=True)
        assert "这些文件已不在这里" in text_of(answer)
        assert ImportRun.objects.count() == 2

    def test_an_upload_can_be_thrown_away(self, importer, settings):
        upload(importer, archive())
        tried = ImportRun.objects.get()
        uploads.perform(tried)
        importer.post(url(tried, "discard"))
        assert list(settings.UPLOAD_DIR.iterdir()) == []
        assert not importer.get(url(tried)).context["can_import"]

    def test_a_run_waits_for_a_worker_and_the_page_says_whether_there_is_one(self, importer):
        upload(importer, archive())
        run = ImportRun.objects.get()
        page = importer.get(url(run))
        assert page.context["state"] == "waiting"
        assert page.headers["Refresh"] == "2"
        assert "没有工作进程在运行" in text_of(page)
        beat()
        assert "等工作进程空闲" in text_of(importer.get(url(run)))

    def test_a_run_that_nobody_has_begun_is_stopped_at_once(self, importer):
        upload(importer, archive())
        run = ImportRun.objects.get()
        importer.post(url(run, "stop"))
        page = importer.get(url(run))
        assert page.context["state"] == "stopped"
        assert page.context["can_import"]
        assert f"{ImportRun.objects.get().stopped_by} 已停止。" in text_of(page)
        assert task_queue.backlog().length == 0

    def test_a_run_that_has_ended_is_not_run_again(self, importer):
        upload(importer, archive())
        tried = ImportRun.objects.get()
        uploads.perform(tried)
        uploads.perform(ImportRun.objects.get())
        assert ImportRun.objects.get().files.count() == 3

    @pytest.mark.parametrize("action", ["import", "discard"])
    def test_nothing_is_taken_from_a_run_that_is_at_work(self, importer, action):
        upload(importer, archive())
        tried = ImportRun.objects.get()
        for language, told in [("zh-hans", "这次运行尚未结束"), ("en", "has not ended yet")]:
            headers = {"accept-language": language}
            answer = importer.post(url(tried, action), headers=headers, follow=True)
            assert answer.redirect_chain == [(url(tried), 302)]
            assert told in text_of(answer)
        uploads.perform(tried)
        tried.refresh_from_db()
        assert (tried.error, tried.created) == ("", 1)
        importer.post(url(tried, action))
        assert not uploads.is_kept(tried)

    def test_a_run_without_its_files_ends_and_says_so(self, importer, settings):
        upload(importer, archive())
        tried = ImportRun.objects.get()
        uploads.folder_of(tried).rename(settings.UPLOAD_DIR / "elsewhere")
        with pytest.raises(CannotRunError):
            uploads.perform(tried)
        page = importer.get(url(tried))
        assert page.context["state"] == "stopped"
        assert page.context["run"].finished_at
        assert "上传的文件已不存在。" in text_of(page)

    def test_several_files_and_namesakes_keep_their_names(self, importer):
        files = [
            SimpleUploadedFile(GOOD, TEXTS[GOOD].encode()),
            SimpleUploadedFile(GOOD, TEXTS[REPAIRED].encode()),
        ]
        upload(importer, *files)
        tried = ImportRun.objects.get()
        assert tried.paths == [GOOD, GOOD]
        uploads.perform(tried)
        importer.post(url(tried, "import"))
        real = ImportRun.objects.latest()
        uploads.perform(real)
        real.refresh_from_db()
        assert (real.created + real.repaired, real.refused) == (1, 1)

    def test_a_file_is_named_like_the_folder_of_a_namesake(self, importer):
        names = ["2", GOOD, GOOD, "2", "3"]
        answer = upload(importer, *(SimpleUploadedFile(name, b"x") for name in names))
        assert answer.status_code == 302
        assert sorted(ImportRun.objects.get().paths) == sorted(names)

    def test_a_long_name_is_kept_at_its_end(self, importer):
        name = f"{'长' * 300}.md"
        assert upload(importer, SimpleUploadedFile(name, TEXTS[GOOD].encode())).status_code == 302
        run = ImportRun.objects.get()
        [kept] = run.paths
        assert name.endswith(kept)
        assert len(kept) > 50
        uploads.perform(run)

    def test_what_cannot_be_stored_is_told_and_not_kept(self, importer, settings):
        large = SimpleUploadedFile("posts.md", b"x" * 300_000)
        kept = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, kept[1]))
        try:
            answer = upload(importer, large)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, kept)
        assert "服务器无法保存这些文件：File too large。" in text_of(answer)
        assert [*settings.UPLOAD_DIR.iterdir()] == []
        assert not ImportRun.objects.exists()

    def test_too_many_files_are_told_and_not_kept(self, importer, settings):
        answer = upload(importer, *(SimpleUploadedFile(f"{n}.md", b"x") for n in range(1001)))
        assert "文件太多：一次最多 1,000 个。请打包成一个 .zip。" in text_of(answer)
        assert list(settings.UPLOAD_DIR.iterdir()) == []
        assert not ImportRun.objects.exists()

    @pytest.mark.parametrize("name", ["../../evil.md", "/etc/evil.md", "..\\evil.md"])
    def test_a_name_leads_nowhere(self, importer, settings, name):
        file = SimpleUploadedFile("x", TEXTS[GOOD].encode())
        file._name = name
        upload(importer, file)
        [kept] = settings.UPLOAD_DIR.rglob("*.md")
        assert kept.name == "evil.md"

    def test_too_much_is_refused_and_nothing_of_it_kept(self, importer, settings):
        settings.UPLOAD_MAX_MIB = 1
        page = upload(importer, SimpleUploadedFile(GOOD, b"x" * (2**20 + 1)))
        assert "1 MiB" in str(page.context["error"])
        assert list(settings.UPLOAD_DIR.iterdir()) == []
        assert not ImportRun.objects.exists()

    def test_nothing_chosen_is_said(self, importer):
        assert upload(importer).context["error"]

    def test_uploads_that_nobody_came_back_to_go_with_the_next(self, importer, settings):
        stale = settings.UPLOAD_DIR / "0"  # no run has that number
        stale.mkdir(parents=True)
        os.utime(stale, (0, 0))
        upload(importer, archive())
        assert not stale.exists()

    def test_a_run_that_another_keeps_from_running_says_who_and_can_be_asked_again(self, importer):
        upload(importer, archive())
        tried = ImportRun.objects.get()
        with (
            elsewhere(locks.IMPORT),
            pytest.raises(CannotRunError, match="Another import is running"),
        ):
            uploads.perform(tried)
        page = importer.get(url(tried))
        assert "另一个导入正在进行" in text_of(page)
        assert page.context["can_import"]

    def test_only_who_may_run_imports_may_upload(self, reader, settings, importer):
        assert reader.get(reverse(UPLOAD)).status_code == 403
        assert upload(reader, archive()).status_code == 403
        assert not settings.UPLOAD_DIR.exists()
        upload(importer, archive())
        tried = ImportRun.objects.get()
        for action in ("import", "discard"):
            assert reader.post(url(tried, action)).status_code == 403
            assert importer.get(url(tried, action)).status_code == 405

    def test_a_form_of_another_site_is_refused(self, django_user_model, settings):
        client = Client(enforce_csrf_checks=True)
        client.force_login(django_user_model.objects.create_superuser("root"))
        assert upload(client, archive()).status_code == 403
        assert list(settings.UPLOAD_DIR.iterdir()) == []


def test_a_worker_does_the_work(worker, client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("root"))
    upload(client, archive())
    tried = ended(ImportRun.objects.get())
    assert (tried.error, tried.created, tried.repaired, tried.refused) == ("", 1, 1, 1)

    client.post(url(tried, "import"))
    ended(ImportRun.objects.latest())
    assert Document.objects.count() == 2


def test_a_dry_run_on_a_costly_file_is_stopped_by_its_button(worker, client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("root"))
    text = TEXTS[GOOD] + "<p>文</p>" * 2_000_000
    upload(client, SimpleUploadedFile(GOOD, text.encode()))
    run = ImportRun.objects.get()
    while url(run, "stop") not in text_of(client.get(url(run))):
        assert not run.finished_at
        run.refresh_from_db()
    client.post(url(run, "stop"))
    assert str(ended(run).error) == "Stopped by root."
    assert (run.created, run.refused) == (0, 0)
    assert "root 已停止。" in text_of(client.get(url(run)))


# A worker with small batches.
SMALL_BATCHES = """
import django
django.setup()
from articles.importing import pipeline
pipeline.FILES_AT_ONCE = 20
from django.core.management import call_command
call_command("worker")
"""


def test_after_a_worker_was_killed_another_goes_on_and_nothing_is_doubled(
    start_worker, settings, monkeypatch
):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    folder = settings.UPLOAD_DIR / "sent"
    folder.mkdir(parents=True)
    for n in range(100):  # five batches
        name = f"2022-03-04-20220304{n:010}.md"
        (folder / name).write_text(TEXTS[GOOD].replace("锂价", f"锂价{n}"))
    (folder / "notes.txt").write_text("not a post")
    tried = uploads.try_out(folder, "root")
    uploads.perform(tried)
    run = uploads.import_for_good(tried, "root")
    worker = start_worker(("-c", SMALL_BATCHES))
    wait_until(ImportRun.objects.filter(pk=run.pk, created__gt=0).exists)
    worker.kill()
    worker.wait()
    wait_until(lambda: not locks.taken(locks.IMPORT))  # its connection is closed

    fall_silent()
    start_worker()

    run = ended(run)
    assert (run.error, run.created) == ("", 100)
    assert run.files.filter(status="created").count() == Post.objects.count() == 100


def ended(run):
    wait_until(ImportRun.objects.filter(pk=run.pk).exclude(finished_at=None).exists)
    run.refresh_from_db()
    return run
