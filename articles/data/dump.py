"""The whole archive as files, a month each, with a manifest; and later what changed since."""

import json
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Final

from ..models import ArchiveVersion, ChangePlace, FacetCount, Post
from .changes import LostError, changes_after
from .exports import as_csv, as_json_lines, cell
from .posts import FIELDS, Data, data_of, with_data

MANIFEST: Final = "manifest.json"
AT_ONCE: Final = 500  # posts
PYARROW: Final = "pyarrow"  # of 150 MB, so it is not required
FORMATS: Final = ("jsonl", "csv", "parquet")

OnFile = Callable[[str, int], None]


class DumpError(Exception):
    """The archive cannot be written there; the message says why."""


def dump(folder: Path, kind: str, on_file: OnFile, root: str = "") -> Data:
    """Write the posts that readers see into a folder, as files of a `kind`. Returns the manifest.

    Months that are there already are left alone, so a dump that was interrupted goes on. If the
    folder has a whole one, a file of what changed since is added, as JSON Lines. `on_file` is told
    the name of each file and how many posts or changes it has. Raises `DumpError`.
    """
    if kind == "parquet" and find_spec(PYARROW) is None:
        raise DumpError("Parquet needs pyarrow: pip install pyarrow")
    folder.mkdir(parents=True, exist_ok=True)
    manifest = begun(folder, kind)
    if manifest["is_whole"]:
        add_changes(folder, manifest, on_file, root)
        return manifest
    for month in FacetCount.objects.months():
        name = f"{month:%Y-%m}.{kind}"
        if name in manifest["files"]:
            continue
        last = month.replace(day=monthrange(month.year, month.month)[1])
        posts = with_data(Post.objects.published().published_between(month, last))
        in_order = posts.order_by("published_at", "id").iterator(chunk_size=AT_ONCE)
        rows = (data_of(post, FIELDS, root) for post in in_order)
        add(folder, manifest, name, rows, on_file)
    manifest["is_whole"] = True
    save(folder, manifest)
    return manifest


def begun(folder: Path, kind: str) -> Data:
    """The manifest of the folder, or that of a new dump. Its version is that of the beginning: what
    changes meanwhile is told by the changes since. Raises `DumpError`."""
    try:
        found: Data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        if any(folder.iterdir()):
            raise DumpError(f"{folder} has other files; name a new folder.") from None
        return {
            "format": kind,
            "fields": list(FIELDS),
            "version": str(ArchiveVersion.objects.number()),
            "is_whole": False,
            "files": {},
        }
    if found["format"] != kind:
        raise DumpError(f"{folder} has a dump as {found['format']}.")
    return found


def add_changes(folder: Path, manifest: Data, on_file: OnFile, root: str) -> None:
    """Add a file of what changed since the dump, or since the last such file, if anything did."""
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
            add(folder, manifest, f"changes-{since}.jsonl", changes(), on_file, lambda: str(last))
    except LostError:
        raise DumpError("A backup was restored since this dump. Name a new folder.") from None


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
    with draft.open("rb") as content:
        digest = sha256()
        while part := content.read(2**20):
            digest.update(part)
    draft.replace(folder / name)
    manifest["files"][name] = {"rows": count, "sha256": digest.hexdigest()}
    if version:
        manifest["version"] = version()
    save(folder, manifest)
    on_file(name, count)


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
    """Every field is text; of several terms a list."""
    pa: Any = import_module(PYARROW)
    parquet: Any = import_module(f"{PYARROW}.parquet")
    lists = {"categories", "tags", "securities"}
    schema = pa.schema(
        [(name, pa.list_(pa.string()) if name in lists else pa.string()) for name in FIELDS]
    )
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        remaining = iter(rows)
        while some := list(islice(remaining, AT_ONCE)):
            plain = [{name: in_column(value) for name, value in row.items()} for row in some]
            writer.write_table(pa.Table.from_pylist(plain, schema))
            count += len(some)
    return count


def in_column(value: Any) -> Any:
    if isinstance(value, list):
        return [cell(one) for one in value]
    return cell(value) if value is not None else None


def save(folder: Path, manifest: Data) -> None:
    draft = folder / f"{MANIFEST}.part"
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(folder / MANIFEST)
