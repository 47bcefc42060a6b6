from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ..filters import PostFilter
from ..models import Category, Post, Security
from ..querysets import PageKey
from ..search import engine
from .results import results

PAGE_SIZE = 40
KEPT = ["sort", *PostFilter.base_filters]  # parameters that another search keeps


def post_list(request):
    """Every post, or what a search finds, newest first, filtered and a page at a time."""
    return render_listing(request, Post.objects.all(), {})


def category_detail(request, slug):
    """The posts of a category, newest first, filtered and a page at a time."""
    category = get_object_or_404(Category, slug=slug)
    return render_listing(
        request, Post.objects.in_category(category), {"category": category}, category=category
    )


def render_listing(request, posts, context, **fixed):
    """The page of `posts` that the address asks for, as HTML.

    `fixed` is the filter that the listing itself is, which its form leaves out.
    """
    filters = PostFilter(request.GET, queryset=posts.published().for_listing())
    for name in fixed:
        del filters.form.fields[name]
    try:
        found = results(
            request.GET,
            filters,
            fixed,
            size=PAGE_SIZE,
            before=read_key(request.GET.get("before")),
            after=read_key(request.GET.get("after")),
        )
    except engine.SearchTimeoutError:
        return search_timeout(request)
    return render(
        request,
        "posts/list.html",
        {
            **context,
            **found,
            "filters": filters,
            "feed": with_query(reverse("posts-feed"), filters.query(sort=None)),
            "kept": [(name, request.GET[name]) for name in KEPT if request.GET.get(name)],
        },
    )


def with_query(path, query):
    return f"{path}?{query}" if query else path


RETRY_AFTER = 30  # seconds


def search_timeout(request):
    """What a reader is told whose search took too long."""
    response = render(request, "503.html", {"retry_after": RETRY_AFTER}, status=503)
    response["Retry-After"] = RETRY_AFTER
    return response


def read_key(text):
    if not text:
        return None
    key = PageKey.parse(text)
    if key is None:
        raise Http404(f"not the key of a page: {text}")
    return key


def post_detail(request, slug):
    """One post. `NW<digits>` is the old name of `<digits>`."""
    if slug.startswith("NW") and slug[2:].isdecimal():
        return redirect("post", slug[2:], permanent=True)
    post = get_object_or_404(Post.objects.published_or_hidden().select_related("source"), slug=slug)
    if post.status == Post.Status.HIDDEN:
        return render(request, "410.html", status=410)
    return render(
        request,
        "posts/detail.html",
        {
            "post": post,
            "categories": post.categories.order_by("postcategory__position"),
            "tags": post.tags.order_by("posttag__position"),
            "securities": Security.objects.by_mention(post),
        },
    )


def security_detail(request, symbol):
    """The posts that name a security; a page of its own is yet to come."""
    response = redirect("posts")
    response["Location"] += f"?security={symbol}"
    return response
