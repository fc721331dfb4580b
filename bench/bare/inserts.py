"""A bare client that inserts journaled documents one by one, as fast as it can.

    python -m bench.bare.inserts SECONDS

It waits for a line on its input, and answers on its output how many it inserted.
"""

import sys
import time

from bench.work import answer_to, orders
from config.settings import from_environment
from flow8.ids import new_id
from flow8.store.database import open_database


def count_inserts(seconds: float) -> int:
    """How many inserts of a play's size one client does within so many seconds."""
    inserted = open_database(from_environment())["inserts"]
    order = orders(1)[0]
    document = {"state": "DONE", "args": order, "output": answer_to(order)}
    inserted.insert_one({"_id": new_id(), **document})
    print("ready", flush=True)
    sys.stdin.readline()
    until, count = time.perf_counter() + seconds, 0
    while time.perf_counter() < until:
        inserted.insert_one({"_id": new_id(), **document})
        count += 1
    return count


if __name__ == "__main__":
    print(count_inserts(float(sys.argv[1])))
