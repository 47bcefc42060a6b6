"""The four kinds of term that a post has: source, category, tag and security.

What is particular to a kind is declared here, once. Whatever treats the four alike iterates
`TERMS`, in the order in which pages show them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import (
    Alias,
    Category,
    CategoryAlias,
    Facet,
    Mention,
    PostCategory,
    PostTag,
    Security,
    SecurityAlias,
    Source,
    SourceAlias,
    Tag,
    TagAlias,
)
from .search.query import Field


@dataclass(frozen=True, slots=True, eq=False)
class TermKind:
    """A kind of term.

    `name` is what addresses and the columns of joins call it, and `field` the attribute of a post
    that holds one or several. `join` is a `PostJoin`; None if a post has at most one such term,
    stored in a column.

    Three attributes of a term identify it: documents use `document_key`, addresses `address_key`
    (`address_sql` for a row of its table), and queries `query_key`, as `query_field:value`.
    `converter` is the part of a path that holds an address (`newsroom.converters`), and `unknown`
    says that no term has it. The page of all terms is `directory`, with the heading `plural`.
    Editors may change `editable` fields. A text that may mean a term of any kind suggests at most
    so many `suggestions` of this one, and if `is_meant_by_words`, any misspelt word may mean one.
    """

    name: str
    label: Promise
    model: type[models.Model]
    alias: type[Alias]
    field: str
    query_field: Field
    directory: str
    plural: Promise
    unknown: Promise
    join: Any = None
    document_key: str = "name"
    address_key: str = "slug"
    address_sql: str = "slug"
    query_key: str = "name"
    editable: tuple[str, ...] = ("name", "slug")
    converter: str = "name"
    suggestions: int = 2
    is_meant_by_words: bool = False

    @property
    def objects(self) -> Any:
        """The manager of the model. The stubs know none of a `type[Model]`."""
        return self.model._default_manager

    @property
    def aliases(self) -> Any:
        return self.alias._default_manager

    @property
    def facet(self) -> Facet:
        """What its posts are counted by. The model declares it, for its own queries."""
        facet: Facet = self.objects.model.facet
        return facet

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def document_sql(self) -> str:
        """What documents call a row of its table."""
        is_address = self.document_key == self.address_key
        return self.address_sql if is_address else self.document_key

    @property
    def alias_key(self) -> str:
        """The field of an alias that holds what documents called the term."""
        return "slug" if self.document_key == self.address_key else "name"

    @property
    def join_set(self) -> str:
        """The attribute of a post by which its rows of the join are reached."""
        return f"{self.join._meta.model_name}_set"

    @property
    def lookup(self) -> str:
        """What a query of posts calls the term by: `Post.objects.filter(**{kind.lookup: term})`."""
        return f"{self.join._meta.model_name}__{self.name}" if self.join else self.name

    def having(self, terms: Sequence[Any]) -> models.Q:
        """Selects the posts that have one of these terms, each once."""
        if len(terms) == 1:
            return models.Q(**{self.lookup: terms[0]})
        if self.join is None:
            return models.Q(**{f"{self.field}__in": terms})
        joins = self.join._default_manager.filter(**{f"{self.name}__in": terms})
        return models.Q(pk__in=joins.values("post"))


CATEGORY: Final = TermKind(
    name="category",
    label=_("Category"),
    model=Category,
    alias=CategoryAlias,
    field="categories",
    query_field=Field.CATEGORY,
    directory="categories",
    plural=_("Categories"),
    unknown=_("There is no such category."),
    join=PostCategory,
    document_key="slug",
)
SOURCE: Final = TermKind(
    name="source",
    label=_("Source"),
    model=Source,
    alias=SourceAlias,
    field="source",
    query_field=Field.SOURCE,
    directory="sources",
    plural=_("Sources"),
    unknown=_("There is no such source."),
    suggestions=3,
    is_meant_by_words=True,
)
SECURITY: Final = TermKind(
    name="security",
    label=_("Security"),
    model=Security,
    alias=SecurityAlias,
    field="securities",
    query_field=Field.CODE,
    directory="securities",
    plural=_("Securities"),
    unknown=_("There is no security %(address)s in the archive."),
    join=Mention,
    document_key="symbol",
    address_key="symbol",
    address_sql="market || '.' || code",
    query_key="symbol",
    converter="symbol",
    editable=("name", "kind", "is_name_fixed", "english_name", "needs_code", "wrong_names"),
    suggestions=5,
    is_meant_by_words=True,
)
TAG: Final = TermKind(
    name="tag",
    label=_("Tag"),
    model=Tag,
    alias=TagAlias,
    field="tags",
    query_field=Field.TAG,
    directory="tags",
    plural=_("Tags"),
    unknown=_("There is no such tag."),
    join=PostTag,
)

TERMS: Final = (CATEGORY, SOURCE, SECURITY, TAG)
MOST_SUGGESTED_FIRST: Final = tuple(sorted(TERMS, key=lambda kind: -kind.suggestions))
BY_NAME: Final = {kind.name: kind for kind in TERMS}
BY_MODEL: Final = {kind.model: kind for kind in TERMS}
BY_FACET: Final = {kind.facet: kind for kind in TERMS}
BY_QUERY_FIELD: Final = {kind.query_field: kind for kind in TERMS}
JOINED: Final = tuple(kind for kind in TERMS if kind.join is not None)


def kind_of(term: models.Model) -> TermKind:
    return BY_MODEL[type(term)]


def term_of(model: Any, key: int | None) -> Any:
    """The term with this primary key, or the one that it was merged into; None if there is
    neither."""
    if key is None:
        return None
    if found := model.objects.filter(pk=key).first():
        return found
    last = model.history.filter(id=key).first()
    return survivor_of(last.instance) if last else None


def survivor_of(term: Any) -> Any:
    """The term that a missing one was merged into; None if it was deleted."""
    kind = kind_of(term)
    return kind.objects.called(getattr(term, kind.document_key))
