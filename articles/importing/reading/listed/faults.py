"""What is wrong with a list."""


class ListError(ValueError):
    """A list that cannot be read: `line` counts from 1."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
