"""How fast posts are imported, searched and read, in one table: `make bench`.

In databases of its own, on posts that it generates; it searches and reads those of `--folder DIR`.
Client, gunicorn and PostgreSQL share the machine with whatever else runs there: read the ratios.
"""

from tests.benchmarks import importing, reading, relevance, searching
from tests.benchmarks.table import Row, show

PAGES = (
    *("home", "listing", "category", "security", "post", "feed", "search"),
    *("data of 100 posts", "200 changes, whole"),
)


def of_archive(database: str) -> list[Row]:
    pages = {name: path for name, path in reading.pages().items() if name in PAGES}
    return [*searching.rows(database), *reading.rows(database, pages)]


if __name__ == "__main__":
    asked = searching.options("tests.benchmarks")
    imported = importing.rows(asked.posts)
    show([*imported, *searching.of_archive(asked, of_archive), *relevance.rows()])
