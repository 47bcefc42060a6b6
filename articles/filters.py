"""The filters of every listing: `?source= &category= &tag= &security= &from= &to=`."""

from typing import ClassVar

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Category, Post, Security, Source, Tag


class BySlug(django_filters.ModelChoiceFilter):
    """A filter by the slug of a related row. The field is a text box with an error of its own,
    not a list: an archive has thousands of sources."""

    def __init__(self, queryset, **kwargs):
        super().__init__(queryset=queryset, to_field_name="slug", widget=forms.TextInput, **kwargs)


class SecurityField(forms.CharField):
    """A security by market and code, `1.600519`."""

    default_error_messages = {"unknown": _("There is no security %(symbol)s in the archive.")}

    def clean(self, value):
        symbol = super().clean(value)
        if not symbol:
            return None
        market, _dot, code = symbol.partition(".")
        security = (
            Security.objects.filter(market=int(market), code=code).first()
            if market.isascii() and market.isdecimal() and len(market) < 5
            else None
        )
        if security is None:
            raise forms.ValidationError(
                self.error_messages["unknown"], "unknown", {"symbol": symbol}
            )
        return security


class BySecurity(django_filters.Filter):
    field_class = SecurityField


class DateField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class ByDate(django_filters.Filter):
    field_class = DateField


def unknown(message):
    return {"invalid_choice": message}


class PostFilter(django_filters.FilterSet):
    source = BySlug(
        Source.objects.all(),
        label=_("Source"),
        error_messages=unknown(_("There is no such source.")),
    )
    category = BySlug(
        Category.objects.all(),
        method="in_category",
        label=_("Category"),
        error_messages=unknown(_("There is no such category.")),
    )
    tag = BySlug(
        Tag.objects.all(),
        method="tagged",
        label=_("Tag"),
        error_messages=unknown(_("There is no such tag.")),
    )
    security = BySecurity(method="mentioning", label=_("Security"))

    class Meta:
        model = Post
        fields: ClassVar[list[str]] = []

    def in_category(self, posts, _name, category):
        return posts.in_category(category)

    def tagged(self, posts, _name, tag):
        return posts.tagged(tag)

    def mentioning(self, posts, _name, security):
        return posts.mentioning(security)

    def published_from(self, posts, _name, day):
        return posts.published_from(day)

    def published_until(self, posts, _name, day):
        return posts.published_until(day)

    @property
    def qs(self):
        """The posts that pass; none where a filter makes no sense, which its field then says."""
        return super().qs if self.form.is_valid() or not self.is_bound else self.queryset.none()

    def chips(self):
        """Each filter in force: its label, what it selects, and the query without it."""
        if not self.form.is_bound:
            return
        for name, value in self.form.cleaned_data.items() if self.form.is_valid() else ():
            if value:
                rest = self.data.copy()
                for key in (name, "before", "after"):
                    rest.pop(key, None)
                yield self.form.fields[name].label, value, rest.urlencode()


# `from` is a word of Python's, so these two cannot be written in the class.
PostFilter.base_filters["from"] = ByDate(method="published_from", label=_("From"))
PostFilter.base_filters["to"] = ByDate(method="published_until", label=_("To"))
