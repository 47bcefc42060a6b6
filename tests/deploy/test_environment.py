"""The environment file of a public site explains each setting that docs/settings.md has."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_it_has_every_setting_in_the_same_order():
    reference, _ = (ROOT / "docs" / "settings.md").read_text().split("\n## make\n")
    settings = re.findall(r"(?m)^\| `([A-Z_]+)`", reference)
    explained = re.findall(r"(?m)^#([A-Z_]+)=", (ROOT / "deploy" / "environment").read_text())
    assert explained == settings


@pytest.fixture
def newsroom(tmp_path):
    """The command `newsroom` with other folders, and without the users of a server. It shows the
    settings that manage.py would have."""
    script = (ROOT / "deploy" / "newsroom").read_text()
    for folder in ("/etc/newsroom", "/srv/newsroom"):
        script = script.replace(folder, str(tmp_path))
    for name, does in (("id", "echo 0"), ("runuser", "env -0")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)

    def run(environment: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "environment").write_text(environment, newline="")
        return subprocess.run(
            ["sh", "-c", script, "newsroom", "check"],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.parametrize(
    "line",
    [
        "A=postgres://u@h/d?sslmode=require&connect_timeout=5",
        *("A=a b", "A=$(id)", "A=`id`", "A=a;id", "A=a|id", "A=a>b", "A=\\", "A='a", 'A="$HOME"'),
        *("export A=a", "A =a", "A", "1=a", "; a comment", "[Service]"),
    ],
)
def test_the_command_refuses_what_systemd_and_a_shell_read_differently(newsroom, tmp_path, line):
    done = newsroom(f"# 设置\n\n{line}\n")
    assert (done.returncode, done.stdout) == (2, "")
    said = f"newsroom: {tmp_path}/environment, line 3: write NAME=value, with single quotes around"
    assert done.stderr.startswith(said)


def test_the_command_says_that_lines_end_as_in_windows(newsroom, tmp_path):
    done = newsroom("A=a\r\n\r\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"newsroom: {tmp_path}/environment has the line ends of Windows. This mends them: "
        f"sed -i 's/\\r$//' {tmp_path}/environment\n"
    )


def test_the_command_takes_what_both_read_alike(newsroom):
    example = (ROOT / "deploy" / "environment").read_text()
    given = {
        "A": "postgres://u:p%40s#s@h/d?a=1",
        "B": 'p&q; $r \\ "s"',
        "C": "it's",
        "_D1": "",
        "E": "茅台",
    }
    lines = ["A={A}", "B='{B}'", 'C="{C}"  ', "  _D1=", "E={E}"]
    done = newsroom("\n".join([example, *lines]).format_map(given))
    assert (done.returncode, done.stderr) == (0, "")
    settings = dict(one.split("=", 1) for one in done.stdout.split("\0") if one)
    assert settings.items() >= given.items()
