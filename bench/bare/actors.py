"""The one actor of the bare workers: claims and ends a play, or does nothing at all."""

import os
from functools import cache

import dramatiq

from bench.bare.counter import Counter
from bench.bare.plays import BarePlays
from bench.bare.queues import NO_OP, PLAYS
from config.settings import from_environment
from flow8.broker.bell import ACTOR


@cache
def plays() -> BarePlays:
    """The plays of this process, opened after the fork."""
    return BarePlays()


@cache
def counter() -> Counter:
    """Counts the no-ops of this process."""
    return Counter(from_environment().data_dir, os.getpid())


@dramatiq.actor(actor_name=ACTOR, queue_name=PLAYS)
def perform(play_id: str) -> None:
    """Perform a play, unless the message is one that asks for nothing."""
    if play_id.startswith(NO_OP):
        counter().add()
        return
    args = plays().claim(play_id)
    if args is not None:
        plays().end(play_id, args)
        plays().ended.insert_one({"play": play_id})
