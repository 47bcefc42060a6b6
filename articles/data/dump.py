"""The whole archive as files, a month each, with a manifest; and later what changed since."""

import datetime as dt
import fcntl
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from hashlib import file_digest
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from ..days import last_of_month
from ..models import ArchiveVersion, ChangePlace, FacetCount, Post
from .changes import LostError, changes_after
from .exports import as_csv, as_json_lines
from .posts import FIELDS, Data, data_of, with_data

MANIFEST: Final = "manifest.json"
AT_ONCE: Final = 500  # posts
PYARROW: Final = "pyarrow"  # of 150 MB, so it is not required
FORMATS: Final = ("jsonl", "csv", "parquet")
TIMES: Final = ("published_at", "updated_at")  # fields

CHANGES: Final = "changes-"  # begins the name of a file of what changed since a version

OnFile = Callable[[str, int], None]
#: What a manifest has.
PARTS: Final = {"format", "fields", "version", "is_whole", "files"}

OnDamaged = Callable[[str], None]


class DumpError(Exception):
    """The archive cannot be written there; the message says why."""


def dump(
    folder: Path, kind: str, on_file: OnFile, root: str = "", on_damaged: OnDamaged | None = None
) -> Data:
    """Write the posts that readers see into a folder, as files of a `kind`. Returns the manifest.

    Months that are there already are left alone, so a dump that was interrupted goes on. Those that
    are missing, or are not as the manifest says, are written again, after `on_damaged` was told
    their names. At the end, a file of what changed since the beginning, or since the last such
    file, is added as JSON Lines: whoever takes the files in the order of the manifest has the
    archive. `on_file` is told the name of each file and how many posts or changes it has. Raises
    `DumpError`.
    """
    if kind == "parquet" and find_spec(PYARROW) is None:
        raise DumpError("Parquet needs pyarrow: pip install pyarrow")
    folder.mkdir(parents=True, exist_ok=True)
    with alone_in(folder):
        return write(folder, kind, on_file, root, on_damaged)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep others from writing a dump into the folder. Raises `DumpError` if one does."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DumpError(f"Another dump is being written into {folder}.") from None
        yield
    finally:
        os.close(descriptor)


def write(
    folder: Path, kind: str, on_file: OnFile, root: str, on_damaged: OnDamaged | None
) -> Data:
    """What `dump` says, once the folder is this dump's alone."""
    manifest = begun(folder, kind)
    wanted = (
        []
        if manifest["is_whole"]
        else [f"{month:%Y-%m}.{kind}" for month in FacetCount.objects.months()]
    )
    lost = damaged(folder, manifest)
    for name in lost:
        if on_damaged:
            on_damaged(name)
    if lost:
        forget(folder, manifest, lost)
    for name in dict.fromkeys([*(name for name in lost if not is_of_changes(name)), *wanted]):
        if name not in manifest["files"]:
            add(folder, manifest, name, posts_of(name, root), on_file)
    manifest["is_whole"] = True
    save(folder, manifest)
    add_changes(folder, manifest, on_file, root)
    return manifest


def posts_of(name: str, root: str) -> Iterator[Data]:
    """The posts of the month that a file is named after."""
    month = dt.date.fromisoformat(f"{name[:7]}-01")
    posts = with_data(Post.objects.published().published_between(month, last_of_month(month)))
    in_order = posts.order_by("published_at", "id").iterator(chunk_size=AT_ONCE)
    return (data_of(post, FIELDS, root) for post in in_order)


def is_of_changes(name: str) -> bool:
    return name.startswith(CHANGES)


def damaged(folder: Path, manifest: Data) -> list[str]:
    """The files that are missing, or are not as the manifest says."""
    return [
        name
        for name, noted in manifest["files"].items()
        if not (folder / name).is_file() or digest_of(folder / name) != noted["sha256"]
    ]


def forget(folder: Path, manifest: Data, lost: Collection[str]) -> None:
    """Take lost files out of the manifest. After a lost file of changes all later ones go, too,
    since the one that takes its place will have their changes."""
    files: Data = manifest["files"]
    of_changes = [name for name in files if is_of_changes(name)]
    first = next((number for number, name in enumerate(of_changes) if name in lost), None)
    if first is not None:
        manifest["version"] = of_changes[first].removeprefix(CHANGES).removesuffix(".jsonl")
        for name in of_changes[first:]:
            (folder / name).unlink(missing_ok=True)
            del files[name]
    for name in lost:
        files.pop(name, None)
    save(folder, manifest)


def begun(folder: Path, kind: str) -> Data:
    """The manifest of the folder, or that of a new dump. Its version is that of the beginning: what
    changes meanwhile is told by the changes since. Raises `DumpError`."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        if {path.name for path in folder.iterdir()} - {f"{MANIFEST}.part"}:
            raise DumpError(f"{folder} has other files; name a new folder.") from None
        new = {
            "format": kind,
            "fields": list(FIELDS),
            "version": str(ArchiveVersion.objects.number()),
            "is_whole": False,
            "files": {},
        }
        save(folder, new)  # before the first month, which may be interrupted too
        return new
    except ValueError:
        found = None
    if not (isinstance(found, dict) and found.keys() >= PARTS):
        raise DumpError(f"{folder / MANIFEST} is damaged. Name a new folder.")
    if found["format"] != kind:
        raise DumpError(f"{folder} has a dump as {found['format']}.")
    return found


def add_changes(folder: Path, manifest: Data, on_file: OnFile, root: str) -> None:
    """Add a file of what changed since the dump was begun, or since the last such file, if anything
    did."""
    since = ChangePlace.parse(manifest["version"])
    if since is None:
        raise DumpError(f"{folder / MANIFEST} has no version.")
    last = since

    def changes() -> Iterator[Data]:
        nonlocal last
        has_more = True
        while has_more:
            found, last, has_more = changes_after(last, AT_ONCE, FIELDS, root)
            yield from found

    try:
        if changes_after(since, 1, ["slug"]).found:
            add(folder, manifest, f"{CHANGES}{since}.jsonl", changes(), on_file, lambda: str(last))
    except LostError:
        raise DumpError(
            "A backup was restored since this dump, or it is of another archive. Name a new folder."
        ) from None


def add(
    folder: Path,
    manifest: Data,
    name: str,
    rows: Iterable[Data],
    on_file: OnFile,
    version: Callable[[], str] | None = None,
) -> None:
    """Write a file, which is there as a whole or not at all, and note it in the manifest."""
    kind = name.rpartition(".")[2]
    draft = folder / f"{name}.part"
    count = write_parquet(draft, rows) if kind == "parquet" else write_text(draft, kind, rows)
    digest = digest_of(draft)
    draft.replace(folder / name)
    manifest["files"][name] = {"rows": count, "sha256": digest}
    if version:
        manifest["version"] = version()
    save(folder, manifest)
    on_file(name, count)


def digest_of(path: Path) -> str:
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def write_text(path: Path, kind: str, rows: Iterable[Data]) -> int:
    count = 0

    def counted() -> Iterator[Data]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    lines = as_csv(counted(), FIELDS) if kind == "csv" else as_json_lines(counted(), FIELDS)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
    return count


def write_parquet(path: Path, rows: Iterable[Data]) -> int:
    """Times are timestamps, terms are structs, and all else is text."""
    pa: Any = import_module(PYARROW)
    parquet: Any = import_module(f"{PYARROW}.parquet")
    text, time = pa.string(), pa.timestamp("us", settings.TIME_ZONE)
    term = pa.struct([("slug", text), ("name", text)])
    security = pa.struct([("symbol", text), ("name", text), ("kind", text)])
    others = {
        **dict.fromkeys(TIMES, time),
        "source": term,
        "categories": pa.list_(term),
        "tags": pa.list_(term),
        "securities": pa.list_(security),
    }
    schema = pa.schema([(name, others.get(name, text)) for name in FIELDS])
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        remaining = iter(rows)
        while some := list(islice(remaining, AT_ONCE)):
            timed = [
                row | {name: dt.datetime.fromisoformat(row[name]) for name in TIMES} for row in some
            ]
            writer.write_table(pa.Table.from_pylist(timed, schema))
            count += len(some)
    return count


def save(folder: Path, manifest: Data) -> None:
    draft = folder / f"{MANIFEST}.part"
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(folder / MANIFEST)
