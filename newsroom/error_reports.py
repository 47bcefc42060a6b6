"""Reports of errors to a server that speaks Sentry's protocol, such as Sentry itself, GlitchTip or
Bugsink. It is imported only if ERROR_DSN names one."""

from typing import TYPE_CHECKING, Final

import sentry_sdk
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import ignore_logger

from newsroom.logs import request_id, without_tokens

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

TOLD: Final = ("method", "url")  # of a request: the rest may be a query, a form or a session


def report_errors_to(dsn: str) -> None:
    """Send a report of each error that is logged, and of each that ends a command."""
    ignore_logger("gunicorn.error")  # which repeats whole addresses
    sentry_sdk.init(
        dsn,
        integrations=[DjangoIntegration(middleware_spans=False)],
        auto_enabling_integrations=False,
        send_default_pii=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        before_send=to_be_sent,
    )


def to_be_sent(event: "Event", hint: "Hint") -> "Event | None":
    """The report without what readers and editors wrote, and with the request's id of the log. None
    for a request that failed because the database is away: `articles.replicas` tells that once."""
    from articles.outages import is_gone  # which needs settings

    request = event.get("request", {})
    if request_id.get() and "exc_info" in hint and is_gone(hint["exc_info"][1]):
        return None
    event["request"] = {
        name: without_tokens(str(request[name])) for name in TOLD if name in request
    }
    event.setdefault("tags", {})["request"] = request_id.get()
    return event
