import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.search.text.normalise import (
    SIMPLE,
    fold,
    fold_slowly,
    in_simplified,
    normal_units,
    normalise,
    normalise_aligned,
    simplified,
    spell_slowly,
)
from articles.search.text.spelling import (
    HAN,
    RESPELLED,
    SIGNS,
    other_spellings,
    without_signs,
)

SIGNED = "茅台 　\u2009\xa0600et,，.．。·・—–-－'’“「%％+《》（）\n\t著瞭覆臺é\xe9ガが𠮷"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＨＦＯ－１２３４ｙｆ", "hfo-1234yf"),
        ("６００５１９", "600519"),
        ("貴州茅臺", "贵州茅台"),
        ("ET7蔚来", "et7蔚来"),
        ("涨２２．７％，", "涨22.7%,"),
        ("沪\u200b指", "沪指"),
        ("①㎡", "1m2"),
    ],
)
def test_width_case_and_script_are_set_aside(text, expected):
    assert fold(text) == normalise(text) == expected


@pytest.mark.parametrize(
    "spellings",
    [
        ["12月28日", "12 月 28 日", "12\u3000月28\xa0日", "12\u2009月28\t日"],
        ["1500万元", "1,500万元", "1，500 万元", "１,５００万元"],
        ["12%", "12 %", "12 ％"],
        ["5%-10%", "5%～10%", "5%〜10%", "5% — 10%"],
        ["3.5亿元", "3.5 亿元"],
        ["+5%", "+ 5%", "＋ 5 %"],
        ["茅台(600519)", "茅台（ 600519 ）", "茅台 (600519)"],
        ["《茅台》", "《 茅台 》"],
        ["《茅台》涨停", "《茅台》 涨停"],
        [
            "沃伦巴菲特",
            "沃伦·巴菲特",
            "沃伦•巴菲特",
            "沃伦・巴菲特",
            "沃伦‧巴菲特",
            "沃伦 · 巴菲特",
        ],
        ["二〇一八年", "二○一八年"],
        ["委托-委托", "委托——委托", "委托――委托", "委托－委托", "委托 — 委托", "委托−委托"],
        ["loreal", "l'oreal", "L’Oréal", "L‘Oreal", "L`ORÉAL", "L´Oréal"],
        ["cafe", "café", "cafe\u0301", "ｃａｆé"],
        ["orsted maersk", "Ørsted Mærsk", "ØRSTED  MÆRSK"],
        ['"茅台"', "“茅台”", "「茅臺」", "＂茅台＂"],
        [
            "沃伦·巴菲特",
            "沃伦•巴菲特",
            "沃伦．巴菲特",
            "沃伦.巴菲特",
            "沃伦 ． 巴菲特",
            "沃伦巴菲特",
        ],
        ["显著", "顯著", "顯着"],
        ["了解", "瞭解"],
        ["凭借", "憑藉"],
        ["回复", "回覆", "回復"],
        ["只有", "祇有", "衹有", "隻有"],
        ["好像", "好象"],
        ["钱钟书", "錢鍾書", "钱锺书"],
        ["为", "爲", "為"],
        ["里", "裏", "裡"],
        ["线", "線", "綫", "缐"],
        ["峰", "峯"],
        ["为什么", "為甚麼", "為什麼"],
        ["坏账", "壞帳", "坏帐"],
        ["多晶硅", "多晶矽"],
        ["用户粘性", "用戶黏性"],
        ["价值", "價值", "価値"],
        ["经济产业省", "經濟產業省", "経済産業省"],
        ["清研", "淸硏"],
        ["3:5", "3：5", "3∶5"],
        ["元/吨", "元／吨", "元∕吨"],
        ["早报丨A股", "早报 | A股", "早报│A股", "早报｜A股"],
        ["等等……", "等等⋯⋯", "等等......"],
        ["卫", "衛", "衞"],
        ["鰋", "𫚢"],
    ],
)
def test_what_readers_call_the_same_is_the_same(spellings):
    assert len({normalise(text) for text in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("茅台 业绩", "茅台业绩"),
        ("new york", "newyork"),
        ("600519 000858", "600519000858"),
        ("1, 500", "1500"),
        ("10. 5", "10.5"),
        ("1.500", "1500"),
        ("1．5", "15"),
        ("涨3．茅台", "涨3茅台"),
        ("沃伦..巴菲特", "沃伦巴菲特"),
        ("涨停\n5月", "涨停5月"),
        ("12\n%", "12%"),
        ("ガ", "カ"),
        ("й", "и"),
        ("한국", "하구"),
        ("待", "呆"),
        ("南宁", "南甯"),
        ("陶喆", "陶哲"),
        ("芸豆", "艺豆"),
        ("供应链", "供应炼"),
        ("沉没", "沈没"),
        ("计划", "计画"),
        ("大阪", "大坂"),
        ("茅台", "《茅台》"),
        ("5-10", "510"),
        ("5'10", "510"),
        ("二〇一八年", "二零一八年"),
    ],
)
def test_what_they_tell_apart_stays_apart(one, other):
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("部份", ["部分"]),
        ("身分和计划", ["身分和计画", "身份和计划", "身份和计画"]),
        ("其它" * 4, [f"{word}其它" for word in ("其它其它其他", "其它其他其它", "其它其他其他")]),
        ("傢俱行", ["家具行"]),
        ("家具", ["家俱"]),
        ("沈積物和沈澱", ["沉积物和沉淀", "沈积物和沉淀", "沉积物和沈淀"]),
        ("供應鍊", ["供应链"]),
        ("沈阳", []),
        ("股份", []),
        ("沃伦.巴菲特的部份", ["沃伦巴菲特的部分"]),
        ("涨3.5亿.a", []),
    ],
)
def test_words_with_two_spellings_are_given_in_the_others(text, others):
    found = other_spellings(normalise(text))
    assert set(found) >= set(others)
    assert len(found) < 2**RESPELLED
    assert bool(found) == bool(others)
    assert normalise(text) not in found


def test_every_character_stands_for_the_others_of_its_group():
    for first, *others in [*HAN.split(), *map("".join, SIGNS.items())]:
        assert normalise(f"茅{first}台") == normalise(f"茅{others[0]}台")
        assert {spell_slowly(other) for other in others} == {spell_slowly(first)} == {first}


def test_no_character_is_in_two_groups():
    letters = "".join([*HAN.split(), *SIGNS, *SIGNS.values()])
    assert len(letters) == len({*letters})


def test_no_accent_is_left_on_a_latin_letter_and_none_is_taken_from_others():
    assert normalise("ÀÉÎÕÜçñřšžĄęłøđ") == "aeioucnrszaelod"
    assert normalise("ǽ ǆ ệ") == "ae dz e"
    for text in ("ガが", "йё", "ά", "각"):
        assert normalise(text) == fold(text)


def test_a_simplified_character_is_its_own_normal_form_or_that_of_its_group():
    for form in {*simplified().values()}:
        assert normalise(normalise(form)) == normalise(form)


@given(st.text() | st.text(SIGNED))
def test_the_fast_way_and_the_slow_one_agree(text):
    assert fold(text) == fold_slowly(text)
    assert normalise(text) == without_signs(spell_slowly(text))


def is_han(letter):
    return bool(re.match(r"[\u4e00-\u9fff\u3005-\u3007\u3041-\u312f]|[^\0-\uffff]", letter))


def is_letter(letter):
    return letter.isalnum() and not is_han(letter)


def by_hand(line):
    """A line that has been folded and spelled, without what is left out, letter by letter."""
    words = re.split("( +)", line.strip(" "))
    for number in range(1, len(words), 2):
        before, after = words[number - 1][-1], words[number + 1][0]
        both = before + after
        figure = re.fullmatch(r"[0-9][,.]|[,.][0-9]", both)
        same = all(map(is_han, both)) or all(map(is_letter, both))
        words[number] = " " if same or figure else ""
    line = "".join(words).replace("·", "")
    line = "".join(
        letter
        for place, letter in enumerate(line)
        if letter != "."
        or not all(map(is_han, line[max(place - 1, 0) : place + 2].replace(".", "", 1)))
        or ".." in line[max(place - 1, 0) : place + 2]
    )
    line = re.sub(r"(?<![^\d]),(?![^\d])", "", line)
    line = re.sub("(?<![^a-z])'(?![^a-z])", "", line)
    return re.sub("-+", "-", line)


@given(st.text(SIGNED))
@example("5 ,6, 7,,8 , 9,")
@example("a · b- -c·,1·,2")
def test_what_is_left_out_is_what_the_rules_say(text):
    expected = "\n".join(map(by_hand, spell_slowly(text).split("\n")))
    assert normalise(text) == expected


@given(st.text() | st.text(SIGNED))
def test_normalising_again_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(SIGNED))
def test_a_folded_text_has_the_same_normal_form(text):
    assert normalise(fold(text)) == normalise(text)


@given(st.text(SIGNED), st.text(SIGNED), st.text(SIGNED))
@example("1", ",", "500")
@example("茅台", " ", "600519")
@example("沃", "．", "5")
@example("a.", ".伦", "")
@example("1, ", "5", "00")
def test_a_part_of_a_text_normalises_to_a_part(before, part, after):
    assert normalise(part) in normalise(before + part + after)


@given(st.lists(st.text(SIGNED.replace("\n", ""))))
def test_each_line_is_normalised_by_itself(lines):
    assert normalise("\n".join(lines)) == "\n".join(map(normalise, lines))


@given(st.text(SIGNED + "①㈱\u0301"))
def test_places_lead_back_to_where_a_character_came_from(text):
    normalised, origins = normalise_aligned(text)
    assert normalised == normalise(text)
    if origins is None:
        assert len(normalised) == len(text)
    else:
        starts, ends = origins
        assert len(starts) == len(ends) == len(normalised)
        assert all(starts[1:] >= starts[:-1])
        for letter, start, end in zip(normalised, starts, ends, strict=True):
            assert letter in spell_slowly(text[start:end])


def test_what_is_simple_becomes_one_character_each():
    assert all(normal_units()[units].all() for units in SIMPLE)


def test_where_one_character_is_not_simple_the_others_keep_their_places():
    normalised, (starts, ends) = normalise_aligned("貴州㈱ｅ\u0301茅臺")
    assert normalised == "贵州(株)e茅台"
    assert list(zip(normalised, starts, ends, strict=True)) == [
        *[("贵", 0, 1), ("州", 1, 2), ("(", 2, 3), ("株", 2, 3), (")", 2, 3)],
        *[("e", 3, 5), ("茅", 5, 6), ("台", 6, 7)],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("貴州茅臺", "贵州茅台"),
        ("瞭解著作權", "了解著作权"),
        ("看著茅臺乾燥", "看着茅台干燥"),
        ("title:茅臺", "title:茅台"),
        ("土著顯著佔比 原著", "土著显著占比 原著"),
        ("壞帳 帳篷", "坏账 帐篷"),
        ("業绩预増", "业绩预增"),
        ("傢俱計畫", "家具计划"),
        ("显著", ""),  # 著 is simplified, too
        ("看著", ""),
        ("乾隆", ""),
        ("茅台", ""),
        ("1,500 万元", ""),
        ("祇要茅臺", ""),  # 祇 would be left
    ],
)
def test_text_to_read_is_converted_whole_or_not_at_all(text, expected):
    assert in_simplified(text) == expected
