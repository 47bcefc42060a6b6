"""Work that takes longer than a page may: done by a process of its own, which outlives the one
that serves pages. How far it is stands in the database."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Final

from django.conf import settings

MANAGE: Final = (sys.executable, "manage.py")


def start(command: Sequence[str]) -> None:
    """Run a command and go on. What it complains of goes where our own complaints go."""
    child = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=child.wait, daemon=True).start()  # or it would stay a zombie
