"""What a reader follows, as an address holds it: `?s=1.600519,0.000858&source=…&tag=…&q=…`.

Every parameter may be repeated. `s` takes symbols, names, codes or pinyin, several separated by
commas or spaces. Nothing is stored: the browser keeps the address.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..models import Security
from ..search import engine
from ..search.conditions import Scope
from ..search.names import is_security, meant_terms
from ..search.query import Field, Note, Query, parse
from ..search.romanised import names_to_search
from ..search.typed import WHOLE
from ..terms import BY_QUERY_FIELD, SECURITY, TERMS, TermKind, kind_of
from .fields import AMBIGUOUS, UNKNOWN, TermField
from .interpretations import keys_found
from .pasted import companies_suggested, parts_of, securities_meant

MOST_FOLLOWED: Final = 100
MOST_QUERIES: Final = 10
MOST_NAMED: Final = 10  # securities that are not called by their symbols: each is a query
MOST_QUOTED: Final = 60  # characters in a note
UNREAD: Final = "unread"  # the parameter with lines that were to be added and name nothing
MOST_UNREAD: Final = 10  # lines
LEFT_OUT: Final = "left"  # the parameter with how many lines more there were than are taken

LONGEST_NUMBER: Final = 7

#: What addresses call the terms of a kind.
PARAMETERS: Final = {kind: "s" if kind is SECURITY else kind.name for kind in TERMS}


class Followed(NamedTuple):
    """One thing that is followed. `rest` is the query of the watchlist's address without this item;
    `address` may be empty."""

    label: str | Promise
    name: str
    address: str
    rest: str


@dataclass(frozen=True, slots=True)
class Watchlist:
    """Terms and queries. `notes` say what of an address is not in it."""

    terms: tuple[Any, ...] = ()
    queries: tuple[Query, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, parameters: MultiValueDict[str, str]) -> Self:
        """The watchlist of an address: at most `MOST_FOLLOWED` and `MOST_QUERIES`. Terms that the
        archive does not have are left out."""
        terms: list[Any] = []
        notes: list[str] = []
        for kind, name in PARAMETERS.items():
            own = symbols_of(parameters) if kind is SECURITY else parts_of(parameters.getlist(name))
            wanted = list(dict.fromkeys(own))[: MOST_FOLLOWED + 1]
            if kind is SECURITY:
                found, unknown = securities_named(wanted)
            else:
                found = terms_at(kind, wanted)
                others = [value for value in wanted if value not in found][:MOST_NAMED]
                found |= {value: term for value in others if (term := term_called(kind, value))}
                unknown = [
                    f"{kind.label}{_(': ')}{UNKNOWN % {'value': shortened(address)}}"
                    for address in wanted
                    if address not in found
                ]
            terms += [found[address] for address in wanted if address in found]
            notes += unknown
        notes += map(why_unread, parameters.getlist(UNREAD)[:MOST_UNREAD])
        if left := left_out(parameters):
            said = ngettext("%(count)s line was left out.", "%(count)s lines were left out.", left)
            rest = _("Others may name nothing that could be followed, or take too long to read.")
            notes += [said % {"count": left}, full(), rest]
        texts = dict.fromkeys(text.strip() for text in parameters.getlist("q"))
        parsed = [parse(text, timezone.localdate()) for text in texts if text]
        queries = [query for query in parsed if query.clauses]
        notes += [
            _("“%(text)s” has nothing to look for.") % {"text": shortened(query.text)}
            for query in parsed
            if not query.clauses
        ]
        if len(terms) > MOST_FOLLOWED or len(queries) > MOST_QUERIES:
            notes.append(full())
        return cls(
            tuple(dict.fromkeys(terms))[:MOST_FOLLOWED],
            tuple(queries[:MOST_QUERIES]),
            tuple(dict.fromkeys(notes)),
        )

    def __bool__(self) -> bool:
        return bool(self.terms or self.queries)

    @property
    def query(self) -> str:
        """The query of its address."""
        return query_of(self.terms, self.queries)

    @property
    def followed(self) -> list[Followed]:
        terms = [
            Followed(
                kind_of(term).label,
                name,
                term.get_absolute_url(),
                query_of((other for other in self.terms if other != term), self.queries),
            )
            for term, name in zip(self.terms, names_apart(self.terms), strict=True)
        ]
        queries = [
            Followed(
                gettext_lazy("Search"),
                query.text,
                f"?{urlencode({'q': query.text})}",
                query_of(self.terms, (other for other in self.queries if other != query)),
            )
            for query in self.queries
        ]
        return terms + queries

    @property
    def text(self) -> str:
        """What is followed, a line each, as `lines.with_lines` reads it."""
        lines = [
            f"{kind.query_field}:{getattr(term, kind.address_key)} # {term}"
            for term in self.terms
            for kind in [kind_of(term)]
        ]
        return "\n".join([*lines, *(f"q:{query.text}" for query in self.queries)])


def left_out(parameters: MultiValueDict[str, str]) -> int:
    """How many lines an address says were left out."""
    number = parameters.get(LEFT_OUT) or ""
    return int(number) if len(number) < LONGEST_NUMBER and number.isdecimal() else 0


def why_unread(line: str) -> str:
    """Why a line was not added, with the companies that it may mean, if there are several."""
    line = shortened(line)
    if found := companies_suggested(line):
        offers = _(", ").join(f"{one.name} {one.code}" for one in found)
        how = _("To follow it as a search, write q:%(line)s.") % {"line": line}
        return f"{AMBIGUOUS % {'value': line}} {offers}{_('. ')}{how}"
    return _("“%(line)s” names nothing that could be followed, so it was left out.") % {
        "line": line
    }


def full() -> str:
    """What the page says of a watchlist that has no room."""
    most = {"terms": MOST_FOLLOWED, "queries": MOST_QUERIES}
    return _("A watchlist has at most %(terms)s names and %(queries)s searches.") % most


def names_apart(terms: Sequence[Any]) -> list[str]:
    """The names of terms. Where two securities have one name, their markets stand beside it."""
    used = Counter(str(term) for term in terms if isinstance(term, Security))
    return [f"{term} {term.market_name}" if used[str(term)] > 1 else str(term) for term in terms]


def term_called(kind: TermKind, name: str) -> Any:
    """The one term of a kind with this whole name; None if it has none, or several."""
    match meant_terms(name, kind, 2) if len(name) <= MOST_QUOTED else ():
        case [one] if one.rank >= WHOLE:
            return one.term
    return None


def as_followed(scope: Scope) -> tuple[Scope, list[Note], tuple[str, ...]]:
    """What a watchlist selects, with each of its queries as it is read; notes on that; and
    sentences on those that are read in another way than they are written, or find nothing. A query
    that there is no time to read is followed as it is written."""
    queries = [one for one in scope.any_of if isinstance(one, Query)]
    if not queries:
        return scope, [], ()
    answered: dict[Any, Query] = {}
    unread = dict.fromkeys(queries)
    notes: list[Note] = []
    said: list[str] = []
    with engine.searching(names_to_search()) as search, search.budget.extras():
        for query in queries:
            reading, conditions, keys = keys_found(search, query, Scope(), 1)
            if search.budget.is_spent:
                break
            del unread[query]
            word = shortened(query.text)
            if not keys:
                message = _("“%(word)s” is followed as a search, which finds no post yet.")
                said.append(message % {"word": word})
                continue
            answered[query] = replace(reading.query, text=reading.text)
            notes += conditions.notes
            if reading.text != query.text:
                message = _("“%(word)s” was read as %(names)s.")
                said.append(message % {"word": word, "names": reading.text})
    late = _("There was no time to look “%(word)s” up, so it is followed as it is written.")
    said += [late % {"word": shortened(query.text)} for query in unread]
    any_of = tuple(answered.get(one, one) for one in scope.any_of)
    return replace(scope, any_of=any_of), notes, tuple(said)


def terms_at(kind: TermKind, addresses: Iterable[str]) -> dict[str, Any]:
    """The terms of a kind at these addresses, now or before they were merged or moved. One query,
    and a second if an address is an old one."""
    missing = set(addresses)
    if not missing:
        return {}
    known = kind.objects.known()
    found = {getattr(term, kind.address_key): term for term in known.at(missing)}
    if missing := missing - found.keys():
        aliases = kind.aliases.seen().filter(slug__in=missing, term__in=known)
        found |= {alias.slug: alias.term for alias in aliases.select_related("term")}
    return found


def symbols_of(parameters: MultiValueDict[str, str]) -> list[str]:
    """What stands in the `s` of an address, or in `security`, as other pages call it: symbols, or
    what else names securities."""
    return parts_of(parameters.getlist("s") + parameters.getlist(SECURITY.name))


def shortened(text: str) -> str:
    """A text of an address, as much of it as a note quotes."""
    return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…"


def securities_named(values: Iterable[str]) -> tuple[dict[str, Security], list[str]]:
    """The securities these values name in whole, and an error sentence for each other value, with
    those that it may mean. Symbols are free; at most `MOST_NAMED` other names are looked up."""
    values = list(values)
    found = terms_at(SECURITY, values)
    field = TermField(kind=SECURITY, least=WHOLE, required=False)
    errors: list[str] = []
    for place, value in enumerate(value for value in values if value not in found):
        if place >= MOST_NAMED or len(value) > MOST_QUOTED:
            errors.append(str(SECURITY.unknown) % {"address": shortened(value)})
            continue
        try:
            match securities_meant(value):
                case [one]:
                    found[value] = one
                case _:
                    found[value] = field.clean(value)
        except ValidationError as error:
            offers = (error.params or {}).get("offers", ())
            names = _(", ").join(f"{one.name} {one.term.code}" for one in offers)
            errors.append(" ".join(filter(None, [*error.messages, names])))
    return found, errors


def term_named(query: Query) -> Any:
    """The one term a query names: by its field, or a security by its whole name or code. None
    otherwise."""
    criterion = query.only_criterion
    if criterion is None or criterion.is_phrase:
        return None
    kind = BY_QUERY_FIELD.get(criterion.field)
    if kind is None and criterion.field is not Field.TEXT:
        return None
    if (kind or SECURITY) is SECURITY and not is_security(criterion.value):
        return None
    if kind and (found := terms_at(kind, [criterion.value])):
        return found[criterion.value]
    return term_called(kind or SECURITY, criterion.value)


def query_of(terms: Iterable[Any], queries: Iterable[Query]) -> str:
    """The query of the address of a watchlist."""
    addresses: dict[TermKind, list[str]] = {}
    for term in terms:
        kind = kind_of(term)
        addresses.setdefault(kind, []).append(getattr(term, kind.address_key))
    parameters = [
        (PARAMETERS[kind], value)
        for kind, found in sorted(addresses.items(), key=lambda one: list(TERMS).index(one[0]))
        for value in ([",".join(found)] if kind is SECURITY else found)
    ]
    parameters += [("q", query.text) for query in queries]
    return urlencode(parameters, safe=",")
