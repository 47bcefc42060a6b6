import datetime as dt
import os
import tarfile
import unicodedata
import zipfile
from collections import defaultdict
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from articles import reindexing
from articles.importing import discovery, ledger, pipeline
from articles.importing.options import Options
from articles.importing.outcomes import CannotRunError
from articles.importing.pipeline import import_posts
from articles.importing.session import running_ids
from articles.messages import verbatim
from articles.models import (
    Document,
    DocumentVersion,
    ImportProblem,
    ImportRun,
    Mention,
    Post,
    SearchEntry,
    UnpublishedEntry,
)
from articles.samples import sample_posts
from tests.articles.importing.emptying import empty_archive

pytestmark = pytest.mark.django_db


def imported(paths, **options):
    """The counts of a run, and its outcomes as text, by status."""
    outcomes = defaultdict(list)
    report = import_posts(
        paths,
        Options(**options),
        on_outcome=lambda outcome: outcomes[outcome.status].append(str(outcome)),
    )
    return report.counts, outcomes


def post(title="快讯", date="2022-03-04 09:30:00", digest="摘要。"):
    return (
        f'---\nlayout: post\ntitle: "{title}"\ndate: {date}\ncategories: emnews\n'
        f"tags: 东财滚动新闻\n---\n> {digest}\n\n<http://finance.eastmoney.com/news/1,202203040000000009.html>"
    )


@pytest.fixture
def folder(tmp_path):
    for number in range(3):
        path = tmp_path / "_posts" / f"2022-03-04-20220304000000000{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(post(f"快讯{number}"))
    return tmp_path


def test_files_that_are_new_changed_and_the_same_are_told_apart(folder):
    assert imported([folder])[0] == {"created": 3}
    assert imported([folder])[0] == {"unchanged": 3}

    (folder / "_posts" / "2022-03-04-202203040000000001.md").write_text(post("快讯改"))
    assert imported([folder])[0] == {"unchanged": 2, "updated": 1}
    assert Post.objects.get(slug="202203040000000001").title == "快讯改"


def test_a_file_that_cannot_be_read_is_kept_with_its_reason_and_stops_no_other(folder):
    broken = folder / "_posts" / "2022-03-04-202203040000000009.md"
    broken.write_text("正文")

    counts, outcomes = imported([folder])

    assert counts == {"created": 3, "refused": 1}
    assert outcomes["refused"] == [f"{broken}:1: no front matter: the first line is not ---"]
    problem = ImportProblem.objects.get()
    assert (problem.path, problem.line) == (str(broken), 1)
    assert bytes(problem.content) == broken.read_bytes()


def test_a_problem_is_kept_once_and_goes_when_its_file_is_mended(folder):
    broken = folder / "2022-03-04-202203040000000009.md"
    broken.write_text("正文")
    imported([folder])
    imported([folder])
    assert ImportProblem.objects.count() == 1

    broken.write_text(post())
    imported([folder])
    assert not ImportProblem.objects.exists()


def test_a_problem_goes_when_its_file_reads_as_what_is_stored(folder):
    broken = folder / "2022-03-04-202203040000000009.md"
    broken.write_text("正文")
    imported([folder])
    elsewhere = folder.parent / broken.name
    elsewhere.write_text(post())
    imported([elsewhere])

    broken.write_text(post())
    imported([folder])
    assert not ImportProblem.objects.exists()


@pytest.fixture
def settled(folder):
    """A refused file that an editor has dismissed."""
    broken = folder / "2022-03-04-202203040000000009.md"
    broken.write_text("正文")
    imported([folder])
    ImportProblem.objects.update(settled_at=timezone.now(), settled_by="anna", note="不是新闻")
    return broken


def test_what_an_editor_settled_does_not_come_up_again(folder, settled):
    reason = "no front matter: the first line is not ---"
    for dry_run in (True, False):
        counts, outcomes = imported([folder], dry_run=dry_run)
        assert counts == {"unchanged": 3, "skipped": 1}
        assert outcomes["skipped"] == [f"{settled}:1: settled by anna: {reason}"]
    assert ImportProblem.objects.get().note == "不是新闻"


def test_other_bytes_reopen_what_an_editor_settled(folder, settled):
    settled.write_text("又一篇正文")
    assert imported([folder])[0] == {"unchanged": 3, "refused": 1}
    problem = ImportProblem.objects.get()
    assert (problem.settled_at, problem.settled_by, problem.note) == (None, "", "")


def test_what_could_not_be_read_at_all_is_settled_for_that_reason_alone(folder):
    elsewhere = folder / "2022-03-04-202203040000000009.md"
    elsewhere.symlink_to(folder / "nowhere")
    assert imported([folder])[0]["refused"] == 1
    ImportProblem.objects.update(settled_at=timezone.now())
    assert imported([folder])[0]["skipped"] == 1

    elsewhere.unlink()
    elsewhere.symlink_to("/dev/null")
    _, outcomes = imported([folder])
    assert outcomes["refused"] == [f"{elsewhere}: not a regular file"]


def test_a_run_is_recorded_with_its_counts_and_what_became_of_each_file(folder):
    (folder / "README.md").write_text("# 说明")
    (folder / "2022-03-04-202203040000000009.md").write_text("正文")
    import_posts([folder])
    run = ImportRun.objects.get()
    assert (run.created, run.refused, run.skipped, run.total) == (3, 1, 1, 5)
    assert (run.updated, run.unchanged, run.repaired) == (0, 0, 0)
    assert run.paths == [str(folder)]
    assert run.finished_at >= run.started_at
    assert run.error == ""
    path = f"{folder}/2022-03-04-202203040000000009.md"
    refused = run.files.get(status="refused")
    assert (refused.path, refused.line) == (path, 1)
    assert [str(note) for note in refused.notes] == ["no front matter: the first line is not ---"]
    assert run.files.filter(status="created").count() == 3

    import_posts([folder])
    again = ImportRun.objects.latest()
    assert again.unchanged == 3
    assert sorted(again.files.values_list("status", flat=True)) == ["refused", "skipped"]


def test_a_run_is_brought_up_to_date_with_each_batch(folder, monkeypatch):
    monkeypatch.setattr(pipeline, "FILES_AT_ONCE", 1)
    seen = []

    def look():
        stored = ImportRun.objects.get()
        seen.append((stored.created, stored.files.count(), stored.finished_at))
        return False

    import_posts([folder], should_stop=look)
    assert list(dict.fromkeys(seen)) == [(0, 0, None), (1, 1, None), (2, 2, None), (3, 3, None)]


def test_a_run_that_stops_says_why(folder, monkeypatch):
    monkeypatch.setattr(pipeline, "FILES_AT_ONCE", 1)
    import_posts([folder], should_stop=Post.objects.exists)
    stopped = ImportRun.objects.latest()
    assert (stopped.created, str(stopped.error)) == (1, "Interrupted.")

    import_posts([folder])
    for path in (folder / "_posts").iterdir():
        path.unlink()
    with pytest.raises(CannotRunError):
        import_posts([folder], Options(prune=True))
    error = str(ImportRun.objects.latest().error)
    assert error.startswith(f"{folder}: 3 of 3 documents are gone")


def test_nobody_runs_when_a_run_has_ended(folder):
    during = []
    import_posts([folder], on_outcome=lambda outcome: during.append(running_ids()))
    assert during[0] == [ImportRun.objects.get().pk]
    assert running_ids() == []


def test_a_dry_run_can_be_recorded(folder, everything_stored):
    (folder / "2022-03-04-202203040000000009.md").write_text("正文")
    before = everything_stored()
    dry = ImportRun.objects.create(is_dry=True, started_by=verbatim("anna"))

    pipeline.import_files(partial(discovery.find, [str(folder)], ""), dry)

    dry.refresh_from_db()
    assert (dry.created, dry.refused) == (3, 1)
    assert dry.finished_at
    assert dry.files.count() == 4
    assert everything_stored() == before
    assert not ImportProblem.objects.exists()


def test_what_an_import_replaces_is_kept_as_a_version(folder):
    path = folder / "_posts" / "2022-03-04-202203040000000001.md"
    imported([folder])
    first = Document.objects.get(file_name=path.name)
    imported([folder], checksum=True)
    assert not DocumentVersion.objects.exists()

    path.write_text(post("快讯改"))
    imported([folder])
    version = DocumentVersion.objects.get()
    assert bytes(version.content).decode() == post("快讯1")
    assert (version.sha256, version.imported_at) == (first.sha256, first.imported_at)
    assert version.document == first


def test_what_is_no_post_is_skipped_and_said(folder):
    (folder / "README.md").write_text("# 说明")
    counts, outcomes = imported([folder])
    assert counts == {"created": 3, "skipped": 1}
    assert outcomes["skipped"] == [f"{folder}/README.md: a page of the site, not a post"]


def test_among_posts_that_are_no_site_what_states_no_date_is_skipped_and_never_refused(tmp_path):
    (tmp_path / "名字 带空格.md").write_text(post())
    (tmp_path / "about.md").write_text("---\nlayout: page\ntitle: 关于\ndate: 2022-03-04\n---\n文")
    (tmp_path / "contact.md").write_text("---\ntitle: 联系\n---\n文\n---\ndate: 2022-03-04")
    (tmp_path / "README.md").write_text("# 说明")
    counts, outcomes = imported([tmp_path])
    assert counts == {"created": 1, "skipped": 3}
    reason = "not a post: neither its name nor its front matter has a date"
    assert sorted(outcomes["skipped"]) == [
        f"{tmp_path}/README.md: not a post: no front matter",
        f"{tmp_path}/about.md: not a post: its layout is page",
        f"{tmp_path}/contact.md: {reason}",
    ]


def test_what_is_passed_over_is_counted_and_kept_with_its_reason(folder):
    (folder / "_drafts").mkdir()
    (folder / "_drafts" / "2022-03-04-a.md").write_text(post())
    (folder / "404.md").write_text("---\nlayout: page\n---\n没有")
    assert imported([folder])[0] == {"created": 3, "skipped": 2}
    run = ImportRun.objects.latest()
    assert (run.skipped, run.total) == (2, 5)
    assert {file.path: [*map(str, file.notes)] for file in run.files.filter(status="skipped")} == {
        f"{folder}/404.md": ["a page of the site, not a post"],
        f"{folder}/_drafts": ["a folder of the site without posts"],
    }


def test_posts_in_folders_of_their_own_are_known_by_the_names_of_these(tmp_path):
    for name in ("甲", "乙"):
        (tmp_path / "posts" / name).mkdir(parents=True)
        (tmp_path / "posts" / name / "index.md").write_text(post(f"快讯{name}"))
    assert imported([tmp_path])[0] == {"created": 2}
    assert set(Post.objects.values_list("slug", "title")) == {("甲", "快讯甲"), ("乙", "快讯乙")}
    assert imported([tmp_path])[0] == {"unchanged": 2}
    (tmp_path / "posts" / "甲" / "index.md").unlink()
    imported([tmp_path], prune=True, prune_all=True)
    assert dict(Post.objects.values_list("slug", "status")) == {"甲": "hidden", "乙": "published"}


def test_of_two_files_of_the_same_name_the_first_is_taken_and_the_other_kept_for_people(folder):
    name = "2022-03-04-202203040000000001.md"
    (folder / "old_post").mkdir()
    (folder / "old_post" / name).write_text(post("快讯的另一版"))

    for _ in range(2):
        counts, outcomes = imported([folder])
        assert counts["refused"] == 1
        assert outcomes["refused"] == [
            f"{folder}/old_post/{name}: {folder}/_posts/{name} has the same name and other text, "
            "and was taken"
        ]
    assert Post.objects.get(slug="202203040000000001").title == "快讯1"
    assert ImportProblem.objects.get().path == f"{folder}/old_post/{name}"


def test_two_files_of_the_same_name_that_differ_in_white_space_are_one(folder):
    name = "2022-03-04-202203040000000001.md"
    (folder / "old_post").mkdir()
    (folder / "old_post" / name).write_text(post("快讯1") + "\n\n")
    assert imported([folder])[0] == {"created": 3, "unchanged": 1}


def test_of_two_files_of_the_same_name_the_one_that_can_be_read_is_taken(folder):
    name = "2022-03-04-202203040000000009.md"
    (folder / "_posts" / name).write_text("正文")
    (folder / "old_post").mkdir()
    (folder / "old_post" / name).write_text(post("能读的"))
    assert imported([folder])[0] == {"created": 4, "refused": 1}
    assert Post.objects.get(slug="202203040000000009").title == "能读的"


def test_a_file_named_twice_is_imported_once(folder):
    assert imported([folder, folder / "_posts"])[0] == {"created": 3}


def test_what_was_assumed_is_in_the_report(folder):
    path = folder / "-202203040000000008.md"
    path.write_text(post(title="", date=" +0800"))
    counts, outcomes = imported([path])
    assert counts == {"repaired": 1}
    assert outcomes["repaired"] == [
        f"{path}: no date: taken from the code or the file's name: 2022-03-04; "
        "no title: taken from the text: 摘要"
    ]


def test_a_name_that_is_text_in_no_encoding_is_refused(folder):
    (folder / "\udcff2022-03-04-202203040000000007.md").write_text(post())
    counts, outcomes = imported([folder])
    assert counts == {"created": 3, "refused": 1}
    assert outcomes["refused"] == [
        f"{folder}/\\udcff2022-03-04-202203040000000007.md: the file's name is not UTF-8"
    ]
    assert ImportProblem.objects.count() == 1


def test_names_that_are_not_utf8_are_the_same_in_every_run(folder):
    for name in ("2022-03-05-公告.md", "2022-03-06-快讯.md"):
        (folder / "旧盘").mkdir(exist_ok=True)
        (folder / "旧盘" / os.fsdecode(name.encode("gb18030"))).write_text(
            f"---\ntitle: {name}\ndate: 2022-03-05\n---\n{name}"
        )
    (folder / "旧盘").rename(folder / os.fsdecode("旧盘".encode("gb18030")))
    assert imported([folder])[0] == {"created": 5}
    assert Document.objects.get(file_name="2022-03-05-公告.md").path.endswith(
        "/旧盘/2022-03-05-公告.md"
    )
    assert imported([folder], prune_all=True, prune=True)[0] == {"unchanged": 5}
    assert not Post.objects.exclude(status="published").exists()
    next(folder.glob("*/2022-03-06*")).unlink()
    assert imported([folder], prune_all=True, prune=True)[0] == {"unchanged": 4}
    assert Post.objects.get(status="hidden").slug == "2022-03-06-快讯"


def test_two_files_that_decode_to_the_same_name_are_namesakes(folder):
    gbk = os.fsdecode("2022-03-05-公告.md".encode("gb18030"))
    (folder / "2022-03-05-公告.md").write_text(post("甲"))
    (folder / gbk).write_text(post("乙"))
    reason = f"{folder}/2022-03-05-公告.md has the same name and other text, and was taken"
    counts, outcomes = imported([folder])
    assert counts == {"created": 4, "refused": 1}
    assert outcomes["refused"] == [f"{folder}/2022-03-05-公告.md: {reason}"]
    (folder / gbk).write_text(post("甲"))
    assert imported([folder])[0] == {"unchanged": 5}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("second", "status"), [("甲", "unchanged"), ("乙", "refused")])
def test_a_name_that_is_twice_in_an_archive_is_a_namesake(tmp_path, second, status):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for title in ("甲", second):
            archive.writestr("2022-03-05-a.md", post(title))
    assert imported([tmp_path / "x.zip"])[0] == {"created": 1, status: 1}
    again = {"unchanged": 2} if second == "甲" else {"unchanged": 1, "refused": 1}
    assert imported([tmp_path / "x.zip"])[0] == again


def test_an_archive_that_breaks_off_is_refused_and_what_it_has_is_imported(tmp_path, folder):
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        archive.add(folder / "_posts", "posts")
    content = (tmp_path / "x.tar").read_bytes()
    (tmp_path / "x.tar").write_bytes(content[:3500])
    counts, _ = imported([tmp_path / "x.tar"])
    assert counts["refused"] == 1
    assert counts["created"] == Document.objects.count() >= 1


def test_the_same_document_on_standard_input_is_unchanged(send):
    send(post().encode())
    assert imported(["-"])[0] == {"created": 1}
    send(post().encode())
    assert imported(["-"])[0] == {"unchanged": 1}
    send(post("改").encode())
    assert sum(imported(["-"])[0].values()) == 1
    send(b"")
    assert imported(["-"])[0] == {"refused": 1}


@pytest.mark.parametrize("name", ["2022-01-01-first.md", "zuletzt.md"])
def test_a_link_inside_a_folder_is_another_document_and_takes_the_place_of_none(folder, name):
    target = min((folder / "_posts").iterdir())
    (folder / "_posts" / name).symlink_to(target.name)
    imported([folder])
    assert Document.objects.filter(file_name__in=[name, target.name]).count() == 2
    counts, _ = imported([folder], prune_all=True)
    assert counts["hidden"] == 0
    assert not Document.objects.exclude(gone_at=None).exists()


def test_links_out_of_a_folder_are_refused_and_the_rest_is_imported(folder, tmp_path_factory):
    secret = tmp_path_factory.mktemp("outside") / "secret.md"
    secret.write_text(post("机密"))
    (folder / "_posts" / "2022-03-05-out.md").symlink_to(secret)
    (folder / "_posts" / "2022-03-06-loop.md").symlink_to("2022-03-06-loop.md")
    counts, outcomes = imported([folder])
    assert counts == {"created": 3, "refused": 2}
    assert "2022-03-05-out.md: a link that leads out of the folder" in outcomes["refused"][0]
    assert not ImportProblem.objects.exclude(content=b"").exists()


def test_a_path_that_is_not_there_stops_the_run_before_it_begins(folder):
    with pytest.raises(CannotRunError, match="no such file or folder"):
        import_posts([folder, folder / "missing"])
    assert not Document.objects.exists()


def test_a_dry_run_says_what_a_run_would_do_and_does_nothing(folder, everything_stored):
    imported([folder / "_posts" / "2022-03-04-202203040000000000.md"])
    (folder / "_posts" / "2022-03-04-202203040000000000.md").write_text(post("改"))
    (folder / "2022-03-04-202203040000000009.md").write_text("正文")
    (folder / "-202203040000000008.md").write_text(post(title="", date=" +0800"))
    (folder / "old_post").mkdir()
    (folder / "old_post" / "2022-03-04-202203040000000001.md").write_text(post("另一版"))
    (folder / "old_post" / "2022-03-04-202203040000000002.md").write_text(post("快讯2") + "\n")
    before = everything_stored()

    would_be = imported([folder], dry_run=True)

    assert everything_stored() == before
    assert would_be == imported([folder])


def test_since_and_category_narrow_a_run(folder):
    (folder / "2022-03-05-202203050000000001.md").write_text(post(date="2022-03-05 00:10:00"))
    assert imported([folder], first_day=dt.date(2022, 3, 5))[0] == {"created": 1, "skipped": 3}
    assert imported([folder], category="cailianshe")[0] == {"skipped": 3, "unchanged": 1}


def test_fail_fast_stops_after_the_batch(folder, monkeypatch):
    monkeypatch.setattr(pipeline, "FILES_AT_ONCE", 1)
    (folder / "2022-03-04-202203040000000009.md").write_text("正文")  # before _posts
    counts, _ = imported([folder], fail_fast=True)
    assert counts == {"refused": 1}


def test_prune_hides_posts_whose_files_are_gone_and_they_come_back_with_them(folder):
    for number in range(10, 40):
        (folder / "_posts" / f"2022-03-04-2022030400000000{number}.md").write_text(post())
    imported([folder])
    elsewhere = folder.parent / "2022-03-04-202203040000000099.md"
    elsewhere.write_text(post())
    imported([elsewhere])
    path = folder / "_posts" / "2022-03-04-202203040000000001.md"
    content = path.read_text()
    path.unlink()

    assert len(imported([folder], prune=True)[1]["hidden"]) == 1
    gone = Post.objects.get(slug="202203040000000001")
    assert gone.status == "hidden"
    assert not SearchEntry.objects.filter(post=gone).exists()
    assert UnpublishedEntry.objects.filter(post=gone).exists()
    assert Post.objects.filter(status="hidden").count() == 1
    assert len(imported([folder], prune=True)[1]["hidden"]) == 0

    path.write_text(content)
    imported([folder])
    assert Post.objects.get(slug="202203040000000001").status == "published"
    assert SearchEntry.objects.filter(post=gone).exists()


def test_what_is_hidden_is_named_and_what_would_be_too(folder):
    imported([folder])
    path = folder / "_posts" / "2022-03-04-202203040000000001.md"
    path.unlink()
    for options in ({"dry_run": True}, {}):
        _, outcomes = imported([folder], prune=True, prune_all=True, **options)
        assert outcomes["hidden"] == [f"{path}: its file is gone"]
        is_hidden = Post.objects.filter(status="hidden").exists()
        assert is_hidden != bool(options)


def test_prune_refuses_to_hide_more_than_a_tenth(folder):
    imported([folder])
    for path in (folder / "_posts").iterdir():
        path.unlink()
    with pytest.raises(CannotRunError, match="3 of 3 documents are gone, so nothing was pruned"):
        import_posts([folder], Options(prune=True))
    assert not Post.objects.filter(status="hidden").exists()
    assert len(imported([folder], prune=True, prune_all=True)[1]["hidden"]) == 3


def test_a_draft_of_jekylls_is_a_draft_until_it_is_published(folder):
    path = folder / "2022-03-04-202203040000000009.md"
    path.write_text(post().replace("layout: post", "published: false"))
    imported([path])
    draft = Post.objects.get(slug="202203040000000009")
    assert draft.status == "draft"
    assert not SearchEntry.objects.filter(post=draft).exists()
    assert UnpublishedEntry.objects.get().post == draft
    path.write_text(post())
    imported([path])
    draft.refresh_from_db()
    assert draft.status == "published"
    assert SearchEntry.objects.get().post == draft
    assert not UnpublishedEntry.objects.exists()
    assert not list(reindexing.check())


def test_posts_are_indexed_as_they_are_written(folder):
    imported([folder])
    texts = SearchEntry.objects.values_list("text", flat=True)
    assert sorted(texts) == ["快讯0\n摘要。\n", "快讯1\n摘要。\n", "快讯2\n摘要。\n"]


def test_reading_in_other_processes_gives_the_same(tmp_path, everything_stored):
    for file in sample_posts(150, seed=3):
        (tmp_path / file.name).write_text(file.text)
    imported([tmp_path], jobs=1)
    alone = everything_stored()
    empty_archive()
    imported([tmp_path], jobs=2)
    assert everything_stored() == alone


def test_a_name_is_one_whether_or_not_its_accents_stand_apart(tmp_path):
    for form in ("NFD", "NFC"):
        path = tmp_path / form / unicodedata.normalize(form, "2022-03-04-Café.md")
        path.parent.mkdir()
        path.write_text(post())
    assert imported([tmp_path / "NFD"])[0] == {"created": 1}
    assert imported([tmp_path / "NFC"])[0] == {"unchanged": 1}
    assert imported([tmp_path], prune=True)[0] == {"unchanged": 2}
    document = Document.objects.get()
    assert document.file_name == "2022-03-04-Café.md"
    assert unicodedata.is_normalized("NFC", document.file_name)


def test_all_real_posts_are_imported(real_posts):
    assert imported([real_posts])[0] == {"created": 40, "repaired": 1, "skipped": 1}
    # Three articles are there in both forms, and one flash beside its broken copy.
    assert Post.objects.count() == 37
    assert Post.objects.exclude(info_code=None).count() == 9
    assert not Post.objects.filter(title="").exists()
    assert not Post.objects.filter(source=None).exists()
    twin = Post.objects.get(slug="202205262391921712")
    assert twin.documents.count() == 2
    assert twin.title.startswith("国内首次")
    assert twin.source.name == "上海证券报"
    assert Mention.objects.filter(post=twin).count() == 6
    assert imported([real_posts])[0] == {"unchanged": 41, "skipped": 1}


def test_a_file_that_takes_too_long_to_read_is_refused_and_the_others_are_imported(
    folder, monkeypatch
):
    monkeypatch.setattr(pipeline, "READ_SECONDS", 0)
    monkeypatch.setattr(pipeline, "READ_SECONDS_PER_BYTE", 0)
    text = f"---\ntitle: 长文\ndate: 2022-03-04\n---\n{'<p>文</p>' * 1_500_000}"
    costly = folder / "_posts" / "2022-03-04-202203040000000001a.md"
    costly.write_text(text)
    counts, outcomes = imported([folder])
    assert counts == {"created": 3, "refused": 1}
    assert outcomes["refused"] == [f"{costly}: it takes too much processor time"]
    assert bytes(ImportProblem.objects.get().content).decode() == text


def test_a_run_that_somebody_stops_at_the_desk_ends_and_says_who(folder, monkeypatch):
    monkeypatch.setattr(ledger, "ASK_AGAIN", 0)
    asked = []

    def ask(outcome):
        if not asked:
            asked.append(ImportRun.objects.update(stopped_by="anna"))

    monkeypatch.setattr(pipeline, "FILES_AT_ONCE", 1)
    report = import_posts([folder], on_outcome=ask)
    assert str(report.interrupted) == "Stopped by anna."
    assert report.counts == {"created": 1}
    assert str(ImportRun.objects.get().error) == "Stopped by anna."
    assert Post.objects.count() == 1
    assert import_posts([folder]).counts == {"unchanged": 1, "created": 2}


def test_a_run_that_is_stopped_at_the_desk_takes_back_the_batch_that_is_being_written(
    folder, monkeypatch
):
    monkeypatch.setattr(ledger, "ASK_AGAIN", 0)
    written = []

    def ask(execute, sql, *arguments):
        done = execute(sql, *arguments)
        if "INTO articles_document" in sql:
            written.append(Document.objects.count())
            ImportRun.objects.update(stopped_by="anna")
        return done

    with connection.execute_wrapper(ask):
        report = import_posts([folder])
    assert written == [3]
    assert str(report.interrupted) == "Stopped by anna."
    assert (report.counts, Post.objects.count(), Document.objects.count()) == ({}, 0, 0)
    assert import_posts([folder]).counts == {"created": 3}
