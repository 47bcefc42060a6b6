import datetime as dt

import pytest

from articles.importing.reading.dates import read_date
from articles.importing.reading.documents import DocumentError


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2021-12-08 10:46:18", "2021-12-08T02:46:18"),
        ("2021-12-08 10:46:18 +0800", "2021-12-08T02:46:18"),
        ("2021-12-08T10:46:18+08:00", "2021-12-08T02:46:18"),
        ("2021-12-08T10:46:18Z", "2021-12-08T10:46:18"),
        ("2021-12-08 10:46 -0130", "2021-12-08T12:16:00"),
        ("2021-12-08", "2021-12-07T16:00:00"),
        ("2021/12/8 9:05", "2021-12-08T01:05:00"),
        ("2021年12月8日 10:46", "2021-12-08T02:46:00"),
    ],
)
def test_dates_are_shanghai_time_unless_they_say_otherwise(value, moment):
    expected = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)
    assert read_date(value, 1) == expected


@pytest.mark.parametrize(
    "value",
    [
        "2022年1月21日 15时04分05秒", "2022年1月21日下午3:04:05", "20220121 150405",
        "20220121150405", "2022-01-21-15-04-05", "2022-01-21 15:04:05,", "2022-01-21 15:04:05，",
        "2022-01-21 星期五 15:04:05", "2022-01-21 15:04:05 北京时间", "2022-01-21 15:04:05 CST",
        "2022-01-21T07:04:05.678Z", "2022-01-21 15:04:05 +8",
        "Fri, 21 Jan 2022 15:04:05 +0800", "Fri, 21 Jan 22 07:04:05 GMT", "21 Jan 122 07:04:05 Z",
        "Jan 21, 2022 3:04:05 PM", "21 January 2022 15:04:05", "1642748645", "1642748645123",
        "２０２２－０１－２１ １５：０４：０５", "2022.1.21 15:04:05", "2022-01-21 02:04:05 -0500",
    ],
)  # fmt: skip
def test_dates_in_every_common_spelling(value):
    expected = dt.datetime(2022, 1, 21, 7, 4, 5, tzinfo=dt.UTC)
    assert read_date(value, 1) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("soon", "date not understood: 'soon'"),
        ("22-Jan-21", "date not understood: '22-Jan-21'"),
        ("05/06/2022", "date not understood: '05/06/2022'"),
        ("2022-02-30", "no such date: '2022-02-30' (day is out of range for month)"),
        ("0000-01-01", "no such date: '0000-01-01' (year 0 is out of range)"),
        ("9999-12-31", "no such date: '9999-12-31' (year 9999)"),
        ("2022-01-01 25:00", "no such date: '2022-01-01 25:00' (no such time of day)"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_its_line(value, reason):
    with pytest.raises(DocumentError) as error:
        read_date(value, 3)
    assert (str(error.value.reason), error.value.line) == (reason, 3)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2022012115", "2022-01-21T07:00:00"),
        ("202201211504", "2022-01-21T07:04:00"),
        ("1642748645", "2022-01-21T07:04:05"),
        ("2022-2-13 9:5", "2022-02-13T01:05:00"),
        ("2022-01-21-15-04", "2022-01-21T07:04:00"),
        ("1 Jan 50 00:00 Z", "1950-01-01T00:00:00"),
    ],
)
def test_digits_alone_are_a_day_and_an_hour_where_they_can_be(value, moment):
    assert read_date(value, 1) == dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("EST", 15),
        ("GMT", 10),
        ("jst", 1),
        ("CST", 2),
        ("+08:00", 2),
        ("Asia/Shanghai", 2),
        ("America/New_York", 15),
        ("europe/london", 10),
    ],
)
def test_zones_have_names(zone, hour):
    expected = dt.datetime(2022, 2, 8, hour, tzinfo=dt.UTC)
    assert read_date(f"2022-02-08 10:00:00 {zone}", 1) == expected


@pytest.mark.parametrize("zone", ["XYZ", "Moon/Crater", "../../etc/passwd", "a/" * 20])
def test_a_zone_that_nobody_knows_is_said(zone):
    with pytest.raises(DocumentError, match="date not understood"):
        read_date(f"2022-02-08 10:00:00 {zone}", 1)


@pytest.mark.parametrize("date", ["20221202-1504", "2022-12-02-1504", "2022-12-02 10:00 +0810"])
def test_what_is_no_offset_of_any_zone_is_not_read_as_one(date):
    with pytest.raises(DocumentError, match="no such time zone"):
        read_date(date, 1)


FEBRUARY, OCTOBER = dt.date(2022, 2, 10), dt.date(2022, 10, 2)


@pytest.mark.parametrize(
    ("value", "near", "day"),
    [
        ("02/10/2022 10:00", FEBRUARY, FEBRUARY),
        ("02/10/2022 10:00", OCTOBER, OCTOBER),
        ("10.02.2022 10:00", FEBRUARY, FEBRUARY),
        ("21/01/2022 10:00", None, dt.date(2022, 1, 21)),
        ("01/21/2022 10:00", FEBRUARY, dt.date(2022, 1, 21)),
        ("05/05/2022 10:00", None, dt.date(2022, 5, 5)),
    ],
)
def test_the_day_in_the_name_tells_the_month_from_the_day(value, near, day):
    expected = dt.datetime(day.year, day.month, day.day, 2, tzinfo=dt.UTC)
    assert read_date(value, 1, near) == expected


@pytest.mark.parametrize(
    "value", ["0000-0-0" + " " * 50_000 + "x", "a" * 50_000, "1" * 50_000, "2022年" * 20_000]
)
def test_a_date_of_any_length_is_refused_at_once(value):
    with pytest.raises(DocumentError, match="date not understood"):
        read_date(value, 1)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2022-01-21 晚上12:00", "2022-01-22T00:00"),
        ("2022-01-21 晚上12:30", "2022-01-22T00:30"),
        ("2022年1月21日晚12点", "2022-01-22T00:00"),
        ("2022-01-21 凌晨12:00", "2022-01-21T00:00"),
        ("2022-01-21 凌晨1点半", "2022-01-21T01:30"),
        ("2022-01-21 中午11:30", "2022-01-21T11:30"),
        ("2022-01-21 中午12:00", "2022-01-21T12:00"),
        ("2022-01-21 中午1:00", "2022-01-21T13:00"),
        ("2022-01-21 晚上8:05", "2022-01-21T20:05"),
        ("2022-01-21 3pm", "2022-01-21T15:00"),
        ("2022-01-21 10", "2022-01-21T10:00"),
        ("2022-01-21 10 -0500", "2022-01-21T23:00"),
    ],
)
def test_hours_are_told_as_people_tell_them(value, moment):
    expected = dt.datetime.fromisoformat(f"{moment}+08:00")
    assert read_date(value, 1) == expected


@pytest.mark.parametrize(
    "value",
    [
        "Fri Jan 21 10:00:00 CST 2022",
        "Fri Jan 21 02:00:00 UTC 2022",
        "Fri Jan 21 10:00:00 2022",
        "Fri Jan 21 10:00:00 AM CST 2022",
        "Fri Jan 21 2022 10:00:00 GMT+0800 (中国标准时间)",
        "Fri Jan 21 2022 10:00:00 GMT+0800 (China Standard Time)",
        "Fri Jan 21 2022 10:00:00 GMT+0800",
        "2022-01-21 10:00 UTC+8",
        "2022-01-21 10:00 (UTC+8)",
        "2022-01-21 10:00 UTC+08:00",
        "2022-01-20 21:00 GMT-5",
        "2022-Jan-21 10:00",
    ],
)
def test_dates_as_programs_print_them(value):
    assert read_date(value, 1) == dt.datetime(2022, 1, 21, 2, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "value",
    (
        "2 Dec 20222|Fri, 2 Dec 20229 15:04 GMT|122 Dec 2022|Dec 2 20222|2022-12-022|2022年12月222"
        "|12022年1月2日"
    ).split("|"),
)
def test_a_day_or_year_with_a_digit_too_many_is_none(value):
    with pytest.raises(DocumentError, match="date not understood"):
        read_date(value, 1)


@pytest.mark.parametrize("value", ["2022-01-21 晚上1:00", "2022-01-21 0800", "2022-01-21 10 05"])
def test_an_hour_that_may_be_another_is_not_guessed(value):
    with pytest.raises(DocumentError, match="date not understood"):
        read_date(value, 1)
