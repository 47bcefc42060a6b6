"""Posts that readers do not see yet, for whoever was given a link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from ..editing import previews
from ..listings.post_page import preview_of
from ..models import PreviewLink


@never_cache
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """A post by a link: a redirect once it is public, 410 when the link has ended."""
    links = PreviewLink.objects.select_related("post__source", "made_by")
    link = get_object_or_404(links, token=token)
    post = link.post
    if post.is_public:
        return redirect(post)
    if not previews.is_good(link):
        return render(request, "preview_expired.html", status=410)
    response = render(request, "posts/detail.html", {"page": preview_of(post)})
    response["X-Robots-Tag"] = "noindex"
    return response
