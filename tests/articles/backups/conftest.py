from io import BytesIO

import pytest

from articles.backups.making import backup


@pytest.fixture
def made():
    """Makes a backup of the database of the tests: the file, or another one, and its manifest."""

    def make(to=None):
        file = to or BytesIO()
        manifest = backup(file)
        file.seek(0)
        return file, manifest

    return make
