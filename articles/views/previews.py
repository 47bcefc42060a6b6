"""Posts that readers do not see yet, for whoever was given a link."""

from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from ..editing import previews
from ..models import Post, Security


@never_cache
def preview(request, token):
    """A post by a signed link: 410 when that has expired, a redirect once it is public."""
    try:
        pk = previews.read(token)
    except signing.SignatureExpired:
        return render(request, "preview_expired.html", status=410)
    except signing.BadSignature as error:
        raise Http404("not a link that was made here") from error
    post = get_object_or_404(Post.objects.select_related("source"), pk=pk)
    if post.is_public:
        return redirect(post)
    context = {
        "post": post,
        "is_preview": True,
        "categories": post.categories.order_by("postcategory__position"),
        "tags": post.tags.order_by("posttag__position"),
        "securities": Security.objects.by_mention(post),
    }
    response = render(request, "posts/detail.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
