"""The queues of the bare workers; flow8's own lanes have other names, so both may use one broker."""

from typing import Final

PLAYS: Final = "bench_plays"
NO_OPS: Final = "bench_no_ops"
QUEUES: Final = (PLAYS, NO_OPS)
NO_OP: Final = "no-op"
"""How the messages begin that ask for nothing."""
