"""Django's `makemessages`, taught to read the pages for readers, which are Jinja2's."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages
from django.template import engines


class BuildFile(makemessages.BuildFile):
    """A file with messages. Of a template, xgettext reads a copy in Python."""

    def preprocess(self) -> None:
        path = Path(self.path)
        if any(path.is_relative_to(folder) for folder in folders_of_pages()):
            Path(self.work_path).write_text(as_python(path.read_text(encoding="utf-8")), "utf-8")
        else:
            super().preprocess()


def folders_of_pages() -> list[Path]:
    """Where the templates of Jinja2 are, in the folder in which the command is run."""
    engine: Any = engines["jinja2"]
    return [folder.relative_to(settings.BASE_DIR) for folder in engine.dirs]


def as_python(template: str) -> str:
    """The messages of a template of Jinja2, each on its line, as calls that xgettext knows.

    >>> as_python('<p>{{ gettext("Home") }}')
    "gettext('Home');"
    """
    lines = [""] * (template.count("\n") + 1)
    engine: Any = engines["jinja2"]
    for line, function, message in engine.env.extract_translations(template):
        texts = [message] if isinstance(message, str) else filter(None, message)
        lines[line - 1] += f"{function}({', '.join(map(repr, texts))});"
    return "\n".join(lines)


class Command(makemessages.Command):
    build_file_class = BuildFile
