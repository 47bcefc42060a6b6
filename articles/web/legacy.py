"""The addresses that the archive had under Jekyll: permanent redirects.

`addresses` answers the other former addresses of posts and terms.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from ..models import Category, Erasure, Post


def post(
    request: HttpRequest, category: str, year: str, month: str, day: str, stem: str
) -> HttpResponse:
    """`/<category>/<YYYY>/<MM>/<DD>/<rest of the file's name>.html`."""
    slug = stem.removeprefix("NW")
    if len(slug) != 18 or not slug.isdecimal():
        slug = f"{year}-{month}-{day}-{stem}"
    # A draft has no page: a redirect to one would tell of it.
    known = Post.objects.published_or_hidden().filter(slug=slug)
    if not (known.exists() or Erasure.objects.filter(slug=slug).exists()):
        raise Http404(f"no post {slug}")
    return redirect("post", slug, permanent=True)


def category(request: HttpRequest, slug: str) -> HttpResponse:
    """`/category/<slug>.html`."""
    found = Category.objects.published().addressed(slug)
    if found is None or not found.get_absolute_url():
        raise Http404
    return redirect(found, permanent=True)


def flashes(request: HttpRequest) -> HttpResponse:
    """`/emnews/`, which had a page of its own."""
    return category(request, "emnews")
