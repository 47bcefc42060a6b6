"""What a reader follows: a page that is kept in its address, without an account."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from ..listings.lines import with_lines
from ..listings.subjects import WatchSubject
from ..listings.watchlist import Watchlist, left_out, symbols_of
from ..models import Security
from ..search import engine
from ..terms import SECURITY
from .addresses import with_query
from .listings import listing_of, periods, render_listing, too_long
from .not_found import ExplainedError


def watch(request: HttpRequest) -> HttpResponse:
    """The posts that have any of what the address follows, newest first. `add` has lines that name
    more; the answer is a redirect to the address with them. The same happens where `s` has names.
    What takes too long (503) can be changed there."""
    watchlist = Watchlist.read(request.GET)
    if "add" in request.GET:
        query = with_lines(watchlist, request.GET["add"], left_out(request.GET))
        return HttpResponseRedirect(f"{with_query(request.path, query)}#added")  # for the script
    symbols = [term.symbol for term in watchlist.terms if isinstance(term, Security)]
    is_respelled = {*symbols} != {*symbols_of(request.GET)} or SECURITY.name in request.GET
    if is_respelled and not watchlist.notes:
        parameters = request.GET.copy()
        parameters.pop(SECURITY.name, None)
        parameters["s"] = ",".join(symbols)
        return HttpResponseRedirect(with_query(request.path, parameters.urlencode(safe=",")))
    context = {"watchlist": watchlist, "chart": None}
    if not watchlist:
        return render(request, "watch/nothing.html", context)
    try:
        listing = listing_of(request, WatchSubject(watchlist))
    except engine.SearchTimeoutError as error:
        return too_long(request, error, "watch/too_long.html", periods=periods(), **context)
    return render_listing(request, listing, "watch/list.html", **context)


def watched(request: HttpRequest) -> WatchSubject:
    """What the address of a feed follows. Raises `ExplainedError` if that is nothing."""
    watchlist = Watchlist.read(request.GET)
    if not watchlist:
        raise ExplainedError(" ".join(watchlist.notes) or _("The address names nothing to follow."))
    return WatchSubject(watchlist)
