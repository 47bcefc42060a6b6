"""What answers look like, for the description in OpenAPI. Answers are made from dictionaries, not
from these: a test holds one against the other."""

import datetime as dt
from typing import Literal

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, Field


class Named(BaseModel):
    slug: str
    name: str


class Traded(BaseModel):
    symbol: str = Field(description=_("Eastmoney's number of the market and the code: 1.600519."))
    name: str
    kind: str


class Post(BaseModel):
    """A post. Which fields it has `fields` says."""

    slug: str = Field("", description=_("What tells the post from others. It never changes."))
    url: str = Field("", description=_("Its page."))
    title: str = ""
    digest: str = Field("", description=_("Its summary; may be empty."))
    text: str = Field("", description=_("Its body without tags."))
    html: str = Field("", description=_("Its body as safe HTML."))
    published_at: dt.datetime | None = None
    updated_at: dt.datetime | None = Field(
        None, description=_("When it was last edited, or published if nobody edited it.")
    )
    source: Named | None = Field(None, description=_("The medium that wrote it, if known."))
    categories: list[Named] = []
    tags: list[Named] = []
    securities: list[Traded] = Field([], description=_("Those that it names."))
    original_url: str | None = None
    info_code: str | None = Field(None, description=_("Eastmoney's number of the article."))


class Mention(BaseModel):
    """A security that a post names."""

    symbol: str
    name: str
    origin: str = Field(
        description=_("marked by the source, recognised in the text, or added by an editor")
    )
    in_title: bool
    in_digest: bool
    in_body: bool
    written: str = Field(description=_("The name as the body has it; empty if it does not."))
    nth: int = Field(description=_("Which occurrence of that it is, from 1; else 0."))


class Version(BaseModel):
    """What a file contained before an import replaced it."""

    file: str
    imported_at: dt.datetime
    sha256: str


class Told(BaseModel):
    """A post of a story."""

    slug: str
    url: str
    title: str
    published_at: dt.datetime
    source: Named | None


class Telling(Told):
    """A post that tells a story."""

    is_copy: bool = Field(description=_("Whether an earlier post has the same text."))


class Story(BaseModel):
    """Posts that tell the same."""

    posts: int = Field(description=_("How many posts tell it."))
    first: Told = Field(description=_("The post that told it first."))
    newest: Told = Field(description=_("The newest post that tells it."))


class WholeStory(Story):
    told: list[Telling] = Field(
        description=_("The posts that tell it, from the first on: at most 40.")
    )


class WholePost(Post):
    """A post with all that is known of it."""

    files: list[str] = Field(description=_("The names of the files that it was made of."))
    versions: list[Version]
    mentions: list[Mention]
    story: list[Telling] = Field(
        description=_(
            "The posts that tell the same, this one among them, from the first on; empty if no "
            "other does."
        )
    )


class Page(BaseModel):
    next: str | None = Field(description=_("The cursor of the next page; null at the end."))
    next_url: str | None = Field(description=_("The address of the next page."))


class Posts(Page):
    posts: list[Post]
    notes: list[str] = Field(description=_("How the search was understood, if not as written."))
    count: int | None = Field(None, description=_("How many posts match, with `count=on`."))
    count_truncated: bool | None = Field(None, description=_("Whether there are more than that."))


class Stories(Page):
    stories: list[Story]
    notes: list[str] = Field(description=_("How the search was understood, if not as written."))


class Term(BaseModel):
    slug: str = Field(description=_("What filters call it."))
    name: str
    posts: int = Field(description=_("How many posts have it."))
    url: str | None


class Terms(Page):
    terms: list[Term]


class WholeTerm(Term):
    former_addresses: list[str] = Field(
        description=_("What it was called before it was merged or renamed.")
    )


class Security(BaseModel):
    symbol: str = Field(description=_("Eastmoney's number of the market and the code: 1.600519."))
    name: str
    posts: int = Field(description=_("How many posts have it."))
    url: str | None
    market: int
    code: str
    kind: str


class Securities(Page):
    terms: list[Security]


class FormerName(BaseModel):
    name: str
    since: dt.date | None
    until: dt.date | None


class WholeSecurity(Security):
    market_name: str
    names: list[str] = Field(description=_("All names that posts give it."))
    english_name: str
    former_names: list[FormerName]
    former_addresses: list[str]


class Change(BaseModel):
    """A post or term that changed, and what is at its address now."""

    version: int
    kind: str = Field(description=_("post, or the kind of the term"))
    address: str = Field(description=_("The slug of a post or term, the symbol of a security."))
    state: Literal["present", "moved", "gone"]
    post: Post | None = None
    term: Security | Term | None = None
    moved_to: str | None = Field(None, description=_("Its address now, of a term that moved."))


class Changes(BaseModel):
    changes: list[Change]
    next: str = Field(description=_("What `after` has to be to go on, now or later."))
    next_url: str
    has_more: bool = Field(description=_("Whether more changes are there already."))


class Suggestion(BaseModel):
    kind: str
    name: str
    address: str = Field(description=_("What filters call it."))
    posts: int


class Suggestions(BaseModel):
    suggestions: list[Suggestion]


class HotWord(BaseModel):
    """A word that stands out."""

    word: str
    stories: int = Field(description=_("How many stories have it in a title."))
    usual: float = Field(description=_("How many would have it by the thirty days before."))
    newest: str = Field(description=_("The slug of the newest of their posts."))


class HotSecurity(BaseModel):
    """A security that stands out."""

    symbol: str
    name: str
    stories: int = Field(description=_("How many stories name it."))
    usual: float = Field(description=_("How many would have it by the thirty days before."))


class Hot(BaseModel):
    first: dt.date | None = Field(description=_("The first day; null if there are no posts."))
    last: dt.date | None
    stories: int = Field(description=_("How many stories there are."))
    stories_before: int = Field(
        description=_("With how many of the thirty days before they are compared.")
    )
    words: list[HotWord] = Field(description=_("Those that stand out, the surest first."))
    securities: list[HotSecurity]


class Period(BaseModel):
    first: dt.date = Field(description=_("The first day of the period."))
    last: dt.date
    posts: int = Field(description=_("How many posts, or stories, it has, found or not."))
    error: int = Field(
        description=_("If that is estimated, how far off it is at most, 19 times out of 20.")
    )


class Matches(BaseModel):
    """What a search finds in a period."""

    matches: int
    share: float = Field(description=_("Of all posts of the period, from 0 to 1."))
    error: int = Field(
        description=_(
            "If the matches are estimated, how far off they are at most, 19 times out of 20."
        )
    )


class Trend(BaseModel):
    q: str
    matches: list[Matches] = Field(
        description=_("For each of the periods; empty if there was no time to count.")
    )
    notes: list[str] = Field(description=_("How the search was understood, if not as written."))


class Trends(BaseModel):
    by: Literal["day", "week", "month", "year"] | None = Field(
        description=_("How long each period is; null if there are no posts.")
    )
    periods: list[Period] = Field(description=_("The newest 62, the oldest of these first."))
    posts_are_estimated: bool = Field(
        description=_("Whether the posts of the periods are estimates: many, counted by story.")
    )
    is_truncated: bool = Field(description=_("Whether there are older periods."))
    trends: list[Trend]


class Status(BaseModel):
    version: int = Field(description=_("It grows with every change that readers can see."))
    posts: int
    first_month: str | None = Field(description=_("The month of the oldest post."))
    newest_at: dt.datetime | None = Field(description=_("The time of the newest post."))


class Complaint(BaseModel):
    parameter: str
    detail: str
    allowed: list[str] | None = None


class Problem(BaseModel):
    """Problem Details, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Complaint] = []
