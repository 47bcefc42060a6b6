"""The parts of addresses: `<name:slug>`, `<year:year>`, …"""

import re

from django.urls import register_converter
from django.urls.converters import IntConverter, PathConverter, StringConverter


class NameConverter(PathConverter):
    """Anything without control characters, except what has a part `.` or `..`, which browsers
    resolve before they ask (RFC 3986, 5.2.4)."""

    regex = r"(?!(?:[^\0-\x1f\x7f]*/)?\.\.?(?:/|\Z))[^\0-\x1f\x7f]+"


class YearConverter(IntConverter):
    regex = "[0-9]{4}"

    def to_url(self, value: int) -> str:
        return f"{value:04}"


class TwoDigitConverter(IntConverter):
    """A month or a day, as it is written in a date."""

    regex = "[0-9]{2}"

    def to_url(self, value: int) -> str:
        return f"{value:02}"


class MarketConverter(IntConverter):
    regex = "[0-9]{1,4}"


class CodeConverter(StringConverter):
    regex = r"[^/\0-\x1f\x7f]+"


class StemConverter(StringConverter):
    """The stem of a file's name."""

    regex = r"[^/\0]+"


#: What addresses of sources, categories and tags, and of securities, are made of.
SLUG = re.compile(NameConverter.regex)
SYMBOL = re.compile(rf"{MarketConverter.regex}\.{CodeConverter.regex}")


register_converter(NameConverter, "name")
register_converter(YearConverter, "year")
register_converter(TwoDigitConverter, "two")
register_converter(MarketConverter, "market")
register_converter(CodeConverter, "code")
register_converter(StemConverter, "stem")
