import subprocess
import sys

from django.conf import settings


def said(script):
    """What a process prints that has set Django up."""
    script = f"import sys, django\ndjango.setup()\n{script}"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.split()


def test_a_command_starts_without_pages_and_desk():
    script = (
        "from articles.management.commands.import_posts import Command\n"
        "print(Command.requires_system_checks, 'articles.admin' in sys.modules, "
        "'newsroom.urls' in sys.modules)"
    )
    assert said(script) == ["()", "False", "False"]


def test_the_desk_is_checked_though_nothing_has_loaded_it():
    script = (
        "from django.core import checks\n"
        "from django.contrib import admin\n"
        "from articles.models import Post\n"
        "checks.run_checks(tags=['admin'])\n"
        "print(admin.site.is_registered(Post))"
    )
    assert said(script) == ["True"]
