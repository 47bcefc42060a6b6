"""What the page of a post shows: to readers, and in a preview before they see it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ..mentions.linking import Link, linked
from ..models import Category, Facet, Mention, Post, Security, Tag
from ..search.kept_names import all_names
from ..search.related import Related, beside, related
from ..stored_posts import stored_terms
from ..terms import JOINED
from .story import Telling, tellings_of

RELATED: Final = 5  # posts
LONG: Final = 1500  # characters, from which a post says how long it takes to read
SPEED: Final = 400  # characters a minute


@dataclass(frozen=True, slots=True)
class PostPage:
    """A post with its terms, each kind in the order of the post.

    `is_public` tells whether readers see the post, of which a preview may show another state. The
    `mentions` are those of its securities, none if the securities have not been saved.

    A preview lacks the rest. `repeated` are the kinds of term that tell readers the same as others,
    which the page does not show. `minutes` is how long a long post takes to read, 0 for a short
    one. `beside` has the `newer` and the `older` post of its first category, if there are any.
    `related` has the posts most related to it, `story` those that tell the same, this one included.
    """

    post: Post
    is_public: bool
    categories: Sequence[Category]
    tags: Sequence[Tag]
    securities: Sequence[Security]
    mentions: Sequence[Mention] = ()
    repeated: Collection[Facet] = ()
    minutes: int = 0
    beside: Mapping[str, Post] = field(default_factory=dict)
    related: Sequence[Related] = ()
    story: Sequence[Telling] = ()
    is_preview: bool = False

    @property
    def body(self) -> str:
        """The body, with links on the securities that it names."""
        links = (
            Link(one.written, one.nth, one.security.symbol, one.security.get_absolute_url())
            for one in self.mentions
        )
        return linked(self.post.body_html, links)

    @property
    def body_around_note(self) -> tuple[str, str]:
        """The body up to the end of its first chart, and the rest; without one, nothing and all."""
        before, chart, after = self.body.partition('<figure class="chart"')
        shown, end, after = after.partition("</figure>")
        return before + chart + shown + end if chart else "", after if chart else before

    @property
    def category(self) -> Category | None:
        return next(iter(self.categories), None)

    @property
    def channels(self) -> list[Category]:
        """The categories that tell more than the source does."""
        if Facet.CATEGORY in self.repeated:
            return []
        source = self.post.source
        return [one for one in self.categories if source is None or one.name != source.name]

    @property
    def labels(self) -> Sequence[Tag]:
        """The tags, if they tell more than the source and the categories do."""
        return () if Facet.TAG in self.repeated else self.tags


def page_of(
    post: Post, terms: Mapping[str, Any] | None = None, *, has_story: bool = True
) -> PostPage:
    """The page of a public post. If its `terms` were read with it, it asks once less, and so
    without a story."""
    page = PostPage(post, is_public=True, **(terms or stored_terms(post)))
    story = tellings_of(post) if has_story else []
    told = {telling.post.pk for telling in story}
    length = len(post.body_text)
    return replace(
        page,
        repeated=all_names().repeated,
        minutes=round(length / SPEED) if length >= LONG else 0,
        beside=beside(post, page.category) if page.category else {},
        related=[one for one in related(post, page.securities, RELATED) if one.post.pk not in told],
        story=story,
    )


def preview_of(
    post: Post,
    terms: Mapping[str, Any] | None = None,
    mentions: Sequence[Mention] = (),
    *,
    is_public: bool = False,
) -> PostPage:
    """A preview. `terms` replaces the stored categories, tags and securities: it has those that an
    editor has not saved, by the field of a post. Then `mentions` are those of the unsaved text, and
    their securities are shown after those of `terms`."""
    if terms is None:
        shown = stored_terms(post)
    else:
        shown = {kind.field: terms[kind.field] for kind in JOINED} | {"mentions": mentions}
        named = (*shown["securities"], *(one.security for one in mentions))
        shown["securities"] = list(dict.fromkeys(named))
    return PostPage(post, is_public=is_public, **shown, is_preview=True)
