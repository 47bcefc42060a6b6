"""Whether two posts tell the same story.

The same story is the same announcement or event of the same subject: whoever has read one post
says of the other "that is the same news", whatever its wording, length or rounding of figures. A
follow-up with a new fact, the market's reaction, another announcement of the same company and a
round-up are other stories.

The score is the logarithm of the odds: a sum of evidence for and against, weighed by logistic
regression on pairs judged by hand and on sample stories (docs/decisions/0037-names-and-steps.md).
"""

import datetime as dt
from typing import Final, NamedTuple

from .evidence import Evidence, Grams, kinds

#: The version of the method: of the weights below, of what evidence is, and of the tables in
#: `rarity` and `ordinary`. Raise it with any change, and `rebuild_stories` groups all posts again.
METHOD: Final = 2
#: No story is told again later than this after the first.
WINDOW: Final = dt.timedelta(days=3)

NONE: Final = -100.0  # the score of what cannot be the same
COPY: Final = 0.8  # of the longer text, in both
TWIN: Final = 0.92  # so much alike are not even announcements in one template, of two companies


class Weighed(NamedTuple):
    """What is compared of two posts: each a share from 0 to 1, or 1 if it is so, if nothing else is
    said. What a title says stands in the lead where the title says nothing."""

    title: float  # of one title, in the other text; of the two the lesser
    better_head: float  # of the head of one title, in the other text; of the two the greater
    worse_head: float
    body: float  # of the shorter text, in the longer
    figures: float  # of those of one text, in the other; of the two the greater
    conflict: float  # both have figures of one kind, and none in common
    names: float  # each names what the other does not: the pairs of the shorter such name, up to 3
    steps: float  # of the two titles, those that tell of a step of which the other text does not
    opposite: float  # one title says the opposite of the other
    apart: float  # beyond what both titles begin with, neither says anything of the other's text
    market: float  # only one tells how the market took it
    round_up: float  # only one is a collection of news
    days: float  # between them, beyond the half day in which most media bring it


WEIGHTS: Final = Weighed(0.7, 3.4, 0.8, 2.4, 4.2, -2.7, -1.8, -2.6, -6.0, -3.0, -4.1, -6.2, -5.1)
PRIOR: Final = -5.4
#: What two posts with the same text and title have in common.
EQUAL: Final = {"title": 1.0, "better_head": 1.0, "worse_head": 1.0, "body": 1.0}
NO_FIGURES: Final = 0.5
LONG_NAME: Final = 3
LITTLE: Final = 0.15  # of a title
AT_ONCE: Final = dt.timedelta(hours=12)


def tell_the_same(one: Evidence, other: Evidence) -> bool:
    return score(one, other) > 0


def score(one: Evidence, other: Evidence) -> float:
    """More than 0 if both tell the same story, the more the surer; the same either way round."""
    apart = abs(one.published_at - other.published_at)
    if apart > WINDOW:
        return NONE
    agreed = agreement(one, other)
    against = {
        "figures": agreed,
        "conflict": float(not agreed and not kinds(one.figures).isdisjoint(kinds(other.figures))),
        "steps": float(tells_step(one, other)) + float(tells_step(other, one)),
        "opposite": float(any(way ^ 1 in other.directions for way in one.directions)),
        "market": float(one.is_of_market != other.is_of_market),
        "round_up": float(one.is_round_up != other.is_round_up),
        "days": max(0.0, (apart - AT_ONCE) / dt.timedelta(days=1)),
    }
    # What takes time is compared only where it can decide.
    at_most = weigh(Weighed(**EQUAL, **against, names=0.0, apart=0.0))
    if at_most <= 0:
        return at_most
    against["names"] = float(min(one.unnamed(other), other.unnamed(one), LONG_NAME))
    at_most = weigh(Weighed(**EQUAL, **against, apart=0.0))
    if at_most <= 0:
        return at_most
    totals = sorted((one.text.total, other.text.total))
    shared = one.text.shared(other.text)
    if are_of_others(one, other) and share(shared, totals[1]) < TWIN:
        return NONE
    heads = covered(one.head, other.text), covered(other.head, one.text)
    titles = covered(one.title, other.text), covered(other.title, one.text)
    against["apart"] = float(agreed <= NO_FIGURES and are_apart(one, other))
    return weigh(Weighed(min(titles), max(heads), min(heads), share(shared, totals[0]), **against))


def weigh(weighed: Weighed) -> float:
    return PRIOR + sum(weight * value for weight, value in zip(WEIGHTS, weighed, strict=True))


def is_copy(one: Evidence, other: Evidence) -> bool:
    """Whether two posts of one story have the same text, rather than tell it in other words."""
    shared = one.text.shared(other.text)
    return share(shared, max(one.text.total, other.text.total)) >= COPY


def covered(title: Grams, text: Grams) -> float:
    return share(title.shared(text), title.total)


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def are_of_others(one: Evidence, other: Evidence) -> bool:
    """Whether each is about a security that the other does not even name."""
    return (
        bool(one.securities and other.securities)
        and one.securities[0] not in other.securities
        and other.securities[0] not in one.securities
    )


def are_apart(one: Evidence, other: Evidence) -> bool:
    both = one.head.shared(other.head)
    return all(
        share(mine.title.shared(others.text) - both, mine.title.total - both) < LITTLE
        for mine, others in ((one, other), (other, one))
    )


def tells_step(one: Evidence, other: Evidence) -> bool:
    """Whether a title tells of a step of an affair of which another text does not."""
    return not one.steps <= other.steps_in_text


def agreement(one: Evidence, other: Evidence) -> float:
    """How many of the digits of figures in one text the other has too, as a share."""
    if not one.figures or not other.figures:
        return NO_FIGURES
    return max(
        sum(digits for figure, digits in mine.figures.items() if figure in others.rounded_figures)
        / max(1, sum(mine.figures.values()))
        for mine, others in ((one, other), (other, one))
    )
