"""The form of a post."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..characters import clean
from ..editing import bodies, conflicts, history, pending, posts
from ..importing.reading.documents import DocumentError
from ..models import Mention, PendingChange, Post
from ..templatetags.words import in_words
from ..terms import CATEGORY, SECURITY, SOURCE, TAG, TermKind
from .forms import DeskForm
from .validation import validate_year
from .widgets import TermSelect, TermSelectMultiple

LONGEST_TITLE = 500  # characters
LONGEST_IMPORTED = 300  # characters of an imported value, shown beside its field


class OrderedTermsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # takes none at run time
    """Several terms, in the order in which they were chosen."""

    def __init__(self, kind: TermKind, **kwargs: Any) -> None:
        widget = TermSelectMultiple(kind)
        super().__init__(kind.objects.all(), required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        return sorted(chosen, key=lambda term: value.index(str(term.pk)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [str(term.pk) for term in initial or []] != list(data or [])


class LinesField(forms.CharField):
    """Text of several lines. Browsers submit them ending in CRLF, whatever they were shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class PostForm(DeskForm):
    digest = LinesField(label=capfirst(_("digest")), widget=forms.Textarea({"rows": 3}))
    body_html = LinesField(
        label=capfirst(_("body")),
        widget=forms.Textarea({"rows": 24, "spellcheck": "false"}),
        help_text=_("HTML or Markdown. What readers may not be sent is taken out on saving."),
    )
    categories = OrderedTermsField(CATEGORY, label=capfirst(_("categories")))
    tags = OrderedTermsField(TAG, label=capfirst(_("tags")))
    securities = OrderedTermsField(
        SECURITY,
        label=capfirst(_("securities")),
        help_text=_(
            "Those that the body marks or that the text names are added by themselves. One that "
            "you take out stays out, and one that you add stays."
        ),
    )
    pin = forms.BooleanField(
        label=_("Keep these securities"),
        required=False,
        help_text=_("Whatever an import finds. New ones are still recognised."),
    )
    story = forms.CharField(
        label=capfirst(_("told with")),
        required=False,
        widget=AdminTextInputWidget,
        help_text=_(
            "The address of a post that tells the same, or / if none does, whatever the texts "
            "say. Empty: the texts decide. Posts that are like this one may come with it: you are "
            "told how many."
        ),
    )
    why = forms.CharField(
        label=capfirst(_("reason")),
        required=False,
        max_length=500,
        widget=AdminTextInputWidget,
        help_text=_("Why you change it: for the history."),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)  # fingerprints, as JSON

    # Set by `PendingMixin.get_form`:
    pending_change: PendingChange | None = None  # of the post
    edited_change: PendingChange | None = None  # the same, if the form edits it
    is_outdated = False  # whether another change was held back, published or withdrawn meanwhile

    class Meta:
        model = Post
        fields = posts.COLUMNS
        widgets = {
            "title": AdminTextInputWidget,
            "original_url": AdminTextInputWidget,
            "source": TermSelect(SOURCE),
        }
        help_texts = {
            "tells_first": _("Lists show it before the others that tell the same."),
        }

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        instance: Post | None = kwargs.get("instance")
        if data and "_publish" in data:
            data = data.copy()
            data["status"] = Post.Status.PUBLISHED
        self.stored = posts.values_of(instance) if instance and instance.pk else {}
        change = self.edited_change
        self.pending_values = pending.values_of(change.values) if change else {}
        self.shown_values = {**self.stored, **self.pending_values}
        self.conflict: list[dict[str, Any]] = []  # rows to show: label, theirs, yours
        self.body: str | None = None  # sanitised; None until the form is cleaned
        initial: dict[str, Any] = {name: self.stored.get(name, []) for name in posts.JOINS}
        initial["shown"] = json.dumps(conflicts.fingerprints(self.stored))
        if change:
            initial |= {**self.pending_values, "why": change.reason}
        kwargs["initial"] = {**initial, **(kwargs.get("initial") or {})}
        super().__init__(data, *args, **kwargs)
        if instance and instance.pk:
            self.fields["securities"].help_text = with_mentions(
                self.fields["securities"].help_text, instance
            )
            if "securities" in instance.hand_edited:
                self.fields["pin"].initial = True
                self.fields["pin"].disabled = True
        if instance and instance.hand_edited and not change:
            self.offer_imported_values(instance)

    def offer_imported_values(self, post: Post) -> None:
        """Beside each field that was edited by hand, show what the documents say."""
        for name, value in posts.imported_values(post).items():
            if name in post.hand_edited and name in self.fields:
                self.fields[name].help_text = format_html(
                    '{} <span class="imported">{} <b>{}</b> <button name="_restore" value="{}" '
                    'formnovalidate class="button">{}</button></span>',
                    self.fields[name].help_text,
                    _("Imported value:"),
                    Truncator(as_text(name, value)).chars(LONGEST_IMPORTED) or "—",
                    name,
                    _("restore"),
                )

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        MaxLengthValidator(LONGEST_TITLE)(title)
        return title

    def clean_published_at(self) -> dt.datetime | None:
        """Keep the parts of a second, which the form does not show, unless the time was changed."""
        at: dt.datetime | None = self.cleaned_data["published_at"]
        before = self.shown_values.get("published_at")
        if at:
            validate_year(at)
        if at and before and timezone.localtime(before).time().replace(microsecond=0) == at.time():
            return at.replace(microsecond=before.microsecond)
        return at

    def _get_validation_exclusions(self) -> set[str]:
        # `clean_story` finds a post, which is none of the choices that the field has labels for.
        return super()._get_validation_exclusions() | {"story"}

    def clean_story(self) -> str:
        """The slug of the post whose address this is."""
        word: str = self.cleaned_data["story"]
        if word in ("", Post.STANDS_ALONE):
            return word
        path = word.partition("#")[0].partition("?")[0].rstrip("/")
        name = clean(unquote(path.rpartition("/")[2]))
        found = Post.objects.filter(slug__in=[name, name.removeprefix("NW")])
        slug: str | None = found.values_list("slug", flat=True).first()
        if slug is None:
            raise ValidationError(gettext("There is no such post."))
        return slug

    def clean_body_html(self) -> str:
        html: str = self.cleaned_data["body_html"]
        self.body = self.shown_values.get("body_html")
        if not self.shown_values or "body_html" in self.changed_data:
            self.body = None
            try:
                self.body = bodies.read(html).html
            except DocumentError as error:
                raise unreadable(error) from error
        return html

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        submitted = {name: cleaned[name] for name in posts.EDITABLE_FIELDS if name in cleaned}
        seen = conflicts.read_fingerprints(cleaned.get("shown", ""))
        found = conflicts.conflict(seen, self.stored, submitted)
        if found.theirs:
            self.refuse_conflict(found, submitted)
        if self.is_outdated:
            self.add_error(
                None,
                gettext(
                    "Somebody held back a change of this post, published it or withdrew it while "
                    "you had it open. Nothing was saved."
                ),
            )
        return cleaned

    def refuse_conflict(self, found: conflicts.Conflict, submitted: Mapping[str, Any]) -> None:
        """Never overwrite another editor's change. Show it; accept it in fields this editor left
        alone; leave the rest to the editor."""
        data: Any = self.data
        self.data = data = data.copy()
        data["shown"] = json.dumps(conflicts.fingerprints(self.stored))
        for name in set(found.theirs) - set(found.both):
            self.show_stored(name)
        self.conflict = [
            {
                "label": self.fields[name].label,
                "theirs": as_text(name, self.stored[name]),
                "yours": as_text(name, submitted[name]) if name in found.both else "",
            }
            for name in found.theirs
        ]
        self.add_error(
            None,
            gettext("%(who)s changed this post while you had it open. Nothing was saved.")
            % {"who": history.last_editor(self.instance) or gettext("An import")},
        )

    def show_stored(self, name: str) -> None:
        """Fill a field with what is stored, as if the editor had entered that."""
        widget, value = self.fields[name].widget, self.stored[name]
        data: Any = self.data
        if name in posts.JOINS:
            data.setlist(name, [str(term.pk) for term in value])
        elif isinstance(widget, forms.MultiWidget):
            parts = zip(widget.widgets, widget.decompress(value) or [], strict=True)
            for number, (part, piece) in enumerate(parts):
                data[f"{name}_{number}"] = part.format_value(piece)
        else:
            data[name] = getattr(value, "pk", value) or ""

    def _save_m2m(self) -> None:
        """Joins carry a time and a position: `editing.posts` writes them."""


def with_mentions(text: Any, post: Post) -> str:
    """A text, and how it is known that a post names each of its securities, and where."""
    rows = post.mention_set.select_related("security").order_by("position")
    return format_html(
        '{}<span class="mentions">{}</span>',
        text,
        format_html_join(
            "",
            "<span><b>{}</b> {}</span>",
            ((one.security, "、".join(said_of(one))) for one in rows),
        ),
    )


def said_of(mention: Mention) -> list[str]:
    """How it is known that a post names a security, and where."""
    fields: list[Any] = [
        Mention._meta.get_field(name)
        for name in ("in_title", "in_digest", "in_body")
        if getattr(mention, name)
    ]
    return [mention.get_origin_display(), *(str(field.verbose_name) for field in fields)]


def unreadable(error: DocumentError) -> ValidationError:
    return ValidationError(
        gettext("This text cannot be read: %(why)s.") % {"why": in_words(error.reason)}
    )


def as_text(field: str, value: Any) -> str:
    return history.as_text(Post._meta.get_field(field), value)
