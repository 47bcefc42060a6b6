"""What a watch takes notice of; that it imports it is in `test_interruption`."""

from pathlib import Path

import pytest

from articles.importing.watch import would_be_found


@pytest.mark.parametrize(
    ("path", "is_found"),
    [
        ("/site/_posts/1.md", True),
        ("/site/1.markdown", True),
        ("/site/1.jpg", False),
        ("/site/.1.md", False),
        ("/site/.git/1.md", False),
        ("/site/_posts/.drafts/1.md", False),
        ("/home/.sync/posts/1.md", True),  # the folder itself may be called so
        ("/elsewhere/1.md", False),
    ],
)
def test_it_is_what_an_import_of_the_folder_would_find(path, is_found):
    roots = [Path("/site"), Path("/home/.sync/posts")]
    assert would_be_found(Path(path), roots) == is_found
