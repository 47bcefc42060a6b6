"""The commands in the documents are those that there are, with options that they have."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import CommandError, get_commands, load_command_class

from newsroom.environment import Environment

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
MAKEFILE = (ROOT / "Makefile").read_text()

FENCED = re.compile(r"(?ms)^```\w*\n(.*?)^```$")
INDENTED = re.compile(r"(?m)^ {4}(.+)$")
INLINE = re.compile(r"`([^`\n]+)`")
#: Where a shell looks for the name of a command, after the prompt if one is shown.
START = r"(?:^|[|&;] |[$#] )"
MANAGE = re.compile(rf"(?m)(?:{START}newsroom|\bmanage\.py) ([a-z]\w+)(.*)$")
MAKE = re.compile(rf"(?m){START}make\b(.*)$")
QUOTED = re.compile(r'"[^"]*"|\$\([^)]*\)')


class Line(NamedTuple):
    """A command with its arguments, as a document has it."""

    document: str
    command: str
    arguments: str

    def __str__(self) -> str:
        return f"{self.document}: {self.command}{self.arguments}"

    @property
    def words(self) -> list[str]:
        """Its arguments as a shell would tell them apart, with numbers for their placeholders."""
        text = re.split(r"[|&;<>#')]", QUOTED.sub("QUOTED", self.arguments))[0]
        return ["1" if word in ("N", "S") else word for word in text.replace("…", "").split()]


def code(text: str) -> list[str]:
    """What a document shows as code."""
    blocks = FENCED.findall(text)
    text = FENCED.sub("", text)
    return [*blocks, *INDENTED.findall(text), *INLINE.findall(text)]


def lines(pattern: re.Pattern[str]) -> list[Line]:
    found = []
    texts = [(path, code(path.read_text())) for path in DOCUMENTS]
    texts += [(path, [path.read_text()]) for path in UNITS]
    for path, shown in texts:
        for match in pattern.finditer("\n".join(shown)):
            *command, arguments = match.groups()
            found.append(Line(path.name, "".join(command), arguments))
    return sorted(set(found))


COMMANDS = lines(MANAGE)


@pytest.mark.parametrize("line", COMMANDS, ids=str)
def test_a_command_takes_what_a_document_gives_it(line):
    command = load_command_class(get_commands()[line.command], line.command)
    if not line.words:  # it is named, and its arguments are left out
        return
    try:
        command.create_parser("manage.py", line.command).parse_args(line.words)
    except CommandError as error:
        pytest.fail(str(error))


@pytest.mark.parametrize("line", lines(MAKE), ids=str)
def test_make_has_the_targets_and_parameters_of_the_documents(line):
    targets = set(re.findall(r"(?m)^([a-z-]+):", MAKEFILE))
    parameters = set(re.findall(r"\$\(([A-Z]+)\)|\$\$([A-Z]+)\b", MAKEFILE))
    known = Environment({}).names | {name for pair in parameters for name in pair}
    words = iter(line.words)
    for word in words:
        if word == "-C":
            next(words)
        elif "=" in word:
            assert word.partition("=")[0] in known
        else:
            assert word in targets


def test_the_options_of_an_import_are_those_of_its_document():
    rows = re.findall(r"(?m)^\| `(--[\w-]+)", (ROOT / "docs" / "importing.md").read_text())
    parser = load_command_class("articles", "import_posts").create_parser("manage.py", "")
    django = load_command_class("django.core", "check").create_parser("manage.py", "")
    options = [set(each._option_string_actions) for each in (parser, django)]
    assert {*rows, "--git"} == {name for name in options[0] - options[1] if name.startswith("--")}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "articles/management/commands").glob("[a-z]*.py")), ids=lambda p: p.stem
)
def test_each_command_of_ours_is_in_a_document(path):
    assert path.stem in {line.command for line in COMMANDS}


def test_the_documents_name_commands():
    assert len(COMMANDS) > 40
