"""Log lines as the documentation shows them, to the output and to LOG_FILE.

    2026-04-04T10:23:45.123Z INFO http GET /api/v1/flows?page=1 200 45ms

One record is one line, which ends with the ids that are known (`config/log_ids.py`); the lines of a traceback
follow it, indented, so that no text from outside can pose as a record. With LOG_FORMAT=json a record is one
object instead. Secrets are masked in all of it (`config/redaction.py`).
"""

import contextlib
import logging
import sys
import threading
from pathlib import Path
from types import TracebackType

from config.log_file import LogFile
from config.log_lines import FORMS, LEVELS
from config.log_repeats import OnceAMinute
from config.redaction import register_settings
from config.settings import Settings

TALKATIVE = (
    "pika",
    "pymongo",
    "urllib3",
    "httpx",
    "httpx2",
    "httpcore",
    "apscheduler",
    "asyncio",
    "mcp",
    "uvicorn",
    # They would write client secrets, codes and tokens down.
    "flask_dance",
    "oauthlib",
    "requests_oauthlib",
)


def set_up(settings: Settings, process: str) -> None:
    """Send every log record of this process to its output and to LOG_FILE.

    `process` is the name shown for records that have none of their own. When LOG_FILE cannot be opened, one
    warning says so and the output alone is used. May be called again, for example after a fork.
    """
    register_settings(settings)
    root = logging.getLogger()
    _remove_earlier(root)
    outputs = Outputs()
    outputs.addFilter(OnceAMinute())
    outputs.setFormatter(FORMS[settings.log_format](process))
    root.addHandler(outputs)
    root.setLevel(LEVELS[settings.log_level])
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    logging.captureWarnings(capture=True)
    _log_what_nobody_catches()
    try:
        outputs.append_to(settings.log_file)
    except OSError as error:
        logging.getLogger("logging").warning(
            "LOG_FILE %s cannot be written (%s); logs go to the output only",
            settings.log_file,
            error.strerror,
        )


def _log_what_nobody_catches() -> None:
    """Log what would be printed: there nothing masks a secret. Hooks that others have set stay."""
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _log_uncaught
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _log_uncaught_in_thread


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, Exception):
        logging.getLogger().error("nobody caught this", exc_info=(kind, error, trace))
    else:
        sys.__excepthook__(kind, error, trace)


def _log_uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and told.exc_type is not SystemExit:
        _log_uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _remove_earlier(root: logging.Logger) -> None:
    """Remove ours and what logging.basicConfig made; others (a test's recorder) stay."""
    for handler in list(root.handlers):
        if type(handler) in (logging.StreamHandler, Outputs):
            root.removeHandler(handler)
            handler.close()


class Outputs(logging.Handler):
    """Writes each record to the output and, once there is one, to a file.

    The output is whatever it is when the record comes, for Dramatiq exchanges it after a fork. Lines of
    several processes do not mix in the file: each is appended by a single write.
    """

    def __init__(self) -> None:
        super().__init__()
        self._file: LogFile | None = None

    def append_to(self, file: Path) -> None:
        """Write to this file too.

        Raises:
            OSError: it cannot be opened.
        """
        self._file = LogFile(file)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; an output that nobody reads any more is no reason to fail."""
        line = f"{self.format(record)}\n"
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(line)
            sys.stdout.flush()
        if self._file is not None:
            try:
                self._file.write(line.encode())
            except OSError:
                self.handleError(record)

    def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            file.close()
        super().close()
