"""Who may import whom: the rules of the layout, read from the imports themselves."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("articles", "newsroom")
    for path in (ROOT / package).rglob("*.py")
}
PURE = {
    *(
        room
        for room in MODULES
        if room.startswith(
            (
                "articles.importing.reading",
                "articles.importing.discovery",
                "articles.search.text",
            )
        )
    ),
    "articles.importing.workers",
    "articles.importing.watch",
    "articles.search.query",
    "articles.characters",
    "articles.editing.similar_names",
}
NOT_PURE = (
    "django",
    "psycopg",
    "urllib.request",
    "http",
    "requests",
    "articles.models",
    "newsroom",
)


def imports(module: str) -> set[str]:
    """Every module that `module` imports, by its full name, wherever in the file."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, base] if base else parent)
            # `from ..importing import run` imports a module, `from .run import x` a name.
            found |= {
                f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base
                for alias in node.names
            }
    return found


def within(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def below(*packages: str) -> list[str]:
    return sorted(module for module in MODULES if within(module, *packages))


def crossings(modules: list[str], *forbidden: str) -> list[str]:
    return [
        f"{module} imports {name}"
        for module in modules
        for name in sorted(imports(module))
        if within(name, *forbidden)
    ]


def test_imports_are_read_as_python_resolves_them():
    assert "articles.models" in imports("articles.importing.writer")
    assert "articles.importing.reading.front_matter" in imports("articles.importing.reading.derive")
    assert "articles.importing.pipeline" in imports("articles.management.commands.import_posts")


@pytest.mark.parametrize("room", sorted(PURE & MODULES.keys()))
def test_pure_rooms_know_neither_django_nor_database_nor_http(room):
    assert not crossings([room], *NOT_PURE)
    inside = {name for name in imports(room) if within(name, "articles")}
    assert inside <= PURE


def test_models_know_neither_search_nor_importing():
    assert not crossings(below("articles.models"), "articles.search", "articles.importing")


def test_models_import_each_other_in_one_direction():
    order = ["documents", "imports", "desk", "posts", "archive", "terms"]
    rooms = [f"articles.models.{room}" for room in order]
    assert sorted([*rooms, "articles.models"]) == below("articles.models")
    for number, room in enumerate(rooms):
        assert not crossings([room], *rooms[number:])
        assert "articles.models" not in imports(room)


def test_pages_feeds_and_api_do_not_import_each_other():
    faces = ["articles.web", "articles.admin"]
    for face in faces:
        others = [other for other in faces if other != face]
        assert not crossings(below(face), *others)


def test_only_the_writers_of_sql_open_cursors():
    allowed = (
        "articles.search", "articles.importing.samples", "articles.importing.writer",
        "articles.locks", "newsroom.embedded",
    )  # fmt: skip
    for module in below("articles", "newsroom"):
        if not within(module, *allowed, "articles.migrations"):
            assert "django.db.connection" not in {
                f"{node.module}.{alias.name}"
                for node in ast.walk(ast.parse(MODULES[module].read_text()))
                if isinstance(node, ast.ImportFrom)
                for alias in node.names
            }, module


def test_importing_search_and_editing_know_nothing_of_pages():
    rooms = below("articles.importing", "articles.search", "articles.editing")
    assert not crossings(rooms, "articles.web", "articles.admin", "django.http")


def test_importing_and_search_do_not_know_editing():
    assert not crossings(below("articles.importing", "articles.search"), "articles.editing")


def test_nobody_uses_signals():
    assert not crossings(below("articles", "newsroom"), "django.db.models.signals")
