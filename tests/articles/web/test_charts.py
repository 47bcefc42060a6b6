import datetime as dt

import pytest

from articles.listings.periods import MOST_PERIODS, Unit
from articles.listings.request import PAGE_SIZE
from articles.models import Facet
from articles.search import facets
from articles.search.facets import FacetValue, Summary
from articles.web.charts import HEIGHT, LEAST, chart_of_days, chart_over_time
from tests.html import links, words


def summary(since=None, **counts):
    """A summary with counts of days and months, by names as _2022_01."""
    values = []
    for name, posts in counts.items():
        slug = name[1:].replace("_", "-")
        facet = Facet.DAY if len(slug) == 10 else Facet.MONTH
        values.append(FacetValue(facet, slug, slug, posts))
    return Summary(0, since is not None, tuple(values), since=since)


def bars(chart):
    return [(bar.name, bar.posts) for bar in chart.bars]


def test_two_months_are_drawn_by_the_day():
    days = {"_2022_01_30": 2, "_2022_02_02": 1}
    chart = chart_over_time(summary(**days, _2022_01=2, _2022_02=1))
    assert (chart.unit, chart.is_truncated) == (Unit.DAY, False)
    assert bars(chart) == [
        ("2022-01-30", 2),
        ("2022-01-31", 0),
        ("2022-02-01", 0),
        ("2022-02-02", 1),
    ]


def test_more_are_drawn_by_the_month_each_from_its_first_day_to_its_last():
    chart = chart_over_time(summary(_2021_12=4, _2022_02=1, _2022_02_02=1))
    assert bars(chart) == [("2021-12", 4), ("2022-01", 0), ("2022-02", 1)]
    assert [(bar.first.day, bar.last.day) for bar in chart.bars] == [(1, 31), (1, 31), (1, 28)]


def test_many_are_drawn_by_the_year():
    chart = chart_over_time(summary(_2015_12=4, _2022_01=1, _2022_02=1))
    assert bars(chart)[0] == ("2015", 4)
    assert bars(chart)[-2:] == [("2021", 0), ("2022", 2)]
    chart = chart_over_time(summary(_1900_01=4, _2022_01=1))
    assert (len(chart.bars), chart.is_truncated) == (MOST_PERIODS, True)


@pytest.mark.parametrize("counts", [{}, {"_2022_01_30": 2, "_2022_01": 2}])
def test_a_single_bar_is_not_drawn(counts):
    assert chart_over_time(summary(**counts)) is None


def test_what_was_not_counted_whole_is_not_drawn():
    chart = chart_over_time(
        summary(dt.date(2021, 11, 17), _2021_10=None, _2021_11=None, _2021_12=4, _2022_01=1)
    )
    assert (bars(chart), chart.is_truncated) == ([("2021-12", 4), ("2022-01", 1)], True)
    days = {"_2022_01_31": 3, "_2022_02_01": 1}
    chart = chart_over_time(summary(dt.date(2022, 1, 30), **days, _2022_01=None, _2022_02=1))
    assert bars(chart) == [("2022-01-30", 0), ("2022-01-31", 3), ("2022-02-01", 1)]


def labels(*posts):
    days = {dt.date(2022, 1, 1 + number): count for number, count in enumerate(posts)}
    return [(label.posts, label.anchor) for label in chart_of_days(days).labels]


def test_the_largest_bar_and_the_last_have_their_numbers_unless_they_overlap():
    assert labels(9, 1, 2, 3) == [(9, "middle"), (3, "middle")]
    assert labels(1, 9, 2, 9) == [(9, "middle")]
    assert labels(1, 9, 2, 0) == [(9, "middle")]
    assert labels(1, 2, 9_000_000, 1_000_000) == [(9_000_000, "middle")]
    assert labels(99, *[1] * 20) == [(99, "start"), (1, "middle")]
    assert labels(*[900] * 5, *[100] * 20) == [(900, "middle"), (100, "end")]


def test_a_number_stands_above_all_bars_that_it_covers():
    days = {dt.date(2022, 1, day): 900 if day in (3, 20) else 450 for day in range(1, 22)}
    chart = chart_of_days({**days, dt.date(2022, 1, 3): 901})
    largest, last = chart.labels
    assert largest.y == last.y < min(bar.y for bar in chart.bars)
    assert last.x > chart.bars[-1].middle


def test_a_bar_that_is_not_empty_can_be_seen():
    chart = chart_of_days({dt.date(2022, 1, 1): 1, dt.date(2022, 1, 3): 413})
    assert [bar.height for bar in chart.bars] == [LEAST, 0, HEIGHT]


def test_bars_of_several_charts_have_one_scale():
    first, last = dt.date(2022, 1, 1), dt.date(2022, 1, 4)
    few = chart_of_days({dt.date(2022, 1, 2): 2}, first, last, most=8)
    assert bars(few) == [("2022-01-01", 0), ("2022-01-02", 2), ("2022-01-03", 0), ("2022-01-04", 0)]
    assert few.bars[1].height == HEIGHT / 4
    assert chart_of_days({}) is None
    assert chart_of_days({first: 3}) is None


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(autouse=True)
    def posts(self, indexed):
        for at in ("2022-01-05", "2022-03-04", "2022-03-05", "2099-01-01"):
            indexed(f"{at} 09:30", title="茅台", tags=["要闻"])
        indexed("2022-04-01 09:30", title="茅台", tags=["要闻"], status="hidden")

    @pytest.mark.parametrize("address", ["/posts/?q=茅台", "/posts/?tag=t-要闻", "/tag/t-要闻/"])
    def test_each_bar_leads_to_its_posts_and_the_figures_are_a_table(self, client, address):
        page = client.get(address)
        assert bars(page.context["chart"]) == [("2022-01", 1), ("2022-02", 0), ("2022-03", 2)]
        drawn, listed = links(page, "svg a"), links(page, ".chart-of-posts td a")
        assert drawn == listed[::-1]
        path = address.partition("?")[0]
        found = [client.get(path + link).context["listing"].posts for link in drawn]
        assert [len(posts) for posts in found] == [1, 2]
        assert "2022-02 0" in words(page, ".chart-of-posts table")

    def test_a_period_that_is_chosen_is_drawn_more_finely(self, client):
        page = client.get("/posts/?q=茅台&from=2022-03-01&to=2022-03-31")
        assert bars(page.context["chart"]) == [("2022-03-04", 1), ("2022-03-05", 1)]

    @pytest.mark.usefixtures("no_kept_pages")
    def test_beyond_the_limit_it_is_of_the_days_that_were_counted_whole(
        self, client, make_post, index, monkeypatch
    ):
        # Of fewer the page would have all, and they need no limit.
        index(make_post("2022-03-06 09:30", title="茅台") for _ in range(PAGE_SIZE))
        monkeypatch.setattr(facets, "COUNT_LIMIT", PAGE_SIZE + 2)
        page = client.get("/posts/?q=茅台")
        assert bars(page.context["chart"]) == [("2022-03-05", 1), ("2022-03-06", PAGE_SIZE)]
        assert "每日文章数（更早的未计）" in words(page, ".chart-of-posts")
        monkeypatch.setattr(facets, "COUNT_LIMIT", PAGE_SIZE + 3)
        assert "未计" not in words(client.get("/posts/?q=茅台"))

    def test_the_whole_archive_and_a_day_have_none(self, client):
        for address in ("/posts/", "/archive/2022/03/04/"):
            assert client.get(address).context["chart"] is None
