from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from articles.messages import Message, verbatim
from articles.models import BulkChange, Document, ImportedFile, ImportProblem, ImportRun

migration = import_module("articles.migrations.0023_messages")

SENTENCES = [
    ("the file is empty", Message("file-empty")),
    ("its file is gone", Message("file-gone")),
    ("Interrupted.", Message("interrupted")),
    ("no title: taken from the text: 锂价: 走弱", Message("title-assumed", title="锂价: 走弱")),
    (
        "no date: taken from the code or the file's name: 2022-03-01",
        Message("date-assumed", why=Message("no-date"), day="2022-03-01"),
    ),
    (
        "no such date: '2022-13-01' (month must be in 1..12): taken from the code or the file's "
        "name: 2022-03-01",
        Message(
            "date-assumed",
            why=Message("no-such-date", date="'2022-13-01'", why=Message("no-such-month")),
            day="2022-03-01",
        ),
    ),
    (
        "no such date: '9999999999' (year 2286)",
        Message("no-such-date", date="'9999999999'", why=Message("year", year=2286)),
    ),
    (
        "tags is neither a text nor a list of texts: left out, line 4",
        Message("field-left-out", why=Message("neither-text-nor-texts", key="tags"), line=4),
    ),
    (
        "title: lists in lists, more than 20 deep",
        Message("in-field", key="title", why=Message("nested-deeper-than", depth=20)),
    ),
    (
        "date: more than 100,000 values",
        Message("in-field", key="date", why=Message("more-values-than", count="100,000")),
    ),
    (
        "front matter: more than 100,000 values",
        Message("in-front-matter", why=Message("more-values-than", count="100,000")),
    ),
    (
        "the front matter is not YAML: no `key: value`",
        Message("not-yaml", why=Message("no-field")),
    ),
    (
        "the front matter is not YAML: a tab, line 3: values taken as they stand",
        Message("values-as-they-stand", why=Message("not-yaml", why="a tab, line 3")),
    ),
    (
        "1 control character(s) removed, the first U+0001 on line 5",
        Message("control-characters-removed", count=1, letter="U+0001", line=5),
    ),
    (
        "too large: 40,000,000 bytes, where 33,554,432 are read",
        Message("too-large", size="40,000,000", most="33,554,432"),
    ),
    (
        "cannot be read to its end: it is cut off",
        Message("cannot-be-read-to-its-end", why=Message("cut-off")),
    ),
    (
        "cannot be listed: Permission denied",
        Message("cannot-be-listed", why=Message("permission-denied")),
    ),
    ("cannot be listed: disk on fire", Message("cannot-be-listed", why="disk on fire")),
    (
        "settled by anna: no front matter: the first line is not ---",
        Message("settled", who="anna", why=Message("no-front-matter")),
    ),
    (
        "its file is gone, and a.md, b.md cannot be read: its post stays as an editor set it",
        Message("stays-as-edited", why=Message("file-gone-others-unreadable", others="a.md, b.md")),
    ),
    (
        "Another import is running: a dry run of root@vm, process 7, since 2022-03-04 09:30:00.",
        Message(
            "import-running",
            who=Message(
                "dry-run-of",
                who=Message("process", who="root@vm", number=7),
                when="2022-03-04 09:30:00",
            ),
        ),
    ),
    (
        "The database went away: server closed the connection. What was imported so far is whole; "
        "the next run goes on from here.",
        Message("database-away", why="server closed the connection"),
    ),
    ("root@vm, process 20006", Message("process", who="root@vm", number=20006)),
    ("disk on fire", verbatim("disk on fire")),
    ('["no", "message"]', verbatim('["no", "message"]')),
]


@pytest.mark.parametrize(("sentence", "message"), SENTENCES)
def test_a_sentence_becomes_the_message_that_says_it(rows, sentence, message):
    rows(sentence)
    convert_all()
    assert ImportProblem.objects.get().reason == message
    assert ImportedFile.objects.get().notes == [Message("file-empty"), message]
    assert Document.objects.get().notes == [message]
    run = ImportRun.objects.get()
    assert (run.error, run.started_by) == (message, message)
    assert BulkChange.objects.get().error == message


def test_what_says_nothing_stays_empty_and_what_is_converted_stays_as_it_is(rows):
    rows("")
    ImportRun.objects.create(error=Message("interrupted"))
    convert_all()
    convert_all()
    assert [run.error for run in ImportRun.objects.order_by("pk")] == ["", Message("interrupted")]
    assert ImportedFile.objects.get().notes == [Message("file-empty")]


@pytest.fixture
def rows(db, make_post):
    def make(sentence):
        """One row of each kind as earlier versions wrote them."""
        run = ImportRun.objects.create()
        ImportProblem.objects.create(run=run, path="a.md", content=b"")
        ImportedFile.objects.create(run=run, path="a.md", status="refused")
        Document.objects.create(file_name="a.md", content=b"", sha256=b"", post=make_post())
        BulkChange.objects.create(action="hide", post_ids=[], started_at=timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE articles_importproblem SET reason = %(said)s;
                UPDATE articles_importedfile
                SET notes = array_remove(ARRAY['the file is empty', %(said)s], '');
                UPDATE articles_document SET notes = array_remove(ARRAY[%(said)s], '');
                UPDATE articles_importrun SET error = %(said)s, started_by = %(said)s;
                UPDATE articles_bulkchange SET error = %(said)s
                """,
                {"said": sentence},
            )

    return make


def convert_all():
    with connection.schema_editor() as editor:
        migration.convert_all(None, editor)
