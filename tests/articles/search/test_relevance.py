import pytest

from articles.search import engine
from articles.search.conditions import Scope, conditions_of
from articles.search.query import parse
from tests.articles.search import judgements

pytestmark = pytest.mark.django_db

FAR = "无" * 100


def ranked(text):
    query = parse(text)
    with engine.searching() as search:
        conditions = conditions_of(query, Scope())
        posts = search.ranked(conditions, query.alternatives, size=10, number=1).posts
    return [post.title for post in posts]


@pytest.fixture
def post(indexed):
    """The later it is made, the older it is."""
    days = iter(range(28, 0, -1))

    def make(title, body="无", digest="无"):
        indexed(f"2022-03-{next(days):02} 09:30", title=title, digest=digest, body_text=body)

    return make


def test_both_in_the_title_come_before_both_near_each_other_and_both_anywhere(post):
    post("甲", f"茅台{FAR}业绩")
    post("乙", f"{FAR}茅台的去年业绩")
    post("丙", f"茅台{FAR}业绩{FAR}的茅台")
    post("丁：业绩和茅台")
    assert ranked("茅台 业绩") == ["丁：业绩和茅台", "乙", "甲", "丙"]


def test_nearness_is_that_of_any_alternative(post):
    post("甲", f"茅台{FAR}业绩")
    post("乙", f"{FAR}五粮液的去年业绩")
    assert ranked("茅台 | 五粮液 业绩") == ["乙", "甲"]


def test_a_word_that_most_titles_have_counts_less(post):
    for number in range(5):
        post(f"收评{number}", f"{FAR}茅台")
    post("茅台走强", f"{FAR}收评")
    assert ranked("收评 茅台")[0] == "茅台走强"


def test_a_title_with_all_words_comes_first_also_if_one_is_ubiquitous(post):
    post("增持", f"{FAR}股东")
    post("股东拟增持", FAR)
    assert ranked("股东 增持") == ["股东拟增持", "增持"]


def test_a_ubiquitous_word_alone_counts_nothing(post):
    post("公司快讯", f"{FAR}茅台")
    post("茅台快讯", f"{FAR}公司")
    assert ranked("公司 茅台") == ["茅台快讯", "公司快讯"]
    assert ranked("公司") == ["公司快讯", "茅台快讯"]


def test_a_title_that_begins_with_a_word_is_about_it(post):
    post("说到茅台")
    post("茅台说到")
    assert ranked("茅台") == ["茅台说到", "说到茅台"]


def test_the_first_paragraph_stands_for_a_digest_that_is_missing(post):
    post("甲", f"无\n{FAR}茅台", digest="")
    post("乙", f"茅台\n{FAR}", digest="")
    assert ranked("茅台") == ["乙", "甲"]


def test_of_equals_the_newer_comes_first(post):
    for title in ("茅台一", "茅台二", "茅台三"):
        post(title)
    assert ranked("茅台") == ["茅台一", "茅台二", "茅台三"]


def test_of_many_judged_queries_it_answers_better_than_by_time_or_by_the_former_score(loaded):
    assert len(judgements.judgements()) >= 30
    newest, former, now = map(judgements.ndcg, judgements.ORDERS.values())
    assert newest < former < now
