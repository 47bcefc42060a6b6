import pytest
from django.core.management.base import CommandError
from django.db import connection, transaction

from articles.importing.outcomes import INTERRUPTED
from articles.management.interruption import interruptible


@pytest.mark.django_db(transaction=True)
def test_a_command_is_interrupted_also_in_a_commit(monkeypatch):
    """Of which Django says that the transaction is not over."""

    def stop():
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(connection, "_commit", stop)
    with (
        pytest.raises(CommandError, match=r"^Interrupted\. Run it again\.$") as ended,
        interruptible("Run it again."),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1")
    assert ended.value.returncode == INTERRUPTED
