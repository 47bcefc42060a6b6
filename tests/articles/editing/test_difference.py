import pytest

from articles.editing.difference import MOST_TOKENS, Line, Part, difference


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


@pytest.mark.parametrize("length", [20, MOST_TOKENS + 1])
def test_passages_that_have_little_in_common_are_new_altogether(length):
    old = "".join(chr(0x4E00 + i) for i in range(length))
    new = "".join(chr(0x7000 + i) for i in range(length))
    assert shown(f"起{old}止", f"起{new}止") == [f"-起[{old}]止", f"+起[{new}]止"]
