"""Messages of imports in the reader's language."""

from django import template
from django.utils.translation import gettext

from ..messages import TEXTS, Message

register = template.Library()


@register.filter
def in_words(message: Message | str) -> str:
    """Translate a message and the messages among its arguments. Return any other text
    unchanged."""
    if not isinstance(message, Message):
        return str(message)
    return gettext(TEXTS[message.key]) % {name: in_words(value) for name, value in message.args}
