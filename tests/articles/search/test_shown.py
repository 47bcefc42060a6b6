from articles.models import ArchiveState
from articles.search.shown import kept_or_made, made_once, showing

STATE = ArchiveState(1, "1-0", has_due=False)


def test_an_answer_is_kept_while_the_same_state_is_shown():
    made = []

    def squared(number):
        made.append(number)
        return number**2

    for state in (STATE, STATE, STATE._replace(version="1-1")):  # another post has appeared
        with showing(state):
            assert [made_once(squared, 3), made_once(squared, 4), made_once(squared, 3)] == [
                9,
                16,
                9,
            ]
    assert made == [3, 4, 3, 4]


def test_nothing_is_kept_if_no_state_is_shown():
    assert [kept_or_made("number", lambda number=number: number) for number in (1, 2)] == [1, 2]
