"""Sample posts of which it is known which tell the same story.

A story is told by one to six media: as copies, in other words, under other titles, or in a line.
Beside them is what only looks alike: follow-ups, the market's reaction, the same announcement of
another company, another one of the same company, round-ups and daily columns.
"""

import datetime as dt
from collections.abc import Iterator
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
    COLUMNS,
    FIRMS,
    PLACES,
    REACTION,
    REACTIONS,
    ROUND_UPS,
    TEASERS,
    TOLD,
    TRADES,
    Told,
)
from .vocabulary import MEDIA, STOCKS, SURNAMES

#: The same company is not in the same kind of event again before this.
RARE = dt.timedelta(days=10)
A_DAY = 20  # posts: fewer fill fewer days
EVENINGS = (17, 22)  # hours in which companies announce


class TellingFile(NamedTuple):
    """A file, and the number of the story that it tells."""

    file: SampleFile
    story: int


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
        last = min(self.count, self.posts + share)
        told: list[Event] = []
        while self.posts < last:
            event = self.event(day)
            if event is None:
                continue
            told.append(event)
            for telling in self.around(event):
                yield telling
                if self.posts >= last:
                    return
        if len(told) > 4 and self.posts < self.count:
            yield self.round_up(day, told)

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
            "person2": self.random.choice(SURNAMES) + "志远",
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
        yield self.post(story, event, title, first, event.sentences, event.when)
        for _ in range(random.choice([0, 0, 1, 1, 2, 3, 5])):
            when = event.when + dt.timedelta(minutes=random.randrange(5, 900))
            way = random.random()
            if way < 0.35:  # a copy, whole or cut
                kept = event.sentences if random.random() < 0.7 else event.sentences[:2]
                yield self.post(story, event, title, first, kept, when)
            elif way < 0.45:  # a copy under a title of its own
                yield self.post(story, event, random.choice(TEASERS), first, event.sentences, when)
            elif way < 0.65:  # a line
                yield self.post(story, event, random.choice(event.told.titles), "", [], when)
            else:  # other words
                kept = random.sample(event.sentences, 2)
                other = random.choice(event.told.titles)
                yield self.post(story, event, other, random.choice(event.told.leads), kept, when)
        if random.random() < 0.3:
            yield self.follow_up(event)
        if random.random() < 0.15 and "{c}" in event.told.titles[0]:
            yield self.reaction(event)
        if random.random() < 0.3 and (twin := self.twin(event)):
            yield twin
        if random.random() < 0.1:
            yield self.column(event.when)

    def follow_up(self, event: Event) -> TellingFile:
        self.stories += 1
        when = event.when + dt.timedelta(hours=self.random.randrange(20, 60))
        return self.post(self.stories, event, event.told.later, event.told.later_lead, [], when)

    def reaction(self, event: Event) -> TellingFile:
        self.stories += 1
        morning = event.when.date() + dt.timedelta(days=1)
        when = dt.datetime.combine(morning, dt.time(9, self.random.randint(30, 59)))
        title = self.random.choice(REACTIONS)
        return self.post(self.stories, event, title, REACTION, [], when)

    def twin(self, event: Event) -> TellingFile | None:
        """The same announcement of another company, in the same words."""
        twin = self.event_of(TOLD.index(event.told), event.when.date())
        if twin is None:
            return None
        self.stories += 1
        words = twin.told.titles[0], twin.told.leads[0]
        return self.post(self.stories, twin, *words, twin.sentences, twin.when)

    def column(self, when: dt.datetime) -> TellingFile:
        self.stories += 1
        texts = [
            self.random.choice(one.leads + one.sentences) for one in self.random.sample(TOLD, 4)
        ]
        words = self.event_words(when)
        event = Event(TOLD[0], words, [text.format_map(words) for text in texts], when, False)
        title = self.random.choice(COLUMNS)
        return self.post(self.stories, event, title, "", event.sentences, when)

    def event_words(self, when: dt.datetime) -> dict[str, str]:
        main = skewed(self.random, STOCKS)
        words = vocabulary(self.random, when, main, self.random.sample(STOCKS, 3))
        names = {name: self.name(TRADES) for name in ("c", "holder", "partner", "sub")}
        return words | names | {"person2": "郑志远", "hours": "3"}

    def round_up(self, day: dt.date, told: list[Event]) -> TellingFile:
        self.stories += 1
        some = self.random.sample(told, 5)
        words = {**some[0].words, "n": "5"}
        when = dt.datetime.combine(day, dt.time(23, self.random.randrange(60)))
        lines = [one.told.leads[0].format_map(one.words) for one in some]
        event = Event(some[0].told, words, lines, when, False)
        return self.post(self.stories, event, self.random.choice(ROUND_UPS), "", lines, when)

    def name(self, endings: list[str]) -> str:
        return self.random.choice(PLACES) + self.random.choice(endings)

    def post(
        self,
        story: int,
        event: Event,
        title: str,
        lead: str,
        sentences: list[str],
        when: dt.datetime,
    ) -> TellingFile:
        self.posts += 1
        random: Any = self.random
        lead = lead.format_map(event.words) or title.format_map(event.words)
        told = Story(
            code=f"{when:%Y%m%d}{2_300_000_000 + self.posts * 37:010}",
            when=when,
            title=title.format_map(event.words),
            digest=lead,
            paragraphs=[lead, *in_paragraphs(random, sentences)],
            stocks=[one for one in STOCKS if event.is_known and one.name == event.words["c"]],
            boards=[event.words["b"], event.words["b2"]],
            medium=random.choices(MEDIA, [medium[2] for medium in MEDIA])[0],
        )
        write = write_flash if not sentences or random.random() < 0.4 else write_article
        return TellingFile(write(random, told), story)


def told_stories(count: int, seed: int = 0) -> Iterator[TellingFile]:
    """The files of `count` posts, one each, oldest first but for some hours."""
    return Teller(seed, count).tell()
