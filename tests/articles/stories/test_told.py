"""Stories of sample posts, of which it is known which tell the same."""

from collections import Counter, defaultdict
from itertools import combinations

import pytest
from django.core.management import call_command

from articles.models import Post, StoryPost
from articles.samples import told_stories

COUNT = 300


@pytest.fixture
def truth(db, tmp_path):
    """The story that each post tells, by its primary key."""
    call_command(
        "make_sample_posts",
        tmp_path / "posts",
        count=COUNT,
        stories=tmp_path / "truth.tsv",
        verbosity=0,
    )
    call_command("import_posts", tmp_path / "posts", verbosity=0)
    names = dict(Post.objects.values_list("documents__file_name", "pk"))
    lines = (tmp_path / "truth.tsv").read_text().splitlines()
    return {names[name]: int(story) for name, story in (line.split("\t") for line in lines)}


def pairs(stories):
    """The pairs of posts that tell the same story."""
    posts = defaultdict(list)
    for post, story in sorted(stories.items()):
        posts[story].append(post)
    return {pair for told in posts.values() for pair in combinations(told, 2)}


@pytest.mark.django_db(transaction=True)
def test_posts_of_one_story_are_found_and_others_are_not_taken_for_it(truth):
    assert len(truth) == COUNT
    found = pairs(dict(StoryPost.objects.values_list("post", "first")))
    right = found & pairs(truth)
    assert len(right) >= 0.97 * len(found)
    assert len(right) >= 0.85 * len(pairs(truth))


def test_the_same_seed_tells_the_same():
    assert list(told_stories(50, 1)) == list(told_stories(50, 1)) != list(told_stories(50, 2))


def test_stories_are_told_by_one_to_several_posts():
    sizes = Counter(Counter(telling.story for telling in told_stories(COUNT)).values())
    assert min(sizes) == 1
    assert max(sizes) > 4
