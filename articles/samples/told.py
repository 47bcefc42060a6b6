"""Sample posts of which it is known which tell the same story.

A story is told by one to six media: as copies, in other words, under other titles, or in a line.
Beside them is what only looks alike: follow-ups, the market's reaction, the same announcement of
another company, another one of the same company, round-ups and daily columns. In the last three
weeks new words come up.
"""

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any, NamedTuple

from .posts import (
    DAYS,
    LAST_DAY,
    SampleFile,
    Story,
    in_paragraphs,
    skewed,
    vocabulary,
    write_article,
    write_flash,
)
from .tellings import (
    BURSTS,
    COLUMNS,
    FIRMS,
    GIVEN_NAMES,
    PLACES,
    REACTION,
    REACTIONS,
    ROUND_UPS,
    TEASERS,
    TOLD,
    TOWNS,
    TRADES,
    Told,
)
from .vocabulary import MEDIA, STOCKS, SURNAMES

#: The same company is not in the same kind of event again before this.
RARE = dt.timedelta(days=10)
A_DAY = 20  # posts: fewer fill fewer days
COLLECTED = 5  # events in a round-up
BURST_EVERY = 4  # days
EVENINGS = (17, 22)  # hours in which companies announce


class TellingFile(NamedTuple):
    """A file, the number of the story that it tells, and how it does: first, as a copy, or as what
    only looks like another story."""

    file: SampleFile
    story: int
    way: str


class Event(NamedTuple):
    told: Told
    words: dict[str, str]
    sentences: list[str]
    when: dt.datetime
    is_known: bool  # its company is one of STOCKS


class Teller:
    """What tells stories: it numbers posts and stories, and remembers what was told lately."""

    def __init__(self, seed: int, count: int) -> None:
        self.random = Random(f"stories {seed}")
        self.count = count
        self.posts = 0
        self.stories = 0
        self.lately: dict[tuple[int, str], dt.datetime] = {}
        self.reacted: dict[str, dt.date] = {}

    def tell(self) -> Iterator[TellingFile]:
        """The files of `count` posts, by day."""
        days = min(DAYS, max(1, self.count // A_DAY))
        while self.posts < self.count:
            day = LAST_DAY - dt.timedelta(days=days)
            days -= 1
            # As many a day as are left for each of those to come.
            share = max(1, round((self.count - self.posts) / max(1, days)))
            yield from self.day(day, share)

    def day(self, day: dt.date, share: int) -> Iterator[TellingFile]:
        """About as many files as the share says."""
        last = self.posts + share
        told: list[Event] = []
        while self.posts < last:
            event = self.event(day)
            if event is not None:
                told.append(event)
                yield from self.around(event)
        self.random.shuffle(told)
        evenings = [told[at : at + COLLECTED] for at in range(0, len(told), COLLECTED)]
        for title, some in zip(
            self.random.sample(ROUND_UPS, len(ROUND_UPS)), evenings, strict=False
        ):
            if len(some) == COLLECTED:
                yield self.round_up(title, day, some)
        for title in self.random.sample(COLUMNS, min(len(COLUMNS), len(told) // COLLECTED)):
            yield self.column(title, day)
        if word := word_of(day):
            yield from self.burst(BURSTS[word], day)

    def event(self, day: dt.date) -> Event | None:
        """Something new, or None if the company was in that kind of event lately."""
        return self.event_of(self.random.randrange(len(TOLD)), day)

    def event_of(self, kind: int, day: dt.date) -> Event | None:
        when = dt.datetime.combine(day, dt.time(self.random.randint(*EVENINGS)))
        when += dt.timedelta(minutes=self.random.randrange(60))
        is_known = self.random.random() < 0.5
        main = skewed(self.random, STOCKS)
        words = vocabulary(self.random, when, main, self.random.sample(STOCKS, 3))
        if not is_known:
            words["c"] = self.name(TRADES)
        words |= {
            "holder": self.name(FIRMS),
            "partner": self.name(TRADES),
            "sub": self.name(TRADES),
            "person": self.person(),
            "person2": self.person(),
            "city": self.random.choice(TOWNS),
            "hours": str(self.random.randint(2, 9)),
        }
        subject = words["country"] if "{country}" in TOLD[kind].titles[0] else words["c"]
        if "{agency}" in TOLD[kind].titles[0]:
            subject = words["city"] + words["product"]
        before = self.lately.get((kind, subject))
        if before and when - before < RARE:
            return None
        self.lately[kind, subject] = when
        return self.filled(TOLD[kind], words, when, is_known)

    def filled(self, told: Told, words: dict[str, str], when: dt.datetime, is_known: bool) -> Event:
        sentences = [text.format_map(words) for text in told.sentences]
        return Event(told, words, sentences, when, is_known)

    def around(self, event: Event) -> Iterator[TellingFile]:
        """The posts that tell an event, and some that look like them."""
        random = self.random
        self.stories += 1
        story = self.stories
        first = random.choice(event.told.leads)
        title = random.choice(event.told.titles)
        yield self.post("first", story, event, title, first, event.sentences, event.when)
        for _ in range(random.choice([0, 0, 1, 1, 2, 3, 5])):
            when = event.when + dt.timedelta(minutes=random.randrange(5, 900))
            way = random.random()
            if way < 0.35:  # a copy, whole or cut
                kept = event.sentences if random.random() < 0.7 else event.sentences[:2]
                yield self.post("copy", story, event, title, first, kept, when)
            elif way < 0.45:  # a copy under a title of its own
                teaser = random.choice(TEASERS)
                yield self.post("teaser", story, event, teaser, first, event.sentences, when)
            elif way < 0.65:  # a line
                line = random.choice(event.told.titles)
                yield self.post("line", story, event, line, "", [], when)
            else:  # other words
                kept = random.sample(event.sentences, 2)
                other, lead = random.choice(event.told.titles), random.choice(event.told.leads)
                yield self.post("reworded", story, event, other, lead, kept, when)
        if random.random() < 0.3:
            yield self.follow_up(event)
        if random.random() < 0.15 and "{c}" in event.told.titles[0]:
            yield from self.reaction(event)
        if random.random() < 0.3 and (twin := self.twin(event)):
            yield twin

    def follow_up(self, event: Event) -> TellingFile:
        self.stories += 1
        when = event.when + dt.timedelta(hours=self.random.randrange(20, 60))
        title, lead = event.told.later, event.told.later_lead
        return self.post("follow-up", self.stories, event, title, lead, [], when)

    def reaction(self, event: Event) -> Iterator[TellingFile]:
        """How the market took it: of each company once, for there is but one price."""
        morning = event.when.date() + dt.timedelta(days=1)
        if morning == self.reacted.get(event.words["c"]):
            return
        self.reacted[event.words["c"]] = morning
        self.stories += 1
        when = dt.datetime.combine(morning, dt.time(9, self.random.randint(30, 59)))
        title = self.random.choice(REACTIONS)
        yield self.post("reaction", self.stories, event, title, REACTION, [], when)

    def twin(self, event: Event) -> TellingFile | None:
        """The same announcement of another company, in the same words."""
        twin = self.event_of(TOLD.index(event.told), event.when.date())
        if twin is None:
            return None
        self.stories += 1
        words = twin.told.titles[0], twin.told.leads[0]
        return self.post("twin", self.stories, twin, *words, twin.sentences, twin.when)

    def column(self, title: str, day: dt.date) -> TellingFile:
        self.stories += 1
        when = dt.datetime.combine(day, dt.time(7, self.random.randrange(60)))
        texts = [
            self.random.choice(one.leads + one.sentences) for one in self.random.sample(TOLD, 4)
        ]
        words = self.event_words(when)
        event = Event(TOLD[0], words, [text.format_map(words) for text in texts], when, False)
        return self.post("column", self.stories, event, title, "", event.sentences, when)

    def burst(self, titles: list[str], day: dt.date) -> Iterator[TellingFile]:
        """What media tell of a new word, each something else."""
        for number, title in enumerate(titles):
            self.stories += 1
            when = dt.datetime.combine(day, dt.time(9 + number, 15))
            event = Event(TOLD[0], self.event_words(when), [], when, False)
            yield self.post("burst", self.stories, event, title, "", [], when)

    def event_words(self, when: dt.datetime) -> dict[str, str]:
        main = skewed(self.random, STOCKS)
        words = vocabulary(self.random, when, main, self.random.sample(STOCKS, 3))
        names = {name: self.name(TRADES) for name in ("c", "holder", "partner", "sub")}
        return words | names | {"person2": self.person(), "hours": "3"}

    def round_up(self, title: str, day: dt.date, some: list[Event]) -> TellingFile:
        self.stories += 1
        words = {**some[0].words, "n": str(len(some))}
        when = dt.datetime.combine(day, dt.time(23, self.random.randrange(60)))
        lines = [one.told.leads[0].format_map(one.words) for one in some]
        event = Event(some[0].told, words, lines, when, False)
        return self.post("round-up", self.stories, event, title, "", lines, when)

    def person(self) -> str:
        return self.random.choice(SURNAMES) + self.random.choice(GIVEN_NAMES)

    def name(self, endings: list[str]) -> str:
        return self.random.choice(PLACES) + self.random.choice(endings)

    def post(
        self,
        way: str,
        story: int,
        event: Event,
        title: str,
        lead: str,
        sentences: list[str],
        when: dt.datetime,
    ) -> TellingFile:
        self.posts += 1
        random: Any = self.random
        first = lead.format_map(event.words) or title.format_map(event.words)
        told = Story(
            code=f"{when:%Y%m%d}{2_300_000_000 + self.posts * 37:010}",
            when=when,
            title=title.format_map(event.words),
            digest=first,
            paragraphs=[first, *in_paragraphs(random, sentences)],
            stocks=[one for one in STOCKS if event.is_known and one.name == event.words["c"]],
            boards=[event.words["b"], event.words["b2"]],
            medium=random.choices(MEDIA, [medium[2] for medium in MEDIA])[0],
        )
        # What a column or a round-up tells is in its body alone.
        is_flash = not sentences or (bool(lead) and random.random() < 0.4)
        write = write_flash if is_flash else write_article
        return TellingFile(write(random, told), story, way)


def word_of(day: dt.date) -> str | None:
    """The new word of `BURSTS` that comes up on a day, if one does."""
    number, rest = divmod((LAST_DAY - day).days - 3, BURST_EVERY)
    return [*BURSTS][number] if not rest and 0 <= number < len(BURSTS) else None


def told_stories(count: int, seed: int = 0) -> Iterator[TellingFile]:
    """The files of `count` posts, one each, oldest first, within some hours."""
    return islice(Teller(seed, count).tell(), count)
