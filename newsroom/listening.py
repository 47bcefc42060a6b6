"""Where gunicorn listens, and which proxies it believes. No Django: gunicorn reads its
configuration without it."""

import os
import socket
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

THIS_MACHINE = ["127.0.0.1", "::1"]


def trusted_proxies(environ: Mapping[str, str]) -> list[Network]:
    """The networks that TRUSTED_PROXIES names, or this machine. Raises `ValueError`."""
    try:
        return [ip_network(name, strict=False) for name in named_proxies(environ) or THIS_MACHINE]
    except ValueError as error:
        raise ValueError(
            f"TRUSTED_PROXIES: {error}. Name the IP addresses or networks of the proxies, such as "
            "10.0.0.1,10.1.0.0/16."
        ) from error


def named_proxies(environ: Mapping[str, str]) -> list[str]:
    names = (name.strip() for name in environ.get("TRUSTED_PROXIES", "").split(","))
    return [name for name in names if name]


def unusable(host: str, port: str) -> str:
    """Why nothing can be served there; empty if it can. gunicorn itself would try five times, and
    only after the database is ready."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
        return f"PORT={port} is not a port: name a number from 1 to 65535."
    try:
        family, kind, *_, address = socket.getaddrinfo(
            host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        hint = "another port may be free: make run PORT=8001"
        return f"http://{host}:{port} cannot be served: {error.strerror}; {hint}"
    return ""


def unprotected(host: str) -> str:
    """Why nothing should be served there; empty if it may. A thread of gunicorn waits for a slow
    client, so a few dozen of them stop a server that has no proxy in front of it."""
    try:
        trusted_proxies(os.environ)
    except ValueError as error:
        return str(error)
    if named_proxies(os.environ) or host == "localhost":
        return ""
    try:
        is_at_home = ip_address(host.strip("[]")).is_loopback
    except ValueError:  # a name, or "" for all addresses
        is_at_home = False
    if is_at_home:
        return ""
    return (
        f"HOST={host} would serve others without a proxy, which a few slow clients could stop. Put "
        "a proxy such as nginx or Caddy before it, and name its address in TRUSTED_PROXIES."
    )
