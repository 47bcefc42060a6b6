"""Posts for tests to read, made through the ORM."""

import datetime as dt
from contextlib import closing
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection

from articles import changes
from articles.models import (
    Category,
    Mention,
    Post,
    PostCategory,
    PostTag,
    Security,
    Source,
    Tag,
)
from tests.databases import archive_of_samples, connected_to

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def make_post(db):
    """A published post; `at` is Shanghai time unless it says otherwise, `categories` are slugs,
    `tags` are names, `securities` are pairs of symbol and name. It stands alone, whatever other
    posts say, unless its `story` is empty."""
    made = 0

    def make(
        at="2022-03-04 09:30",
        *,
        source="财联社",
        categories=("cailianshe",),
        tags=(),
        securities=(),
        **fields,
    ):
        nonlocal made
        made += 1
        moment = dt.datetime.fromisoformat(at)
        published_at = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
        post = Post(
            published_at=published_at,
            source=source and Source.objects.get_or_create(name=source, slug=f"s-{source}")[0],
            **{
                "slug": f"2022030499{made:08}",
                "title": f"快讯{made}",
                "digest": f"摘要{made}。",
                "body_html": f"<p>正文{made}。</p>",
                "body_text": f"正文{made}。",
                "story": Post.STANDS_ALONE,
                **fields,
            },
        )
        post.skip_history_when_saving = True  # for imports write none
        post.save()
        del post.skip_history_when_saving
        when = {"post": post, "published_at": published_at}
        for position, slug in enumerate(categories):
            category, _ = Category.objects.get_or_create(slug=slug, defaults={"name": slug})
            PostCategory.objects.create(category=category, position=position, **when)
        for position, name in enumerate(tags):
            tag, _ = Tag.objects.get_or_create(name=name, slug=f"t-{name}")
            PostTag.objects.create(tag=tag, position=position, **when)
        for position, (symbol, name) in enumerate(securities):
            market, code = symbol.split(".")
            security, _ = Security.objects.get_or_create(
                market=market,
                code=code,
                defaults={
                    "name": name,
                    "stated_name": name,
                    "names": [name] if name else [],
                    "kind": "stock",
                },
            )
            Mention.objects.create(security=security, position=position, **when)
        return post

    return make


@pytest.fixture
def index(db):
    """A function that has search know posts, and returns them: all at once, since each alone takes
    as long."""

    def index(posts):
        posts = list(posts)
        changes.posts_changed([post.pk for post in posts])
        return posts

    return index


@pytest.fixture
def indexed(make_post, index):
    """As `make_post`, but a post that search knows."""
    return lambda *args, **fields: index([make_post(*args, **fields)])[0]


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_user("wang")


@pytest.fixture(scope="session")
def loaded_database(django_db_setup, django_db_blocker, tmp_path_factory):
    """The name of the database of `loaded`, which all modules share: no test commits to it."""
    folder = tmp_path_factory.mktemp("loaded") / "posts"
    with (
        django_db_blocker.unblock(),
        archive_of_samples("loaded", folder, count=1500, seed=9) as name,
    ):
        with connected_to(name), connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")  # or plans would follow when autovacuum ran
        yield name


@pytest.fixture(scope="module")
def loaded(loaded_database, django_db_blocker):
    """Tables large enough for reading them whole to be a choice."""
    with django_db_blocker.unblock(), connected_to(loaded_database):
        yield


def connected():
    """Another connection to the database of the tests, which commits each statement."""
    connection.ensure_connection()
    at = connection.connection.info
    return closing(psycopg.connect(at.dsn, password=at.password, autocommit=True))


@pytest.fixture
def another(transactional_db):
    """The name of an empty database on the same server."""
    name = f"{connection.settings_dict['NAME']}_another"
    with connected() as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
        yield name
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
