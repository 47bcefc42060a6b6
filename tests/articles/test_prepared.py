import psycopg
import pytest
from django.db import NotSupportedError, connection
from django.test.utils import CaptureQueriesContext

from articles.prepared import prepared
from tests.replication import connected

pytestmark = pytest.mark.django_db(transaction=True)


def planned():
    """How often PostgreSQL has planned each statement that this connection has prepared for any
    values, and how often for given ones."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements")
        return {statement: (generic, custom) for statement, generic, custom in cursor}


def double(number):
    with prepared(connection) as cursor:
        cursor.execute("SELECT 2 * %s", [number])
        return cursor.fetchone()[0]


def test_a_statement_is_prepared_once_for_all_values():
    with connected("default"):
        assert [double(number) for number in range(10)] == [*range(0, 20, 2)]
        generic, custom = planned()["SELECT 2 * $1"]
    assert generic + custom == 10
    assert generic > 0


def test_through_a_pooler_nothing_is_prepared():
    options = connection.settings_dict["OPTIONS"] | {"prepare_threshold": None}
    with connected("default", OPTIONS=options):
        assert [double(number) for number in range(10)] == [*range(0, 20, 2)]
        assert planned() == {}


def test_where_statements_are_logged_they_have_their_values():
    with CaptureQueriesContext(connection) as captured:
        double(4)
    assert [query["sql"] for query in captured] == ["SELECT 2 * 4"]


def ask():
    with prepared(connection) as cursor:
        cursor.execute("SELECT number FROM listed")


def test_a_connection_whose_plans_are_of_a_table_as_it_was_is_given_up():
    migration = psycopg.connect(**connection.get_connection_params(), autocommit=True)
    with connected("default"), migration:
        migration.execute("CREATE TABLE listed AS SELECT 1 AS number")
        try:
            ask()
            migration.execute("ALTER TABLE listed ALTER number TYPE bigint")
            with pytest.raises(NotSupportedError):
                ask()
            assert connection.connection.closed
            connection.close()
            ask()
        finally:
            migration.execute("DROP TABLE listed")


class TestPages:
    @pytest.fixture(autouse=True)
    def connection_of_its_own(self):
        with connected("default"):
            yield

    def test_what_every_page_asks_is_prepared(self, client, make_post):
        client.get(make_post().get_absolute_url())
        assert len(planned()) == 4  # the version, the post, those beside it, and related ones

    def test_a_list_is_unless_its_terms_decide_how_its_posts_are_best_found(
        self, client, make_post
    ):
        post = make_post(categories=["要闻"])
        for address in ("/posts/", "/posts/?from=2022-01-01"):
            client.get(address)
        before = planned()
        assert sum("LIMIT" in one and "unnest" not in one for one in before) >= 3
        client.get(post.categories.get().get_absolute_url())
        assert planned().keys() == before.keys()
