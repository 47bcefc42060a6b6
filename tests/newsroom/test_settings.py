import os
import subprocess
import sys

import pytest


def printed(code, **environment):
    """What a program prints in which these settings are in force."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "newsroom.settings", **environment},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.mark.parametrize("debug", ["0", "1"])
@pytest.mark.parametrize(("level", "times"), [("WARNING", 1), ("ERROR", 0)])
def test_the_log_has_what_log_level_says_once(debug, level, times):
    loggers = ("django.request", "articles.views")
    code = f"import logging; [logging.getLogger(name).warning('not found') for name in {loggers}]"
    log = printed(code, DEBUG=debug, LOG_LEVEL=level)
    assert {name: log.count(f"{name}: not found") for name in loggers} == dict.fromkeys(
        loggers, times
    )
    assert log.count("not found") == len(loggers) * times
