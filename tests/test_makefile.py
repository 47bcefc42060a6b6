"""The Makefile itself, in a copy: a first run that fails spoils no later one."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")

PYTHON = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}")
# A python3 that takes the pip of another environment into a new one: to unpack and to compile it
# again is nearly all the work of `-m venv`.
QUICK_PYTHON = """#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then
    "{python}" "$@" --without-pip && exec ln -s "{packages}"/pip* .venv/lib/python3.*/site-packages
fi
exec "{python}" "$@"
"""
# Debian's python3 as long as python3-venv is not installed: it has no ensurepip, and `-m venv`
# leaves an environment without pip.
BARE_PYTHON = """#!/bin/sh
if [ -e "{folder}/bare" ]; then
    if [ "$1 $2" = "-m venv" ]; then
        "{slow}" -m venv --without-pip .venv
        echo "The virtual environment was not created successfully"
        exit 1
    fi
    PYTHONPATH="{folder}/bare"; export PYTHONPATH
fi
exec "{python}" "$@"
"""


class Project:
    """A copy of the Makefile whose requirements come from a folder of wheels."""

    def __init__(self, folder, path=os.environ["PATH"]):
        self.folder = folder
        self.path = path
        shutil.copy(ROOT / "Makefile", folder)
        self.require("")

    def require(self, *names):
        (self.folder / "requirements.txt").write_text("\n".join(names))

    def make(self, *arguments):
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MAKE", "MFLAGS", "PYTHON", "VIRTUAL_ENV"))
        }
        ours = {"PATH": self.path, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.folder)}
        return subprocess.run(
            ["make", *arguments],
            cwd=self.folder,
            env=inherited | ours,
            capture_output=True,
            text=True,
            check=False,
        )

    def has(self, module):
        python = self.folder / ".venv/bin/python"
        return not subprocess.run(
            [python, "-c", f"import pip, {module}"], stderr=subprocess.DEVNULL, check=False
        ).returncode


@pytest.fixture(scope="module")
def quick_python(tmp_path_factory):
    """A python3 that makes environments with the pip of the first, which is made as users do."""
    first = Project(tmp_path_factory.mktemp("first"))
    assert first.make("install", f"PYTHON={PYTHON}").returncode == 0
    assert first.has("pip")
    [packages] = first.folder.glob(".venv/lib/python3.*/site-packages")
    script = tmp_path_factory.mktemp("bin") / "python3"
    script.write_text(QUICK_PYTHON.format(python=PYTHON, packages=packages))
    script.chmod(0o755)
    return script


@pytest.fixture
def project(tmp_path, quick_python):
    return Project(tmp_path, path=f"{quick_python.parent}{os.pathsep}{os.environ['PATH']}")


def write_wheel(folder, name):
    """A wheel (PEP 427) of one empty module."""
    about = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(
            f"{about}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(f"{about}/RECORD", "")


@pytest.fixture
def bare_python(tmp_path, quick_python):
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare/ensurepip.py").write_text("raise ImportError")
    script = tmp_path / "bare-python"
    script.write_text(BARE_PYTHON.format(folder=tmp_path, python=quick_python, slow=PYTHON))
    script.chmod(0o755)
    return script


@pytest.mark.parametrize("is_half_made", [False, True])
def test_a_python_without_venv_is_said_and_spoils_nothing(project, bare_python, is_half_made):
    python = f"PYTHON={bare_python}"
    if is_half_made:  # as earlier Makefiles left it
        subprocess.run([bare_python, "-m", "venv", ".venv"], cwd=project.folder, check=False)
        assert (project.folder / ".venv/bin/python").exists()
    first = project.make("install", python)
    assert first.returncode
    assert "apt-get install python3-venv" in first.stderr
    assert (project.folder / ".venv").exists() == is_half_made

    shutil.rmtree(project.folder / "bare")  # as apt-get install does
    second = project.make("install", python)
    assert second.returncode == 0, second.stderr
    assert project.has("pip")


def test_an_environment_is_whole_when_its_installation_has_ended(project):
    project.require("snow")
    failed = project.make("install")
    assert failed.returncode
    stray = project.folder / ".venv/half-unpacked"
    stray.touch()

    write_wheel(project.folder, "snow")
    done = project.make("install")
    assert done.returncode == 0, done.stderr
    assert project.has("snow")
    assert not stray.exists()

    stray.touch()
    again = project.make("install")
    assert again.stdout.splitlines() == ["make: Nothing to be done for 'install'."]

    write_wheel(project.folder, "rain")
    project.require("snow", "rain")
    os.utime(project.folder / "requirements.txt", (2**32, 2**32))  # later than the first time
    assert project.make("install").returncode == 0
    assert project.has("rain")
    assert stray.exists()

    python = project.folder / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/usr/bin/python-of-before-the-upgrade")
    assert project.make("install").returncode == 0
    assert project.has("rain")
    assert not stray.exists()


def test_another_python_is_taken_when_it_is_named(project, quick_python):
    assert project.make("install").returncode == 0
    stray = project.folder / ".venv/stray"
    stray.touch()
    project.make("install", f"PYTHON={sys.executable}")
    assert stray.exists()

    other = project.folder / "other-python"
    lie = "import sys; sys.version = '3.99'"
    (project.folder / "sitecustomize.py").write_text(lie)
    other.write_text(f'#!/bin/sh\nPYTHONPATH="{project.folder}" exec "{quick_python}" "$@"\n')
    other.chmod(0o755)
    assert project.make("install", f"PYTHON={other}").returncode == 0
    assert not stray.exists()


def test_an_old_or_absent_python_is_said(project):
    for python in ("/nowhere/python3", "false"):
        done = project.make("install", f"PYTHON={python}")
        assert done.returncode
        assert "Newsroom needs Python 3.11 or newer" in done.stderr
    assert not (project.folder / ".venv").exists()


@pytest.mark.parametrize(
    ("paths", "named"),
    [
        ("with space", ["with space"]),
        ("one two.md", ["one", "two.md"]),
        ("'with space' one", ["with space", "one"]),
    ],
)
def test_paths_to_import_may_hold_spaces(project, paths, named):
    for name in ("with space", "one", "two.md"):
        (project.folder / name).mkdir()
    (project.folder / "manage.py").write_text(
        "import sys\nif sys.argv[1] == 'import_posts': print('\\n'.join(sys.argv[2:]))"
    )
    done = project.make(
        "--assume-old=install", "import", f"PATHS={paths}", f"MANAGE={sys.executable} manage.py"
    )
    assert done.stdout.splitlines() == named
