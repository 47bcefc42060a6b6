"""Which files in a tree are posts. The tree may be a Jekyll site (jekyllrb.com/docs)."""

import codecs
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import NamedTuple

import yaml

from ...messages import Message

POSTS = "_posts"
CONFIGS = ("_config.yml", "_config.yaml", "_config.toml")  # as Jekyll looks for them
LARGEST_CONFIG = 2**20  # bytes
MOST_PATTERNS = 1000  # that a configuration excludes
MOST_REPEATED = 100_000  # texts of a configuration that its aliases repeat
DEEPEST = 100  # lists in lists of a configuration; it takes quadratic time to read them

#: A folder that holds one of these is the root of a site.
SITE_MARKS = frozenset((*CONFIGS, *"_posts _drafts _site _layouts _includes".split()))
#: Jekyll leaves out these besides what its option `exclude` names, and what begins with one of
#: `PREFIXES` or ends in ~.
EXCLUDED = frozenset({"node_modules", "vendor"})
PREFIXES = ("_", "#", "~")

#: Markup in which Jekyll's plugins and Hugo have posts too.
MARKUPS = (".textile", ".org", ".rst", ".adoc", ".asciidoc")

# Jekyll's own rule: a post is named YEAR-MONTH-DAY-title.MARKUP (jekyllrb.com/docs/posts);
# the writing script sometimes lost the date but kept the 18 digits.
POST_NAME = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}(?:-|\.|$)|(?<!\d)\d{18}(?!\d)")
#: Jekyll's rule takes years of two digits too. Outside of `_posts` such a name says nothing.
SHORT_POST_NAME = re.compile(r"\d{2}-\d{1,2}-\d{1,2}-")
DAY_ALONE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}\.")  # a file's name that is a day, and no more


class Verdict(NamedTuple):
    """What a file's name alone says of it. The fields are those of `Found`."""

    passed_over: Message | None = None
    is_surprising: bool = False
    needs_date: bool = False


A_POST = Verdict()
PERHAPS_A_POST = Verdict(needs_date=True)
LEFT_OUT = Verdict(Message("left-out-by-jekyll"))
A_PAGE = Verdict(Message("site-page"))
ANOTHER_MARKUP = Verdict(Message("other-markup"), is_surprising=True)


class Exclusion(NamedTuple):
    """What the configuration of a site leaves out: patterns of paths below its root, which ends in
    a slash."""

    root: str
    patterns: tuple[str, ...]

    @classmethod
    def read(cls, root: str, config: bytes) -> "Exclusion":
        return cls(root, excluded_patterns(config[:LARGEST_CONFIG]))

    def covers(self, path: str) -> bool:
        """As Jekyll has it: `old` is also the beginning of `older/x.md`, and * matches slashes."""
        below = path.removeprefix(self.root)
        return any(
            below.startswith(pattern) or f"{below}/" == pattern or fnmatchcase(below, pattern)
            for pattern in self.patterns
        )


@dataclass(frozen=True, slots=True)
class Setting:
    """What the folders above a file say of it."""

    is_site: bool = False
    is_posts: bool = False
    exclusions: tuple[Exclusion, ...] = ()

    def with_names(self, names: Collection[str]) -> "Setting":
        """The setting of a folder that holds files and folders of these names."""
        return self if self.is_site or SITE_MARKS.isdisjoint(names) else replace(self, is_site=True)

    def below(self, folder: str) -> "Setting":
        return replace(self, is_posts=True) if folder == POSTS else self

    def excluding(self, exclusion: Exclusion) -> "Setting":
        return replace(self, exclusions=(*self.exclusions, exclusion))

    def excludes(self, path: str) -> bool:
        return any(exclusion.covers(path) for exclusion in self.exclusions)

    def passes_over(self, path: str) -> Message | None:
        """Why nothing in the folder of that path is read; None if it is."""
        if self.excludes(path):
            return LEFT_OUT.passed_over
        folder = path.rpartition("/")[2]
        if folder.startswith("."):
            return Message("hidden-folder")
        if folder == "__MACOSX":
            return Message("mac-folder")
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
        if is_named_as_post(name):
            return A_POST
        if self.is_posts and SHORT_POST_NAME.match(name):
            return A_POST
        return A_PAGE if self.is_site and not self.is_posts else PERHAPS_A_POST

    def judge_other(self, name: str) -> Verdict | None:
        """The verdict on a file that is not a document; None if there is nothing to say."""
        is_post = name.lower().endswith(MARKUPS) and (self.is_posts or is_named_as_post(name))
        return ANOTHER_MARKUP if is_post and not name.startswith(".") else None


def is_named_as_post(name: str) -> bool:
    return bool(POST_NAME.search(name) or DAY_ALONE.match(name))


EXCLUDE = re.compile(r"""^(["']?)exclude\1[ \t]*[:=](.*)$""", re.MULTILINE)


def excluded_patterns(config: bytes) -> tuple[str, ...]:
    """The paths and patterns that the option `exclude` of a configuration holds, in YAML or TOML.
    Where it is no YAML only the lines of that option are read, so that no other can spoil it."""
    encoding = (
        "utf-16" if config.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    )
    text = config.decode(encoding, "replace").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    texts = option_in(text)
    if texts is None:
        texts = texts_in(lines_of_option(text))
    stripped = (pattern.strip().removeprefix("./").lstrip("/") for pattern in texts)
    return tuple(filter(None, stripped))[:MOST_PATTERNS]


def option_in(text: str) -> list[str] | None:
    """The texts of the option `exclude` in a map of YAML, aliases of other options among them; None
    if it is no such map. This does not recurse, because a list may nest deeper than any stack."""
    parts: list[list[str]] = []  # of the map: a name, its value, a name …
    named: dict[str, list[str]] = {}  # those parts to which the text gives a name
    depth = repeated = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            if depth == 1 and isinstance(event, yaml.NodeEvent):
                parts.append([])
                name = None if isinstance(event, yaml.AliasEvent) else event.anchor
                if name:
                    named[name] = parts[-1]
            if isinstance(event, yaml.ScalarEvent) and depth:
                parts[-1] += event.value.split(",") if depth == 1 else [event.value]
            elif isinstance(event, yaml.AliasEvent) and depth:
                parts[-1] += named.get(str(event.anchor), [])
                repeated += len(parts[-1])
                if repeated > MOST_REPEATED:
                    return None
            elif depth or isinstance(event, yaml.MappingStartEvent):
                depth += isinstance(event, yaml.CollectionStartEvent)
                depth -= isinstance(event, yaml.CollectionEndEvent)
                if depth > DEEPEST:
                    return None
            elif isinstance(event, yaml.NodeEvent):
                return None
    except yaml.YAMLError:
        return None
    found = [parts[n + 1] for n in range(0, len(parts), 2) if parts[n] == ["exclude"]]
    return found[-1] if found else []


def lines_of_option(text: str) -> str:
    """What stands after `exclude` in a configuration, as far as it goes."""
    found = None
    for found in EXCLUDE.finditer(text):  # noqa: B007 - the last prevails
        pass
    if not found:
        return ""
    lines = [found[2].strip()]
    for line in text[found.end() + 1 :].split("\n"):
        if line.startswith("---") or (line.strip() and line[0] not in " \t-#]\"'"):
            break
        lines.append(line.expandtabs())
    return "\n".join(lines)


def texts_in(value: str) -> list[str]:
    """The texts of a list in YAML, up to where it cannot be read, or of one text with commas. This
    does not recurse, because a list may nest deeper than any stack."""
    texts: list[str] = []
    depth = 0
    with suppress(yaml.YAMLError):
        for event in yaml.parse(value, Loader=yaml.CBaseLoader):
            if isinstance(event, yaml.ScalarEvent):
                texts += [event.value] if depth else event.value.split(",")
            depth += isinstance(event, yaml.CollectionStartEvent)
            if max(depth, len(texts)) > MOST_PATTERNS:
                break
    return texts[:MOST_PATTERNS]
