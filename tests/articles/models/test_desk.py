import datetime as dt

import pytest
from django.utils import timezone

from articles.models import EmptySearch

pytestmark = pytest.mark.django_db


def test_searches_of_the_last_month_were_asked_lately():
    EmptySearch.objects.create(text="旧")
    EmptySearch.objects.update(last_at=timezone.now() - dt.timedelta(days=31))
    EmptySearch.objects.create(text="新")
    assert [search.text for search in EmptySearch.objects.asked_lately()] == ["新"]
