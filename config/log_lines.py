"""The two forms of a log record: the documented line, and with LOG_FORMAT=json one object on one line.

Both leave their formatter without secrets: each masks what it makes while that does no harm to its form.
"""

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from config import log_ids
from config.redaction import redact

LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
}
NAMES: Final = {"gunicorn.error": "gunicorn", "gunicorn.access": "http", "py.warnings": "warnings"}
WHOLE: Final = frozenset({"dramatiq"})
"""Libraries with loggers called like things of ours, as `WorkerProcess(0)`; they try again for ever."""
# Control characters, further line ends, signs that turn the direction of text, halves of characters.
UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Lines(logging.Formatter):
    """What both forms say of a record."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def name_of(self, record: logging.LogRecord) -> str:
        """The last part of the logger's name, or its library; the process where a record names neither."""
        if record.name == "root":
            return self.process
        library, _, rest = record.name.partition(".")
        if library in WHOLE:
            return library
        return NAMES.get(record.name) or (rest or library).rpartition(".")[2]

    def trace_of(self, record: logging.LogRecord) -> list[str]:
        """The lines of a traceback and of a stack, if it carries them."""
        text = self.formatException(record.exc_info) if record.exc_info else record.exc_text or ""
        return [*text.splitlines(), *(record.stack_info or "").splitlines()]


class TextLines(Lines):
    """Time in UTC with milliseconds, level, short name, message, and the ids that are known."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, followed by the indented lines of a traceback when the record carries one."""
        name = one_line(self.name_of(record)).replace(" ", "_")
        ids = "".join(f" {name}={value}" for name, value in _ids(record.getMessage()))
        message = one_line(f"{record.getMessage()}{ids}")
        head = f"{_time(record.created)} {_level(record.levelno)} {name} {message}"
        return redact("\n    ".join([head, *map(one_line, self.trace_of(record))]))


class JsonLines(Lines):
    """One object: time, level, logger, message, process, pid; ids and exception where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        """ASCII only, so that no sign from outside can break the line or turn it around."""
        shown: dict[str, object] = {
            "time": _time(record.created),
            "level": _level(record.levelno).lower(),
            "logger": redact(self.name_of(record)),
            "message": redact(record.getMessage()),
            "process": self.process,
            "pid": os.getpid(),
            **{name: redact(value) for name, value in log_ids.current().items()},
        }
        # Masked before it becomes JSON: a mask over a half escape would leave no JSON at all.
        if trace := self.trace_of(record):
            shown["exception"] = redact("\n".join(trace))
        return json.dumps(shown)


FORMS: Final[Mapping[str, type[Lines]]] = {"text": TextLines, "json": JsonLines}
"""What LOG_FORMAT may say."""


def _ids(message: str) -> Iterator[tuple[str, str]]:
    """The ids that the message does not say itself."""
    known = log_ids.current()
    return ((name, known[name]) for name in log_ids.NAMES if name in known and known[name] not in message)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _level(number: int) -> str:
    for name in ("error", "warn", "info"):
        if number >= LEVELS[name]:
            return name.upper()
    return "DEBUG"


def one_line(text: str) -> str:
    r"""`text` with everything that could break or disguise a line written as an escape (`\n`, `\x1b`)."""
    return UNSAFE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)
