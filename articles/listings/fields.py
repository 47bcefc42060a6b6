"""What the filters of a listing take: days and terms, as readers write them."""

import re
from collections.abc import Sequence
from typing import Any, Final, Literal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Post
from ..search.conditions import Scope
from ..search.kept_names import all_names
from ..search.misspelt import resembling, with_similar_code
from ..search.names import meant_terms, spelled
from ..search.query import Days, parse_days_of_archive
from ..search.typed import PART, WHOLE
from ..terms import SECURITY, TermKind
from .pasted import securities_listed

MOST_FILTER_TERMS: Final = 10  # of each kind: each is a query
MAX_OFFERS: Final = 10  # terms that a value may mean
LONGEST_LIST: Final = 100  # characters, some ten codes or names: each is a query
BETWEEN_NAMES: Final = re.compile(r"[\s,，、;；|｜/／或]+")
SIGN: Final = re.compile(r"\W")  # which every list of securities has
NO_DAY: Final = _("“%(value)s” is no day, month or year.")
UNKNOWN: Final = _("Nothing is named “%(value)s”.")
AMBIGUOUS: Final = _("“%(value)s” may mean several:")


class TermField(forms.CharField):
    """A term by its address, now or before, or by a name, a code or pinyin that means no other: a
    part of it, unless the `least` rank says that it must be WHOLE, or EXACT, which is no pinyin. A
    text box with errors of its own, not a list: an archive has thousands of sources."""

    def __init__(self, *, kind: TermKind, least: int = PART, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind
        self.least = least

    def clean(self, value: Any) -> Any:
        address = super().clean(value)
        if not address:
            return None
        if term := self.kind.objects.known().addressed(address):
            return term
        match meant_terms(address, self.kind, MAX_OFFERS):
            case []:
                known = all_names()
                near = resembling(known, address, (self.kind,))
                if self.kind.facet == SECURITY.facet:  # forms copy their fields
                    near += with_similar_code(known, address)
                told = {"value": address, "offers": near[:MAX_OFFERS]}
                raise forms.ValidationError(str(UNKNOWN), "unknown", told)
            case [one] if one.rank >= self.least:
                return self.kind.objects.get(pk=one.key)
            case [one, *others]:
                several = [one, *others]
                if one.rank < WHOLE:  # a part of their names, wherever it stands
                    facet = self.kind.facet
                    several = spelled(address, {facet: MAX_OFFERS}, with_unused=True)
                told = {"value": address, "offers": several}
                if others:
                    raise forms.ValidationError(str(AMBIGUOUS), "ambiguous", told)
                raise forms.ValidationError(str(UNKNOWN), "unknown", told)


class RepeatedInput(forms.TextInput):
    """A text box for each value of a parameter that may be repeated."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = (value.strip() for value in data.getlist(name))
        return list(dict.fromkeys(filter(None, values)))


class TermsField(forms.Field):
    """Terms of a kind, at most `MOST_FILTER_TERMS`, each as `TermField` takes it, or several in one
    value as lists have them: 财联社、新华社; 600519,000858. A security may have its code beside
    its name. The errors of values that name none have the others' terms as the parameter
    `understood`."""

    widget = RepeatedInput

    def __init__(self, *, kind: TermKind, least: int = PART, **options: Any) -> None:
        self.one = TermField(kind=kind, least=least, required=False)
        self.whole = TermField(kind=kind, least=max(least, WHOLE), required=False)
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The kind, whose terms a script completes, without the browser's own suggestions."""
        return {
            "data-kind": self.one.kind.name,
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
        }

    def clean(self, value: Sequence[str]) -> list[Any]:
        terms: dict[Any, None] = {}
        errors = []
        for one in value[: MOST_FILTER_TERMS + 1]:
            try:
                terms[self.one.clean(one)] = None
            except forms.ValidationError as error:
                terms |= dict.fromkeys(listed := self.listed(one))
                errors += [] if listed else error.error_list
        if max(len(value), len(terms)) > MOST_FILTER_TERMS:
            message = _("Choose at most %(limit)s at a time.")
            raise forms.ValidationError(message, "too_many", {"limit": MOST_FILTER_TERMS})
        for told in errors:
            told.params = {**(told.params or {}), "understood": [*terms]}
        if errors:
            raise forms.ValidationError(errors)
        return [*terms]

    def listed(self, value: str) -> Sequence[Any]:
        """The terms in a list, if each is named in full."""
        if len(value) > LONGEST_LIST:
            return ()
        if self.one.kind.facet == SECURITY.facet:
            return securities_listed(value) if SIGN.search(value.strip()) else ()
        several = [*filter(None, BETWEEN_NAMES.split(value))]
        try:
            return [self.whole.clean(one) for one in several] if len(several) > 1 else ()
        except forms.ValidationError:
            return ()


def has_posts(days: Days) -> bool:
    """Whether readers see a post of these days."""
    return Scope(first=days.first, last=days.last).filter(Post.objects.published()).exists()


class DaysField(forms.CharField):
    """Days of which the `first` or the `last` is meant, as queries read them after `date:`:
    2022-03-01, 2022-3, 2022年3月, 昨天, 五一."""

    def __init__(self, *, end: Literal["first", "last"], **options: Any) -> None:
        super().__init__(**options)
        self.end = end

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        example = f"{timezone.localdate():%Y-%m}"
        hint = _("%(example)s, yesterday") % {"example": example}
        return {"placeholder": hint, "autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> Days | None:
        text = super().clean(value)
        if not text:
            return None
        newest_day = Post.objects.published().newest_day
        days = parse_days_of_archive(text, timezone.localdate(), newest_day, has_posts)
        if days is None or getattr(days, self.end) is None:
            raise forms.ValidationError(str(NO_DAY), "invalid", {"value": text})
        return days
