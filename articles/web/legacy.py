"""The addresses that the archive had under Jekyll. All are permanent redirects."""

from django.http import Http404
from django.shortcuts import redirect

from ..models import Category, Erasure, Post


def post(request, category, year, month, day, stem):
    """`/<category>/<YYYY>/<MM>/<DD>/<rest of the file's name>.html`."""
    slug = stem.removeprefix("NW")
    if len(slug) != 18 or not slug.isdecimal():
        slug = f"{year}-{month}-{day}-{stem}"
    known = Post.objects.published_or_hidden().filter(slug=slug)  # or it would tell of drafts
    if not (known.exists() or Erasure.objects.filter(slug=slug).exists()):
        raise Http404(f"no post {slug}")
    return redirect("post", slug, permanent=True)


def category(request, slug):
    """`/category/<slug>.html`."""
    category = Category.objects.published().addressed(slug)
    if category is None or not category.get_absolute_url():
        raise Http404
    return redirect(category, permanent=True)


def flashes(request):
    """`/emnews/`, which had a page of its own."""
    return category(request, "emnews")
