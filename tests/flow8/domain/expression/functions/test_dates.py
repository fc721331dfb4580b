"""Functions on dates."""

from typing import Any

import pytest

from flow8.domain.expression import ExpressionError, Scope, compile_value


def value(source: str, given: Any = None) -> Any:
    return compile_value(f"{{{{ $args | {source} }}}}").evaluate(Scope({"args": given}))


@pytest.mark.parametrize(
    ("given", "source", "result"),
    [
        ("2026-02-01", "date", "2026-02-01T00:00:00Z"),
        ("2026-02-01T08:30:15.123Z", "date", "2026-02-01T08:30:15.123Z"),
        ("2026-02-01T08:30:00+02:00", "date", "2026-02-01T08:30:00+02:00"),
        ("2026-02-01T08:30:00+02:00", "date('UTC')", "2026-02-01T06:30:00Z"),
        ("2026-02-01T08:30:00Z", "date('Europe/Berlin')", "2026-02-01T09:30:00+01:00"),
        ("2026-07-01T08:30:00", "date('Europe/Berlin')", "2026-07-01T08:30:00+02:00"),
        ("2026-03-29T02:30:00", "date('Europe/Berlin')", "2026-03-29T03:30:00+02:00"),
        (
            "2026-02-05T15:04:09.007Z",
            "dateFormat('yyyy-MM-dd HH:mm:ss.SSS ZZ')",
            "2026-02-05 15:04:09.007 +00:00",
        ),
        ("2026-02-05T15:04:09Z", "dateFormat('D.M.YYYY H:mm')", "5.2.2026 15:04"),
        ("2026-02-05T00:04:09Z", "dateFormat('hh h a')", "12 12 AM"),
        ("2026-02-05T15:04:09Z", "dateFormat('hh h a')", "03 3 PM"),
        ("2026-02-05", "dateFormat('EEEE, d MMMM (EEE MMM)')", "Thursday, 5 February (Thu Feb)"),
        ("2026-02-05", "dateFormat(\"'day' d\")", "day 5"),
        ("2026-02-05T23:30:00Z", "dateFormat('dd', 'Asia/Tokyo')", "06"),
        ("2026-02-05", "dateFormat('')", ""),
        ("31.12.2026", "dateParse('dd.MM.yyyy')", "2026-12-31T00:00:00Z"),
        ("1/2/2026 7:05", "dateParse('d/M/yyyy H:mm')", "2026-02-01T07:05:00Z"),
        ("20260201T070509", "dateParse(\"yyyyMMdd'T'HHmmss\")", "2026-02-01T07:05:09Z"),
        ("2026", "dateParse('YYYY', 'Europe/Berlin')", "2026-01-01T00:00:00+01:00"),
        ("2026 (02)", "dateParse('yyyy (MM)')", "2026-02-01T00:00:00Z"),
        ("2026-02-01", "dateAdd(1, 'day')", "2026-02-02T00:00:00Z"),
        ("2026-02-01", "dateAdd(-1, 'second')", "2026-01-31T23:59:59Z"),
        ("2026-02-01", "dateAdd(90, 'minutes')", "2026-02-01T01:30:00Z"),
        ("2026-02-01", "dateAdd(2, 'weeks')", "2026-02-15T00:00:00Z"),
        ("2026-01-31", "dateAdd(1, 'month')", "2026-02-28T00:00:00Z"),
        ("2026-03-31", "dateAdd(-13, 'months')", "2025-02-28T00:00:00Z"),
        ("2024-02-29", "dateAdd(1, 'year')", "2025-02-28T00:00:00Z"),
        ("2026-03-28T12:00:00", "dateAdd(1, 'day', 'Europe/Berlin')", "2026-03-29T12:00:00+02:00"),
        ("2026-03-28T12:00:00", "dateAdd(24, 'hours', 'Europe/Berlin')", "2026-03-29T13:00:00+02:00"),
        ("2026-10-25T02:30:00", "dateAdd(1, 'hour', 'Europe/Berlin')", "2026-10-25T02:30:00+01:00"),
        ("2026-02-01", "dateDiff('2026-02-02T12:00:00Z', 'days')", 1.5),
        ("2026-02-01", "dateDiff('2026-01-31', 'hours')", -24.0),
        ("2026-02-01", "dateDiff('2026-02-08', 'week')", 1.0),
        ("2026-02-01T00:00:00.500Z", "timestamp", 1769904000.5),
        (1769904000.5, "fromTimestamp", "2026-02-01T00:00:00.500Z"),
        (0, "fromTimestamp('Europe/Berlin')", "1970-01-01T01:00:00+01:00"),
        (-1, "fromTimestamp", "1969-12-31T23:59:59Z"),
    ],
)
def test_a_function_on_dates_works(given: Any, source: str, result: Any) -> None:
    assert value(source, given) == result


ISO = "a date is ISO text such as 2026-02-01T08:30:00Z"
ZONE = "a time zone has a name such as Europe/Berlin"
NET = "it cannot be worked out with these values"


@pytest.mark.parametrize(
    ("given", "source", "reason"),
    [
        ("", "date", ISO),
        ("tomorrow", "date", ISO),
        ("2026-02-30", "date", ISO),
        ("2026-02-01", "date('Mars')", ZONE),
        ("2026-02-01", "date('../../etc/passwd')", ZONE),
        ("2026-02-01", "dateFormat('" + "d" * 101 + "')", "over the bound of 100 characters"),
        ("31.12.26", "dateParse('dd.MM.yyyy')", "the text is no date of that pattern"),
        ("31.02.2026", "dateParse('dd.MM.yyyy')", ISO),
        ("12", "dateParse('MM')", ISO),
        ("1212", "dateParse('MMMM')", ISO),
        (
            "2026-02-01",
            "dateAdd(1, 'fortnight')",
            "a unit of time is one of second minute hour day week month year",
        ),
        (
            "2026-02-01",
            "dateDiff('2026-03-01', 'month')",
            "months and years differ in length; count weeks or less",
        ),
        ("0001-01-01", "dateAdd(-1, 'day')", NET),
        ("9999-12-31", "dateAdd(1, 'year')", NET),
        ("2026-02-01", "dateAdd(9223372036854775807, 'second')", NET),
        (1e300, "fromTimestamp", NET),
        (9e18, "fromTimestamp", NET),
    ],
)
def test_what_a_function_on_dates_refuses_is_told(given: Any, source: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(source, given)

    assert caught.value.reason == reason
