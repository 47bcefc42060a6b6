"""Files that a browser sends, written where they are wanted while they arrive."""

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

NAME_BYTES = 200  # of a file's name that are kept: its end, which tells what it is


class FolderUploadHandler(FileUploadHandler):
    """Writes files to `folder`, under the names that Django has made safe; `most` bytes in all.

    What comes beyond is read, so that the browser gets to see our answer, and not kept. (Django's
    own way, `StopUpload`, reads the rest by lines, which in a file without any are gigabytes.)
    """

    def __init__(self, request, folder, most):
        super().__init__(request)
        self.folder = folder
        self.left = most

    @property
    def is_too_much(self):
        return self.left < 0

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        name = (self.file_name or "").encode()[-NAME_BYTES:].decode(errors="ignore")
        self.file = self.unused(name).open("xb")

    def unused(self, name):
        """A path of that name: of namesakes, each in a folder of its own."""
        path, number = self.folder / name, 1
        while path.exists() or path.parent.is_file():
            number += 1
            path = self.folder / str(number) / name
        path.parent.mkdir(exist_ok=True)
        return path

    def receive_data_chunk(self, raw_data, start):
        self.left -= len(raw_data)
        if not self.is_too_much:
            self.file.write(raw_data)

    def file_complete(self, file_size):
        self.file.close()
        return UploadedFile(self.file, self.file_name, size=file_size)

    def upload_interrupted(self):
        self.file.close()
