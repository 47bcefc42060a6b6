"""Links to posts that readers do not see yet, for anybody who is given one. A link ends when the
post is hidden (or shown again, if it was hidden), when somebody other than the link's maker changes
the text, when it is revoked, and after some days."""

import datetime as dt
import secrets
from collections.abc import Collection, Mapping
from typing import Final

from django.contrib.auth.models import AbstractBaseUser, User
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from ..models import Post, PreviewLink

VALID_DAYS: Final = 3
TEXT: Final = frozenset({"title", "digest", "body_html"})


def make(post: Post, by: User) -> PreviewLink:
    return PreviewLink.objects.create(
        post=post,
        token=secrets.token_urlsafe(24),
        status=post.status,
        made_by=by,
        expires_at=timezone.now() + dt.timedelta(days=VALID_DAYS),
    )


def revoke(link: PreviewLink) -> None:
    if link.ended_at is None:
        link.ended_at = timezone.now()
        link.save(update_fields=["ended_at"])


def end(changed: Mapping[Post, Collection[str]], by: AbstractBaseUser | None) -> None:
    """End the links that a change ends. `changed` has the changed fields by post."""
    status = [post for post, fields in changed.items() if "status" in fields]
    text = [post for post, fields in changed.items() if not TEXT.isdisjoint(fields)]
    ended = Q(post__in=text) & (~Q(made_by=by) if by else Q())
    ended |= Q(post__in=status) & ~made_on_same_side()
    if status or text:
        PreviewLink.objects.filter(ended, ended_at=None).update(ended_at=timezone.now())


def made_on_same_side() -> Q:
    """Links made while the post was as hidden, or as visible, as it is now."""
    hidden = Post.Status.HIDDEN
    now_hidden = Exists(Post.objects.filter(pk=OuterRef("post"), status=hidden))
    return (Q(status=hidden) & now_hidden) | (~Q(status=hidden) & ~now_hidden)


def is_good(link: PreviewLink) -> bool:
    """Whether a link still shows its post. It does not if its maker is no longer active, or an
    import has hidden the post."""
    is_over = link.ended_at is not None or link.expires_at <= timezone.now()
    is_over |= link.made_by is not None and not link.made_by.is_active
    hidden = Post.Status.HIDDEN
    return not is_over and (link.status == hidden) == (link.post.status == hidden)


def good_ones(post: Post) -> list[PreviewLink]:
    """The links that show a post; none if readers see it anyway."""
    if post.is_public:
        return []
    return [link for link in post.preview_links.select_related("post") if is_good(link)]
