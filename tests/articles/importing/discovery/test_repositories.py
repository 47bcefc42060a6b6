import pytest

from articles.importing.discovery import UnusableInputError, check, find
from tests.articles.importing.discovery.inputs import POST, commit, found, git, why_not, write


@pytest.fixture
def repository(tmp_path):
    site = tmp_path / "site"
    (site / "_posts").mkdir(parents=True)
    for number in range(300):
        (site / f"_posts/{number:03}.md").write_bytes(POST + b"%d" % number)
    (site / "快讯.md").write_bytes(POST)
    for name in ("link.md", "2022-01-01-link.md"):
        (site / name).symlink_to("快讯.md")
    commit(site)
    (site / "_posts/000.md").write_bytes(b"uncommitted")
    git(site, "clone", "-q", "--bare", ".", "../bare.git")
    return tmp_path


@pytest.mark.parametrize("name", ["site", "bare.git"])
def test_a_revision_of_a_repository_is_read_bare_or_not(repository, name):
    files = found(repository / name, git="main")
    assert files.pop("link.md") == "a page of the site, not a post"
    assert files.pop("快讯.md") == "a page of the site, not a post"
    assert files.pop("2022-01-01-link.md") == "a link"
    assert files == {f"_posts/{n:03}.md": POST + b"%d" % n for n in range(300)}


@pytest.mark.parametrize("revision", ["nowhere", "--upload-pack=x"])
def test_a_revision_that_is_not_there_is_an_error(repository, revision):
    with pytest.raises(UnusableInputError, match=r"bare\.git"):
        check([str(repository / "bare.git")], revision)


def test_of_a_folder_named_with_a_revision_it_is_said_how_to_name_it(repository):
    with pytest.raises(UnusableInputError, match=r"main:_posts names no revision: .* as PATH$"):
        check([str(repository / "site")], "main:_posts")


@pytest.mark.parametrize("name", ["bare.git", "site/.git", "site/.git/worktrees/tree"])
def test_a_repository_without_files_has_no_posts_to_read(repository, name):
    git(repository / "site", "worktree", "add", "--quiet", "--detach", str(repository / "tree"))
    with pytest.raises(UnusableInputError, match=f"{name}: a git repository: .* --git HEAD$"):
        check([str(repository / name)])
    check([str(repository / "site"), str(repository / "tree")])


def test_of_a_folder_in_a_repository_only_that_is_read(repository):
    write(repository / "site", ["sub/old_post/2022-01-01-a.md", "sub/2022-01-02-b.md"])
    commit(repository / "site")
    files = found(repository / "site/sub", git="HEAD")
    assert files == {"2022-01-02-b.md": POST, "old_post/2022-01-01-a.md": POST}
    with pytest.raises(UnusableInputError, match="sub: it is not in HEAD~1"):
        check([str(repository / "site/sub")], "HEAD~1")


def object_file(site, name):
    at = git(site, "rev-parse", name)
    return site / ".git/objects" / at[:2] / at[2:], at


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_objects_that_a_repository_lacks_are_refused_one_by_one(repository, damage):
    site = repository / "site"
    write(site, ["sub/2022-01-02-b.md"], b"other")
    commit(site)
    for name in ("HEAD:_posts/007.md", "HEAD:_posts/008.md", "HEAD:sub"):
        path, _ = object_file(site, name)
        path.chmod(0o600)
        path.unlink() if damage == "missing" else path.write_bytes(b"x" * 9)
    files = list(find([str(site)], git="HEAD"))
    refused = {file.path.removeprefix(f"{site}/"): file for file in files if file.refusal}
    assert set(refused) == {"_posts/007.md", "_posts/008.md", "sub", "2022-01-01-link.md"}
    _, blob = object_file(site, "HEAD:_posts/007.md")
    said = {
        "missing": f"git has no object {blob}",
        "damaged": f"git cannot read object {blob}, which is damaged",
    }
    assert why_not(refused["_posts/007.md"]) == said[damage]
    assert not refused["sub"].is_whole
    assert sum(file.content is not None for file in files) == 298


def test_a_repository_that_lacks_its_whole_tree_says_so(repository):
    site = repository / "site"
    path, tree = object_file(site, "HEAD^{tree}")
    path.unlink()
    with pytest.raises(UnusableInputError, match=f"site: git has no object {tree}$"):
        check([str(site)], "HEAD")


@pytest.mark.parametrize("lacking", ["blob:none", "tree:0"])
def test_a_partial_clone_fetches_nothing_and_says_what_it_lacks(repository, lacking):
    site = repository / "site"
    git(site, "config", "uploadpack.allowFilter", "true")
    git(repository, "clone", "-q", "--bare", f"--filter={lacking}", f"file://{site}", "part.git")
    if lacking == "tree:0":
        with pytest.raises(UnusableInputError, match=r"part\.git: .*could not fetch") as error:
            check([str(repository / "part.git")], "main")
        assert "\n" not in str(error.value)
        return
    files = [f for f in find([str(repository / "part.git")], git="main") if not f.passed_over]
    assert len(files) == 301
    reasons = {why_not(file).rpartition(" ")[0] for file in files}
    assert reasons == {"git has no object", "a"}  # link


def test_a_submodule_is_passed_over_whatever_its_name(repository):
    site = repository / "site"
    _, head = object_file(site, "HEAD")
    git(site, "update-index", "--add", "--cacheinfo", f"160000,{head},_posts/x.md")
    git(site, "commit", "-q", "-m", "x")
    assert found(site, git="HEAD")["_posts/x.md"] == "a submodule"


def test_what_git_complains_of_is_one_line(repository, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(UnusableInputError, match="dubious ownership") as error:
        check([str(repository / "site")], "HEAD")
    assert "\n" not in str(error.value)
    assert "safe.directory" in str(error.value)


def test_a_repository_is_read_though_a_hook_of_another_runs_the_import(repository, monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert found(repository / "site", git="main")


def test_without_git_it_is_said_that_it_is_not_installed(repository, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UnusableInputError, match="git is not installed"):
        check([str(repository / "site")], "HEAD")
