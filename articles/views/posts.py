from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from ..filters import PostFilter
from ..models import Category, Post, Security
from ..querysets import PageKey

PAGE_SIZE = 40


def post_list(request):
    """Every post, newest first, filtered and a page at a time."""
    return render_listing(request, Post.objects.all(), {})


def category_detail(request, slug):
    """The posts of a category, newest first, filtered and a page at a time."""
    category = get_object_or_404(Category, slug=slug)
    return render_listing(
        request, Post.objects.in_category(category), {"category": category}, without="category"
    )


def render_listing(request, posts, context, without=None):
    """The page of `posts` that the address asks for, as HTML.

    `without` names the filter that the listing itself is, which its form leaves out.
    """
    filters = PostFilter(request.GET, queryset=posts.published().for_listing())
    if without:
        del filters.form.fields[without]
    page = filters.qs.page(
        size=PAGE_SIZE,
        before=read_key(request.GET.get("before")),
        after=read_key(request.GET.get("after")),
    )
    return render(request, "posts/list.html", {"page": page, "filters": filters, **context})


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
