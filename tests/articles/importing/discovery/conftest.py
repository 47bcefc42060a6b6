"""A site, as a folder or packed."""

import pytest

from articles.importing.discovery.sites import CONFIGS
from tests.articles.importing.discovery.inputs import commit, tar_bytes, write, write_zip


@pytest.fixture(params=["folder", "zip", "tar", "git"])
def site(request, tmp_path):
    """A function that returns where a site of these files is, as a folder or packed."""

    def made(names, config=b""):
        root = tmp_path / "site"
        write(root, names)
        for name in names:
            if name.endswith(CONFIGS):
                (root / name).write_bytes(config)
        if request.param == "folder":
            return root, {}
        if request.param == "git":
            commit(root)
            return root, {"git": "HEAD"}
        path = tmp_path / f"site.{request.param}"
        members = {name: (root / name).read_bytes() for name in sorted(names, reverse=True)}
        if request.param == "zip":
            write_zip(path, members)
        else:
            path.write_bytes(tar_bytes(members))
        return path, {}

    return made
