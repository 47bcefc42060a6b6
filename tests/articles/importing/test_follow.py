"""When a run of a watch is tried again. What it imports is in test_interruption.py."""

import pytest

from articles.importing import follow
from articles.importing.follow import run_in_turn
from articles.importing.outcomes import BusyError, PruneRefusedError, Report


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(follow, "RETRY", 0)


def test_a_run_waits_for_its_turn_and_says_so_once():
    report, said = Report(), []
    results = [BusyError("Another runs."), BusyError("Another runs."), report]

    def run(_found):
        if isinstance(result := results.pop(0), Exception):
            raise result
        return result

    assert run_in_turn(run, None, lambda: False, said.append) is report
    assert said == ["Another runs. Waiting."]


def test_a_run_that_must_not_prune_is_not_tried_again():
    tried, said = [], []

    def run(found):
        tried.append(found)
        raise PruneRefusedError("Nothing was pruned.")

    assert run_in_turn(run, None, lambda: False, said.append) is None
    assert (tried, said) == ([None], ["Nothing was pruned."])


def test_a_run_that_waits_can_be_stopped():
    said = []

    def run(_found):
        raise BusyError("Another runs.")

    assert run_in_turn(run, None, lambda: bool(said), said.append) is None
    assert said == ["Another runs. Waiting."]
