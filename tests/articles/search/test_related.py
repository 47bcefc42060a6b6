import pytest

from articles.models import Category
from articles.search.related import beside, related

pytestmark = pytest.mark.django_db


def found(post):
    securities = list(post.securities.order_by("mention__position"))
    return [(item.post.title, item.names) for item in related(post, securities, 5)]


def test_posts_with_similar_titles_or_the_same_securities_are_related(indexed):
    post = indexed(title="天齐锂业产能回升", securities=[("0.002466", "天齐锂业")])
    indexed(title="锂业产能见顶")
    indexed(title="公司公告", securities=[("0.002466", "天齐锂业")])
    indexed(title="银行年报")
    assert found(post) == [("锂业产能见顶", ()), ("公司公告", ("天齐锂业",))]


def test_posts_that_share_a_word_and_nothing_else_are_not_related(indexed):
    post = indexed(title="国内商品期货多数收跌", securities=[("1.600519", "贵州茅台")])
    indexed(title="国内首次！某车企启用这款绿色制冷液")
    assert found(post) == []


def test_a_name_that_two_shared_securities_have_is_told_once(indexed):
    both = [("1.601318", "中国平安"), ("116.02318", "中国平安")]
    post = indexed(title="半年报", securities=both)
    indexed(title="分红方案", securities=both)
    assert found(post) == [("分红方案", ("中国平安",))]


def test_what_few_share_weighs_more(indexed):
    post = indexed(title="锂价走弱", securities=[("1.600519", "贵州茅台")])
    for number in range(4):
        indexed(title=f"说明{number}", securities=[("1.600519", "贵州茅台")])
    indexed(title="锂价")
    assert found(post)[0] == ("锂价", ())


def test_what_readers_may_not_see_or_lies_far_off_is_not_related(indexed):
    post = indexed("2022-03-04 09:30", title="锂价走弱")
    indexed("2022-03-05 09:30", title="锂价走弱", status="hidden")
    indexed("2021-03-05 09:30", title="锂价走弱")
    assert found(post) == []


def test_of_a_large_archive_fewer_days_are_looked_at(indexed, monkeypatch):
    post = indexed("2022-03-04 09:30", title="锂价走弱")
    indexed("2022-03-04 10:30", title="锂价走稳")
    indexed("2022-03-06 09:30", title="锂价走强")
    assert [title for title, _ in found(post)] == ["锂价走稳", "锂价走强"]
    monkeypatch.setattr("articles.search.related.MAX_POSTS", 2)
    assert [title for title, _ in found(post)] == ["锂价走稳"]


def test_characters_beyond_the_bmp_are_no_part_of_titles(indexed):
    post = indexed(title="🚀锂价🚀走弱")
    indexed(title="🚀锂价走弱")
    assert found(post) == [("🚀锂价走弱", ())]


class TestBeside:
    @pytest.fixture
    def sides(self, indexed):
        """The titles beside the post at 10:00, of posts at these times."""

        def sides(*others, **options):
            post = indexed("2022-03-04 10:00", categories=["emnews"])
            for title in others:
                indexed(title, title=title, categories=["emnews"], **options)
            found = beside(post, Category.objects.get(slug="emnews"))
            return {side: other.title for side, other in found.items()}

        return sides

    def test_the_next_ones_of_the_category_are_beside_a_post(self, sides, indexed):
        indexed("2022-03-04 10:30", categories=["other"])
        times = ["2022-03-03 09:00", "2022-03-04 09:00", "2022-03-04 11:00", "2022-03-05 09:00"]
        assert sides(*times) == {"older": "2022-03-04 09:00", "newer": "2022-03-04 11:00"}

    def test_of_one_moment_the_later_made_is_the_newer(self, sides):
        assert sides("2022-03-04 10:00") == {"newer": "2022-03-04 10:00"}

    @pytest.mark.parametrize(
        ("time", "status"), [("2022-03-04 11:00", "hidden"), ("2099-01-01 09:00", "published")]
    )
    def test_what_readers_do_not_see_is_beside_none(self, sides, time, status):
        assert sides(time, status=status) == {}
