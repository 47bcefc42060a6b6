from django.utils import translation

from articles.listings.notes import REMARKS
from articles.search.query import MAX_LENGTH, Remark


def test_the_note_on_a_cut_query_has_the_length_at_which_it_is_cut():
    with translation.override("en"):
        assert f" {MAX_LENGTH} " in str(REMARKS[Remark.TOO_LONG])
