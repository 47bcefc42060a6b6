"""Merges terms into one of the same kind. A bulk change moves every post to it, and the names and
addresses of the others become its aliases."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import changes
from ..mentions.seeking import forget
from ..models import BulkChange, FormerName, Mention, MentionDecision, Post, PostQuerySet, Security
from ..terms import BY_NAME, SECURITY, TermKind, kind_of
from . import history
from .terms import naming, seek_now_or_later, was_seen

POSTS_AT_ONCE: Final = 500  # of the posts that imports added during a merge


@dataclass(frozen=True, slots=True)
class Merge:
    """The operation of a merge. It does not edit posts, since they keep their term under another
    name: imports may still change it, and no post gets a record."""

    terms: tuple[Any, ...]
    target: Any
    fields = ()

    def __str__(self) -> str:
        return f"{'、'.join(map(str, self.terms))} → {self.target}"

    @property
    def kind(self) -> TermKind:
        return kind_of(self.target)

    @property
    def posts(self) -> PostQuerySet:
        """Every post that has one of the terms, hidden ones and drafts too."""
        return self.affected(Post.objects.all())

    def affected(self, among: PostQuerySet) -> PostQuerySet:
        return among.filter(self.kind.having(self.terms))

    def apply(
        self, post_ids: Sequence[int], by: AbstractBaseUser | None, why: str
    ) -> Collection[int]:
        affected = self.affected(Post.objects.filter(pk__in=post_ids)).select_for_update()
        found = list(affected.order_by("pk").values_list("pk", flat=True))
        self.lock()
        if self.kind.join is None:
            Post.objects.filter(pk__in=found).update(**{self.kind.field: self.target})
        else:
            self.move_joins(found)
        if self.kind is SECURITY:  # the target keeps its name
            changes.mentions_changed(found)
        else:
            changes.posts_changed(found)
        return found

    def lock(self) -> None:
        """Lock the terms, before the archive's version: so do those who learn names of
        securities."""
        terms = self.kind.objects.filter(pk__in=[one.pk for one in (*self.terms, self.target)])
        list(terms.select_for_update().order_by("pk"))

    def move_joins(self, post_ids: Sequence[int]) -> None:
        """Join each post with the target once, at the first of the positions of its terms."""
        name = self.kind.name
        kept: dict[int, Any] = {}
        rows = self.kind.join.objects.filter(
            post__in=post_ids, **{f"{name}__in": [*self.terms, self.target]}
        )
        for row in rows.order_by("position"):
            kept.setdefault(row.post_id, row)
        rows.exclude(pk__in=[row.pk for row in kept.values()]).delete()
        rows.update(**{name: self.target})

    def move_rows(self, target: Security) -> None:
        """What editors decided on the securities, and the days of their names, are the target's."""
        self.move_decisions(target)
        former = FormerName.objects.filter(security__in=self.terms).exclude(
            name__in=target.wrong_names
        )
        FormerName.objects.bulk_create(
            [
                FormerName(security=target, name=name, since=since, until=until)
                for name, since, until in former.values_list("name", "since", "until")
            ],
            ignore_conflicts=True,
        )

    def move_decisions(self, target: Security) -> None:
        """A post has the target if editors want one of the securities. It is without if they took
        one out, and it names none of the others."""
        decisions = MentionDecision.objects.filter(security__in=[*self.terms, target])
        wanted: dict[int, bool] = {}
        for post_id, is_named in decisions.values_list("post", "is_named"):
            wanted[post_id] = is_named or wanted.get(post_id, False)
        named = Mention.objects.filter(security=target, post__in=wanted)
        named_posts = set(named.values_list("post", flat=True))
        decisions.delete()
        MentionDecision.objects.bulk_create(
            MentionDecision(post_id=post_id, security=target, is_named=is_named)
            for post_id, is_named in wanted.items()
            if is_named or post_id not in named_posts
        )

    def finish(self, by: AbstractBaseUser | None, why: str) -> None:
        """Move the posts that imports have added since, then delete the terms."""
        self.lock()
        left = self.posts.values_list("pk", flat=True)
        while batch := list(left[:POSTS_AT_ONCE]):
            self.apply(batch, by, why)
        why = f"{self}：{why}" if why else str(self)
        history.remember(self.target)
        if isinstance(self.target, Security):
            self.fold_names(self.target)
            self.move_rows(self.target)
        for term in self.terms:
            term.aliases.update(term=self.target)
            alias = {**naming(term), "was_seen": was_seen(term)}
            history.delete(term, by=by, why=why)
            self.target.aliases.create(**alias)
        history.save(self.target, by=by, why=why)
        changes.terms_changed(self.kind, [self.target.pk])
        if isinstance(self.target, Security):  # a post may have named several of them
            forget(self.target.names)
            seek_now_or_later()

    def fold_names(self, target: Security) -> None:
        """Keep the target's name, or give it one if it has none. The other names become earlier
        names."""
        found = [target, *self.terms]
        names = {name for one in found for name in (*one.names, one.name)}
        target.names = sorted(names - {"", *target.wrong_names})
        target.named_at = max((one.named_at for one in found if one.named_at), default=None)
        if not target.name:
            named = next((term for term in self.terms if term.name), target)
            target.name, target.pinyin = named.name, named.pinyin
        target.stated_name, target.stated_at = target.name, timezone.now()


def merge_into(target: Any, terms: Iterable[Any]) -> Merge:
    """The merge of `terms`, of which `target` may be one. Raises `ValidationError` if it is the
    only one."""
    others = tuple(term for term in terms if term != target)
    if not others:
        raise ValidationError(_("Choose another one to merge into: this is the only one."))
    return Merge(others, target)


def create(terms: Iterable[Any], target: Any, *, by: User | None, why: str = "") -> BulkChange:
    """Plan to merge `terms` into `target`, which is not among them."""
    merge = Merge(tuple(terms), target)
    ids = merge.posts.order_by("pk").values_list("pk", flat=True)
    return BulkChange.objects.create(
        action=BulkChange.Action.MERGE,
        parameters={
            "model": merge.kind.name,
            "terms": [term.pk for term in merge.terms],
            "target": target.pk,
            "summary": str(merge),
        },
        post_ids=list(ids),
        made_by=by,
        reason=why,
    )


def merge_of(parameters: Mapping[str, Any]) -> Merge:
    """Raises `ObjectDoesNotExist`."""
    terms = BY_NAME[parameters["model"]].objects
    return Merge(
        tuple(terms.get(pk=pk) for pk in parameters["terms"]), terms.get(pk=parameters["target"])
    )
