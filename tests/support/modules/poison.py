"""Poison.

Ends the process that it runs in, as a fault in a library of C, a want of memory or a careless call does.
"""

import ctypes
import os
import resource
import signal
import sys
from enum import StrEnum
from pathlib import Path

from flow8.kit import Context, Effect, Example, Fields, field, module


class Death(StrEnum):
    """How a process ends."""

    NONE = "none"
    KILL = "kill"
    SEGFAULT = "segfault"
    EXIT = "exit"
    QUIET_EXIT = "quiet exit"
    SYS_EXIT = "sys exit"


class Args(Fields):
    """What the poison does."""

    log: str = field("Path of the log in which it tells where it began.")
    death: Death = field("How it ends its process.")
    effect: Effect = field("What it says it does to the world.", Effect.WRITE)


class Out(Fields):
    """What is left when it did nothing."""

    key: str = field("The idempotency key of the flowlet.")


@module(
    Example("No death", {"log": "/dev/null", "death": "none"}, {"key": "play/example"}),
    effect=lambda args: args.effect,
)
def poison(args: Args, ctx: Context) -> Out:
    """Leave a line that tells whether other plays are in danger too, then end the process."""
    is_alone = b"flow8.engine.alone" in Path("/proc/self/cmdline").read_bytes()
    with Path(args.log).open("a", encoding="utf-8") as log:
        log.write(f"{'alone' if is_alone else 'beside'} {ctx.key}\n")
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    _end(args.death)
    return Out(key=ctx.key)


def _end(death: Death) -> None:
    if death is Death.KILL:
        os.kill(os.getpid(), signal.SIGKILL)
    elif death is Death.SEGFAULT:
        ctypes.string_at(0)
    elif death is Death.EXIT:
        os._exit(1)
    elif death is Death.QUIET_EXIT:
        os._exit(0)
    elif death is Death.SYS_EXIT:
        sys.exit(1)
