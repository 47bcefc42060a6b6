from urllib.parse import parse_qs, urlencode

import pytest
from django.http import QueryDict
from django.utils import timezone

from articles.listings.filters import PostFilter, recent_periods
from articles.models import Facet, Post
from articles.search.facets import FacetValue, Summary

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts(make_post):
    make_post("2022-03-03 10:00", title="一", source="财联社", categories=["emnews"], tags=["要闻"])
    make_post(
        "2022-03-04 10:00",
        title="二",
        source="新华社",
        categories=["emnews", "Tech Web"],
        securities=[("1.600519", "贵州茅台")],
    )
    make_post("2022-03-05 10:00", title="三", source="新华社", categories=["xinhuashe"])


def filtered(query):
    return PostFilter(QueryDict(query))


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", "三二一"),
        ("source=s-新华社", "三二"),
        ("category=emnews", "二一"),
        ("category=Tech+Web", "二"),
        ("tag=t-要闻", "一"),
        ("security=1.600519", "二"),
        ("from=2022-03-04", "三二"),
        ("to=2022-03-04", "二一"),
        ("from=2022-03-04&to=2022-03-04", "二"),
        ("from=2022-03-05&to=2022-03-04", "三二"),
        ("from=2022年3月&to=2022年3月4日", "二一"),
        ("to=2022-3", "三二一"),
        ("from=2022..2023", "三二一"),
        ("from=2022-03-03..2022-03-04", "二一"),
        ("to=3月4日至3月5日", "三二"),
        ("from=3月5日", "三"),
        ("from=上半年&to=3/4", "二一"),
        ("from=3月5日&to=3月4日", "二一"),
        ("from=昨天", ""),
        ("source=s-新华社&category=emnews", "二"),
        ("source=s-新华社&source=s-财联社", "三二一"),
        ("source=s-新华社&source=s-新华社&source=", "三二"),
        ("category=emnews&category=Tech+Web", "二一"),
        ("tag=t-要闻&tag=t-要闻&source=s-财联社&source=s-新华社", "一"),
        ("unknown=1", "三二一"),
    ],
)
def test_filters_narrow_and_combine(posts, query, titles):
    found = filtered(query).scope().filter(Post.objects.newest_first())
    assert "".join(post.title for post in found) == titles


@pytest.mark.parametrize(
    "query",
    [
        "source=nobody",
        "tag=x",
        "security=999999",
        "security=1.999999",
        "security=99999999999.1",
        "security=٣.1",
        "security=.",
        "from=2022-13-45",
        "to=some+day",
        "to=2/29",
        "from=2月28日到2月29日",
        "from=..2022",
        "source=%00",
        "from=some+day&source=s-新华社",
        "tag=nobody&source=s-新华社",
        "&".join(f"source={number}" for number in range(11)),
    ],
)
def test_what_makes_no_sense_has_no_scope_and_says_so(posts, query):
    filters = filtered(query)
    assert filters.scope() is None
    name = query.partition("=")[0]
    assert filters.form.errors[name]


def test_a_code_with_a_wrong_digit_leads_to_the_one_that_is_meant(indexed):
    indexed(securities=[("1.600519", "贵州茅台")])
    [offer] = filtered("security=60519").offers("security")
    assert (offer.name, offer.query) == ("贵州茅台 600519", "security=1.600519")


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("贵州茅台 600519", ["600519"]),
        ("600519 贵州茅台", ["600519"]),
        ("贵州茅台（600519）", ["600519"]),
        ("600519,SZ000858", ["600519", "000858"]),
        ("600519 000858", ["600519", "000858"]),
        ("贵州茅台、五粮液", ["600519", "000858"]),
    ],
)
def test_a_code_may_have_its_name_or_other_codes_beside_it(indexed, value, codes):
    indexed(securities=[("1.600519", "贵州茅台"), ("0.000858", "五粮液")])
    found = filtered(f"security={value}").selected["security"]
    assert [one.code for one in found] == codes


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("平安", ["平安银行 000001", "中国平安 601318"]),
        ("平安银行", []),
        ("平安银", []),
        ("中国平", []),
    ],
)
def test_a_part_of_several_names_is_asked_about(indexed, value, names):
    indexed(securities=[("1.601318", "中国平安"), ("0.000001", "平安银行")])
    assert [one.name for one in filtered(f"security={value}").offers("security")] == names


@pytest.mark.parametrize("sign", [",", "，", "、", " ", "|", " | ", "或", "/", ";"])
def test_a_box_takes_a_list_of_names(indexed, sign):
    for source in ("财联社", "新华社"):
        indexed(source=source)
    for values, names in (("财联社{}新华社", ["财联社", "新华社"]), ("财联社{}某社", None)):
        filters = filtered(urlencode({"source": values.format(sign)}))
        selected = filters.selected.get("source")
        assert selected is None if names is None else [str(one) for one in selected] == names


def test_of_several_terms_those_that_exist_filter_and_the_others_have_errors(posts):
    filters = filtered("source=nobody&source=s-新华社&to=2022-03-04")
    found = filters.scope().filter(Post.objects.newest_first())
    assert "".join(post.title for post in found) == "二"
    assert [str(chip.value) for chip in filters.chips()] == ["2022-03-04", "新华社"]
    assert len(filters.form.errors["source"]) == 1
    assert filters.canonical is None  # an address without the unknown one would have no error


def test_each_filter_in_force_can_be_removed_alone_and_drops_the_page(posts):
    filters = filtered("source=s-新华社&from=2022-03-04&before=1-1")
    assert [(str(label), str(value), rest) for label, value, rest in filters.chips()] == [
        ("起始日", "2022-03-04", "source=s-%E6%96%B0%E5%8D%8E%E7%A4%BE"),
        ("来源", "新华社", "from=2022-03-04"),
    ]


@pytest.mark.parametrize(
    ("period", "name"),
    [
        (("2022-03-01", "2022-03-31"), "2022-03"),
        (("2022-01-01", "2022-12-31"), "2022"),
        (("2022-03-04", "2022-03-04"), "2022-03-04"),
    ],
)
def test_a_period_that_is_chosen_as_a_whole_is_removed_as_a_whole(posts, period, name):
    first, last = period
    filters = filtered(f"q=一&from={first}&to={last}")
    assert [(str(label), value, rest) for label, value, rest in filters.chips()] == [
        ("日期", name, "q=%E4%B8%80")
    ]
    assert len([*filtered(f"from={first}&to=2022-12-30").chips()]) == 2


def test_days_that_end_today_are_removed_as_a_whole(posts):
    for _name, first in recent_periods(today := timezone.localdate()):
        [chip] = filtered(f"from={first}&to={today}").chips()
        assert chip.value == f"{first} – {today}"


def test_days_in_other_words_have_one_address(posts):
    filters = filtered("from=2022年3月&to=20220304&q=一")
    assert parse_qs(filters.canonical) == {
        "q": ["一"],
        "from": ["2022-03-01"],
        "to": ["2022-03-04"],
    }
    assert filtered("from=2022-03-01").canonical is None


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ("from=2022-05&to=2022-03", "2022-03-01 2022-05-31"),
        ("from=2022&to=2021年三季度", "2021-07-01 2022-12-31"),
        ("from=2022-03-05&to=2022-02", "2022-02-01 2022-03-05"),
        ("from=2022-05..&to=..2022-03", "2022-03-31 2022-05-01"),
        ("from=2022-03&to=2022-03", "2022-03-01 2022-03-31"),
        ("from=2021年上半年", "2021-01-01 2021-06-30"),
        ("to=2021Q3", "2021-07-01 2021-09-30"),
    ],
)
def test_a_period_has_all_days_of_both_its_ends(query, period):
    assert " ".join(map(str, filtered(query).period)) == period


def test_a_period_the_wrong_way_round_is_exchanged(posts):
    filters = filtered("from=2022-03-05&to=2022-03-04")
    assert filters.is_reversed
    assert filters.canonical is None
    assert [(str(value), rest) for _, value, rest in filters.chips()] == [
        ("2022-03-04", "to=2022-03-05"),
        ("2022-03-05", "from=2022-03-04"),
    ]
    assert [filters.boxes(filters.form[name])[0].isoformat() for name in ("from", "to")] == [
        "2022-03-04",
        "2022-03-05",
    ]


def test_of_several_values_each_can_be_removed_alone(posts):
    filters = filtered("source=s-新华社&source=s-财联社&to=2022-03-04")
    assert [(str(value), parse_qs(rest).get("source")) for _, value, rest in filters.chips()] == [
        ("2022-03-04", ["s-新华社", "s-财联社"]),
        ("新华社", ["s-财联社"]),
        ("财联社", ["s-新华社"]),
    ]


def test_a_kind_of_term_that_repeats_another_is_no_filter_unless_it_is_asked_for(posts):
    values = tuple(
        FacetValue(facet, "财联社", "s-财联社", 9)
        for facet in (Facet.SOURCE, Facet.CATEGORY, Facet.TAG)
    )
    summary = Summary(9, False, values)

    def shown(query):
        return [group.name for group in filtered(query).facets(summary, {Facet.SOURCE, Facet.TAG})]

    assert shown("") == ["date", "category"]
    assert shown("source=s-财联社") == ["date", "category", "source"]
    assert shown("facet=tag") == ["date", "category", "tag"]
