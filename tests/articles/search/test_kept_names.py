import re

import pytest
from django.db import connection

from articles import changes
from articles.models import ArchiveVersion, Security, SecurityAlias, Source
from articles.search.kept_names import Lines, all_names, written_since
from articles.search.shown import showing
from articles.terms import SECURITY, SOURCE


def test_lines_are_found_by_a_part_and_by_a_pattern_each_once():
    lines = Lines(["aba", "", "b a", "cab"])
    assert [*lines.having("a")] == [0, 2, 3]
    assert [*lines.having("\n")] == [*lines.having("")] == []
    assert [*lines.matching(re.compile("b.?a"))] == [0, 2]


@pytest.fixture
def archive(indexed):
    indexed(source="财联社", securities=[("1.600519", "贵州茅台")])


def names(kind):
    return sorted(row.name for row in all_names().of[kind.facet].rows)


def change_terms():
    """A change that another process makes."""
    changes.terms_changed()


@pytest.mark.django_db
class TestNames:
    def test_are_kept_while_the_version_is_the_same(self, archive, django_assert_num_queries):
        assert names(SOURCE) == ["财联社"]
        with django_assert_num_queries(1):
            assert names(SECURITY) == ["贵州茅台"]
        shown = ArchiveVersion.objects.current()
        with django_assert_num_queries(0), showing(shown):
            assert names(SECURITY) == ["贵州茅台"]
        with django_assert_num_queries(1), showing(shown._replace(number=shown.number - 1)):
            assert names(SECURITY) == ["贵州茅台"]

    def test_follow_what_is_added_renamed_and_deleted(self, archive):
        assert names(SOURCE) == ["财联社"]
        Source.objects.create(name="新华社", slug="xinhuashe")
        Security.objects.update(name="茅台")
        change_terms()
        assert (names(SOURCE), names(SECURITY)) == (["新华社", "财联社"], ["茅台"])
        Source.objects.filter(name="新华社").delete()
        Source.objects.create(name="界面", slug="jiemian")
        change_terms()
        assert names(SOURCE) == ["界面", "财联社"]

    def test_only_what_was_written_since_is_read(self, archive):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_current_xact_id()::text, pg_current_xact_id()::text::int8 + 9"
            )
            this, later = cursor.fetchone()
            assert {row.name for row in written_since(cursor, this)} >= {"财联社", "贵州茅台"}
            assert written_since(cursor, str(later + 1_000_000)) == []

    def test_former_symbols_are_known(self, archive):
        security = Security.objects.get()
        SecurityAlias.objects.create(term=security, slug="1.600001")
        change_terms()
        assert all_names().symbols == {"1.600001": security.pk}
