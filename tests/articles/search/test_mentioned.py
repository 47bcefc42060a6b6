import datetime as dt

import pytest

from articles.search import mentioned

pytestmark = pytest.mark.django_db


def test_the_most_mentioned_are_counted_of_the_newest_posts(indexed, monkeypatch):
    indexed("2022-03-04 09:00", securities=[("0.000001", "平安银行")])
    for minute in (1, 2):
        indexed(f"2022-03-04 09:0{minute}", securities=[("1.600519", "贵州茅台")])
    since = dt.datetime(2022, 3, 1, tzinfo=dt.UTC)
    assert [(v.name, v.posts) for v in mentioned.most_mentioned(since, 5)] == [
        ("贵州茅台", 2),
        ("平安银行", 1),
    ]
    assert [v.name for v in mentioned.most_mentioned(since, 1)] == ["贵州茅台"]
    monkeypatch.setattr(mentioned, "LATEST", 1)
    assert [(v.name, v.posts) for v in mentioned.most_mentioned(since, 5)] == [("贵州茅台", 1)]
