"""The WebSub hub (https://www.w3.org/TR/websub/) is told when the feeds of all posts may have
changed. Other feeds do not announce it: an import changes thousands of them."""

import logging
from typing import Final
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen  # noqa: TID251, it tells, and reads no answer

from django.conf import settings

from newsroom.addresses import root, url

from .models import ArchiveVersion

FEEDS: Final = ("feed", "feed-json", "posts-feed", "posts-feed-json")
TIMEOUT: Final = 10  # seconds
logger = logging.getLogger(__name__)

_told: tuple[str, int] | None = None  # the hub, and the version of the archive that it knows of


def paths() -> list[str]:
    """Of the feeds of which the hub is told."""
    return [url(name) for name in FEEDS]


def tell() -> None:
    """Tell the hub, if there is one, of each feed, unless nothing has changed since this process
    last did. If the hub does not answer, that is logged, and the next call tells it."""
    global _told
    hub, version = settings.WEBSUB_HUB, ArchiveVersion.objects.number()
    if not hub or (hub, version) == _told:
        return
    try:
        for path in paths():
            said = urlencode({"hub.mode": "publish", "hub.url": root() + path})
            with urlopen(Request(hub, said.encode()), timeout=TIMEOUT):  # noqa: S310, the operator's
                pass
    except (URLError, OSError) as error:  # which an answer of 400 or more is, too
        logger.warning("The WebSub hub was not told: %s", error)
        return
    _told = hub, version
