"""A revision of a git repository, bare or not → the files in it, by `git cat-file`."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import IO, cast

from ...messages import Message
from . import found as limits
from .folders import judged, known_path, setting_of
from .found import NOT_A_FILE, Found, UnusableInputError, too_large
from .names import Names
from .sites import CONFIGS, POSTS, Configuration, UnusableSiteError, read_configuration

# This many ids fit in a pipe. With more, both sides could wait for each other.
AT_ONCE = 256
BLOCK = 2**20

FOLDER, LINK, SUBMODULE = "40000", "120000", "160000"  # modes in a tree


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """What a tree says of a file or folder in it."""

    mode: str
    name: bytes
    id: str

    def place(self) -> tuple[bool, bytes]:
        """The key that sorts entries into the order in which they are read."""
        return self.name != POSTS.encode(), self.name


def has_no_files(folder: str) -> bool:
    """Whether a folder is a repository without files: a bare one, or the `.git` of another or of a
    worktree."""
    try:
        names = set(os.listdir(folder))
    except OSError:
        return False
    return {"HEAD", "objects", "refs"} <= names or {"HEAD", "commondir"} <= names


def run_git(repository: str, *arguments: str, complaint: str = "") -> str:
    """What git prints. Raises `UnusableInputError` with what it complains of, in one line, or
    with `complaint` if it does not say."""
    if shutil.which("git") is None:
        raise UnusableInputError(f"{repository}: git is not installed")
    command = git_command(repository, *arguments)
    done = subprocess.run(command, capture_output=True, check=False, env=git_environment())
    if done.returncode:
        reason = " ".join(done.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
        raise UnusableInputError(f"{known_path(repository)}: {reason or complaint}")
    return os.fsdecode(done.stdout)


def git_command(repository: str, *arguments: str) -> list[str]:
    # A partial clone would fetch what it lacks, one object at a time.
    return ["git", "-C", repository, "-c", "protocol.allow=never", *arguments]


def git_environment() -> dict[str, str]:
    """Our environment without what git tells a hook of its repository: an import may run in one."""
    of_a_hook = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
    return {name: value for name, value in os.environ.items() if name not in of_a_hook}


def tree_of(folder: str, revision: str) -> str:
    """The id of the tree of `folder`, a repository or a folder in one, in a revision. Raises
    `UnusableInputError`."""
    verify = ("rev-parse", "--verify", "--quiet", "--end-of-options")
    complaint = "no such revision"
    if ":" in revision:
        complaint = f"--git {revision} names no revision: name a folder of one as PATH"
    commit = run_git(folder, *verify, f"{revision}^{{commit}}", complaint=complaint)
    root = run_git(folder, "log", "-1", "--format=%T", commit.strip()).strip()
    run_git(folder, "cat-file", "-e", root, complaint=f"git has no object {root}")
    below = run_git(folder, "rev-parse", "--show-prefix").removesuffix("\n").removesuffix("/")
    there = f"{commit.strip()}:{below}"
    return run_git(folder, *verify, there, complaint=f"it is not in {revision}").strip()


def in_repository(folder: str, revision: str) -> Iterator[Found]:
    """The files of a revision in `folder`, which is a repository or a folder in one."""
    tree = tree_of(folder, revision)
    missing = missing_objects(folder, tree)
    known = known_path(folder)
    waiting = [(tree, known, setting_of(folder))]
    with Objects(folder, missing) as objects:
        while waiting:
            here, path, setting = waiting.pop()
            [raw] = objects.read([here])
            if isinstance(raw, Message):
                yield Found(path, refusal=raw, is_whole=False)
                continue
            inside = sorted(entries(raw, len(here) // 2), key=TreeEntry.place)
            names = Names(entry.name for entry in inside)
            setting = setting.with_names({names.text(entry.name) for entry in inside})
            try:
                setting = setting.configured(*configurations_in(objects, path, inside))
                folders = {names.text(entry.name) for entry in inside if entry.mode == FOLDER}
                setting.check_sources(f"{path}/", folders)
            except UnusableSiteError as error:
                yield Found(error.place, refusal=error.reason, is_whole=False)
                continue
            files, below = [], []
            for entry in inside:
                name = names.text(entry.name)
                if entry.mode == FOLDER:
                    if reason := setting.passes_over(f"{path}/{name}"):
                        yield Found(f"{path}/{name}", passed_over=reason)
                    else:
                        below.append((entry.id, f"{path}/{name}", setting.below(name)))
                elif entry.mode == SUBMODULE:
                    yield Found(f"{path}/{name}", passed_over=Message("submodule"))
                elif verdict := judged(f"{path}/{name}", setting, is_link_to_folder=False):
                    found = Found(f"{path}/{name}", **verdict._asdict())
                    if entry.mode == LINK and not found.passed_over:
                        found = replace(found, refusal=Message("link"))
                    if found.is_to_read:
                        files.append((found, entry.id))
                    else:
                        yield found
            yield from objects.read_files(files)
            waiting += reversed(below)


def configurations_in(
    objects: "Objects", path: str, inside: Iterable[TreeEntry]
) -> Iterator[Configuration]:
    """The configuration in a folder, if there is one. Raises `UnusableSiteError`."""
    for entry in inside:
        name = entry.name.decode(errors="replace")
        if name in CONFIGS:
            content: bytes | Message = Message("link") if entry.mode == LINK else NOT_A_FILE
            if entry.mode not in (FOLDER, LINK, SUBMODULE):
                [content] = objects.read([entry.id])
            yield read_configuration(f"{path}/", name, content)


def entries(tree: bytes, width: int) -> Iterator[TreeEntry]:
    """The entries of a tree whose ids have `width` bytes (git-scm.com/docs/git-mktree)."""
    start = 0
    while start < len(tree):
        space = tree.index(b" ", start)
        end = tree.index(b"\0", space)
        start_of_id, next_start = end + 1, end + 1 + width
        yield TreeEntry(
            tree[start:space].decode(), tree[space + 1 : end], tree[start_of_id:next_start].hex()
        )
        start = next_start


def missing_objects(folder: str, tree: str) -> frozenset[str]:
    """The ids of the objects of a tree that a repository lacks, as far as git can tell. A partial
    clone would try to fetch these if it were asked for them."""
    command = git_command(folder, "rev-list", "--objects", "--missing=print", "--no-walk", tree)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=git_environment()
    ) as listing:
        lines = cast(IO[bytes], listing.stdout)
        return frozenset(line[1:].strip().decode() for line in lines if line.startswith(b"?"))


class Objects:
    """Reads objects of a repository through a process of git. A damaged object ends that process;
    then another one goes on."""

    def __init__(self, folder: str, missing: frozenset[str]) -> None:
        self.folder = folder
        self.missing = missing

    def __enter__(self) -> "Objects":
        self.process = self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()

    def start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            git_command(self.folder, "cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=git_environment(),
        )

    def read_files(self, files: Sequence[tuple[Found, str]]) -> Iterator[Found]:
        contents = self.read([blob for _, blob in files])
        for (found, _), content in zip(files, contents, strict=True):
            if isinstance(content, Message):
                yield replace(found, refusal=content)
            else:
                yield replace(found, size=len(content), content=content)

    def read(self, ids: Sequence[str]) -> Iterator[bytes | Message]:
        """The content of each object, or why there is none."""
        for start in range(0, len(ids), AT_ONCE):
            waiting = ids[start : start + AT_ONCE]
            while waiting:
                self.ask(waiting)
                answered = 0
                for each in waiting:
                    answered += 1
                    content = self.answer(each)
                    if content is None:
                        self.stop()
                        self.process = self.start()
                        yield Message("unreadable-object", object=each)
                        break
                    yield content
                waiting = waiting[answered:]

    def ask(self, ids: Sequence[str]) -> None:
        questions = cast(IO[bytes], self.process.stdin)
        with suppress(BrokenPipeError):  # git has ended, and gives no answer
            questions.write(b"".join(b"%s\n" % i.encode() for i in ids if i not in self.missing))
            questions.flush()

    def has(self, asked: str) -> bool:
        """Whether the repository has an object, be it damaged."""
        command = git_command(self.folder, "cat-file", "-e", asked)
        done = subprocess.run(command, capture_output=True, check=False, env=git_environment())
        return done.returncode == 0

    def answer(self, asked: str) -> bytes | Message | None:
        """The content of the object, or why there is none; None if the object ended git."""
        if asked in self.missing:
            return Message("no-object", object=asked)
        answers = cast(IO[bytes], self.process.stdout)
        match answers.readline().split():
            case [_, kind, length]:
                size = int(length)
            case []:
                return None
            case _:  # git calls a damaged object missing
                key = "unreadable-object" if self.has(asked) else "no-object"
                return Message(key, object=asked)
        if kind == b"blob" and size > limits.LARGEST:
            for block in range(size + 1, 0, -BLOCK):
                answers.read(min(block, BLOCK))
            return too_large(size)
        content = answers.read(size)
        return content if answers.read(1) else None
