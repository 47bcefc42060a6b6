"""The securities that posts name, as editors decide."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..importing.reading.body import plain_text
from ..mentions import storing
from ..mentions.names import known
from ..models import Mention, MentionDecision, Post, Security
from ..search.text.tokens import normal_text


def named(title: str, digest: str, text: str, marked: Iterable[Security] = ()) -> list[Security]:
    """The securities that a post with this text names: those that are marked, then the others."""
    whole = normal_text(title, digest, text)
    marks = {security.pk: "" for security in marked}
    ids = [one.security_id for one in storing.named_in(whole, marks, known())]
    found = Security.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def of_unsaved(post: Post, chosen: Collection[Security]) -> list[Mention]:
    """How a post names securities by the text that it has before it is saved: those `chosen` for
    it, and others except what editors took out. Not to be saved."""
    out: set[int] = set()
    if post.pk:
        decided = post.mention_decisions.filter(is_named=False)
        out.update(decided.values_list("security", flat=True))
        out.update(post.mention_set.values_list("security", flat=True))
    out -= {security.pk for security in chosen}
    whole = normal_text(post.title, post.digest, plain_text(post.body_html))
    rows = [one for one in storing.named_in(whole, {}, known()) if one.security_id not in out]
    found = Security.objects.in_bulk([one.security_id for one in rows])
    return [
        Mention(security=found[one.security_id], written=one.written, nth=one.nth) for one in rows
    ]


def decide(chosen: Mapping[int, Collection[Any]]) -> None:
    """Record editors' decisions before the mentions are written: securities `chosen`, by post, are
    pinned, and removed ones stay out. Others are still recognised."""
    decisions = {
        (post_id, security.pk): True for post_id, those in chosen.items() for security in those
    }
    stored = Mention.objects.filter(post__in=list(chosen)).values_list("post", "security")
    for pair in stored:
        decisions.setdefault(pair, False)
    MentionDecision.objects.bulk_create(
        [
            MentionDecision(post_id=post_id, security_id=security_id, is_named=is_named)
            for (post_id, security_id), is_named in sorted(decisions.items())
        ],
        update_conflicts=True,
        unique_fields=["post", "security"],
        update_fields=["is_named"],
    )


def leave_to_imports(post_ids: Iterable[int]) -> None:
    """Forget what editors decided on the securities of these posts."""
    MentionDecision.objects.filter(post__in=list(post_ids)).delete()
