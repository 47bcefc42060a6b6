import pytest

from articles.search.text.segmentation import Lexicon, cuts, words

LEXICON = Lexicon(
    names="\n".join(["贵州茅台", "中国银保监会", "上海证券报", "汽车整车", "新华社"]),
    titles="\n".join(
        ["收评：沪指涨1%", "收评：沪指跌", "五粮液业绩预告", "比亚迪销量", "汽车销量增长"]
    ),
)


def pieces(text, lexicon=LEXICON, most=8, **options):
    found = cuts(text, lexicon, most, **options)
    return [[text[piece.start : piece.end] for piece in cut.pieces] for cut in found]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("茅台业绩", ["茅台", "业绩"]),
        ("银保监处罚", ["银保监", "处罚"]),
        ("沪指收评", ["沪指", "收评"]),
        ("600519业绩", ["600519", "业绩"]),
        ("新能源车销量", ["新能源车", "销量"]),
        ("贵州茅台业绩", ["贵州茅台", "业绩"]),
        ("茅台（业绩）", ["茅台", "业绩"]),
        ("茅台-3.5%业绩", ["茅台", "-3.5%", "业绩"]),
        ("茅台的业绩", ["茅台", "业绩"]),
        ("销量超100亿", ["销量", "超100亿"]),
        ("净利润-3.5亿元涨停", ["净利润", "-3.5亿元", "涨停"]),
    ],
)
def test_the_likeliest_cut_has_the_fewest_and_surest_pieces(text, parts):
    assert pieces(text)[:2] == [[text], parts]


def test_figures_and_latin_words_stay_whole():
    for found in pieces("茅台2022年报et7", most=50):
        assert {"2022", "et", "7"} & {*found} or any("2022" in piece for piece in found)
        assert not {"202", "2", "e", "t"} & {*found}


def test_a_text_without_han_is_not_cut():
    assert pieces("abc600519") == []


def test_of_an_empty_archive_there_is_still_a_cut():
    assert ["茅台", "业绩"] in pieces("茅台业绩", Lexicon("", ""))


def test_a_text_as_long_as_a_query_may_be_is_cut():
    text = ("茅台业绩银保监处罚沪指收评" * 20)[:256]
    [_, best, *_] = pieces(text)
    assert "".join(best) == text
    assert {"茅台", "业绩", "银保监", "处罚", "沪指", "收评"} <= {*best}


def test_signs_alone_are_no_piece():
    assert pieces("：，（）") == []


@pytest.mark.parametrize(
    "text", ["茅台的业绩", "茅台🙂", "沪指7收评", "茅台和x业绩", "茅台zzz业绩"]
)
def test_no_piece_is_a_single_character(text):
    for is_strict in (False, True):
        for found in pieces(text, most=50, is_strict=is_strict):
            assert all(len(piece) > 1 for piece in found)


@pytest.mark.parametrize("text", ["茅台涨", "茅台业绩亏"])
def test_except_a_word_of_one_after_another_at_the_end(text):
    assert [text[:2], *filter(None, [text[2:-1]]), text[-1]] in pieces(text)
    for other in (f"{text}的", f"{text[:-1]}曾"):
        assert all(len(piece) > 1 for found in pieces(other) for piece in found)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("楼市跌", ["楼市", "跌"]),
        ("比特币跌", ["比特币", "跌"]),
        ("铜价大跌", ["铜价", "跌"]),
        ("茅台大涨", ["茅台", "涨"]),
    ],
)
def test_what_comes_before_such_a_word_need_not_be_known(text, parts):
    lexicon = Lexicon(names="贵州茅台", titles="股价大幅波动\n加价大战\n比特大陆")
    found = pieces(text, lexicon, most=7)
    assert parts in found
    assert parts == next(one for one in found if one[-1] in ("跌", "涨"))


def test_two_characters_of_which_the_last_is_a_word_are_two_words():
    assert pieces("酒涨") == [["酒涨"], ["酒", "涨"]]
    assert pieces("酒类") == [["酒类"]]


def test_what_no_name_or_title_has_is_left_out_if_that_is_wanted():
    assert pieces("茅台闲话业绩zzz", is_strict=True)[:2] == [["茅台闲话业绩zzz"], ["茅台", "业绩"]]
    assert ["茅台", "业绩"] not in pieces("茅台闲话业绩", most=99)


def test_the_end_of_a_word_that_begins_with_what_joins_words_is_none():
    assert pieces("茅台的公司", Lexicon(names="茅台\n标的公司", titles=""))[1] == ["茅台", "公司"]


def test_no_word_is_cut_short_and_no_unit_is_left_without_its_figure():
    lexicon = Lexicon(names="贵州茅台", titles="台上半年\n台上半年\n天内\n天内")
    for is_strict in (False, True):
        assert ["台上", "半年"] not in pieces("茅台上半年", lexicon, most=50, is_strict=is_strict)
        assert ["天内"] not in pieces("7天内", lexicon, most=50, is_strict=is_strict)


def test_words_are_cut_out_of_what_is_none():
    assert pieces("矛台业绩闲话")[1] == ["矛台", "业绩", "闲话"]


def test_signs_are_left_out():
    assert sorted(pieces("茅台🙂")) == [["茅台"], ["茅台🙂"]]


@pytest.mark.parametrize("text", ["新华社龘", "茅台龘靐", "茅龘"])
def test_less_than_half_or_a_part_of_a_name_is_not_enough(text):
    strict = pieces(text, is_strict=True)
    assert sorted(strict) == ([["新华社"], [text]] if text == "新华社龘" else [[text]])


def test_words_are_pairs_that_do_not_span_signs_and_what_stays_whole():
    assert words("茅台：业绩600519") == ["茅台", "业绩", "绩6", "600519"]
