import pytest
from django.utils import timezone

from articles.editing import history, posts
from articles.models import Category, Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(indexed, editor):
    post = indexed(title="一", source="甲", categories=["a"], securities=[("1.600519", "茅台")])
    for number in range(5):
        posts.change(post, {"title": f"标题{number}", "source": None}, by=editor)
        category = Category.objects.create(slug=f"c{number}", name=f"分类{number}")
        posts.change(
            post, {"categories": [category], "source": Source.objects.get(name="甲")}, by=editor
        )
    return post


def test_each_step_says_what_changed_by_names(post):
    newest, *_, first = history.steps(post, 20)
    assert {(change.field, change.old, change.new) for change in newest.changes} == {
        ("source", "", "甲"),
        ("categories", "分类3", "分类4"),
    }
    assert (newest.is_current, first.changes) == (True, ())


def test_many_steps_take_as_few_queries_as_one(post, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        assert len(list(history.steps(post, 20))) == 11


def test_the_oldest_step_that_is_shown_is_told_from_the_one_before(post):
    *_, oldest = history.steps(post, 3)
    assert oldest.changes


def test_a_term_that_is_no_more_keeps_its_name_here(post, editor):
    source = Source.objects.create(name="乙", slug="yi")
    posts.change(post, {"source": source}, by=editor)
    posts.change(post, {"source": None}, by=editor)
    history.save(source, by=editor, why="")
    source.delete()
    newest, *_ = history.steps(post, 1)
    assert [(change.old, change.new) for change in newest.changes] == [("乙", "")]
    assert posts.restore_version(post, post.history.all()[1], by=editor) == frozenset()


def test_a_body_is_compared_block_by_block():
    old = "<p>第一段不变。</p><p>锂价走弱。</p><p>第三段不变。</p>"
    lines = history.Change("body_html", "正文", old, old.replace("走弱", "走强")).lines
    assert [line.kind for line in lines] == ["same", "removed", "added", "same"]
    assert [part.text for part in lines[1].parts if part.is_changed] == ["弱"]
    assert [part.text for part in lines[2].parts if part.is_changed] == ["强"]


def test_the_last_editor_is_known_until_an_import_changes_the_post(post, editor):
    post.refresh_from_db()
    assert history.last_editor(post) == editor
    post.modified_at = timezone.now()  # an import makes no record
    assert history.last_editor(post) is None
