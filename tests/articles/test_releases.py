import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder

from articles import releases
from articles.database import migrations

pytestmark = pytest.mark.django_db


def test_a_database_of_this_release_and_one_without_tables_can_be_brought_to_it():
    assert releases.refusal(migrations()) == ""
    assert releases.refusal([]) == ""
    assert releases.refusal(["auth.0001_initial", "gone.0007_left"]) == ""


def test_a_database_of_a_newer_release_is_left_alone():
    MigrationRecorder.Migration.objects.create(app="articles", name="0999_x")
    with pytest.raises(CommandError, match=r"newer release, with articles\.0999_x: upgrade"):
        call_command("migrate")


def test_a_database_that_is_too_old_is_named_with_the_release_that_leads_on(monkeypatch):
    monkeypatch.setattr(releases, "OLDEST", "articles.0099_x")
    monkeypatch.setattr(releases, "BY_WAY_OF", "2.0")
    with pytest.raises(CommandError, match=r"without articles\.0099_x: bring it to release 2\.0"):
        call_command("migrate")
