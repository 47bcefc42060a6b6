import pytest
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from articles.listings.answering import answer
from articles.listings.notes import REMARKS, sentence
from articles.listings.request import ListingRequest
from articles.search.query import MAX_ALTERNATIVES, MAX_LENGTH, Note, Remark


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_notes_on_what_was_left_out_have_the_figures_of_the_parser(language):
    with translation.override(language):
        assert f" {MAX_LENGTH} " in str(REMARKS[Remark.TOO_LONG])
        assert f" {MAX_ALTERNATIVES} " in str(REMARKS[Remark.TOO_MANY])


def test_a_text_stands_in_marks_that_it_has_not():
    with translation.override("en"):
        assert sentence(Note(Remark.NO_WORD, "★")).startswith("“★” has")
        assert sentence(Note(Remark.NOT_CLOSED, "“茅台")).startswith(
            "The quotation mark in 「“茅台」"
        )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "茅台的业绩",
            "No post has “茅台的业绩” as it stands; these have “茅台” and “业绩”. Left out: “的”.",
        ),
        (
            "title:业绩茅台",
            "No title has “业绩茅台” as it stands; the titles of these have “业绩” and “茅台”.",
        ),
        (
            "title:业绩茅台 -年报",
            "Of the posts that meet the rest, none has “业绩茅台” in its title; the titles of these"
            " have “业绩” and “茅台”.",
        ),
        (
            "财联社茅台",
            "No post has “财联社茅台” as it stands; these are of “财联社” and have “茅台”.",
        ),
        (
            "source:财联社茅台",
            "Nothing is named “财联社茅台”; these are of “财联社” and have “茅台”.",
        ),
        (
            "茅台业绩🙂 -年报",
            "Of the posts that meet the rest, none has “茅台业绩🙂” as it stands; these have"
            " “茅台业绩”. Left out: “🙂”.",
        ),
        (
            "《茅台》 《业绩》",
            "Of the posts that meet the rest, none has “《茅台》” as it stands; these have “茅台”."
            " Of the posts that meet the rest, none has “《业绩》” as it stands; these have “业绩”."
            " Left out: “《” and “》”.",
        ),
        ("茅台业绩 -年报", ""),
    ],
)
@pytest.mark.django_db
def test_a_query_that_was_cut_says_what_was_looked_for(indexed, text, said):
    indexed(title="茅台业绩", body_text="")
    with translation.override("en"):
        cut = answer(ListingRequest.read(MultiValueDict({"q": [text]}))).cut
    assert " ".join(cut.notes if cut else ()) == said


@pytest.mark.django_db
def test_alternatives_that_were_cut_say_what_was_looked_for(indexed):
    indexed(title="茅台业绩", body_text="")
    with translation.override("en"):
        cut = answer(ListingRequest.read(MultiValueDict({"q": ["业绩茅台 | 收评沪指"]}))).cut
    assert cut.notes[0] == (
        "No post has “业绩茅台” as it stands; it was looked for as “业绩” and “茅台”."
    )
