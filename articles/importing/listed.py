"""An exchange's list of securities → the securities of the archive."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils import timezone

from .. import changes, locks
from ..characters import HAN_RANGE
from ..database import write_connection
from ..mentions.forms import MAINLAND
from ..mentions.seeking import seek
from ..mentions.spellings import HAN
from ..models import FormerName, Security, SecurityAlias
from ..pinyin import full_pinyin, pinyin_initials
from ..search.text.normalise import fold, normalise
from ..terms import SECURITY
from .reading.listed.names import NamePeriod
from .reading.listed.securities import ListedSecurity, SecurityList
from .reading.listed.symbols import NEW_YORK
from .reading.securities import SecurityMark
from .storing.terms import add_listed, write_former_names, write_listed

#: A name with what an exchange puts before it on the day of a dividend, or the first one.
OF_A_DAY: Final = re.compile(rf"(?:X[DR]|DR|[NC])([{HAN_RANGE}].+)")
#: An exchange cuts the name after it to so many characters, or leaves a short one whole.
LONGEST_CUT: Final = 3


@dataclass(slots=True)
class ListChanges:
    """What a list changed, a line for each security."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    of_a_day: list[str] = field(default_factory=list)
    unchanged: int = 0


def import_list(
    listed: SecurityList,
    tell: Callable[[ListChanges], None] = lambda done: None,
    advance: Callable[[], None] = lambda: None,
) -> int:
    """Store a list, `tell` what it changed, then look for the new names in all posts; return in
    how many. `advance` is called for each security."""
    tell(store_list(listed, advance))
    return seek()


def store_list(listed: SecurityList, advance: Callable[[], None] = lambda: None) -> ListChanges:
    """Store the securities of a list in one transaction: if this raises, none of them is stored. A
    name that an editor gave stays, and one that an editor called wrong is not learnt. A list with
    a column for former names decides which of these its securities have, also which of the names of
    today that lists before gave; without one it says nothing of them, and they stay. A name
    that is another security's on the same market was given by mistake, and is none of the former
    ones. Securities that editors merged into others are passed over, since the names and days that
    count are those of the others.
    """
    done = ListChanges()
    alias = write_connection().alias
    with locks.writing():
        stored = {one.symbol: one for one in Security.objects.using(alias)}
        aliases = SecurityAlias.objects.using(alias).select_related("term")
        merged = {one.slug: one.term for one in aliases if one.slug}
        targets = {term.pk for term in merged.values()}
        former: dict[int, set[NamePeriod]] = {}
        for pk, name, since, until in FormerName.objects.using(alias).values_list(
            "security", "name", "since", "until"
        ):
            former.setdefault(pk, set()).add(NamePeriod(name, since, until))
        holders: dict[tuple[str, str], set[str]] = {}  # of names of today, by symbol
        today = {symbol: one.name for symbol, one in stored.items()}
        today |= {f"{one.market}.{one.code}": one.name for one in listed.securities}
        for symbol, name in today.items():
            holders.setdefault((place_of(symbol), name), set()).add(symbol)
        new, updated, confirmed = [], [], []
        renamed: list[tuple[Security, Collection[NamePeriod]]] = []
        for one in listed.securities:
            advance()
            symbol = f"{one.market}.{one.code}"
            security = stored.get(symbol)
            if security is None and one.market in NEW_YORK:
                others = (stored.get(f"{market}.{one.code}") for market in NEW_YORK)
                security = next(filter(None, others), None)
            if security is None and symbol in merged:
                target = merged[symbol]
                done.merged.append(f"{symbol} {one.name}: merged into {target.symbol} {target}")
                continue
            if security is None:
                security = Security(market=one.market, code=one.code, is_name_fixed=False)
                security.kind = SecurityMark(one.market, one.code).kind
                one = without_days_prefix(one, security, done)
                fill(security, one)
                new.append(security)
                done.added.append(f"{security.symbol} {security.name}")
                renamed += [(security, one.former)] if one.former else []
                continue
            had = former.get(security.pk, set())
            one = without_days_prefix(one, security, done)
            of_a_day = {name for name in security.names if name_behind(name, [one.name]) != name}
            has = {period for period in one.former if period.name not in security.wrong_names}
            if not has and security.pk in targets:
                has = had  # those of the merged ones too, which no row of this one has
            elif not listed.has_former:
                listed_now = {period.name for period in has}
                has |= {period for period in had if period.name not in listed_now}
            kept = {one.name, security.name, *(period.name for period in has)}
            lost = ({period.name for period in had} - kept) | of_a_day
            if listed.has_former and security.pk not in targets and not security.is_name_fixed:
                lost |= set(security.listed_names) - {one.name, *(period.name for period in has)}
            if holders.get((place_of(symbol), security.name), set()) - {symbol}:
                lost |= {security.name} - {one.name, *(period.name for period in has)}
            stated_at = security.stated_at
            said = fill(security, one, lost)
            if said or lost:
                updated.append(security)
            elif security.stated_at != stated_at:
                confirmed.append(security)
            if had != has:
                renamed.append((security, has))
                without = f" without {', '.join(sorted(lost))}" if lost else ""
                said.append(f"former names{without}")
            if said:
                done.changed.append(f"{security.symbol} {security.name}: {', '.join(said)}")
            else:
                done.unchanged += 1
        add_listed(new)
        write_listed([*updated, *confirmed])
        write_former_names(
            [security.pk for security, _periods in renamed],
            [(security.pk, *period) for security, periods in renamed for period in periods],
        )
        if done.added or done.changed:
            changes.terms_changed(SECURITY, [one.pk for one in updated])
    return done


def without_days_prefix(
    one: ListedSecurity, security: Security, done: ListChanges
) -> ListedSecurity:
    """What a list says, without names that it gives a security for a day: XD贵州茅 is 贵州茅台 on
    the day of a dividend, cut to the usual length."""
    former = [period for period in one.former if not OF_A_DAY.match(period.name)]
    known = [security.name, *(period.name for period in former), *security.names]
    name = name_behind(one.name, known)
    if name == one.name and str(one.market) in MAINLAND and (prefixed := OF_A_DAY.match(name)):
        if len(prefixed[1]) > LONGEST_CUT:
            name = prefixed[1]
        else:
            done.of_a_day.append(f"{security.symbol} {name}: kept until a list has the whole name")
    if name != one.name:
        done.of_a_day.append(f"{security.symbol} {one.name}: the name of a day of {name}")
    kept = [
        period for period in one.former if name_behind(period.name, [name, *known]) == period.name
    ]
    return replace(one, name=name, former=kept)


def name_behind(name: str, known: Iterable[str]) -> str:
    """The first of the `known` names that a name is for a day, or else the name itself."""
    if prefixed := OF_A_DAY.match(name):
        begun = (one for one in known if one.startswith(prefixed[1]) and one != name)
        return next((one for one in begun if not OF_A_DAY.match(one)), name)
    return name


def fill(security: Security, one: ListedSecurity, lost: Collection[str] = ()) -> list[str]:
    """Give a security what a list says of it, and take the names that it has `lost`. Returns what
    that changed, in words. A list in English takes no Chinese name away, and one in traditional
    characters no simplified name: Hong Kong has both."""
    said = []
    is_same = normalise(security.name) == normalise(one.name)
    is_kept = (
        security.is_name_fixed
        or one.name in security.wrong_names
        or (HAN.search(security.name) and not HAN.search(one.name))
        or (is_same and (is_plain(security.name) or not is_plain(one.name)))
    )
    is_renamed = not is_kept and security.name != one.name
    if is_renamed:
        said.append(f"called {security.name} until now" if security.name else "a name")
        security.name, security.named_at = one.name, timezone.now()
        security.stated_name, security.stated_at = security.name, security.named_at
    elif is_same and security.stated_name != security.name:
        security.stated_name, security.stated_at = security.name, timezone.now()
    listed = security.name if is_same else one.name
    lists = {*security.listed_names, *({listed}.difference(security.names))}.difference(lost)
    security.listed_names = sorted(lists.difference(security.wrong_names))
    names = sorted(
        (
            {*security.names, *(period.name for period in one.former)}.difference(lost)
            | {listed, *filter(None, [security.name])}
        ).difference(security.wrong_names)
    )
    if names != security.names:
        if not (said or lost):
            said.append("other names")
        security.names = names
        security.full_pinyin = full_pinyin(names)
    if is_renamed or one.pinyin:
        pinyin = spelled(one.pinyin, security.name)
        if pinyin != security.pinyin:
            said = said or ["pinyin"]
            security.pinyin = pinyin
    if not security.is_listed:
        security.is_listed = True
        said.append("listed")
    if one.english_name and security.english_name != one.english_name:
        security.english_name = one.english_name
        said.append("English name")
    return said


def is_plain(name: str) -> bool:
    """Whether a name is in simplified characters of usual width."""
    return fold(name) == name.casefold()


def place_of(symbol: str) -> str:
    """The place where a security is traded: the mainland, or else its market. There no two have
    one name."""
    market = symbol.partition(".")[0]
    return "mainland" if market in MAINLAND else market


def spelled(given: str, name: str) -> str:
    """The initials of a name: first those that the list gives."""
    given = "".join(letter for letter in given if letter.isalnum())
    readings: Collection[str] = [given, *pinyin_initials(name).split()]
    return " ".join(dict.fromkeys(filter(None, readings)))
