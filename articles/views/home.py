from django.shortcuts import render

from ..models import Category, Post

NEWEST = 20
BUSIEST = 6
NEWEST_OF_EACH = 5


def home(request):
    """The newest posts, and the newest of each of the busiest categories."""
    return render(
        request,
        "home.html",
        {
            "posts": Post.objects.published().newest_first().for_listing()[:NEWEST],
            "categories": Category.objects.busiest(BUSIEST).with_newest_posts(NEWEST_OF_EACH),
        },
    )
