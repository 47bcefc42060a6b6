"""The addresses that the archive had under Jekyll. All are permanent redirects."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from .conditional import PRIVATE
from .importing.permalinks import key
from .models import Category, Document, Post


def post(request, category, year, month, day, stem):
    """`/<category>/<YYYY>/<MM>/<DD>/<rest of the file's name>.html`."""
    slug = stem.removeprefix("NW")
    if len(slug) != 18 or not slug.isdecimal():
        slug = f"{year}-{month}-{day}-{stem}"
    return redirect(get_object_or_404(Post, slug=slug), permanent=True)


def moved(request):
    """The redirect to the post that a document says was here (`permalink`, `redirect_from`); None
    where there is none. Of posts that claim one address it is the newest, as under Jekyll, where
    the last one written stayed. One query."""
    path = request.path
    if request.method not in ("GET", "HEAD") or path.startswith(PRIVATE) or "\0" in path:
        return None
    claims = Document.objects.filter(addresses__contains=[key(path)], gone_at=None)
    claims = claims.exclude(addresses=[])  # which the index leaves out
    posts = Post.objects.published().filter(pk__in=claims.order_by().values("post"))
    # Not in the query: to find the newest, it would walk all posts, newest first, for a claim.
    claimants = list(posts.for_headline().order_by("slug"))
    newest = max(claimants, key=lambda post: post.published_at, default=None)
    return newest and redirect(newest, permanent=True)


def category(request, slug):
    """`/category/<slug>.html`."""
    category = Category.objects.addressed(slug)
    if category is None:
        raise Http404
    return redirect(category, permanent=True)


def flashes(request):
    """`/emnews/`, which had a page of its own."""
    return category(request, "emnews")
