import pytest

from articles import changes
from articles.models import Security
from articles.pinyin import pinyin_initials
from articles.search.kept_names import all_names
from articles.search.query import parse
from articles.search.romanised import in_characters
from articles.search.securities import meant_by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def archive(indexed):
    securities = {"1.600519": "贵州茅台", "0.002125": "安纳达", "0.000001": "ST河化"}
    for symbol, name in securities.items():
        market, code = symbol.split(".")
        Security.objects.create(market=market, code=code, kind="stock", name=name, names=[name])
    indexed(securities=[(symbol, "") for symbol in securities], source="证券日报")
    indexed(source="第一财经")


def meanings(text):
    read = in_characters(parse(text), all_names())
    return {word: [*found.values()] for word, found in read.meanings.items()} if read else {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gzmt 业绩", {"gzmt": ["贵州茅台"]}),
        ("ＧＺＭＴ 业绩", {"ＧＺＭＴ": ["贵州茅台"]}),
        ("guizhoumt 业绩", {"guizhoumt": ["贵州茅台"]}),
        ("gzmt/annd km/gzmt", {"gzmt/annd": ["贵州茅台", "安纳达"]}),
        ("maotai gongsi", {"maotai": ["贵州茅台"], "gongsi": ["公司"]}),
        ("yeji", {"yeji": ["业绩"]}),
        ("guìzhōumáotái yèjì", {"guìzhōumáotái": ["贵州茅台"], "yèjì": ["业绩"]}),
        ("máo tái", {"máo tái": ["贵州茅台"]}),
        ("600519", {"600519": ["贵州茅台"]}),
        ("(600519) 【SH600519】", {"(600519)": ["贵州茅台"], "【SH600519】": ["贵州茅台"]}),
        ("600519. 业绩", {"600519.": ["贵州茅台"]}),
        ("（600519）：", {"（600519）：": ["贵州茅台"]}),
        ("贵州茅台（600519，股吧） 业绩", {"贵州茅台（600519，股吧）": ["贵州茅台"]}),
        ("贵州茅台(600519,股吧)", {"贵州茅台(600519,股吧)": ["贵州茅台"]}),
        ("and 业绩", {}),
        ("“gzmt” -gzmt title:gzmt 贵州茅台", {}),
        ("绝无此词", {}),
    ],
)
def test_words_in_pinyin_stand_for_securities_and_frequent_words(text, found):
    assert meanings(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("jianchi", ["减持"]),
        ("jian chi", ["减持"]),
        ("jianchi gzmt", ["减持", "贵州茅台"]),
        ("fenhong", []),
        ("chigu", []),
    ],
)
def test_what_is_nothing_else_stands_for_words_that_many_titles_have(text, found):
    titles = [*["股东减持a股"] * 10, *["分红"] * 9, *["持 股"] * 10]
    read = in_characters(parse(text), all_names(), lambda: titles)
    meant = read.meanings.values() if read else ()
    assert [name for of_word in meant for name in of_word.values()] == found


def test_titles_are_read_only_for_what_is_nothing_else():
    for text in ("gzmt", "yeji", "600519", "绝无此词", "and"):
        in_characters(parse(text), all_names(), pytest.fail)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zxgj", {"zxgj": ["中芯国际-U"]}),
        ("zxgj回购", {"zxgj": ["中芯国际-U"]}),
        ("wk 业绩", {"wk": ["万科A"]}),
        ("hh", {"hh": ["ST河化"]}),
        ("and sthh", {"sthh": ["ST河化"]}),
        ("ann", {}),
    ],
)
def test_initials_may_lack_what_an_exchange_adds_to_a_name(indexed, text, found):
    indexed(securities=[("1.688981", "中芯国际-U"), ("0.000002", "万科A"), ("0.000001", "ST河化")])
    for security in Security.objects.all():
        security.pinyin = pinyin_initials(security.name)
        security.save()
    assert meanings(text) == found


@pytest.mark.parametrize("text", ["moutai", "Moutai 业绩", "kweichow", "Kweichow Moutai"])
def test_a_word_of_an_english_name_stands_for_its_security(text):
    Security.objects.filter(code="600519").update(english_name="Kweichow Moutai Co., Ltd.")
    changes.terms_changed()
    assert [*meanings(text).values()] == [["贵州茅台"]]


@pytest.mark.parametrize("text", ["茅台 and 业绩", "茅台 the 业绩", "业绩 OF 茅台", "the", "and"])
def test_english_words_are_no_pinyin(text):
    assert meanings(text) == {}
    assert meant_by(parse(text), all_names()).securities == ()


@pytest.mark.parametrize("text", ["gzmta 业绩", "gmt 业绩", "uizhou 业绩", "guizhmaot 业绩"])
def test_beside_other_words_each_syllable_is_whole_or_its_initial(text):
    assert meanings(text) == {}


@pytest.mark.parametrize("text", ["zqrb", "zhengquanribao", "zqrb 茅台", "zheng quan ri bao"])
def test_a_source_is_meant_by_its_name_in_pinyin(text):
    assert [*meanings(text).values()] == [["证券日报"]]


def test_a_few_sources_are_meant_by_syllables_of_their_names():
    assert meanings("ribao") == {"ribao": ["证券日报"]}


@pytest.mark.parametrize("text", ["gui zhou mao tai", "mao tai", "mao tai 业绩", "业绩 Mao Tai"])
def test_syllables_with_spaces_between_are_one_name(text):
    assert [*meanings(text).values()] == [["贵州茅台"]]


@pytest.mark.parametrize(
    ("text", "found", "words"),
    [
        ("gzmt业绩", {"gzmt": ["贵州茅台"]}, ("业绩",)),
        ("茅台yeji", {"yeji": ["业绩"]}, ("茅台", "业绩")),
        ("MSCI中国", {}, ()),
        ("a股yeji", {}, ()),
        ("$万科A(SH600519)$", {"$万科A(SH600519)$": ["贵州茅台"]}, ()),
        ("业绩$茅 台(SH600519)$", {"$茅 台(SH600519)$": ["贵州茅台"]}, ("业绩",)),
        ("增持贵州茅台（600519，股吧）", {"贵州茅台（600519，股吧）": ["贵州茅台"]}, ("增持",)),
        ("大股东拟增持贵州(600519,股吧)", {"贵州(600519,股吧)": ["贵州茅台"]}, ("大股东拟增持",)),
    ],
)
def test_pinyin_beside_chinese_is_a_word_of_its_own(text, found, words):
    assert meanings(text) == found
    if words:
        assert in_characters(parse(text), all_names()).query.words == words
