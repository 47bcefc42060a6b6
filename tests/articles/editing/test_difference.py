import random
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.editing import difference as module
from articles.editing.difference import (
    MOST_EDITS,
    MOST_LINES,
    Line,
    Part,
    difference,
)
from articles.editing.history import Change


def shown(old, new):
    """Each line as it reads, with what changed in brackets."""
    signs = {"same": " ", "removed": "-", "added": "+", "gap": "…"}
    return [
        signs[line.kind]
        + "".join(f"[{part.text}]" if part.is_changed else part.text for part in line.parts)
        for line in difference(old, new)
    ]


def test_texts_that_are_the_same_do_not_differ():
    assert difference("锂价\n回落", "锂价\n回落") == []


def test_what_changed_within_a_line_is_marked():
    assert shown("锂价周三回落三成", "锂价周四回落三成") == [
        "-锂价周[三]回落三成",
        "+锂价周[四]回落三成",
    ]


def test_numbers_words_and_marks_are_marked_whole():
    assert shown("<p>涨3500点</p>", "<b>涨3600点</p>") == [
        "-[<p>]涨[3500]点</p>",
        "+[<b>]涨[3600]点</p>",
    ]


def test_lines_that_came_and_went_are_told_with_their_numbers():
    assert difference("a\nb", "a\nx\nb") == [
        Line("same", 1, 1, (Part("a", False),)),
        Line("added", None, 2, (Part("x", True),)),
        Line("same", 2, 3, (Part("b", False),)),
    ]


def test_lines_far_from_a_change_are_left_out():
    old = "\n".join(map(str, range(20)))
    near = [" 7", " 8", " 9", "-[10]", "+[x]", " 11", " 12", " 13"]
    assert shown(old, old.replace("10", "x")) == ["…", *near]


def test_of_a_long_line_only_what_is_near_the_change_is_shown():
    removed, added = shown("甲" * 5000 + "涨" + "乙" * 5000, "甲" * 5000 + "跌" + "乙" * 5000)
    assert removed == f"- … {'甲' * 40}[涨]{'乙' * 40} … "
    assert added == f"+ … {'甲' * 40}[跌]{'乙' * 40} … "


@pytest.mark.parametrize("length", [20, MOST_EDITS])
def test_passages_that_have_little_in_common_are_new_altogether(length):
    old = "".join(chr(0x4E00 + i) for i in range(length))
    new = "".join(chr(0x7000 + i) for i in range(length))
    assert shown(f"起{old}止", f"起{new}止") == [f"-起[{old}]止", f"+起[{new}]止"]


def test_texts_that_are_too_different_are_said_to_be():
    old, new = ("\n".join(f"{side}{i}" for i in range(MOST_EDITS)) for side in "ab")
    assert difference(old, new) == [Line("too different")]


def test_of_very_many_lines_only_the_first_are_shown():
    lines = difference("", "x\n" * (MOST_LINES + 1))
    last = Line("added", None, MOST_LINES, (Part("x", True),))
    assert lines[-2:] == [last, Line("too different")]


@given(*[st.lists(st.sampled_from("abc"), max_size=12)] * 2)
def test_what_is_left_of_either_text_is_the_same(old, new):
    lines = difference("\n".join(old), "\n".join(new))
    assert bool(lines) == (old != new)
    for side, text, gone in (("old", old, "added"), ("new", new, "removed")):
        numbered = {
            getattr(line, side): "".join(part.text for part in line.parts)
            for line in lines
            if line.kind not in ("gap", gone)
        }
        assert all(text[number - 1] == shown for number, shown in numbered.items())


def letters(seed, length, among=20_000):
    """Chinese characters at random."""
    return "".join(chr(0x4E00 + random.Random(seed).randrange(among)) for _ in range(length))


def texts(length):
    """Pairs of texts of so many characters, by what makes them hard to compare."""
    half = length // 2
    rng = random.Random(3)
    words = [letters(i, 20) for i in range(length // 20)]
    mixed = rng.sample(words, len(words))
    return {
        "one line, all different": (letters(1, length), letters(2, length)),
        "one line of few characters": (
            "".join(rng.choices("甲乙", k=length)),
            "".join(rng.choices("甲乙", k=length)),
        ),
        "the same character": ("起" + "甲" * length, "甲" * half + "止"),
        "a word again and again": ("甲乙" * half + "丙", "丁" + "乙甲" * half),
        "open tags": ("<" * length, "x" + "<" * half + "y"),
        "tags": ("<b>" * (length // 3) + "x", "<i><b>" * (length // 6)),
        "changes at both ends": ("始" + "甲乙" * half + "终", "甲" + "甲乙" * half + "乙"),
        "new before what stays": (letters(1, 200) + "甲" * length, letters(2, 200) + "甲" * half),
        "many lines, all different": ("\n".join(words), "\n".join(words[::-1])),
        "lines in another order": ("\n".join(words), "\n".join(mixed)),
        "empty lines": ("\n" * length, "x\n" + "\n" * half + "y"),
        "lines of two kinds": (
            "\n".join(rng.choices("ab", k=half)),
            "\n".join(rng.choices("ab", k=half)),
        ),
        "every line a little different": ("\n".join(words), "\n".join(w[1:] + "新" for w in words)),
        "paragraphs": ("<p>x</p>" * (length // 8), "<p>y</p>" * (length // 8)),
    }


def work(old, new):
    """How many lines of code it takes to compare two values of a field."""
    count = 0

    def trace(frame, event, _argument):
        nonlocal count
        count += event == "line"
        return trace if frame.f_code.co_filename == module.__file__ else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        _ = Change("body_html", "body", old, new).lines
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("kind", texts(100))
def test_the_work_grows_as_the_texts_do(kind, monkeypatch):
    monkeypatch.setattr(module, "MOST_EDITS", 60)  # whose square bounds the work too
    short, long = (work(*texts(length)[kind]) for length in (8_000, 16_000))
    assert long < max(2.5 * short, 100_000)
