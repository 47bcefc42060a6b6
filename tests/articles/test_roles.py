from django.contrib.auth.models import User

from articles.roles import may_change_user

SUPERUSER, EDITOR = User(is_superuser=True), User()


def test_only_superusers_change_superusers():
    assert may_change_user(SUPERUSER, SUPERUSER)
    assert not may_change_user(EDITOR, SUPERUSER)


def test_everybody_else_may_be_changed():
    assert may_change_user(SUPERUSER, EDITOR)
    assert may_change_user(EDITOR, EDITOR)
