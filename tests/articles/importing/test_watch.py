"""A watched folder: whatever happens to it, the archive becomes what a first import makes of it."""

import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

from articles.importing import discovery
from articles.importing.options import Options
from articles.importing.outcomes import PruneRefusedError
from articles.importing.pipeline import import_changes, import_posts
from articles.importing.watch import Folder, FolderChanges, changes
from articles.models import Document, ImportProblem, Post
from articles.samples import sample_posts
from tests.articles.importing.emptying import empty_archive

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
LONG = 120  # seconds: a watch that has not come to it by then never will


def text(title="快讯", body="正文"):
    return f"---\ntitle: {title}\ndate: 2022-03-04 09:30:00\ntags: 东财滚动新闻\n---\n{body}\n"


def fill(folder, count, seed=7):
    folder.mkdir(parents=True, exist_ok=True)
    for file in sample_posts(count, seed=seed):
        (folder / file.name).write_text(file.text, newline="")
    return folder


@pytest.fixture
def site(tmp_path):
    fill(tmp_path / "site" / "_posts", 12)
    return tmp_path / "site"


class Watch:
    """A watch that goes on as far as a test asks, with what it said and imported."""

    def __init__(self, *folders, when_away=lambda: None, **options):
        self.folders = [str(folder) for folder in folders]
        self.options = Options(**options)
        self.when_away = when_away
        self.said = []
        self.outcomes = []
        self.deadline = time.monotonic() + LONG
        self.changes = changes(self.folders, self.is_late, self.say, settled=0.05, quiet=0.3)
        assert next(self.changes) is None
        import_posts(self.folders, self.options)

    def is_late(self):
        return time.monotonic() > self.deadline

    def say(self, line):
        self.said.append(line)
        if "has gone away" in line:
            self.when_away()

    def until(self, is_so):
        for found in self.changes:
            try:
                import_changes(self.folders, found, self.options, self.outcomes.append)
            except PruneRefusedError as error:
                self.said.append(str(error))
            if is_so():
                return
        pytest.fail(f"it has not come to that; said: {self.said}, imported: {self.outcomes}")


def has_all_of(folder):
    """Whether of each name in a folder the first file is stored, as one that lies there."""
    there = defaultdict(list)
    for found in discovery.find([str(folder.resolve())]):
        if found.is_to_read:
            there[found.name].append(found)
    stored = {document.file_name: document for document in Document.objects.all()}
    return all(
        name in stored
        and bytes(stored[name].content) == discovery.content_of(files[0])
        and stored[name].path in [file.path for file in files]
        for name, files in there.items()
    )


def write(path, content=None, **times):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content or text(path.stem))
    if times:
        os.utime(path, (times["at"], times["at"]))


def one(site):
    return min((site / "_posts").iterdir())


def replaced_by_rename(site, other):
    write(other / "draft", text("另一稿"))
    (other / "draft").rename(one(site))


def moved_away_and_back(site, other):
    site.rename(other / "site")
    write(other / "site" / "_posts" / "2022-03-04-late.md")
    (other / "site").rename(site)


def replaced_by_a_link(site, other):
    shutil.copytree(site, other / "release")
    write(other / "release" / "2022-03-04-late.md")
    shutil.rmtree(site)
    site.symlink_to(other / "release")


def checked_out(site, other):
    def git(*arguments):
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        subprocess.run(["git", "-C", site, *identity, *arguments], check=True, capture_output=True)

    git("init", "-b", "one")
    git("add", ".")
    git("commit", "-m", "one")
    git("checkout", "-b", "two")
    for folder in range(5):
        fill(site / f"more{folder}", 3, seed=folder + 20)
    one(site).write_text(text("在另一分支"))
    git("add", ".")
    git("commit", "-m", "two")
    git("checkout", "one")
    git("checkout", "two")


def copied_in(site, other):
    for folder in range(15):
        fill(other / "many" / str(folder), 2, seed=folder + 50)
    shutil.copytree(other / "many", site / "many")


def moved_in(site, other):
    copied_in(other, other / "prepared")
    (other / "many").rename(site / "deep")


def namesake_after(site, other):
    write(site / "zz" / one(site).name, text("同名而不同"))
    write(site / "zz" / "2022-03-04-after.md")


def namesake_before(site, other):
    write(site / one(site).name, text("同名而在前"))


HAPPENINGS = {
    "a new file": lambda site, other: write(site / "_posts" / "2022-03-04-a.md"),
    "a new file in a new folder": lambda site, other: write(site / "a" / "b" / "2022-03-04-a.md"),
    "a file of long ago": lambda site, other: write(site / "2022-03-04-a.md", at=0),
    "a file of the future": lambda site, other: write(site / "2022-03-04-a.md", at=2**32),
    "a change": lambda site, other: write(one(site), text("改过")),
    "a change by a clock that is behind": lambda site, other: write(one(site), text("改"), at=9**9),
    "a replacement": replaced_by_rename,
    "a folder moved in": moved_in,
    "folders copied in": copied_in,
    "a file moved": lambda site, other: one(site).rename(site / one(site).name),
    "a checkout": checked_out,
    "away and back": moved_away_and_back,
    "a link in its place": replaced_by_a_link,
    "a namesake that comes after": namesake_after,
    "a namesake that comes before": namesake_before,
    "a name that is not UTF-8": lambda site, other: (
        write(site / os.fsdecode(b"2022-03-04-\xb9\xaa.md"), text()),
        write(site / "2022-03-04-a.md"),
    ),
}


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_the_archive_becomes_what_a_first_import_would_make_of_it(
    site, tmp_path, everything_stored, happening
):
    (tmp_path / "other").mkdir()
    watch = Watch(site)
    HAPPENINGS[happening](site, tmp_path / "other")
    watch.until(lambda: has_all_of(site))
    watched = of_posts(everything_stored())
    empty_archive()
    import_posts([site])
    assert of_posts(everything_stored()) == watched


def of_posts(stored):
    """What is stored without securities and categories, which stay when no post has them."""
    return [*stored[:3], *stored[5:]]


def test_a_folder_may_be_watched_through_a_link(site, tmp_path):
    (tmp_path / "link").symlink_to(site)
    watch = Watch(tmp_path / "link")
    write(site / "2022-03-04-a.md")
    watch.until(lambda: has_all_of(site))


def test_a_file_is_told_when_two_looks_find_it_the_same(tmp_path):
    folder = Folder(str(tmp_path))
    path = tmp_path / "2022-03-04-a.md"
    seen = []
    for content in ("", "一", "一二", "一二", "一二"):
        path.write_text(content)
        os.utime(path, (1, 1))
        files = folder.look({path.name}, lambda: False)
        due = folder.changed() - folder.moving
        folder.tell(due)
        seen.append([found.size for found in files if found.name in due])
    assert seen == [[], [], [], [6], []]


def test_a_file_that_goes_away_before_its_turn_is_no_problem(site):
    import_posts([site])
    path = site / "2022-03-04-a.md"
    write(path)
    found = discovery.regular_file(str(path))
    path.unlink()
    assert import_changes([str(site)], FolderChanges(files=[found])).counts == {}
    assert not ImportProblem.objects.exists()


def hidden():
    return set(Post.objects.filter(status="hidden").values_list("slug", flat=True))


def test_what_is_gone_is_pruned_when_no_more_goes(site):
    watch = Watch(site, prune=True)
    gone = Document.objects.get(file_name=one(site).name)
    one(site).unlink()
    watch.until(hidden)
    assert hidden() == {gone.post.slug}
    assert [str(outcome) for outcome in watch.outcomes] == [f"{gone.path}: its file is gone"]


def test_so_is_what_is_passed_over_from_now_on(tmp_path):
    folder = fill(tmp_path / "notes", 30)
    write(folder / "note.md")
    watch = Watch(folder, prune=True)
    (folder / "_config.yml").touch()  # which makes it a site, and the note a page of that
    watch.until(hidden)
    assert hidden() == {"note"}


def test_without_prune_nothing_is_hidden(site):
    watch = Watch(site)
    one(site).unlink()
    found = next(found for found in watch.changes if found.gone)
    import_changes(watch.folders, found, watch.options)
    assert not hidden()


def test_a_file_that_is_back_is_not_gone(site):
    watch = Watch(site)
    first, second, third = map(str, sorted((site / "_posts").iterdir())[:3])
    content = Path(first).read_bytes()
    Path(first).unlink()
    Path(second).unlink()
    assert next(found.gone for found in watch.changes if found.gone) == [first, second]
    Path(first).write_bytes(content)
    assert [found.path for found in next(watch.changes).files] == [first]
    Path(third).unlink()
    assert next(found.gone for found in watch.changes if found.gone) == [second, third]


def test_more_than_a_tenth_is_not_pruned_and_the_watch_goes_on(site):
    watch = Watch(site, prune=True)
    for path in sorted((site / "_posts").iterdir())[:10]:
        path.unlink()
    watch.until(lambda: watch.said)
    assert "10 of 13 documents are gone, so nothing was pruned" in watch.said[0]
    assert not hidden()
    write(site / "2022-03-04-a.md")
    watch.until(lambda: Document.objects.filter(file_name="2022-03-04-a.md").exists())


def test_a_small_folder_of_which_all_is_gone_is_not_pruned_either(tmp_path):
    large, small = fill(tmp_path / "large", 30), tmp_path / "small"
    write(small / "2022-03-04-a.md")
    write(small / "README.txt", "No post, so that this folder is not empty.")
    watch = Watch(large, small, prune=True)
    (small / "2022-03-04-a.md").unlink()
    watch.until(lambda: watch.said)
    assert watch.said[0].startswith(f"{small}: 1 of 1 documents are gone, so nothing was pruned")
    assert not hidden()


@pytest.mark.parametrize("leaves", ["nothing", "an empty folder", "a file"])
def test_a_folder_that_goes_away_prunes_nothing_and_is_followed_when_it_is_back(
    site, tmp_path, leaves
):
    kept = tmp_path / "kept"

    def bring_back():
        if leaves == "an empty folder":
            site.rmdir()
        elif leaves == "a file":
            site.unlink()
        write(kept / "2022-03-04-late.md")
        kept.rename(site)

    watch = Watch(site, when_away=bring_back, prune=True, prune_all=True)
    site.rename(kept)
    if leaves == "an empty folder":
        site.mkdir()
    elif leaves == "a file":
        site.write_text("")
    watch.until(lambda: Document.objects.filter(file_name="2022-03-04-late.md").exists())
    assert watch.said == [
        f"{site} has gone away or was emptied. Waiting until it is back.",
        f"{site} is back.",
    ]
    one(site).unlink()  # so that what is gone is told
    watch.until(hidden)
    assert len(hidden()) == 1


def test_one_folder_is_followed_while_another_is_away(site, tmp_path):
    second = fill(tmp_path / "second", 5, seed=99)
    watch = Watch(site, second, prune=True, prune_all=True)
    second.rename(tmp_path / "elsewhere")
    watch.when_away = lambda: write(site / "2022-03-04-a.md")
    watch.until(lambda: Document.objects.filter(file_name="2022-03-04-a.md").exists())
    assert not hidden()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_inside_that_cannot_be_listed_loses_nothing(site):
    watch = Watch(site, prune=True, prune_all=True)
    (site / "_posts").chmod(0)
    watch.until(lambda: watch.outcomes)
    assert watch.outcomes[0].status == "refused"
    (site / "_posts").chmod(0o755)
    one(site).unlink()
    watch.until(hidden)
    assert len(hidden()) == 1


WITHOUT_EVENTS = """
import sys
from pathlib import Path
from articles.importing.watch import changes

new = Path(sys.argv[1], "2022-03-04-a.md")
for found in changes(sys.argv[1:], lambda: False, print, settled=0.05, quiet=0.3):
    if found:
        print([file.path for file in found.files])
        break
    new.write_text("---")
"""


def test_where_the_system_tells_of_no_changes_that_is_said_and_they_are_found(tmp_path):
    limited = [
        "unshare",
        "--user",
        "--map-root-user",
        "sh",
        "-c",
        'echo 0 > /proc/sys/user/max_inotify_watches && exec "$@"',
        "sh",
    ]
    if not shutil.which("unshare") or subprocess.run([*limited, "true"], check=False).returncode:
        pytest.skip("the limit of watched folders cannot be set here")
    done = subprocess.run(
        [*limited, sys.executable, "-c", WITHOUT_EVENTS, str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=LONG,
    )
    said, found = done.stdout.splitlines()
    assert said.startswith("The system does not tell of changes: OS file watch limit reached")
    assert found == str([str(tmp_path / "2022-03-04-a.md")])
