import pytest

from articles.editing.differences import CONTEXT, Piece, differences


def shown(old, new):
    """As a line: [what was taken out] and {what was put in}."""
    marks = {"same": "%s", "old": "[%s]", "new": "{%s}", "gap": "…"}
    return "".join(
        marks[piece.kind] % piece.text if piece.kind != "gap" else "…"
        for piece in differences(old, new)
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("锂价弱。", "锂价强。", "[锂价弱。]{锂价强。}"),
        ("宁德时代称锂价走弱。", "宁德时代称锂价走强。", "宁德时代称锂价走[弱。]{强。}"),
        ("甲。乙。", "甲。丙丁。乙。", "甲。{丙丁。}乙。"),
        ("甲。乙。", "乙。", "[甲。]乙。"),
        ("", "新", "{新}"),
        ("旧", "", "[旧]"),
        ("<p>甲</p><p>乙</p>", "<p>甲</p><p>乙丙</p>", "<p>甲</p>\n<p>乙{丙}</p>"),
    ],
)
def test_what_changed_is_shown_in_its_place(old, new, expected):
    assert shown(old, new) == expected


def test_the_long_rest_is_left_out_but_for_a_little_on_both_sides():
    before, after = "前" * 500 + "。", "后" * 500 + "。"
    pieces = differences(f"{before}旧句。{after}", f"{before}新句子。{after}")
    assert [piece.kind for piece in pieces] == ["gap", "same", "old", "new", "same", "gap"]
    assert len(pieces[1].text) == len(pieces[4].text) == CONTEXT


def test_what_is_the_same_is_one_gap():
    assert differences("同" * 200, "同" * 200) == [Piece("gap", "同" * 200)]


def test_both_versions_can_be_put_together_again():
    old = "一季度营收下降3.5%。董事长辞职。<p>股价上涨</p><p>完</p>" * 3
    new = "一季度营收上升3.5%。<p>股价大幅上涨</p><p>完</p><p>编辑注</p>" * 3
    pieces = differences(old, new)
    for kind, text in (("old", old), ("new", new)):
        joined = "".join(p.text for p in pieces if p.kind in ("same", "gap", kind))
        assert joined.replace("\n", "") == text


def test_a_long_text_written_anew_takes_no_time_letter_by_letter():
    old = "".join(chr(0x4E00 + n * 7 % 5000) for n in range(50_000))
    assert [piece.kind for piece in differences(old, old[::-1])] == ["old", "new"]
