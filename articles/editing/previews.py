"""Links to posts that readers do not see yet: signed, and good for some days."""

from django.core import signing
from django.urls import reverse

from ..models import Post

DAYS = 3
SALT = "articles.preview"


def link(post: Post) -> str:
    """The address at which anyone who is given it can read the post until it expires."""
    return reverse("preview", args=[signing.dumps(post.pk, salt=SALT)])


def read(token: str) -> int:
    """The id of the post that a link is for. Raises `signing.BadSignature`, and of that
    `signing.SignatureExpired`."""
    return int(signing.loads(token, salt=SALT, max_age=DAYS * 24 * 3600))
