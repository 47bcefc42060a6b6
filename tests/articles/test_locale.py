import re
import shutil

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command

CATALOGUE = "articles/locale/zh_Hans/LC_MESSAGES/django.po"


def messages(path):
    with path.open("rb") as file:
        return {message.id: message for message in read_po(file) if message.id}


def test_every_message_has_its_chinese():
    for message in messages(settings.BASE_DIR / CATALOGUE).values():
        assert not message.fuzzy, f"only guessed: {message.id}"
        original = message.id[-1] if message.pluralizable else message.id
        for chinese in message.string if message.pluralizable else [message.string]:
            assert chinese, f"not translated: {message.id}"
            assert parameters(original) == parameters(chinese)


def parameters(text):
    return sorted(re.findall(r"%\(\w+\)\w|%\w|\{\w+\}", text))


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")
def test_the_catalogue_holds_just_what_code_and_templates_say(tmp_path, monkeypatch, settings):
    for name in ("articles", "templates", "newsroom"):
        shutil.copytree(settings.BASE_DIR / name, tmp_path / name)
    before = messages(tmp_path / CATALOGUE)
    monkeypatch.chdir(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "articles" / "locale"]

    call_command("makemessages", locale=["zh_Hans"], no_obsolete=True, verbosity=0)

    after = messages(tmp_path / CATALOGUE)
    assert after.keys() == before.keys()
    assert [message.id for message in after.values() if not message.string] == []
