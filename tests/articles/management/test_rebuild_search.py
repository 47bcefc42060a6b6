import pytest
from django.core.management import CommandError, call_command

from articles import changes
from articles.models import SearchEntry
from newsroom.serve import search_is_empty

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)  # building an index cannot share one with the rows
def test_the_table_is_made_anew(make_post, capsys):
    make_post()
    call_command("rebuild_search")
    assert capsys.readouterr().out == "1 posts indexed\n"
    assert SearchEntry.objects.count() == 1


def test_a_check_that_finds_nothing_says_so(make_post, capsys):
    changes.posts_changed([make_post().pk])
    call_command("rebuild_search", check=True)
    assert capsys.readouterr().out == "1 posts agree\n"


def test_a_check_names_every_difference_and_changes_nothing(make_post, capsys):
    post = make_post()
    with pytest.raises(CommandError) as error:
        call_command("rebuild_search", check=True)
    assert error.value.returncode == 1
    assert f"post {post.pk}: not indexed\n" in capsys.readouterr().out
    assert not SearchEntry.objects.exists()


def test_an_archive_from_before_search_is_known(make_post):
    assert not search_is_empty()
    post = make_post()
    assert search_is_empty()
    changes.posts_changed([post.pk])
    assert not search_is_empty()
