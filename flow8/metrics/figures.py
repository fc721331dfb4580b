"""Every figure that flow8 tells Prometheus, declared once: its name, its kind, its labels, one sentence.

Figures of a process are counted in its memory and labelled with the process. Those of the installation and of
a company are read from MongoDB when somebody asks, so every process tells the same.
"""

from dataclasses import dataclass
from typing import Final

PROCESS: Final = "process"
INSTALLATION: Final = "installation"
COMPANY: Final = "company"
COUNTER: Final = "counter"
GAUGE: Final = "gauge"
HISTOGRAM: Final = "histogram"
ALWAYS: Final = ("role", "process")
"""The labels of every figure of a process: which of the four it is, and its host and process id."""


@dataclass(frozen=True)
class Figure:
    """One figure; `of` is what it is about. The text of a counter's name leaves its `_total` out."""

    of: str
    kind: str
    name: str
    text: str
    labels: tuple[str, ...] = ()

    @property
    def shown_name(self) -> str:
        """The name as Prometheus stores it."""
        return f"{self.name}_total" if self.kind == COUNTER else self.name

    @property
    def shown_labels(self) -> tuple[str, ...]:
        """All its labels."""
        return (*(ALWAYS if self.of == PROCESS else ()), *self.labels)


PLAY_SECONDS = Figure(
    PROCESS,
    HISTOGRAM,
    "flow8_play_seconds",
    "From the first claim of a play to its end, by the state in which it ended.",
    ("state",),
)
FLOWLET_SECONDS = Figure(
    PROCESS, HISTOGRAM, "flow8_flowlet_seconds", "One attempt of a flowlet, by its module.", ("module",)
)
REQUEST_SECONDS = Figure(
    PROCESS,
    HISTOGRAM,
    "flow8_request_seconds",
    "One request to the front, by the class of its status.",
    ("status",),
)
EVENT_LAG = Figure(
    PROCESS,
    HISTOGRAM,
    "flow8_event_lag_seconds",
    "From when something happens in a play to when this process hears of it, by the clocks of both.",
)
EVENTS_DROPPED = Figure(
    PROCESS, COUNTER, "flow8_events_dropped", "Events that were not told because too many waited."
)
LEASES_LOST = Figure(
    PROCESS,
    COUNTER,
    "flow8_leases_lost",
    "Plays that went on in another process, for this one lost their lease.",
)
LEASE_EXPIRIES = Figure(
    PROCESS,
    COUNTER,
    "flow8_lease_expiries",
    "Plays whose worker said nothing for 30 seconds, as the sweep of this scheduler found them.",
)
RESCUES = Figure(
    PROCESS,
    COUNTER,
    "flow8_rescues",
    "Plays that the sweep of this scheduler rang for: their `lease` ran out, they were "
    "`waiting` unclaimed, or their `time` had come.",
    ("why",),
)
PLAYS_HELD = Figure(PROCESS, GAUGE, "flow8_plays_held", "Plays that this process performs now.")
POOL_SIZE = Figure(
    PROCESS,
    GAUGE,
    "flow8_pool_size",
    "The most that a pool holds: `mongodb` connections, `plays` at once, `channels` plays for channels.",
    ("pool",),
)
POOL_USED = Figure(PROCESS, GAUGE, "flow8_pool_used", "How much of a pool is in use.", ("pool",))
BELLS_WAITING = Figure(
    PROCESS,
    GAUGE,
    "flow8_bells_waiting",
    "Rings that the broker has not confirmed yet; they grow while it is away.",
)
SOCKETS = Figure(
    PROCESS, GAUGE, "flow8_sockets_open", "Open WebSockets of the front, and sockets of channels.", ("kind",)
)
MEMORY = Figure(PROCESS, GAUGE, "flow8_memory_bytes", "Resident memory of this process.")
CPU = Figure(PROCESS, COUNTER, "flow8_cpu_seconds", "Processor time that this process used.")
STARTED = Figure(PROCESS, GAUGE, "flow8_started_seconds", "When this process started, in seconds since 1970.")

PLAYS = Figure(
    INSTALLATION,
    GAUGE,
    "flow8_installation_plays",
    "Plays of all companies that are not finished.",
    ("state",),
)
QUEUE_DEPTH = Figure(
    INSTALLATION, GAUGE, "flow8_queue_depth", "Messages that wait in the queue of a lane.", ("lane",)
)
QUEUE_AGE = Figure(
    INSTALLATION, GAUGE, "flow8_queue_age_seconds", "How long the oldest new play waits for its first worker."
)
OLDEST_DUE = Figure(
    INSTALLATION,
    GAUGE,
    "flow8_oldest_unrung_seconds",
    "How long a play has been due without anybody having rung for it; the sweep keeps it below some seconds.",
)
LEADER_AGE = Figure(
    INSTALLATION,
    GAUGE,
    "flow8_leader_age_seconds",
    "How long ago the scheduler that leads last said so; without one it grows.",
)
RETENTION_OVERDUE = Figure(
    INSTALLATION,
    GAUGE,
    "flow8_retention_overdue_seconds",
    "How long the oldest play is overdue that retention should have removed.",
)
MONGODB_ANSWERS = Figure(
    INSTALLATION,
    GAUGE,
    "flow8_mongodb_answers",
    "1 if the figures of the installation could be read, else 0.",
)

UNFINISHED = Figure(COMPANY, GAUGE, "flow8_plays_unfinished", "Plays that are not finished.", ("state",))
RECENT = Figure(
    COMPANY, GAUGE, "flow8_plays_recent", "Plays accepted in the last five minutes, by state.", ("state",)
)
OLDEST_NEW = Figure(
    COMPANY, GAUGE, "flow8_oldest_new_play_seconds", "How long the oldest play waits for a worker."
)
LEADS = Figure(
    COMPANY, GAUGE, "flow8_scheduler_leads", "Whether a scheduler leads, which rings for due plays."
)

FIGURES: Final = tuple(value for value in list(globals().values()) if isinstance(value, Figure))
"""All of them, in the order above."""
