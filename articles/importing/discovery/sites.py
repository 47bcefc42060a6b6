"""Which files in a tree are posts. The tree may be a Jekyll site (jekyllrb.com/docs), or one of
Hugo (gohugo.io/getting-started/directory-structure)."""

import codecs
import re
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from posixpath import normpath
from typing import NamedTuple

from ...messages import Message, reason_of
from ..values import SHOWING, UnreadableError, Value, compose, compose_toml, letters_of
from .found import is_set_aside, too_large

POSTS = "_posts"
CONFIGS = ("_config.yml", "_config.yaml", "_config.toml")  # as Jekyll looks for them
LARGEST_CONFIG = 2**20  # bytes
MOST_PATTERNS = 1000  # that a configuration excludes
HEAD_BYTES = 2**16  # of a file, in which its front matter says `published: true`

#: A folder that holds one of these is the root of a site.
SITE_MARKS = frozenset((*CONFIGS, *"_posts _drafts _site _layouts _includes".split()))
#: A folder that holds `content` and one of the first, or two of the second, is the root of a site
#: of Hugo, all of whose posts are in `content`.
CONTENT = "content"
HUGO_MARKS = frozenset("hugo.toml hugo.yaml hugo.yml hugo.json".split())
HUGO_PARTS = frozenset(
    "config.toml config.yaml config.yml config.json archetypes themes layouts".split()
)
#: What tells by its name that there may be a site.
MARKS = SITE_MARKS | {CONTENT} | HUGO_MARKS | HUGO_PARTS
#: Jekyll leaves out these besides what its option `exclude` names, and what begins with one of
#: `PREFIXES` or ends in ~.
EXCLUDED = frozenset({"node_modules", "vendor"})
#: What posts have that the defaults of a site may state.
OF_POSTS = frozenset("category categories tag tags".split())
PREFIXES = ("_", "#", "~")

#: Markup in which Jekyll's plugins and Hugo have posts too.
MARKUPS = (".textile", ".org", ".rst", ".adoc", ".asciidoc")

# Jekyll's own rule: a post is named YEAR-MONTH-DAY-title.MARKUP (jekyllrb.com/docs/posts);
# the writing script sometimes lost the date but kept the 18 digits.
POST_NAME = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}(?:-|\.|$)|(?<!\d)\d{18}(?!\d)")
#: Jekyll's rule takes years of two digits too. Outside of `_posts` such a name says nothing.
SHORT_POST_NAME = re.compile(r"\d{2}-\d{1,2}-\d{1,2}-")
BRACES = re.compile(r"\{([^{},]*,[^{}]*)\}")
WILD = re.compile(r"[*?\[]")
ESCAPED = re.compile(r"\\(.)")
PUBLISHED = re.compile(rb"^published[ \t]*:(.*)", re.MULTILINE | re.IGNORECASE)
DAY_ALONE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}\.")  # a file's name that is a day, and no more


class Verdict(NamedTuple):
    """What a file's name alone says of it. The fields are those of `Found`."""

    passed_over: Message | None = None
    is_surprising: bool = False
    needs_date: bool = False
    needs_publishing: bool = False


A_POST = Verdict()
PERHAPS_A_POST = Verdict(needs_date=True)
LEFT_OUT = Verdict(Message("left-out-by-jekyll"))
A_PAGE = Verdict(Message("site-page"))
ANOTHER_MARKUP = Verdict(Message("other-markup"), is_surprising=True)


class UnusableSiteError(Exception):
    """A site of which nothing may be read. `place`: the path of its configuration."""

    def __init__(self, place: str, reason: Message) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason


class Default(NamedTuple):
    """Whether a site publishes, unless they say so themselves, the posts or pages (`kind`, "" for
    both) whose paths below its source begin as one of `patterns` does."""

    patterns: tuple[str, ...]
    kind: str
    hides: bool

    def applies(self, path: str, kind: str) -> bool:
        return self.kind in ("", kind) and any(
            fnmatchcase(path, f"{pattern}*") if "*" in pattern else path.startswith(pattern)
            for pattern in self.patterns
        )


class Configuration(NamedTuple):
    """What a site does not publish. `root`, its folder, and `source`, the folder below in which its
    posts are, end in a slash unless they are empty. Paths that it excludes are below its source, as
    is `collections`, outside of which no `_posts` are read. `destination` is the folder below
    `root` into which the site is built, "" if that is another. `name` is that of its file, and
    `unread` names what else its defaults state of posts."""

    root: str
    name: str
    source: str = ""
    collections: str = ""
    destination: str = ""
    beginnings: tuple[str, ...] = ()
    globs: tuple[str, ...] = ()
    defaults: tuple[Default, ...] = ()
    unread: tuple[str, ...] = ()

    def excludes(self, path: str) -> bool:
        """As Jekyll has it: `old` is also the beginning of `older/x.md`, and * matches slashes."""
        below = path.removeprefix(self.root)
        if not (f"{below}/".startswith(self.source) or self.source.startswith(f"{below}/")):
            return True
        below = below.removeprefix(self.source)
        if POSTS in below.split("/") and not below.startswith(self.collections):
            return True
        return (
            below.startswith(self.beginnings)
            or f"{below}/" in self.beginnings
            or any(fnmatchcase(below, glob) for glob in self.globs)
        )

    def is_destination(self, path: str) -> bool:
        return bool(self.destination) and path == f"{self.root}{self.destination}"

    def is_above_posts(self, path: str) -> bool:
        """Whether a folder is the source or on the way to it, whatever its name."""
        return f"{self.root}{self.source}".startswith(f"{path}/") and path.startswith(self.root)

    def without_source(self) -> UnusableSiteError:
        """What to raise if the site does not have its source."""
        why = Message("source-missing", source=self.source)
        return UnusableSiteError(f"{self.root}{self.name}", Message("site-not-read", why=why))

    def holds_back(self, path: str, kind: str) -> bool:
        """Whether the defaults say so, be their paths below the source or, as Jekyll has it, below
        the folder of collections."""
        below = path.removeprefix(self.root).removeprefix(self.source)
        readings = {below, below.removeprefix(self.collections)}
        return any(self.default_hides(reading, kind) for reading in readings)

    def default_hides(self, path: str, kind: str) -> bool:
        """What the defaults say of a path: of those that apply the one with the longest path, and
        of these the last, a kind before none."""
        found = [
            (len(default.patterns[0]), bool(default.kind), n, default.hides)
            for n, default in enumerate(self.defaults)
            if default.applies(path, kind)
        ]
        return bool(found) and max(found)[-1]


@dataclass(frozen=True, slots=True)
class Setting:
    """What the folders above a file say of it."""

    is_site: bool = False
    is_hugo: bool = False  # the root of a site of Hugo, and no folder below it
    is_posts: bool = False
    configurations: tuple[Configuration, ...] = ()

    def with_names(self, names: Collection[str]) -> "Setting":
        """The setting of a folder that holds files and folders of these names."""
        if self.is_site:
            return self
        if not SITE_MARKS.isdisjoint(names):
            return replace(self, is_site=True)
        return replace(self, is_hugo=is_hugo(names))

    def below(self, folder: str) -> "Setting":
        return replace(self, is_hugo=False, is_posts=self.is_posts or folder == POSTS)

    def configured(self, *configurations: Configuration) -> "Setting":
        return replace(self, configurations=(*self.configurations, *configurations))

    def check_sources(self, folder: str, folders: Container[str]) -> None:
        """Look whether the way to a source that leads into a folder goes on in one of the `folders`
        there. The path of the folder ends in a slash. Raises `UnusableSiteError`."""
        for each in self.configurations:
            here = folder.removeprefix(each.root)
            following = each.source.removeprefix(here).partition("/")[0]
            if each.source.startswith(here) and following and following not in folders:
                raise each.without_source()

    def excludes(self, path: str) -> bool:
        return any(each.excludes(path) for each in self.configurations)

    def holds_back(self, path: str) -> bool:
        kind = "post" if self.is_posts else "page"
        return any(each.holds_back(path, kind) for each in self.configurations)

    def passes_over(self, path: str) -> Message | None:
        """Why nothing in the folder of that path is read; None if it is."""
        if any(each.is_destination(path) for each in self.configurations):
            return Message("site-folder")
        if self.excludes(path):
            return LEFT_OUT.passed_over
        if any(each.is_above_posts(path) for each in self.configurations):
            return None
        folder = path.rpartition("/")[2]
        if folder.startswith("."):
            return Message("hidden-folder")
        if folder == "__MACOSX":
            return Message("mac-folder")
        if self.is_hugo:
            return None if folder == CONTENT else Message("site-folder")
        if folder == POSTS or not self.is_site:
            return None
        is_special = folder.startswith(PREFIXES) or folder in EXCLUDED
        return Message("site-folder") if is_special else None

    def judge(self, path: str) -> Verdict:
        name = path.rpartition("/")[2]
        if self.excludes(path):
            return LEFT_OUT
        if (self.is_site or self.is_posts) and (name.startswith(PREFIXES) or name.endswith("~")):
            return LEFT_OUT
        if self.is_hugo or name.startswith("_index."):  # Hugo's page of a list
            return A_PAGE
        if is_named_as_post(name) or (self.is_posts and SHORT_POST_NAME.match(name)):
            verdict = A_POST
        else:
            verdict = A_PAGE if self.is_site and not self.is_posts else PERHAPS_A_POST
        if verdict.passed_over or not self.holds_back(path):
            return verdict
        return verdict._replace(needs_publishing=True)

    def judge_other(self, name: str) -> Verdict | None:
        """The verdict on a file that is not a document; None if there is nothing to say."""
        if is_set_aside(name):
            return LEFT_OUT
        for each in reversed(self.configurations):
            if each.name == name:  # the one in this folder, since those above come before it
                names = ", ".join(each.unread)
                reason = Message("defaults-unread", names=names)
                return Verdict(reason, is_surprising=True) if names else None
        is_post = name.lower().endswith(MARKUPS) and (self.is_posts or is_named_as_post(name))
        return ANOTHER_MARKUP if is_post and not name.startswith(".") else None


def is_hugo(names: Collection[str]) -> bool:
    marks, parts = HUGO_MARKS.intersection(names), HUGO_PARTS.intersection(names)
    return CONTENT in names and (len(marks) > 0 or len(parts) > 1)


def is_named_as_post(name: str) -> bool:
    return bool(POST_NAME.search(name) or DAY_ALONE.match(name))


def read_configuration(root: str, name: str, content: bytes | Message) -> Configuration:
    """The configuration of the site in the folder `root`, which ends in a slash unless it is empty.
    `content` may also say why it cannot be read.

    Raises `UnusableSiteError` for one that is not understood from beginning to end: what the site
    keeps back is not known then.
    """
    try:
        if isinstance(content, Message):
            raise UnreadableError(content)
        stated = values_in(name, content)
        beginnings, globs = patterns_in(stated.get("exclude"))
        # The latter of each is Hexo's.
        source_key = "source" if stated.get("source") else "source_dir"
        source = folder_in(source_key, stated.get(source_key))
        destination = stated.get("destination") or stated.get("public_dir")
        return Configuration(
            root,
            name,
            source,
            collections_in(stated.get("collections_dir")),
            destination_in(destination, root, source),
            beginnings,
            globs,
            tuple(defaults_in(stated.get("defaults"))),
            unread_in(stated.get("defaults")),
        )
    except UnreadableError as error:
        why = error.problem
        if error.line:
            why = Message("on-line", line=error.line, why=why)
        raise UnusableSiteError(f"{root}{name}", Message("site-not-read", why=why)) from error


def values_in(name: str, content: bytes) -> dict[str, Value]:
    """What a configuration states. Raises `UnreadableError`, whose line here counts from 1."""
    if len(content) > LARGEST_CONFIG:
        raise UnreadableError(too_large(len(content), LARGEST_CONFIG))
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(Message("not-utf-8"), line) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for tag in ("!ruby/regexp", "!!binary"):
        if tag in text:
            raise UnreadableError(Message("pattern-not-understood", pattern=tag))
    try:
        value = compose_toml(text) if name.endswith(".toml") else compose(text, {})
    except UnreadableError as error:
        raise UnreadableError(error.problem, error.line + 1) from error
    except (OverflowError, RecursionError) as error:
        why = reason_of(error) if isinstance(error, OverflowError) else Message("too-deep")
        raise UnreadableError(why) from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnreadableError(Message("not-a-map"))
    return value


def folder_in(key: str, value: Value) -> str:
    """The folder of a site that an option names, with a slash at its end; "" for its root."""
    if not value:
        return ""
    if not isinstance(value, str):
        raise UnreadableError(Message("not-a-text", key=key))
    path = value.strip()
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith(("/", "~")) or ".." in parts or "\\" in path:
        raise UnreadableError(Message("source-elsewhere", source=path))
    return "".join(f"{part}/" for part in parts)


def destination_in(value: Value, root: str, source: str) -> str:
    """The folder below that of a site into which it is built; "" if it is elsewhere, or holds the
    source, which Jekyll reads all the same."""
    if not isinstance(value, str):
        return ""
    path = value.strip()
    below = normpath(path.removeprefix(root) if path.startswith("/") else path)
    is_elsewhere = below.startswith(("/", "~", "../")) or below in (".", "..")
    return "" if is_elsewhere or source.startswith(f"{below}/") else below


def collections_in(value: Value) -> str:
    """The folder of collections that a site names, as `folder_in` has it. Jekyll reads none with an
    underscore, though the site means it to be read."""
    folder = folder_in("collections_dir", value)
    if any(part.startswith((*PREFIXES, ".")) and part != POSTS for part in folder.split("/")):
        raise UnreadableError(Message("collections-unread", folder=folder.rstrip("/")))
    return folder


def patterns_in(value: Value) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The beginnings of paths that the option `exclude` names, a list or a text with commas, and
    the patterns there. Jekyll takes each as both."""
    texts: list[str] = []
    waiting: list[Value] = [value]
    if isinstance(value, str):
        named = [" ".join(text.split()) for text in value.split(",")]
        if spaced := next((text for text in named if " " in text), ""):
            # Lines or spaces may have been meant to separate.
            raise UnreadableError(Message("pattern-not-understood", pattern=spaced))
        waiting = [text or None for text in named]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            raise UnreadableError(Message("neither-text-nor-texts", key="exclude"))
        if isinstance(each, list):
            waiting += each
        elif each is not None and each.strip() not in (".", "./"):
            texts.append(each.strip().removeprefix("./").lstrip("/"))
    if negated := next((text for text in texts if text.startswith("!")), ""):  # Node's
        raise UnreadableError(Message("pattern-not-understood", pattern=negated))
    spelled = [pattern for text in texts for pattern in spelled_out(text)]
    if len(spelled) > MOST_PATTERNS:
        raise UnreadableError(Message("more-patterns-than", count=f"{MOST_PATTERNS:,}"))
    return (*texts, *spelled), tuple(pattern for pattern in spelled if WILD.search(pattern))


def spelled_out(pattern: str) -> list[str]:
    """The patterns, as Python has them, that stand for one of Ruby or of Node: `{a,b}` is spelled
    out, `[^a]` is `[!a]`, and what follows a backslash is that character."""
    done = [pattern]
    waiting = [pattern]
    while waiting and len(done) <= MOST_PATTERNS:
        here = waiting.pop()
        if found := BRACES.search(here):
            before, after = here[: found.start()], here[found.end() :]
            waiting += [f"{before}{part}{after}" for part in found[1].split(",")]
        else:
            done.append(here)
    return [ESCAPED.sub(r"[\1]", each).replace("[^", "[!") for each in dict.fromkeys(done)]


def defaults_in(value: Value) -> Iterator[Default]:
    """What the option `defaults` says of publishing (jekyllrb.com/docs/configuration)."""
    for each in value if isinstance(value, list) else [value]:
        stated = each.get("values") if isinstance(each, dict) else None
        scope = (each.get("scope") if isinstance(each, dict) else None) or {}
        if not isinstance(stated, dict):
            continue
        # As in front matter, a name with odd signs or letters may hide, and never shows.
        hides = any(
            word_of(value) not in SHOWING.get(letters_of(key), (word_of(value),))
            for key, value in stated.items()
        )
        if not hides and stated.keys().isdisjoint(SHOWING):
            continue
        if not isinstance(scope, dict):
            raise UnreadableError(Message("scope-not-understood"))
        path, kind = scope.get("path") or "", scope.get("type") or ""
        if not (isinstance(path, str) and isinstance(kind, str)):
            raise UnreadableError(Message("scope-not-understood"))
        path = path.strip().removeprefix("./").lstrip("/")
        yield Default(tuple(spelled_out(path)), kind.strip().lower().removesuffix("s"), hides)


def unread_in(value: Value) -> tuple[str, ...]:
    """What the option `defaults` says of posts that only their own front matter can say here: a
    post is what its documents make, wherever these come from."""
    found = set()
    for each in value if isinstance(value, list) else [value]:
        stated = each.get("values") if isinstance(each, dict) else None
        scope = each.get("scope") if isinstance(each, dict) else None
        kind = scope.get("type") if isinstance(scope, dict) else None
        if isinstance(stated, dict) and kind in (None, "", "post", "posts"):
            found |= {key for key, said in stated.items() if said and key in OF_POSTS}
    return tuple(sorted(found))


def word_of(value: Value) -> str:
    return value.strip().lower() if isinstance(value, str) else ""


def states_publishing(content: bytes) -> bool:
    """Whether front matter says `published: true` plainly, and nothing else of it."""
    opening, _, rest = content[:HEAD_BYTES].removeprefix(codecs.BOM_UTF8).partition(b"\n")
    said = {word.strip().lower() for word in PUBLISHED.findall(rest.partition(b"\n---")[0])}
    return opening.rstrip() == b"---" and said == {b"true"}
