"""The settings of an operator, read from the environment. `docs/settings.md` explains each.

No settings of Django: gunicorn reads its configuration without them.
"""

import os
import re
import sys
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from environ import Env

Network = IPv4Network | IPv6Network

THIS_MACHINE: Final = "127.0.0.1,::1"
YES: Final = {"on", "true", "yes", "1"}
NO: Final = {"off", "false", "no", "0"}
LOG_FORMATS: Final = ("TEXT", "JSON")
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
THIS_HOST: Final = {"localhost", "127.0.0.1", "[::1]"}
#: A name of a host (RFC 1123, 2.1; containers have underscores, too), no number.
LABEL: Final = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
HOST_NAME: Final = re.compile(rf"(?=.{{1,253}}$)(?:{LABEL}\.)*(?=[0-9]*[A-Za-z_-]){LABEL}\.?")
#: Of the address of a database, without its options.
DATABASE_ADDRESS: Final = re.compile("[a-z]+://(?:.*@)?(?P<hosts>[^/@]*)/(?P<name>[^/#]+)")
HOST_AND_PORT: Final = re.compile(r"(\[[^]]*\]|[^:]*)(?::([0-9]{1,5}))?")
LONGEST_NAME: Final = 63  # bytes, of a database
NUMBER: Final = re.compile("[0-9]{1,9}")
#: What Django is told of a database; libpq is told the rest.
PARTS_OF_DATABASE: Final = {"ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS"}
OF_DJANGO: Final = {"assume_role"}  # an option
#: Values of options that libpq looks at only when it connects.
OPTION_VALUES: Final[dict[str, re.Pattern[str]]] = {
    "sslmode": re.compile("disable|allow|prefer|require|verify-ca|verify-full"),
    "gssencmode": re.compile("disable|prefer|require"),
    "channel_binding": re.compile("disable|prefer|require"),
    "sslnegotiation": re.compile("postgres|direct"),
    "target_session_attrs": re.compile("any|read-write|read-only|primary|standby|prefer-standby"),
    "load_balance_hosts": re.compile("disable|random"),
    **dict.fromkeys(
        (
            "connect_timeout",
            "tcp_user_timeout",
            "keepalives",
            "keepalives_idle",
            "keepalives_interval",
            "keepalives_count",
        ),
        NUMBER,
    ),
}
#: The options that the server of `CACHE_URL` may have; the site itself decides about the others.
CACHE_OPTIONS: Final[dict[str, re.Pattern[str]]] = {
    "db": NUMBER,
    "protocol": re.compile("[23]"),
    **dict.fromkeys(("max_connections", "health_check_interval"), NUMBER),
    "client_name": re.compile("[!-~]+"),
    **dict.fromkeys(("username", "password"), re.compile(".+")),
    "ssl_cert_reqs": re.compile("none|optional|required"),
    "ssl_check_hostname": re.compile("true|false", re.IGNORECASE),
    **dict.fromkeys(
        ("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile"), re.compile(".+")
    ),
}
#: Options of addresses that name files or folders of this machine.
FILE_OPTIONS: Final = {
    *("sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "passfile"),
    *("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile"),
}
#: What only a shell or systemd would make a path of, quotation marks, comments and addresses.
NO_PATH: Final = re.compile("""[~$%"'#].*|.*(?:://| #).*""")
SHORTEST_TOKEN: Final = 16
SHORTEST_KEY: Final = 50
#: A secret has at least so many different characters, and repeats fewer than these.
LEAST_DIFFERENT: Final = 8
#: What stands for a secret that is still to be made, as in examples. It counts for nothing.
PLACEHOLDER = re.compile(
    r"\$\([^)]*+\)|`[^`]*+`|<[^>]*+>|0123456789|1234567|abcdef|qwerty"
    r"|change|replace|insecure|secret|password|example|random|characters|development|production"
    r"|python3?|import|token|print",
    re.IGNORECASE,
)
#: Where systems have fonts with Chinese characters: Debian, Fedora, macOS.
FONTS: Final = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
)

PROJECT: Final = Path(__file__).resolve().parents[1]
MOST_PROCESSES: Final = 1000

PREFIX: Final = "NEWSROOM_"  # which no setting has
OTHER_PREFIX: Final = "DJANGO_"  # which many sites have before names of Django's settings
#: What Kubernetes and Docker tell each container of a service whose name begins with newsroom.
OF_SERVICES: Final = re.compile(r"_SERVICE_(HOST|PORT\w*)$|_PORT_\d+_(TCP|UDP|SCTP)(_[A-Z]+)?$")
PORT_OF_SERVICE: Final = re.compile("(tcp|udp|sctp)://")  # the value of the variable for its port
SHORTEST: Final = 5  # letters of names that are compared: HOST and PORT are like many others
#: Of two names, as difflib measures it, if one is a misspelling, or lacks the unit at its end.
SIMILARITY: Final = 0.83


class Environment:
    """All settings, checked as they are read. An empty one counts as not set.

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
        if not self.debug and not THIS_HOST.issuperset(self.allowed_hosts):
            refuse_guessable("SECRET_KEY", self.secret_key, SHORTEST_KEY)
        self.https = self.switch("HTTPS", default=bool(self.allowed_hosts))

        self.host = self.listening("HOST", "127.0.0.1")
        self.port = self.number("PORT", 8000, least=1, most=2**16 - 1)
        self.web_concurrency = self.number(
            "WEB_CONCURRENCY", min(os.cpu_count() or 1, 4), least=1, most=MOST_PROCESSES
        )
        self.has_named_proxies = bool(self.networks("TRUSTED_PROXIES"))
        self.trusted_proxies = self.networks("TRUSTED_PROXIES", THIS_MACHINE)

        self.database_url = self.address("DATABASE_URL", *POSTGRESQL)
        self.database_session_url = self.address("DATABASE_SESSION_URL", *POSTGRESQL)
        self.database_replica_urls = self.addresses("DATABASE_REPLICA_URLS", *POSTGRESQL)
        for name in ("DATABASE_SESSION_URL", "DATABASE_REPLICA_URLS"):
            if self.text(name) and not self.database_url:
                raise ValueError(f"{name} is set, so DATABASE_URL must be set too.")
        self.cache_url = self.address(
            "CACHE_URL", check_cache, "redis://host:6379/0", "rediss", "unix"
        )
        self.page_cache_mib = self.number("PAGE_CACHE_MIB", 32, most=memory() >> 20)
        self.upload_dir = self.folder("UPLOAD_DIR", "var/uploads")
        self.upload_max_mib = self.number("UPLOAD_MAX_MIB", 512, least=1)

        self.log_level = self.one_of("LOG_LEVEL", "WARNING", LOG_LEVELS)
        self.log_format = self.one_of("LOG_FORMAT", "TEXT", LOG_FORMATS)
        self.error_dsn = self.address("ERROR_DSN", check_dsn, "https://key@host/1", "http")

        self.metrics_networks = self.networks("METRICS_NETWORKS")
        self.metrics_token = self.token("METRICS_TOKEN")

        self.api_limit = self.number("API_LIMIT", 120)
        self.websub_hub = self.address("WEBSUB_HUB", check_site, "https://hub.example.com/", "http")

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
        if not NUMBER.fullmatch(text) or not least <= int(text) <= most:
            raise ValueError(f"{name}={text}: write a whole number from {least} to {most}.")
        return int(text)

    def one_of(self, name: str, default: str, words: Collection[str]) -> str:
        """One of these words in capitals, however it is written."""
        text = self.text(name, default)
        if text.upper() not in words:
            raise ValueError(f"{name}={text}: write one of {', '.join(words)}.")
        return text.upper()

    def token(self, name: str) -> str:
        """Characters that a header can have, enough of them that nobody guesses it."""
        text = self.text(name)
        if text and not re.fullmatch("[!-~]+", text):
            raise ValueError(f"{name}: write letters, digits and marks of ASCII, without spaces.")
        if text:
            refuse_guessable(name, text, SHORTEST_TOKEN)
        return text

    def listening(self, name: str, default: str) -> str:
        """An IP address, in brackets if it has colons, or the name of a host."""
        text = self.text(name, default)
        bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
        if not can_be_host(f"[{bare}]" if ":" in text else text):
            raise ValueError(
                f"{name}={text}: write an IP address or the name of a host, without port."
            )
        return f"[{bare}]" if ":" in bare else bare

    def folder(self, name: str, default: str) -> str:
        """A folder, or one that can be made, as far as no file is in its place."""
        text = self.text(name, default)
        if not text.isprintable() or NO_PATH.fullmatch(text):
            raise ValueError(f"{name}={text!r}: write the path of a folder in full.")
        path = PROJECT / text
        try:
            nearest = next(part for part in (path, *path.parents) if part.exists())
        except OSError as error:  # a long name, or what this account may not look into
            raise ValueError(f"{name}={text}: {error.strerror}.") from error
        if not nearest.is_dir():
            raise ValueError(f"{name}={text}: {nearest} is not a folder.")
        return text

    def font(self, name: str) -> str:
        """A file; if none is named, the first of `FONTS` that is there."""
        text = self.text(name)
        if text.lower() in NO:
            return ""
        if not text:
            return next(filter(lambda font: Path(font).is_file(), FONTS), "")
        from PIL import ImageFont

        try:
            if not Path(text).is_file():
                raise ValueError(f"{name}={text}: there is no such file.")
            ImageFont.truetype(text)
        except OSError:
            raise ValueError(f"{name}={text}: this is not a font that can be read.") from None
        return text

    def several(self, name: str, default: str = "") -> list[str]:
        """What stands between commas."""
        text = self.text(name, default)
        found = [part for part in map(str.strip, text.split(",")) if part]
        if text and not found:
            raise ValueError(f"{name}={text}: write something between the commas, or leave it out.")
        return found

    def hosts(self, name: str) -> list[str]:
        found = self.several(name)
        for host in found:
            if host != "*" and not can_be_host(host.removeprefix(".")):
                raise ValueError(
                    f"{name}: {host} is not the name of a host. Write names alone, such as "
                    "news.example.com,www.example.com, without https:// and port."
                )
        return found

    def networks(self, name: str, default: str = "") -> list[Network]:
        texts = self.several(name, default)
        try:
            return [ip_network(text, strict=False) for text in texts]
        except ValueError as error:
            raise ValueError(
                f"{name}: {error}. Write IP addresses or networks, such as 10.0.0.1,10.1.0.0/16."
            ) from error

    def address(
        self, name: str, check: Callable[[str], None], example: str, *other_schemes: str
    ) -> str:
        """A URL of the scheme of `example` or of another of these. `check` raises `ValueError` if
        it makes no sense."""
        text = self.text(name)
        if text:
            check_address(name, text, check, example, *other_schemes)
        return text

    def addresses(
        self, name: str, check: Callable[[str], None], example: str, *other_schemes: str
    ) -> list[str]:
        """Several such URLs, each of another server."""
        found = self.several(name)
        for text in found:
            check_address(name, text, check, example, *other_schemes)
        if len({server_of(text) for text in found}) < len(found):
            raise ValueError(f"{name} names a server twice.")
        return found

    def refuse_misspelt(self) -> None:
        """Raises `ValueError` for a variable whose name is almost that of a setting, or begins with
        the name of this project."""
        comparable = [name for name in self.names if len(name) >= SHORTEST]
        comparable += [PREFIX + name for name in self.names]
        for variable in sorted(self.variables.keys() - self.names):
            if self.is_of_service(variable):
                continue
            name = variable.upper().removeprefix(PREFIX)
            is_ours = name != variable.upper()
            name = name.removeprefix(OTHER_PREFIX)
            if name in self.names and name != variable.upper():
                meant = [name]
            else:
                slips = sorted(one for one in self.names if is_slip(name, one))
                close = get_close_matches(name, comparable, 1, SIMILARITY)
                # With a word before it, it is another program's: AWS_SECRET_KEY.
                meant = slips or [one for one in close if not name.endswith(f"_{one}")]
            if meant or is_ours:
                hint = f"Did you mean {meant[0].removeprefix(PREFIX)}? " if meant else ""
                raise ValueError(f"{variable} is not a setting. {hint}docs/settings.md has all.")

    def is_of_service(self, variable: str) -> bool:
        """Whether the machine tells by this variable where a service is."""
        return bool(
            OF_SERVICES.search(variable)
            or (variable.endswith("_PORT") and PORT_OF_SERVICE.match(self.variables[variable]))
        )


def memory() -> int:
    """The memory of this machine, in bytes."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def is_slip(text: str, name: str) -> bool:
    """Whether two neighbouring letters of the name are exchanged, or one letter is wrong; of short
    names, only the former."""
    if len(text) != len(name):
        return False
    match [place for place in range(len(name)) if text[place] != name[place]]:
        case [_]:
            return len(name) >= SHORTEST
        case [first, second] if second == first + 1:
            return text[first] == name[second] and text[second] == name[first]
    return False


def refuse_guessable(name: str, secret: str, shortest: int) -> None:
    """Raises `ValueError` for a secret that somebody may guess."""
    if len(secret) < shortest:
        raise ValueError(f"{name} is short: write {shortest} characters or more.")
    period = next(size for size in range(1, len(secret) + 1) if secret.startswith(secret[size:]))
    is_repeated = period < shortest and len(secret) - period >= LEAST_DIFFERENT
    is_monotonous = len(set(secret)) < LEAST_DIFFERENT
    is_placeholder = len(PLACEHOLDER.sub("", secret)) < min(len(secret), shortest)
    is_djangos = secret.startswith("django-insecure-")
    if is_repeated or is_monotonous or is_placeholder or is_djangos:
        raise ValueError(f"{name} can be guessed: write {shortest} random characters or more.")


def can_be_host(text: str) -> bool:
    """Whether it is the name of a host, an IPv4 address, or an IPv6 address in brackets."""
    if not text.startswith("["):
        return bool(HOST_NAME.fullmatch(text)) or is_address(text, 4)
    return text.endswith("]") and is_address(text[1:-1], 6)


def is_address(text: str, version: int) -> bool:
    try:
        return ip_address(text).version == version
    except ValueError:
        return False


def check_address(
    name: str, text: str, check: Callable[[str], None], example: str, *other_schemes: str
) -> None:
    """Raises `ValueError` unless `text` is a URL of one of these schemes that `check` lets pass,
    and the files that its options name are there."""
    schemes = (example.partition(":")[0], *other_schemes)
    if text.partition("://")[0] not in schemes:
        raise ValueError(f"{name} must begin with {', '.join(schemes)}, such as {example}.")
    try:
        check(text)
    except ValueError:
        raise ValueError(
            f"{name} makes no sense as an address. Percent-encode special characters of its "
            f"password, look at its options, and write it as {example}."
        ) from None
    for key, value in parse_qsl(text.partition("?")[2]):
        if key in FILE_OPTIONS and value.startswith("/") and not os.access(value, os.R_OK):
            raise ValueError(f"{name}: {key}={value} is not there, or cannot be read.")


def check_database(url: str) -> None:
    """Raises `ValueError` unless it names a database, with options that libpq knows, of values that
    it takes."""
    address = DATABASE_ADDRESS.fullmatch(url.partition("?")[0])
    if not address or len(unquote(address["name"]).encode()) > LONGEST_NAME:
        raise ValueError(url)
    for server in address["hosts"].split(",") if address["hosts"] else ():
        check_server(server)
    found = Env.db_url_config(url)
    if not found["NAME"] or found.keys() - PARTS_OF_DATABASE:  # for Django, as conn_max_age
        raise ValueError(url)
    texts = [found["NAME"], found["USER"], found["PASSWORD"], unquote(found["HOST"])]
    if any("\0" in text for text in texts):
        raise ValueError(url)
    options = {key: str(value) for key, value in found.get("OPTIONS", {}).items()}
    if any(
        not OPTION_VALUES[key].fullmatch(options[key]) for key in options.keys() & OPTION_VALUES
    ):
        raise ValueError(url)
    if options:
        from psycopg import ProgrammingError
        from psycopg.conninfo import make_conninfo

        try:
            make_conninfo(**{key: options[key] for key in options.keys() - OF_DJANGO})
        except ProgrammingError as error:
            raise ValueError(url) from error


def database_at(url: str) -> dict[str, Any]:
    """The database at an address, as Django's settings name one."""
    found: dict[str, Any] = Env.db_url_config(url)
    # The folder of a socket, as in libpq's own addresses: postgres://user@%2Frun%2Fpostgresql/name
    found["HOST"] = unquote(found["HOST"])
    return found


def check_server(text: str) -> None:
    """Raises `ValueError` unless it is a host or the folder of a socket, and maybe a port."""
    parts = HOST_AND_PORT.fullmatch(text)
    if not parts or not (can_be_host(parts[1]) or unquote(parts[1]).startswith("/")):
        raise ValueError(text)
    if parts[2] and not 1 <= int(parts[2]) < 2**16:
        raise ValueError(text)


def server_of(url: str) -> tuple[str, str]:
    """The host of the address of a database, and its port."""
    found = Env.db_url_config(url)
    return found["HOST"].lower(), str(found["PORT"] or 5432)


def check_cache(url: str) -> None:
    """Raises `ValueError` unless the client of Redis can make a connection of it, with options of
    `CACHE_OPTIONS` alone."""
    parts = urlsplit(url)
    if not (parts.path if parts.scheme == "unix" else re.fullmatch("/?[0-9]*", parts.path)):
        raise ValueError(url)
    for key, value in parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True):
        if key not in CACHE_OPTIONS or not CACHE_OPTIONS[key].fullmatch(value):
            raise ValueError(url)
    server = parts.netloc.rpartition("@")[2]
    if server and parts.scheme == "unix":  # as if the first folder were a host
        raise ValueError(url)
    if server:
        check_server(server)
    from redis import ConnectionPool, RedisError  # it takes 0.2 s, and most sites do without

    try:
        ConnectionPool.from_url(url).make_connection()  # which does not connect yet
    except (TypeError, RedisError) as error:
        raise ValueError(url) from error


def check_dsn(url: str) -> None:
    """Raises `ValueError` unless the client of Sentry can read it."""
    check_site(url)
    from sentry_sdk.utils import Dsn

    Dsn(url)


def check_site(url: str) -> None:
    """Raises `ValueError` unless it has a host, and a port that there can be if it has one."""
    check_server(urlsplit(url).netloc.rpartition("@")[2])


#: How to check the address of a database, an example, and other schemes that it may have.
POSTGRESQL: Final[tuple[Callable[[str], None], str, str, str]] = (
    check_database,
    "postgres://user:password@host:5432/name",
    "postgresql",
    "pgsql",
)


def read_or_exit() -> Environment:
    """The settings of this process. If one is wrong, the process ends with a line that says so."""
    try:
        return Environment(os.environ)
    except ValueError as error:
        sys.exit(str(error))
