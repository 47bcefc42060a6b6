"""The value of a field → the terms that it names."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import Final

from ..models import Post
from ..terms import BY_QUERY_FIELD, TermKind
from .kept_names import AllNames, all_names
from .query import Criterion
from .text.normalise import fold, normalise
from .text.tokens import facet_token
from .typed import Typed, without_signs

MAX_TERMS: Final = 200  # that a part of a name may stand for
BETWEEN_NAMES = re.compile("[和与及或]")


class NamedTerms:
    """The terms that criteria name: those that readers know of, or for editors all of them. What a
    criterion names is looked up once. `known` are the names of all terms, if they have been read
    already."""

    def __init__(self, known: AllNames | None = None, *, for_editors: bool = False) -> None:
        if known is not None:
            self.known = known
        self.for_editors = for_editors
        self._tokens: dict[Criterion, Sequence[int]] = {}

    @cached_property
    def known(self) -> AllNames:
        return all_names()

    @cached_property
    def scheduled(self) -> int:
        """How many posts are scheduled."""
        return Post.objects.scheduled().count()

    def tokens(self, criterion: Criterion) -> Sequence[int]:
        """The tokens of the terms that the value of a field names: those whose whole name or
        address it is, or else those whose name it is a part of, or else in another spelling or in
        pinyin; or else those that each part of it names where they are joined by a word:
        财联社和证券时报. Readers name only what has a post that they see."""
        if criterion not in self._tokens:
            kind = BY_QUERY_FIELD[criterion.field]
            keys = self.keys_of_all(criterion, kind)[:MAX_TERMS]
            self._tokens[criterion] = [facet_token(kind.facet, key) for key in keys]
        return self._tokens[criterion]

    def keys_of_all(self, criterion: Criterion, kind: TermKind) -> Sequence[int]:
        keys = self.keys(criterion.value, kind)
        parts = BETWEEN_NAMES.split(criterion.value)
        if keys or criterion.is_phrase or len(parts) == 1:
            return keys
        of_parts = [self.keys(part, kind) if part else [] for part in parts]
        return list(dict.fromkeys(chain(*of_parts))) if all(of_parts) else []

    def keys(self, value: str, kind: TermKind) -> Sequence[int]:
        """The keys of the terms that one text names, as `tokens` says."""
        spellings = spellings_of(value)
        for named in (
            kind.objects.with_name_or_address(*spellings).distinct(),
            kind.objects.with_name_part(*spellings),
        ):
            if keys := self.shown(kind, named.values_list("pk", flat=True)):
                return keys
        names, typed = self.known.of[kind.facet], Typed(value)
        solid = Typed("".join(value.split()))
        found = (
            {*typed.with_name(names), *solid.with_name(names)}
            or {*typed.with_whole_pinyin(names, kind)}
            or {*typed.with_part_in_pinyin(names)}
        )
        return self.shown(kind, sorted(names.rows[number].key for number in found))

    def shown(self, kind: TermKind, keys: Iterable[int]) -> Sequence[int]:
        """At most `MAX_TERMS` of these keys: for readers, those of terms that they see."""
        seen = list(keys) if self.for_editors else self.seen_by_readers(kind, list(keys))
        return seen[:MAX_TERMS]

    def seen_by_readers(self, kind: TermKind, keys: Sequence[int]) -> list[int]:
        """The keys of those of these terms of a kind that have a post which readers see. Asks only
        about terms whose posts may all be scheduled: within a search, which may not use the indexes
        of posts, PostgreSQL takes seconds to look for a post of each."""
        if not keys:
            return []
        posts = self.known.posts_of(kind.facet)
        doubtful = [key for key in keys if 0 < posts.get(key, 0) <= self.scheduled]
        found = kind.objects.filter(pk__in=doubtful).published() if doubtful else None
        seen = {*found.values_list("pk", flat=True)} if found is not None else set()
        return [key for key in keys if posts.get(key, 0) > self.scheduled or key in seen]


def spellings_of(name: str) -> set[str]:
    """A name as it was written, which may be with two spaces, and as most names are spelled,
    without dots, accents and spaces."""
    name = without_signs(name)
    spaced, solid = " ".join(name.split()), "".join(name.split())
    return {name, spaced, fold(spaced), normalise(spaced) or spaced, normalise(solid) or solid}
