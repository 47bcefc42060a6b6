import pytest

from articles.importing.run import import_posts
from articles.models import Document, ImportProblem, ImportRun, Mention, Post

pytestmark = pytest.mark.django_db


def post(title="快讯", date="2022-03-04 09:30:00", digest="摘要。"):
    return (
        f'---\nlayout: post\ntitle: "{title}"\ndate: {date}\ncategories: emnews\n'
        f"tags: 东财滚动新闻\n---\n> {digest}\n\n<http://finance.eastmoney.com/news/1,2.html>"
    )


@pytest.fixture
def folder(tmp_path):
    for number in range(3):
        path = tmp_path / "_posts" / f"2022-03-04-20220304000000000{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(post(f"快讯{number}"))
    return tmp_path


def test_files_that_are_new_changed_and_the_same_are_told_apart(folder):
    assert import_posts([folder]).counts == {"created": 3}
    assert import_posts([folder]).counts == {"unchanged": 3}

    (folder / "_posts" / "2022-03-04-202203040000000001.md").write_text(post("快讯改"))
    assert import_posts([folder]).counts == {"unchanged": 2, "updated": 1}
    assert Post.objects.get(slug="202203040000000001").title == "快讯改"


def test_a_file_that_cannot_be_read_is_kept_with_its_reason_and_stops_no_other(folder):
    broken = folder / "_posts" / "2022-03-04-202203040000000009.md"
    broken.write_text(post(date="2022-02-30"))

    report = import_posts([folder])

    assert report.counts == {"created": 3, "failed": 1}
    assert [str(failure) for failure in report.failures] == [
        f"{broken}:4: no such date: '2022-02-30' (day is out of range for month)"
    ]
    problem = ImportProblem.objects.get()
    assert (problem.path, problem.line) == (str(broken), 4)
    assert bytes(problem.content) == broken.read_bytes()


def test_a_run_is_recorded_with_its_counts(folder):
    import_posts([folder])
    run = ImportRun.objects.get()
    assert (run.created, run.updated, run.unchanged, run.failed) == (3, 0, 0, 0)
    assert run.paths == [str(folder)]
    assert run.finished_at >= run.started_at


def test_what_is_no_post_is_skipped_and_said(folder):
    (folder / "README.md").write_text("# 说明")
    report = import_posts([folder])
    assert report.counts == {"created": 3, "skipped": 1}
    assert str(report.remarkable[0]) == f"{folder}/README.md: not a post: no front matter"


def test_of_two_files_of_the_same_name_the_longer_is_imported_every_time(folder):
    name = "2022-03-04-202203040000000001.md"
    (folder / "old_post").mkdir()
    (folder / "old_post" / name).write_text(post("快讯的更长一版"))

    first, second = import_posts([folder]), import_posts([folder])

    assert first.counts == {"created": 3, "skipped": 1}
    assert second.counts == {"unchanged": 3, "skipped": 1}
    assert Post.objects.get(slug="202203040000000001").title == "快讯的更长一版"


def test_a_file_named_twice_is_imported_once(folder):
    assert import_posts([folder, folder / "_posts"]).counts == {"created": 3}


def test_what_was_assumed_is_in_the_report(folder):
    path = folder / "-202203040000000008.md"
    path.write_text(post(title="", date=" +0800"))
    report = import_posts([path])
    assert report.counts == {"created": 1}
    assert report.remarkable[0].notes == (
        "no title: taken from the text: 摘要",
        "no date: taken from the code or the file's name: 2022-03-04",
    )


def test_a_name_that_is_not_utf8_is_refused(folder):
    (folder / "\udcff2022-03-04-202203040000000007.md").write_text(post())
    report = import_posts([folder])
    assert report.counts == {"created": 3, "failed": 1}
    assert report.failures[0].notes == ("the file's name is not UTF-8",)


def test_a_path_that_is_not_there_stops_the_run_before_it_begins(folder):
    with pytest.raises(FileNotFoundError):
        import_posts([folder, folder / "missing"])
    assert not Document.objects.exists()


def test_all_real_posts_are_imported(real_posts):
    report = import_posts([real_posts])
    assert report.counts == {"created": 41, "skipped": 1}
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
    assert import_posts([real_posts]).counts == {"unchanged": 41, "skipped": 1}
