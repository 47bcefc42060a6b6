import stat
import tarfile
import zipfile

import pytest

from articles.importing.discovery import find
from articles.importing.discovery.sites import Setting, UnusableSiteError, read_configuration
from tests.articles.importing.discovery.inputs import (
    OUTSIDE,
    PAGES,
    POST,
    SITE_POSTS,
    commit,
    found,
    passed_over,
    why_not,
    write,
)


@pytest.mark.parametrize("mark", ["_config.yml", "_config.toml", "_posts/2022-01-01-a.md"])
def test_a_site_is_read_as_jekyll_reads_it(site, mark):
    path, options = site([mark, *SITE_POSTS, *PAGES, *OUTSIDE])
    over, read = passed_over(path, **options)
    assert sorted(read) == sorted(SITE_POSTS)
    tops = {name.partition("/")[0] for name in OUTSIDE}
    assert sorted(over) == sorted([*PAGES, *tops])


def test_files_whose_names_jekyll_leaves_out_are_passed_over(site):
    names = ["_posts/_2022-01-01-x.md", "_posts/#2022-01-01-y.md", "_posts/~2022-01-01-z.md"]
    path, options = site([*names, "_posts/2022-01-01-a.md"])
    over, read = passed_over(path, **options)
    assert (sorted(over), read) == (sorted(names), ["_posts/2022-01-01-a.md"])


@pytest.mark.parametrize("folder", ["", "_posts/", "x/"])
def test_documents_that_editors_and_systems_set_aside_are_passed_over_and_said(site, folder):
    marked = [".2022-01-01-d.md", "2022-01-01-t.md~", "._2022-01-01-m.html", "#2022-01-01-e.txt#"]
    names = [f"{folder}{name}" for name in marked]
    others = [f"{folder}{name}" for name in (".gitignore", ".DS_Store", ".md", "logo.png~", ".x~")]
    path, options = site([*names, *others, "_posts/2022-01-01-a.md"])
    over, read = passed_over(path, **options)
    assert (sorted(over), read) == (sorted(names), ["_posts/2022-01-01-a.md"])


HUGO_POSTS = [
    "content/posts/2022-01-01-a.md",
    "content/posts/b.md",
    "content/posts/c/index.md",
    "content/_d/index.zh.md",
]
HUGO_PAGES = ["README.md", "content/_index.md", "content/posts/_index.zh.md"]
HUGO_OUTSIDE = [
    "archetypes/default.md",
    "themes/t/exampleSite/content/posts/ex.md",
    "themes/t/README.md",
    "public/posts/2022-01-01-x.md",
    "resources/x.md",
    "layouts/index.html",
    "static/2022-01-01-a.html",
]


@pytest.mark.parametrize("marks", [["hugo.toml"], ["config.yaml", "archetypes/x.md"], []])
def test_a_site_of_hugo_is_read_as_hugo_reads_it(site, marks):
    path, options = site([*marks, *HUGO_POSTS, *HUGO_PAGES, *HUGO_OUTSIDE])
    over, read = passed_over(path, **options)
    assert sorted(read) == sorted(HUGO_POSTS)
    tops = {name.partition("/")[0] for name in HUGO_OUTSIDE}
    assert sorted(over) == sorted([*HUGO_PAGES, *tops])


@pytest.mark.parametrize("names", [["config.toml"], ["themes/2022-01-03-t.md"], ["content/x.md"]])
def test_content_alone_makes_no_site(site, names):
    posts = ["content/2022-01-01-a.md", "other/2022-01-02-b.md"]
    path, options = site([*names, *posts])
    assert set(posts) <= set(passed_over(path, **options)[1])


def test_a_site_of_jekyll_may_have_a_folder_content(site):
    posts = ["content/_posts/2022-01-01-a.md", "x/2022-01-02-b.md"]
    path, options = site(["_config.yml", "hugo.toml", "content/themes/z.md", *posts])
    over, read = passed_over(path, **options)
    assert (over, sorted(read)) == (["content/themes/z.md"], posts)


def test_a_page_bundle_is_named_after_its_folder(site):
    names = ["x/index.md", "y/index.en.md", "2022-01-01-z/index.html"]
    path, options = site(names)
    files = find([str(path)], **options)
    assert sorted(file.name for file in files) == ["2022-01-01-z.html", "x.md", "y.en.md"]


POSTS = ["old/_posts/2022-07-09-o.md", "_posts/old/2022-07-09-p.md", "a/2022-07-09-q.md"]


def kept_back(config, names=POSTS, name="_config.yml"):
    """Of a site in x/ with that configuration, the files that it excludes, and those that it
    publishes only on their own word."""
    setting = Setting(is_site=True).configured(read_configuration("x/", name, config))
    excluded = [name for name in names if setting.excludes(f"x/{name}")]
    held = []
    for name in names:
        here = setting.below("_posts") if "_posts/" in name else setting
        if name not in excluded and here.judge(f"x/{name}").needs_publishing:
            held.append(name)
    return excluded, held


@pytest.mark.parametrize(
    ("config", "excluded"),
    [
        ("title: x\nexclude: [old] # gone\nurl: y\n", ["old/"]),
        ('exclude:\n- README.md\n- "old/"\n\n# more\n- /a/2022-07-09-q.md\n', ["old/", "a/"]),
        ("\ufeffexclude:\r\n  - '**/2022-*-p.md'\r\n", ["_posts/old/"]),
        ("exclude: ol, a\n", ["old/", "a/"]),
        ("exclude: [\n'_posts/old',\n  old\n]\n", ["old/", "_posts/old/"]),
        ("exclude:\nx: [a]\n", []),
        ("exclude: [~, ./]\n", []),
        ("exclude: ['/']\n", ["old/", "_posts/old/", "a/"]),
        ("gone: &g [old]\nexclude: *g\n", ["old/"]),
        (" title: x\n exclude:\n  - ./old\n", ["old/"]),
        ("{title: x, exclude: [old]}\n", ["old/"]),
        ("? exclude\n: [old]\n", ["old/"]),
        ("title: x\rexclude: [old]\rurl: y\r", ["old/"]),
        ("a: |\n exclude: [a]\nexclude: [old]\nb: 'x\n  exclude: [a]\n'\n", ["old/"]),
        ("exclude: ['{old,b}/*']\n", ["old/"]),
        (r"exclude: ['[^a-z]*/old/*', '\a/*']", ["_posts/old/", "a/"]),
        ("source: ./old/\nexclude: [a]\n", ["_posts/old/", "a/"]),
        ("source: _posts\nexclude: [old]\n", ["old/", "_posts/old/", "a/"]),
        ("source_dir: a\n", ["old/", "_posts/old/"]),
        ("source: .\nexclude: [a]\n", ["a/"]),
        ("collections_dir: _posts", ["old/"]),
        ("source: old\ncollections_dir: x/\n", ["old/", "_posts/old/", "a/"]),
        ("exclude: ['{old,b}']\n", ["old/"]),
        ("", []),
    ],
)  # fmt: skip
def test_what_the_configuration_of_a_site_excludes_is_passed_over(config, excluded):
    names = [name for name in POSTS if name.startswith(tuple(excluded))]
    assert kept_back(config.encode()) == (names, [])


@pytest.mark.parametrize("path", ["_posts", "c/_posts"])
def test_a_default_for_a_folder_of_collections_may_name_its_path_without_that(path):
    config = f"collections_dir: c\ndefaults: [{{scope: {{path: {path}}}, values: {{draft: true}}}}]"
    names = ["c/_posts/2022-07-09-o.md"]
    assert kept_back(config.encode(), names) == ([], names)


@pytest.mark.parametrize("source", ["_src", ".src", "vendor", "_a/.b"])
def test_a_source_may_have_any_name(site, source):
    post = f"{source}/_posts/2022-01-01-a.md"
    others = [f"{source}/_drafts/2022-01-02-b.md", "_other/_posts/2022-01-03-c.md"]
    path, options = site(["_config.yml", post, *others], f"source: {source}".encode())
    assert passed_over(path, **options)[1] == [post]


BUILT = ["docs/2022-01-02-b.html", "docs/_posts/2022-01-03-c.md", "docs/x/2022-01-04-d.html"]


@pytest.mark.parametrize("root", ["", "x/"])
@pytest.mark.parametrize(
    "config", ["destination: docs", "destination: ./x/../docs/", "source: ./\npublic_dir: docs"]
)
def test_what_a_site_was_built_into_is_passed_over(site, root, config):
    names = ["_config.yml", "_posts/2022-01-01-a.md", "docs2/2022-01-05-e.md", *BUILT]
    path, options = site([f"{root}{name}" for name in names], config.encode())
    over, read = passed_over(path, **options)
    assert over == [f"{root}docs"]
    assert sorted(read) == [f"{root}_posts/2022-01-01-a.md", f"{root}docs2/2022-01-05-e.md"]


def test_it_may_be_named_from_the_root_of_the_disk(tmp_path):
    write(tmp_path, ["_posts/2022-01-01-a.md", *BUILT])
    (tmp_path / "_config.yml").write_text(f"destination: {tmp_path}/docs")
    assert passed_over(tmp_path) == (["docs"], ["_posts/2022-01-01-a.md"])


@pytest.mark.parametrize(
    "config",
    [
        *("destination: .", "destination: ..", "destination: ./", "destination: [docs]"),
        *("destination: /docs", "destination: ~/docs", "destination: ../docs", "destination: ''"),
        *("destination: docs\nsource: docs", "destination: docs\nsource: docs/x"),
    ],
)
def test_a_site_that_is_built_elsewhere_or_around_its_source_is_read(config):
    setting = Setting(is_site=True).configured(
        read_configuration("x/", "_config.yml", config.encode())
    )
    assert [setting.passes_over(path) for path in ("x/docs", "x/docs/x", "docs")] == [None] * 3


def test_a_configuration_may_be_in_toml_or_utf_16():
    assert kept_back(b'exclude = [\n  "old",\n]\n', name="_config.toml")[0] == POSTS[:1]
    assert kept_back("title: x\nexclude: [old]\n".encode("utf-16"))[0] == POSTS[:1]


@pytest.mark.parametrize(
    ("defaults", "held"),
    [
        ("[{scope: {path: ''}, values: {published: false}}]", ["old/", "_posts/old/", "a/"]),
        ("[{values: {draft: true}}]", ["old/", "_posts/old/", "a/"]),
        ("{values: {published: }}", ["old/", "_posts/old/", "a/"]),
        ("[{scope: {path: '', type: posts}, values: {published: no}}]", ["old/", "_posts/old/"]),
        ("[{scope: {path: /_posts/o}, values: {published: false}}]", ["_posts/old/"]),
        ("[{scope: {path: '*/{old,b}'}, values: {published: false}}]", ["_posts/old/"]),
        ("[{scope: {path: _posts/old}, values: {published: true}},"
         " {scope: {path: _posts}, values: {published: false}}]", []),
        ("[{scope: {type: pages}, values: {published: false}}, {scope: {path: a}}]", ["a/"]),
        ("[x, {values: 3}, {scope: {path: a}, values: {layout: post}}]", []),
        ("[{scope: {path: a}, values: {“published”: false}}]", ["a/"]),
        ("[{scope: {path: a}, values: {ｄｒａｆｔ: true}}]", ["a/"]),
        ("[{scope: {path: a}, values: {рublished: no}}]", ["a/"]),
        ("[{values: {published: no}}, {scope: {path: a}, values: {“published”: true}}]",
         ["old/", "_posts/old/", "a/"]),
    ],
)  # fmt: skip
def test_what_its_defaults_hold_back_is_published_on_its_own_word_alone(defaults, held):
    names = [name for name in POSTS if name.startswith(tuple(held))]
    assert kept_back(f"defaults: {defaults}".encode()) == ([], names)


def test_what_else_its_defaults_say_of_posts_is_said_to_be_unread(site):
    values = "{categories: [财经], tags: x, permalink: /:title/, layout: post, author: y}"
    config = f"defaults: [{{scope: {{path: '', type: posts}}, values: {values}}}]"
    path, options = site(["_config.yml", "_posts/2022-01-01-a.md"], config.encode())
    files = list(find([str(path)], **options))
    [said] = [file for file in files if file.passed_over]
    assert said.path.endswith("/_config.yml")
    assert why_not(said).startswith("its defaults for categories, tags are not read")
    assert said.is_surprising
    assert len(files) == 2


@pytest.mark.parametrize(
    "default",
    [
        "{scope: {type: pages}, values: {categories: x}}",
        "{values: {layout: post, published: true}}",
        "{values: {tags: }}",
        "{values: [tags]}",
        "x",
    ],
)
def test_of_other_defaults_nothing_is_said(tmp_path, default):
    write(tmp_path, ["_config.yml", "_posts/2022-01-01-a.md"], f"defaults: [{default}]".encode())
    assert passed_over(tmp_path) == ([], ["_posts/2022-01-01-a.md"])


@pytest.mark.parametrize(
    ("config", "why"),
    [
        (b"title: x\nexclude: [old", "did not find expected ',' or ']'"),
        (b"exclude: " + b"[" * 100_000, "lists in lists, more than 20 deep"),
        (b"exclude: [*x, old]", "line 1: nothing is called x"),
        ("title: 财经\nexclude: [旧]\n".encode("gbk"), "line 1: not UTF-8"),
        (b"x" * (2**20 + 1), "too large: 1,048,577 bytes"),
        (b"exclude:" + b"\n- x" * 1001, "exclude: more than 1,000 patterns"),
        (b"exclude: ['" + b"{a,b}" * 30 + b"']", "exclude: more than 1,000 patterns"),
        (b"exclude: {a: b}", "exclude is neither a text nor a list of texts"),
        (b"exclude: |\n  old\n  a\n", "exclude: old a is not understood"),
        (b"exclude: ['!a']", "exclude: !a is not understood"),
        (b"exclude: [!ruby/regexp /a/]", "exclude: !ruby/regexp is not understood"),
        (b"exclude: !!binary b2xk", "exclude: !!binary is not understood"),
        (b"just text", "not a list of `key: value`"),
        (b"source: ../posts", "names a folder elsewhere: ../posts"),
        (b"collections_dir: /a", "names a folder elsewhere: /a"),
        (b"collections_dir: _my", "Jekyll reads no folder of such a name: _my"),
        (b"collections_dir: a/.b/", "Jekyll reads no folder of such a name: a/.b"),
        (b"source: [a]", "source is not a text"),
        (b"defaults: [{scope: {path: [a]}, values: {published: false}}]", "a scope is not under"),
    ],
)  # fmt: skip
def test_nothing_is_read_of_a_site_whose_configuration_is_not_understood(config, why):
    with pytest.raises(UnusableSiteError) as error:
        read_configuration("x/", "_config.yml", config)
    assert error.value.place == "x/_config.yml"
    assert why in str(error.value)


@pytest.mark.parametrize("config", [b"exclude: [y", b"source: z", b"source: y/z"])
def test_so_it_is_in_folders_archives_and_repositories(site, config):
    names = ["x/_config.yml", "x/_posts/2022-01-01-a.md", "x/y/2022-01-02-b.md", "2022-01-03-c.md"]
    path, options = site(names, config)
    there = [file for file in find([str(path)], **options) if not file.passed_over]
    files = {file.path.removeprefix(f"{path}/"): file for file in there}
    assert sorted(files) == ["2022-01-03-c.md", "x/_config.yml"]
    assert files["2022-01-03-c.md"].is_to_read
    refused = files["x/_config.yml"]
    assert "its site is not read" in why_not(refused)
    assert not refused.is_whole


def test_and_what_a_site_keeps_back_is_passed_over_there(site):
    config = b"source: s\nexclude: [old]\ndefaults: [{scope: {path: b}, values: {draft: true}}]"
    names = ["_config.yml", "s/old/2022-01-01-a.md", "s/b/2022-01-02-b.md", "2022-01-03-c.md"]
    path, options = site([*names, "s/2022-01-04-d.md"], config)
    over, read = passed_over(path, **options)
    assert sorted(over) == ["2022-01-03-c.md", "s/b/2022-01-02-b.md", "s/old"]
    assert read == ["s/2022-01-04-d.md"]


@pytest.mark.parametrize(
    ("front_matter", "is_read"),
    [
        ("---\ntitle: x\npublished: true\n---\n", True),
        ("---\r\nPublished: TRUE \r\n---\r\n", True),
        ("---\npublished: true\npublished: false\n---\n", False),
        ("---\ntitle: x\n---\npublished: true\n", False),
        ("---\npublished: true # not\n---\n", False),
        ("published: true\n", False),
    ],
)
def test_the_word_of_a_post_on_its_publishing(tmp_path, front_matter, is_read):
    write(tmp_path, ["_config.yml"], b"defaults: [{values: {published: false}}]")
    write(tmp_path, ["_posts/2022-01-01-a.md"], front_matter.encode())
    assert passed_over(tmp_path)[is_read] == ["_posts/2022-01-01-a.md"]


def test_a_configuration_may_be_a_link_inside_the_folder_and_nowhere_else(tmp_path):
    write(tmp_path, ["site/_config.prod.yml", "away.yml"], b"exclude: [old]")
    write(tmp_path / "site", POSTS)
    link = tmp_path / "site/_config.yml"
    link.symlink_to("_config.prod.yml")
    assert passed_over(tmp_path / "site")[0] == ["old"]
    for target in ("../away.yml", "nowhere.yml", "_posts"):
        link.unlink()
        link.symlink_to(target)
        assert passed_over(tmp_path / "site") == ([], ["_config.yml"])


@pytest.mark.parametrize("kind", ["git", "tar", "zip"])
def test_a_configuration_that_is_a_link_in_an_archive_or_a_revision_is_not_read(tmp_path, kind):
    root, options = tmp_path / "site", {}
    write(root, ["_config.prod.yml", "_posts/2022-01-01-a.md"], b"exclude: [old]")
    (root / "_config.yml").symlink_to("_config.prod.yml")
    path = tmp_path / f"x.{kind}"
    if kind == "git":
        commit(root)
        path, options = root, {"git": "HEAD"}
    elif kind == "tar":
        with tarfile.open(path, "w") as archive:
            archive.add(root, "")
    else:
        info = zipfile.ZipInfo("_config.yml")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(info, "_config.prod.yml")
            archive.writestr("_posts/2022-01-01-a.md", POST)
    [(name, why)] = found(path, **options).items()
    assert name == "_config.yml"
    assert "is not known: a link. " in why


def test_below_a_folder_that_is_no_site_may_lie_one(site):
    path, options = site(["plain.md", "x/_config.yml", "x/page.md", "x/_drafts/d.md", "_old/o.md"])
    assert passed_over(path, **options) == (
        ["x/page.md", "x/_drafts"],
        ["plain.md", "_old/o.md"],
    ) or (sorted(passed_over(path, **options)[1]) == ["_old/o.md", "plain.md"])


def test_what_is_not_named_as_a_post_among_posts_needs_a_date(site):
    names = ["名字 带空格.md", "2022-01-01-a.md", "202201040000000001.md", "22-01-05-b.md"]
    path, options = site([*names, "x/_posts/22-01-06-c.md"])
    files = {file.name: file.needs_date for file in find([str(path)], **options)}
    assert files == {
        "名字 带空格.md": True,
        "2022-01-01-a.md": False,
        "202201040000000001.md": False,
        "22-01-05-b.md": True,
        "22-01-06-c.md": False,
    }


@pytest.mark.parametrize("named", ["_posts", "_drafts", "_posts/deep"])
def test_a_folder_of_a_site_that_was_named_is_read(tmp_path, named):
    write(tmp_path, [f"{named}/b.md", "_config.yml"])
    assert passed_over(tmp_path / named) == ([], ["b.md"])


MARKUPS = ["2022-01-01-a.textile", "2022-01-02-b.org", "2022-01-03-c.rst", "2022-01-04-d.AsciiDoc"]
OTHERS = ["README.rst", "notes.org", ".2022-01-01-a.org", "2022-01-01-a.png"]


@pytest.mark.parametrize(
    ("names", "named"), [([*MARKUPS, *OTHERS], MARKUPS), (["_posts/a.adoc"], ["a.adoc"])]
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_posts_in_a_markup_that_is_not_read_are_named(tmp_path, names, named, is_packed):
    write(tmp_path, [f"in/{name}" for name in names])
    path = tmp_path / "in"
    if is_packed:
        path = tmp_path / "in.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(f"in/{name}", POST)
    files = list(find([str(path)]))
    assert sorted(file.name for file in files) == sorted(named)
    reason = "a post in a markup that is not read"
    assert {(why_not(file), file.is_surprising) for file in files} == {(reason, True)}
