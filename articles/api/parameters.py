"""What may stand in the query of an address: `?q=茅台&limit=100`."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal, get_origin

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    ValidationInfo,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from ..data.posts import FIELDS
from ..listings.trends import MOST as MOST_TRENDS
from ..terms import TERMS
from .problems import ProblemError, error, refused

MOST: Final = 200  # posts or terms in one answer
USUAL: Final = 50
MOST_EXPORTED: Final = 10_000  # posts in one file

YEARS: Final = range(1900, 3000)  # of moments that anybody may mean
UNESCAPED: Final = re.compile(r"(T[0-9:.]+) (?=[0-9]{2}:?[0-9]{2}$)", re.IGNORECASE)
DIGITS: Final = re.compile(r"-?[0-9]{1,9}")
#: What is wrong with a value, by pydantic's name for it.
COMPLAINTS: Final[Mapping[str, str]] = {
    "int_parsing": _("This is no whole number."),
    "greater_than_equal": _("This is less than %(ge)s."),
    "less_than_equal": _("This is more than %(le)s."),
    "missing": _("This is needed."),
    "too_long": _("These are more than %(max_length)s."),
    "string_pattern_mismatch": _("This is no version: take `next` of an answer, or 0."),
    "literal_error": _("This is none of the values that are allowed."),
}

NO_SUCH: Final = _("There is no such parameter.")
OF_NOW: Final = _("This is known only as of now: posts alone are given as of another moment.")
NO_MOMENT: Final = _("There is no moment here. Write now, or leave the parameter out.")
NOW: Final = "now"  # which is what a form sends where nobody wrote a moment
AS_OF: Final = ("known_at", "published_before")


def in_digits(text: Any) -> Any:
    """A number as programs write it: Python would also read 1_0 and 5.0 as numbers."""
    if isinstance(text, str) and not DIGITS.fullmatch(text):
        raise PydanticKnownError("int_parsing")
    return text


Number = Annotated[int, BeforeValidator(in_digits)]


class Parameters(BaseModel):
    """Parameters that an address may have, each once unless it is a list. Any other is an error:
    a misspelt filter that is left out finds everything."""

    @model_validator(mode="before")
    @classmethod
    def know_all(cls, data: Any, info: ValidationInfo) -> Any:
        asked: QueryDict = (info.context or {})["request"].GET
        known = {field.alias or name: field for name, field in cls.model_fields.items()}
        unknown = [name for name in asked if name not in known]
        twice = [
            name
            for name, values in asked.lists()
            if len(values) > 1 and name in known and get_origin(known[name].annotation) is not list
        ]
        if unknown or twice:
            told = {"unknown": unknown, "twice": twice, "known": list(known)}
            raise PydanticCustomError("parameters", "", told)
        if empty := [name for name in AS_OF if asked.get(name, "?").strip() == ""]:
            # Perhaps the empty variable of a program that tests a strategy, which would get all of
            # the future.
            raise PydanticCustomError("empty", "", {"names": empty})
        return data


class PageParameters(Parameters):
    limit: Number = Field(USUAL, ge=1, le=MOST, description=_("How many to give at most."))
    cursor: str = Field(
        "",
        description=_("Where to go on: `next` of the answer before. Else from the beginning."),
    )


FILTERS: Final[dict[str, Any]] = {
    "q": (
        str,
        Field("", description=_("A search, in the query language of the site."), examples=["茅台"]),
    ),
    "first": (
        str,
        Field(
            "",
            alias="from",
            description=_(
                "The first day, month, quarter or year: 2022-03-01, 2022-03, 2022Q1, 2022."
            ),
        ),
    ),
    "last": (
        str,
        Field("", alias="to", description=_("The last day, month, quarter or year, included.")),
    ),
    **{
        kind.name: (
            list[str],
            Field(
                default_factory=list,
                description=_(
                    "By address, name or code. If several are given, posts have any of them."
                ),
            ),
        )
        for kind in TERMS
    },
}
Filters = create_model("Filters", __base__=Parameters, **FILTERS)


class PublishedQuestion(Filters):  # type: ignore[misc, valid-type]  # mypy cannot know what it is
    """What selects posts as they are now."""

    published_before: str = Field(
        NOW,
        description=_("Only posts that were published before this moment: 2022-03-04T09:30+08:00."),
        examples=["2022-03-04T09:30"],
    )


class Question(PublishedQuestion):
    """What selects posts."""

    known_at: str = Field(
        NOW,
        description=_("Only posts that the archive had at this moment, as they were then."),
        examples=["2022-03-04T09:30"],
    )


FIELDS_TO_GIVE: Final[Any] = Field(
    "",
    description=_("Which fields to give, with commas between them. Else all but the body."),
    examples=["slug,title,text"],
    json_schema_extra={"x-values": list(FIELDS)},
)


class PostParameters(PageParameters, Question):
    order: Literal["newest", "relevance", "changed"] = Field(
        "newest",
        description=_(
            "By time; by relevance to `q` among the newest 1,000 matches; or those that changed "
            "last first."
        ),
    )
    fields: str = FIELDS_TO_GIVE
    count: Literal["on", "off"] = Field(
        "off", description=_("Whether to count all matches, up to 10,000.")
    )
    stories: Literal["on", "off"] = Field(
        "off",
        description=_("Whether to give each story once: of posts that tell the same, the first."),
    )


class OnePostParameters(Parameters):
    known_at: str = Field(
        NOW,
        description=_("The post as the archive had it at this moment."),
        examples=["2022-03-04T09:30"],
    )


class StoryParameters(PageParameters, PublishedQuestion):
    pass


class TrendParameters(Filters):  # type: ignore[misc, valid-type]  # as above
    q: list[str] = Field(
        max_length=MOST_TRENDS,
        description=_("Searches that are compared, at most five."),
        examples=["茅台"],
    )
    by: Literal["auto", "day", "week", "month", "year"] = Field(
        "auto", description=_("How long each period is; `auto` lets the length of time decide.")
    )
    stories: Literal["on", "off"] = Field(
        "off", description=_("Whether to count stories instead of posts.")
    )


class ExportParameters(Question):
    limit: Number = Field(
        MOST_EXPORTED, ge=1, le=MOST_EXPORTED, description=_("How many to give at most.")
    )
    cursor: str = Field("", description=_("Where to go on, as the end of a file says."))
    fields: str = FIELDS_TO_GIVE
    bom: Literal["on", "off"] = Field(
        "off", description=_("CSV for Excel: with a mark of its encoding, and codes kept as text.")
    )


class ChangeParameters(Parameters):
    after: str = Field(
        "0",
        description=_(
            "The version up to which you know everything: `next` of the answer before, or 0."
        ),
        pattern=r"^[0-9]{1,18}(-[0-9]{1,18})?$",
    )
    limit: Number = Field(MOST, ge=1, le=MOST, description=_("How many to give at most."))
    fields: str = Field(
        "",
        description=_("Which fields of posts to give, with commas between them. Else all."),
        examples=["slug,title,published_at"],
        json_schema_extra={"x-values": list(FIELDS)},
    )


class HotParameters(Parameters):
    on: str = Field(
        "",
        description=_("A day: 2022-03-04. Else the newest that has posts."),
        examples=["2022-03-04"],
    )
    by: Literal["day", "week"] = Field(
        "day", description=_("Of this day alone, or of the week that it is in, from Monday on.")
    )
    limit: Number = Field(20, ge=1, le=50, description=_("How many to give at most."))


class TermParameters(PageParameters):
    q: str = Field("", description=_("A part of a name, a code, or pinyin. Else all."))


class SuggestParameters(Parameters):
    q: str = Field(description=_("What has been typed so far."), examples=["gzmt"])


def reason(name: str, known: Sequence[str]) -> str:
    """Why an address has no parameter of this name."""
    is_of_now = name in AS_OF and "known_at" not in known
    return gettext(OF_NOW if is_of_now else NO_SUCH)


def allow_none(request: HttpRequest) -> None:
    """For an address without parameters. Raises `ProblemError` if it has any."""
    if request.GET:
        told = {"unknown": [*request.GET], "twice": (), "known": ()}
        raise complaint([{"type": "parameters", "ctx": told}])


def fields_asked(text: str, usual: Sequence[str]) -> list[str]:
    """The names in a value of `fields`, in the order in which they were given."""
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in FIELDS:
            message = gettext("There is no field “%(name)s”.") % {"name": name}
            raise refused("fields", message, FIELDS)
    return names or list(usual)


def moment(parameter: str, text: str) -> dt.datetime | None:
    """A moment in ISO 8601; without an offset by the clocks of Shanghai, without a time when the
    day begins. None for now. Raises `ProblemError`."""
    if text == NOW:
        return None
    try:
        # A plus sign that was not escaped comes as a space.
        found = dt.datetime.fromisoformat(UNESCAPED.sub(r"\1+", text.strip().upper()))
    except ValueError:
        message = gettext("This is no moment: write it like 2022-03-04T09:30:00+08:00.")
        raise refused(parameter, message) from None
    if found.year not in YEARS:
        ends = {"first": YEARS[0], "last": YEARS[-1]}
        message = gettext("Moments are of the years from %(first)s to %(last)s.") % ends
        raise refused(parameter, message)
    return timezone.make_aware(found) if timezone.is_naive(found) else found.astimezone(dt.UTC)


def day_asked(parameter: str, text: str) -> dt.date | None:
    """A day in ISO 8601; None for an empty text. Raises `ProblemError`, also for a day to come."""
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
        if day.year not in YEARS or day > timezone.localdate():
            raise ValueError(text)
    except ValueError:
        message = gettext("This is no day of the archive: days are written 2022-03-04.")
        raise refused(parameter, message) from None
    return day


def complaint(errors: Sequence[Mapping[str, Any]]) -> ProblemError:
    """400 for what pydantic found wrong."""
    told: list[dict[str, Any]] = []
    for one in errors:
        context = one.get("ctx", {})
        if one["type"] == "parameters":
            told += [
                error(name, reason(name, context["known"]), context["known"])
                for name in context["unknown"]
            ]
            told += [error(name, gettext("Given more than once.")) for name in context["twice"]]
            continue
        if one["type"] == "empty":
            told += [error(name, gettext(NO_MOMENT)) for name in context["names"]]
            continue
        message = gettext(COMPLAINTS.get(one["type"], one["msg"])) % context
        allowed = context.get("expected")
        values = allowed.replace("'", "").replace(" or ", ", ").split(", ") if allowed else None
        told.append(error(str(one["loc"][-1]), message, values))
    return ProblemError(400, told[0]["detail"], told)
