"""Runs the scheduler until it is told to stop: `python -m scheduler`."""

import logging
import signal
import sys

from config import logging as logs
from config.settings import SettingsError, from_environment
from flow8.engine.default_components import absent
from flow8.engine.engine import open_engine
from flow8.errors import Flow8Error
from flow8.health_door import HealthDoor
from scheduler.filler import Filler
from scheduler.leader import Leader
from scheduler.timetable import make_timetable

log = logging.getLogger("scheduler")


def main() -> str | None:
    """Serve until SIGTERM or SIGINT; a sentence when it could not start."""
    try:
        settings = from_environment()
        logs.set_up(settings, "scheduler")
        engine = open_engine(settings)
        engine.vault.verify_at_start()
    except (SettingsError, Flow8Error) as error:
        return str(error)
    leader = Leader(engine.store.leaders, engine.owner)
    timetable = make_timetable(engine, leader)
    filler = Filler(engine, leader, timetable)
    for sentence in absent(settings, engine.registry):
        log.warning(sentence)
    health = HealthDoor(engine, "scheduler")
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: timetable.shutdown(wait=False))
    log.info("started as %s", engine.owner)
    health.open()
    filler.start()
    timetable.start()
    filler.stop()
    health.close()
    leader.resign()
    engine.close()
    log.info("stopped")
    return None


if __name__ == "__main__":
    sys.exit(main())
