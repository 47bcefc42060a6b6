"""Search finds what a plain scan of the normalised texts finds, all of it and nothing else."""

import random
from collections import Counter

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import changes
from articles.models import Post
from articles.search.query import MAX_LENGTH, parse
from articles.search.text.normalise import normalise
from articles.search.text.vocabulary import FREQUENT, UBIQUITOUS
from tests.articles.search.finding import find, scan
from tests.emptying import empty_tables

pytestmark = pytest.mark.django_db

LENGTHS = [1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10]


def terms_of(texts, count):
    """Random pieces of texts that are one word to the language of queries."""
    dice = random.Random(7)
    found = Counter()
    while len(found) < count:
        text = dice.choice(texts)
        length = dice.choice(LENGTHS)
        start = dice.randrange(max(1, len(text) - length))
        term = text[start : start + length]
        clauses = parse(term).clauses
        if len(clauses) == 1 and clauses[0].criteria[0].value == term and parse(term).words:
            found[term] += 1
    return list(found)


def texts():
    return [f"{post.title}{post.digest}{post.body_text}" for post in Post.objects.all()]


@pytest.fixture(scope="class")
def samples(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples") / "posts"
    with django_db_blocker.unblock():
        call_command("make_sample_posts", folder, count=300, seed=11, verbosity=0)
        call_command("import_posts", folder, verbosity=0)
        yield
        empty_tables()


@pytest.mark.usefixtures("samples")
class TestGeneratedPosts:
    def test_generated_posts_are_found_by_any_piece_of_them(self):
        for term in terms_of(texts(), 250):
            assert find(term) == scan(term), term

    def test_what_is_in_no_post_is_not_found(self):
        for term in ("农银", "沪惠宝", "绝无此词", "0000001", "zzz"):
            assert find(term) == scan(term) == []

    def test_any_number_of_alternatives_is_their_union(self):
        dice = random.Random(5)
        terms = [term for term in terms_of(texts(), 160) if term.isalnum()]
        for _ in range(12):
            one = [term for term in dice.sample(terms, 40) if len(term) < 5]
            other = dice.sample(terms, 10) + [f"title:{term}" for term in dice.sample(terms, 3)]
            a, b = (set().union(*(find(term) for term in group)) for group in (one, other))
            c = dice.choice(terms)
            for order in (
                f"{'|'.join(one)} {'|'.join(other)}",
                f"{'|'.join(other)} {'|'.join(one)}",
            ):
                if len(order) + len(c) < MAX_LENGTH - 4:
                    assert set(find(order)) == a & b, order
                    assert set(find(f'{order} -"{c}"')) == a & b - set(find(c)), order

    def test_words_fields_and_exclusions_are_sets(self):
        """a b is the intersection, a|b the union, a -b the difference of what each finds. Excluded
        terms are quoted, because a minus before a figure is part of it."""
        dice = random.Random(3)
        terms = [term for term in terms_of(texts(), 60) if not term.startswith("-")]
        everything = scan("")
        for _ in range(60):
            a, b, c = dice.sample(terms, 3)
            found = {term: set(scan(term)) for term in (a, b, c)}
            for query, expected in {
                f"{a} {b}": found[a] & found[b],
                f"{a} | {b}": found[a] | found[b],
                f'{a} -"{b}"': found[a] - found[b],
                f'-"{a}"': set(everything) - found[a],
                f"{a} | {b} {c}": (found[a] | found[b]) & found[c],
                f'{a} -"{b}" -"{c}"': found[a] - found[b] - found[c],
                f'{a} -"{b}" | -"{c}"': found[a] - found[b] - found[c],
            }.items():
                assert find(query) == [pk for pk in everything if pk in expected], query

    def test_words_that_are_everywhere_are_found_and_excluded(self):
        everything = scan("")
        for word in FREQUENT:
            assert find(word) == scan(word), word
        for word in filter(str.isalnum, UBIQUITOUS):  # signs alone are not looked for
            found = {*scan(word)}
            assert find(f'-"{word}"') == [pk for pk in everything if pk not in found], word
            assert find(f'涨 -"{word}"') == [pk for pk in scan("涨") if pk not in found], word

    def test_title_words_are_looked_for_in_titles_alone(self):
        posts = Post.objects.newest_first()
        for term in terms_of([post.title for post in posts], 80):
            expected = [post.pk for post in posts if normalise(term) in normalise(post.title)]
            assert find(f'title:"{term}"') == expected, term


def test_real_posts_are_found_by_any_piece_of_them(real_posts, db):
    call_command("import_posts", real_posts, verbosity=0)
    for term in terms_of(texts(), 400):
        assert find(term) == scan(term), term


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("茅台600519涨停", "茅台 600519 涨停 台600 9涨 00519涨停 茅台600519涨停"),
        ("沪惠保上线", "沪惠保 惠保 沪 惠保上"),
        ("同比增长3.5%，环比22.7%", "3.5% 3.5 22.7% 长3.5 .7%"),
        ("蔚来ET7与HFO-1234yf", "et7 ET7 ｅｔ７ 来ET7 hfo-1234YF 1234yf"),
        ("代码６００５１９", "600519 ６００５１９ 码600519"),
        ("貴州茅臺漲停", "贵州茅台 貴州茅臺 茅臺 涨停"),
        ("上海证券报", "上海证券报 海证 证券报"),
        ("S&P 500与AT&T", "s&p at&t 与at"),
        ("𠮷野家", "𠮷野 𠮷"),
        ("１,０００亿", "1,000亿 000亿 1000亿 １０００亿 “1，000 亿”"),
        ("12 月 28 日", "12月28日 月28 “12 月 28 日” 2月2"),
        ("12月28日", "12月28日 “12 月 28 日” “月 28”"),
        ("涨 12 %（ 600519 ）", "涨12%(600519) “涨 12%” %(6"),
        ("沃伦·巴菲特", "沃伦巴菲特 沃伦•巴菲特 沃伦・巴菲特 沃伦．巴菲特 伦巴 “沃伦 · 巴菲特”"),
        ("沃伦．巴菲特", "沃伦巴菲特 沃伦·巴菲特 沃伦.巴菲特 “沃伦 . 巴菲特” 伦巴"),
        ("沃伦巴菲特", "沃伦·巴菲特 伦‧巴 伦．巴"),
        ("委托——委托", "委托—委托 托-委 委托－委托"),
        ("L’Oréal与Mærsk", "l'oreal L`Oréal maersk"),
        ("Loreal maersk", "maérsk Mærsk “LORÉAL  Mærsk”"),
        ("显著覆盖，借口祇有", "顯著 顯着 复盖 覆蓋 藉口 只有 隻有 衹有"),
        ("“茅台”", "「茅台」 茅台"),
    ],
)
def test_containment_is_what_is_found(indexed, text, found):
    post = indexed(title="无关", digest="", body_text=f"前文{text}后文")
    for term in found.split():
        assert find(term) == [post.pk], term


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("涨停，茅台", "涨停茅台"),
        ("涨停，茅台", "“涨停茅台”"),
        ("上海 证券报", "上海证券报"),
        ("农业，发展，银行", "农业发展"),
        ("6005、19", "600519"),
        ("6005, 19", "600519"),
        ("农发业银 发展银行 农业发行", "农业发展银行"),  # every pair of it, never itself
    ],
)
def test_what_punctuation_parts_does_not_match(indexed, text, query):
    indexed(title="无关", digest="", body_text=text)
    assert find(query) == []


@pytest.mark.parametrize("field", ["title", "digest", "body_text"])
def test_title_digest_and_body_are_searched(indexed, field):
    post = indexed(**{"title": "无", "digest": "", "body_text": "", field: "只有沪惠保"})
    assert find("沪惠保") == [post.pk]


LETTERS = "茅台酒涨停上海证券报6019et7.．%- 　，,·•—‘é臺著𠮷"
TEXTS = st.lists(st.text(LETTERS, min_size=1, max_size=30), min_size=1, max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(texts=TEXTS, data=st.data())
def test_random_terms_in_random_texts(make_post, texts, data):
    Post.objects.all().update(status="hidden")
    changes.posts_changed(list(Post.objects.values_list("pk", flat=True)))
    posts = [make_post(title=text, digest="", body_text=text[::-1], source=None) for text in texts]
    changes.posts_changed([post.pk for post in posts])
    for _ in range(10):
        term = data.draw(st.text(LETTERS.replace("，", ""), min_size=1, max_size=6))
        if parse(f'"{term}"').words:
            assert find(f'"{term}"') == scan(" ".join(term.split())), term
