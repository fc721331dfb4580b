"""Moments in requests: ISO 8601 with a zone."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator


def _text(value: Any) -> Any:
    """Neither seconds since 1970, nor anything else that may be taken for a moment."""
    if not (isinstance(value, str) and value[4:5] == "-"):
        raise ValueError("should be a moment, as 2026-04-04T10:00:00Z")
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("should be within the years 1 to 9999") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_in_utc)]
