import datetime as dt
import json

import pytest

from articles.editing.conflicts import conflict, fingerprints, read_fingerprints

STORED = {"title": "甲", "digest": "乙", "tags": ["a", "b"]}


def test_nothing_changed_meanwhile_is_no_conflict():
    assert conflict(fingerprints(STORED), STORED, {**STORED, "title": "新"}).theirs == []


def test_what_only_the_other_changed_is_theirs():
    found = conflict(fingerprints(STORED), {**STORED, "digest": "丙"}, {**STORED, "title": "新"})
    assert (found.theirs, found.both) == (["digest"], [])


def test_what_both_changed_to_different_values_is_in_dispute():
    found = conflict(fingerprints(STORED), {**STORED, "title": "他"}, {**STORED, "title": "我"})
    assert (found.theirs, found.both) == (["title"], ["title"])


def test_what_both_changed_to_the_same_value_is_not():
    found = conflict(fingerprints(STORED), {**STORED, "title": "新"}, {**STORED, "title": "新"})
    assert found.both == []


def test_the_order_of_a_join_counts():
    found = conflict(fingerprints(STORED), {**STORED, "tags": ["b", "a"]}, STORED)
    assert found.theirs == ["tags"]


def test_times_are_compared_as_forms_show_them():
    moment = dt.datetime(2022, 3, 4, 9, 30, 1, 500, tzinfo=dt.UTC)
    shown = moment.replace(microsecond=0).astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert fingerprints({"at": moment}) == fingerprints({"at": shown})


def test_fingerprints_come_back_as_they_were_sent():
    sent = fingerprints(STORED)
    assert read_fingerprints(json.dumps(sent)) == sent


@pytest.mark.parametrize("text", ["", "[", "[]", "1", "[" * 9000])
def test_broken_fingerprints_are_none(text):
    assert read_fingerprints(text) == {}
