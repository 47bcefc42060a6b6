"""Every regular expression that meets foreign text takes time that grows as the text does.

The expressions are found, not listed: those that modules keep, alone or in tuples, lists and
dictionaries, and those that stand in calls of `re`. What is slow for one is made from the
expression itself: what each repeated part of it matches, many times over.
"""

import ast
import functools
import importlib
import itertools
import pkgutil
import re
import signal
from pathlib import Path

import pytest

import articles
from tests.growth import is_in_proportion

PARSER = re._parser  # there is no public way to look into an expression
#: What is done with expressions; the last five look for every match in turn.
OPERATIONS = {
    "match": "match",
    "fullmatch": "fullmatch",
    "search": "search",
    **dict.fromkeys(("sub", "subn", "split", "findall", "finditer"), "sub"),
}
#: Each does all that the next does: it looks for every match, for one, for one at the beginning.
CONTAINING = ["sub", "search", "match"]
SHORT, LONG = 2_000, 32_000  # characters; what is quadratic takes 256 times as long for LONG
GROWTH = 64
FLOOR = 0.1  # seconds of the processor for LONG, below which growth is not looked at
LIMIT = 1  # second of the processor, after which an expression is held to be exponential

#: What is long in hostile texts, whatever the expression.
GENERIC = [" ", "\n", "a", "0", "中", "[", "]", "(", "<", ">", ":", "：", "-", ".", "_", "\\", '"',
           "'", "`", "*", "#", "|", "a ", "1.", "1,", "a-", "<a ", "<br>", "</", "<!--", "[a](",
           "{{", "{%", "&#", "&amp;", "a\n", " \n", "//a.", "![", "> ", "- ", '="']  # fmt: skip
TAILS = ["", "\0", "!", "x"]


def modules():
    for found in pkgutil.walk_packages(articles.__path__, "articles."):
        if ".migrations." not in found.name:
            yield importlib.import_module(found.name)


def within(value, depth=3):
    """The compiled expressions in a value and in what it holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        for part in itertools.chain(value, value.values()):
            yield from within(part, depth - 1)
    elif depth and isinstance(value, (tuple, list, set, frozenset)):
        for part in value:
            yield from within(part, depth - 1)


def calls_in(module):
    """The calls of methods in a module's source: the node, what it is called on, the method."""
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on = node.func.value
            name = getattr(on, "id", "") or getattr(on, "attr", "")
            if node.func.attr in OPERATIONS:
                yield node, name, OPERATIONS[node.func.attr]


def in_calls(module):
    """The expressions that stand as literals in calls such as `re.sub("…", …)`."""
    for node, name, operation in calls_in(module):
        if name == "re" and isinstance(node.args[0], ast.Constant):
            stated = [word.value for word in node.keywords if word.arg == "flags"]
            flags = [eval(ast.unparse(flag), {"re": re}) for flag in stated]  # noqa: S307
            yield node.args[0].value, sum(flags), operation


@functools.cache
def expressions():
    """Every expression of the application: where it stands, itself, and what is done with it.

    Where that cannot be told from its name, it is whatever is done in its module.
    """
    found = {}
    everything = list(modules())
    done = [
        (module, name, operation)
        for module in everything
        for _, name, operation in calls_in(module)
        if name != "re"
    ]
    for module in everything:
        for name, value in vars(module).items():
            for pattern in within(value):
                operations = {
                    what for where, named, what in done if vars(where).get(named) is value
                } or {what for where, _, what in done if where is module}
                _, known = found.setdefault(pattern, (f"{module.__name__} {name}", set()))
                known |= operations
        for text, flags, operation in in_calls(module):
            where = f"{module.__name__} re.{operation}"
            found.setdefault(re.compile(text, flags), (where, set()))[1].add(operation)
    return [
        pytest.param(pattern, widest(operations), id=where)
        for pattern, (where, operations) in sorted(found.items(), key=lambda item: item[1][0])
    ]


def widest(operations):
    """Those operations that no other one of them contains."""
    contained = [what for what in CONTAINING if what in operations][1:]
    return sorted(operations.difference(contained))


def character(code, value):
    """A character that one item of a class matches."""
    if code is PARSER.LITERAL:
        return chr(value)
    if code is PARSER.RANGE:
        return chr(value[0])
    return {
        PARSER.CATEGORY_DIGIT: "0",
        PARSER.CATEGORY_SPACE: " ",
        PARSER.CATEGORY_WORD: "a",
        PARSER.CATEGORY_NOT_SPACE: "a",
        PARSER.CATEGORY_NOT_WORD: " ",
        PARSER.CATEGORY_NOT_DIGIT: "a",
    }.get(value, "a")


def of_class(items):
    """Some characters that a class matches, for [^…] some likely ones that it does not name."""
    if items[0][0] is PARSER.NEGATE:
        pattern = [character(*item) for item in items[1:]]
        return [c for c in "a 0<[(:中" if c not in pattern][:3]
    return list(dict.fromkeys(character(*item) for item in items))[:4]


def samples(parsed):
    """A few short texts that a parsed expression matches, as well as can be told."""
    texts = [""]
    for code, value in parsed:
        parts = [""]
        if code is PARSER.LITERAL:
            parts = [chr(value)]
        elif code is PARSER.NOT_LITERAL:
            parts = ["a" if value != ord("a") else "b"]
        elif code is PARSER.ANY:
            parts = ["a"]
        elif code is PARSER.IN:
            parts = of_class(value)
        elif code is PARSER.BRANCH:
            parts = [text for branch in value[1] for text in samples(branch)[:2]]
        elif code is PARSER.SUBPATTERN:
            parts = samples(value[-1])
        elif code is PARSER.ATOMIC_GROUP:
            parts = samples(value)
        elif code in (PARSER.MAX_REPEAT, PARSER.MIN_REPEAT, PARSER.POSSESSIVE_REPEAT):
            parts = [text * max(1, value[0]) for text in samples(value[2])]
        texts = [text + part for part in parts[:6] for text in texts[:2]][:6]
    return texts or [""]


def repeats(parsed, before=""):
    """Each repeated part with what may stand before it: pairs of texts."""
    for position, (code, value) in enumerate(parsed):
        start = before + samples(parsed[:position])[0]
        if code in (PARSER.MAX_REPEAT, PARSER.MIN_REPEAT, PARSER.POSSESSIVE_REPEAT):
            if value[1] > 16:
                yield from ((start, text) for text in samples(value[2]) if text)
            yield from repeats(value[2], start)
        elif code is PARSER.SUBPATTERN:
            yield from repeats(value[-1], start)
        elif code is PARSER.ATOMIC_GROUP:
            yield from repeats(value, start)
        elif code is PARSER.BRANCH:
            for branch in value[1]:
                yield from repeats(branch, start)


def hostile(pattern):
    """Triples (what begins a text, what it repeats, what ends it)."""
    parsed = PARSER.parse(pattern.pattern, pattern.flags)
    found = dict.fromkeys(repeats(parsed))
    starts, units = {"": 0} | {s: 0 for s, _ in found}, {u: 0 for _, u in found}
    whole = {text: 0 for text in samples(parsed)[:4] if text}
    cases = {(start, unit): 0 for start in starts for unit in units}
    cases |= {("", start + unit): 0 for start, unit in found}
    cases |= {("", first + second): 0 for first in units for second in units}
    cases |= {("", text): 0 for text in (*whole, *starts, *GENERIC) if text}
    cases |= {(text, unit): 0 for text in whole for unit in units}
    return [(*case, tail) for case in itertools.islice(cases, 120) for tail in TAILS]


def apply(pattern, operation, text):
    """Raises `EndlessError` after `LIMIT`."""
    if isinstance(pattern.pattern, bytes):
        text = text.encode()
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    if operation == "sub":
        pattern.sub(text[:0], text)
    else:
        getattr(pattern, operation)(text)


class EndlessError(Exception):
    pass


def end(*_):
    raise EndlessError


def offence(pattern, operations):
    """What makes an expression slow, or None."""
    previous = signal.signal(signal.SIGVTALRM, end)
    try:
        for start, unit, tail in hostile(pattern):
            for operation in operations:
                case = f"{operation}: {start!r} + {unit!r} * n + {tail!r}"
                short, long = (
                    functools.partial(
                        apply, pattern, operation, start + unit * (length // len(unit)) + tail
                    )
                    for length in (SHORT, LONG)
                )
                try:
                    if not is_in_proportion(short, long, growth=GROWTH, floor=FLOOR):
                        return f"{case}: grows more than {GROWTH} times"
                except EndlessError:
                    return f"{case}: more than {LIMIT} s"
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)


@pytest.mark.parametrize(("pattern", "operations"), expressions())
def test_time_grows_as_the_text_does(pattern, operations):
    assert offence(pattern, operations) is None, pattern.pattern


def test_expressions_are_found_wherever_they_stand():
    found = {parameter.id: parameter.values[1] for parameter in expressions()}
    assert found["articles.importing.reading.body LINK_LINE"] == ["fullmatch"]
    assert "sub" in found["articles.importing.reading.body UNSEEN"]
    assert "sub" in found["articles.importing.reading.body re.sub"]


@pytest.mark.parametrize(
    ("slow", "operation"),
    [
        (r"\s+$", "search"),
        (r"(?:a+)+b", "match"),
        (r"<.*>x", "sub"),
        (r"(?:\s|<br>)+$", "sub"),
        (r"(?:\[a\]\(.*?\)[\s|]*)+", "fullmatch"),
        (r"x\?(?:.*&)?nid=(\d)", "search"),
    ],
)
def test_what_is_slow_is_found_out(slow, operation):
    assert offence(re.compile(slow), [operation]) is not None
