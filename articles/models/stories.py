"""Which posts tell the same news. Only `articles.stories` writes these tables.

All of it follows from posts, so PostgreSQL does not check that those are there:
`rebuild_stories --check` does. A check would lock other posts than those that are written, and wait
for whoever edits them.
"""

from typing import Any

from django.db import models


def derived_from(**options: Any) -> Any:
    """The column of a post whose deletion `changes.deleting_posts` prepares."""
    return models.ForeignKey(
        "Post", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", **options
    )


class StoryKey(models.Model):
    """What posts that tell the same story have in common: a number, by which a new post finds those
    with which it is compared."""

    pk = models.CompositePrimaryKey("key", "published_at", "post")
    key = models.IntegerField()
    published_at = models.DateTimeField()
    post = derived_from()

    class Meta:
        default_permissions = ()


class StoryLink(models.Model):
    """Two posts that tell the same story, compared with each other; stored both ways round. `score`
    is how sure that is."""

    pk = models.CompositePrimaryKey("post", "other")
    post = derived_from(db_index=False)  # by which rows are ordered already
    other = derived_from(db_index=False)  # it is found by the row for the other way round
    score = models.FloatField()
    is_copy = models.BooleanField()

    class Meta:
        default_permissions = ()


class StoryPost(models.Model):
    """A post whose story others tell too. `first` is the post that told it first, which may be this
    one; `place` is this post's place among those of the story, from 0; `is_copy`: an earlier post
    has the same text."""

    post = models.OneToOneField(
        "Post",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        primary_key=True,
        related_name="in_story",
    )
    first = derived_from()
    place = models.PositiveIntegerField(default=0, db_default=0)
    is_copy = models.BooleanField()

    class Meta:
        default_permissions = ()


class DayTold(models.Model):
    """What a day that is over told, from which hot words are counted: kept until an entry or a
    story of its posts changes. Only `articles.search.days_told` reads and writes it."""

    key = models.PositiveIntegerField(primary_key=True)  # of the day, as in `FacetCount`
    entries = models.PositiveIntegerField()
    stories = models.PositiveIntegerField()  # that begin with a post of the day
    titles = models.TextField()
    posts = models.BinaryField()
    securities = models.BinaryField()

    class Meta:
        default_permissions = ()
