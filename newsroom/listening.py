"""Where gunicorn listens."""

import socket
from ipaddress import ip_address

from newsroom.environment import Environment


def unusable(host: str, port: int) -> str:
    """Why nothing can be served there; empty if it can. gunicorn itself would try five times, and
    only after the database is ready."""
    try:
        family, kind, *_, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        hint = "another port may be free: make run PORT=8001"
        return f"http://{host}:{port} cannot be served: {error.strerror}; {hint}"
    return ""


def unprotected(environment: Environment) -> str:
    """Why nothing should be served there; empty if it may. A thread of gunicorn waits for a slow
    client, so a few dozen of them stop a server that has no proxy in front of it."""
    host = environment.host
    if environment.has_named_proxies or host == "localhost":
        return ""
    try:
        is_at_home = ip_address(host.strip("[]")).is_loopback
    except ValueError:  # a name
        is_at_home = False
    if is_at_home:
        return ""
    return (
        f"HOST={host} would serve others without a proxy, which a few slow clients could stop. Put "
        "a proxy such as nginx or Caddy before it, and name its address in TRUSTED_PROXIES."
    )
