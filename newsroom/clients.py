"""Who sends a request. Only the proxies that TRUSTED_PROXIES names are believed about that."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Address = IPv4Address | IPv6Address
View = Callable[[HttpRequest], HttpResponse]


def believe_proxies_alone(get_response: View) -> View:
    """The first middleware: it removes the X-Forwarded-* headers that anybody else sends."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not is_proxy(request.META.get("REMOTE_ADDR", "")):
            for name in [name for name in request.META if name.startswith("HTTP_X_FORWARDED_")]:
                del request.META[name]
        return get_response(request)

    return middleware


def is_proxy(text: str) -> bool:
    """Whether this is the address of one of our proxies. "" is: a Unix socket has no address."""
    found = parsed(text)
    if found is None:
        return not text
    return any(found in network for network in settings.TRUSTED_PROXIES)


def address(request: HttpRequest) -> str | None:
    """The client's IP address: going back from that of the connection through those that proxies
    name, the first that is not a proxy's. None if there is none, as on a Unix socket."""
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
    """What tells one client from another: its IPv4 address, or the first half of its IPv6 address,
    since a client may choose the second half (RFC 4291, 2.5.4). None if it has no address."""
    found = address(request)
    if found is None:
        return None
    ip = ip_address(found)
    if isinstance(ip, IPv4Address):
        return found
    return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))


def parsed(text: str) -> Address | None:
    """An address that may have a port: 192.0.2.1:443, [2001:db8::1]:443. None for other text."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return ip_address(text)
    except ValueError:
        return None
