"""Sample posts → files in a folder."""

from pathlib import Path

from .posts import sample_posts
from .told import told_stories


def write_sample_posts(folder: Path, count: int, seed: int = 0) -> int:
    """Write `count` posts into a folder, which is made if it is not there. Return the number of
    files, since a post may have two. Raises `FileExistsError` if the folder holds anything."""
    make(folder)
    written = 0
    for file in sample_posts(count, seed):
        (folder / file.name).write_text(file.text, encoding="utf-8", newline="")
        written += 1
    return written


def write_told_stories(folder: Path, truth: Path, count: int, seed: int = 0) -> None:
    """Write `count` posts, one file each, into a folder, which is made if it is not there; and into
    `truth` the name of each file and the number of the story that it tells, separated by a tab.
    Raises `FileExistsError` if the folder holds anything."""
    make(folder)
    with truth.open("w", encoding="utf-8", newline="\n") as lines:
        for file, story, _ in told_stories(count, seed):
            (folder / file.name).write_text(file.text, encoding="utf-8", newline="")
            lines.write(f"{file.name}\t{story}\n")


def make(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
