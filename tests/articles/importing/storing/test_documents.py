import pytest

from articles.importing.reparse import derive_again
from articles.importing.storing.batch import write
from articles.messages import verbatim
from articles.models import (
    Document,
)
from tests.articles.importing.storing.written import (
    article,
    document,
    plain,
)

pytestmark = pytest.mark.django_db


def test_what_was_assumed_of_a_post_is_kept_with_its_documents_while_it_is_assumed():
    write([document(title="")])
    (note,) = Document.objects.get().notes
    assert str(note) == "no title: taken from the text: 锂价走弱"
    write([article()])
    assert [stored.notes for stored in Document.objects.all()] == [[], []]


def test_addresses_are_stored_and_found_again_when_derived_again():
    write([plain("2022-02-20-a.md", "甲", "文", "permalink: /old/a.html", "redirect_from: /b/")])
    assert Document.objects.get().addresses == ["/old/a", "/b"]
    Document.objects.update(addresses=[], notes=[verbatim("旧")])
    derive_again(["2022-02-20-a"])
    assert Document.objects.get().addresses == ["/old/a", "/b"]
    assert Document.objects.get().notes == []
