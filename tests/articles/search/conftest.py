import datetime as dt

import pytest

from articles import changes
from articles.models import Post
from tests.databases import archive_of_samples, connected_to


@pytest.fixture(scope="session")
def archive_database(django_db_setup, django_db_blocker, tmp_path_factory):
    """The name of the database of `archive`: no test commits to it."""
    folder = tmp_path_factory.mktemp("archive") / "posts"
    with (
        django_db_blocker.unblock(),
        archive_of_samples("archive", folder, count=400, seed=5) as name,
    ):
        with connected_to(name):
            posts = list(Post.objects.order_by("published_at"))
            start = dt.datetime(2019, 1, 1, tzinfo=dt.UTC)
            for number, post in enumerate(posts):
                post.published_at = start + number * dt.timedelta(days=3.3)
            Post.objects.bulk_update(posts, ["published_at"])
            changes.posts_changed([post.pk for post in posts])
        yield name


@pytest.fixture(scope="class")
def archive(archive_database, django_db_blocker):
    """Posts over 14 months, so that the walk goes through months and years."""
    with django_db_blocker.unblock(), connected_to(archive_database):
        yield
