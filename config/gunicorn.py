"""How gunicorn serves the front: `gunicorn -c config/gunicorn.py web.wsgi:app`.

Every name below that gunicorn knows is a setting of it.
"""

import gc
import sys
from pathlib import Path

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # gunicorn ships no types

from config import logging
from config.settings import Settings, SettingsError, from_environment

LEVELS = {"warn": "warning"}
MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own private files there


class OurLog(Logger):  # type: ignore[misc]  # the same: an untyped base
    """Sends what gunicorn says to our own log; we write the `http` lines ourselves."""

    def setup(self, cfg: object) -> None:
        """Take gunicorn's settings, and none of its handlers."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


def _settings() -> Settings:
    try:
        return from_environment()
    except SettingsError as error:
        sys.exit(str(error))


_read = _settings()
logging.set_up(_read, "web")

wsgi_app = "web.wsgi:app"
proc_name = "flow8-web"
bind = (
    f"[{_read.server_host}]:{_read.server_port}"
    if ":" in _read.server_host
    else f"{_read.server_host}:{_read.server_port}"
)
workers = _read.web_concurrency
worker_class = "gevent"
worker_connections = 2000
# Each worker loads the application by itself, after its fork and after gevent has patched it.
preload_app = False

# How long anything may take. A worker stops within the time that the supervisor gives it.
graceful_timeout = 20
timeout = 60
keepalive = 5

# What a request may be like before we see it.
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190
# No header may say under which path we stand.
forwarder_headers = ""


def post_fork(server: object, worker: object) -> None:  # noqa: ARG001 - gunicorn's signature
    """Look for no garbage while modules load: a quarter faster. `memory.settle` has it looked for again."""
    gc.disable()


logger_class = OurLog
loglevel = LEVELS.get(_read.log_level, _read.log_level)
errorlog = None
accesslog = None
control_socket_disable = True
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None
