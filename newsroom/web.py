"""Serve pages: `python -m newsroom.web`, which becomes gunicorn.

gunicorn itself reads WEB_CONCURRENCY before it reads our configuration, and ends with a traceback
if that is empty or a word.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

from newsroom.environment import Environment, read_or_exit


def become_gunicorn(environment: Environment) -> NoReturn:
    os.environ["WEB_CONCURRENCY"] = str(environment.web_concurrency)
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    os.execv(gunicorn, [gunicorn, "--config", "newsroom/gunicorn.py"])


if __name__ == "__main__":
    become_gunicorn(read_or_exit())
