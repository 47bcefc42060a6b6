"""Whatever is typed, the page answers in bounded time, and what it says of a cut is so."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.listings.pages import FIELDS
from articles.search.query import Field
from articles.search.text.normalise import normalise
from articles.terms import BY_QUERY_FIELD
from tests.articles.search.finding import find

pytestmark = pytest.mark.django_db

NAMES = [
    "贵州茅台",
    "茅台",
    "五粮液",
    "招商银行",
    "财联社",
    "新华社",
    "要闻",
    "600519",
    "矛台",
    "21·世纪",
]
WORDS = ["业绩", "回购", "2022年", "3月", "-20%", "净利润", "闲话", "zzz", "业", "的", "和", "与"]
SIGNS = [" ", " ", " ", "", "🙂", "、", "：", "|", " | ", " -", "(", ")", "“", "”", "*", "·", "%"]
FIELD_NAMES = ["title:", "来源：", "source:", "分类：", "code:", "标签：", "date:"]
TEXTS = st.lists(st.sampled_from([*NAMES, *WORDS, *SIGNS, *FIELD_NAMES]), min_size=1, max_size=7)

#: Ten for a page whose query is cut, and what advice, fields and offers take for seven words.
MOST_QUERIES = 40


@pytest.fixture
def posts(indexed):
    indexed(
        title="贵州茅台去年业绩", body_text="五粮液跟随。", securities=[("1.600519", "贵州茅台")]
    )
    indexed(title="五粮液回购", body_text="净利润同比-20%。", securities=[("0.000858", "五粮液")])
    indexed(title="招商银行2022年业绩", body_text="3月回购。", source="新华社", tags=["要闻"])
    indexed(title="茅台：净利润", body_text="2022年3月。", source="21·世纪", categories=["要闻"])


@pytest.mark.usefixtures("posts")
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(parts=TEXTS)
def test_a_cut_is_what_the_page_says(client, parts):
    with CaptureQueriesContext(connection) as asked:
        response = client.get("/posts/", {"q": "".join(parts)}, headers={"accept-language": "en"})
    assert response.status_code == 200
    assert len(asked) <= MOST_QUERIES
    listing = response.context["listing"]
    assert listing.query.clauses or not listing.posts or not "".join(parts).strip()
    if listing.cut:
        assert listing.posts
        assert not find("".join(parts))
        criteria = [one for chip in listing.chips if not chip.is_excluded for one in chip.criteria]
        searched = {value for _, value, _ in criteria}
        said = [note.partition("; ")[2] for note in listing.cut.notes]
        assert {word for these in said for word in re.findall("“([^”]*)”", these)} <= searched
        for post in listing.posts:
            for chip in listing.chips:
                if not chip.is_excluded:
                    assert any(is_met(post, *criterion) for criterion in chip.criteria)


def is_met(post, label, value, is_negated):
    """Whether a post meets a criterion of a chip."""
    [field] = [field for field, name in FIELDS.items() if name == label]
    text = "\n".join([post.title, post.digest, post.body_text])
    names = {
        Field.TEXT: [text],
        Field.TITLE: [post.title],
        Field.SOURCE: [post.source.name],
        Field.CATEGORY: [category.name for category in post.categories.all()],
        Field.TAG: [tag.name for tag in post.tags.all()],
        Field.CODE: [f"{one} {one.code}" for one in post.securities.all()],
    }
    if field is Field.DATE:
        return True
    found = any(normalise(value) in normalise(name) for name in names[field])
    if field in BY_QUERY_FIELD and not found:  # what names nothing is searched as text
        terms = BY_QUERY_FIELD[field].model.objects.all()
        found = not any(value in str(term) for term in terms) and normalise(value) in normalise(
            text
        )
    return is_negated != found


@pytest.mark.usefixtures("posts")
def test_a_name_is_offered_that_sounds_like_what_was_cut(client, indexed):
    indexed(title="招商很行", body_text="招商 很行，贵州 矛台 业绩")
    indexed(title="茅台", body_text="贵州 矛台")
    listing = client.get("/posts/", {"q": "贵州矛台"}).context["listing"]
    assert listing.cut
    assert listing.posts
    assert [offer.name for offer in listing.near] == ["贵州茅台"]
    assert not client.get("/posts/", {"q": "茅台业绩"}).context["listing"].near
