"""Messages of imports as columns hold them."""

from typing import Any, Literal

from django.db import models

from ..messages import Message, dumps, loads


class MessageField(models.TextField):  # type: ignore[type-arg]  # takes none at run time
    """A message of an import, stored as JSON; "" if there is none, as in any text field."""

    _pyi_private_set_type: Message | Literal[""]  # type: ignore[assignment]  # the stubs' own are str
    _pyi_private_get_type: Message | Literal[""]  # type: ignore[assignment]  # the stubs' own are str

    def from_db_value(self, value: str, *_: Any) -> Message | Literal[""]:
        return loads(value) if value else ""

    def get_prep_value(self, value: Any) -> str:
        """Raises `TypeError` for a text that is not a message."""
        if value in ("", None):
            return ""
        if not isinstance(value, Message):
            raise TypeError(f"no message: {value!r}")
        return dumps(value)
