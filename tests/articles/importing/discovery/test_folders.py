import os
import subprocess

import pytest

from articles.importing.discovery import content_of, find, regular_file
from tests.articles.importing.discovery.inputs import POST, found, passed_over, why_not, write


def test_folders_are_searched_below_in_a_stable_order_posts_first(tmp_path):
    write(tmp_path, ["Z/2022-01-01-2.md", "_posts/1.markdown", "_posts/x.HTML", "c.txt",
                     "Z/picture.jpg", ".git/3.md", "Z/.2.md.swp"])  # fmt: skip
    assert passed_over(tmp_path) == (
        [".git", "c.txt"],
        ["_posts/1.markdown", "_posts/x.HTML", "Z/2022-01-01-2.md"],
    )


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "dangling.md").symlink_to("nowhere")
    assert found(tmp_path) == {
        "dangling.md": "No such file or directory",
        "pipe.md": "not a regular file",
    }


def test_links_to_folders_are_not_followed(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    assert found(tmp_path) == {"loop": "a link to a folder"}


def test_links_are_followed_inside_the_folder_and_not_out_of_it(tmp_path):
    write(tmp_path, ["secret.md", "site/_posts/2022-01-01-a.md"])
    site = tmp_path / "site"
    (site / "_posts/2022-01-02-b.md").symlink_to("2022-01-01-a.md")
    (site / "2022-01-01-alias.md").symlink_to("_posts/2022-01-01-a.md")
    (site / "_posts/2022-01-03-out.md").symlink_to(tmp_path / "secret.md")
    (site / "_posts/2022-01-04-up.md").symlink_to("../../secret.md")
    (site / "_posts/2022-01-05-loop.md").symlink_to("2022-01-05-loop.md")
    files = {file.name: file for file in find([str(site)])}
    assert {name: why_not(file) for name, file in files.items()} == {
        "2022-01-01-a.md": "",
        "2022-01-01-alias.md": "a page of the site, not a post",
        "2022-01-02-b.md": "",
        "2022-01-03-out.md": "a link that leads out of the folder",
        "2022-01-04-up.md": "a link that leads out of the folder",
        "2022-01-05-loop.md": "Too many levels of symbolic links",
    }
    assert content_of(files["2022-01-02-b.md"]) == POST


def test_a_link_that_was_named_is_followed(tmp_path):
    write(tmp_path, ["elsewhere/x.md"])
    (tmp_path / "latest.md").symlink_to("elsewhere/x.md")
    (file,) = find([str(tmp_path / "latest.md")])
    assert content_of(file) == POST


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look everywhere")
def test_a_link_into_a_locked_folder_is_refused_and_the_rest_is_found(tmp_path):
    write(tmp_path, ["locked/2022-01-01-a.md", "2022-01-02-b.md"])
    (tmp_path / "2022-01-03-c.md").symlink_to("locked/2022-01-01-a.md")
    (tmp_path / "locked").chmod(0)
    try:
        files = found(tmp_path)
    finally:
        (tmp_path / "locked").chmod(0o700)
    assert files["2022-01-03-c.md"] == "Permission denied"
    assert files["locked"] == "cannot be listed: Permission denied"
    assert "2022-01-02-b.md" in files


@pytest.mark.parametrize("swapped", ["_posts/2022-01-01-a.md", "_posts"])
def test_what_becomes_a_link_after_it_was_found_is_not_followed(tmp_path, swapped):
    write(tmp_path, ["site/_posts/2022-01-01-a.md"])
    write(tmp_path, ["outside/2022-01-01-a.md"], b"secret")
    (file,) = find([str(tmp_path / "site")])
    (tmp_path / "site" / swapped).rename(tmp_path / "moved")
    target = "outside/2022-01-01-a.md" if swapped.endswith(".md") else "outside"
    (tmp_path / "site" / swapped).symlink_to(tmp_path / target)
    with pytest.raises(OSError, match="a link that leads out of the folder"):
        content_of(file)


def test_what_becomes_a_pipe_after_it_was_found_is_not_waited_for(tmp_path):
    write(tmp_path, ["2022-01-01-a.md"])
    (file,) = find([str(tmp_path)])
    (tmp_path / "2022-01-01-a.md").unlink()
    os.mkfifo(tmp_path / "2022-01-01-a.md")
    with pytest.raises(OSError, match="not a regular file"):
        content_of(file)


def test_a_file_that_one_folder_must_hold_is_not_read_through_a_link(tmp_path):
    write(tmp_path, ["secret.md", "site/a.md"])
    (tmp_path / "site/out.md").symlink_to(tmp_path / "secret.md")
    root = str(tmp_path / "site")
    assert content_of(regular_file(f"{root}/a.md", root=root)) == POST
    assert "leads out" in why_not(regular_file(f"{root}/out.md", root=root))


def test_folders_are_searched_however_deep_they_are(tmp_path):
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1500):  # deeper than Python calls itself
        os.mkdir("d", dir_fd=here)
        above, here = here, os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(above)
    os.close(here)
    write(tmp_path, ["e/2022-01-01-a.md"])
    try:
        assert "e/2022-01-01-a.md" in found(tmp_path)
    finally:
        subprocess.run(["rm", "-r", tmp_path / "d"], check=True)  # for which pytest calls itself


def test_archives_in_folders_are_passed_over_and_said(tmp_path):
    write(tmp_path, ["posts/backup.zip", "posts/x.tar.gz", "posts/old.rar", "posts/old.7z"])
    files = {file.name: (why_not(file), file.is_surprising) for file in find([str(tmp_path)])}
    named = ("an archive in a folder: name it to have it read", False)
    cannot = ("an archive that cannot be read: pack its files as .zip or .tar.gz", True)
    assert files == {"backup.zip": named, "x.tar.gz": named, "old.rar": cannot, "old.7z": cannot}


def test_the_first_part_of_a_split_archive_in_a_folder_stands_for_all(tmp_path):
    write(tmp_path, ["a.7z.001", "a.7z.002", "b.zip.001"])
    assert {file.name for file in find([str(tmp_path)]) if file.is_surprising} == {
        "a.7z.001",
        "b.zip.001",
    }


def test_htm_is_html(tmp_path):
    write(tmp_path, ["2022-01-01-a.htm", "2022-01-02-b.HTM"])
    assert [file.is_to_read for file in find([str(tmp_path)])] == [True, True]


def test_a_post_that_is_packed_alone_is_named_and_anything_else_is_not(tmp_path):
    write(tmp_path, ["posts/2022-01-01-a.md.gz", "posts/sitemap.xml.gz", "posts/x.css.gz"])
    assert [file.name for file in find([str(tmp_path)]) if file.is_surprising] == [
        "2022-01-01-a.md.gz"
    ]
