"""The settings of an operator, read from the environment. `docs/settings.md` explains each.

No settings of Django: gunicorn reads its configuration without them.
"""

import os
import re
import sys
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from environ import Env

Network = IPv4Network | IPv6Network

THIS_MACHINE: Final = "127.0.0.1,::1"
YES: Final = {"on", "true", "yes", "1"}
NO: Final = {"off", "false", "no", "0"}
LOG_FORMATS: Final = ("TEXT", "JSON")
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
HOST_NAME: Final = re.compile(r"\*|\.?[\w.-]+|\[[0-9a-fA-F:.]+\]")
SHORTEST_TOKEN: Final = 16
#: Where systems have fonts with Chinese characters: Debian, Fedora, macOS.
FONTS: Final = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
)

#: How to read the address of a database, an example, and other schemes that it may have.
POSTGRESQL: Final = (
    Env.db_url_config,
    "postgres://user:password@host:5432/name",
    *("postgresql", "pgsql"),
)

PREFIX: Final = "NEWSROOM_"  # which no setting has
SHORTEST: Final = 5  # letters of names that are compared: HOST and PORT are like many others
SIMILARITY: Final = 0.85  # of two names, as difflib measures it, if one is a misspelling


class Environment:
    """All settings, checked as they are read. An empty one is as one that is not set.

    Raises `ValueError`, which says in a line what is wrong with which setting. It repeats no value
    that may contain a password.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.names: set[str] = set()

        self.debug = self.switch("DEBUG", default=False)
        self.allowed_hosts = self.hosts("ALLOWED_HOSTS")
        self.secret_key = self.text("SECRET_KEY")
        if self.allowed_hosts and not self.secret_key:
            raise ValueError("ALLOWED_HOSTS is set, so SECRET_KEY must be set too.")
        self.https = self.switch("HTTPS", default=bool(self.allowed_hosts))

        self.host = self.text("HOST", "127.0.0.1")
        self.port = self.number("PORT", 8000, least=1, most=2**16 - 1)
        self.web_concurrency = self.number("WEB_CONCURRENCY", min(os.cpu_count() or 1, 4), least=1)
        self.has_named_proxies = bool(self.networks("TRUSTED_PROXIES"))
        self.trusted_proxies = self.networks("TRUSTED_PROXIES", THIS_MACHINE)

        self.database_url = self.address("DATABASE_URL", *POSTGRESQL)
        self.database_session_url = self.address("DATABASE_SESSION_URL", *POSTGRESQL)
        self.database_replica_urls = self.addresses("DATABASE_REPLICA_URLS", *POSTGRESQL)
        for name in ("DATABASE_SESSION_URL", "DATABASE_REPLICA_URLS"):
            if self.text(name) and not self.database_url:
                raise ValueError(f"{name} is set, so DATABASE_URL must be set too.")
        self.cache_url = self.address(
            "CACHE_URL", lambda url: urlsplit(url).port, "redis://host:6379/0", "rediss", "unix"
        )
        self.page_cache_mib = self.number("PAGE_CACHE_MIB", 32)
        self.upload_dir = self.text("UPLOAD_DIR", "var/uploads")
        self.upload_max_mib = self.number("UPLOAD_MAX_MIB", 512, least=1)

        self.log_level = self.one_of("LOG_LEVEL", "WARNING", LOG_LEVELS)
        self.log_format = self.one_of("LOG_FORMAT", "TEXT", LOG_FORMATS)
        self.error_dsn = self.address("ERROR_DSN", check_dsn, "https://key@host/1", "http")

        self.metrics_networks = self.networks("METRICS_NETWORKS")
        self.metrics_token = self.text("METRICS_TOKEN")
        if 0 < len(self.metrics_token) < SHORTEST_TOKEN:
            raise ValueError(f"METRICS_TOKEN is short: write {SHORTEST_TOKEN} characters or more.")

        self.api_limit = self.number("API_LIMIT", 120)
        self.websub_hub = self.address(
            "WEBSUB_HUB", lambda url: urlsplit(url).port, "https://hub.example.com/", "http"
        )

        self.picture_font = self.font("PICTURE_FONT")
        self.embed_hosts = self.hosts("EMBED_HOSTS")

        self.refuse_misspelt()

    def text(self, name: str, default: str = "") -> str:
        self.names.add(name)
        return self.variables.get(name, "").strip() or default

    def switch(self, name: str, *, default: bool) -> bool:
        text = self.text(name).lower()
        if text and text not in YES | NO:
            raise ValueError(f"{name}={text}: write on or off.")
        return text in YES if text else default

    def number(self, name: str, default: int, least: int = 0, most: int = 10**6) -> int:
        text = self.text(name, str(default))
        if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"{name}={text}: write a whole number from {least} to {most}.")
        return int(text)

    def one_of(self, name: str, default: str, words: Collection[str]) -> str:
        """One of these words in capitals, however it is written."""
        text = self.text(name, default)
        if text.upper() not in words:
            raise ValueError(f"{name}={text}: write one of {', '.join(words)}.")
        return text.upper()

    def file(self, name: str) -> str:
        text = self.text(name)
        if text and not Path(text).is_file():
            raise ValueError(f"{name}={text}: there is no such file.")
        return text

    def font(self, name: str) -> str:
        """A file; if none is named, the first of `FONTS` that is there."""
        if self.text(name) in NO:
            return ""
        return self.file(name) or next(filter(lambda font: Path(font).is_file(), FONTS), "")

    def several(self, name: str, default: str = "") -> list[str]:
        """What stands between commas."""
        parts = (part.strip() for part in self.text(name).split(","))
        return [part for part in parts if part] or (default.split(",") if default else [])

    def hosts(self, name: str) -> list[str]:
        found = self.several(name)
        for host in found:
            if not HOST_NAME.fullmatch(host):
                raise ValueError(
                    f"{name}: {host} is not the name of a host. Write names alone, such as "
                    "news.example.com,www.example.com, without https:// and port."
                )
        return found

    def networks(self, name: str, default: str = "") -> list[Network]:
        try:
            return [ip_network(text, strict=False) for text in self.several(name, default)]
        except ValueError as error:
            raise ValueError(
                f"{name}: {error}. Write IP addresses or networks, such as 10.0.0.1,10.1.0.0/16."
            ) from error

    def address(
        self, name: str, read: Callable[[str], object], example: str, *other_schemes: str
    ) -> str:
        """A URL of the scheme of `example` or of another of these. `read` raises `ValueError` if it
        cannot read it."""
        text = self.text(name)
        if text:
            check_address(name, text, read, example, *other_schemes)
        return text

    def addresses(
        self, name: str, read: Callable[[str], object], example: str, *other_schemes: str
    ) -> list[str]:
        """Several such URLs."""
        found = self.several(name)
        for text in found:
            check_address(name, text, read, example, *other_schemes)
        return found

    def refuse_misspelt(self) -> None:
        """Raises `ValueError` for a variable whose name is almost that of a setting."""
        comparable = [name for name in self.names if len(name) >= SHORTEST]
        for variable in sorted(self.variables.keys() - self.names):
            name = variable.upper().removeprefix(PREFIX)
            for meant in get_close_matches(name, comparable, 1, SIMILARITY):
                raise ValueError(
                    f"{variable} is not a setting. Did you mean {meant}? docs/settings.md has all."
                )


def check_address(
    name: str, text: str, read: Callable[[str], object], example: str, *other_schemes: str
) -> None:
    """Raises `ValueError` unless `text` is a URL of one of these schemes that `read` can read."""
    schemes = (example.partition(":")[0], *other_schemes)
    if text.partition("://")[0] not in schemes:
        raise ValueError(f"{name} must begin with {', '.join(schemes)}, such as {example}.")
    try:
        read(text)
    except ValueError:
        raise ValueError(
            f"{name} makes no sense as an address. Percent-encode special characters of its "
            f"password, and write it as {example}."
        ) from None


def check_dsn(url: str) -> None:
    """Raises `ValueError` unless it has the key and the number of a project, as Sentry's have."""
    parts = urlsplit(url)
    if not (parts.username and parts.hostname and parts.path.strip("/")):
        raise ValueError(url)


def read_or_exit() -> Environment:
    """The settings of this process. If one is wrong, the process ends with a line that says so."""
    try:
        return Environment(os.environ)
    except ValueError as error:
        sys.exit(str(error))
