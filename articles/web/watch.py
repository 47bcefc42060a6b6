"""What a reader follows: a page that is kept in its address, without an account."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from newsroom.addresses import url

from ..listings.subjects import WatchSubject
from ..listings.watchlist import Watchlist
from .listings import listing_of, render_listing, says_when_too_long


@says_when_too_long
def watch(request: HttpRequest) -> HttpResponse:
    """The posts that have any of what the address follows, newest first. `add` has lines that name
    more; the answer is a redirect to the address with them."""
    watchlist = Watchlist.read(request.GET)
    if "add" in request.GET:
        query = watchlist.with_lines(request.GET["add"])
        return HttpResponseRedirect(f"{url('watch')}?{query}" if query else url("watch"))
    context = {"watchlist": watchlist, "chart": None}
    if not watchlist:
        return render(request, "watch/nothing.html", context)
    listing = listing_of(request, WatchSubject(watchlist))
    return render_listing(request, listing, "watch/list.html", **context)


def watched(request: HttpRequest) -> WatchSubject:
    """What the address of a feed follows. Raises `Http404` if that is nothing."""
    watchlist = Watchlist.read(request.GET)
    if not watchlist:
        raise Http404("nothing is followed")
    return WatchSubject(watchlist)
