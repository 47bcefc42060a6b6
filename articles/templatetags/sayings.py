"""What imports say of files and of themselves, in the reader's language.

It is stored as the importer said it, in English; what is not found here stays as it is.
"""

import re

from django import template
from django.utils.translation import gettext, gettext_noop

register = template.Library()

#: Of two that fit, the first is taken. Parts may be sayings themselves.
SAYINGS = [
    gettext_noop("the file is empty"),
    gettext_noop("its post was erased"),
    gettext_noop("another post than %(file)s"),
    gettext_noop("an address cannot hold the dots of a category: %(categories)s"),
    gettext_noop("%(why)s: left out, line %(line)s"),
    gettext_noop("%(key)s is longer than %(length)s bytes: left out"),
    gettext_noop("%(count)s %(key)s: the first %(most)s are taken"),
    gettext_noop("%(key)s is not YAML: taken as it stands, line %(line)s"),
    gettext_noop("%(key)s is given twice: passed over on line %(line)s: %(value)s"),
    gettext_noop("%(key)s: %(name)s is a name that another field uses"),
    gettext_noop("%(key)s: lists in lists, more than %(depth)s deep"),
    gettext_noop("%(key)s: more than %(count)s values"),
    gettext_noop("more than %(count)s values"),
    gettext_noop("lists in lists, more than %(depth)s deep"),
    gettext_noop("front matter: %(why)s"),
    gettext_noop("a key of more than %(count)s parts"),
    gettext_noop("nothing is called %(name)s"),
    gettext_noop("too long"),
    gettext_noop("%(count)s more of the kind"),
    gettext_noop("more than %(count)s names"),
    gettext_noop("the front matter is nested too deep"),
    gettext_noop("the front matter is not TOML: %(why)s"),
    gettext_noop("the front matter is not JSON: %(why)s"),
    gettext_noop("line %(line)s read as %(encoding)s, the rest as UTF-8"),
    gettext_noop("%(count)s more line(s) read so"),
    gettext_noop("neither UTF-8, UTF-16 nor GB18030"),
    gettext_noop("%(why)s: its post stays as an editor set it"),
    gettext_noop("its file is gone: its post is now of %(others)s"),
    gettext_noop("its file is gone, and %(others)s cannot be read"),
    gettext_noop("its file is gone"),
    gettext_noop("no front matter: the first line is not ---"),
    gettext_noop("the front matter has no closing ---: taken to end above line %(line)s"),
    gettext_noop("the front matter has no closing %(fence)s"),
    gettext_noop("not published, as line %(line)s says"),
    gettext_noop("%(why)s: values taken as they stand"),
    gettext_noop("the front matter is not YAML: %(why)s"),
    gettext_noop("the front matter is not a list of `key: value`"),
    gettext_noop("%(key)s is not a text"),
    gettext_noop("%(key)s is neither a text nor a list of texts"),
    gettext_noop("%(key)s is longer than %(length)s characters"),
    gettext_noop("%(why)s: taken from the code or the file's name: %(day)s"),
    gettext_noop("date not understood: %(date)s"),
    gettext_noop("no such date: %(date)s (%(why)s)"),
    gettext_noop("no such date: %(date)s"),
    # Python's own words.
    gettext_noop("month must be in 1..12"),
    gettext_noop("day is out of range for month"),
    gettext_noop("year %(year)s is out of range"),
    gettext_noop("date value out of range"),
    gettext_noop("year %(year)s"),
    gettext_noop("no such time of day"),
    gettext_noop("no such time zone"),
    gettext_noop("no date, neither stated nor in the name"),
    gettext_noop("no date"),
    gettext_noop("no title: taken from the text: %(title)s"),
    gettext_noop("neither title nor text"),
    gettext_noop("neither UTF-8, UTF-16 nor GB18030: byte %(byte)s"),
    gettext_noop("read as %(encoding)s"),
    gettext_noop(
        "%(count)s byte sequence(s) that are not UTF-8 replaced, the first on line %(line)s"
    ),
    gettext_noop("%(count)s code unit(s) that are no characters replaced"),
    gettext_noop("%(count)s control character(s) removed, the first %(letter)s on line %(line)s"),
    gettext_noop(
        "%(count)s zero-width character(s) removed, the first %(letter)s on line %(line)s"
    ),
    gettext_noop("too large: %(size)s bytes, where %(most)s are read"),
    gettext_noop("a bomb: %(size)s bytes or more in %(packed)s"),
    gettext_noop("a bomb: %(size)s bytes or more"),
    gettext_noop("%(size)s bytes at once, where %(most)s are read"),
    gettext_noop("cannot be listed: %(why)s"),
    gettext_noop("cannot be read to its end: %(why)s"),
    gettext_noop("cannot be read: %(why)s"),
    gettext_noop("cannot be read"),
    gettext_noop("not a regular file"),
    gettext_noop("No such file or directory"),
    gettext_noop("Permission denied"),
    gettext_noop("a link"),
    gettext_noop("a device"),
    gettext_noop("encrypted"),
    gettext_noop("a submodule"),
    gettext_noop("a link to a folder"),
    gettext_noop("a link that leads out of the folder"),
    gettext_noop("a hidden folder"),
    gettext_noop("a folder of what only Macs read"),
    gettext_noop("a folder of the site without posts"),
    gettext_noop("a page of the site, not a post"),
    gettext_noop("a file that Jekyll leaves out, by its name"),
    gettext_noop("a post in a markup that is not read"),
    gettext_noop("an archive in a folder: name it to have it read"),
    gettext_noop("an archive in an archive: unpack it first"),
    gettext_noop("an archive that cannot be read: pack its files as .zip or .tar.gz"),
    gettext_noop("a %(kind)s archive: from standard input only tars are read"),
    gettext_noop("the first %(size)s bytes are another zip, which is not read"),
    gettext_noop("compression method %(number)s"),
    gettext_noop("it is empty: 0 bytes"),
    gettext_noop("it is no tar"),
    gettext_noop("it is cut off"),
    gettext_noop("its parts are not in order"),
    gettext_noop("what follows a packed part is neither another nor zeros"),
    gettext_noop("it has no end-of-archive mark, so it may be cut off"),
    gettext_noop("no header at byte %(offset)s: %(why)s"),
    gettext_noop("git has no object %(object)s"),
    gettext_noop("git cannot read object %(object)s"),
    gettext_noop("its name is too long"),
    gettext_noop("its name leads out of the archive"),
    gettext_noop("its name holds a control character"),
    gettext_noop("the file's name is not UTF-8"),
    gettext_noop("the file's name is longer than %(length)s bytes"),
    gettext_noop("%(path)s has the same name and other text, and was taken"),
    gettext_noop("not a post: no front matter"),
    gettext_noop("not a post: neither its name nor its front matter has a date"),
    gettext_noop("%(count)s Liquid or kramdown mark(s) left out: %(marks)s"),
    gettext_noop("hidden text left out: %(text)s"),
    gettext_noop("%(element)s left out: %(address)s"),
    gettext_noop("links back to lists left out at the end"),
    gettext_noop("a paragraph that is too intricate is shown as plain text"),
    gettext_noop("what is nested more than %(depth)s deep is shown as plain text"),
    gettext_noop("what is nested more than %(depth)s deep is shown without its form"),
    gettext_noop("a %(element)s that nothing closes hides the rest"),
    gettext_noop("settled by %(who)s: %(why)s"),
    gettext_noop("edited by hand, so left alone: %(fields)s"),
    gettext_noop("it takes too much processor time"),
    gettext_noop("it takes too much memory"),
    gettext_noop("it takes more than %(seconds)s seconds"),
    gettext_noop("it is nested too deep"),
    gettext_noop("its process ended: %(why)s"),
    gettext_noop("a new process ended at once: %(why)s"),
    gettext_noop("status %(number)s"),
    gettext_noop("a fault of ours: %(why)s"),
    gettext_noop("Interrupted."),
    gettext_noop("Stopped by %(who)s."),
    gettext_noop("Stopped at a refused file."),
    gettext_noop("The uploaded files are no longer there."),
    gettext_noop("What it names is no longer there."),
    gettext_noop("Not everything could be read, so nothing was pruned."),
    gettext_noop(
        "%(gone)s of %(total)s documents are gone, so nothing was pruned. If they are meant to be "
        "gone, run again with --prune-all."
    ),
    gettext_noop("The database does not answer: %(why)s"),
    gettext_noop(
        "The database went away: %(why)s. What was imported so far is whole; the next run goes on "
        "from here."
    ),
    gettext_noop(
        "The database could not go on: %(why)s. What was imported so far is whole; the next run "
        "goes on from here."
    ),
    gettext_noop("Another import is running: %(who)s."),
    gettext_noop("a dry run of %(who)s, since %(when)s"),
    gettext_noop("a dry run"),
    gettext_noop("%(who)s, since %(when)s"),
    gettext_noop("%(who)s, process %(number)s"),
]


def expression(saying):
    """What fits a saying: each of its parts ends where the words after it first stand."""
    words, *rest = re.split(r"%\((\w+)\)s", saying)
    fit = re.escape(words)
    for name, following in zip(rest[:-2:2], rest[1:-2:2], strict=True):
        fit += f"(?>(?P<{name}>.+?){re.escape(following)})"
    if rest:
        fit += f"(?P<{rest[-2]}>.+){re.escape(rest[-1])}"
    return re.compile(fit, re.DOTALL)


PATTERNS = [(expression(saying), saying) for saying in SAYINGS]


@register.filter
def said(text: str) -> str:
    """A reason or a note as the reader would say it; several of them with "; " between."""
    for pattern, saying in PATTERNS:
        if found := pattern.fullmatch(text):
            return gettext(saying) % {name: said(part) for name, part in found.groupdict().items()}
    return text
