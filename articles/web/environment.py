"""How pages for readers are rendered: Jinja2, with Django's addresses, messages and times.

This is what every template is given besides its context. The components say themselves what they
take (`templates/pages/components/`).
"""

import datetime as dt
import re
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, Final

import jinja2
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from jinja2.runtime import Context
from markupsafe import Markup, escape

from newsroom.addresses import file, url

from ..days import local, today
from ..listings.lines import LONGEST_ADDRESS
from ..listings.watchlist import MOST_FOLLOWED, MOST_QUERIES
from ..models import Facet
from ..models.terms import address
from ..search.engine import RANKED
from ..terms import BY_FACET

KEPT: Final = 2**11  # messages
#: Characters of Chinese, and punctuation between them.
CHINESE: Final = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")


class Environment(jinja2.Environment):
    """Jinja2's, whose templates have no globals of their own. It would chain theirs with ours in
    Python, and go through the chain for each template that a page is made of."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return self.globals


def environment(
    *, loader: jinja2.BaseLoader, auto_reload: bool, **_defaults: Any
) -> jinja2.Environment:
    """For `django.template.backends.jinja2`. A template that uses a missing name or attribute
    raises `jinja2.UndefinedError`."""
    made = Environment(
        autoescape=True,
        auto_reload=auto_reload,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
        loader=loader,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.policies["ext.i18n.trimmed"] = True  # a message may go over several lines
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    made.install_gettext_callables(  # type: ignore[attr-defined]  # i18n adds it
        translation.gettext,
        translation.ngettext,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
        newstyle=True,
    )
    made.globals |= {
        "MOST_FOLLOWED": MOST_FOLLOWED,
        "MOST_QUERIES": MOST_QUERIES,
        "RANKED": RANKED,
        "TIME_ZONE": settings.TIME_ZONE,
        "LONGEST_ADDRESS": LONGEST_ADDRESS,
        "gettext": gettext,
        "get_language": translation.get_language,
        "querystring": querystring,
        "static": file,
        "term_url": term_url,
        "today": today,
        "url": url,
    }
    made.filters |= {
        "date": date,
        "day_name": day_name,
        "intcomma": intcomma,
        "localtime": local,
        "mark_chinese": mark_chinese,
    }
    return made


def gettext(message: str, **values: Any) -> Markup:
    """As Jinja2's own, which looks for the message each time: a page has sixty."""
    text = translated(translation.get_language(), message)
    return text % values if "%" in text else text


@lru_cache(KEPT)
def translated(_language: str | None, message: str) -> Markup:
    return Markup(translation.gettext(message))  # noqa: S704, it is ours


def term_url(facet: Facet, key: str) -> str:
    """The address of the page of a term, by its facet and key. Empty if it can have none."""
    return address(BY_FACET[facet].name, key)


@jinja2.pass_context
def querystring(context: Context, **changes: Any) -> str:
    """The query of the page that is shown, with some parameters changed; None leaves one out."""
    shown = context["request"].GET
    parameters = shown.copy()
    for name, value in changes.items():
        if value is None:
            parameters.pop(name, None)
        else:
            parameters[name] = value
    return f"?{parameters.urlencode()}" if parameters or shown else ""


def date(value: dt.date | None, form: str) -> str:
    """A day or a time, by a format of Django's `date` filter. Times are those of Shanghai. Empty
    for None: a post that is previewed before it is saved may have no time."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = local(value)
    return date_format(value, form)


def day_name(value: dt.date | None) -> str:
    """What today and yesterday are called, for a day in Shanghai or a time; empty for any other,
    and for None, as `date` is."""
    if value is None:
        return ""
    day = local(value).date() if isinstance(value, dt.datetime) else value
    match (today() - day).days:
        case 0:
            return translation.gettext("Today")
        case 1:
            return translation.gettext("Yesterday")
    return ""


def intcomma(number: int) -> str:
    """10,000: every language of the site writes it so."""
    return f"{number:,}"


def mark_chinese(sentence: object) -> Markup:
    """A sentence in the language of the page, with `lang` on the Chinese in it where that is not
    Chinese itself."""
    text = escape(sentence)
    if translation.get_language() != "en":
        return text
    marked = CHINESE.sub(r'<span lang="zh-Hans">\g<0></span>', str(text))
    return Markup(marked)  # noqa: S704, escaped
