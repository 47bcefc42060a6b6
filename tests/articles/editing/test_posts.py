import pytest

from articles.editing import (
    bodies,
    bulk,
    history,
    posts,
)
from articles.importing.reading.documents import DocumentError
from articles.models import (
    Category,
    Post,
    SearchEntry,
    Security,
    Source,
    Tag,
)
from tests.articles.imported import import_text

pytestmark = pytest.mark.django_db

MARKED = (
    '<span id="stock_0.300750"><a class="keytip" data-code="0,300750" '
    'href="http://quote.eastmoney.com/unify/r/0.300750">宁德时代</a></span>'
)
TEXT = f"""---
title: "锂价回落"
date: 2022-03-04 09:30:00
categories: emnews
tags: 东财滚动新闻
---
<p>{MARKED}称锂价走弱。</p><p class="em_media">（文章来源：财联社）</p>

<http://finance.eastmoney.com/news/1,202203040000000001.html>
"""


@pytest.fixture
def post(db):
    return import_text(TEXT)


class TestChange:
    def test_what_differs_is_stored_marked_and_found_at_once(self, post, editor):
        changed = posts.change(post, {"title": "碳酸锂回落", "digest": ""}, by=editor)
        post.refresh_from_db()
        assert changed == {"title"}
        assert (post.title, post.hand_edited) == ("碳酸锂回落", ["title"])
        assert SearchEntry.objects.get(post=post).title == "碳酸锂回落"

    def test_readers_are_told_the_time_of_the_edit_whatever_is_imported_later(self, post, editor):
        posts.change(post, {"title": "碳酸锂回落"}, by=editor)
        edited = Post.objects.get()
        assert edited.updated_at == edited.modified_at > edited.published_at
        imported = import_text(TEXT.replace("走弱", "走强"))
        assert imported.modified_at != edited.modified_at
        assert imported.updated_at == edited.updated_at

    def test_restoring_what_was_imported_is_an_edit_too(self, post, editor):
        posts.change(post, {"title": "碳酸锂回落"}, by=editor)
        edited = Post.objects.get()
        posts.restore_imported(edited, ["title"], by=editor)
        assert Post.objects.get().updated_at > edited.updated_at

    def test_an_import_leaves_it_alone(self, post, editor):
        posts.change(post, {"title": "碳酸锂回落"}, by=editor)
        import_text(TEXT.replace("锂价回落", "锂价大跌").replace("走弱", "走强"))
        post.refresh_from_db()
        assert (post.title, post.body_text) == ("碳酸锂回落", "宁德时代称锂价走强。")

    def test_a_body_is_sanitised_and_its_text_and_mentions_follow(self, post, editor):
        mark = MARKED.replace("300750", "002466").replace("宁德时代", "天齐锂业")
        posts.change(post, {"body_html": f"<p>{mark}走强<script>x()</script></p>"}, by=editor)
        post.refresh_from_db()
        assert post.body_text == "天齐锂业走强"
        assert "script" not in post.body_html
        assert [s.symbol for s in post.securities.all()] == ["0.002466"]
        assert Security.objects.get(code="002466").pinyin.startswith("tqly")
        assert post.hand_edited == ["body_html", "securities"]

    def test_a_security_added_without_a_mark_stays_when_the_body_changes(self, post, editor):
        added = Security.objects.create(market=1, code="600519", kind="stock", name="贵州茅台")
        marked = post.securities.get()
        posts.change(post, {"securities": [marked, added]}, by=editor)
        posts.change(post, {"body_html": "<p>无标记。</p>"}, by=editor)
        assert list(post.securities.all()) == [added]

    def test_joins_keep_the_order_given_and_the_time_of_the_post(self, post, editor):
        tags = [Tag.objects.create(name=name, slug=name) for name in ("b", "a")]
        at = post.published_at.replace(hour=8)
        posts.change(post, {"tags": tags, "published_at": at}, by=editor)
        assert list(post.tags.order_by("posttag__position")) == tags
        assert {join.published_at for join in post.posttag_set.all()} == {at}
        assert {join.published_at for join in post.mention_set.all()} == {at}

    def test_hiding_takes_it_from_search(self, post, editor):
        posts.change(post, {"status": "hidden"}, by=editor)
        assert not SearchEntry.objects.exists()

    def test_who_and_why_are_recorded_after_what_was_imported(self, post, editor):
        posts.change(post, {"title": "碳酸锂回落"}, by=editor, why="更正")
        edited, imported = history.steps(post, 10)
        assert (edited.record.history_user, edited.record.history_change_reason) == (editor, "更正")
        assert [(c.field, c.old, c.new) for c in edited.changes] == [
            ("title", "锂价回落", "碳酸锂回落")
        ]
        assert imported.record.history_user is None

    def test_what_an_import_changed_in_between_is_not_put_down_to_the_editor(self, post, editor):
        posts.change(post, {"title": "碳酸锂回落"}, by=editor)
        import_text(TEXT.replace("走弱", "走强"))
        posts.change(post, {"digest": "摘要"}, by=editor)
        newest, by_import, *_ = history.steps(post, 10)
        assert {change.field for change in newest.changes} == {"digest"}
        assert {change.field for change in by_import.changes} == {"body_html"}
        assert by_import.record.history_user is None


class TestChangeEach:
    @pytest.fixture
    def many(self, indexed):
        return [indexed(tags=["旧"], securities=[("1.600519", "贵州茅台")]) for _ in range(20)]

    def test_each_is_changed_recorded_and_found_in_as_few_queries_as_one(
        self, many, editor, django_assert_max_num_queries
    ):
        new = Tag.objects.create(name="新", slug="xin")

        def add_tag(values):
            return {"tags": [*values["tags"], new], "title": values["title"] + "改"}

        with django_assert_max_num_queries(68):
            changed = posts.change_each([post.pk for post in many], add_tag, by=editor, why="整理")

        assert changed == {post.pk: {"tags", "title"} for post in many}
        for post in many:
            post.refresh_from_db()
            assert post.hand_edited == ["tags", "title"]
            assert [str(tag) for tag in post.tags.order_by("posttag__position")] == ["旧", "新"]
            assert SearchEntry.objects.get(post=post).title.endswith("改")
            edited, imported = history.steps(post, 10)
            assert {change.field for change in edited.changes} == {"tags", "title"}
            assert (edited.record.history_change_reason, imported.record.history_user) == (
                "整理",
                None,
            )

    def test_those_that_are_so_already_are_left_alone(self, many, editor):
        Post.objects.filter(pk=many[0].pk).update(title="同")
        ids = [post.pk for post in many[:2]]
        changed = posts.change_each(ids, lambda _: {"title": "同"}, by=editor)
        assert changed == {many[1].pk: {"title"}}
        assert not many[0].history.exists()


class TestRestore:
    def test_an_imported_value_comes_back_and_imports_may_change_it_again(self, post, editor):
        posts.change(post, {"title": "错", "tags": []}, by=editor)
        posts.restore_imported(post, ["title", "tags"], by=editor)
        post.refresh_from_db()
        assert (post.title, post.hand_edited) == ("锂价回落", [])
        assert [str(tag) for tag in post.tags.all()] == ["东财滚动新闻"]
        import_text(TEXT.replace("锂价回落", "锂价大跌"))
        post.refresh_from_db()
        assert post.title == "锂价大跌"

    def test_an_earlier_version_comes_back_with_its_joins(self, post, editor):
        other = Category.objects.create(slug="other", name="其他")
        posts.change(post, {"title": "甲", "categories": [other], "source": None}, by=editor)
        imported = post.history.last()
        changed = posts.restore_version(post, imported, by=editor)
        post.refresh_from_db()
        assert changed == {"title", "categories", "source"}
        assert post.title == "锂价回落"
        assert post.source == Source.objects.get(name="财联社")
        assert [category.slug for category in post.categories.all()] == ["emnews"]


class TestTextsThatCostTooMuch:
    """A body of 2 MB that was stored when more was allowed, and a document like it."""

    COSTLY = "<p>文</p>" * 200_000

    @pytest.fixture(autouse=True)
    def few_seconds(self, monkeypatch):
        monkeypatch.setattr(bodies, "SECONDS", 0)

    @pytest.fixture
    def costly(self, post, editor):
        """The post, edited since it had the body."""
        Post.objects.update(body_html=self.COSTLY)
        post.refresh_from_db()
        posts.change(post, {"body_html": "<p>改</p>", "title": "改"}, by=editor)
        post.documents.update(content=TEXT.replace("</p>\n", f"</p>{self.COSTLY}\n").encode())
        return post

    def test_a_new_body_is_refused(self, post, editor):
        with pytest.raises(DocumentError, match="too much processor time"):
            posts.change(post, {"body_html": self.COSTLY}, by=editor)

    def test_so_is_one_of_an_earlier_version(self, costly, editor):
        with pytest.raises(DocumentError, match="too much processor time"):
            posts.restore_version(costly, costly.history.last(), by=editor)

    def test_what_documents_say_is_not_known(self, costly):
        assert posts.imported_values(costly) == {}

    def test_a_bulk_change_leaves_them_as_they_are(self, costly, editor):
        change = bulk.create(Post.objects.all(), "derive", by=editor)
        bulk.prepare(change, {"give_back": True})
        bulk.apply(change.pk)
        costly.refresh_from_db()
        assert costly.title == "改"

    def test_they_can_be_replaced(self, post, editor):
        Post.objects.update(body_html=self.COSTLY)
        assert posts.change(post, {"body_html": "<p>短</p>"}, by=editor) == {"body_html"}


class TestCreate:
    def test_a_post_written_here_is_found_and_all_its_own(self, post, editor):
        values = posts.values_of(post) | {"title": "本站公告", "body_html": "今日**停机**维护。"}
        written = posts.create(values, by=editor)
        assert written.slug == "2022-03-04-ben-zhan-gong-gao"
        assert written.body_html == "<p>今日<strong>停机</strong>维护。</p>"
        assert set(written.hand_edited) == set(posts.EDITABLE_FIELDS)
        assert SearchEntry.objects.get(post=written).title == "本站公告"
        assert written.history.count() == 1

    def test_two_of_one_day_and_title_have_addresses_of_their_own(self, post, editor):
        values = posts.values_of(post)
        slugs = {posts.create(values, by=editor).slug for _ in range(3)}
        base = "2022-03-04-li-jia-hui-luo"
        assert slugs == {base, f"{base}-2", f"{base}-3"}
