"""The units of systemd, by systemd's own checks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = [f"newsroom-{name}.service" for name in ("web", "worker", "backup", "import@srv-posts")]
MOST_EXPOSED = 20  # tenths of a point

pytestmark = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd is not installed: apt-get install systemd"
)


@pytest.fixture(scope="module")
def analyze(tmp_path_factory):
    """systemd-analyze with our units, and with the programs of this environment."""
    folder = tmp_path_factory.mktemp("units")
    shutil.copytree(UNITS, folder, dirs_exist_ok=True)
    for unit in folder.glob("*.service"):
        text = unit.read_text().replace("/srv/newsroom/.venv", sys.prefix)
        unit.write_text(text)
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"}

    def analyze(*arguments):
        return subprocess.run(
            ["systemd-analyze", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return analyze


def test_systemd_finds_no_fault_with_them(analyze):
    done = analyze("verify", "--man=no", *SERVICES, "newsroom-backup.timer")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("service", SERVICES)
def test_they_reach_little_of_the_system(analyze, service):
    done = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", service)
    assert done.returncode == 0, done.stdout
