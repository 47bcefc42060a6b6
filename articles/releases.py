"""The number of this release, and which databases it can bring up to date."""

import tomllib
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

#: What a database must have so that `migrate` leads from it to this release. Migrations up to here
#: may be squashed once no release between needs them.
OLDEST: Final = "articles.0001_initial"
#: The release to which older databases are brought first. Empty: there are none.
BY_WAY_OF: Final = ""


def number() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    return str(project["project"]["version"])


def refusal(migrations: Iterable[str]) -> str:
    """Why a database that has these migrations, each "app.name", cannot be brought to this release;
    empty if it can."""
    applied = set(migrations)
    if newer := unknown(applied):
        return f"it is of a newer release, with {newer[-1]}: upgrade Newsroom first"
    if any(name.startswith("articles.") for name in applied) and OLDEST not in applied:
        return f"it is of a release without {OLDEST}: bring it to release {BY_WAY_OF} first"
    return ""


def unknown(migrations: Iterable[str]) -> list[str]:
    """Those of these migrations that this release lacks, of the apps that it has."""
    disk = MigrationLoader(None).disk_migrations
    known = {*disk, *(key for migration in disk.values() for key in migration.replaces)}
    apps = {app for app, _ in known}
    found = (tuple(name.split(".", 1)) for name in migrations)
    return sorted(".".join(key) for key in found if key[0] in apps and key not in known)
