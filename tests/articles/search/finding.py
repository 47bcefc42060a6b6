"""What a query finds, and the plain scan that this is compared with."""

from functools import lru_cache

from django.utils import timezone

from articles.models import Post
from articles.search import engine
from articles.search.conditions import Scope, conditions_of
from articles.search.query import parse
from articles.search.text.normalise import normalise
from articles.search.text.spelling import other_spellings

normalised = lru_cache(maxsize=1000)(normalise)  # a test scans the same posts many times


def scan(term):
    """The ids of the posts whose normalised text contains `term` in any spelling, newest first."""
    posts = Post.objects.filter(status="published", published_at__lte=timezone.now())
    texts = posts.order_by("-published_at", "-pk").values_list("pk", "title", "digest", "body_text")
    spellings = [normalise(term), *other_spellings(normalise(term))]
    return [
        pk for pk, *parts in texts if any(one in normalised("\n".join(parts)) for one in spellings)
    ]


def find(text, limit=10_000, **scope):
    """The ids of the posts that a query finds, newest first."""
    with engine.searching() as search:
        return [key.id for key in search.keys(planned(text, **scope), limit)]


def planned(text, **scope):
    return conditions_of(parse(text), Scope(**scope))
