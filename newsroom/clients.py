"""Who asks."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str | None:
    """The client's IP address: what the nearest proxy says, which is the last of
    X-Forwarded-For, where a proxy is believed about HTTPS too; else the connection's own. None
    where there is neither, as on a Unix socket."""
    candidates = [request.META.get("REMOTE_ADDR", "")]
    if settings.SECURE_PROXY_SSL_HEADER:
        candidates.insert(0, request.headers.get("X-Forwarded-For", "").rpartition(",")[2])
    return next((text.strip() for text in candidates if is_address(text.strip())), None)


def network(request: HttpRequest) -> str:
    """What tells one client from another: its IPv4 address, or the first half of its IPv6 one, for
    the second half a client may choose (RFC 4291, 2.5.4); "" where there is none."""
    found = address(request)
    if found is None:
        return ""
    ip = ip_address(found)
    if ip.version == 4:
        return found
    return str(ip.ipv4_mapped or ip_network((int(ip) >> 64 << 64, 64)))


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
