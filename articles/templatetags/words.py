"""Messages of imports in the reader's language."""

from django import template
from django.utils.translation import gettext

from ..messages import TEXTS, Message

register = template.Library()


@register.filter
def in_words(message: Message | str) -> str:
    """A message, with those that are its arguments, in the reader's language; other text as it
    is."""
    if not isinstance(message, Message):
        return str(message)
    return gettext(TEXTS[message.key]) % {name: in_words(value) for name, value in message.args}
