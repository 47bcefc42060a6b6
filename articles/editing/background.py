"""Work that takes longer than a page may. A process of its own does it, which outlives the one that
serves the page and records its progress in the database."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Final

from django.conf import settings

MANAGE: Final = (sys.executable, "manage.py")


def start(command: Sequence[str]) -> None:
    """Run a command without waiting for it. It shares our standard error."""
    child = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(
        target=child.wait, daemon=True
    ).start()  # or the process would stay as a zombie
