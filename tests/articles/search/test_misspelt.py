import pytest

from articles.models import Security
from articles.search.misspelt import near, offers
from articles.search.query import parse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def archive(indexed):
    names = ["贵州茅台", "平安银行", "东方财富", "比亚迪"]
    for number, name in enumerate(names):
        Security.objects.create(
            market=1, code=f"60000{number}", kind="stock", name=name, names=[name]
        )
    indexed(securities=[(f"1.60000{number}", "") for number in range(len(names))])
    indexed(source="东方财富")


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("贵州矛台", ["贵州茅台"]),
        ("矛台", ["茅台", "贵州茅台"]),
        ("茅苔", ["茅台", "贵州茅台"]),
        ("平安很行", ["平安银行"]),
        ("平安行", ["平安银行"]),
        ("平安大银行", ["平安银行"]),
        ("财连社", ["财联社"]),
        ("东方财付", ["东方财富"]),  # once, though a security and a source are called so
        ("比亚帝", ["比亚迪"]),
        ("贵州茅台", []),
        ("涨停", []),
        ("茅", []),
        ("%%%", []),
        ("abc", []),
        ("茅" * 250, []),
    ],
)
def test_names_that_sound_or_look_like_a_word_are_found(word, names):
    assert near(word) == names


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("矛台 业绩", ["茅台 业绩", "贵州茅台 业绩"]),
        ("业绩 -公告 title:矛台", ["业绩 -公告 title:茅台", "业绩 -公告 title:贵州茅台"]),
        ("“矛台” 业绩", ["“茅台” 业绩", "“贵州茅台” 业绩"]),
        ("矛台 茅苔", ["茅台 茅苔", "贵州茅台 茅苔"]),
    ],
)
def test_each_is_put_in_for_the_word_and_the_rest_is_kept(text, queries):
    query = parse(text)
    words = [(clause, criterion) for clause in query.clauses for criterion in clause.criteria]
    assert [offer.query for offer in offers(query, words)] == queries


def test_one_query_finds_them(django_assert_num_queries):
    with django_assert_num_queries(1):
        near("贵州矛台")
