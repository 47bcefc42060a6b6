import pytest

from articles.models import Facet, Security
from articles.pinyin import pinyin_initials
from articles.search.kept_names import all_names
from articles.search.mistyped import is_near, meant_by_mistyped

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def archive(indexed):
    names = ["贵州茅台", "招商银行", "比亚迪", "TCL科技"]
    for number, name in enumerate(names):
        Security.objects.create(
            market=1,
            code=f"60000{number}",
            kind="stock",
            name=name,
            names=[name],
            pinyin=pinyin_initials(name),
        )
    indexed(securities=[(f"1.60000{number}", "") for number in range(len(names))])
    indexed(source="财联社")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("guizhoumotai", ["贵州茅台"]),  # a letter is missing
        ("guizhouumaotai", ["贵州茅台"]),  # one is too many
        ("giuzhoumaotai", ["贵州茅台"]),  # two are exchanged, in the first half,
        ("guizhomuaotai", ["贵州茅台"]),  # between the halves
        ("GuizhouMaotia", ["贵州茅台"]),
        ("gui zhou mao tei", ["贵州茅台"]),
        ("maotia", ["茅台", "贵州茅台"]),  # a part
        ("yinghang", ["银行", "招商银行"]),
        ("gzmtt", ["贵州茅台"]),
        ("gmzt", ["贵州茅台"]),
        ("bydd", ["比亚迪"]),
        ("tclkejj", ["TCL科技"]),
        ("cailainshe", ["财联社"]),
        ("guizhuomotai", []),  # two are wrong
        ("byd", []),  # too short for one to be wrong
        ("maotai2", []),
        ("茅台", []),
        ("", []),
    ],
)
def test_pinyin_with_one_wrong_letter_is_that_of_a_name(text, names):
    found = meant_by_mistyped(all_names(), text, [Facet.SECURITY, Facet.SOURCE])
    assert [name for name, _ in found] == names


@pytest.mark.parametrize("other", ["abc", "abd", "ab", "abcd", "xabc", "bac", "acb", "bc"])
def test_words_are_near_that_differ_in_one_letter(other):
    assert is_near("abc", other)
    assert is_near(other, "abc")


@pytest.mark.parametrize("other", ["a", "cba", "abcde", "axd", ""])
def test_others_are_not(other):
    assert not is_near("abc", other)
