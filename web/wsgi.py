"""What gunicorn serves: `web.wsgi:app`. Each worker imports this after its fork and shares nothing."""

import atexit

import gevent

from config import logging, settings
from flow8 import memory
from flow8.engine.engine import open_engine
from flow8.services import passwords
from flow8.supervise import end_with_parent
from web.app import create_app

end_with_parent()
_settings = settings.from_environment()
logging.set_up(_settings, "web")
# A hash takes a tenth of a second of C code, in which no greenlet could answer anybody.
passwords.in_native_thread = gevent.get_hub().threadpool.apply

_engine = open_engine(_settings)
atexit.register(_engine.close)

app = create_app(_engine)
memory.settle()
