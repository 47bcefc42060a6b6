"""The models of the archive, a module for each subject, with their QuerySets.

A document is what was imported; a post is what readers see. Documents are stored whole and
never edited; a post is derived from its documents and then corrected by editors.

A module imports only those before it in this order: markets, paging, fields, keys, runs, documents,
imports, desk, posts, stories, archive, terms, names. Fields name the models of later modules by
strings.
"""

from .archive import (
    TIMELINE,
    ArchiveChange,
    ArchiveState,
    ArchiveVersion,
    Facet,
    FacetCount,
    SearchEntry,
    UnpublishedEntry,
)
from .desk import (
    BulkChange,
    ChangedPost,
    EmptySearch,
    Erasure,
    MaintenanceRun,
    PendingChange,
    Presence,
    PreviewLink,
)
from .documents import Document, DocumentVersion, FormerHome
from .imports import ImportedFile, ImportProblem, ImportRun
from .keys import ApiKey, ApiUsage
from .markets import EXCHANGES, Market, padded, symbol_parts
from .names import FormerName, NamingRule, SoughtName
from .paging import ChangePlace, Page, PageKey
from .posts import (
    LEAD,
    UPDATED,
    Mention,
    MentionDecision,
    Post,
    PostCategory,
    PostQuerySet,
    PostTag,
    is_named,
)
from .runs import Run
from .stories import DayTold, StoryKey, StoryLink, StoryPost
from .terms import (
    Alias,
    Category,
    CategoryAlias,
    Security,
    SecurityAlias,
    Source,
    SourceAlias,
    Tag,
    TagAlias,
    address,
    any_of,
    with_symbol,
)

__all__ = [
    "EXCHANGES",
    "LEAD",
    "TIMELINE",
    "UPDATED",
    "Alias",
    "ApiKey",
    "ApiUsage",
    "ArchiveChange",
    "ArchiveState",
    "ArchiveVersion",
    "BulkChange",
    "Category",
    "CategoryAlias",
    "ChangePlace",
    "ChangedPost",
    "DayTold",
    "Document",
    "DocumentVersion",
    "EmptySearch",
    "Erasure",
    "Facet",
    "FacetCount",
    "FormerHome",
    "FormerName",
    "ImportProblem",
    "ImportRun",
    "ImportedFile",
    "MaintenanceRun",
    "Market",
    "Mention",
    "MentionDecision",
    "NamingRule",
    "Page",
    "PageKey",
    "PendingChange",
    "Post",
    "PostCategory",
    "PostQuerySet",
    "PostTag",
    "Presence",
    "PreviewLink",
    "Run",
    "SearchEntry",
    "Security",
    "SecurityAlias",
    "SoughtName",
    "Source",
    "SourceAlias",
    "StoryKey",
    "StoryLink",
    "StoryPost",
    "Tag",
    "TagAlias",
    "UnpublishedEntry",
    "address",
    "any_of",
    "is_named",
    "padded",
    "symbol_parts",
    "with_symbol",
]
