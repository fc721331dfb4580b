"""What libraries say again and again: a broker that is away for an hour is no news every three seconds."""

import logging
from typing import Final

from config.log_lines import WHOLE

SECONDS: Final = 60.0
MOST_KEPT: Final = 100


class OnceAMinute(logging.Filter):
    """Lets the same words of such a library through once a minute in this process; all else always."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this record is to be written."""
        if record.name.partition(".")[0] not in WHOLE:
            return True
        said = record.getMessage()
        if record.created - self._told.get(said, 0.0) < SECONDS:
            return False
        if len(self._told) >= MOST_KEPT:
            self._told.clear()
        self._told[said] = record.created
        return True
