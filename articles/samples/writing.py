"""Sample posts → files in a folder."""

from pathlib import Path

from .posts import sample_posts


def write_sample_posts(folder: Path, count: int, seed: int = 0) -> int:
    """Write `count` posts into a folder, which is made if it is not there. Return the number of
    files, since a post may have two. Raises `FileExistsError` if the folder holds anything."""
    if folder.is_dir() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for file in sample_posts(count, seed):
        (folder / file.name).write_text(file.text, encoding="utf-8", newline="")
        written += 1
    return written
