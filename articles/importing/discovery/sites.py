"""Which files in a tree are posts. The tree may be a Jekyll site (jekyllrb.com/docs)."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

from ...messages import Message

POSTS = "_posts"

#: A folder that holds one of these is the root of a site.
SITE_MARKS = frozenset(
    "_config.yml _config.yaml _config.toml _posts _drafts _site _layouts _includes".split()
)
#: Jekyll leaves out these (its option `exclude`), and what begins with one of `PREFIXES` or ends in
#: ~.
EXCLUDED = frozenset({"node_modules", "vendor"})
PREFIXES = ("_", "#", "~")

#: Markup in which Jekyll's plugins and Hugo have posts too.
MARKUPS = (".textile", ".org", ".rst", ".adoc", ".asciidoc")

# Jekyll's own rule: a post is named YEAR-MONTH-DAY-title.MARKUP (jekyllrb.com/docs/posts);
# the writing script sometimes lost the date but kept the 18 digits.
POST_NAME = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}(?:-|\.|$)|(?<!\d)\d{18}(?!\d)")
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


@dataclass(frozen=True, slots=True)
class Setting:
    """What the folders above a file say of it."""

    is_site: bool = False
    is_posts: bool = False

    def with_names(self, names: Collection[str]) -> "Setting":
        """The setting of a folder that holds files and folders of these names."""
        return self if self.is_site or SITE_MARKS.isdisjoint(names) else replace(self, is_site=True)

    def below(self, folder: str) -> "Setting":
        return replace(self, is_posts=True) if folder == POSTS else self

    def passes_over(self, folder: str) -> Message | None:
        """Why nothing in a folder of that name is read; None if it is."""
        if folder.startswith("."):
            return Message("hidden-folder")
        if folder == "__MACOSX":
            return Message("mac-folder")
        if folder == POSTS or not self.is_site:
            return None
        is_special = folder.startswith(PREFIXES) or folder in EXCLUDED
        return Message("site-folder") if is_special else None

    def judge(self, name: str) -> Verdict:
        if (self.is_site or self.is_posts) and (name.startswith(PREFIXES) or name.endswith("~")):
            return LEFT_OUT
        if is_named_as_post(name):
            return A_POST
        return A_PAGE if self.is_site and not self.is_posts else PERHAPS_A_POST

    def judge_other(self, name: str) -> Verdict | None:
        """The verdict on a file that is not a document; None if there is nothing to say."""
        is_post = name.lower().endswith(MARKUPS) and (self.is_posts or is_named_as_post(name))
        return ANOTHER_MARKUP if is_post and not name.startswith(".") else None


def is_named_as_post(name: str) -> bool:
    return bool(POST_NAME.search(name) or DAY_ALONE.match(name))
