"""What imports said was stored as English sentences. It becomes keys with arguments.

The sentences are those of the versions until now: a part of one may be a sentence itself. What is
none of them becomes the message `text`, which is that text. Rows are converted in ranges of ids,
each in a transaction, and what is converted is left alone: it may be interrupted and run again.
"""

import json
import re
from functools import lru_cache

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, transaction

from articles.models.fields import MessageField

RANGE = 5_000  # ids

#: Columns, by table; notes are arrays.
COLUMNS = [
    ("articles_document", "notes"),
    ("articles_importedfile", "notes"),
    ("articles_importproblem", "reason"),
    ("articles_importrun", "error"),
    ("articles_importrun", "started_by"),
    ("articles_bulkchange", "error"),
]

#: Keys and sentences. Of two that fit, the first is taken.
SENTENCES = [
    ("file-empty", "the file is empty"),
    ("post-erased", "its post was erased"),
    ("another-post", "another post than %(file)s"),
    ("dots-of-category", "an address cannot hold the dots of a category: %(categories)s"),
    ("field-left-out", "%(why)s: left out, line %(line)s"),
    ("field-too-long-left-out", "%(key)s is longer than %(length)s bytes: left out"),
    ("first-are-taken", "%(count)s %(key)s: the first %(most)s are taken"),
    ("taken-as-it-stands", "%(key)s is not YAML: taken as it stands, line %(line)s"),
    ("given-twice", "%(key)s is given twice: passed over on line %(line)s: %(value)s"),
    ("name-used-elsewhere", "%(key)s: %(name)s is a name that another field uses"),
    ("in-front-matter", "front matter: %(why)s"),
    ("in-field", "%(key)s: lists in lists, more than %(depth)s deep"),
    ("in-field", "%(key)s: more than %(count)s values"),
    ("in-field", "%(key)s: more than %(count)s names"),
    ("more-values-than", "more than %(count)s values"),
    ("nested-deeper-than", "lists in lists, more than %(depth)s deep"),
    ("key-of-more-parts-than", "a key of more than %(count)s parts"),
    ("no-such-anchor", "nothing is called %(name)s"),
    ("too-long", "too long"),
    ("more-notes", "%(count)s more of the kind"),
    ("more-names-than", "more than %(count)s names"),
    ("front-matter-too-deep", "the front matter is nested too deep"),
    ("not-toml", "the front matter is not TOML: %(why)s"),
    ("not-json", "the front matter is not JSON: %(why)s"),
    ("line-read-as", "line %(line)s read as %(encoding)s, the rest as UTF-8"),
    ("more-lines-read-so", "%(count)s more line(s) read so"),
    ("no-encoding", "neither UTF-8, UTF-16 nor GB18030"),
    ("stays-as-edited", "%(why)s: its post stays as an editor set it"),
    ("file-gone-others-left", "its file is gone: its post is now of %(others)s"),
    ("file-gone-others-unreadable", "its file is gone, and %(others)s cannot be read"),
    ("file-gone", "its file is gone"),
    ("no-front-matter", "no front matter: the first line is not ---"),
    ("front-matter-end-assumed", "the front matter has no closing ---: taken to end above line %(line)s"),
    ("front-matter-unclosed", "the front matter has no closing %(fence)s"),
    ("unpublished-by-line", "not published, as line %(line)s says"),
    ("values-as-they-stand", "%(why)s: values taken as they stand"),
    ("no-field", "no `key: value`"),
    ("not-yaml", "the front matter is not YAML: %(why)s"),
    ("not-fields", "the front matter is not a list of `key: value`"),
    ("not-a-text", "%(key)s is not a text"),
    ("neither-text-nor-texts", "%(key)s is neither a text nor a list of texts"),
    ("field-too-long", "%(key)s is longer than %(length)s characters"),
    ("date-assumed", "%(why)s: taken from the code or the file's name: %(day)s"),
    ("date-unknown", "date not understood: %(date)s"),
    ("no-such-date", "no such date: %(date)s (%(why)s)"),
    ("no-such-date-unexplained", "no such date: %(date)s"),
    ("no-such-month", "month must be in 1..12"),
    ("no-such-day", "day is out of range for month"),
    ("no-such-year", "year %(year)s is out of range"),
    ("date-out-of-range", "date value out of range"),
    ("year", "year %(year)s"),
    ("no-such-time", "no such time of day"),
    ("no-such-zone", "no such time zone"),
    ("no-date-anywhere", "no date, neither stated nor in the name"),
    ("no-date", "no date"),
    ("title-assumed", "no title: taken from the text: %(title)s"),
    ("nothing-to-read", "neither title nor text"),
    ("no-encoding-at-byte", "neither UTF-8, UTF-16 nor GB18030: byte %(byte)s"),
    ("read-as", "read as %(encoding)s"),
    ("bytes-replaced", "%(count)s byte sequence(s) that are not UTF-8 replaced, the first on line %(line)s"),
    ("code-units-replaced", "%(count)s code unit(s) that are no characters replaced"),
    ("control-characters-removed", "%(count)s control character(s) removed, the first %(letter)s on line %(line)s"),
    ("zero-width-characters-removed", "%(count)s zero-width character(s) removed, the first %(letter)s on line %(line)s"),
    ("too-large", "too large: %(size)s bytes, where %(most)s are read"),
    ("bomb", "a bomb: %(size)s bytes or more in %(packed)s"),
    ("bomb-in-stream", "a bomb: %(size)s bytes or more"),
    ("bytes-at-once", "%(size)s bytes at once, where %(most)s are read"),
    ("cannot-be-listed", "cannot be listed: %(why)s"),
    ("cannot-be-read-to-its-end", "cannot be read to its end: %(why)s"),
    ("cannot-be-read", "cannot be read: %(why)s"),
    ("unreadable", "cannot be read"),
    ("not-a-regular-file", "not a regular file"),
    ("no-such-file", "No such file or directory"),
    ("permission-denied", "Permission denied"),
    ("link", "a link"),
    ("device", "a device"),
    ("encrypted", "encrypted"),
    ("submodule", "a submodule"),
    ("link-to-folder", "a link to a folder"),
    ("link-out-of-folder", "a link that leads out of the folder"),
    ("hidden-folder", "a hidden folder"),
    ("mac-folder", "a folder of what only Macs read"),
    ("site-folder", "a folder of the site without posts"),
    ("site-page", "a page of the site, not a post"),
    ("left-out-by-jekyll", "a file that Jekyll leaves out, by its name"),
    ("other-markup", "a post in a markup that is not read"),
    ("archive-in-folder", "an archive in a folder: name it to have it read"),
    ("archive-in-archive", "an archive in an archive: unpack it first"),
    ("archive-of-other-kind", "an archive that cannot be read: pack its files as .zip or .tar.gz"),
    ("archive-on-standard-input", "a %(kind)s archive: from standard input only tars are read"),
    ("zip-before-zip", "the first %(size)s bytes are another zip, which is not read"),
    ("compression-method", "compression method %(number)s"),
    ("archive-empty", "it is empty: 0 bytes"),
    ("no-tar", "it is no tar"),
    ("cut-off", "it is cut off"),
    ("parts-out-of-order", "its parts are not in order"),
    ("not-a-packed-part", "what follows a packed part is neither another nor zeros"),
    ("no-end-mark", "it has no end-of-archive mark, so it may be cut off"),
    ("no-header", "no header at byte %(offset)s: %(why)s"),
    ("no-object", "git has no object %(object)s"),
    ("unreadable-object", "git cannot read object %(object)s"),
    ("name-too-long", "its name is too long"),
    ("name-leads-out", "its name leads out of the archive"),
    ("name-with-control-character", "its name holds a control character"),
    ("name-not-utf-8", "the file's name is not UTF-8"),
    ("name-longer-than", "the file's name is longer than %(length)s bytes"),
    ("same-name", "%(path)s has the same name and other text, and was taken"),
    ("not-a-post", "not a post: no front matter"),
    ("not-a-post-undated", "not a post: neither its name nor its front matter has a date"),
    ("marks-left-out", "%(count)s Liquid or kramdown mark(s) left out: %(marks)s"),
    ("hidden-text-left-out", "hidden text left out: %(text)s"),
    ("element-left-out", "%(element)s left out: %(address)s"),
    ("back-links-left-out", "links back to lists left out at the end"),
    ("paragraph-too-hard", "a paragraph that is too intricate is shown as plain text"),
    ("nested-as-text", "what is nested more than %(depth)s deep is shown as plain text"),
    ("nested-without-form", "what is nested more than %(depth)s deep is shown without its form"),
    ("element-unclosed", "a %(element)s that nothing closes hides the rest"),
    ("settled", "settled by %(who)s: %(why)s"),
    ("edited-by-hand", "edited by hand, so left alone: %(fields)s"),
    ("too-much-time", "it takes too much processor time"),
    ("too-much-memory", "it takes too much memory"),
    ("longer-than", "it takes more than %(seconds)s seconds"),
    ("too-deep", "it is nested too deep"),
    ("process-ended", "its process ended: %(why)s"),
    ("new-process-ended", "a new process ended at once: %(why)s"),
    ("status", "status %(number)s"),
    ("fault-of-ours", "a fault of ours: %(why)s"),
    ("interrupted", "Interrupted."),
    ("stopped-by", "Stopped by %(who)s."),
    ("stopped-at-refused", "Stopped at a refused file."),
    ("upload-gone", "The uploaded files are no longer there."),
    ("terms-gone", "What it names is no longer there."),
    ("not-all-read", "Not everything could be read, so nothing was pruned."),
    ("too-many-gone", "%(gone)s of %(total)s documents are gone, so nothing was pruned. If they are meant to be gone, run again with --prune-all."),
    ("database-silent", "The database does not answer: %(why)s"),
    ("database-away", "The database went away: %(why)s. What was imported so far is whole; the next run goes on from here."),
    ("database-failed", "The database could not go on: %(why)s. What was imported so far is whole; the next run goes on from here."),
    ("import-running", "Another import is running: %(who)s."),
    ("dry-run-of", "a dry run of %(who)s, since %(when)s"),
    ("dry-run", "a dry run"),
    ("run-of", "%(who)s, since %(when)s"),
    ("process", "%(who)s, process %(number)s"),
]


def expression(sentence):
    """What fits a sentence: each of its parts ends where the words after it first stand."""
    words, *rest = re.split(r"%\((\w+)\)s", sentence)
    fit = re.escape(words)
    for name, following in zip(rest[:-2:2], rest[1:-2:2], strict=True):
        fit += f"(?>(?P<{name}>.+?){re.escape(following)})"
    if rest:
        fit += f"(?P<{rest[-2]}>.+){re.escape(rest[-1])}"
    return re.compile(fit, re.DOTALL)


PATTERNS = [(key, expression(sentence)) for key, sentence in SENTENCES]


def part(text):
    """A sentence as JSON has it: its key and its parts by name; other text as it is."""
    for key, pattern in PATTERNS:
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            if key == "in-field":
                parts = {"key": parts["key"], "why": text.removeprefix(f"{parts['key']}: ")}
            return [key, {name: part(inner) for name, inner in parts.items()}]
    return text


@lru_cache(10_000)
def converted(text):
    """What is stored for a sentence, or for what was converted already."""
    if is_converted(text):
        return text
    message = part(text)
    if isinstance(message, str):
        message = ["text", {"text": message}]
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def is_converted(text):
    if not text.startswith('["'):
        return False
    try:
        match json.loads(text):
            case [str(), dict()]:
                return True
    except ValueError:
        pass
    return False


def convert_all(_apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table, column in COLUMNS:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
            [last] = cursor.fetchone()
            for first in range(0, last + 1, RANGE):
                with transaction.atomic(using=schema_editor.connection.alias):
                    convert(cursor, table, column, first)


def convert(cursor, table, column, first):
    empty = "'{}'" if column == "notes" else "''"
    cursor.execute(
        f"SELECT id, {column} FROM {table} "
        f"WHERE id >= %s AND id < %s AND {column} <> {empty} FOR UPDATE",
        [first, first + RANGE],
    )
    changed = []
    for pk, said in cursor.fetchall():
        message = [*map(converted, said)] if isinstance(said, list) else converted(said)
        if message != said:
            changed.append((message, pk))
    if changed:
        cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE id = %s", changed)


class Migration(migrations.Migration):
    atomic = False  # each range is

    dependencies = [("articles", "0022_names")]

    operations = [
        migrations.AlterField(
            "bulkchange", "error", MessageField(blank=True, verbose_name="why it stopped")
        ),
        migrations.AlterField(
            "document",
            "notes",
            ArrayField(
                base_field=MessageField(),
                default=list,
                help_text="What was assumed to read it.",
                size=None,
                verbose_name="notes",
            ),
        ),
        migrations.AlterField(
            "importedfile",
            "notes",
            ArrayField(
                base_field=MessageField(), default=list, size=None, verbose_name="notes"
            ),
        ),
        migrations.AlterField("importproblem", "reason", MessageField(verbose_name="reason")),
        migrations.AlterField(
            "importrun", "error", MessageField(blank=True, verbose_name="why it stopped")
        ),
        migrations.AlterField(
            "importrun", "started_by", MessageField(blank=True, verbose_name="started by")
        ),
        migrations.RunPython(convert_all, migrations.RunPython.noop),
    ]
