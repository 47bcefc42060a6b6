"""What is said of imports and of bulk changes: a key with arguments, to be put into words later.

A message is declared once, in `TEXTS`: its key, which stored messages hold and so never changes,
and its English, a msgid of the catalogue with a placeholder for each argument. `str` gives the
English, for terminals, logs and reports; `in_words` (articles/templatetags/words.py) gives it in
the reader's language. Messages may be arguments of messages. No Django, no database.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final


def gettext_noop(text: str) -> str:
    """Mark a text for `makemessages`."""
    return text


TEXTS: Final = {
    # The words of others: of a library, the system, a person.
    "text": "%(text)s",
    # Where files are found.
    "cannot-be-listed": gettext_noop("cannot be listed: %(why)s"),
    "cannot-be-read": gettext_noop("cannot be read: %(why)s"),
    "cannot-be-read-to-its-end": gettext_noop("cannot be read to its end: %(why)s"),
    "not-a-regular-file": gettext_noop("not a regular file"),
    "no-such-file": gettext_noop("No such file or directory"),
    "permission-denied": gettext_noop("Permission denied"),
    "too-large": gettext_noop("too large: %(size)s bytes, where %(most)s are read"),
    "link": gettext_noop("a link"),
    "link-out-of-folder": gettext_noop("a link that leads out of the folder"),
    "link-to-folder": gettext_noop("a link to a folder"),
    "device": gettext_noop("a device"),
    "submodule": gettext_noop("a submodule"),
    "hidden-folder": gettext_noop("a hidden folder"),
    "mac-folder": gettext_noop("a folder of what only Macs read"),
    "site-folder": gettext_noop("a folder of the site without posts"),
    "site-page": gettext_noop("a page of the site, not a post"),
    "site-not-read": gettext_noop(
        "its site is not read, because what it excludes is not known: %(why)s. Correct it, or name "
        "the site's folders of posts instead of the site"
    ),
    "on-line": gettext_noop("line %(line)s: %(why)s"),
    "not-utf-8": gettext_noop("not UTF-8"),
    "source-elsewhere": gettext_noop("it names a folder elsewhere: %(source)s"),
    "collections-unread": gettext_noop(
        "collections_dir: Jekyll reads no folder of such a name: %(folder)s"
    ),
    "source-missing": gettext_noop("its source is not there: %(source)s"),
    "more-patterns-than": gettext_noop("exclude: more than %(count)s patterns"),
    "pattern-not-understood": gettext_noop("exclude: %(pattern)s is not understood"),
    "scope-not-understood": gettext_noop("defaults: a scope is not understood"),
    "not-a-map": gettext_noop("not a list of `key: value`"),
    "unpublished-by-site": gettext_noop("not published, by the defaults of its site"),
    "defaults-unread": gettext_noop(
        "its defaults for %(names)s are not read: posts have what they state themselves"
    ),
    "left-out-by-jekyll": gettext_noop("a file that Jekyll leaves out, by its name"),
    "other-markup": gettext_noop("a post in a markup that is not read"),
    "archive-in-folder": gettext_noop("an archive in a folder: name it to have it read"),
    "archive-in-archive": gettext_noop("an archive in an archive: unpack it first"),
    "archive-of-other-kind": gettext_noop(
        "an archive that cannot be read: pack its files as .zip or .tar.gz"
    ),
    "cannot-be-kept": gettext_noop("cannot be kept in TMPDIR while it is read: %(why)s"),
    "archive-on-standard-input": gettext_noop(
        "a %(kind)s archive: from standard input only tars are read"
    ),
    # Archives and repositories.
    "encrypted": gettext_noop("encrypted"),
    "bomb": gettext_noop("a bomb: %(size)s bytes or more in %(packed)s"),
    "bomb-in-stream": gettext_noop("a bomb: %(size)s bytes or more"),
    "bytes-at-once": gettext_noop("%(size)s bytes at once, where %(most)s are read"),
    "zip-before-zip": gettext_noop("the first %(size)s bytes are another zip, which is not read"),
    "compression-method": gettext_noop("compression method %(number)s"),
    "packed-otherwise": gettext_noop("packed in a way that is not read"),
    "archive-empty": gettext_noop("it is empty: 0 bytes"),
    "no-tar": gettext_noop("it is no tar, or damaged at its beginning"),
    "no-zip": gettext_noop("it is no zip"),
    "cut-off": gettext_noop("it is cut off"),
    "damaged": gettext_noop("it is damaged"),
    "damaged-before": gettext_noop("it is damaged before byte %(offset)s"),
    "looks-back-too-far": gettext_noop(
        "it takes too much memory: pack it without --long or --ultra"
    ),
    "list-damaged": gettext_noop("the list of its members is damaged"),
    "parts-out-of-order": gettext_noop("its parts are not in order"),
    "not-a-packed-part": gettext_noop(
        "what follows a packed part is neither another part nor zeros"
    ),
    "no-end-mark": gettext_noop("it has no end-of-archive mark, so it may be cut off"),
    "no-header": gettext_noop("no header at byte %(offset)s: %(why)s"),
    "no-object": gettext_noop("git has no object %(object)s"),
    "unreadable-object": gettext_noop("git cannot read object %(object)s, which is damaged"),
    # Names of files.
    "name-too-long": gettext_noop("its name is too long"),
    "name-leads-out": gettext_noop("its name leads out of the archive"),
    "name-with-control-character": gettext_noop("its name holds a control character"),
    "name-not-utf-8": gettext_noop("the file's name is not UTF-8"),
    "name-longer-than": gettext_noop("the file's name is longer than %(length)s bytes"),
    "same-name": gettext_noop("%(path)s has the same name and other text, and was taken"),
    # Encodings and characters.
    "file-empty": gettext_noop("the file is empty"),
    "no-encoding": gettext_noop("neither UTF-8, UTF-16 nor GB18030"),
    "no-encoding-at-byte": gettext_noop("neither UTF-8, UTF-16 nor GB18030: byte %(byte)s"),
    "read-as": gettext_noop("read as %(encoding)s"),
    "line-read-as": gettext_noop("line %(line)s read as %(encoding)s, the rest as UTF-8"),
    "more-lines-read-so": gettext_noop("%(count)s more line(s) read so"),
    "bytes-replaced": gettext_noop(
        "%(count)s byte sequence(s) that are not UTF-8 replaced, the first on line %(line)s"
    ),
    "code-units-replaced": gettext_noop("%(count)s code unit(s) that are no characters replaced"),
    "control-characters-removed": gettext_noop(
        "%(count)s control character(s) removed, the first %(letter)s on line %(line)s"
    ),
    "zero-width-characters-removed": gettext_noop(
        "%(count)s zero-width character(s) removed, the first %(letter)s on line %(line)s"
    ),
    "unseen-references-removed": gettext_noop(
        "%(count)s reference(s) to characters that show nothing removed"
    ),
    # Front matter.
    "not-a-post": gettext_noop("not a post: no front matter"),
    "not-a-post-undated": gettext_noop(
        "not a post: neither its name nor its front matter has a date"
    ),
    "not-a-post-by-layout": gettext_noop("not a post: its layout is %(layout)s"),
    "no-front-matter": gettext_noop("no front matter: the first line is not ---"),
    "pointer": gettext_noop("a pointer of Git LFS: its text is not here until `git lfs pull`"),
    "front-matter-unclosed": gettext_noop("the front matter has no closing %(fence)s"),
    "front-matter-end-assumed": gettext_noop(
        "the front matter has no closing ---: taken to end above line %(line)s"
    ),
    "front-matter-too-deep": gettext_noop("the front matter is nested too deep"),
    "not-toml": gettext_noop("the front matter is not TOML: %(why)s"),
    "not-json": gettext_noop("the front matter is not JSON: %(why)s"),
    "not-yaml": gettext_noop("the front matter is not YAML: %(why)s"),
    "not-fields": gettext_noop("the front matter is not a list of `key: value`"),
    "no-field": gettext_noop("no `key: value`"),
    "in-front-matter": gettext_noop("front matter: %(why)s"),
    "unpublished-by-line": gettext_noop("not published, as line %(line)s says"),
    "appears-by-line": gettext_noop("appears on %(day)s, as line %(line)s says"),
    "more-notes": gettext_noop("%(count)s more of the kind"),
    # Its fields.
    "in-field": gettext_noop("%(key)s: %(why)s"),
    "field-left-out": gettext_noop("%(why)s: left out, line %(line)s"),
    "field-too-long-left-out": gettext_noop("%(key)s is longer than %(length)s bytes: left out"),
    "field-too-long": gettext_noop("%(key)s is longer than %(length)s characters"),
    "first-are-taken": gettext_noop("%(count)s %(key)s: the first %(most)s are taken"),
    "taken-as-it-stands": gettext_noop("%(key)s is not YAML: taken as it stands, line %(line)s"),
    "given-twice": gettext_noop("%(key)s is given twice: passed over on line %(line)s: %(value)s"),
    "name-used-elsewhere": gettext_noop("%(key)s: %(name)s is a name that another field uses"),
    "not-a-text": gettext_noop("%(key)s is not a text"),
    "neither-text-nor-texts": gettext_noop("%(key)s is neither a text nor a list of texts"),
    "nested-deeper-than": gettext_noop("lists in lists, more than %(depth)s deep"),
    "more-values-than": gettext_noop("more than %(count)s values"),
    "more-names-than": gettext_noop("more than %(count)s names"),
    "key-of-more-parts-than": gettext_noop("a key of more than %(count)s parts"),
    "no-such-anchor": gettext_noop("nothing is called %(name)s"),
    "too-long": gettext_noop("too long"),
    "dots-of-category": gettext_noop(
        "an address cannot hold the dots of a category: %(categories)s"
    ),
    # Dates and titles.
    "date-assumed": gettext_noop("%(why)s: taken from the code or the file's name: %(day)s"),
    "date-unknown": gettext_noop("date not understood: %(date)s"),
    "no-such-date": gettext_noop("no such date: %(date)s (%(why)s)"),
    "no-such-month": gettext_noop("month must be in 1..12"),  # as Python says it
    "no-such-day": gettext_noop("day is out of range for month"),
    "no-such-year": gettext_noop("year %(year)s is out of range"),
    "date-out-of-range": gettext_noop("date value out of range"),
    "year": gettext_noop("year %(year)s"),
    "no-such-time": gettext_noop("no such time of day"),
    "no-such-zone": gettext_noop("no such time zone"),
    "no-date": gettext_noop("no date"),
    "no-date-anywhere": gettext_noop("no date, neither stated nor in the name"),
    "title-assumed": gettext_noop("no title: taken from the text: %(title)s"),
    "other-text": gettext_noop("text of %(file)s left out: %(text)s"),
    "other-title": gettext_noop("title of %(file)s left out: %(text)s"),
    "other-source": gettext_noop("source of %(file)s left out: %(text)s"),
    "nothing-to-read": gettext_noop("neither title nor text"),
    # Bodies.
    "marks-left-out": gettext_noop("%(count)s Liquid or kramdown mark(s) left out: %(marks)s"),
    "hidden-text-left-out": gettext_noop("hidden text left out: %(text)s"),
    "hidden-text-shown": gettext_noop("all of the text is hidden on its page, and is shown here"),
    "element-left-out": gettext_noop("%(element)s left out: %(address)s"),
    "back-links-left-out": gettext_noop("links back to lists left out at the end"),
    "paragraph-too-hard": gettext_noop("a paragraph that is too intricate is shown as plain text"),
    "nested-as-text": gettext_noop(
        "what is nested more than %(depth)s deep is shown as plain text"
    ),
    "nested-without-form": gettext_noop(
        "what is nested more than %(depth)s deep is shown without its form"
    ),
    "element-unclosed": gettext_noop("a %(element)s that nothing closes hides the rest"),
    # The processes that read.
    "too-much-time": gettext_noop("it takes too much processor time"),
    "too-much-memory": gettext_noop("it takes too much memory"),
    "longer-than": gettext_noop("it takes more than %(seconds)s seconds"),
    "too-deep": gettext_noop("it is nested too deep"),
    "process-ended": gettext_noop("its process ended: %(why)s"),
    "new-process-ended": gettext_noop("a new process ended at once: %(why)s"),
    "status": gettext_noop("status %(number)s"),
    "fault-of-ours": gettext_noop("a fault of ours: %(why)s"),
    # Posts that are there already.
    "another-post": gettext_noop("another post than %(file)s"),
    "post-erased": gettext_noop("its post was erased"),
    "settled": gettext_noop("settled by %(who)s: %(why)s"),
    "edited-by-hand": gettext_noop("edited by hand, so left alone: %(fields)s"),
    "file-gone": gettext_noop("its file is gone"),
    "file-gone-others-left": gettext_noop("its file is gone: its post is now made of %(others)s"),
    "file-gone-others-unreadable": gettext_noop("its file is gone, and %(others)s cannot be read"),
    "stays-as-edited": gettext_noop("%(why)s: its post stays as an editor set it"),
    # Runs of an import.
    "interrupted": gettext_noop("Interrupted."),
    "stopped-by": gettext_noop("Stopped by %(who)s."),
    "stopped-so-not-pruned": gettext_noop("Stopped at a refused file, so nothing was pruned."),
    "stopped-at-refused": gettext_noop("Stopped at a refused file."),
    "upload-gone": gettext_noop("The uploaded files are no longer there."),
    "not-all-read": gettext_noop("Not everything could be read, so nothing was pruned."),
    "too-many-gone": gettext_noop(
        "%(gone)s of %(total)s documents are gone, so nothing was pruned. If they are meant to be "
        "gone, run again with --prune-all."
    ),
    "folder-gone": gettext_noop(
        "%(folder)s: %(total)s of %(total)s documents are gone, so nothing was pruned. If they are "
        "meant to be gone, run again with --prune-all."
    ),
    "database-silent": gettext_noop("The database does not answer: %(why)s"),
    "database-away": gettext_noop(
        "The database went away: %(why)s. What was imported so far is whole; the next run goes on "
        "from here."
    ),
    "database-failed": gettext_noop(
        "The database could not go on: %(why)s. What was imported so far is whole; the next run "
        "goes on from here."
    ),
    "import-running": gettext_noop("Another import is running: %(who)s."),
    "dry-run": gettext_noop("a dry run"),
    "dry-run-of": gettext_noop("a dry run of %(who)s, since %(when)s"),
    "run-of": gettext_noop("%(who)s, since %(when)s"),
    "somebody": gettext_noop("somebody"),
    "process": gettext_noop("%(who)s, process %(number)s"),
    # Bulk changes.
    "terms-gone": gettext_noop("What it names is no longer there."),
    "not-in-this-state": gettext_noop("This cannot be done in the state in which the change is."),
    # What only earlier versions said, and stored messages still say.
    "values-as-they-stand": gettext_noop("%(why)s: values taken as they stand"),
    "no-such-date-unexplained": gettext_noop("no such date: %(date)s"),
    "unreadable": gettext_noop("cannot be read"),
}

PARAMETERS: Final = {
    key: tuple(dict.fromkeys(re.findall(r"%\((\w+)\)s", text))) for key, text in TEXTS.items()
}
KEYS: Final = {text: key for key, text in TEXTS.items() if not PARAMETERS[key]}


@dataclass(frozen=True, slots=True, init=False)
class Message:
    """A message: its key in `TEXTS`, and an argument for each placeholder there, by name.

    Arguments are messages or texts; a number becomes the text that it is. Raises `KeyError` for a
    key that is not declared, `TypeError` for other arguments than those that its text names.
    """

    key: str
    args: "tuple[tuple[str, Message | str], ...]"

    def __init__(self, key: str, /, **args: "Message | str | int") -> None:
        names = PARAMETERS[key]
        if args.keys() != set(names):
            raise TypeError(f"{key} takes {', '.join(names) or 'nothing'}, not {', '.join(args)}")
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "args", tuple((name, as_part(args[name])) for name in names))

    def __str__(self) -> str:
        return TEXTS[self.key] % dict(self.args)


def as_part(argument: Message | str | int) -> Message | str:
    """An argument as a message keeps it. A verbatim message is reduced to its text."""
    if isinstance(argument, Message):
        return argument.args[0][1] if argument.key == "text" else argument
    return str(argument)


def verbatim(words: str) -> Message:
    """Text from elsewhere, which cannot be translated."""
    return Message("text", text=words)


def quoted(words: str) -> Message:
    """What a system or a library says, as the message with the same English if there is one."""
    return Message(KEYS[words]) if words in KEYS else verbatim(words)


def reason_of(error: BaseException) -> Message:
    """The message that an exception was raised with, or what the exception says."""
    if isinstance(error, OSError) and error.errno:
        return quoted(error.strerror or str(error))
    if error.args and isinstance(error.args[0], Message):
        return error.args[0]
    return quoted(str(error) or type(error).__name__)


def dumps(message: Message) -> str:
    """A message as it is stored: compact JSON, a list of its key and of its arguments by name."""
    return json.dumps(as_json(message), ensure_ascii=False, separators=(",", ":"))


def as_json(argument: Message | str) -> Any:
    if not isinstance(argument, Message):
        return argument
    return [argument.key, {name: as_json(value) for name, value in argument.args}]


def loads(stored: str) -> Message:
    """A stored message. Text that is not a message, or whose key is not declared, is returned as it
    is: a page must not fail over a row that another version of the program wrote."""
    try:
        message = from_json(json.loads(stored))
    except (ValueError, KeyError, TypeError):
        return verbatim(stored)
    return message if isinstance(message, Message) else verbatim(stored)


def from_json(value: Any) -> Any:
    match value:
        case [str(key), dict(args)]:
            return Message(key, **{name: from_json(arg) for name, arg in args.items()})
    return value
