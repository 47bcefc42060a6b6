import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search.text.normalise import normalise
from articles.search.text.snippets import LENGTH, MOST_PARTS, best_passage, highlight


def shown(pieces):
    """Pieces as text, those that match in brackets."""
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("茅台涨停，茅台", ["茅台"], "[茅台]涨停，[茅台]"),
        ("贵州茅台涨停", ["贵州茅台", "涨停"], "[贵州茅台涨停]"),  # neighbours are one
        ("贵州茅台", ["贵州茅", "州茅台"], "[贵州茅台]"),  # and so are overlaps
        ("貴州茅臺與ＥＴ７", ["茅台", "et7"], "貴州[茅臺]與[ＥＴ７]"),
        ("涨①停", ["1"], "涨[①]停"),
        ("cafe\u0301涨", ["e"], "caf[e\u0301]涨"),
        ("㈱一二", ["株)"], "[㈱]一二"),  # of which one letter is three
        ("于 12 月 28 日收盘", ["12月28日"], "于 [12 月 28 日]收盘"),
        ("于 12 月 28 日收盘", ["12", "28日"], "于 [12] 月 [28 日]收盘"),
        ("约1,500 万元", ["1500万元"], "约[1,500 万元]"),
        ("约1，500，000元，", ["500000"], "约1，[500，000]元，"),
        ("《 茅台 》 涨", ["《茅台》涨"], "[《 茅台 》 涨]"),
        ("沃伦 · 巴菲特", ["伦巴"], "沃[伦 · 巴]菲特"),
        ("沃伦．巴菲特", ["伦巴"], "沃[伦．巴]菲特"),
        ("涨3．5%，沃伦.巴菲特", ["3.5", "沃伦巴菲特"], "涨[3．5]%，[沃伦.巴菲特]"),
        ("委托――委托", ["托-委"], "委[托――委]托"),
        ("Mærsk 涨 5 %", ["aer", "涨5%"], "M[ær]sk [涨 5 %]"),
        ("<b>茅台</b>", ["茅台"], "<b>[茅台]</b>"),
        ("涨停", ["茅台"], "涨停"),
        ("涨停", [], "涨停"),
        ("", ["茅台"], ""),
    ],
)
def test_every_match_is_marked_in_the_text_as_it_was(text, words, expected):
    assert shown(highlight(text, words)) == expected


def test_a_passage_is_where_most_words_stand_together():
    text = "茅台。" + "别的。" * 100 + "今天茅台涨停了。" + "别的。" * 100
    passage = shown(best_passage(text, ["茅台", "涨停"]))
    assert "今天[茅台涨停]了" in passage
    assert passage.startswith("…")
    assert passage.endswith("…")


def test_a_passage_begins_with_its_sentence_if_that_is_near():
    passage = shown(best_passage("别的，" * 50 + "完。昨日收盘，茅台涨停。", ["茅台"]))
    assert passage == "…昨日收盘，[茅台]涨停。"


def test_a_short_text_is_shown_whole():
    assert shown(best_passage("茅台涨停", ["涨停"])) == "茅台[涨停]"


def test_a_passage_has_the_words_that_its_title_lacks():
    text = "茅台涨停，茅台。" + "别的。" * 100 + "产量五千吨。"
    assert shown(best_passage(text, ["茅台", "五千吨"], "茅台停产")) == "…产量[五千吨]。"
    assert shown(best_passage(text, ["茅台"], "茅台停产")).startswith("[茅台]涨停")


def test_words_far_apart_are_in_parts_of_one_passage():
    text = "别的。".join(f"甲乙丙丁的{word}说" + "别的，" * 60 for word in ["一", "二", "三"])
    passage = best_passage(text, ["三", "二", "一"])
    assert [piece.text for piece in passage if piece.is_match] == ["一", "二", "三"]
    assert sum(len(piece.text) for piece in passage) <= LENGTH + 4


def test_no_match_is_no_passage():
    assert best_passage("涨停", ["茅台"]) == []


@given(st.text("茅台涨停，。 ＥＴ７①é\n", max_size=400), st.text("茅台et7", min_size=1, max_size=3))
def test_a_passage_is_a_piece_of_the_text_with_a_match(text, word):
    passage = best_passage(text, [word])
    assert bool(passage) == (word in normalise(text))
    plain = "".join(piece.text for piece in passage if piece.text != "…")
    assert plain in text
    assert len(plain) <= LENGTH + len(text.encode()) * bool(len(word) > LENGTH) + 2 * len(word)
    if passage:
        assert any(piece.is_match and word in normalise(piece.text) for piece in passage)


@given(
    st.text("茅台涨停，。 ＥＴ７①é\n别的" * 2 + "别" * 99, max_size=900),
    st.lists(st.sampled_from(["茅台", "涨", "停", "e", "1"]), max_size=MOST_PARTS, unique=True),
    st.sampled_from(["", "茅台", "涨停"]),
)
def test_a_passage_marks_up_to_so_many_words_that_its_title_lacks(text, words, title):
    passage = best_passage(text, words, title)
    marked = [normalise(piece.text) for piece in passage if piece.is_match]
    for word in words:
        if word in normalise(text) and word not in title:
            assert any(word in one for one in marked)
    place = 0
    for part in "".join(piece.text for piece in passage).strip("…").split("…"):
        assert part in text[place:]
        place = text.index(part, place) + len(part)
