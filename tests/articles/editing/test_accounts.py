import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from articles.editing import accounts
from articles.roles import make_groups

PASSWORD = "correct horse battery 7"


@pytest.fixture(autouse=True)
def _groups(db):
    make_groups(apps)


def test_somebody_new_is_asked_for_a_password_and_put_in_a_group():
    user = accounts.give_access("li", "Editor", lambda: PASSWORD)
    assert user.is_staff
    assert user.check_password(PASSWORD)
    assert user.has_perm("articles.change_post")


def test_somebody_known_keeps_the_password():
    accounts.give_access("li", "Editor", lambda: PASSWORD)
    user = accounts.give_access("li", "Importer", lambda: pytest.fail("asked again"))
    assert sorted(group.name for group in user.groups.all()) == ["Editor", "Importer"]


@pytest.mark.parametrize(("name", "password"), [("li", "short"), ("l i", PASSWORD)])
def test_a_weak_password_and_a_name_with_blanks_are_refused(name, password, django_user_model):
    with pytest.raises(ValidationError):
        accounts.give_access(name, "Editor", lambda: password)
    assert not django_user_model.objects.exists()
