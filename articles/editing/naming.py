"""What editors do to the rules by which securities are recognised."""

from django.db import transaction

from ..mentions.seeking import forget_around
from ..models import NamingRule
from .terms import seek_now_or_later


@transaction.atomic
def save(rule: NamingRule) -> None:
    """Store a rule, and recognise again what it may change. Where that is in many posts, a
    worker does it."""
    before = NamingRule.objects.filter(pk=rule.pk).first()
    rule.save()
    for text in {rule.text, before.text if before else rule.text}:
        forget_around(text)
    seek_now_or_later()


@transaction.atomic
def delete(rule: NamingRule) -> None:
    rule.delete()
    forget_around(rule.text)
    seek_now_or_later()
