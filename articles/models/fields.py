"""Messages of imports as columns hold them, and names in pinyin."""

from typing import Any, Literal

from django.db import models

from ..messages import Message, dumps, loads
from ..pinyin import full_pinyin


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


class PinyinField(models.TextField):  # type: ignore[type-arg]  # takes none at run time
    """All names of a term in full pinyin (`pinyin.full_pinyin`), made of them when it is saved.
    What writes names by SQL writes this too."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"default": "", "editable": False, **options})

    def pre_save(self, model_instance: Any, add: bool) -> str:
        made = full_pinyin([model_instance.name, *getattr(model_instance, "names", ())])
        setattr(model_instance, self.attname, made)
        return made
