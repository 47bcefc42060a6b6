"""Files from a browser, written to a folder while they arrive."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

NAME_BYTES = 200  # kept of a file's name: its end, which tells its type


class FolderUploadHandler(FileUploadHandler):
    """Writes files to `folder` under the names that Django made safe, up to `most` bytes in all. If
    that fails, as where the disk is full, `failure` says why.

    The rest is read, so that the browser sees our answer, and dropped. (Django's `StopUpload`
    reads the rest by lines, and a file without line ends may be one line of gigabytes.)
    """

    def __init__(self, request: HttpRequest, folder: Path, most: int) -> None:
        super().__init__(request)
        self.folder = folder
        self.left = most
        self.failure = ""

    @property
    def is_too_much(self) -> bool:
        return self.left < 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        name = (self.file_name or "").encode()[-NAME_BYTES:].decode(errors="ignore")
        self.file: IO[bytes] = BytesIO()
        with self.failing():
            self.file = self.unused(name).open("xb")

    @contextmanager
    def failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.failure = error.strerror or str(error)
            with suppress(OSError):  # it writes what it still holds
                self.file.close()

    def unused(self, name: str) -> Path:
        """A path of that name that no file has yet: in a numbered folder if the name is taken."""
        path, number = self.folder / name, 1
        while path.exists() or path.parent.is_file():
            number += 1
            path = self.folder / str(number) / name
        path.parent.mkdir(exist_ok=True)
        return path

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.left -= len(raw_data)
        if not (self.is_too_much or self.failure):
            with self.failing():
                self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        with self.failing():
            self.file.close()
        return UploadedFile(self.file, self.file_name, size=file_size)

    def upload_interrupted(self) -> None:
        with self.failing():
            self.file.close()
