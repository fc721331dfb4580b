"""Time, always with its zone."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The current time in UTC, cut to milliseconds because MongoDB keeps no more."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: `2026-04-04T10:23:45.123Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
