"""A date as people write it → the moment that it names.

No expression here meets more than `LONGEST_DATE` characters, so none can take long.
"""

import datetime as dt
import re
import unicodedata
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...messages import Message, reason_of
from .documents import DocumentError

SHANGHAI_TIME = ZoneInfo("Asia/Shanghai")

DATE = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T ,]*+(\d{1,2})"
    r"(?::(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?|(?<=[T ,]\d)|(?<=[T ,]\d\d)))?"
    r" *+(?:(am|pm)(?![a-z]))? *+([a-z]{1,5}|[a-z]+(?:/[a-z_]+)+|[+-]\d{1,2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
# Hours from UTC of the zones that dates name most, RFC 2822's among them. China's CST is ours.
ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "bst": 1, "cet": 1, "cest": 2, "msk": 3, "ist": 5.5,
    "cst": 8, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
# Other spellings are turned into the one that `DATE` reads, in this order.
SPELLINGS = [
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"\s+", " "),
        (r",$", ""),
        (
            r"[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b,?",
            "",
        ),
        (r"(?<=[+-]\d{4}) ?\([^()]*\)$", ""),  # JavaScript's name for the offset before it
        (r"\(?(?<![a-z/])(?:utc|gmt) ?([+-][\d:]+)\)?", r"\1"),
        (r"(?:北京时间|asia/shanghai|\bcst\b)", "+0800"),
        (r"(\+\d{4}) ?\+0800$", r"\1"),
        (r"^(\d{4})(\d{2})(\d{2})(?=\D|$|\d{6}(?:\D|$))", r"\1-\2-\3 "),
        (r"(?<=^....-..-.. )[T ]*(\d{2})(\d{2})(\d{2})(?!\d)", r"\1:\2:\3"),
        (r"^(\d{4}-\d{1,2}-\d{1,2})-(\d{1,2})-(\d{1,2})$", r"\1 \2:\3"),
        (r"^(\d{4}-\d{1,2}-\d{1,2})-(\d{1,2})-(\d{1,2})-(\d{1,2})$", r"\1 \2:\3:\4"),
        (r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2})(?!\d) ?[日号]?", r"\1-\2-\3 "),
        # Twelve in the evening ends the day; one to four are of a day that nobody can tell.
        (r"(?:晚上|晚间|午夜|晚) ?12(?=[:时点])", "24"),
        (r"中午 ?(?=1[01](?!\d))", ""),
        (r"(?:上午|凌晨|清晨|早上|早晨) ?([\d:时点分秒半整]+)", r"\1 am"),
        (r"(?:下午|中午) ?([\d:时点分秒半整]+)", r"\1 pm"),
        (r"(?:晚上|晚间|傍晚|晚) ?(?!0?[1-4](?!\d))([\d:时点分秒半整]+)", r"\1 pm"),
        (r"(\d{1,2}) ?[时点]半", r"\1:30"),
        (r"(\d{1,2}) ?[时点] ?(\d{1,2}) ?分?", r"\1:\2"),
        (r"(\d{1,2}) ?[时点]整?", r"\1:00"),
        (r"(:\d{1,2}) ?(\d{1,2}) ?秒", r"\1:\2"),
        (r"([ap])\.m\.", r"\1m"),
        # The shell's `date` and C's ctime have the year last.
        (
            r"^([a-z]{3,9} \d{1,2}) (\d{1,2}:[\d:]+(?: [ap]m)?(?: [a-z]{1,5}| [+-]\d{4})?)"
            r" (\d{4})$",
            r"\1 \3 \2",
        ),
    )
]
MONTH_NUMBERS = {
    name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3})[a-z]*\.?,?[ -]"
    r"(\d{4}(?!\d)|(?<= )\d{2,3}(?![\d:]))",
    re.IGNORECASE,
)
MONTH_DAY = re.compile(
    r"(?<![a-z])([a-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)",
    re.IGNORECASE,
)
YEAR_MONTH = re.compile(r"(\d{4})[ /-]([a-z]{3})[a-z]*[ /-](\d{1,2})(?!\d)", re.IGNORECASE)
TIMESTAMP = re.compile(r"(\d{10})(?:\d{3})?")  # seconds or milliseconds since 1970
# Ten such digits are also a Unix time, but of 2032 or later.
COMPACT = re.compile(r"((?:19[89]|20\d)\d)(0[1-9]|1[0-2])([0-2]\d|3[01])([01]\d|2[0-3])([0-5]\d)?")
SLASHED = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)"
)  # a day and a month, in either order
LONGEST_DATE = 100  # characters of a date
OFFSET = re.compile(r"[+-]\d{4}")
WIDEST_OFFSET = dt.timedelta(hours=14)  # of Kiritimati
ZONE_MINUTES = ("00", "30", "45")
YEARS = range(1900, 2101)  # that news may have


def read_date(value: object, line: int, near: dt.date | None = None) -> dt.datetime | None:
    """A time in UTC. Without an offset it is Shanghai time; without a day it is None.

    A bare offset (`date:  +0800`) is what the writing script leaves when it knew no time. Whether
    02/10/2022 is in February or in October is told by `near`, the day in the file's name.
    Raises `DocumentError` if it is not a date, or its year is not in `YEARS`.
    """
    if not isinstance(value, str):
        raise DocumentError(Message("not-a-text", key="date"), line)
    stated = value.strip()
    if not stated or OFFSET.fullmatch(stated):
        return None
    shown = repr(stated[:LONGEST_DATE])
    try:
        moment = moment_of(stated, near) if len(stated) <= LONGEST_DATE else None
    except (ValueError, OverflowError) as error:
        raise DocumentError(
            Message("no-such-date", date=shown, why=reason_of(error)), line
        ) from error
    if moment is None:
        raise DocumentError(Message("date-unknown", date=shown), line)
    if moment.year not in YEARS:
        year = Message("year", year=moment.year)
        raise DocumentError(Message("no-such-date", date=shown, why=year), line)
    return moment


def moment_of(text: str, near: dt.date | None) -> dt.datetime | None:
    """The moment that a text of at most `LONGEST_DATE` characters names; None if it names none.

    Raises `ValueError` or `OverflowError` if there is no such moment.
    """
    if found := COMPACT.fullmatch(text):
        text = "{}-{}-{} {}:{}".format(*found.groups("00"))
    elif found := TIMESTAMP.fullmatch(text):
        return dt.datetime.fromtimestamp(int(found[1]), dt.UTC)
    match = DATE.fullmatch(text) or DATE.fullmatch(spell_alike(text, near))
    if match is None or (zone := read_zone(match[8] or "")) is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if (half := (match[7] or "").lower()) and hour <= 12:
        hour = hour % 12 + 12 * (half == "pm")
    if year < dt.MINYEAR:
        raise ValueError(Message("no-such-year", year=year))
    midnight = dt.datetime(year, month, day, tzinfo=zone)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError(Message("no-such-time"))
    time = dt.timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    return (midnight + time).astimezone(dt.UTC)


def spell_alike(text: str, near: dt.date | None) -> str:
    """A date of another spelling in the one that `DATE` reads, as far as it is known."""
    text = unicodedata.normalize("NFKC", text)[:LONGEST_DATE]
    for pattern, replacement in SPELLINGS:
        text = pattern.sub(replacement, text).strip()
    if found := SLASHED.match(text):
        return f"{in_order(found, near)}{text[found.end() :]}"
    if found := DAY_MONTH.search(text):
        day, month, year = found.groups()
        if len(year) < 4:  # RFC 2822, 4.3: 49 is 2049, 50 is 1950 and 122 is 2022
            year = int(year) + (2000 if len(year) == 2 and year < "50" else 1900)
    elif found := MONTH_DAY.search(text):
        month, day, year = found.groups()
    elif found := YEAR_MONTH.match(text):
        year, month, day = found.groups()
    else:
        return text
    number = MONTH_NUMBERS.get(month.lower())
    return (
        text
        if number is None
        else f"{year}-{number}-{day}{text[: found.start()]}{text[found.end() :]}"
    )


def in_order(slashed: re.Match[str], near: dt.date | None) -> str:
    """A date that begins with day and month, or month and day, year first; unchanged if
    nothing tells which of the two it is."""
    first, second, year = int(slashed[1]), int(slashed[3]), int(slashed[4])
    readings = {(month, day) for month, day in ((first, second), (second, first)) if month <= 12}
    if len(readings) > 1 and near:
        readings &= {(near.month, near.day)}
    if len(readings) != 1:
        return slashed[0]
    [(month, day)] = readings
    return f"{year}-{month}-{day}"


def read_zone(text: str) -> dt.tzinfo | None:
    """The zone of an offset or a name; Shanghai's of an empty text, None of an unknown name."""
    if not text:
        return SHANGHAI_TIME
    if text[0] not in "+-":
        if (hours := ZONES.get(text.lower())) is not None:
            return dt.timezone(dt.timedelta(hours=hours))
        try:
            return ZoneInfo(text.title() if "/" in text else text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    digits = text[1:].replace(":", "")
    digits = digits.zfill(2).ljust(4, "0") if len(digits) <= 2 else digits.zfill(4)
    offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset > WIDEST_OFFSET or digits[2:] not in ZONE_MINUTES:  # `20221202-1504` has no offset
        raise ValueError(Message("no-such-zone"))
    return dt.timezone(-offset if text[0] == "-" else offset)
