"""The list of posts: found by the site's own search, and never counted whole."""

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..listings.filters import scope_of
from ..listings.for_editors import found_by_editors
from ..listings.request import ListingRequest
from ..models import PageKey, Post, PostQuerySet
from ..search import desk, engine
from ..search.conditions import Scope
from ..search.query import parse
from ..search.text.tokens import KEYS
from ..terms import TERMS, TermKind
from .base import DeskAdmin, DeskChangeList
from .paging import CappedPaginator
from .validation import is_key
from .widgets import TermSelectMultiple

BULKY = ("digest", "body_html", "body_text")  # columns that no list shows
POST_STATES = {
    "draft": _("draft"),
    "scheduled": _("scheduled"),
    "published": _("published"),
    "hidden": _("hidden"),
}


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return POST_STATES.items()

    def queryset(self, request: HttpRequest, queryset: Any) -> PostQuerySet:
        posts: PostQuerySet = queryset
        match self.value():
            case "draft":
                return posts.drafts()
            case "scheduled":
                return posts.scheduled()
            case "published":
                return posts.published()
            case "hidden":
                return posts.hidden()
        return posts


class YesFilter(admin.SimpleListFilter):
    """Selects some posts, or does not filter."""

    label: Any

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("yes", self.label)]

    def queryset(self, request: HttpRequest, queryset: Any) -> PostQuerySet:
        posts: PostQuerySet = queryset
        return self.selected(posts) if self.value() else posts

    def selected(self, posts: PostQuerySet) -> PostQuerySet:
        raise NotImplementedError


class EditedFilter(YesFilter):
    title = label = _("edited by hand")
    parameter_name = "edited"

    def selected(self, posts: PostQuerySet) -> PostQuerySet:
        return posts.edited_by_hand()


class AttentionFilter(YesFilter):
    title = label = _("needs attention")
    parameter_name = "attention"

    def selected(self, posts: PostQuerySet) -> PostQuerySet:
        return posts.needs_attention()


class PendingFilter(YesFilter):
    title = _("pending change")
    label = _("change pending")
    parameter_name = "pending"

    def selected(self, posts: Any) -> PostQuerySet:
        found: PostQuerySet = posts.filter(has_pending_change=True)
        return found


class TermKeysField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # takes none at run time
    """Terms by their primary keys, which are all that search needs: the rest would take a query for
    each field."""

    def __init__(self, kind: TermKind) -> None:
        label = kind.model._meta.verbose_name
        widget = TermSelectMultiple(kind)
        super().__init__(kind.objects.all(), required=False, label=label, widget=widget)

    def clean(self, value: Any) -> Any:
        keys = [key for key in value if key]
        if not all(is_key(key) and int(key) < KEYS for key in keys):
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        terms: Any = self.queryset
        return [terms.model(pk=int(key)) for key in keys]


class DatePickerField(forms.DateField):
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")


class ScopeForm(forms.Form):
    """What a search may be narrowed to, as the filters of readers do. There are thousands of terms:
    editors type their names."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields |= {kind.name: TermKeysField(kind) for kind in TERMS}
        self.fields["since"] = DatePickerField(label=_("from"), required=False)
        self.fields["until"] = DatePickerField(label=_("to"), required=False)

    def scope(self) -> Scope:
        """Raises `IncorrectLookupParameters`."""
        if not self.is_valid():
            raise IncorrectLookupParameters(self.errors)
        period = {"from": self.cleaned_data["since"], "to": self.cleaned_data["until"]}
        return scope_of(self.cleaned_data | period)


class ScopeFilter(admin.ListFilter):
    """One form for all that a search may be narrowed to. `PostChangeList.search` reads it."""

    title = _("category, source, security, tag, day")
    template = "admin/scope_filter.html"

    def __init__(
        self, request: HttpRequest, params: dict[str, list[str]], model: Any, model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.form = ScopeForm(request.GET)
        for name in self.form.fields:
            if name in params:
                self.used_parameters[name] = params.pop(name)

    def expected_parameters(self) -> list[str | None]:
        return [*self.form.fields]

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The other parameters of the address, which the form keeps."""
        yield from (item for item in changelist.params.items() if item[0] not in self.form.fields)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset


class FoundPaginator(Paginator):  # type: ignore[type-arg]  # takes none at run time
    """Pages of posts by their ids, which search has sorted, so that the database does not count
    and sort ten thousand posts again."""

    def __init__(self, posts: QuerySet[Post], ids: Sequence[int], per_page: int) -> None:
        super().__init__(ids, per_page)
        self.posts = posts
        self.is_capped = len(ids) >= desk.MOST_FOUND

    def page(self, number: int | str) -> "Page[Any]":
        page = super().page(number)
        page.object_list = self.posts.filter(pk__in=page.object_list)
        return page


class PostChangeList(DeskChangeList):
    """All posts, or those that the search of the site finds, narrowed by the filters."""

    found: Sequence[int] | None = None  # ids, newest first; None if nothing is searched for

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Post]:
        posts = super().get_queryset(request, exclude_parameters).defer(*BULKY)
        self.found = self.search(request)
        return posts if self.found is None else posts.filter(pk__in=self.found)

    def search(self, request: HttpRequest) -> list[int] | None:
        """The ids of the newest posts that the readers' search finds, in every state, newest
        first: up to `desk.MOST_FOUND`. None if neither text nor scope is given. Raises
        `IncorrectLookupParameters`."""
        scope = ScopeForm(request.GET).scope()
        if not self.query.strip() and scope == Scope():
            return None
        state = request.GET.get("state")
        status = Post.Status.PUBLISHED if state == "scheduled" else state
        status = status if state in POST_STATES else None
        try:
            query = parse(self.query, timezone.localdate())
            ids, notes, near = found_by_editors(
                ListingRequest(query, scope, status=status, size=desk.MOST_FOUND)
            )
        except engine.SearchTimeoutError:
            message = _("The search took too long and was ended. Narrow it, by day or by source.")
            self.model_admin.message_user(request, message, messages.ERROR)
            return []
        for note in notes:
            self.model_admin.message_user(request, note, messages.INFO)
        if near:
            links = format_html_join(
                gettext(", "),
                '<a href="{}">{}</a>',
                ((self.get_query_string({SEARCH_VAR: o.query}, [PAGE_VAR]), o.name) for o in near),
            )
            self.model_admin.message_user(
                request, format_html("{} {}", gettext("Did you mean"), links), messages.INFO
            )
        if len(ids) == desk.MOST_FOUND:
            message = _("More posts match than a list holds: these are among the newest %(limit)s.")
            self.model_admin.message_user(
                request, message % {"limit": f"{desk.MOST_FOUND:,}"}, messages.WARNING
            )
        return ids

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """By time, in either direction: both have an index."""
        is_oldest_first = super().get_ordering(request, queryset)[0] == "published_at"
        return ["published_at", "id"] if is_oldest_first else ["-published_at", "-id"]

    def get_results(self, request: HttpRequest) -> None:
        """As Django does, but with our own paginator, and with one number of results, not two."""
        self.paginator = self.paginator_of(request)
        self.result_count = self.full_result_count = self.paginator.count
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        self.result_list = self.queryset.all()
        if self.multi_page and not (self.show_all and self.can_show_all):
            try:
                self.result_list = self.paginator.page(self.page_num).object_list
            except InvalidPage as error:
                raise IncorrectLookupParameters from error

    def paginator_of(self, request: HttpRequest) -> "Paginator[Any]":
        if self.found is None or request.GET.keys() & {"state", "pending", "edited", "attention"}:
            return CappedPaginator(self.queryset, self.list_per_page)
        posts = self.root_queryset.order_by(*self.queryset.query.order_by)
        posts = self.apply_select_related(posts).defer(*BULKY)
        ids = self.found[::-1] if is_oldest_first(self.queryset) else self.found
        return FoundPaginator(posts, ids, self.list_per_page)


class PostList(DeskAdmin):
    """The list of posts: its columns, its filters and its search."""

    list_display = ["time", "state", "title", "source", "is_hand_edited"]
    list_display_links = ["title"]
    list_filter = [StateFilter, PendingFilter, EditedFilter, AttentionFilter, ScopeFilter]
    list_select_related = ["source"]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ["time"]
    search_fields = ["title"]  # shows the search box; `PostChangeList` searches
    search_help_text = _("Words, “phrases”, -without, title: source: tag: code: date: …")

    @property
    def media(self) -> forms.Media:
        return super().media + ScopeForm().media

    def get_queryset(self, request: HttpRequest) -> PostQuerySet:
        return Post.objects.with_pending_changes()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PostChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Post], search_term: str
    ) -> tuple[QuerySet[Post], bool]:
        """All of them: `PostChangeList` itself searches."""
        return queryset, False

    def following(self, request: HttpRequest, post: Post, place: PageKey) -> Post | None:
        """The next post in the list from which the form of `post` was opened, where `post` had this
        place. The address of the form names the list. None if there is no such list, or no post
        after that place."""
        filters = QueryDict(request.GET.get("_changelist_filters"), mutable=True)
        filters.pop("p", None)  # of all its pages
        listed: Any = copy(request)
        listed.GET = filters
        try:
            found = self.get_changelist_instance(listed).queryset
        except IncorrectLookupParameters:
            return None
        others: PostQuerySet = found.exclude(pk=post.pk)
        after = others.newer_than(place) if is_oldest_first(found) else others.older_than(place)
        return after.first()

    @admin.display(description=_("time"), ordering="published_at")
    def time(self, post: Post) -> str:
        return f"{timezone.localtime(post.published_at):%Y-%m-%d %H:%M}"

    @admin.display(description=_("state"))
    def state(self, post: Any) -> str:
        state = "scheduled" if post.is_scheduled else post.status
        # As an attribute: Django's style sheet has a class `hidden`, which shows nothing.
        shown = format_html(
            '<span class="state" data-state="{}">{}</span>', state, POST_STATES[state]
        )
        if not post.has_pending_change:
            return shown
        return format_html('{} <span class="pending">{}</span>', shown, _("change pending"))

    @admin.display(description=_("edited by hand"))
    def is_hand_edited(self, post: Post) -> str:
        return str(_("yes")) if post.hand_edited else ""


def is_oldest_first(queryset: QuerySet[Post]) -> bool:
    return queryset.query.order_by[0] == "published_at"
