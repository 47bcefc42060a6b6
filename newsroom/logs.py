"""The log: a line for each record, for people or as JSON. No settings of Django: gunicorn logs so,
too."""

import datetime as dt
import json
import logging
import re
import traceback
from contextvars import ContextVar
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from newsroom.environment import PROJECT, Environment

PREVIEW: Final = re.compile(r"(/preview)\b[^?#\s\"']*", re.IGNORECASE)
#: Of the request that this thread answers. It stays after the last middleware, since Django logs a
#: 404 then; the worker of gunicorn takes it away before it reads the next request.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def configuration(environment: Environment) -> dict[str, Any]:
    """What `logging.config.dictConfig` takes."""
    level = environment.log_level
    formatter = JsonLine if environment.log_format == "JSON" else TextLine
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "filters": {"refusals": {"()": Refusals}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["refusals"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django gives its logger a level, and in DEBUG a handler, which would log everything
            # twice.
            "django": {"level": level},
            # It tells each attempt of each connection. What fails for it says so itself.
            "psycopg.pool": {"level": level if level == "DEBUG" else "ERROR"},
            # gunicorn says where it listens whatever the level is.
            "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
        },
    }


class Refusals(logging.Filter):
    """Makes warnings of what Django logs as errors although a request was only refused, such as one
    for a host that is not ours or a form that is too long (`django.security`), or was only told to
    come back later. With errors, anybody could have an operator called at night. What reports
    errors looks at a record after its handlers."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not (is_refusal(record) or is_for_later(record)) or record.levelno <= logging.WARNING:
            return True
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        return logging.getLogger().isEnabledFor(logging.WARNING)


class TextLine(logging.Formatter):
    """time LEVEL logger: message name="value" …"""

    def format(self, record: logging.LogRecord) -> str:
        told = "".join(f" {name}={in_a_line(text)}" for name, text in context(record).items())
        message = in_a_line(without_tokens(record.getMessage()), quote="")
        return f"{time_of(record)} {record.levelname} {record.name}: {message}{told}"


class JsonLine(logging.Formatter):
    """An object with time, level, logger and message, and with the `fields` of the record."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": time_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": without_tokens(record.getMessage()),
            **getattr(record, "fields", {}),
            **context(record),
        }
        return json.dumps(line, ensure_ascii=False, default=str)


def context(record: logging.LogRecord) -> dict[str, str]:
    """The request during which something was logged, and the error of which it tells."""
    found = {}
    if request := request_id.get():
        found["request"] = request
    if record.exc_info and record.exc_info[1] and not is_refusal(record):
        found["error"] = what_failed(record.exc_info[1])
        if not is_for_later(record):
            found["traceback"] = "".join(traceback.format_exception(record.exc_info[1]))
    return found


def is_refusal(record: logging.LogRecord) -> bool:
    """Whether it tells of a request that was refused, which is no fault of ours."""
    return getattr(record, "status_code", 500) < 500


def is_for_later(record: logging.LogRecord) -> bool:
    """Whether it tells of a request that may be repeated later, as while the database is away."""
    return getattr(record, "status_code", 500) == HTTPStatus.SERVICE_UNAVAILABLE


def without_tokens(text: str) -> str:
    """Text in which no address of a preview opens one, which may not be public."""
    return PREVIEW.sub(r"\1/…/", text)


def what_failed(error: BaseException) -> str:
    """The kind of an error, what it says, and where in our code it was raised."""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if is_ours(frame)] or frames
    if not ours:
        return said
    last = ours[-1]
    path = last.filename.removeprefix(f"{PROJECT}/")
    return f"{said} ({path}:{last.lineno}, in {last.name})"


def is_ours(frame: traceback.FrameSummary) -> bool:
    path = Path(frame.filename)
    return path.is_relative_to(PROJECT) and "site-packages" not in path.parts


def in_a_line(text: str, quote: str = '"') -> str:
    """Text with its control characters as escapes, so that nobody can write a line of their own.
    In quotation marks if it has spaces or quotation marks."""
    line = text
    if not text.isprintable():
        line = "".join(letter if letter.isprintable() else escaped(letter) for letter in text)
    if quote and not line.replace("-", "").isalnum():
        return f"{quote}{line.replace(quote, chr(92) + quote)}{quote}"
    return line


def escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode()


def time_of(record: logging.LogRecord) -> str:
    """The local time with its offset from UTC (RFC 3339)."""
    return dt.datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
