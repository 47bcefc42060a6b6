"""Whether two posts tell the same story.

The same story is the same announcement or event of the same subject: whoever has read one post
says of the other "that is the same news", whatever its wording, length or rounding of figures. A
follow-up with a new fact, the market's reaction, another announcement of the same company and a
round-up are other stories.

The score is the logarithm of the odds: a sum of evidence for and against, weighed by logistic
regression on pairs judged by hand and on sample stories (docs/decisions/0037-names-and-steps.md,
0042-series.md, 0044-places-and-reactions.md, 0047-what-titles-begin-with.md).
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from .evidence import HEAD, MARKS, Evidence, Marks, Places, Shared, Subject, pairs_in

#: The version of the method: of the weights below, of evidence and keys, and of the tables in
#: `rarity` and `ordinary`. Raise it with any change, and `rebuild_stories` groups all posts again.
METHOD: Final = 7
#: No story is told again later than this after the first.
WINDOW: Final = dt.timedelta(days=3)

Link = tuple[float, bool]  # its score, and whether one is a copy of the other

NONE: Final = -100.0  # the score of what cannot be the same
COPY: Final = 0.8  # of the longer text, in both


class Weighed(NamedTuple):
    """What is compared of two posts: each a share from 0 to 1, or 1 if it is so, if nothing else is
    said. What a title says stands in the lead where the title says nothing."""

    title: float  # of one title, in the other text; of the two the lesser
    better_head: float  # of the head of one title, in the other text; of the two the greater
    worse_head: float
    body: float  # of the shorter text, in the longer
    figures: float  # of those of one text, in the other; of the two the greater
    repeated: float  # one title has several figures, and the other text all of them
    conflict: float  # both have figures, and contradict each other
    #: Each names what the other does not: the pairs of the shorter such name, up to 3; as many if
    #: both begin with such a name.
    names: float
    steps: float  # of the two titles, those that tell of a step of which the other text does not
    opposite: float  # one title says the opposite of the other
    apart: float  # beyond the name that both have, no title says anything of the other's text
    market: float  # only one tells how the market took it
    places: float  # the titles name places, and neither text one of the other title
    round_up: float  # only one is a collection of news
    days: float  # between them, beyond the half day in which most media bring it


WEIGHTS: Final = Weighed(
    0.7, 3.4, 0.8, 2.4, 4.2, 0.5, -2.7, -1.8, -2.6, -6.0, -3.0, -4.1, -6.5, -6.2, -5.1
)
PRIOR: Final = -5.4
#: The score of two posts with one title and one text, without figures and what is said against.
EQUAL: Final = PRIOR + WEIGHTS.title + WEIGHTS.better_head + WEIGHTS.worse_head + WEIGHTS.body
NO_FIGURES: Final = 0.5
LONG_NAME: Final = 3
NAME: Final = b"\1"  # the mark of a pair of one
SAME_END: Final = 6  # letters, of titles in one template
ENDS_OF_COMPANIES: Final = ("", "股份", "集团")
LITTLE: Final = 0.15  # of a title
AT_ONCE: Final = dt.timedelta(hours=12)
DAY: Final = dt.timedelta(days=1)
#: Between the issues of a daily series; copies of the evening before come earlier.
BETWEEN_ISSUES: Final = dt.timedelta(hours=18)
MOST_FIGURES: Final = 0.75  # of one text, in the other


def tell_the_same(one: Evidence, other: Evidence) -> bool:
    return score(one, other) > 0


def score(one: Evidence, other: Evidence) -> float:
    """More than 0 if both tell the same story, the more the surer; the same either way round."""
    at_most = beside_texts(one, other)
    if at_most <= 0:
        return at_most
    return with_texts(at_most, one, other, one.text.shared(other.text))


def link_of(one: Evidence, other: Evidence) -> Link | None:
    """The link of two posts that tell the same story."""
    at_most = beside_texts(one, other)
    if at_most <= 0:
        return None
    shared = one.text.shared(other.text)
    sure = with_texts(at_most, one, other, shared)
    return (sure, are_copies(one, other, shared)) if sure > 0 else None


def beside_texts(one: Evidence, other: Evidence) -> float:
    """The score if all of the shorter text stands in the longer.

    What takes time is compared last, and only where it can decide: no score is more than `at_most`.
    """
    figures = agreement(one, other)
    at_most = EQUAL + WEIGHTS.figures * figures
    if are_in_conflict(one, other, figures):
        at_most += WEIGHTS.conflict
    elif are_repeated(one, other) or are_repeated(other, one):
        at_most += WEIGHTS.repeated
    if at_most <= 0:
        return at_most
    apart = abs(one.published_at - other.published_at)
    if apart > WINDOW or are_of_others(one, other) or are_issues(one, other, figures):
        return NONE
    if have_other_holders(one, other):
        return NONE
    at_most += WEIGHTS.steps * (tells_step(one, other) + tells_step(other, one))
    at_most += WEIGHTS.opposite * (not one.directions.isdisjoint(other.opposite_directions))
    at_most += WEIGHTS.market * (one.is_of_market != other.is_of_market)
    if tells_reaction(one, other) or tells_reaction(other, one):
        at_most -= WEIGHTS.figures * max(0.0, figures - NO_FIGURES)
    at_most += WEIGHTS.places * are_elsewhere(one, other)
    at_most += WEIGHTS.round_up * (one.is_round_up != other.is_round_up)
    at_most += WEIGHTS.days * max(0.0, (apart - AT_ONCE) / DAY)
    if at_most <= 0:
        return at_most
    here, there = one.subject, other.subject
    has, other_has = one.text.having(there.pairs), other.text.having(here.pairs)
    unnamed, other_unnamed = here.unnamed(other_has), there.unnamed(has)
    is_one = are_of_one(one, other)
    if is_one:  # by whatever name they call it
        unnamed, other_unnamed = unnamed[HEAD:], other_unnamed[HEAD:]
    if not is_one and unnamed.startswith(NAME) and other_unnamed.startswith(NAME):
        at_most += WEIGHTS.names * LONG_NAME
    elif NAME in unnamed and NAME in other_unnamed:
        at_most += WEIGHTS.names * min(longest(unnamed), longest(other_unnamed), LONG_NAME)
    if at_most <= 0:
        return at_most
    told, other_told = here.shared(other_has), there.shared(has)
    heads = share(told.head, here.whole.head), share(other_told.head, there.whole.head)
    if is_one:
        heads = min(heads), 1.0  # both name it
    titles = share(told.title, here.whole.title), share(other_told.title, there.whole.title)
    at_most -= WEIGHTS.title * (1 - min(titles))
    at_most -= WEIGHTS.better_head * (1 - max(heads)) + WEIGHTS.worse_head * (1 - min(heads))
    if figures <= NO_FIGURES and are_apart(here, told, there, other_told):
        at_most += WEIGHTS.apart
    if at_most <= 0:
        return at_most
    if not is_one and begin_with_other_names(one, other):
        return NONE
    return at_most


def with_texts(at_most: float, one: Evidence, other: Evidence, shared: float) -> float:
    """The score, of which all is known but what both texts have."""
    return at_most - WEIGHTS.body * (1 - share(shared, min(one.text.total, other.text.total)))


def is_copy(one: Evidence, other: Evidence) -> bool:
    """Whether two posts of one story have the same text, rather than tell it in other words."""
    return are_copies(one, other, one.text.shared(other.text))


def are_copies(one: Evidence, other: Evidence, shared: float) -> bool:
    """Likewise, if what both texts have is known."""
    return share(shared, max(one.text.total, other.text.total)) >= COPY


def longest(marks: bytes) -> int:
    """How many 1 are in a row, at most."""
    return max(map(len, marks.split(b"\0")))


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def are_of_one(one: Evidence, other: Evidence) -> bool:
    """Whether both are about one company: the title names it, or the text no other."""
    return (
        (one.securities[:1] == other.securities[:1] != () or are_shares_of_one(one, other))
        and (one.are_in_title or len(one.securities) == 1)
        and (other.are_in_title or len(other.securities) == 1)
    )


def are_of_others(one: Evidence, other: Evidence) -> bool:
    """Whether each is about a security that the other does not even name. Other shares of one
    company are not, nor copies of one title with their codes."""
    return (
        bool(one.securities and other.securities)
        and one.securities[0] not in other.securities
        and other.securities[0] not in one.securities
        and one.template != other.template
        and not are_shares_of_one(one, other)
    )


def are_shares_of_one(one: Evidence, other: Evidence) -> bool:
    """Whether the first securities of both are shares of one company at two exchanges: they have
    one name, or names like 比亚迪 and 比亚迪股份."""
    short, name = sorted((one.company, other.company), key=len)
    return short != "" and name.removeprefix(short) in ENDS_OF_COMPANIES


def have_other_holders(one: Evidence, other: Evidence) -> bool:
    """Whether each title says of a holder what the other text says of another one."""
    return (
        bool(one.holder and other.holder)
        and set(one.holder).isdisjoint(other.holder)
        and not other.text.having(pairs_in(one.holder)[0]).all()
        and not one.text.having(pairs_in(other.holder)[0]).all()
    )


def are_issues(one: Evidence, other: Evidence, figures: float) -> bool:
    """Whether both are issues of a series, such as what is told of every day: their titles name
    other days, or differ in numbers alone; or they do not differ, but the posts came on two days
    and tell of those. `figures` is their `agreement`."""
    if one.days and other.days and one.days.isdisjoint(other.days):
        return True
    if one.template != other.template:
        return False
    if len(one.numbers) == len(other.numbers) and not all(map(agree, one.numbers, other.numbers)):
        return True
    if abs(one.published_at - other.published_at) < BETWEEN_ISSUES:
        return False
    if one.first_day and other.first_day:
        return one.first_day != other.first_day
    if one.is_of_today and other.is_of_today:
        return True
    return bool(one.figures and other.figures) and figures < MOST_FIGURES


def agree(one: str, other: str) -> bool:
    """Whether two numbers are the same, or one is the other with fewer digits, but at least two."""
    places, fewer = min((len(number.partition(".")[2]), number) for number in (one, other))
    apart = abs(float(one) - float(other))
    return apart == 0 or (len(fewer.lstrip("0.")) > 1 and apart < 10.0**-places)


def are_apart(one: Subject, told: Shared, other: Subject, other_told: Shared) -> bool:
    """Whether neither title says anything of the other's text beyond the name that both have.
    `told` is how much of `one` stands in the other text, and `other_told` the other way round."""
    both = sum(one.name[pair] for pair in one.name.keys() & other.name.keys())
    return all(
        share(mine.title - both, subject.whole.title - both) < LITTLE
        for mine, subject in ((told, one), (other_told, other))
    )


def begin_with_other_names(one: Evidence, other: Evidence) -> bool:
    """Whether two titles are the same except for the names with which they begin, and neither text
    has the name of the other."""
    here, there = one.template, other.template
    if here[-SAME_END:] != there[-SAME_END:]:
        return False
    same = alike_at_end(here, there)
    apart = len(here) - same, len(there) - same
    if not min(apart) or same < max(SAME_END, sum(apart)):
        return False
    names = here[: one.come_again], there[: other.come_again]
    return (
        apart[0] <= len(names[0])
        and apart[1] <= len(names[1])
        and not is_short_for(*sorted(names, key=len))
        and not other.text.having(pairs_in(names[0])[0]).all()
        and not one.text.having(pairs_in(names[1])[0]).all()
    )


def alike_at_end(one: str, other: str) -> int:
    """How many letters at their ends two texts have in common."""
    ends = zip(reversed(one), reversed(other), strict=False)
    differ = (place for place, (here, there) in enumerate(ends) if here != there)
    return next(differ, min(len(one), len(other)))


def is_short_for(short: str, name: str) -> bool:
    """Whether a name has the letters of another one in their order: 发展改革委 those of 发改委."""
    letters = iter(name)
    return all(letter in letters for letter in short)


def tells_step(one: Evidence, other: Evidence) -> bool:
    """Whether a title tells of a step of an affair of which another text does not."""
    return not one.steps <= other.steps_in_text


def tells_reaction(one: Evidence, other: Evidence) -> bool:
    """Whether a title tells how a share was traded, of which another text does not: then it repeats
    the figures of the news."""
    return one.is_of_trading and not other.tells_of_trading


def are_elsewhere(one: Evidence, other: Evidence) -> bool:
    """Whether both titles name places, and neither text one of the other title."""
    return (
        bool(one.places and other.places)
        and one.places.isdisjoint(other.places_in_text)
        and other.places.isdisjoint(one.places_in_text)
    )


def agreement(one: Evidence, other: Evidence) -> float:
    """How many of the digits of figures in one text the other has too, as a share."""
    if not one.figures or not other.figures:
        return NO_FIGURES
    return max(agreed(one, other), agreed(other, one))


def are_in_conflict(one: Evidence, other: Evidence, figures: float) -> bool:
    """Whether both have figures of one kind, and none in common; or each title has one that the
    other text does not. `figures` is their `agreement`."""
    if not figures:
        return not one.kinds_of_figures.isdisjoint(other.kinds_of_figures)
    return not (
        one.title_figures <= other.rounded_figures or other.title_figures <= one.rounded_figures
    )


def are_repeated(one: Evidence, other: Evidence) -> bool:
    """Whether a title has several figures, all of which another text has."""
    return len(one.title_figures) > 1 and one.title_figures <= other.rounded_figures


def differ_in_figures(posts: Sequence[Evidence], one: Places, other: Places) -> Marks:
    """Of which pairs of posts, by their places, it is plain that they tell other stories, since
    they have figures of one kind and none in common. Of most pairs that are not the same it is."""
    marks = np.frombuffer(b"".join(what.figure_marks for what in posts), "<u8")
    marks = marks.reshape(len(posts), 1 + 2 * MARKS)
    kinds, figures, rounded = marks[:, 0], marks[:, 1 : 1 + MARKS], marks[:, 1 + MARKS :]
    in_common = figures[one] & rounded[other] | rounded[one] & figures[other]
    differ: Marks = (kinds[one] & kinds[other] != 0) & ~in_common.any(axis=1)
    return differ


def agreed(one: Evidence, other: Evidence) -> float:
    rounded = other.rounded_figures
    if rounded.isdisjoint(one.figures):
        return 0.0
    digits = sum(digits for figure, digits in one.figures.items() if figure in rounded)
    return digits / max(1, sum(one.figures.values()))
