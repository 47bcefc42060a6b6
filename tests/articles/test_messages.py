import ast
import pickle
from pathlib import Path

import pytest

import articles
from articles.messages import (
    KEYS,
    PARAMETERS,
    TEXTS,
    Message,
    dumps,
    loads,
    quoted,
    reason_of,
    verbatim,
)

#: What Python and the system say, and what only stored messages say.
NOT_MADE_HERE = {
    "no-such-file",
    "permission-denied",
    "no-such-month",
    "no-such-day",
    "date-out-of-range",
    "values-as-they-stand",
    "no-such-date-unexplained",
    "unreadable",
}
CODE = [
    ast.parse(path.read_text())
    for path in Path(articles.__file__).parent.rglob("*.py")
    if "migrations" not in path.parts and path.name != "messages.py"
]
NESTED = Message("date-assumed", why=Message("no-date"), day="2022-05-26")


def calls():
    """Each message that the code makes: the keys that it may have, and the names of its
    arguments."""
    for tree in CODE:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message":
                key = node.args[0]
                choices = [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
                keys = [choice.value for choice in choices if isinstance(choice, ast.Constant)]
                yield keys, {keyword.arg for keyword in node.keywords}


def test_each_message_that_the_code_makes_is_declared_with_its_arguments():
    made = [(key, names) for keys, names in calls() for key in keys]
    assert len(made) > 80
    for key, names in made:
        if None not in names:
            assert names == set(PARAMETERS[key]), key


def test_each_message_that_is_declared_is_made_somewhere():
    texts = {
        node.value
        for tree in CODE
        for call in ast.walk(tree)
        for node in ast.iter_child_nodes(call)
        if isinstance(node, ast.Constant)
    }
    assert sorted(TEXTS.keys() - texts - NOT_MADE_HERE - {"text"}) == []


@pytest.mark.parametrize(
    "args", [{}, {"why": "x"}, {"why": "x", "line": 3, "colour": "red"}], ids=str
)
def test_missing_and_other_arguments_are_errors_at_once(args):
    with pytest.raises(TypeError, match="field-left-out takes why, line"):
        Message("field-left-out", **args)


def test_a_key_that_is_not_declared_is_an_error_at_once():
    with pytest.raises(KeyError):
        Message("no-such-key")


def test_the_english_of_a_message_holds_that_of_its_parts():
    assert str(NESTED) == "no date: taken from the code or the file's name: 2022-05-26"


@pytest.mark.parametrize("key", TEXTS)
def test_every_message_is_put_into_words_and_stored_and_read_again(key):
    message = Message(key, **{name: f"<{name}>" for name in PARAMETERS[key]})
    assert all(f"<{name}>" in str(message) for name in PARAMETERS[key])
    assert "%(" not in str(message)
    assert loads(dumps(message)) == message


def test_what_is_stored_is_compact_and_legible():
    stored = dumps(Message("field-left-out", why=Message("not-a-text", key="标题"), line=3))
    assert stored == '["field-left-out",{"why":["not-a-text",{"key":"标题"}],"line":"3"}]'


def test_parts_are_stored_and_read_again():
    assert loads(dumps(NESTED)) == NESTED


@pytest.mark.parametrize(
    "stored", ["disk on fire", '["of-a-newer-version",{}]', '["no-date",{"x":"y"}]', "[[1]]", "3"]
)
def test_what_is_no_message_is_shown_as_it_is_stored(stored):
    assert str(loads(stored)) == stored


def test_processes_pass_messages_in_few_bytes():
    pickled = pickle.dumps(NESTED)
    assert pickle.loads(pickled) == NESTED  # noqa: S301 - our own
    assert len(pickled) < 200


def test_words_of_others_are_known_where_they_are_declared():
    assert quoted("Permission denied") == Message("permission-denied")
    assert quoted("disk on fire") == verbatim("disk on fire")
    assert Message("cannot-be-read", why=verbatim("x")) == Message("cannot-be-read", why="x")
    assert all(str(Message(key)) == text for text, key in KEYS.items())


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError(NESTED), NESTED),
        (FileNotFoundError(2, "No such file or directory", "a.md"), Message("no-such-file")),
        (OSError(NESTED), NESTED),
        (ValueError("day is out of range for month"), Message("no-such-day")),
        (RuntimeError("disk on fire"), verbatim("disk on fire")),
        (RuntimeError(), verbatim("RuntimeError")),
    ],
)
def test_an_error_gives_the_message_that_it_was_raised_with_or_its_words(error, reason):
    assert reason_of(error) == reason
