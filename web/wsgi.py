"""What gunicorn serves: `web.wsgi:app`. Each worker imports this after its fork and shares nothing."""

import atexit
import logging as log_lines
import signal
import sys
import threading
from types import FrameType
from typing import Final

import gevent

from config import logging, settings
from flow8 import memory
from flow8.engine.engine import open_engine
from flow8.errors import Flow8Error
from flow8.files import room
from flow8.health_door import HealthDoor
from flow8.services import passwords
from flow8.supervise import end_with_parent
from flow8.vault import master
from web.app import create_app
from web.bundle import load_bundle

CANNOT_LOAD: Final = 4
"""Gunicorn's own code for an application that no further try will load: its master ends too."""

end_with_parent()
_settings = settings.from_environment()
logging.set_up(_settings, "web")
# A hash takes a tenth of a second of C code, in which no greenlet could answer anybody.
passwords.in_native_thread = master.in_native_thread = gevent.get_hub().threadpool.apply
room.in_native_thread = gevent.get_hub().threadpool.apply  # nor while a disk writes

try:
    _engine = open_engine(_settings)
    _engine.vault.verify_at_start()
except Flow8Error as error:
    said = " ".join(str(error).split())
    log_lines.getLogger("web").error(said)  # noqa: TRY400 - the sentence says it all, a trace nothing
    sys.exit(CANNOT_LOAD)
atexit.register(_engine.close)

app = create_app(_engine, load_bundle())
_health = HealthDoor(_engine, "web")
_health.open()
atexit.register(app.extensions["flow8.channel_requests"].close)
_stop = signal.getsignal(signal.SIGTERM)


def _say_good_bye(number: int, frame: FrameType | None) -> None:
    """Gunicorn waits for every connection to end, and WebSockets end when they are told to."""
    # The signal may come while the hub itself runs, which must not wait for anything, as a new thread would.
    gevent.spawn(app.extensions["flow8.sockets"].close_all)
    if callable(_stop):
        _stop(number, frame)


if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGTERM, _say_good_bye)
memory.settle()
