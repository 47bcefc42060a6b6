"""The parts of addresses: `<name:key>`, `<year:year>`, …"""

from django.urls import register_converter
from django.urls.converters import IntConverter, PathConverter, StringConverter


class NameConverter(PathConverter):
    """Any text without control characters and without the parts `.` and `..`, which browsers
    resolve before they send a request (RFC 3986, 5.2.4)."""

    regex = r"(?!(?:[^\0-\x1f\x7f]*/)?\.\.?(?:/|\Z))[^\0-\x1f\x7f]+"


class YearConverter(IntConverter):
    regex = "[0-9]{4}"

    def to_url(self, value: int | str) -> str:
        return f"{int(value):04}"


class TwoDigitConverter(IntConverter):
    """A month or a day, as it is written in a date."""

    regex = "[0-9]{2}"

    def to_url(self, value: int | str) -> str:
        return f"{int(value):02}"


class SymbolConverter(StringConverter):
    """The market and the code of a security: 1.600519."""

    regex = r"[0-9]{1,4}\.[^/\0-\x1f\x7f]+"

    def to_python(self, value: str) -> str:
        market, _dot, code = value.partition(".")
        return f"{int(market)}.{code}"


class StemConverter(StringConverter):
    """The stem of a file's name."""

    regex = r"[^/\0]+"


register_converter(NameConverter, "name")
register_converter(YearConverter, "year")
register_converter(TwoDigitConverter, "two")
register_converter(SymbolConverter, "symbol")
register_converter(StemConverter, "stem")
