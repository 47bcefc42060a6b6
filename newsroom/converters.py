"""The parts of addresses: `<name:slug>`, `<year:year>`, …"""

from django.urls import register_converter
from django.urls.converters import IntConverter, PathConverter, StringConverter


class NameConverter(PathConverter):
    """Anything that PostgreSQL can compare a name with."""

    regex = r"[^\0]+"


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
    regex = r"[^/\0]+"


register_converter(NameConverter, "name")
register_converter(YearConverter, "year")
register_converter(TwoDigitConverter, "two")
register_converter(MarketConverter, "market")
register_converter(CodeConverter, "code")
