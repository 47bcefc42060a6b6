"""What is imported is declared, and what is declared is locked."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"articles", "newsroom", "tests"}
NAME = re.compile(r"^[A-Za-z0-9][\w.-]*")


def modules(*folders: str) -> set[str]:
    """The top-level modules of others that our code imports, by name."""
    found = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Import(names):
                    found |= {alias.name for alias in names}
                case ast.ImportFrom(str(name), level=0):
                    found.add(name)
                case ast.Call(ast.Name("import_module"), [ast.Constant(name)]):
                    found.add(name)
    return {name.partition(".")[0] for name in found} - OURS - sys.stdlib_module_names


def normalised(name: str) -> str:
    """A project's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*paths: str) -> set[str]:
    lines = [line for path in paths for line in (ROOT / path).read_text().splitlines()]
    return {normalised(name[0]) for line in lines if (name := NAME.match(line))}


def undeclared(imported: set[str], names: set[str]) -> set[str]:
    """The modules of which no declared project is the origin."""
    projects = packages_distributions()
    return {
        module for module in imported if not names & set(map(normalised, projects.get(module, [])))
    }


def test_what_the_site_imports_is_declared():
    imported = modules("newsroom", "articles")
    assert imported >= {"django", "psutil", "pypinyin", "yaml"}
    assert not undeclared(imported, declared("requirements.in"))
    assert undeclared({"psutil"}, declared("requirements.in") - {"psutil"})


def test_what_the_tests_import_is_declared():
    names = declared("requirements.in", "tests/requirements.in")
    assert not undeclared(modules("tests"), names)


@pytest.mark.parametrize("folder", ["", "tests/"])
def test_what_is_declared_is_locked_with_hashes(folder):
    locked = (ROOT / f"{folder}requirements.txt").read_text()
    assert declared(f"{folder}requirements.in") <= declared(f"{folder}requirements.txt")
    for entry in re.split(r"\n(?=\w)", locked)[1:]:
        assert re.match(r"[\w.-]+==\S+ .*--hash=sha256:", entry, re.DOTALL), entry


def test_no_project_is_locked_at_two_versions():
    """pip installs tests/requirements.txt after requirements.txt."""
    site, tests = (
        dict(re.findall(r"^([\w.-]+)==(\S+) \\$", (ROOT / path).read_text(), re.MULTILINE))
        for path in ("requirements.txt", "tests/requirements.txt")
    )
    shared = site.keys() & tests.keys()
    assert "django" in shared
    assert {name: site[name] for name in shared} == {name: tests[name] for name in shared}
