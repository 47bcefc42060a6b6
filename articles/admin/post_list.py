"""The list of posts: found by the site's own search, and never counted whole."""

import re
from copy import copy
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ..listings.answering import answer
from ..listings.request import ListingRequest
from ..models import (
    Category,
    Mention,
    Post,
    PostCategory,
    PostTag,
    Security,
    Source,
    Tag,
)
from ..search import desk, engine
from ..search.conditions import Scope
from ..search.query import parse
from ..search.text.tokens import KEYS
from .doubtful import DeskAdmin, DeskChangeList, TermSelect
from .paging import CappedPaginator

ID = re.compile(r"[0-9]{1,9}")
BULKY = ("digest", "body_html", "body_text")
STATES = {
    "draft": _("draft"),
    "scheduled": _("scheduled"),
    "published": _("published"),
    "hidden": _("hidden"),
}


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return STATES.items()

    def queryset(self, request, queryset):
        match self.value():
            case "draft":
                return queryset.drafts()
            case "scheduled":
                return queryset.scheduled()
            case "published":
                return queryset.published()
            case "hidden":
                return queryset.hidden()
        return queryset


class EditedFilter(admin.SimpleListFilter):
    title = _("edited by hand")
    parameter_name = "edited"

    def lookups(self, request, model_admin):
        return [("yes", _("edited by hand"))]

    def queryset(self, request, queryset):
        return queryset.edited_by_hand() if self.value() else queryset


class AttentionFilter(admin.SimpleListFilter):
    """Without a source or a category, or with something that an import assumed."""

    title = _("needs attention")
    parameter_name = "attention"

    def lookups(self, request, model_admin):
        return [("yes", _("needs attention"))]

    def queryset(self, request, queryset):
        return queryset.needs_attention() if self.value() else queryset


class PendingFilter(admin.SimpleListFilter):
    """With a correction that is held back."""

    title = _("pending change")
    parameter_name = "pending"

    def lookups(self, request, model_admin):
        return [("yes", _("change pending"))]

    def queryset(self, request, queryset):
        return queryset.filter(has_pending_change=True) if self.value() else queryset


class TermField(forms.ModelChoiceField):
    """A term by its id, which is all that search needs of it: to ask for the rest would be a query
    more for each."""

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if not (ID.fullmatch(value) and int(value) < KEYS):
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        terms: Any = self.queryset
        return terms.model(pk=int(value))


class ScopeForm(forms.Form):
    """What a search may be narrowed to. There are thousands of names: they are typed."""

    source = TermField(
        Source.objects,
        label=_("source"),
        required=False,
        widget=TermSelect(Post._meta.get_field("source"), admin.site),
    )
    category = TermField(
        Category.objects,
        label=_("category"),
        required=False,
        widget=TermSelect(PostCategory._meta.get_field("category"), admin.site),
    )
    tag = TermField(
        Tag.objects,
        label=_("tag"),
        required=False,
        widget=TermSelect(PostTag._meta.get_field("tag"), admin.site),
    )
    security = TermField(
        Security.objects,
        label=_("security"),
        required=False,
        widget=TermSelect(Mention._meta.get_field("security"), admin.site),
    )
    since = forms.DateField(
        label=_("from"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("to"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    @classmethod
    def scope(cls, data):
        """The scope that an address names. Raises `IncorrectLookupParameters`."""
        form = cls(data)
        if not form.is_valid():
            raise IncorrectLookupParameters(form.errors)
        return Scope(**form.cleaned_data)


class ScopeFilter(admin.ListFilter):
    """One form for all that a search may be narrowed to. `PostList.get_search_results` reads it."""

    title = _("source, category, tag, security, day")
    template = "admin/scope_filter.html"

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        for name in self.expected_parameters():
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]
        self.form = ScopeForm(request.GET)

    def expected_parameters(self):
        return list(ScopeForm.base_fields)

    def has_output(self):
        return True

    def choices(self, changelist):
        """What the address asks for beside this, which the form keeps."""
        return [item for item in changelist.params.items() if item[0] not in self.form.fields]

    def queryset(self, request, queryset):
        return queryset


class FoundPaginator(Paginator):
    """Pages of `posts` by their ids, which search has put in order: no database counts or sorts
    ten thousand of them again."""

    def __init__(self, posts, ids, per_page):
        super().__init__(ids, per_page)
        self.posts = posts
        self.is_capped = len(ids) >= desk.LIMIT

    def page(self, number):
        page = super().page(number)
        page.object_list = self.posts.filter(pk__in=page.object_list)
        return page


class PostChangeList(DeskChangeList):
    def get_queryset(self, request, exclude_parameters=None):
        posts = super().get_queryset(request, exclude_parameters)
        return posts.defer(*BULKY)

    def get_ordering(self, request, queryset):
        """By time, one way or the other: an index has either."""
        is_oldest_first = super().get_ordering(request, queryset)[0] == "published_at"
        return ["published_at", "id"] if is_oldest_first else ["-published_at", "-id"]

    def get_results(self, request):
        super().get_results(request)
        self.full_result_count = self.result_count  # it stands below the list, and once is enough


class PostList(DeskAdmin):
    """What `PostAdmin` lists, finds and filters."""

    list_display = ["time", "state", "title", "source", "is_hand_edited"]
    list_display_links = ["title"]
    list_filter = [StateFilter, PendingFilter, EditedFilter, AttentionFilter, ScopeFilter]
    list_select_related = ["source"]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ["time"]
    search_fields = ["title"]  # which shows the box; `get_search_results` says what it finds
    search_help_text = _("Words, “phrases”, -without, title: source: tag: code: date: …")

    @property
    def media(self):
        return super().media + ScopeForm().media

    def get_queryset(self, request):
        return super().get_queryset(request).with_pending_changes()

    def get_changelist(self, request, **kwargs):
        return PostChangeList

    def get_paginator(self, request, queryset, per_page, **kwargs):
        ids = getattr(request, "found", None)
        if ids is None or request.GET.keys() & {"state", "pending", "edited", "attention"}:
            return CappedPaginator(queryset, per_page)
        is_oldest_first = queryset.query.order_by == ("published_at", "id")
        posts = self.get_queryset(request).order_by(*queryset.query.order_by)
        posts = posts.select_related(*self.list_select_related).defer(*BULKY)
        return FoundPaginator(posts, ids[::-1] if is_oldest_first else ids, per_page)

    def get_search_results(self, request, queryset, search_term):
        """By the engine that readers search with, posts of every state. The newest of them, as
        many as a list goes down to."""
        scope = ScopeForm.scope(request.GET)
        if not search_term.strip() and scope == Scope():
            return queryset, False
        state = request.GET.get("state")
        status = Post.Status.PUBLISHED if state == "scheduled" else state
        status = status if state in STATES else None
        try:
            ids = answer(
                ListingRequest(
                    parse(search_term), scope, for_editors=True, status=status, size=desk.LIMIT
                )
            ).ids
        except engine.SearchTimeoutError:
            message = _("The search took too long and was ended. Narrow it, by day or by source.")
            self.message_user(request, message, messages.ERROR)
            return queryset.none(), False
        if len(ids) == desk.LIMIT:
            message = _("More posts match than a list holds: these are among the newest %(limit)s.")
            self.message_user(request, message % {"limit": f"{desk.LIMIT:,}"}, messages.WARNING)
        request.found = ids  # for the paginator
        return queryset.filter(pk__in=ids), False

    def following(self, request, post):
        """The post that comes after `post.place`, a time and an id, in the list from which a form
        was opened, which its address names; None where there is no such post or list."""
        listed = copy(request)
        listed.GET = QueryDict(request.GET.get("_changelist_filters"), mutable=True)
        listed.GET.pop("p", None)  # of all its pages
        try:
            found = self.get_changelist_instance(listed).queryset
        except IncorrectLookupParameters:
            return None
        time, pk = post.place
        after = "gt" if found.query.order_by[0] == "published_at" else "lt"
        return (
            found.exclude(pk=pk)
            .filter(
                Q(**{f"published_at__{after}": time}) | Q(published_at=time, **{f"pk__{after}": pk})
            )
            .first()
        )

    @admin.display(description=_("time"), ordering="published_at")
    def time(self, post):
        return f"{timezone.localtime(post.published_at):%Y-%m-%d %H:%M}"

    @admin.display(description=_("state"))
    def state(self, post):
        state = "scheduled" if post.is_scheduled else post.status
        # In an attribute, for Django's own sheet has a class `hidden`, which shows nothing.
        shown = format_html('<span class="state" data-state="{}">{}</span>', state, STATES[state])
        if not post.has_pending_change:
            return shown
        return format_html('{} <span class="pending">{}</span>', shown, _("change pending"))

    @admin.display(description=_("edited by hand"))
    def is_hand_edited(self, post):
        return _("yes") if post.hand_edited else ""
