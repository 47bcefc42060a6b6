import pytest
from django.core.management import CommandError, call_command

from articles.models import ArchiveVersion, StoryKey, StoryLink, StoryPost

pytestmark = pytest.mark.django_db

GONE = 88888  # the id of no post

TEXT = (
    "沪惠保三期今日上线，保费129元，不限年龄和职业，由九家保险公司共保，上海市民可为父母子女投保。"
)


@pytest.fixture
def told_twice(indexed):
    """A story of two posts."""
    fields = {
        "title": "沪惠保三期今日上线",
        "digest": "",
        "story": "",
        "body_html": TEXT,
        "body_text": TEXT,
    }
    return indexed("2022-03-01 09:00", **fields), indexed("2022-03-01 10:00", **fields)


def test_stories_that_are_lost_are_made_anew(told_twice, capsys):
    for model in (StoryKey, StoryLink, StoryPost):
        model.objects.all().delete()
    ArchiveVersion.objects.update(stories=None)
    call_command("rebuild_stories")
    assert capsys.readouterr().out == "2 posts grouped\n"
    assert StoryPost.objects.count() == 2
    call_command("rebuild_stories", check=True)


def test_a_check_that_finds_nothing_says_so(told_twice, capsys):
    call_command("rebuild_stories", check=True)
    assert capsys.readouterr().out == "2 posts agree\n"


def test_a_rebuild_that_finds_nothing_changes_no_page(told_twice):
    before = ArchiveVersion.objects.get().number
    call_command("rebuild_stories", verbosity=0)
    assert ArchiveVersion.objects.get().number == before


@pytest.mark.parametrize(
    ("model", "what"), [(StoryKey, "keys"), (StoryLink, "links"), (StoryPost, "story")]
)
def test_a_check_names_every_difference_and_changes_nothing(told_twice, capsys, model, what):
    _, second = told_twice
    model.objects.filter(post=second).delete()
    before = model.objects.count()
    with pytest.raises(CommandError) as error:
        call_command("rebuild_stories", check=True)
    assert error.value.returncode == 1
    assert f"post {second.pk}: {what} out of date\n" in capsys.readouterr().out
    assert model.objects.count() == before


def test_posts_of_another_method_are_said_to_be_so(told_twice, capsys):
    ArchiveVersion.objects.update(stories=0)
    with pytest.raises(CommandError):
        call_command("rebuild_stories", check=True)
    assert "method: posts may have been grouped by another one" in capsys.readouterr().out


def test_keys_of_posts_that_are_gone_go(told_twice):
    one = StoryKey.objects.first()
    StoryKey.objects.create(key=one.key, published_at=one.published_at, post_id=10**6)
    call_command("rebuild_stories", verbosity=0)
    assert not StoryKey.objects.filter(post_id=10**6).exists()
    assert StoryPost.objects.count() == 2


@pytest.mark.parametrize("lost", [0, 1])
def test_a_link_that_is_lost_one_way_round_is_made_anew(told_twice, lost):
    StoryLink.objects.filter(post=told_twice[lost]).delete()
    call_command("rebuild_stories", verbosity=0)
    assert StoryLink.objects.count() == 2
    call_command("rebuild_stories", check=True)


@pytest.mark.parametrize("of", [0, 1])
@pytest.mark.parametrize("changed", [{"score": 0.1}, {"is_copy": False}])
def test_a_link_that_is_not_what_the_texts_say_is_named_and_made_anew(
    told_twice, capsys, of, changed
):
    links = StoryLink.objects.order_by("post")
    before = list(links.values())
    links.filter(post=told_twice[of]).update(**changed)
    with pytest.raises(CommandError):
        call_command("rebuild_stories", check=True)
    assert f"post {told_twice[1].pk}: links out of date\n" in capsys.readouterr().out
    call_command("rebuild_stories", verbosity=0)
    assert list(links.values()) == before


@pytest.mark.parametrize(
    "left",
    [
        lambda post: StoryPost(post_id=GONE, first_id=post, place=2, is_copy=False),
        lambda post: StoryPost(post_id=GONE, first_id=GONE, place=2, is_copy=False),
        lambda post: StoryLink(post_id=post, other_id=GONE, score=1, is_copy=False),
        lambda post: StoryLink(post_id=GONE, other_id=post, score=1, is_copy=False),
    ],
)
def test_what_is_left_of_a_post_that_is_gone_is_named_and_goes(told_twice, capsys, left):
    left(told_twice[0].pk).save(force_insert=True)
    with pytest.raises(CommandError):
        call_command("rebuild_stories", check=True)
    assert f"post {GONE}: gone, but in a story\n" in capsys.readouterr().out
    call_command("rebuild_stories", verbosity=0)
    assert (StoryPost.objects.count(), StoryLink.objects.count()) == (2, 2)
    call_command("rebuild_stories", check=True)
