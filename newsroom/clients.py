"""Who asks: what the proxies say that TRUSTED_PROXIES names, and nobody else."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Address = IPv4Address | IPv6Address
View = Callable[[HttpRequest], HttpResponse]


def believe_proxies_alone(get_response: View) -> View:
    """Middleware, the first: what anybody else says in X-Forwarded-* is taken out of a request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not is_proxy(request.META.get("REMOTE_ADDR", "")):
            for name in [name for name in request.META if name.startswith("HTTP_X_FORWARDED_")]:
                del request.META[name]
        return get_response(request)

    return middleware


def is_proxy(text: str) -> bool:
    """Whether that is the address of a proxy of ours; "" is one: a Unix socket has no address."""
    found = parsed(text)
    if found is None:
        return not text
    return any(found in network for network in settings.TRUSTED_PROXIES)


def address(request: HttpRequest) -> str | None:
    """The client's IP address: the last one that is not a proxy's, of those that the proxies name
    and the connection's own. None if there is none, as on a Unix socket."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    found = None
    for text in (request.META.get("REMOTE_ADDR", ""), *reversed(forwarded)):
        named = parsed(text.strip())
        if named is None and text.strip():
            break  # no proxy writes anything but an address
        found = str(named) if named else found
        if not is_proxy(text.strip()):
            break
    return found


def network(request: HttpRequest) -> str | None:
    """What tells one client from another: its IPv4 address, or the first half of its IPv6 one, for
    the second half a client may choose (RFC 4291, 2.5.4); None where there is none."""
    found = address(request)
    if found is None:
        return None
    ip = ip_address(found)
    if isinstance(ip, IPv4Address):
        return found
    return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))


def parsed(text: str) -> Address | None:
    """An address, with a port after it or not: 192.0.2.1:443, [2001:db8::1]:443."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return ip_address(text)
    except ValueError:
        return None
