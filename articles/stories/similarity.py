"""Whether two posts tell the same story.

The same story is the same announcement or event of the same subject: whoever has read one post
says of the other "that is the same news", whatever its wording, length or rounding of figures. A
follow-up with a new fact, the market's reaction, another announcement of the same company and a
round-up are other stories.

The score is the logarithm of the odds: a sum of evidence for and against, weighed by logistic
regression on pairs judged by hand (docs/decisions/0029-stories.md).
"""

import datetime as dt
from typing import Final, NamedTuple

from .evidence import Evidence, Grams, kinds

#: The version of the method: of the weights below, of what evidence is, and of the table in
#: `rarity`. Raise it with any change, and `rebuild_stories` groups all posts again.
METHOD: Final = 1
#: No story is told again later than this after the first.
WINDOW: Final = dt.timedelta(days=3)

NONE: Final = -100.0  # the score of what cannot be the same
COPY: Final = 0.8  # of the longer text, in both
TWIN: Final = 0.92  # so much alike are not even announcements in one template, of two companies
WITH_BODY: Final = 2.5  # a text that weighs so many titles says more than its title


class Weighed(NamedTuple):
    """What is compared of two posts: each a share from 0 to 1, or 1 if it is so."""

    title: float  # of one title, in the other text; of the two the lesser
    better_head: float  # of the head of one title, in the other text; of the two the greater
    worse_head: float
    body: float  # of the shorter text, in the longer
    copy: float  # of the longer text, in the shorter, beyond a half, if both are more than titles
    figures: float  # of those of one text, in the other; of the two the greater; or `CONFLICT`
    market: float  # only one tells how the market took it
    round_up: float  # only one is a collection of news
    days: float  # between them, beyond the half day in which most media bring it


WEIGHTS: Final = Weighed(2.7, 1.7, 1.8, 5.8, 3.7, 5.2, -4.5, -7.0, -4.0)
PRIOR: Final = -10.2
NO_FIGURES: Final = 0.5
CONFLICT: Final = -1.0  # of two lines whose figures of one kind all differ: a price at two times
AT_ONCE: Final = dt.timedelta(hours=12)


def tell_the_same(one: Evidence, other: Evidence) -> bool:
    return score(one, other) > 0


def score(one: Evidence, other: Evidence) -> float:
    """More than 0 if both tell the same story, the more the surer; the same either way round."""
    apart = abs(one.published_at - other.published_at)
    if apart > WINDOW:
        return NONE
    totals = sorted((one.text.total, other.text.total))
    are_different = are_of_others(one, other)
    if are_different and totals[0] < TWIN * totals[1]:
        return NONE
    shared = one.text.shared(other.text)
    of_longer = share(shared, totals[1])
    if are_different and of_longer < TWIN:
        return NONE
    heads = covered(one.head, other.text), covered(other.head, one.text)
    have_bodies = all(
        post.text.total > WITH_BODY * max(post.title.total, 1) for post in (one, other)
    )
    weighed = Weighed(
        min(covered(one.title, other.text), covered(other.title, one.text)),
        max(heads),
        min(heads),
        share(shared, totals[0]),
        max(0.0, 2 * of_longer - 1) if have_bodies else 0.0,
        agreement(one, other, have_bodies=have_bodies),
        float(one.is_of_market != other.is_of_market),
        float(one.is_round_up != other.is_round_up),
        max(0.0, (apart - AT_ONCE) / dt.timedelta(days=1)),
    )
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


def agreement(one: Evidence, other: Evidence, *, have_bodies: bool) -> float:
    """How many of the figures of one text the other has too, as a share."""
    if not one.figures or not other.figures:
        return NO_FIGURES
    found = max(
        len(one.figures & other.rounded_figures) / len(one.figures),
        len(other.figures & one.rounded_figures) / len(other.figures),
    )
    if found or have_bodies:
        return found
    return CONFLICT if kinds(one.figures) & kinds(other.figures) else NO_FIGURES
