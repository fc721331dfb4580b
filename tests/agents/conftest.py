"""What tests of the door for agents may ask for beside the rest."""

from tests.support.agents import agents

__all__ = ["agents"]
