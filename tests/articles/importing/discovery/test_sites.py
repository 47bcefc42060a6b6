import zipfile

import pytest

from articles.importing.discovery import find
from tests.articles.importing.discovery.inputs import (
    OUTSIDE,
    PAGES,
    POST,
    SITE_POSTS,
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


EXCLUDED_POSTS = ["old/_posts/2022-07-09-o.md", "_posts/old/2022-07-09-p.md", "a/2022-07-09-q.md"]


@pytest.mark.parametrize(
    ("config", "left_out"),
    [
        (b"title: x\nexclude: [old] # gone\nurl: y\n", ["old"]),
        (b'exclude:\n- README.md\n- "old/"\n\n# more\n- /a/2022-07-09-q.md\nurl: y\n',
         ["old", "a/2022-07-09-q.md"]),
        (b"\xef\xbb\xbfexclude:\r\n  - '**/2022-*-p.md'\r\n", ["_posts/old/2022-07-09-p.md"]),
        (b"exclude: ol, a\nx: [broken\n", ["old", "a"]),
        (b"exclude: [\n'_posts/old',\n  old\n]\n", ["_posts/old", "old"]),
        (b'exclude = [\n  "old",\n]\n', ["old"]),  # TOML
        (b"exclude: " + b"[" * 100_000, []),
        (b"exclude: [''", []),
        (b"gone: &g [old]\nexclude: *g\n", ["old"]),
        (b" title: x\n exclude:\n  - ./old\n", ["old"]),
        (b"{title: x, exclude: [old]}\n", ["old"]),
        (b"? exclude\n: [old]\n", ["old"]),
        (b"title: x\rexclude: [old]\rurl: y\r", ["old"]),
        ("title: x\nexclude: [old]\n".encode("utf-16"), ["old"]),
        (b"a: |\n exclude: [a]\nexclude: [old]\nb: 'x\nexclude: [a]\n'\n", ["old"]),
        (b"exclude: [*x, old", ["old"]),
    ],
)  # fmt: skip
def test_what_the_configuration_of_a_site_excludes_is_passed_over(site, config, left_out):
    path, options = site(["_config.yml", "z/2022-07-09-z.md", *EXCLUDED_POSTS], config)
    over, read = passed_over(path, **options)
    assert sorted(over) == sorted(left_out)
    left = [name for name in EXCLUDED_POSTS if not name.startswith(tuple(left_out))]
    assert sorted(read) == sorted([*left, "z/2022-07-09-z.md"])


def test_a_configuration_may_be_a_link_inside_the_folder(tmp_path):
    write(tmp_path, ["_config.prod.yml"], b"exclude: [old]")
    write(tmp_path, EXCLUDED_POSTS)
    (tmp_path / "_config.yml").symlink_to("_config.prod.yml")
    assert passed_over(tmp_path)[0] == ["old"]


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
