"""An archive to search, and the plain scan that search is compared with."""

from django.utils import timezone

from articles.models import Post
from articles.search import engine
from articles.search.conditions import Scope, plan
from articles.search.normalise import normalise
from articles.search.query import parse


def scan(term):
    """The ids of the posts whose normalised text contains `term`, newest first."""
    posts = Post.objects.filter(status="published", published_at__lte=timezone.now())
    return [
        post.pk
        for post in posts.order_by("-published_at", "-pk")
        if normalise(term) in normalise(f"{post.title}\n{post.digest}\n{post.body_text}")
    ]


def find(text, limit=10_000, **scope):
    """The ids of the posts that a query finds, newest first."""
    with engine.searching() as search:
        return [key.id for key in search.keys(planned(text, **scope), limit)]


def planned(text, **scope):
    return plan(parse(text), Scope(**scope))
